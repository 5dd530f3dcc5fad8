"""Page tables, entry by entry, as the processor sees them (Intel SDM vol. 3A 4.3 and 4.4)."""
import struct

from mmgdb import guest

PRESENT, WRITE, USER, PWT, PCD, ACCESSED, DIRTY, LARGE, GLOBAL = (1 << n for n in range(9))
PROTNONE = GLOBAL  # in an entry that is not present
NX = 1 << 63
NAMES = ((PRESENT, "P present"), (WRITE, "W writable"), (USER, "U user"), (PWT, "PWT"), (PCD, "PCD"),
         (ACCESSED, "A accessed"), (DIRTY, "D dirty"), (GLOBAL, "G global"), (NX, "NX no execute"))


def levels():
    """(name, lowest address bit it looks at, entries), top first; and bytes of an entry."""
    if guest.is_pae():
        return (("pgd", 30, 4), ("pmd", 21, 512), ("pte", 12, 512)), 8
    return (("pgd", 22, 1024), ("pte", 12, 1024)), 4


def frame(entry):
    return entry >> 12 & 0xFFFFFFFFFF


def maps_page(entry):
    """Is there a page: present, or kept from its task by PROT_NONE?"""
    return bool(entry & PRESENT or entry & PROTNONE)


def reserved(entry):
    """The bits of a frame number that this processor has no address lines for: with one set, any access faults."""
    width = guest.integer("boot_cpu.phys_bits") or 64
    return entry & ((1 << 52) - 1) & -(1 << width) if entry & PRESENT else 0


def decode(entry, last=True):
    """An entry in words, bit by bit."""
    if not entry & PRESENT:
        if entry == 0:
            return "empty"
        if entry & PROTNONE:
            return f"frame {frame(entry):#x}, PROTNONE: here, but nobody may touch it"
        return "absent: a place in a file or in swap"
    words = [name for bit, name in NAMES if entry & bit]
    if entry & LARGE:
        words.append("PAT" if last else "PS large page")
    if reserved(entry):
        words.append("reserved bits")
    return f"frame {frame(entry):#x}: " + ", ".join(words)


def rights(entry):
    if not entry & PRESENT:
        return "none"
    return ("u" if entry & USER else "k") + "r" + ("w" if entry & WRITE else "-") + ("-" if entry & NX else "x")


def top_table():
    """Where CR3 points."""
    return guest.integer("$cr3") & (0xFFFFFFE0 if guest.is_pae() else 0xFFFFF000)


def read_table(physical, count, size):
    data = guest.read_physical(physical, count * size)
    return struct.unpack(f"<{count}{'Q' if size == 8 else 'I'}", data)


class Step:
    """One entry on the way down."""

    def __init__(self, name, physical, entry, shift):
        self.name, self.physical, self.entry, self.shift = name, physical, entry, shift
        self.last = name == "pte" or bool(entry & LARGE and entry & PRESENT and name != "pgd")

    def __str__(self):
        return f"{self.name} at {self.physical:#010x} = {self.entry:#x}: {decode(self.entry, self.name == 'pte')}"


def walk(table, address):
    """The entries behind an address, down to the one that maps it or is absent."""
    steps = []
    shape, size = levels()
    for name, shift, count in shape:
        where = table + (address >> shift) % count * size
        entry = int.from_bytes(guest.read_physical(where, size), "little")
        two_level_large = name == "pgd" and not guest.is_pae() and entry & LARGE and entry & PRESENT
        steps.append(Step(name, where, entry, shift))
        steps[-1].last |= bool(two_level_large)
        if not entry & PRESENT or steps[-1].last:
            break
        table = frame(entry) << 12
    return steps


def physical_of(steps, address):
    """The physical address that a walk ended at, or None."""
    last = steps[-1]
    if not last.last or not maps_page(last.entry):
        return None
    offset = address & ((1 << last.shift) - 1)
    return (frame(last.entry) << 12 & ~((1 << last.shift) - 1)) + offset


def entries(table, start=0, end=1 << 32):
    """Every entry of the lowest level that is not empty, as (address, entry, bytes it covers)."""
    shape, size = levels()

    def below(level, table, base):
        _, shift, count = shape[level]
        for index, entry in enumerate(read_table(table, count, size)):
            address = base + (index << shift)
            if not entry or address + (1 << shift) <= start or address >= end:
                continue
            if level == len(shape) - 1 or (entry & LARGE and not (guest.is_pae() and level == 0)):
                yield address, entry, 1 << shift
            elif entry & PRESENT:
                yield from below(level + 1, frame(entry) << 12, address)

    yield from below(0, table, 0)


def tables(table, end=1 << 32):
    """Every page table in use, as (level name, physical address, first address it translates)."""
    shape, size = levels()
    yield shape[0][0], table, 0

    def below(level, table, base):
        for index, entry in enumerate(read_table(table, shape[level][2], size)):
            address = base + (index << shape[level][1])
            if not entry & PRESENT or (entry & LARGE and not (guest.is_pae() and level == 0)) or address >= end:
                continue
            child = frame(entry) << 12
            yield shape[level + 1][0], child, address
            if level + 2 < len(shape):
                yield from below(level + 1, child, address)

    yield from below(0, table, 0)


def ranges(table, start=0, end=1 << 32):
    """Runs of entries with the same rights, as (first address, end, rights, pages, first frame if contiguous)."""
    run = None
    for address, entry, covered in entries(table, start, end):
        what = rights(entry) if maps_page(entry) else "file"
        if run and run[1] == address and run[2] == what:
            contiguous = run[4] is not None and frame(entry) == run[4] + run[3]
            run = (run[0], address + covered, what, run[3] + covered // 4096, run[4] if contiguous else None)
            continue
        if run:
            yield run
        run = (address, address + covered, what, covered // 4096, frame(entry))
    if run:
        yield run
