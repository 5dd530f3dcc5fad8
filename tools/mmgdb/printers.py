"""Pretty-printers: a structure of mm/ in one line of words before its fields (`print /r` shows it raw)."""
import gdb

from mmgdb import frames, guest, tables


class Summary:
    """A line, then the fields as they are."""

    def __init__(self, structure, line):
        self.structure, self.line = structure, line

    def to_string(self):
        return self.line

    def children(self):
        for field in self.structure.type.fields():
            if field.name:
                yield field.name, self.structure[field]


def entry(structure):
    raw = bytes(int(structure[f.name]) >> s & 0xFF for f in structure.type.fields() for s in (0, 8, 16, 24)) \
        if structure.type.fields()[0].name == "pte_low" else None
    if raw is None:
        return entry(structure[structure.type.fields()[0]])
    number = int.from_bytes(raw, "little")
    return f"{number:#x} ({tables.decode(number)})"


class Entry:
    def __init__(self, structure):
        self.line = entry(structure)

    def to_string(self):
        return self.line


def page(structure):
    flags = int(structure["flags"])
    owner = frames.owners()[flags >> 16 & 15]
    return Summary(structure, f"page of {owner}, {int(structure['_count']['counter'])} references, mapped "
                              f"{int(structure['_mapcount']['counter']) + 1} times")


def vma(structure):
    return Summary(structure, f"VMA {guest.Vma(structure)}" if int(structure["vm_mm"]) else "VMA of no mm")


def mm_struct(structure):
    return Summary(structure, f"mm of {int(structure['map_count'])} VMAs, {int(structure['total_vm'])} pages mapped, "
                              f"{int(structure['rss'])} resident")


def task(structure):
    return Summary(structure, f"task {guest.name_of(structure)}")


def file(structure):
    name = guest.file_name(structure) if int(structure["f_dentry"]) else "without a name"
    return Summary(structure, f"file {name}")


PRINTERS = {"pte_t": Entry, "pmd_t": Entry, "pgd_t": Entry, "page": page, "vm_area_struct": vma,
            "mm_struct": mm_struct, "task_struct": task, "file": file}


def lookup(structure):
    kind = structure.type.unqualified()
    name = kind.name if kind.name in PRINTERS else kind.strip_typedefs().tag
    return PRINTERS[name](structure) if name in PRINTERS else None


lookup.name = "pagoda"
gdb.pretty_printers[:] = [p for p in gdb.pretty_printers if getattr(p, "name", "") != "pagoda"] + [lookup]
