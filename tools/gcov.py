#!/usr/bin/env python3
"""Coverage of mm/ (make coverage): counters out of the machine's memory, gcov's lines out of the counters.

A kernel built with COVERAGE=1 counts in .bss, and nothing in it knows. The compiler describes the counters of each
object in structures that the section gcov_info points at (gcc's gcov-io.h tells their layout and that of the files),
so the ELF file alone says where in memory they are. The harness keeps a machine's RAM in a file, which outlives every
panic and power-off, and calls save() when the machine ends. This program adds up all runs of both page-table formats,
writes the files that gcov wants, and prints the lines that no run reached: gcov.py GCOV [LEAST PERCENTAGE].
"""
import json
import os
import struct
import subprocess
import sys
from array import array
from collections import defaultdict
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / "build"
PAGE_OFFSET = 0xC0000000
KINDS = 8  # of counters; the first kind, arcs, is the one there is here


class Object:
    """What the compiler says of one source file: the name of its counts, and functions as (ident, checksum of
    lines, checksum of the graph, number of counters, their address)."""

    def __init__(self, elf, info):
        self.head = elf.words(info, 4)
        self.path = Path(elf.string(elf.words(info + 16, 1)[0]))
        count, table = elf.words(info + 20 + 4 * KINDS, 2)
        self.functions = [elf.words(entry + 4, 5) for entry in elf.words(table, count)]

    def write(self, counts):
        """The file of counts; counts is an iterator over numbers in the order of the functions."""
        version, _, stamp, checksum = self.head
        data = struct.pack("<4I", 0x67636461, version, stamp, checksum)
        for ident, lines, graph, number, _ in self.functions:
            data += struct.pack("<5I", 0x01000000, 12, ident, lines, graph)
            data += struct.pack("<2I", 0x01A10000, 8 * number)
            data += struct.pack(f"<{number}Q", *(next(counts) for _ in range(number)))
        self.path.write_bytes(data + bytes(4))


class Elf:
    """A 32-bit ELF file, by virtual address."""

    def __init__(self, path):
        self.data = path.read_bytes()
        phoff, shoff = struct.unpack_from("<2I", self.data, 28)
        phnum, _, shnum, names = struct.unpack_from("<4H", self.data, 44)
        self.segments = [struct.unpack_from("<5I", self.data, phoff + 32 * i)[1:] for i in range(phnum)]
        sections = [struct.unpack_from("<6I", self.data, shoff + 40 * i) for i in range(shnum)]
        self.sections = {self.string_at(sections[names][4] + name): (address, size)
                         for name, _, _, address, _, size in sections}

    def offset(self, address):
        return next(offset + address - start for offset, start, _, size in self.segments
                    if start <= address < start + size)

    def words(self, address, count):
        return struct.unpack_from(f"<{count}I", self.data, self.offset(address))

    def string_at(self, offset):
        return self.data[offset:self.data.index(b"\0", offset)].decode()

    def string(self, address):
        return self.string_at(self.offset(address))

    def objects(self):
        address, size = self.sections["gcov_info"]
        return [Object(self, info) for info in self.words(address, size // 4)]


def save(kernel, ram, name):
    """Keep the counters of a machine that ran `kernel` and left its RAM in the file `ram`."""
    runs = kernel.parent / "runs"
    runs.mkdir(exist_ok=True)
    counts = b""
    with open(ram, "rb") as memory:
        for one in Elf(kernel).objects():
            for *_, number, address in one.functions:
                memory.seek(address - PAGE_OFFSET)
                counts += memory.read(8 * number)
    (runs / f"{os.getpid()}-{name}").write_bytes(counts)


def lines_of(folder, gcov, names="*"):
    """{(file, line): how often it ran} of one build, over all its runs of these names; and how many those are."""
    objects = Elf(folder / "pagoda.elf").objects()
    runs = [array("Q", path.read_bytes()) for path in folder.glob(f"runs/{names}")]
    total = map(sum, zip(*runs))
    lines = defaultdict(int)
    for one in objects:
        one.write(total)
        out = subprocess.run([gcov, "--json-format", "--stdout", one.path], capture_output=True, text=True, check=True)
        for file in json.loads(out.stdout)["files"]:
            for line in file["lines"]:
                lines[file["file"], line["line_number"]] += line["count"]
    return lines, len(runs)


def main():
    lines, runs = defaultdict(int), 0
    for folder in sorted(BUILD.glob("*-coverage")):
        one, number = lines_of(folder, sys.argv[1])
        runs += number
        for place, count in one.items():
            lines[place] += count
    files = defaultdict(dict)
    for (file, line), count in sorted(lines.items()):
        if file.startswith("mm/"):
            files[file][line] = count
    for file, counts in files.items():
        text = Path(file).read_text(encoding="utf-8").split("\n")
        for line in (line for line, count in counts.items() if not count):
            print(f"{file}:{line}: {text[line - 1].strip()}")
    print(f"\n{'lines':>7} {'reached':>7}")
    for file, counts in files.items():
        reached = sum(map(bool, counts.values()))
        print(f"{len(counts):7} {reached:7} {100 * reached / len(counts):5.1f} %  {file}")
    every = [count for counts in files.values() for count in counts.values()]
    share = 100 * sum(map(bool, every)) / len(every)
    print(f"{len(every):7} {sum(map(bool, every)):7} {share:5.1f} %  of the lines of mm/ were reached, in {runs} boots")
    sys.exit(share < float((sys.argv[2:] or ["0"])[0]))


if __name__ == "__main__":
    main()
