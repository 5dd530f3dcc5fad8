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
            virtual, physical, flags = int(match[1], 16), int(match[2], 16), match[3]
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
