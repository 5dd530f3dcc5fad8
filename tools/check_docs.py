#!/usr/bin/env python3
"""Check that what README.md, mm/README.md and docs/ name in backticks exists.

`name()` must be a function or macro defined in the sources, another identifier must occur in them, a path
must exist, `make target` must be a target. Commands, guest paths (/proc/...) and code blocks are not checked.
"""
import re
import sys
from pathlib import Path

TOPS = ("boot", "kernel", "mm", "drivers", "user", "tests", "tools")
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:boot|kernel|mm|drivers|user|tests|docs|tools|build|\.ci)(?:/[\w.*-]*)+|Makefile|README\.md|linker\.ld")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def load():
    text = "\n".join(read(path) for top in TOPS for path in sorted(Path(top).rglob("*"))
                     if path.is_file() and path.suffix in (".c", ".h", ".S", ".py", ".sh", ".gdb", ".cfg", ".ld", ""))
    text += "".join(read(Path(name)) for name in ("Makefile", "linker.ld") if Path(name).exists())
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    words |= {path.stem for top in TOPS for path in Path(top).rglob("*.*")}  # programs
    functions = set(re.findall(r"^[A-Za-z_][^;=\n]*?\b(\w+)\(", text, re.M)) | set(
        re.findall(r"^\s*#\s*define\s+(\w+)", text, re.M)) | set(re.findall(r"^\s*def\s+(\w+)", text, re.M)) | set(
        re.findall(r"^(\w+):", text, re.M)) | set(re.findall(r"\b(\w+)\([^;{]*\)\s*\n?\{", text))
    targets = set(re.findall(r"^([a-z-]+):", read(Path("Makefile")), re.M))
    return words, functions, targets


def problem(span, words, functions, targets):
    """What is wrong with one backticked text, or None."""
    if match := re.fullmatch(r"make ((?:[A-Z]\w*=\S* )*)([a-z-]+)( .*)?", span):
        return None if match.group(2) in targets else "no such target"
    if PATH.fullmatch(span):
        if span.startswith("build/"):
            return None
        return None if list(Path().glob(span.rstrip("/"))) else "no such path"
    if match := re.fullmatch(r"(?:\w+ )?(\w+)\(.*\)", span):
        name = match.group(1)
        return None if name in functions else "no such function"
    if re.fullmatch(r"(?:struct |enum |union )?[A-Za-z_]\w*(?:(?:\.|->)\w+)*", span):
        names = re.findall(r"\w+", re.sub(r"^(struct|enum|union) ", "", span))
        unknown = [name for name in names if name not in words]
        return f"no {' or '.join(unknown)} in the sources" if unknown else None
    return None


def main():
    known = load()
    count, problems = 0, []
    for page in [Path("README.md"), Path("mm/README.md"), *sorted(Path("docs").rglob("*.md"))]:
        text = re.sub(r"^ *```.*?^ *```", lambda m: "\n" * m.group(0).count("\n"), read(page), flags=re.M | re.S)
        for number, line in enumerate(text.split("\n"), 1):
            for span in SPAN.findall(line):
                count += 1
                if wrong := problem(span, *known):
                    problems.append(f"{page}:{number}: `{span}`: {wrong}")
            for target in LINK.findall(line):
                if "://" not in target and not (page.parent / target).exists():
                    problems.append(f"{page}:{number}: link to {target}, which does not exist")
    print("\n".join(problems) or f"docs: {count} names checked, all exist")
    sys.exit(bool(problems))


main()
