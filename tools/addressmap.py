#!/usr/bin/env python3
"""Draw the address map of a running Pagoda as SVG: addressmap.py OUTPUT [MEMORY]

The figures are those of the machine: the kernel's from its log, user space from /proc/self/maps."""
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from machine import Machine  # noqa: E402

ROW, WIDTH, LEFT = 30, 760, 110
COLOURS = {"user": "#cfe3f5", "hole": "#f0f0f0", "lowmem": "#d5ecd4", "text": "#b5d9b3", "vmalloc": "#ead7f2",
           "pkmap": "#f6e3c3", "fixmap": "#f3cccc"}


def size(n):
    return f"{n >> 20} MiB" if n >= 10 << 20 else f"{n >> 10} KiB"


def regions(pc):
    """(start, end, colour, words), highest first."""
    found = {name.strip("."): (int(a, 16), int(b, 16)) for name, a, b in
             re.findall(r"(\.?\w+) *: 0x(\w+) - 0x(\w+) ", pc.log())}
    maps = pc.run("cat /proc/self/maps")[0]
    for name, words in (("fixmap", "slots of kmap_atomic, a page each"), ("pkmap", "kmap: pages of highmem for a while"),
                        ("vmalloc", "vmalloc, ioremap, kernel stacks, each with a guard page")):
        yield *found[name], name, f"{name}: {words}"
    low = found["lowmem"]
    yield low[1], found["vmalloc"][0], "hole", "hole: never mapped"
    yield found["data"][1], low[1], "lowmem", "lowmem: physical memory 1:1, large global pages"
    for name, words in (("data", "kernel data: writable"), ("rodata", "kernel read-only data"), ("text", "kernel text: executable")):
        yield *found[name], "text", words
    yield low[0], found["text"][0], "lowmem", "the first MiB"
    for line in reversed(maps.splitlines()):
        start, end, rights, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
        yield int(start, 16), int(end, 16), "user", f"{rights} {name}"
    yield 0, 4096, "hole", "never mapped: NULL"


def draw(rows):
    """Rows are of one height, whatever their size: most regions are too small to be seen in proportion."""
    y, parts = 20, []
    for start, end, colour, words in rows:
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{WIDTH - LEFT - 10}" height="{ROW - 4}" fill="{COLOURS[colour]}" stroke="#888"/>'
                     f'<text x="{LEFT - 8}" y="{y + 18}" text-anchor="end">{start:08x}</text>'
                     f'<text x="{LEFT + 10}" y="{y + 18}">{escape(words)}</text>'
                     f'<text x="{WIDTH - 20}" y="{y + 18}" text-anchor="end">{size(end - start)}</text>')
        y += ROW
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 10}" font-family="monospace" font-size="13">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def main():
    with Machine("pae", memory=sys.argv[2] if len(sys.argv) > 2 else "1G") as pc:
        pc.shell()
        Path(sys.argv[1]).write_text(draw(list(regions(pc))), encoding="utf-8")
    print(f"wrote {sys.argv[1]}")


main()
