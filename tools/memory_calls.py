#!/usr/bin/env python3
"""Writes docs/memory-calls.md: for every memory call, the errors of its manual page and the tests that check them.

The tests' own head comments are the source: lines "ERROR  when  test_function". --check complains where the page is not
what would be written, where a comment names a function or file that does not exist, or where a call has no test.
"""
import re
import sys
from pathlib import Path

PAGE = Path("docs/memory-calls.md")
TESTS = {
    "mmap": "errors_mmap", "munmap": "errors_mmap", "mprotect": "errors_mprotect", "mremap": "errors_mremap",
    "madvise": "errors_madvise", "mincore": "errors_madvise", "msync": "msync", "mlock": "errors_mlock",
    "mlock2": "errors_mlock", "mlockall": "errors_mlock", "munlock": "errors_mlock", "munlockall": "errors_mlock",
    "brk": "errors_brk", "remap_file_pages": "remap_file_pages", "process_vm_readv": "process_vm",
    "process_vm_writev": "process_vm", "memfd_create": "memfd", "shmget": "shm", "shmat": "shm", "shmdt": "shm",
    "shmctl": "shm", "ftruncate": "truncate_map", "fallocate": "fallocate", "tmpfs": "tmpfs",
}
LINE = re.compile(r"^ \*   ?(.*\S)\s*$", re.M)


def rows(text):
    """(what, tests or why not) of each line of the head comment that names an error or a signal."""
    for line in LINE.findall(text.partition("*/")[0]):
        if not re.search(r"\bE[A-Z]{2,}\b|\bSIG[A-Z]+\b", line):
            continue
        tests = re.search(r"\s+(test_\w+(?:, test_\w+)*)$", line)
        what = line[:tests.start()] if tests else line
        yield re.sub(r"\s+", " ", what).strip(), tests.group(1).split(", ") if tests else []


def main():
    problems, out = [], ["# Memory calls: every error and its test", "",
                         "Written by `tools/memory_calls.py` from the head comments of the tests; each test passes on Linux, too.", "",
                         "Errors without a test say why there is none. Boundaries are in the same functions.", ""]
    for program in dict.fromkeys(TESTS.values()):
        path = Path(f"tests/user/{program}.c")
        calls = ", ".join(call for call, test in TESTS.items() if test == program)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        table = list(rows(text))
        if not table:
            problems.append(f"{path}: no errors listed, for {calls}")
        out += [f"## {calls}: `{path}`", "", "| error | test |", "|---|---|"]
        for what, tests in table:
            problems += [f"{path}: no function {test}" for test in tests if not re.search(rf"^static \w+ {test}\(", text, re.M)]
            out.append(f"| {what.replace('|', chr(92) + '|')} | {', '.join(f'`{test}()`' for test in tests)} |")
        problems += [f"{path}: no {name}" for name in re.findall(r"\b(tests/\w+/\w+\.c)", text) if not Path(name).exists()]
        out.append("")
    page = "\n".join(out)
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            problems.append(f"{PAGE}: run tools/memory_calls.py")
    else:
        PAGE.write_text(page, encoding="utf-8")
    print("\n".join(problems) or f"memory calls: {len(TESTS)} calls, every error named has its test")
    sys.exit(bool(problems))


main()
