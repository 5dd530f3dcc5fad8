"""Odd machines and operators' mistakes: each boots and passes a smoke test, or refuses with one clear line.

Each value of each axis at least once, with both formats of page tables where possible, and the pairs that are
dangerous; what tests/boot/test_machines.py and test_boot.py boot already (their tests bear the mark, too) is left to them."""

import random
import re

import pytest

from machine import BUILD, FORMATS, PANIC

pytestmark = [pytest.mark.boot, pytest.mark.matrix]

Q35 = ("-machine", "q35")


def smoke(pc):
    """Programs run, mappings work, the ledger agrees, the power goes off."""
    assert "works\n" in pc.run("echo works | cat")[0]
    assert pc.run("/tests/mmap >/dev/null")[1] == 0
    ledger = pc.run("cat /proc/mm_audit")[0]
    assert re.search(r"^errors +0$", ledger, re.M), ledger
    pc.send("poweroff -f\n")
    assert pc.wait_off() == 0


def megabytes(pc, name):
    return int(re.search(rf"^{name}: +(\d+) kB", pc.run("cat /proc/meminfo")[0], re.M).group(1)) >> 10


@pytest.mark.parametrize("fmt, cpu, memory, append, machine", [
    ("pae", "max", "16M", "lowmem=16M", ()),
    ("nopae", "pentium3", "16M", "", ()),
    ("pae", "pentium3", "3G", "", ()),
    ("nopae", "max", "512M", "lowmem=64M", ()),
    ("pae", "qemu32", "3G", "lowmem=64M", ()),
    ("nopae", "qemu32", "256M", "", Q35),
    ("pae", "pentium3", "8G", "lowmem=64M", ()),
    ("pae", "max", "16M", "", Q35),
    ("nopae", "max", "3G", "", Q35),
    ("pae", "pentium3", "8G", "", ()),
    ("pae", "max", "8G", "", Q35),
])
def test_machine(boot, fmt, cpu, memory, append, machine):
    smoke(boot(fmt, cpu=cpu, memory=memory, append=append, devices=machine).shell())


@pytest.mark.parametrize("fmt, memory", [("nopae", "3G"), ("pae", "8G")])
def test_little_lowmem_under_much_memory(boot, fmt, memory):
    """Lowmem keeps room beside the descriptors of frames; one line says how much RAM goes without."""
    pc = boot(fmt, memory=memory, append="lowmem=16M").shell()
    assert len(re.findall(r"lowmem of 16 MiB has no room for the descriptors of all RAM: \d+ MiB unused", pc.log())) == 1
    assert megabytes(pc, "MemTotal") > 300 and megabytes(pc, "LowFree") >= 3
    smoke(pc)


@pytest.mark.parametrize("fmt", FORMATS)
def test_q35_by_grub(boot, fmt):
    pc = boot(fmt, iso=True, devices=Q35)
    pc.expect("2-level page tables", timeout=60)
    pc.send("\r" if fmt == "pae" else "\x1b[B\r")
    smoke(pc.shell(timeout=60))


@pytest.mark.parametrize("cpu", ["486", "pentium"])
def test_old_processor_with_little_memory(boot, cpu):
    """Debian's BusyBox wants a 686, so one of our own programs is init here."""
    pc = boot("nopae", cpu=cpu, memory="16M", append="init=/tests/fork_cow")
    pc.expect(r"1\.\.\d+", timeout=30)
    assert not re.search(r"^not ok", pc.log(), re.M), pc.log()


# ---- operators' mistakes ----

def complaint(option, wants):
    return option, re.escape(f"{option} is ignored: it wants {wants}")


@pytest.mark.parametrize("fmt", FORMATS)
def test_wrong_values(boot, fmt):
    """Every option of the table in docs/boot.md with nonsense behind it: one line for each, and a shell."""
    wrong = [complaint(*pair) for pair in [
        ("mem=8M", r"a number from 1"), ("lowmem=banana", "a number from 16M to "), ("vmalloc=-5", "a number from 16M to "),
        ("loglevel=99", "a number from 0 to 15"), ("console=nowhere", "ttyS0 or tty0")]]
    pc = boot(fmt, append=" ".join(option for option, _ in wrong)).shell()
    for option, pattern in wrong:
        assert len(re.findall(pattern, pc.log())) == 1, option
    smoke(pc)


@pytest.mark.parametrize("append", ["lowmem=99G vmalloc=8G mem=", "lowmem= vmalloc= loglevel= mem=99999G"])
def test_more_wrong_values(boot, append):
    pc = boot("pae", append=append).shell()
    assert len(re.findall(r" is ignored: it wants ", pc.log())) == append.count("="), pc.log()


@pytest.mark.parametrize("append", ["x" * 1500, "a " * 70, "\x01\xff\"'\\ %s%n%x = == =a a==b"], ids=["long", "words", "noise"])
def test_wild_command_line(boot, append):
    """A line too long is cut, with a word about it; strange bytes are words like others."""
    pc = boot("nopae", append=append).shell()
    assert ("64 words or 1023 bytes is ignored" in pc.log()) == (len(append) > 100)
    assert pc.run("echo $$")[1] == 0


@pytest.mark.parametrize("init, wrong", [("/no/such", 2), ("", 2), ("/tmp", 13), ("/dev/null", 13), ("/etc/passwd", 13)])
def test_init_that_cannot_run(boot, init, wrong):
    pc = boot("pae", append=f"init={init}")
    pc.expect(rf"Kernel panic: .*init={init} cannot be run: error {wrong}[\r\n]", panics=True)
    pc.expect_eof()


def cpio(data):
    """An archive of /dev and /init."""
    def member(name, data, mode, ino):
        name = name.encode() + b"\0"
        head = "070701" + "".join(f"{field:08x}" for field in (ino, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0))
        head = head.encode() + name
        return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)
    return member("dev", b"", 0o40755, 2) + member("init", data, 0o100755, 1) + member("TRAILER!!!", b"", 0, 0)


def noise(count):
    return random.Random(1).randbytes(count)


# Name: (offset or None, what is written there or how much is kept, what the panic says).
REFUSED, KILLED = r"no program to run", r"init was killed by signal \d+"
DAMAGE = {
    "empty": (None, 0, REFUSED), "magic": (0, b"\x7fELG", REFUSED), "cut-header": (None, 60, REFUSED),
    "cut-segments": (None, 0x1000, REFUSED), "64-bit": (4, b"\2", REFUSED), "machine": (18, b"\x3e", REFUSED),
    "no-segments": (44, b"\0\0", REFUSED), "segments-far": (28, b"\xf0\xff\xff\xff", REFUSED),
    "segment-in-kernel": (60, b"\0\0\0\xc0", REFUSED), "segment-at-0": (60, b"\0\0\0\0", REFUSED),
    "segment-huge": (72, b"\0\0\0\xf0", REFUSED), "segments-noise": (52, noise(300), REFUSED),
    "script-of-itself": (0, b"#!/init\n", REFUSED), "entry-in-kernel": (24, b"\0\0\x10\xc0", KILLED),
    "text-noise": (0x1000, noise(100_000), KILLED),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_elf(boot, tmp_path, name):
    """One panic that says which program and why; no fault of the kernel's."""
    good = (BUILD / "user/init").read_bytes()
    at, bytes_, says = DAMAGE[name]
    archive = tmp_path / "initramfs"
    archive.write_bytes(cpio(good[:bytes_] if at is None else good[:at] + bytes_ + good[at + len(bytes_):]))
    pc = boot(FORMATS[list(DAMAGE).index(name) % 2], initrd=archive)
    assert re.search(says, pc.expect(PANIC, panics=True).group(1))
    pc.expect_eof()
    assert (says == KILLED) != bool(re.search(r"/init cannot be run: error \d+", pc.log())), pc.log()
    assert "BUG" not in pc.log() and "page fault" not in pc.log()
