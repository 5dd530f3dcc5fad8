#!/usr/bin/env python3
"""Turn `nm -n` output (stdin) into an assembly file with the kernel's symbol table (stdout).

The reader is kernel/lib/kallsyms.c. Layout, all in .rodata.kallsyms:
  kallsyms_count         u32, number of functions
  kallsyms_addresses[]   u32, sorted ascending
  kallsyms_name_offsets[] u32, into kallsyms_names
  kallsyms_names[]       NUL-terminated strings, back to back
With no input the table is empty: that is what the first link gets.
"""
import sys


def functions(lines):
    """(address, name) of every function, one name an address (the first global one wins)."""
    best = {}
    for line in lines:
        fields = line.split()
        if len(fields) != 3 or fields[1] not in "tTwW":
            continue
        address, kind, name = int(fields[0], 16), fields[1], fields[2]
        if name.startswith((".L", "$")):
            continue
        if address not in best or (best[address][0] == "t" and kind != "t"):
            best[address] = (kind, name)
    return [(address, best[address][1]) for address in sorted(best)]


def emit(symbols, out):
    def label(name):
        out.write(f"\t.globl {name}\n\t.balign 4\n{name}:\n")

    out.write('\t.section .rodata.kallsyms, "a", @progbits\n')
    label("kallsyms_count")
    out.write(f"\t.long {len(symbols)}\n")
    label("kallsyms_addresses")
    out.writelines(f"\t.long {address:#x}\n" for address, _ in symbols)
    label("kallsyms_name_offsets")
    offset = 0
    for _, name in symbols:
        out.write(f"\t.long {offset}\n")
        offset += len(name) + 1
    label("kallsyms_names")
    out.writelines(f'\t.asciz "{name}"\n' for _, name in symbols)
    out.write('\t.section .note.GNU-stack, "", @progbits\n')


emit(functions(sys.stdin), sys.stdout)
