#!/usr/bin/env python3
"""Boot the release kernel with QEMU counting instructions, run user/bench in it, print its table.

One guest instruction is one nanosecond of virtual time (-icount shift=0), so that the processor's time stamp
counter counts instructions: the numbers do not vary from run to run.
"""
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from machine import BUILD, Machine  # noqa: E402


def boot_time(fmt):
    """From QEMU's start to init's first line: seconds of the wall, and of the kernel's own clock."""
    start = time.perf_counter()
    with Machine(fmt, kernel=BUILD / f"{fmt}-release" / "pagoda.elf") as pc:
        pc.expect("Pagoda: init started", timeout=60)
        wall = time.perf_counter() - start
        kernel = re.findall(r"\[ *(\d+\.\d+)\] Run /init", pc.log())
    return f"boot to init's first line: {wall:.2f} s on this machine, {kernel[-1]} s of it in the kernel"


def main():
    for fmt in sys.argv[1:] or ["pae", "nopae"]:
        print(f"{fmt}, {boot_time(fmt)}")
        with Machine(fmt, kernel=BUILD / f"{fmt}-release" / "pagoda.elf", append="quiet",
                     devices=["-icount", "shift=0,sleep=off"]) as pc:
            pc.shell(timeout=60)
            output, status = pc.run("/bin/bench", timeout=300)
            print(f"{fmt}, guest instructions:\n{output}", end="")
            if status != 0:
                sys.exit(f"bench: exit status {status}")


main()
os._exit(0)
