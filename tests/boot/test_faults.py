"""What goes wrong on purpose: in the kernel a panic that names it, in programs a signal."""

import re

import pytest

from machine import FORMATS

pytestmark = pytest.mark.boot

# suite of tests/kernel/crash.c: what the panic must say, on each format
CRASHES = {
    "crash_null": r"NULL",
    "crash_hole": r"hole",
    "crash_vmalloc": r"vmalloc",
    "crash_guard": r"guard page",
    "crash_pkmap": r"(?i)pkmap|kmap",
    "crash_text": r"(?i)text|read-only",
    "crash_rodata": r"(?i)rodata|read-only",
    "crash_user": r"(?i)user",
    "crash_stack": r"(?i)stack overflow|overflow of the kernel stack",
    "crash_double_free": r"(?i)double free|freed twice|already free",
    "crash_overrun": r"(?i)red ?zone|overwritten|overrun",
    "crash_sleep_atomic": r"(?i)sleep|atomic|spinlock",
    "crash_divide": r"(?i)divide",
}


def crash(boot, fmt, name, cpu="max"):
    """Run the suite; returns the log from the panic on."""
    pc = boot(fmt, append=f"test={name}", cpu=cpu)
    pc.expect(rf"suite {name}\r*\n")
    pc.expect(r"Kernel panic", panics=True)
    pc.expect_eof()
    return pc.log().partition(f"suite {name}")[2]


@pytest.mark.parametrize("name", CRASHES)
def test_kernel_mistake(boot, name):
    fmt = FORMATS[list(CRASHES).index(name) % 2]
    report = crash(boot, fmt, name)
    assert re.search(CRASHES[name], report), report
    assert re.search(r"\[<[0-9a-f]+>\] ktest_run\w*\+0x|recurse\+0x", report), f"no symbolised backtrace:\n{report}"


@pytest.mark.parametrize("fmt", FORMATS)
def test_stack_overflow(boot, fmt):
    assert re.search(CRASHES["crash_stack"], crash(boot, fmt, "crash_stack"))


def test_execute_data(boot):
    """With NX the kernel's data does not run; without, it does, and nobody notices."""
    assert re.search(r"(?i)execut", crash(boot, "pae", "crash_execute"))
    pc = boot("nopae", append="test=crash_execute")
    pc.expect("survived")


@pytest.mark.parametrize("fmt", FORMATS)
def test_wild_programs_leave_the_kernel_alive(boot, fmt):
    pc = boot(fmt, append="quiet").shell()
    output, _ = pc.run("/tests/wild", timeout=60)
    assert "not ok" not in output and "ok 1" in output, output
    assert pc.run("echo alive")[0] == "alive\n"
