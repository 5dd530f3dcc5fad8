"""Looking at memory of the running system: the fault trace, page tables, the picture of memory."""

import base64
import gzip
import re
import struct
import subprocess
import sys
import time
import zlib
from xml.etree import ElementTree

import pytest

from machine import FORMATS, ROOT, seconds

pytestmark = pytest.mark.boot


@pytest.fixture(params=FORMATS)
def pc(request, boot):
    return boot(request.param, append="quiet").shell()


def sentences(pc, *options):
    output, status = pc.run("faults " + " ".join(options))
    assert status == 0, output
    return output.splitlines()


def test_copy_on_write(pc):
    """cow writes to 64 pages that it shares with its child: 64 copies, each of another frame."""
    pc.run("echo 1 > /proc/sys/vm/fault_trace; cow")
    copies = [re.match(r"cow\(\d+\): write to protected page 0x(\w+), rw-p: frame (0x\w+), a copy of frame (0x\w+) \(\d+ cycles\)",
                       line) for line in sentences(pc)]
    copies = [match for match in copies if match]
    assert len(copies) >= 64, copies
    assert all(match.group(2) != match.group(3) for match in copies)
    assert len({match.group(1) for match in copies}) >= 64


def test_every_outcome(pc):
    """A zeroed frame, the page of zeroes, a page of a file, a copy of one."""
    pc.run("mmap-file")
    lines = "\n".join(sentences(pc))
    for sentence in (r"write to absent page 0x\w+, rw-p[^:]*: zeroed frame 0x\w+", r"read of absent page 0x\w+, \S+: the page of zeroes",
                     r"execution of absent page 0x\w+, r-xp /bin/\w+: page \d+ of it, frame 0x\w+",
                     r"write to absent page 0x\w+, rw-p /bin/\w+: frame 0x\w+, a copy of page \d+ of it"):
        assert re.search(sentence, lines), f"{sentence}\n{lines}"


def test_what_is_refused(pc):
    """A program that dies of a fault leaves it as the last one."""
    pc.run("/tests/faultinfo > /tmp/out")
    lines = "\n".join(sentences(pc))
    assert re.search(r"faultinfo\(\d+\): \w+ \w+ absent page 0x\w+: SIGSEGV, no mapping there", lines), lines
    assert re.search(r"faultinfo\(\d+\): write to \w+ page 0x\w+, r\S+: SIGSEGV, the mapping does not allow it", lines), lines
    pc.run("cd /tmp; /tests/filemap > /tmp/out", timeout=60)
    lines = "\n".join(sentences(pc))
    assert re.search(r"filemap\(\d+\): .*: SIGBUS, past the end of the object", lines), lines


def test_one_process_and_off(pc):
    mine = sentences(pc, "-p", "1")
    assert mine and all(line.startswith("init(1): ") for line in mine), mine
    pc.run("echo 0 > /proc/sys/vm/fault_trace; cow")
    before = pc.run("tail -1 /proc/faults")[0]
    pc.run("cow")
    assert pc.run("tail -1 /proc/faults")[0] == before
    assert pc.run("faults -x")[1] == 2
    assert pc.run("echo 2 > /proc/sys/vm/fault_trace")[1] != 0


def test_faults_to_come(pc):
    """faults -f goes on until it is stopped."""
    pc.run("faults -f -p $$ > /tmp/follow & follow=$!; until [ -s /tmp/follow ]; do usleep 50000; done; wc -l < /tmp/follow > /tmp/n")
    pc.run("n=$(cat /tmp/n); x=; for i in 1 2 3 4 5 6 7 8; do x=$x$x.$(seq 2000); done; "
           "until [ $(wc -l < /tmp/follow) -gt $n ]; do usleep 50000; done")
    output, _ = pc.run("kill -0 $follow && echo it runs; kill -INT $follow; wait $follow; tail -1 /tmp/follow")
    assert "it runs" in output and re.search(r"sh\(\d+\): \w+ (to|of) ", output), output


def test_kallsyms(pc):
    """/proc/kallsyms has every function of the kernel's image, at its address."""
    output, status = pc.run("cat /proc/kallsyms")
    assert status == 0
    there = re.findall(r"^(\w{8}) T (\S+)$", output, re.M)
    image = subprocess.run(["nm", pc.symbols], capture_output=True, text=True, check=True).stdout
    wanted = set(re.findall(r"^(\w{8}) [tT] (\w+)$", image, re.M))
    assert len(there) > 1000 and there == sorted(there, key=lambda line: line[0])
    assert set(there) <= wanted | {line for line in there if "." in line[1]}, set(there) - wanted
    assert {"do_page_fault", "start_kernel", "sys_call_table"} - {name for _, name in there} == {"sys_call_table"}


def test_pagetables(pc):
    """/proc/PID/pagetables against /proc/PID/maps, statm and, for the frames, pagemap."""
    output, status = pc.run("cat /proc/self/pagetables /proc/self/maps")
    assert status == 0
    runs = re.findall(r"^(\w{8})-(\w{8}) +(\S+) +(\d+) pages +(\d+) accessed +(\d+) dirty(?: frames 0x(\w+)-0x(\w+))?$",
                      output, re.M)
    maps = [(int(a, 16), int(b, 16), rights) for a, b, rights in re.findall(r"^(\w{8})-(\w{8}) (\S{4}) ", output, re.M)]
    assert runs and maps
    for start, end, rights, pages, accessed, dirty, first, last in runs:
        start, end, pages = int(start, 16), int(end, 16), int(pages)
        assert end - start == pages * 4096 and int(accessed) <= pages and int(dirty) <= pages
        assert not first or int(last, 16) - int(first, 16) == pages - 1
        owners = [m for m in maps if m[0] < end and m[1] > start]
        assert sum(min(end, m[1]) - max(start, m[0]) for m in owners) == end - start, (start, owners)
        if "w" in rights:  # an entry never allows more than its VMA
            assert all("w" in m[2] for m in owners), (rights, owners)


def png_pixels(data):
    """(width, height, rows of RGB bytes) of a PNG file, by Python's own zlib."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body), kind
        chunks[kind], at = body, at + 12 + length
    width, height, depth, colours = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colours) == (8, 2) and b"IEND" in chunks
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = [raw[y * (1 + 3 * width) + 1:(y + 1) * (1 + 3 * width)] for y in range(height)]
    assert len(raw) == height * (1 + 3 * width) and len(rows[-1]) == 3 * width
    return width, height, rows


def test_memview(pc):
    """The picture of memory: as an image, and on the screen."""
    output, status = pc.run("memview --png /tmp/m.png && gzip -c /tmp/m.png | base64; head -11 /proc/mm_owners", timeout=60)
    assert status == 0, output
    image, _, key = output.partition(". free\n")
    width, height, rows = png_pixels(gzip.decompress(base64.b64decode(image)))
    assert (width, height) == (1024, 768)
    owners = key.splitlines()[-1].split()[1]
    assert len(owners) == 64 and owners[0] == "R", key
    colours = {"R": "59636e", ".": "2b333b", "K": "d05050"}
    for frame, owner in enumerate(owners[:16]):  # the first cells, 2 x 2 pixels each
        assert rows[80][3 * (16 + 2 * frame):][:3].hex() == colours[owner], (frame, owner)
    assert pc.run("memview --once")[1] == 0
    width, height, screen = pc.screendump()
    for y in (16 + 4, 16 + 8):  # the heading, which begins with the same words
        assert screen[3 * (y * width + 16):][:3 * 120] == rows[y][3 * 16:][:3 * 120]
    # Live: the picture changes with memory, until it is told to stop.
    pc.run("memview & memview=$!")
    seen = pc.screendump()
    pc.run("dd if=/dev/zero of=/tmp/fill bs=1M count=64 2>/dev/null")
    end = time.monotonic() + seconds(20)
    while pc.screendump() == seen and time.monotonic() < end:
        time.sleep(0.1)
    changed = [y for y in range(height) if pc.screendump()[2][3 * y * width:][:3 * width] != seen[2][3 * y * width:][:3 * width]]
    assert len(changed) > 16, changed
    assert "it runs" in pc.run("rm /tmp/fill; kill -0 $memview && echo it runs; kill -INT $memview; wait $memview")[0]
    assert pc.run("memview -x")[1] == 2
    assert "cannot read" in pc.run("memview --png /tmp/m.png -p 99999 2>&1")[0]


def test_address_map(tmp_path):
    """tools/addressmap.py, by which make picture draws the handbook's map: well-formed, and in order of address."""
    picture = tmp_path / "map.svg"
    done = subprocess.run([sys.executable, "-B", ROOT / "tools/addressmap.py", picture, "256M"], capture_output=True,
                          text=True, check=False, timeout=seconds(60))
    assert done.returncode == 0, done.stderr
    texts = [text.text for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    starts = [int(text, 16) for text in texts[::3]]
    assert starts == sorted(starts, reverse=True) and starts[-1] == 0 and len(starts) > 12
    assert any("lowmem" in text for text in texts) and any("[stack]" in text for text in texts)


def test_picture(tmp_path):
    """tools/screenshot.py, by which make picture writes the handbook's picture of memory."""
    picture = tmp_path / "memory.png"
    done = subprocess.run([sys.executable, "-B", ROOT / "tools/screenshot.py", picture, "memview"], capture_output=True, text=True,
                          check=False, timeout=seconds(60), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    width, height, rows = png_pixels(picture.read_bytes())
    assert (width, height) == (1024, 768) and len({rows[80][x:x + 3] for x in range(0, 3 * width, 3)}) > 2
