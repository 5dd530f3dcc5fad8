#!/usr/bin/env python3
"""Lines of code by folder: comments and blank lines not counted.

With --check: complain of functions over 60 lines and C files over 500.
"""
import re
import sys
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


def too_long():
    """C files of more than 500 lines, functions of more than 60."""
    for folder in KERNEL + ("user", "tests"):
        for path in sorted(Path(folder).rglob("*.c")):
            text, start = path.read_text(encoding="utf-8").split("\n"), 0
            if len(text) > 501:
                yield f"{path}: {len(text) - 1} lines: part it"
            for number, line in enumerate(text, 1):
                if line == "{":
                    start = number
                elif line == "}" and start:
                    if number - start - 1 > 60:
                        yield f"{path}:{start}: a function of {number - start - 1} lines: part it"
                    start = 0


def main():
    if sys.argv[1:] == ["--check"]:
        problems = list(too_long())
        print("\n".join(problems) or "sizes: no function over 60 lines, no C file over 500")
        sys.exit(bool(problems))
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
