#!/usr/bin/env python3
"""What the common ways cost, Pagoda beside Linux: one static binary, user/bench, is the first program of both kernels in the
same QEMU, with nothing else in the initramfs.

One guest instruction is one nanosecond of virtual time (-icount shift=0), so that the processor's time stamp
counter counts instructions: the numbers do not vary from run to run.

  tools/bench.py [README=1] [WALL=1] [NOPAE=1] [LINUX=0] [MITIGATIONS_OFF=1]

README=1  write the table between the markers in README.md   NOPAE=1  a column for the kernel without PAE
WALL=1    nanoseconds of the clock, too: as fast as this machine emulates   LINUX=0  no Linux
MITIGATIONS_OFF=1  a column for Linux without its mitigations of processor bugs
"""
import math
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from machine import BUILD, ROOT, Machine  # noqa: E402

LINUX = BUILD / "sysroot-linux" / "vmlinuz"
BEGIN, END = "<!-- make bench README=1 writes from here -->\n", "<!-- to here -->\n"
LINE = re.compile(r"^(\S.*?|  \S.*?) {2,}(\d+)\r*$", re.M)


def image(directory, wall):
    """An initramfs with the benchmark and nothing else."""
    root = Path(directory) / "root"
    for name in ("dev", "proc"):
        (root / name).mkdir(parents=True)
    subprocess.run(["i686-linux-gnu-strip", "-g", "-o", root / "init", BUILD / "user" / "bench"], check=True)
    if wall:
        (root / "wall").touch()
    names = "".join(f"{path.relative_to(root)}\n" for path in sorted(root.rglob("*")))
    cpio = Path(directory) / "bench.cpio"
    with open(cpio, "wb") as out:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=root, input=names.encode(),
                       stdout=out, check=True)
    return cpio


def measure(kernel, append="", wall=False):
    """{line: ticks}, in the order of the output."""
    with tempfile.TemporaryDirectory() as directory:
        counting = [] if wall else ["-icount", "shift=0,sleep=off"]
        with Machine(kernel=kernel, append=f"quiet {append}", initrd=image(directory, wall), memory="512M",
                     devices=counting) as pc:
            pc.wait_off(timeout=400)
            log = pc.log()
    lines = {name: int(ticks) for name, ticks in LINE.findall(log)}
    if len(lines) < 30:
        sys.exit(f"bench: {kernel} printed {len(lines)} lines:\n" + "\n".join(log.splitlines()[-30:]))
    return lines


def release(fmt):
    return BUILD / f"{fmt}-release" / "pagoda.elf"


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def table(title, unit, columns):
    """Rows of text: Pagoda first; a ratio to it behind each column of Linux."""
    pagoda = columns["Pagoda"]
    rows, ratios = [[title, *columns, *(f"{name} / Pagoda" for name in columns if "Linux" in name)]], {}
    for line, ticks in pagoda.items():
        if not ticks:
            continue  # it is not there
        row = [line] + [f"{column[line]:,}" if line in column else "-" for column in columns.values()]
        for name, column in columns.items():
            if "Linux" in name:
                ratios.setdefault(name, []).append(column[line] / ticks)
                row.append(f"{ratios[name][-1]:.1f}")
        rows.append(row)
    if ratios:
        rows.append([f"geometric mean ({unit})"] + [""] * len(columns)
                    + [f"{geometric_mean(values):.1f}" for values in ratios.values()])
    return rows


def text(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "".join("  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])])
                   .rstrip() + "\n" for row in rows)


def markdown(rows):
    rows = [[cell.replace("  ", "&ensp;") for cell in row] for row in rows]
    rows.insert(1, ["---"] + ["---:"] * (len(rows[0]) - 1))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def linux_release():
    """What the image calls itself: a string whose place the boot protocol tells, at 0x20e."""
    data = LINUX.read_bytes()
    at = int.from_bytes(data[0x20e:0x210], "little") + 0x200
    return data[at:data.index(b"\0", at)].decode().split(" ")[0]


def columns_of(options, wall):
    columns = {"Pagoda": measure(release("pae"), wall=wall)}
    if options.get("NOPAE") == "1":
        columns["without PAE"] = measure(release("nopae"), wall=wall)
    if options.get("LINUX") != "0":
        columns["Linux"] = measure(LINUX, wall=wall)
        if options.get("MITIGATIONS_OFF") == "1":
            columns["Linux mitigations=off"] = measure(LINUX, "mitigations=off", wall=wall)
    return columns


def readme_figures():
    """{line: Pagoda's figure} of the table in README.md."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    rows = re.findall(r"^\| (.*?) \| ([\d,]+) \|", table, re.M)
    return {name.replace("&ensp;", "  "): int(ticks.replace(",", "")) for name, ticks in rows}


def write_readme(rows, note):
    path = ROOT / "README.md"
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    path.write_text(before + BEGIN + "\n" + textwrap.fill(note, 118) + "\n\n" + markdown(rows) + "\n" + END + rest.split(END)[1],
                    encoding="utf-8")


def main():
    options = dict(argument.split("=", 1) for argument in sys.argv[1:])
    note = "Guest instructions for one operation; the least of several rounds."
    if options.get("LINUX") != "0":
        note += (f" Linux is Debian's {linux_release()}; both kernels run the same binary as /init in QEMU with `-cpu max"
                 " -m 512M -icount shift=0,sleep=off`, command line `console=ttyS0 panic=-1 quiet`.")
    rows = table("instructions", "instructions", columns_of(options, wall=False))
    print(f"{note}\n\n{text(rows)}", end="")
    if options.get("WALL") == "1":
        print("\n" + text(table("nanoseconds, emulated here", "wall time", columns_of(options, wall=True))), end="")
    if options.get("README") == "1":
        write_readme(rows, note)


if __name__ == "__main__":
    main()
    os._exit(0)
