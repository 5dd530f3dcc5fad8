"""tests/user/*.c: programs that must agree with Linux. On Pagoda, one boot for each page-table format
runs them all from the shell; on this machine, Linux itself is the judge of the tests."""

import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from machine import BUILD, FORMATS, Machine, MachineError, seconds

HERE = Path(__file__).parent
PROGRAMS = sorted(path.stem for path in HERE.glob("*.c"))
LIMIT = 60


# Pages that may stay with an owner after a program: caches of empty slabs, stacks and page tables.
SLACK = {"slab": 64, "pgtable": 32, "stack": 32}


def ledger(pc):
    """Who owns how many pages, from the audit that proves it ({owner: pages}, and "errors")."""
    output, status = pc.run("cat /proc/mm_audit")
    assert status == 0, output
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", output, re.M)}


def leaks(before, after):
    """What the second ledger has more than the first, beyond what caches may keep."""
    found = {name: after[name] - before[name] for name in after
             if name not in ("free", "errors") and after[name] > before[name] + SLACK.get(name, 0)}
    if after["errors"]:
        found["errors"] = after["errors"]
    return found


def run_programs(fmt, **options):
    """{program: (output, exit status or None, problem or None, leaks)}; a new boot after one that hangs."""
    results = {}
    pc = None
    for name in PROGRAMS:
        if pc is None:
            pc = Machine(fmt, **({"append": "quiet"} | options)).shell()
            # As many page tables as the kernel keeps for later (mm/pgtable.c): they are no leak of who frees them.
            pc.run("for i in $(seq 40); do sleep 0.5 & done; wait")
        try:
            ledger(pc)
            before = ledger(pc)
            output, status = pc.run(f"cd /tmp; /tests/{name}", timeout=LIMIT)
            results[name] = (output, status, None, leaks(before, ledger(pc)))
        except MachineError as error:
            results[name] = (str(pc.serial.before), None, str(error), {})
            pc.kill()
            pc = None
    if pc:
        results["stack depth"] = pc.run("cat /proc/sys/kernel/stack_max_size")
        pc.kill()
    return results


@pytest.mark.user
@pytest.mark.background.with_args(run_programs)
@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_on_pagoda(name, fmt, background, tap):
    report(background()[name], tap)


@pytest.mark.user
@pytest.mark.background.with_args(run_programs)
@pytest.mark.parametrize("fmt", FORMATS)
def test_kernel_stacks_are_deep_enough(fmt, background):
    """The deepest use of any of 8192 bytes: what an interrupt may need on top is left over."""
    output, _ = background()["stack depth"]
    assert 1000 < int(output) < 6500, output


def run_programs_in_highmem(fmt):
    """On a small machine most of whose memory is high."""
    return run_programs(fmt, memory="64M", append="quiet lowmem=16M")


@pytest.mark.user
@pytest.mark.background.with_args(run_programs_in_highmem)
@pytest.mark.parametrize("fmt", FORMATS[1:])
@pytest.mark.parametrize("name", PROGRAMS)
def test_in_highmem(name, fmt, background, tap):
    report(background()[name], tap)


def report(result, tap):
    output, status, problem, leaked = result
    if problem:
        try:
            tap.output(output, need_plan=False)
        finally:
            pytest.fail(problem)
    tap.output(output)
    tap.report(not leaked, "memory is back at its baseline, the audit finds no error", str(leaked))
    assert status == 0, f"exit status {status}\n{output[-2000:]}"


@pytest.mark.linux
@pytest.mark.parametrize("name", PROGRAMS)
def test_on_linux(name, tap):
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([BUILD / "tests/user" / name], capture_output=True, text=True, check=False,
                              errors="replace", timeout=seconds(LIMIT), cwd=directory,
                              stdin=subprocess.DEVNULL)
    tap.output(done.stdout)
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-1000:]}"
