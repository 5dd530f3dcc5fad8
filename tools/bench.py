#!/usr/bin/env python3
"""Boot the release kernel with QEMU counting instructions, run user/bench in it, print its table.

One guest instruction is one nanosecond of virtual time (-icount shift=0), so that the processor's time stamp
counter counts instructions: the numbers do not vary from run to run.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from machine import BUILD, Machine  # noqa: E402


def main():
    for fmt in sys.argv[1:] or ["pae", "nopae"]:
        with Machine(fmt, kernel=BUILD / f"{fmt}-release" / "pagoda.elf", append="quiet",
                     devices=["-icount", "shift=0,sleep=off"]) as pc:
            pc.shell(timeout=60)
            output, status = pc.run("/bin/bench", timeout=300)
            print(f"{fmt}, guest instructions:\n{output}", end="")
            if status != 0:
                sys.exit(f"bench: exit status {status}")


main()
os._exit(0)
