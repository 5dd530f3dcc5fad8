"""The text console: what is written on the screen, read back by the font, and what the keyboard types."""

import re

import pytest

from machine import ROOT

pytestmark = pytest.mark.screen

WIDTH, HEIGHT = 8, 16


def font():
    """{lines of a glyph: its character}, from drivers/font.c."""
    source = (ROOT / "drivers" / "font.c").read_text(encoding="ascii")
    glyphs = re.findall(r"^\t\{ (.*?) \},", source, re.M)
    assert len(glyphs) == 96
    table = {}
    for code, glyph in enumerate(glyphs[:95], 0x20):
        table.setdefault(bytes(int(value, 16) for value in glyph.split(", ")), chr(code))
    assert len(table) == 95, "two characters look the same"
    return table


FONT = font()


def read_screen(pc):
    """Lines of text on the screen, and {(column, row): (foreground, background)} of each cell that is not blank."""
    width, height, rgb = pc.screendump()
    lines, colours = [], {}
    for row in range(height // HEIGHT):
        line = ""
        for column in range(width // WIDTH):
            at = [((row * HEIGHT + y) * width + column * WIDTH) * 3 for y in range(HEIGHT)]
            ground = rgb[at[0]:at[0] + 3]  # no glyph reaches the first line
            glyph, ink = bytearray(HEIGHT), None
            for y in range(HEIGHT):
                bits = rgb[at[y]:at[y] + WIDTH * 3]
                if bits == ground * WIDTH:
                    continue
                for x in range(WIDTH):
                    pixel = bits[x * 3:x * 3 + 3]
                    if pixel != ground:
                        glyph[y] |= 0x80 >> x
                        ink = pixel
            line += FONT.get(bytes(glyph), "\N{REPLACEMENT CHARACTER}")
            if ink:
                colours[column, row] = tuple(ink), tuple(ground)
        lines.append(line.rstrip())
    return lines, colours


def wait_for_text(pc, text):
    for _ in range(60):
        lines, colours = read_screen(pc)
        if any(text in line for line in lines):
            return lines, colours
        pc.drain(0.2)
    raise AssertionError(f"no {text!r} on the screen:\n" + "\n".join(lines))


def press(pc, text):
    """Type on the PC's keyboard."""
    names = {" ": "spc", "\n": "ret", "/": "slash", ".": "dot", "-": "minus", "_": "shift-minus", ">": "shift-dot",
             ";": "semicolon", "|": "shift-backslash", "\b": "backspace", "~": "shift-grave_accent"}
    for char in text:
        name = names.get(char) or (f"shift-{char.lower()}" if char.isupper() else char)
        pc.monitor(f"sendkey {name} 1")
        pc.drain(0.02)


@pytest.fixture
def pc(boot):
    return boot("pae", append="console=tty0 console=ttyS0").shell()


def test_log_is_on_the_screen(pc):
    """With console=tty0 and ttyS0 both show the same log; the screen has a shell of its own."""
    lines, _ = wait_for_text(pc, "/ #")
    log = pc.log().replace("\r", "")
    said = [line for line in lines if re.match(r"\[ *\d+\.\d{6}\] ", line)]
    assert len(said) > 10
    joined = "".join(log.split("\n"))
    missing = [line for line in said if line not in joined]
    assert not missing


def test_colours_and_cursor(pc):
    """Escape sequences on /dev/tty1."""
    pc.run(r"printf '\033[2J\033[3;5H\033[31mred\033[1;33;44mon blue\033[0m\033[5;1Hlast' >/dev/tty1")
    lines, colours = wait_for_text(pc, "last")
    assert lines[2] == "    redon blue" and lines[4] == "last" and not lines[0]
    red, ground = colours[4, 2]
    assert red[0] > red[1] and ground == (0, 0, 0)
    yellow, blue = colours[7, 2]
    assert yellow[0] > 200 and yellow[1] > 200 and yellow[2] < 150 and blue[2] > blue[0]


def test_keyboard(pc):
    """Keys typed on the PC's keyboard reach the shell on the screen: letters, shift, editing, history, ctrl-C."""
    wait_for_text(pc, "/ #")
    press(pc, "echo Key_xx\b\b1 > /tmp/k\n")
    pc.drain(0.5)
    assert pc.run("cat /tmp/k")[0].endswith("Key_1\n")
    wait_for_text(pc, "echo Key_1 > /tmp/k")
    press(pc, "sleep 1000\n")
    pc.drain(0.5)
    pc.monitor("sendkey ctrl-c 1")
    press(pc, "echo again > /tmp/k\n")
    pc.drain(0.5)
    assert pc.run("cat /tmp/k")[0].endswith("again\n")
    pc.run("rm /tmp/k")
    pc.monitor("sendkey up 1")
    pc.drain(0.2)
    press(pc, "\n")
    pc.drain(0.5)
    assert pc.run("cat /tmp/k")[0].endswith("again\n"), "the arrow brings the last line back"


def keys(pc, *names):
    for name in names:
        pc.monitor(f"sendkey {name} 1")
        pc.drain(0.02)


def test_special_keys(pc):
    """What Linux's console sends: function keys, gray keys, keypad, control and alt, caps lock and its light."""
    wait_for_text(pc, "/ #")
    press(pc, "cat -v > /tmp/k\n")
    pc.drain(0.5)
    keys(pc, "f1", "f5", "f6", "f12", "home", "end", "insert", "pgup", "pgdn", "left", "ret")
    keys(pc, "num_lock", "kp_7", "kp_5", "kp_decimal", "kp_add", "kp_divide", "num_lock", "kp_7", "kp_enter")
    keys(pc, "caps_lock", "a", "1", "shift-b", "caps_lock", "a", "ret")
    keys(pc, "ctrl-v", "ctrl-2", "ctrl-v", "ctrl-3", "ctrl-v", "ctrl_r-a", "alt-x", "alt_r-y", "pause", "z", "ret", "ctrl-d")
    pc.drain(0.5)
    text = pc.run("cat /tmp/k")[0].splitlines()
    assert text[-4:] == ["^[[[A^[[[E^[[17~^[[24~^[[1~^[[4~^[[2~^[[5~^[[6~^[[D", "75.+/^[[1~", "A1ba", "^@^[^A^[xyz"]


def test_comes_back(pc):
    """After a program has drawn, the next text brings the console back, in the mode that the program left."""
    wait_for_text(pc, "/ #")
    pc.run("fbdemo --card --mode 640x480 >/dev/null")
    assert pc.screendump()[:2] == (640, 480)
    assert pc.run("stty size </dev/tty1")[0] == "30 80\n"
    pc.run(r"printf '\r\nback again\r\n' >/dev/tty1")
    lines, _ = wait_for_text(pc, "back again")
    assert len(lines) == 30 and not any("\N{REPLACEMENT CHARACTER}" in line for line in lines)


def test_panic(boot):
    """A panic takes the screen, white on red, though console= names only the serial port."""
    pc = boot("pae", append="panic=0 test=crash_null")
    pc.expect("end Kernel panic", panics=True)
    lines, colours = wait_for_text(pc, "end Kernel panic")
    row = next(number for number, line in enumerate(lines) if "Kernel panic:" in line)
    ink, ground = colours[15, row]
    assert ink == (255, 255, 255) and ground[0] > 100 and ground[1] < 100
