#!/usr/bin/env python3
"""Finds names that the kernel defines and nobody uses: functions, inline functions, macros.

What is not used is not tested, and a student reads it all the same. A use in a test counts.
"""
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

KERNEL = ["boot", "kernel", "mm", "drivers"]
READERS = KERNEL + ["tests/kernel", "tests/host"]
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
COMPLETE = ("kernel/lib/errno.h",)  # a list that makes sense as a whole only
CALL = re.compile(r"^CALL\(\d+, (\w+)", re.M)  # an entry of the table of system calls
WORD = re.compile(r"[A-Za-z_]\w*")


def sources(folders):
    return [p for folder in folders for p in sorted(Path(folder).rglob("*")) if p.suffix in (".c", ".h", ".S")]


def main():
    uses = Counter()
    for path in sources(READERS) + [Path("linker.ld"), Path("tools/kallsyms.py")]:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        uses.update(WORD.findall(text))
        uses.update("sys_" + name for name in CALL.findall(text))
    tags = subprocess.run(["ctags", "-x", "--languages=C", "--langmap=C:.c.h", "--c-kinds=dfp", "-L", "-"],
                          input="\n".join(map(str, sources(KERNEL))), capture_output=True, text=True, check=True)
    where, defined = {}, Counter()
    rows = [line.split(None, 4)[:4] for line in tags.stdout.splitlines()]
    macros = {name for name, kind, _, _ in rows if kind == "macro"}
    for name, kind, number, path in rows:
        if kind == "prototype" and name in macros:
            continue  # a use that looks like one
        defined[name] += 1
        if kind != "prototype":
            where[name] = f"{path}:{number}"
    dead = [name for name in where if uses[name] <= defined[name] and not name.endswith("_H")
            and not where[name].startswith(COMPLETE)]
    for name in sorted(dead, key=where.get):
        print(f"{where[name]}: {name} is used nowhere: remove it")
    return 1 if dead else 0


sys.exit(main())
