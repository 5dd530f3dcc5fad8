#!/usr/bin/env python3
"""Lines of code by folder: comments and blank lines not counted."""
import re
from collections import Counter
from pathlib import Path

FOLDERS = ["boot", "kernel/lib", "kernel/x86", "kernel/sched", "kernel/task", "kernel/fs", "kernel/ipc", "kernel",
           "mm", "drivers", "user", "tests/kernel", "tests/user", "tests/host", "tests", "tools"]
KERNEL = ("boot", "kernel", "mm", "drivers")
C_COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)


def lines(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in (".c", ".h", ".S"):
        text = C_COMMENT.sub(lambda m: m.group(0) if m.group(0)[0] == '"' else "", text)
        return sum(bool(line.strip()) for line in text.split("\n"))
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text.split("\n"))


def main():
    count = Counter()
    for folder in {folder.split("/")[0] for folder in FOLDERS}:
        for path in Path(folder).rglob("*"):
            if path.suffix in (".c", ".h", ".S", ".py", ".sh") and path.is_file():
                home = max((f for f in FOLDERS if str(path).startswith(f + "/")), key=len)
                count[home] += lines(path)
    for folder in FOLDERS:
        if count[folder]:
            print(f"{count[folder]:7} {folder}")
    print(f"{sum(n for folder, n in count.items() if folder.split('/')[0] in KERNEL):7} the kernel: "
          "boot, kernel, mm, drivers")


main()
