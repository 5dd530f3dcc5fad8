"""make replay: a recorded run is debugged backwards, from a corrupted page-table entry to the line that wrote it."""

import os
import re
import subprocess

import pexpect
import pytest

from machine import PROMPT, ROOT, seconds

pytestmark = pytest.mark.replay

# The session of docs/gdb.md,
TO_THE_BUG = """break __panic
continue
mm explain 0x10000000
mm watch-pte 0x10000000
reverse-continue
backtrace 2
reverse-stepi
print $pc"""

# further back through the life of the entry,
TO_ITS_BIRTH = """reverse-step
reverse-next
reverse-continue
backtrace 3
reverse-continue"""

# and to where the recording starts.
TO_THE_START = """disable
reverse-continue
print $pc"""


def session(fmt, script, *parts):
    """Records the planted bug, then gives gdb these commands; returns all of the output, and what each command printed."""
    lines = "\n".join(parts).splitlines()
    script.write_text("".join(f"echo \\n=={line}\\n\n{line}\n" for line in lines))
    done = subprocess.run(["make", "-s", "replay", f"PAE={int(fmt == 'pae')}", "APPEND=test=crash_stale quiet",
                           f"GDB_ARGS=-nx -batch -x {script}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds(120), cwd=ROOT)
    answers = [part.partition("\n")[2] for part in done.stdout.split("\n==")[1:]]
    assert len(answers) == len(lines), done.stdout + done.stderr
    return done.stdout, answers


def check_bug(output, answers):
    _, stop, explain, watch, bug, calls, store, pc = answers
    assert "is not what the task put there" in output and "__panic (" in stop, output
    assert re.search(r"pte at 0x\w+ = 0x(deadbeef)+: frame", explain) and "watching the pte entry" in watch, explain
    # The store that wrote it, a moment ago, and who called.
    assert re.search(r"New value = 3735928559\ndriver_was_not_done \(\) at tests/kernel/crash.c:\d+", bug), bug
    assert re.search(r"entry for 0x10000000: .*frame 0x\w+: P present.* -> ", bug), bug
    assert "ktest_run_crash_stale" in calls, calls
    assert "= 0xdeadbeef;" in store and "driver_was_not_done" in pc, (store, pc)


def test_back_to_the_bug(tmp_path):
    output, answers = session("pae", tmp_path / "session", TO_THE_BUG, TO_ITS_BIRTH)
    check_bug(output, answers[:8])
    assert "PAT, reserved bits" in answers[2] and "next access: FAULT_KERNEL_BUG: the entry has reserved bits" in answers[2], answers[2]
    line, caller, birth, fault, older = answers[8:]
    assert re.search(r"driver_was_not_done \(\) at tests/kernel/crash.c", line), line
    assert re.search(r"ktest_run_crash_stale \(\) at tests/kernel/crash.c.*\n.*driver_was_not_done\(\);", caller), caller
    # Before that it was right: from the task's first fault.
    assert re.search(r"entry for 0x10000000: .* -> frame 0x\w+: P present, W writable, U user", birth), birth
    assert "do_anonymous_page" in fault, fault
    assert re.search(r"-> empty", older), older  # a page table is cleared before it is one


def test_two_levels(tmp_path):
    output, answers = session("nopae", tmp_path / "session", TO_THE_BUG, TO_THE_START)
    check_bug(output, answers[:8])
    assert "No more reverse-execution history" in answers[-2] and "0xfff0" in answers[-1], answers


def test_what_was_typed():
    """Keys are part of the recording: a program that was started by hand runs again."""
    terminal = pexpect.spawn("make", ["-s", "replay", "GDB_ARGS=-nx"], cwd=str(ROOT), env={**os.environ, "TERM": "dumb"},
                            encoding="utf-8", timeout=seconds(20), dimensions=(50, 200))
    terminal.expect(PROMPT)
    terminal.send("cow\n")
    terminal.expect(PROMPT)
    terminal.send("poweroff\n")
    terminal.expect(r"Now gdb.*\(gdb\) ")
    for command, answer in (("mm program cow touch", "reakpoint 1"), ("continue", r"touch \(p="), ("continue", r"touch \(p="),
                            ("reverse-continue", r"touch \(p="), ("delete", ""), ("continue", "exited|closed|disconnected"),
                            ("break do_exit", "reakpoint"), ("reverse-continue", "do_exit")):
        terminal.sendline(command)
        terminal.expect(answer)
        terminal.expect(r"\(gdb\) ")
    terminal.sendline("quit")
    terminal.expect(pexpect.EOF)
