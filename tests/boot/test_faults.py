"""What goes wrong on purpose: in the kernel a panic that names it, in programs a signal."""

import re
import subprocess
import sys

import pytest

from machine import FORMATS, ROOT, seconds

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
    pc = boot(fmt, append="quiet faultmsg").shell()
    output, _ = pc.run("/tests/wild", timeout=60)
    assert "not ok" not in output and "ok 1" in output, output
    assert pc.run("echo alive")[0] == "alive\n"


# program of tests/user/dying.c: the sentence, and the functions that the walk finds
DEATHS = {
    "null": (r"write to absent page 0x00000000: SIGSEGV, no mapping there", "store store_by main"),
    "read_only": (r"write to protected page 0x\w+, r--p /tests/dying\+0x\w+: SIGSEGV, the mapping does not allow it",
                  "store store_by main"),
    "kernel": (r"write to protected page 0xc0100000: SIGSEGV, no mapping there", "store store_by main"),
    "past_object": (r"write to absent page 0x\w+, rw-s /memfd:object.*: SIGBUS, past the end of the object",
                    "store store_by main"),
    "nowhere": (r"(execution|read) of absent page 0x00000000: SIGSEGV, no mapping there, at 0x00000010", "main"),
    "divide": (r"divide error: SIGFPE", "divide( main)?"),
    "good_stack": (r"invalid opcode: SIGILL", "good_stack( main)?"),
    "loop": (r"invalid opcode: SIGILL", "die_on"),
    "zigzag": (r"invalid opcode: SIGILL", "die_on"),
    "endless": (r"invalid opcode: SIGILL", "die_on" + 15 * " store"),
    "unmapped": (r"invalid opcode: SIGILL", "die_on"),
    "kernel_stack": (r"invalid opcode: SIGILL", "die_on"),
    "wraps": (r"invalid opcode: SIGILL", "die_on"),
    "half": (r"invalid opcode: SIGILL", "die_on"),
    "no_rights": (r"invalid opcode: SIGILL", "die_on"),
}


@pytest.mark.parametrize("fmt", FORMATS)
def test_faultmsg(boot, fmt):
    """A program that dies of a fault says why, in one sentence, and shows its stack, if that is one."""
    pc = boot(fmt, append="quiet faultmsg").shell()
    log, status = pc.run("cd /tmp; /tests/dying")
    assert status == 0 and "not ok" not in log, log
    log = subprocess.run([sys.executable, "-B", ROOT / "tools/symbols.py"], input=log, capture_output=True, text=True, check=True,
                         timeout=seconds(30), cwd=ROOT).stdout
    for name, (sentence, functions) in DEATHS.items():
        part, _, log = re.split(rf"(^ok \d+ - {name} dies)", log, maxsplit=1, flags=re.M)
        assert len(re.findall(r"dying\[\d+\]: ", part)) == 1, part
        assert re.search(rf"dying\[\d+\]: {sentence}", part), part
        found = re.findall(r"\[<\w+>\] r-xp /tests/dying\+0x\w+ (\w+) at ", part)
        assert re.fullmatch(functions, " ".join(call for call in found if not call.startswith("libc_"))), part
    assert re.search(r"^errors +0$", pc.run("cat /proc/mm_audit")[0], re.M)
    output, _ = pc.run("echo 0 > /proc/sys/kernel/print-fatal-signals; /tests/dying; echo 2 > /proc/sys/kernel/print-fatal-signals")
    assert "dying[" not in output and "nvalid argument" in output, output
    caught, _, deadly = pc.run("echo 1 > /proc/sys/kernel/print-fatal-signals; /tests/faultinfo")[0].partition("ok 61 ")
    assert "faultinfo[" not in caught and "faultinfo[" in deadly
