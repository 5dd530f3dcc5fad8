"""What is on the screen, and whose page table entries lead there."""

import re

import pytest

from machine import FORMATS

pytestmark = pytest.mark.screen


def framebuffer(pc):
    """Physical address of the display adapter's memory, from QEMU."""
    match = re.search(r"VGA controller: PCI device 1234:1111.*?BAR0: 32 bit prefetchable memory at (0x[0-9a-f]+)",
                      pc.monitor("info pci"), re.S)
    return int(match.group(1), 16)


@pytest.mark.parametrize("fmt", FORMATS)
def test_entries_point_at_framebuffer(boot, fmt):
    """While fbdemo draws, its page table entries lead to the adapter's memory, from user mode, writable."""
    pc = boot(fmt, append="quiet").shell()
    base = framebuffer(pc)
    pc.send("fbdemo &\n")
    for _ in range(300):
        pc.qmp("stop")
        mapped = {}
        for line in pc.monitor("info tlb").splitlines():
            match = re.match(r"([0-9a-f]+): ([0-9a-f]+) (\S+)", line)
            # QEMU leaves NX, bit 63, in the address
            virtual, physical, flags = int(match[1], 16), int(match[2], 16) & ~(1 << 63), match[3]
            if virtual < 0xC0000000 and base <= physical < base + (16 << 20):
                mapped[virtual] = (physical, flags)
        pc.qmp("cont")
        if mapped:
            break
    assert mapped, "no user page ever led to the framebuffer"
    first = min(mapped)
    for virtual, (physical, flags) in mapped.items():
        assert physical - base == virtual - first + (mapped[first][0] - base)
        assert "U" in flags and "W" in flags


def card_pixel(x, y, w, h):
    """Pixel of the card that `fbdemo --card` draws; its law is in user/card.h."""
    dx, dy, r = x - w // 2, y - h // 2, h // 4
    if x < 8 or y < 8 or x >= w - 8 or y >= h - 8 or (r - 4) ** 2 <= dx * dx + dy * dy <= (r + 4) ** 2:
        return 255, 255, 255
    return x * 255 // (w - 1), y * 255 // (h - 1), ((x // 32 + y // 32) & 1) * 255


def check_card(pc, mode=""):
    """Draw the card; every pixel that the screen shows is the one the card has there. 16-bit pixels keep 5, 6 and 5
    bits. Returns the mode."""
    pc.send(f"fbdemo --card --hold {'--mode ' + mode if mode else ''}\n")
    match = pc.expect(r"(\d+)x(\d+), (\d+) bits[^\r\n]*\r*\ncard\r*\n", timeout=60)
    width, height, bits = (int(group) for group in match.groups())
    if mode:
        assert f"{width}x{height}x{bits}" == mode
    shown_width, shown_height, rgb = pc.screendump()
    # QEMU's Cirrus leaves out the last line that it is told of.
    assert shown_width == width and height - shown_height in (0, 1)
    lost = (3, 2, 3) if bits == 16 else (0, 0, 0)
    wrong = []
    for y in range(shown_height):
        for x in range(width):
            at = (y * width + x) * 3
            want = card_pixel(x, y, width, height)
            if any(got >> n != value >> n for got, value, n in zip(rgb[at:at + 3], want, lost)):
                wrong.append((x, y, tuple(rgb[at:at + 3]), want))
    assert not wrong, f"{len(wrong)} wrong pixels, the first (x, y, shown, wanted): {wrong[:5]}"
    pc.send("\n")
    assert pc.run("echo over")[0].endswith("over\n")
    return width, height, bits


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("mode", ["", "800x600x32", "640x480x16"])
def test_card(boot, fmt, mode):
    check_card(boot(fmt, append="quiet").shell(), mode)


@pytest.mark.parametrize("display, bits", [("cirrus", 24), ("vmware", 32)])
def test_loaders_mode(boot, display, bits):
    """On an adapter that Pagoda cannot set, the mode that GRUB left is the framebuffer."""
    pc = boot("pae", iso=True, display=display).shell(timeout=60)
    assert check_card(pc)[2] == bits


def test_no_adapter(boot):
    """Without any, the machine starts all the same."""
    pc = boot("pae", display="none", append="quiet").shell()
    assert "No such file" in pc.run("fbdemo")[0]


def test_panic_is_on_the_screen(boot):
    """The text console shows a panic even while a program has the screen: the picture changes, and is not one colour."""
    pc = boot("pae", append="console=tty0 panic=0 test=crash_null")
    pc.expect("Kernel panic", panics=True)
    pc.drain(1)
    width, height, rgb = pc.screendump()
    pixels = [rgb[i:i + 3] for i in range(0, len(rgb), 3)]
    assert (width, height) != (720, 400), "still the firmware's text mode"
    colours = sorted(((pixels.count(colour), colour) for colour in set(pixels)), reverse=True)
    assert len(colours) >= 2 and colours[1][0] > 500, f"nothing is written on the screen: {colours[:4]}"
