"""Debian's own i386 programs, unmodified, on Pagoda. One boot for each page-table format runs the scripts of this
folder. The same programs run them on this machine, too, started by their own loader: Linux is the judge."""

import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from machine import BUILD, FORMATS, Machine, MachineError, seconds

HERE = Path(__file__).parent
IMAGE = BUILD / "debian.cpio"
ROOT = BUILD / "debian"
LIMIT = 120

# name: (program, arguments; the programs its output needs)
JUDGED = {
    "shell": ("bash", "script.sh", "bash gawk grep sed find sha256sum"),
    "database": ("bash", "database.sh", "sqlite3"),
    "lua": ("lua5.4", "work.lua", "lua5.4"),
    "python": ("python3", "work.py", "python3"),
    "tools": ("bash", "tools.sh", "diff tar gzip xz bc make perl run-parts dash busybox"),
}
COMPILED = """
== compile and run
9592 primes up to 100000, root 316.227766
child 92, Cannot allocate memory
== run without a file
2262 primes up to 20000, root 141.421356
child 62, Cannot allocate memory
== objects and libraries
12321
status 5
12321
status 5
== a script
a script in C
== failures
status 139
status 1
== without a library
status 33
"""
MUSL = """
threads: 10000 10000
malloc: 1
fork: 42 from the child
dlsym: 12345
"""


def on_pagoda(fmt):
    """{name: (output, errors)} of every script, what the terminal showed, the ledger and the log; or, for what hung, the
    exception."""
    results = {}
    with Machine(fmt, memory="512M", append="quiet", initrd=IMAGE).shell(60) as pc:
        scripts = {name: f"{program} /tests/{script}" for name, (program, script, _) in JUDGED.items()}
        scripts |= {"figures": "bash /tests/figures.sh", "compiler": "bash /tests/compiler.sh", "musl": "/tests/musl_dynamic"}
        steps = {name: lambda command=command, name=name: run_script(pc, name, command) for name, command in scripts.items()}
        steps |= {"audit": lambda: pc.run("cat /proc/mm_audit"), "log": lambda: pc.run("busybox dmesg"),
                  "terminal": lambda: session(pc)}
        problem = None
        for name, step in steps.items():
            try:
                results[name] = problem or step()
            except MachineError as error:
                results[name] = problem = error
    return results


def run_script(pc, name, command):
    output, _ = pc.run(f"mkdir /tmp/{name}; cd /tmp/{name}; {command} 2>/tmp/errors", timeout=LIMIT)
    return output, pc.run("cat /tmp/errors")[0]


def session(pc):
    """bash at the serial port, as a person uses it: job control by keys. What was seen, in order."""
    seen = []

    def step(send, *patterns):
        pc.send(send)
        for pattern in patterns:
            seen.append(pc.expect(pattern).group(0))

    prompt = r"ready\$ "
    pc.run("stty echo")
    step("exec bash --norc -i\n", r"bash-[\d.]+# ")
    step("bind 'set enable-bracketed-paste off'; PS1='rea''dy$ '\n", prompt)
    step("cat\n", r"cat\r+\n")
    step("hello\n", r"hello\r+\n", r"hello\r+\n")
    step("\x1a", r"\^Z\r+\n\[1\]\+  Stopped +cat\r+\n", prompt)
    step("sleep 1000 &\n", r"\[2\] \d+\r+\n", prompt)
    step("jobs\n", r"\[1\]\+  Stopped +cat\r+\n\[2\]-  Running +sleep 1000 &\r+\n", prompt)
    step("bg %1\n", r"\[1\]\+ cat &\r+\n", r"\[1\]\+  Stopped +cat\r+\n|" + prompt)
    step("\n", prompt)
    step("fg %1\n", r"cat\r+\n")
    step("again\n", r"again\r+\n", r"again\r+\n")
    step("\x1a", r"\^Z\r+\n\[1\]\+  Stopped +cat\r+\n", prompt)
    step("fg\n", r"cat\r+\n")
    step("once more\n", r"more\r+\n", r"more\r+\n")
    step("\x04", prompt)
    step("kill %2; wait\n", prompt)
    sleeper = "dash -c 'echo \"g\"o >&2; exec sleep 1000'"  # says so when it is there to be interrupted
    step(f"{sleeper}\n", r"\ngo\r+\n")
    step("\x03", r"\^C\r+\n", prompt)
    step("echo status $?\n", r"status 130\r+\n", prompt)
    step(f"{sleeper}\n", r"\ngo\r+\n")
    step("\x1c", r"\^\\Quit\r+\n", prompt)
    step("echo status $?\n", r"status 131\r+\n", prompt)
    step("yes | (read line; stty -a </dev/tty | grep -ow isig; ps -o stat= $$)\n", r"isig\r+\n", r"Ss\r+\n", prompt)
    step(f"{sleeper} | cat\n", r"\ngo\r+\n")
    step("\x1a", r"Stopped +dash .* \| cat\r+\n", prompt)
    step("ps -o stat=,comm= | grep -c '^T'\n", r"\n2\r+\n", prompt)
    step("kill %1; fg\n", r"\| cat\r+\n", prompt)
    step("echo wrong\x08\x08\x08\x08\x08\x17\x15echo ri\tght\x02\x02\x02\x02\n", r"right\r+\n", prompt)
    step("\x10\x10\x12isig\x07\x15echo cle\x01\x05ared\n", r"\ncleared\r+\n", prompt)
    step("for f in /etc/pass\t; do wc -l $f; done\n", r"\n\d+ /etc/passwd\r+\n", prompt)
    return seen


def on_linux(program, script):
    """(output, errors) of the image's programs on this machine: a wrapper for each in the only folder of PATH."""
    loader = f"{ROOT}/lib/ld-linux.so.2 --library-path {ROOT}/lib/i386-linux-gnu"
    with tempfile.TemporaryDirectory() as directory:
        bin_, work = Path(directory, "bin"), Path(directory, "work")
        bin_.mkdir()
        work.mkdir()
        for file in [*(ROOT / "usr/bin").iterdir(), *(ROOT / "usr/sbin").iterdir()]:
            start = "" if file.name == "busybox" else f"{loader} --argv0 {file.name} "
            if file.is_file():
                (bin_ / file.name).write_text(f'#!/bin/sh\nexec {start}{file} "$@"\n', encoding="utf-8")
                (bin_ / file.name).chmod(0o755)
        done = subprocess.run([bin_ / program, HERE / script], capture_output=True, text=True, check=False, cwd=work,
                              stdin=subprocess.DEVNULL, timeout=seconds(LIMIT),
                              env={"PATH": str(bin_), "HOME": "/", "TERM": "vt100", "PYTHONHOME": f"{ROOT}/usr",
                                   "PYTHONDONTWRITEBYTECODE": "1"})
    return done.stdout, done.stderr


def parts(text):
    """{title: text} of the parts that lines "== title" begin."""
    pieces = re.split(r"^== (.*)\n", "== start\n" + text.lstrip("\n"), flags=re.M)[1:]
    return {title: body.strip() for title, body in zip(pieces[::2], pieces[1::2])}


def compare(tap, name, got, wanted, errors):
    got, wanted = parts(got), parts(wanted)
    for title, text in wanted.items():
        tap.report(got.get(title) == text, f"{name}, {title}",
                   f"Pagoda:\n{got.get(title)}\nLinux:\n{text}\nerrors on Pagoda:\n{errors[-1500:]}")
    assert got.keys() == wanted.keys()


def need(programs):
    assert IMAGE.exists(), "no build/debian.cpio: make debian says why"
    for program in programs.split():
        if not (ROOT / "usr/bin" / program).exists():
            pytest.skip(f"the package sources of this machine have no {program}")


def result(background, name):
    found = background()[name]
    if isinstance(found, MachineError):
        raise found
    return found


pytestmark = [pytest.mark.debian, pytest.mark.background.with_args(on_pagoda), pytest.mark.parametrize("fmt", FORMATS)]


@pytest.mark.parametrize("name", JUDGED)
def test_as_on_linux(name, fmt, background, tap):
    program, script, needed = JUDGED[name]
    need(needed)
    output, errors = result(background, name)
    compare(tap, name, output, on_linux(program, script)[0], errors)


@pytest.mark.parametrize("name", ("compiler", "musl"))
def test_compiled(name, fmt, background, tap):
    need("tcc" if name == "compiler" else "")
    output, errors = result(background, name)
    compare(tap, name, output, {"compiler": COMPILED, "musl": MUSL}[name], errors)


def test_figures(fmt, background, tap):
    """procps agrees with /proc, and /proc with what was started."""
    need("ps pmap python3")
    output, errors = result(background, "figures")
    tap.output(output)
    assert not errors, errors


def test_terminal(fmt, background, tap):
    need("bash")
    for n, text in enumerate(result(background, "terminal")):
        tap.report(True, f"terminal, step {n}: {text!r}")


def test_kernel(fmt, background):
    """No program asked for a system call that is not there; the ledger is right."""
    need("")
    assert re.findall(r".*which is not there.*", result(background, "log")[0]) == []
    audit = result(background, "audit")[0]
    assert re.search(r"^errors +0$", audit, re.M), audit
