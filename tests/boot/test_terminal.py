"""The terminal as a person sees it: line editing by the kernel, control characters, job control, a screen editor."""

import pytest

from machine import Machine

pytestmark = pytest.mark.boot


@pytest.fixture(scope="module")
def pc():
    with Machine("pae", append="quiet") as machine:
        machine.shell()
        machine.send("stty echo; PS1='$ '\n")
        yield machine


def ask(pc, command):
    """What a command prints. The shell edits lines itself, as for a person, so its echo comes first."""
    pc.send(f"{command}; echo \"@\"done@\n")
    pc.expect(r"@done@\r*\n")
    text = pc.serial.before.replace("\r", "").replace("\x1b[6n", "")
    return text[text.rindex("done@\n") + 6:]


def type_slowly(pc, *pieces):
    """Give the program time to take each piece: what an escape key is, an editor tells by the pause behind it."""
    for piece in pieces:
        pc.send(piece)
        pc.drain(0.1)


def back(pc):
    """The shell answers again; what was printed until then."""
    return ask(pc, "true")


def test_canonical_editing(pc):
    """cat reads lines that the line discipline has edited: erase, erase word, kill, literal next, end of file."""
    type_slowly(pc, "cat > /tmp/typed\n")
    type_slowly(pc, "abx\x7fc\n", "one two three\x17\x17six\n", "nothing\x15all\n", "a\x16\x03b\n", "tail\x04\x04")
    back(pc)
    assert ask(pc, "cat -v /tmp/typed") == "abc\none six\nall\na^Cb\ntail"


def test_interrupt_and_quit(pc):
    type_slowly(pc, "sleep 1000\n", "\x03")
    back(pc)
    type_slowly(pc, "sh -c 'trap \"echo caught\" INT; sleep 1; sleep 1'\n", "\x03")
    pc.expect("caught")
    back(pc)
    type_slowly(pc, "sleep 1000\n", "\x1c")
    pc.expect("Quit")
    back(pc)


def test_stop_and_continue(pc):
    type_slowly(pc, "sleep 1000\n", "\x1a")
    pc.expect("Stopped")
    assert "T" in ask(pc, "grep State /proc/$(pidof sleep)/status")
    pc.send("bg\n")
    pc.drain()
    assert "S" in ask(pc, "grep State /proc/$(pidof sleep)/status")
    assert "Running" in ask(pc, "jobs")
    type_slowly(pc, "fg\n", "\x03")
    back(pc)
    assert ask(pc, "pidof sleep || echo none") == "none\n"


def test_background_reader_stops(pc):
    pc.send("cat &\n")
    pc.drain(0.3)
    assert "tty input" in ask(pc, "jobs")
    pc.send("fg\n")
    pc.drain(0.2)
    type_slowly(pc, "to-the-foreground\n", "\x04")
    pc.expect("to-the-foreground")
    back(pc)


def test_background_writer_stops_where_told(pc):
    """A background job may write, unless the terminal says TOSTOP."""
    pc.send("stty tostop; (echo from the background) &\n")
    pc.drain(0.3)
    assert "tty output" in ask(pc, "jobs")
    pc.send("fg\n")
    pc.expect("from the background")
    back(pc)
    ask(pc, "stty -tostop")


def test_settings(pc):
    ask(pc, "stty rows 33 cols 77")
    assert ask(pc, "stty size") == "33 77\n"
    ask(pc, "stty rows 0 cols 0")
    pc.send("stty -icanon min 3 time 0; dd bs=10 count=1 of=/tmp/raw 2> /dev/null; stty icanon\n")
    type_slowly(pc, "x", "\x7f", "z")
    back(pc)
    assert ask(pc, "cat -v /tmp/raw") == "x^?z"
    pc.send("stty -icanon min 0 time 5; dd bs=10 count=1 of=/tmp/raw 2> /dev/null; stty icanon\n")
    pc.drain(0.6)
    back(pc)
    assert ask(pc, "wc -c < /tmp/raw") == "0\n"


def test_controlling_terminal(pc):
    assert ask(pc, "tty") == "/dev/ttyS0\n"
    assert ask(pc, "echo through /dev/tty > /dev/tty") == "through /dev/tty\n"
    assert "can't create /dev/tty" in ask(pc, "setsid sh -c 'echo x > /dev/tty' 2>&1 | cat")


def test_screen_editor(pc):
    type_slowly(pc, "vi /tmp/edited\n", "ifirst line\nsecond", "\x1b", "kOabove", "\x1b", ":wq\n")
    back(pc)
    assert ask(pc, "cat /tmp/edited") == "above\nfirst line\nsecond\n"
