"""Looking at memory of the running system: the fault trace, page tables."""

import re

import pytest

from machine import FORMATS

pytestmark = pytest.mark.boot


@pytest.fixture(params=FORMATS)
def pc(request, boot):
    return boot(request.param, append="quiet").shell()


def sentences(pc, *options):
    output, status = pc.run("faults " + " ".join(options))
    assert status == 0, output
    return output.splitlines()


def test_copy_on_write(pc):
    """cow writes to 64 pages that it shares with its child: 64 copies, each of another frame."""
    pc.run("echo 1 > /proc/sys/vm/fault_trace; cow")
    copies = [re.match(r"cow\(\d+\): write to protected page 0x(\w+), rw-p: frame (0x\w+), a copy of frame (0x\w+) \(\d+ cycles\)",
                       line) for line in sentences(pc)]
    copies = [match for match in copies if match]
    assert len(copies) >= 64, copies
    assert all(match.group(2) != match.group(3) for match in copies)
    assert len({match.group(1) for match in copies}) >= 64


def test_every_outcome(pc):
    """A zeroed frame, the page of zeroes, a page of a file, a copy of one."""
    pc.run("mmap-file")
    lines = "\n".join(sentences(pc))
    for sentence in (r"write to absent page 0x\w+, rw-p[^:]*: zeroed frame 0x\w+", r"read of absent page 0x\w+, \S+: the page of zeroes",
                     r"execution of absent page 0x\w+, r-xp /bin/\w+: page \d+ of it, frame 0x\w+",
                     r"write to absent page 0x\w+, rw-p /bin/\w+: frame 0x\w+, a copy of page \d+ of it"):
        assert re.search(sentence, lines), f"{sentence}\n{lines}"


def test_what_is_refused(pc):
    """A program that dies of a fault leaves it as the last one."""
    pc.run("/tests/faultinfo > /tmp/out")
    lines = "\n".join(sentences(pc))
    assert re.search(r"faultinfo\(\d+\): \w+ \w+ absent page 0x\w+: SIGSEGV, no mapping there", lines), lines
    assert re.search(r"faultinfo\(\d+\): write to \w+ page 0x\w+, r\S+: SIGSEGV, the mapping does not allow it", lines), lines
    pc.run("cd /tmp; /tests/filemap > /tmp/out", timeout=60)
    lines = "\n".join(sentences(pc))
    assert re.search(r"filemap\(\d+\): .*: SIGBUS, past the end of the object", lines), lines


def test_one_process_and_off(pc):
    mine = sentences(pc, "-p", "1")
    assert mine and all(line.startswith("init(1): ") for line in mine), mine
    pc.run("echo 0 > /proc/sys/vm/fault_trace; cow")
    before = pc.run("tail -1 /proc/faults")[0]
    pc.run("cow")
    assert pc.run("tail -1 /proc/faults")[0] == before
    assert pc.run("faults -x")[1] == 2
    assert pc.run("echo 2 > /proc/sys/vm/fault_trace")[1] != 0


def test_pagetables(pc):
    """/proc/PID/pagetables against /proc/PID/maps, statm and, for the frames, pagemap."""
    output, status = pc.run("cat /proc/self/pagetables /proc/self/maps")
    assert status == 0
    runs = re.findall(r"^(\w{8})-(\w{8}) +(\S+) +(\d+) pages +(\d+) accessed +(\d+) dirty(?: frames 0x(\w+)-0x(\w+))?$",
                      output, re.M)
    maps = [(int(a, 16), int(b, 16), rights) for a, b, rights in re.findall(r"^(\w{8})-(\w{8}) (\S{4}) ", output, re.M)]
    assert runs and maps
    for start, end, rights, pages, accessed, dirty, first, last in runs:
        start, end, pages = int(start, 16), int(end, 16), int(pages)
        assert end - start == pages * 4096 and int(accessed) <= pages and int(dirty) <= pages
        assert not first or int(last, 16) - int(first, 16) == pages - 1
        owners = [m for m in maps if m[0] < end and m[1] > start]
        assert sum(min(end, m[1]) - max(start, m[0]) for m in owners) == end - start, (start, owners)
        if "w" in rights:  # an entry never allows more than its VMA
            assert all("w" in m[2] for m in owners), (rights, owners)
