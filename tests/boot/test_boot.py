"""From power-on to the shell and off again: by GRUB and by -kernel, with good and bad images."""

import gzip
import re

import pytest

from machine import FORMATS, INITRAMFS, PANIC

pytestmark = pytest.mark.boot


def power_off(pc):
    pc.send("poweroff -f\n")
    assert pc.wait_off() == 0


@pytest.mark.parametrize("fmt", FORMATS)
def test_grub(boot, fmt):
    pc = boot(fmt, iso=True)
    pc.expect("2-level page tables", timeout=60)
    if fmt == "nopae":
        pc.send("\x1b[B")
    pc.send("\r")
    pc.shell(timeout=60)
    output, status = pc.run("uname -s -m; cat /proc/cmdline; ls -d /proc/self/maps")
    assert status == 0 and "i686" in output and "/proc/self/maps" in output, output
    power_off(pc)


def test_grub_self_tests(boot):
    """The third entry runs the suites."""
    pc = boot("pae", iso=True)
    pc.expect("2-level page tables", timeout=60)
    pc.send("\x1b[B\x1b[B\r")
    pc.expect(r"ok 20 - ", timeout=60)


@pytest.mark.parametrize("fmt", FORMATS)
def test_boot_log(boot, fmt):
    """The log tells the memory map, the zones and the virtual layout, with sizes."""
    pc = boot(fmt, memory="64M", append="lowmem=32M")
    pc.shell()
    log = pc.log()
    for word in ("DMA", "Normal", "HighMem", "lowmem", "vmalloc", "pkmap", "fixmap"):
        assert word in log, f"{word} is not in the boot log:\n{log}"
    assert "e820" in log.lower() or "usable" in log.lower(), log
    power_off(pc)


def test_interactive_shell(boot):
    """Line editing, pipes, redirection, jobs, ^C: what a person at the keyboard does."""
    pc = boot("pae", append="quiet").shell()
    assert pc.run("echo one two | wc -w") == ("2\n", 0)
    assert pc.run("echo kept > /tmp/f; cat /tmp/f; rm /tmp/f; cat /tmp/f 2>/dev/null")[1] == 1
    assert pc.run("(exit 7)")[1] == 7
    assert pc.run("for i in 1 2 3; do echo $i; done")[0] == "1\n2\n3\n"
    assert pc.run("X=$(echo sub); echo $X$((6*7))")[0] == "sub42\n"
    pc.send("sleep 1000\n")
    pc.send("\x03")
    output, status = pc.run("echo after-interrupt")
    assert "after-interrupt" in output and status == 0
    assert "waited\n" in pc.run("sleep 1 & wait; echo waited")[0]
    power_off(pc)


def test_gzip_initramfs(boot, tmp_path):
    packed = tmp_path / "initramfs.cpio.gz"
    packed.write_bytes(gzip.compress(INITRAMFS.read_bytes(), 6))
    pc = boot("pae", initrd=packed).shell(timeout=40)
    power_off(pc)


@pytest.mark.parametrize("damage", ["cut", "noise", "bad-gzip", "empty", "none"])
def test_damaged_initramfs(boot, tmp_path, damage):
    """One clear panic, whatever the archive is like; never a hang or a wild fault."""
    good = INITRAMFS.read_bytes()
    data = {
        "cut": good[:len(good) // 3 // 4 * 4 + 2],
        "noise": bytes(i * 167 & 255 for i in range(100_000)),
        "bad-gzip": gzip.compress(good, 1)[:300_000] + b"\0" * 1000,
        "empty": b"",
        "none": None,
    }[damage]
    path = None
    if data is not None:
        path = tmp_path / "initramfs"
        path.write_bytes(data or b"\0")
    pc = boot("nopae", initrd=path, append="init=/no/such/init" if damage == "cut" else "")
    match = pc.expect(PANIC, panics=True)
    assert "init" in match.group(0), match.group(0)
    pc.expect_eof()
    assert "BUG" not in pc.log() and "page fault" not in pc.log()


def test_init_from_command_line(boot):
    pc = boot("pae", append="init=/bin/sh")
    pc.shell()
    assert pc.run("echo $$")[0] == "1\n"


def test_poweroff_and_reboot(boot):
    pc = boot("nopae", append="quiet").shell()
    pc.send("reboot -f\n")  # -no-reboot: QEMU ends
    assert pc.wait_off() == 0


@pytest.mark.parametrize("option, shown", [("loglevel=1", False), ("quiet", False), ("loglevel=8", True), ("", True)])
def test_log_level(boot, option, shown):
    pc = boot("pae", append=option)
    pc.shell()
    assert ("Memory map" in pc.log()) == shown
    assert "Memory map" in pc.run("dmesg")[0]  # the log has it, whatever is shown


def test_vmalloc_option(boot):
    pc = boot("nopae", append="vmalloc=256M", memory="1G").shell()
    info = pc.run("cat /proc/meminfo")[0]
    total = int(re.search(r"VmallocTotal: +(\d+) kB", info).group(1))
    assert abs(total - 256 * 1024) < 9 * 1024, info
    assert int(re.search(r"HighTotal: +(\d+) kB", info).group(1)) > 200 * 1024
