"""A PC with Pagoda on it: QEMU, its serial port, its monitor and its gdb stub."""

import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
sys.path.insert(0, str(ROOT / "tools"))
import gcov  # noqa: E402

COVERAGE = "PAGODA_COVERAGE" in os.environ
INITRAMFS = BUILD / "initramfs.cpio"
ISO = BUILD / "pagoda.iso"
FORMATS = ("pae", "nopae")
PANIC = r"Kernel panic: ([^\r\n]*)[\r\n]"
PROMPT = r"(?:^|[\r\n])[^\r\n]*[#$] (?:\x1b\[6n)?$"

_running = set()


def elf(fmt):
    return BUILD / (f"{fmt}-coverage" if COVERAGE else fmt) / "pagoda.elf"


def _calibrate():
    """How many times slower than a quick desktop this machine is, at least 1."""
    start = time.perf_counter()
    sum(i * i for i in range(1_000_000))
    return max(1.0, (time.perf_counter() - start) / 0.08)


SCALE = float(os.environ.get("PAGODA_TIMEOUT_SCALE", 0)) or _calibrate()


def seconds(n):
    """A timeout of n seconds of a quick desktop, on this machine, with room for its other work."""
    return n * SCALE * 2


class MachineError(AssertionError):
    """The machine did not do what was waited for; the end of its log is in the message."""


class _Log:
    """The machine's log file, with plain line ends, whatever the terminal between makes of them."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8", errors="replace")

    def write(self, text):
        self.file.write(text.replace("\r", ""))

    def flush(self):
        self.file.flush()

    def close(self):
        self.file.close()


class Machine:
    """Boots on construction; use as a context manager, so that QEMU ends with the test.

    fmt      "pae" or "nopae", the kernel started by -kernel; iso=True boots the image by GRUB instead
    append   command line after console=ttyS0
    initrd   a Path, or None for no module
    gdb      True: the stub listens at .gdb_socket; paused=True: the processor waits for gdb
    """

    _ids = itertools.count(1)

    def __init__(self, fmt="pae", *, memory="256M", cpu="max", append="", initrd=INITRAMFS, iso=False,
                 kernel=None, devices=(), gdb=False, paused=False, display="std"):
        self.name = f"machine-{next(self._ids)}"
        self.dir = Path(tempfile.mkdtemp(prefix="pagoda-"))
        self.gdb_socket = self.dir / "gdb"
        self.symbols = kernel or elf(fmt)
        log_dir = BUILD / "test"
        log_dir.mkdir(parents=True, exist_ok=True)
        self.log_path = log_dir / f"{self.name}.log"
        args = ["-cpu", cpu, "-m", memory, "-display", "none", "-vga", display, "-nic", "none", "-no-reboot",
                "-chardev", "stdio,id=serial,signal=off", "-serial", "chardev:serial", "-monitor", "none",
                "-qmp", f"unix:{self.dir}/qmp,server=on,wait=off"]
        if gdb:
            args += ["-gdb", f"unix:{self.gdb_socket},server=on,wait=off"]
        if paused:
            args += ["-S"]
        if iso:
            args += ["-cdrom", str(ISO), "-boot", "d"]
        else:
            args += ["-kernel", str(kernel or elf(fmt)), "-append", f"console=ttyS0 panic=-1 {append}"]
            if initrd:
                args += ["-initrd", str(initrd)]
        args += [str(device) for device in devices]
        self.ram = self.dir / "ram" if self.symbols.parent.name.endswith("-coverage") and not iso else None
        if self.ram:
            args += ["-object", f"memory-backend-file,id=ram,share=on,size={memory},mem-path={self.ram}",
                     "-machine", "memory-backend=ram"]
        self.log_file = _Log(self.log_path)
        self.log_file.write(f"qemu-system-i386 {' '.join(args)}\n")
        self.serial = pexpect.spawn("qemu-system-i386", args, encoding="utf-8", codec_errors="replace",
                                    timeout=seconds(20), echo=False, logfile=None, dimensions=(50, 200))
        self.serial.logfile_read = self.log_file
        self.serial.delaybeforesend = None
        self._qmp = None
        _running.add(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        if self.serial.isalive():
            self.serial.close(force=True)
        if self._qmp:
            self._qmp.close()
            self._qmp = None
        self.log_file.close()
        if self.ram and self.ram.exists():
            gcov.save(self.symbols, self.ram, self.name)
        shutil.rmtree(self.dir, ignore_errors=True)
        _running.discard(self)

    # ---- the serial port ----

    def log(self):
        """All that came out of the serial port so far."""
        self.log_file.flush()
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def expect(self, pattern, timeout=None, panics=False):
        """Wait for pattern (a regular expression) and return its match. A panic meanwhile is an error,
        unless panics=True; so are the end of QEMU and the timeout (seconds of a quick desktop)."""
        patterns = [pattern, pexpect.EOF, pexpect.TIMEOUT] + ([] if panics else [PANIC])
        which = self.serial.expect(patterns, timeout=seconds(timeout or 20))
        if which == 0:
            return self.serial.match
        if which == 3:
            self.drain(2)
        what = {1: "the machine stopped", 2: "nothing came in time", 3: "the kernel panicked"}[which]
        tail = "\n".join(self.log().splitlines()[-60:])
        raise MachineError(f"waiting for {pattern!r}: {what}. End of {self.log_path}:\n{tail}")

    def drain(self, timeout=5):
        """Read until QEMU ends or nothing more comes in time."""
        try:
            self.serial.expect(pexpect.EOF, timeout=seconds(timeout))
            return True
        except pexpect.TIMEOUT:
            return False

    def wait_off(self, timeout=20):
        """Wait until QEMU has ended, as after power-off. Returns its exit status."""
        self.expect_eof(timeout)
        self.serial.wait()
        return self.serial.exitstatus

    def expect_eof(self, timeout=20):
        if not self.drain(timeout):
            tail = "\n".join(self.log().splitlines()[-40:])
            raise MachineError(f"the machine does not stop. End of {self.log_path}:\n{tail}")

    def send(self, text):
        self.serial.send(text)

    def shell(self, timeout=30):
        """Wait for the shell of the initramfs and make its prompt quiet. Returns self."""
        self.expect(PROMPT, timeout)
        self.send("stty -echo 2>/dev/null; PS1=; PS2=; echo shell-is-\"ready\"\n")
        self.expect(r"shell-is-ready\r*\n", timeout)
        return self

    def run(self, command, timeout=20):
        """Run a shell command; returns (output, exit status). Wants shell() first."""
        self.send(f"{command}\necho \"@\"status=$?=\n")
        match = self.expect(r"@status=(\d+)=\r*\n", timeout)
        return self.serial.before.replace("\r", ""), int(match.group(1))

    # ---- the monitor ----

    @staticmethod
    def _wait_for(path):
        """QEMU makes its sockets as it starts."""
        end = time.monotonic() + seconds(20)
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.02)

    def qmp(self, command, **arguments):
        if self._qmp is None:
            self._wait_for(self.dir / "qmp")
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(seconds(20))
            connection.connect(f"{self.dir}/qmp")
            self._qmp = connection.makefile("rw")
            connection.close()
            self._qmp.readline()
            self.qmp("qmp_capabilities")
        self._qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._qmp.flush()
        while True:
            answer = json.loads(self._qmp.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise MachineError(f"QEMU: {command}: {answer['error']['desc']}")

    def monitor(self, line):
        """A command of QEMU's human monitor ("info tlb"); returns what it prints."""
        return self.qmp("human-monitor-command", **{"command-line": line})

    def read_physical(self, address, size):
        """Bytes of physical memory, devices included."""
        path = self.dir / "pmem"
        self.qmp("pmemsave", val=address, size=size, filename=str(path))
        data = path.read_bytes()
        path.unlink()
        return data

    def screendump(self):
        """What is on the screen: (width, height, bytes of RGB triples)."""
        path = self.dir / "screen.ppm"
        self.qmp("screendump", filename=str(path))
        data = path.read_bytes()
        path.unlink()
        header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        return int(header.group(1)), int(header.group(2)), data[header.end():]

    # ---- gdb ----

    def debug(self, *commands, timeout=60):
        """Run gdb commands in one batch session on this machine (gdb=True); returns its output."""
        self._wait_for(self.gdb_socket)
        args = ["gdb", "-q", "-nx", "-batch", "-ex", "set confirm off", "-ex", "set pagination off",
                "-ex", "set architecture i386", "-ex", f"target remote {self.gdb_socket}"]
        for command in commands:
            args += ["-ex", command]
        args.append(str(self.symbols))
        done = subprocess.run(args, capture_output=True, text=True, timeout=seconds(timeout), check=False,
                              stdin=subprocess.DEVNULL, cwd=ROOT)
        return done.stdout + done.stderr


def kill_all():
    """End every QEMU that still runs."""
    for machine in list(_running):
        machine.kill()
