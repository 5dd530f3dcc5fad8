"""tests/judge/memdiff.c, the same random memory calls here and on Pagoda: the notes must be the same.

MEMDIFF_SEEDS in the environment ("101-140", "7") chooses other runs than the usual ones.
"""

import os
import re
import subprocess

import pytest

from machine import BUILD, FORMATS, Machine, seconds

PROGRAM = BUILD / "tests/judge/memdiff"
OPS = 2000
FIRST, _, LAST = os.environ.get("MEMDIFF_SEEDS", "1-100").partition("-")
SEEDS = range(int(FIRST), int(LAST or FIRST) + 1)


def here(*arguments):
    """What Linux says."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False,
                          errors="replace", timeout=seconds(60)).stdout.splitlines()


def there(pc, *arguments):
    """What Pagoda says."""
    output, status = pc.run(f"/tests/memdiff {' '.join(map(str, arguments))}", timeout=120)
    return output.splitlines() + ([f"exit status {status}"] if status else [])


def first_difference(ours, linux):
    return next((i for i, (a, b) in enumerate(zip(ours, linux)) if a != b),
                None if len(ours) == len(linux) else min(len(ours), len(linux)))


def explain(pc, seed, ours, linux):
    """The first line of the notes that differs, with what came before."""
    same = [line for line in ours[:first_difference(ours, linux)] if re.match(r"\d+ [0-9a-f]{8}$", line)]
    start = int(same[-1].split()[0]) + 1 if same else 1
    ours, linux = there(pc, seed, OPS, start, start + 59), here(seed, OPS, start, start + 59)
    i = first_difference(ours, linux)
    if i is None:
        return f"seed {seed}: the hashes differ after operation {start - 1}, a second run agrees"
    calls = [line for line in ours[:i] if re.match(r"\d+\.\d ", line)][-8:]
    return "\n".join([
        f"seed {seed}, operation {calls[-1].split()[0] if calls else '?'}", *(f"          {line}" for line in calls), "",
        *(f"          {line}" for line in ours[max(0, i - 3):i]),
        f"Pagoda:   {ours[i] if i < len(ours) else '(nothing)'}", f"Linux:    {linux[i] if i < len(linux) else '(nothing)'}",
        f"replay:   memdiff {seed} {OPS} {start} {start + 59}, on both; 1 instead of {start} for all that led there"])


def compare(fmt):
    """[(seed, None or the first difference)]"""
    results = []
    with Machine(fmt, append="quiet") as pc:
        pc.shell()
        for seed in SEEDS:
            ours, linux = there(pc, seed, OPS), here(seed, OPS)
            agree = ours == linux and len(ours) > OPS // 100
            results.append((seed, None if agree else explain(pc, seed, ours, linux)))
        output, _ = pc.run("cat /proc/mm_audit")
        results.append(("audit", None if re.search(r"^errors +0$", output, re.M) else output))
    return results


@pytest.mark.judge
@pytest.mark.background.with_args(compare)
@pytest.mark.parametrize("fmt", FORMATS)
def test_memdiff(fmt, background, tap):
    for seed, problem in background():
        tap.report(problem is None, f"seed {seed}: {OPS} random memory calls as on Linux", problem)
