"""The Makefile: other compilers, release kernels, and that what is built is not built again."""

import os
import re
import shutil
import subprocess

import pexpect
import pytest

from machine import BUILD, FORMATS, ROOT, gcov, seconds

pytestmark = pytest.mark.boot


# make must not think that it is a part of the make that runs the tests
ENVIRONMENT = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}


def make(*args):
    done = subprocess.run(["make", "--no-print-directory", *args], capture_output=True, text=True, cwd=ROOT,
                          check=False, timeout=seconds(300), env=ENVIRONMENT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def test_second_make_builds_nothing():
    make("all")
    output = make("all")
    assert not re.search(r"^  [A-Z]+ ", output, re.M), output


def test_help_lists_targets():
    text = make("help")
    for target in ("all", "run", "debug", "test", "lint", "bench", "clean", "setup", "screenshot", "format", "loc"):
        assert re.search(rf"^  {target}\s+\S", text, re.M), f"make help does not tell of {target}"


def shell_works(pc):
    pc.shell()
    assert pc.run("echo works | cat")[0] == "works\n"


@pytest.mark.parametrize("fmt", FORMATS)
def test_release_kernel(boot, fmt):
    make("DEBUG=0", f"PAE={int(fmt == 'pae')}", "kernel")
    shell_works(boot(fmt, kernel=BUILD / f"{fmt}-release" / "pagoda.elf", append="quiet"))


@pytest.mark.parametrize("fmt", FORMATS)
def test_release_suites(boot, fmt, tap):
    """Where no check looks on, and lowmem is in large pages."""
    make("DEBUG=0", f"PAE={int(fmt == 'pae')}", "kernel")
    pc = boot(fmt, kernel=BUILD / f"{fmt}-release" / "pagoda.elf",
              append="test=audit,buddy,fault,kmap,mmap_oom,pagecache,pgtable,uaccess")
    pc.expect(r"ktest: done", timeout=60)
    pc.expect_eof()
    tap.output(pc.log(), prefix="release: ")


@pytest.mark.skipif(not shutil.which("clang") or not shutil.which("ld.lld"), reason="clang is optional")
def test_clang_kernel(boot):
    make("LLVM=1", "O=build/llvm", "kernel")
    shell_works(boot(kernel=BUILD / "llvm" / "pagoda.elf", append="quiet"))


def test_coverage_kernel(boot):
    """Lines are counted, those and no others that ran; the counters are there after the machine is gone."""
    make("PAE=0", "COVERAGE=1", "kernel")
    folder = BUILD / "nopae-coverage"
    pc = boot("nopae", kernel=folder / "pagoda.elf", append="test=buddy")
    pc.expect("ktest: done")
    pc.expect_eof()
    pc.kill()
    lines, runs = gcov.lines_of(folder, "i686-linux-gnu-gcov", f"{os.getpid()}-{pc.name}")

    def calls(file, function):
        text = (ROOT / file).read_text(encoding="utf-8").split("\n")
        return lines[file, next(i for i, line in enumerate(text, 1) if re.match(rf"\w.* \**{function}\(", line))]

    assert runs == 1 and calls("mm/buddy.c", "buddy_alloc") > calls("mm/zone.c", "zones_init") == 1
    assert calls("mm/fremap.c", "sys_remap_file_pages") == 0


@pytest.fixture
def terminal():
    """terminal(*targets) runs make in a terminal without a display; it ends with the test."""
    programs = []

    def start(*targets):
        environment = {name: value for name, value in ENVIRONMENT.items() if "DISPLAY" not in name} | {"TERM": "dumb"}
        programs.append(pexpect.spawn("make", ["-s", "--no-print-directory", *targets], cwd=str(ROOT), encoding="utf-8",
                                      codec_errors="replace", env=environment, timeout=seconds(60)))
        return programs[-1]

    yield start
    for program in programs:
        program.close(force=True)


def test_make_run(terminal):
    """Through GRUB to a shell in this terminal; power-off ends it."""
    run = terminal("run")
    run.expect("Pagoda: init started")
    run.expect("# ")
    run.send("poweroff\r")
    run.expect(pexpect.EOF)
    run.wait()
    assert run.exitstatus == 0


def test_make_debug(terminal):
    """gdb on a paused machine, which stops at the first C function."""
    gdb = terminal("debug")
    gdb.expect(r"\(gdb\) ")
    gdb.send("continue\n")
    gdb.expect("Breakpoint 1, start_kernel")
    gdb.expect(r"\(gdb\) ")
    gdb.send("break do_page_fault\ncontinue\n")
    gdb.expect("Breakpoint 2, do_page_fault")
    gdb.send("quit\n")
    gdb.expect(pexpect.EOF)
