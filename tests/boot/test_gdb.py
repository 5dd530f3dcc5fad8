"""gdb on the running kernel: the session that README.md and docs/ promise a reader."""

import re
import subprocess

import pytest

from machine import FORMATS, ROOT, seconds

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


# From here on: tools/mmgdb. Each session stops where a file's page is brought in for init, the first program.
TO_NOPAGE = ("source tools/pagoda_gdb.py", "hbreak start_kernel", "continue", "delete",
             "break filemap_nopage", "continue", "continue")


@pytest.fixture(params=FORMATS)
def answers(request, boot):
    """answers(command, ...): what each of them prints."""
    pc = boot(request.param, gdb=True, paused=True)

    def run(*commands):
        marked = [part for command in commands for part in ('echo \\n==\\n', command)]
        output = pc.debug(*TO_NOPAGE, *marked, "delete", "detach")
        return output.split("\n==\n")[1:]

    answers.format = request.param
    return run


def test_walk_and_explain(answers):
    walk, lowmem, absent, null, stack = answers(
        "walk vma->vm_mm", "mm explain vma->vm_mm", "mm explain address", "mm explain 0", "mm explain $esp")
    virtual, physical = re.search(r"(0xc[0-9a-f]+) is physical (0x[0-9a-f]+)", walk).groups()
    assert int(virtual, 16) - int(physical, 16) == 0xC0000000, walk
    assert "slab of cache mm_struct" in lowmem and "lowmem, physical memory 1:1" in lowmem, lowmem
    assert re.search(r"VMA [0-9a-f]{8}-[0-9a-f]{8} r\S+p? .*/init", absent), absent
    assert re.search(r"next read: do_no_page: page \d+ of the file, cached in frame 0x", absent), absent
    assert re.search(r"next write: SIGSEGV, SEGV_ACCERR", absent), absent
    assert "SEGV_MAPERR" in null and "the next one above" in null, null
    assert "kernel stack of init (pid 1)" in stack and "owner stack" in stack, stack


def test_address_space(answers):
    maps, table, saved, change, diff = answers(
        "mm maps", "mm pagetable 1", "mm save before", "finish", "mm diff before 1")
    assert re.search(r"^bf\w{6}-c0000000 rw-p \w+ \[stack\] +[1-9]\d* of \d+ pages", maps, re.M), maps
    # Page by page, as debug builds map lowmem: without what is free.
    assert re.search(r"^c0000000-c00\w{5} krw\S+ +\d+ pages  frames 0x0-0x", table, re.M), table
    assert re.search(r"^c0100000-c01\w{5} kr-x +\d+ pages  frames 0x100-0x1", table, re.M), table
    assert "Value returned" in change and not saved.strip(), (change, saved)
    assert diff.startswith("no difference"), diff  # the page was found, and is not entered yet


def test_watch_an_entry(answers):
    watch, stop, where, diff = answers("mm watch-pte address", "mm save before", "continue", "mm diff before 1")
    assert "watching the pte entry" in watch and "empty" in watch, watch
    assert re.search(r"entry for 0x\w+: empty -> frame 0x\w+: P present, U user", where), where
    assert re.search(r"^\w{8}: absent -> ur-\S frame 0x", diff, re.M), (stop, diff)


def test_the_whole_of_memory(answers):
    zones, slabs, areas, kmaps, tasks, page, faults, types = answers(
        "mm zones", "mm slabs", "mm vmalloc", "mm kmaps", "mm tasks", "mm page 0x100", "mm faults 1", "print *vma")
    frames = sum(int(n) for n in re.findall(r"^\w+ +(\d+) pages, \d+ free", zones, re.M))
    free = sum(int(n) for n in re.findall(r"pages, (\d+) free", zones))
    owned = {name: int(n) for name, n in re.findall(r"^(\w+) +(\d+)$", zones, re.M)}
    # What is managed is free or owned; the kernel's image and the holes are reserved beside it.
    assert frames == free + sum(owned.values()) - owned["reserved"], zones
    assert re.search(r"^vm_area_struct +[1-9]", slabs, re.M), slabs
    assert "kernel stack, made by" in areas and "ioremap, made by" in areas, areas
    assert "no kmap at all" in kmaps or "kmap_atomic" in kmaps, kmaps
    assert re.search(r"^\* +1 init .* resident$", tasks, re.M) and "swapper" in tasks, tasks
    assert "owner reserved" in page, page
    assert re.search(r"^\d+ init \(pid 1\): write at 0x\w+, page absent: FAULT_HANDLED, OUTCOME_\w+, frame 0x0 -> 0x[1-9a-f]",
                     faults, re.M), faults
    assert re.search(r"VMA \w{8}-\w{8} r\S+ .*/init = \{vm_mm = ", types), types


def test_help_and_mistakes(answers):
    help_all, _, _, last = answers("help mm", "mm maps 4711", "mm explain", "mm page 0x7fffffff")
    for command in ("explain", "maps", "pagetable", "diff", "zones", "slabs", "vmalloc", "kmaps", "page", "tasks", "faults",
                    "watch-pte", "program", "save"):
        assert f"mm {command} -- " in help_all, help_all
    # What gdb complains of comes last, on its standard error.
    for mistake in ("no task has pid 4711", "an address is wanted", "device memory"):
        assert mistake in last, last


def test_user_program():
    """make debug PROG=user/cow stops at that program's main; its symbols are known, breakpoints in it work."""
    commands = "continue\ninfo symbol $pc\nbreak touch\ncontinue\nmm explain p\nmm diff 2 4\nkill\nquit\n"
    done = subprocess.run(["make", "-s", "debug", "PROG=user/cow"], input=commands, capture_output=True, text=True,
                          check=False, timeout=seconds(60), cwd=ROOT)
    assert re.search(r"Breakpoint 1, main \(\) at user/cow.c:\d+", done.stdout), done.stdout + done.stderr
    assert re.search(r"touch \(p=.*, \s*write=.*\) at user/cow.c", done.stdout), done.stdout
    assert len(re.findall(r"mapped by cow \(pid \d+\) at", done.stdout)) == 2, done.stdout
    assert re.search(r"next write: do_wp_page: a copy of frame 0x\w+, which 2 entries share", done.stdout), done.stdout
    # mm diff: the child has written to its stack, perhaps before its parent, and nowhere where the parent wrote before.
    assert re.search(r"^(\(gdb\) )?bf\w{6}: ur[w-]- frame (0x\w+) -> urw- frame (?!\2)0x\w+$", done.stdout, re.M), done.stdout
    assert re.search(r"^(\(gdb\) )?\w{8}: ur-- frame (0x\w+) -> urw- frame (?!\2)0x\w+$", done.stdout, re.M), done.stdout
    assert not re.search(r"^b7fbf000: ", done.stdout, re.M), done.stdout
