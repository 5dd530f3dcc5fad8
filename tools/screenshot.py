#!/usr/bin/env python3
"""Boot Pagoda, let a program draw, write what the screen shows to a PNG file: screenshot.py OUTPUT [COMMAND]."""
import struct
import sys
import time
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from machine import Machine  # noqa: E402


def png(width, height, rgb):
    """A PNG file of 8-bit RGB triples (PNG specification, section 5)."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + rgb[y * width * 3:(y + 1) * width * 3] for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def main():
    output = Path(sys.argv[1])
    command = sys.argv[2] if len(sys.argv) > 2 else "fbdemo"
    with Machine("pae") as pc:
        pc.shell()
        pc.send(f"{command} >/dev/null &\n")
        time.sleep(3)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(png(*pc.screendump()))
    print(f"wrote {output}")


main()
