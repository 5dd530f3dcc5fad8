"""Machines of many kinds: how much memory, which processor."""

import re

import pytest

from machine import FORMATS

pytestmark = [pytest.mark.boot, pytest.mark.matrix]

MIB = 1024  # KiB


def meminfo(pc):
    output, status = pc.run("cat /proc/meminfo")
    assert status == 0
    return {name: int(value) for name, value in re.findall(r"^(\w+): +(\d+) kB", output, re.M)}


def booted(boot, fmt, **options):
    pc = boot(fmt, **options).shell(timeout=40)
    assert "works\n" in pc.run("echo works | cat")[0]
    return pc


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("memory", [16, 64, 512])
def test_memory(boot, fmt, memory):
    info = meminfo(booted(boot, fmt, memory=f"{memory}M"))
    assert 0.75 * memory * MIB < info["MemTotal"] <= memory * MIB
    assert info["HighTotal"] == 0
    assert 0 < info["MemFree"] < info["MemTotal"]


@pytest.mark.parametrize("fmt", FORMATS)
def test_lowmem_option(boot, fmt):
    """lowmem=16M makes most of a small machine's memory high."""
    pc = booted(boot, fmt, memory="64M", append="lowmem=16M")
    info = meminfo(pc)
    assert 44 * MIB < info["HighTotal"] <= 48 * MIB
    assert info["LowTotal"] <= 16 * MIB
    assert pc.run("/tests/mmap >/dev/null")[1] == 0


def test_mem_option(boot):
    info = meminfo(booted(boot, "pae", memory="512M", append="mem=100M"))
    assert 90 * MIB < info["MemTotal"] <= 100 * MIB


@pytest.mark.parametrize("fmt", FORMATS)
def test_3g(boot, fmt):
    info = meminfo(booted(boot, fmt, memory="3G"))
    assert 2900 * MIB < info["MemTotal"] <= 3072 * MIB
    assert info["HighTotal"] > 2000 * MIB


def test_8g_pae_uses_all(boot):
    info = meminfo(booted(boot, "pae", memory="8G"))
    assert 8000 * MIB < info["MemTotal"] <= 8192 * MIB


def test_8g_without_pae_reports_rest(boot):
    pc = booted(boot, "nopae", memory="8G")
    info = meminfo(pc)
    assert 2900 * MIB < info["MemTotal"] <= 4096 * MIB
    assert re.search(r"PAE", pc.log()), "the log says nothing of the memory that needs PAE"


@pytest.mark.parametrize("fmt, cpu", [
    ("pae", "max,-nx"), ("pae", "max,-pse"), ("pae", "max,-pge"), ("pae", "max,-pat"), ("pae", "max,-smap,-smep"),
    ("pae", "qemu32"), ("pae", "pentium2"), ("nopae", "qemu32,-pse"), ("nopae", "max,-sep"), ("nopae", "pentium2"),
])
def test_processor(boot, fmt, cpu):
    """What a processor lacks is done without."""
    pc = booted(boot, fmt, cpu=cpu)
    assert pc.run("/tests/mmap >/dev/null")[1] == 0
    assert pc.run("/tests/vdso >/dev/null")[1] == 0


@pytest.mark.parametrize("cpu", ["pentium", "486"])
def test_pae_kernel_on_old_processor(boot, cpu):
    """One clear line, and no more."""
    pc = boot("pae", cpu=cpu)
    pc.expect(r"PAE[^\r\n]*", panics=True)
    assert len([line for line in pc.log().splitlines()[1:] if line.strip()]) <= 3, pc.log()


@pytest.mark.parametrize("program", ["fork_cow", "vdso"])
@pytest.mark.parametrize("cpu", ["486", "pentium"])
def test_two_levels_on_old_processor(boot, cpu, program):
    """Debian's BusyBox wants a 686, so one of our own programs is init here."""
    pc = boot("nopae", cpu=cpu, append=f"init=/tests/{program}")
    pc.expect(r"1\.\.\d+", timeout=30)
    assert not re.search(r"^not ok", pc.log(), re.M), pc.log()


@pytest.mark.parametrize("fmt", FORMATS)
def test_files_fill_memory(boot, fmt):
    """Files may not take the last page: the shell can still start programs, and delete what was written."""
    pc = booted(boot, fmt, memory="32M")
    free = meminfo(pc)["MemFree"]
    output, status = pc.run("dd if=/dev/zero of=/tmp/full bs=64k", timeout=60)
    assert status == 1 and "No space left on device" in output, output
    assert "works\n" in pc.run("ls -l /tmp | cat; echo works | cat")[0]
    assert pc.run("rm /tmp/full; echo more >/tmp/more && cat /tmp/more && rm /tmp/more") == ("more\n", 0)
    assert meminfo(pc)["MemFree"] > free - 512
