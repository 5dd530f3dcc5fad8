"""make replay: a recorded run is debugged backwards, from a corrupted page-table entry to the line that wrote it."""

import os
import re
import subprocess

import pexpect
import pytest

from machine import FORMATS, PROMPT, ROOT, seconds

pytestmark = pytest.mark.replay

# The session of docs/gdb.md, and two more steps back through the life of the entry.
SESSION = """break __panic
continue
mm explain 0x10000000
mm watch-pte 0x10000000
reverse-continue
backtrace 2
reverse-stepi
print $pc
reverse-step
reverse-next
reverse-continue
backtrace 3
reverse-continue
disable
reverse-continue
print $pc
"""


@pytest.mark.parametrize("fmt", FORMATS)
def test_back_to_the_bug(fmt, tmp_path):
    lines = SESSION.splitlines()
    script = tmp_path / "session"
    script.write_text("".join(f"echo \\n=={line}\\n\n{line}\n" for line in lines))
    done = subprocess.run(["make", "-s", "replay", f"PAE={int(fmt == 'pae')}", "APPEND=test=crash_stale quiet",
                           f"GDB_ARGS=-nx -batch -x {script}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=seconds(120), cwd=ROOT)
    parts = [part.partition("\n")[2] for part in done.stdout.split("\n==")[1:]]
    assert len(parts) == len(lines), done.stdout + done.stderr
    (_, stop, explain, watch, bug, calls, store, pc, line, caller, birth, fault, older, _, start, first) = parts
    assert "is not what the task put there" in done.stdout and "__panic (" in stop, done.stdout
    assert re.search(r"pte at 0x\w+ = 0x(deadbeef)+: frame", explain) and "watching the pte entry" in watch, explain
    # The store that wrote it, a moment ago, and who called.
    assert re.search(r"New value = 3735928559\ndriver_was_not_done \(\) at tests/kernel/crash.c:\d+", bug), bug
    assert re.search(r"entry for 0x10000000: .*frame 0x\w+: P present.* -> ", bug), bug
    assert "ktest_run_crash_stale" in calls, calls
    assert "= 0xdeadbeef;" in store and "driver_was_not_done" in pc, (store, pc)
    assert re.search(r"driver_was_not_done \(\) at tests/kernel/crash.c", line), line
    assert re.search(r"ktest_run_crash_stale \(\) at tests/kernel/crash.c.*\n.*driver_was_not_done\(\);", caller), caller
    # Before that it was right: from the task's first fault.
    assert re.search(r"entry for 0x10000000: .* -> frame 0x\w+: P present, W writable, U user", birth), birth
    assert "do_anonymous_page" in fault, fault
    assert re.search(r"-> empty", older), older  # a page table is cleared before it is one
    assert "No more reverse-execution history" in start and "0xfff0" in first, (start, first)


def test_what_was_typed():
    """Keys are part of the recording: a program that was started by hand runs again."""
    session = pexpect.spawn("make", ["-s", "replay", "GDB_ARGS=-nx"], cwd=str(ROOT), env={**os.environ, "TERM": "dumb"},
                            encoding="utf-8", timeout=seconds(20), dimensions=(50, 200))
    session.expect(PROMPT)
    session.send("cow\n")
    session.expect(PROMPT)
    session.send("poweroff\n")
    session.expect(r"Now gdb.*\(gdb\) ")
    for command, answer in (("mm program cow touch", "reakpoint 1"), ("continue", r"touch \(p="), ("continue", r"touch \(p="),
                            ("reverse-continue", r"touch \(p="), ("delete", ""), ("continue", "exited|closed|disconnected"),
                            ("break do_exit", "reakpoint"), ("reverse-continue", "do_exit")):
        session.sendline(command)
        session.expect(answer)
        session.expect(r"\(gdb\) ")
    session.sendline("quit")
    session.expect(pexpect.EOF)
