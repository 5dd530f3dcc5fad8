"""gdb on the running kernel: the session that README.md and docs/ promise a reader."""

import re

import pytest

from machine import FORMATS

pytestmark = pytest.mark.gdb


@pytest.mark.parametrize("fmt", FORMATS)
def test_first_c_function(boot, fmt):
    pc = boot(fmt, gdb=True, paused=True)
    output = pc.debug("hbreak start_kernel", "continue", "info symbol $pc", "bt 1", "detach")
    assert re.search(r"start_kernel.* in section \.", output), output


@pytest.mark.parametrize("fmt", FORMATS)
def test_fault_to_nopage(boot, fmt):
    """Break in do_page_fault, go on into a nopage operation, read the VMA."""
    pc = boot(fmt, gdb=True, paused=True)
    output = pc.debug(
        "hbreak start_kernel", "continue", "delete",
        "break do_page_fault", "continue", "info symbol $pc", "delete",
        "break filemap_nopage", "continue", "info symbol $pc",
        "printf \"vma %#lx-%#lx flags %#lx\\n\", vma->vm_start, vma->vm_end, vma->vm_flags",
        "printf \"file %p\\n\", vma->vm_file", "bt 3", "delete", "detach")
    assert "do_page_fault in section" in output, output
    assert "filemap_nopage in section" in output, output
    match = re.search(r"vma (0x[0-9a-f]+)-(0x[0-9a-f]+) flags (0x[0-9a-f]+)", output)
    start, end, flags = (int(group, 16) for group in match.groups())
    assert 0 < start < end <= 0xC0000000 and start % 4096 == end % 4096 == 0 and flags & 1, output
    assert not re.search(r"file (0x0|\(nil\))\s", output), output
    pc.shell()


@pytest.mark.parametrize("fmt", FORMATS)
def test_commands(boot, fmt):
    """tools/pagoda_gdb.py: list VMAs, walk page tables down to the physical address."""
    pc = boot(fmt, gdb=True, paused=True)
    output = pc.debug(
        "source tools/pagoda_gdb.py", "hbreak start_kernel", "continue", "delete",
        "break filemap_nopage", "continue", "vmas", "walk vma->vm_mm", "delete", "detach")
    assert re.search(r"^[0-9a-f]{8}-[0-9a-f]{8} r-x", output, re.M), output
    virtual, physical = re.search(r"(0xc[0-9a-f]+) is physical (0x[0-9a-f]+)", output).groups()
    assert int(virtual, 16) - int(physical, 16) == 0xC0000000, output
