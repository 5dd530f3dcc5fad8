"""Millions of random system calls from several tasks at once: the kernel, its ledger and the shell survive.

FUZZ_SEED and FUZZ_CALLS in the environment choose another run than the usual one; `make fuzz` makes ten million.
"""

import os
import re

import pytest

from machine import FORMATS, Machine

SEED = int(os.environ.get("FUZZ_SEED", 1))
CALLS = {"pae": 1_000_000, "nopae": 300_000} | dict.fromkeys(
    FORMATS if "FUZZ_CALLS" in os.environ else (), int(os.environ.get("FUZZ_CALLS", 0)))
FULL_CALLS = 300_000
# Caches may keep what they had at their largest: pages of empty slabs, page tables, stacks.
SLACK = {"slab": 256, "pgtable": 64, "stack": 32}


def ledger(pc):
    """Who owns how many pages, from the audit that proves it ({owner: pages}, and "errors")."""
    output, status = pc.run("cat /proc/mm_audit", timeout=60)
    assert status == 0, output
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", output, re.M)}


def leaks(before, after):
    return {name: after[name] - before[name] for name in after
            if name != "free" and after[name] > before[name] + SLACK.get(name, 0)}


def objects(pc):
    """Objects in use in each slab cache."""
    output, _ = pc.run("cat /proc/slabinfo")
    return {name: int(count) for name, count in re.findall(r"^([\w-]+) +(\d+) +\d+ +\d+ +\d+ +\d+ :", output, re.M)}


def fuzz(fmt):
    """[(command, its output, what leaked)]; the machine's end is an exception."""
    runs = []
    with Machine(fmt, append="quiet") as pc:
        pc.shell()
        for calls, mode in ((FULL_CALLS, " full"), (CALLS[fmt], "")):
            command = f"/tests/fuzz {SEED} {calls}{mode}"
            ledger(pc)
            before, used = ledger(pc), objects(pc)
            output, status = pc.run(command, timeout=900)
            assert status == 0 and f"fuzz: seed {SEED}," in output, f"{command}\n{output[-3000:]}"
            leaked = leaks(before, ledger(pc))
            leaked |= {name: count - used[name] for name, count in objects(pc).items() if count > used[name] + 16}
            runs.append((command, output, leaked))
        alive, status = pc.run("echo a''live")
        assert status == 0 and "alive" in alive
    return runs


@pytest.mark.judge
@pytest.mark.background.with_args(fuzz)
@pytest.mark.parametrize("fmt", FORMATS)
def test_fuzz(fmt, background, tap):
    for command, output, leaked in background():
        tap.report(not leaked, f"{command}: memory is back at its baseline, the audit finds no error",
                   f"{leaked}\n{output[-2000:]}")
