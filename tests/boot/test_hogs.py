"""Programs that want all there is (tests/boot/hog.c): each is refused or killed, who stands beside it gets its answers within
a second of the guest's time, and afterwards the ledger is as it was."""

import re

import pytest

from machine import Machine

pytestmark = [pytest.mark.boot, pytest.mark.matrix]

# The guest's clock counts its instructions, 2 ns each, as a PC of the year 2000: what is measured is the same on every machine.
ICOUNT = ("-icount", "shift=1,sleep=off")
SECOND = 1000
SLACK = {"slab": 192, "pgtable": 64, "stack": 32}

RUNS = {
    "16M": ("pae", ["anon", "heap", "stack", "shared", "segments", "memfd", "sparse", "tables", "vmas", "files", "pipes",
                    "terminals", "signals", "names", "threads", "processes", "bomb", "urgent",
                    "anon anon tables"]),
    "64M": ("nopae", ["anon", "tables", "vmas", "pipes", "threads", "processes", "bomb", "anon bomb vmas"]),
    "512M": ("pae", ["anon", "tables"]),
}


def ledger(pc):
    output, _ = pc.run("cat /proc/mm_audit")
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", output, re.M)}


def try_hog(pc, kinds):
    """What is wrong after it, or None."""
    ledger(pc)
    before = ledger(pc)
    output, status = pc.run(f"/tests/hog {kinds}", timeout=60)
    after = ledger(pc)
    ended = re.findall(r"^(?:refused: |\w+: ended by signal (?:7|9),)", output, re.M)
    slowest = re.search(r"^rounds \d+, slowest (\d+) ms", output, re.M)
    if status or len(ended) < len(kinds.split()):
        return f"not all were refused or killed:\n{output}"
    if not slowest or int(slowest.group(1)) >= SECOND:
        return f"no answer within a second:\n{output}"
    if pc.run("echo alive | cat")[0] != "alive\n":
        return f"the shell does not start programs any more:\n{output}"
    more = {name: after[name] - before[name] for name in after
            if name not in ("free", "errors") and after[name] > before[name] + SLACK.get(name, 0)}
    return f"the ledger has more: {more}" if more or after["errors"] else None


@pytest.mark.parametrize("memory", RUNS)
def test_hogs(memory, tap):
    fmt, runs = RUNS[memory]
    with Machine(fmt, memory=memory, append="loglevel=4", devices=ICOUNT) as pc:
        pc.shell(timeout=60)
        for kinds in runs:
            wrong = try_hog(pc, kinds)
            tap.report(not wrong, f"{memory}: {kinds}", wrong)
        pc.run("/tests/hog anon | cat >/dev/null; echo still here", timeout=60)
        assert "still here" in pc.run("/tests/hog anon | cat; echo still here", timeout=60)[0]


def test_killer_says_whom_and_why(boot):
    pc = boot("pae", memory="16M", append="loglevel=4").shell()
    output = pc.run("/tests/hog anon")[0]
    assert len(re.findall(r"Out of memory: killed process \d+ \(hog\), which has most: \d+ pages", output)) == 1, output
    output = pc.run("/tests/hog bomb", timeout=60)[0]
    assert re.search(r"Out of memory: killed the process group of \d+ \(hog\)", pc.log()), output
