"""Frames: what one is, who owns it, and which entries map it."""
import gdb

from mmgdb import guest, tables

OWNERS = None
FLAGS = ("locked", "uptodate", "dirty", "slab", "buddy", "reserved", "anon", "compound", "waiters", "poisoned")
ZONES = ("DMA", "NORMAL", "HIGHMEM")


def owners():
    """Names of enum page_owner, by number."""
    global OWNERS
    if OWNERS is None:
        fields = gdb.lookup_type("enum page_owner").fields()
        OWNERS = [field.name[len("OWNER_"):].lower() for field in fields if field.name.startswith("OWNER_")]
    return OWNERS


class Page:
    """The struct page of a frame, read once."""

    def __init__(self, pfn):
        if pfn >= guest.integer("max_pfn"):
            raise gdb.GdbError(f"frame {pfn:#x} has no struct page: it is device memory or does not exist")
        self.pfn = pfn
        self.structure = guest.value(f"mem_map[{pfn}]")
        self.flags = int(self.structure["flags"])
        self.owner = owners()[self.flags >> 16 & 15]
        self.zone = ZONES[self.flags >> 30 & 3]
        self.count = int(self.structure["_count"]["counter"])
        self.mapcount = int(self.structure["_mapcount"]["counter"]) + 1

    def flag_names(self):
        return " ".join(name for bit, name in enumerate(FLAGS) if self.flags & 1 << bit) or "none"

    def __str__(self):
        return (f"frame {self.pfn:#x} (physical {self.pfn << 12:#x}, zone {self.zone}): owner {self.owner}, "
                f"{self.count} references, mapped {self.mapcount} times, flags {self.flag_names()}")


def mapping_of(page):
    """The address_space of a cached page, or None."""
    if page.owner != "cache" or not int(page.structure["mapping"]):
        return None
    return page.structure["mapping"].dereference()


def object_name(mapping):
    """The name of a file whose pages these are, found through those who map it; else its inode."""
    for vma in guest.list_entries(mapping["i_mmap"], "struct vm_area_struct", "shared"):
        if int(vma["vm_file"]):
            return guest.file_name(vma["vm_file"])
    return f"inode {int(mapping['host']['i_ino'])}" if int(mapping["host"]) else "an object without a name"


def purpose(page):
    """What a frame is for, in one phrase."""
    if page.owner == "cache":
        mapping = mapping_of(page)
        if mapping is None:
            return "was cut off its file, and lives until the last user lets go"
        return f"page {int(page.structure['index'])} of {object_name(mapping)}"
    if page.owner == "slab":
        head = page.structure["first_page"].dereference() if page.flags & 1 << 7 else page.structure
        cache = head["slab_cache"]
        if not int(cache):
            return "a large kmalloc"
        return f"slab of cache {cache['name'].string()}, {int(head['inuse'])} of {int(cache['num'])} objects out"
    if page.owner == "pgtable":
        return table_owner(page.pfn)
    if page.owner == "stack":
        return stack_owner(page.pfn)
    if page.owner == "vmalloc":
        return area_of(page.pfn)
    if page.owner == "free" and page.flags & 1 << 4:
        return f"first of a free block of {1 << int(page.structure['private'])} frames"
    return {"anon": "anonymous memory of a task", "kernel": "the kernel's own", "free": "nobody uses it",
            "reserved": "firmware, the kernel image or a hole", "driver": "a driver's, lent to tasks"}[page.owner]


def table_owner(pfn):
    for mm, users in guest.address_spaces():
        for level, physical, address in tables.tables(int(mm["pgd_phys"])):
            if physical >> 12 == pfn:
                if address >= guest.PAGE_OFFSET:
                    return f"{level} table of the kernel's half, from {address:#010x}"
                return f"{level} table of {guest.name_of(users[0])}, from {address:#010x}"
    return "a page table that is in no address space: kept for the next one"


def stack_owner(pfn):
    for task in guest.tasks():
        base = int(task["stack"])
        for page in range(base, base + guest.THREAD_SIZE, guest.PAGE_SIZE):
            at = tables.physical_of(tables.walk(tables.top_table(), page), page)
            if at is not None and at >> 12 == pfn:
                return f"kernel stack of {guest.name_of(task)}"
    return "a kernel stack that is kept for the next task"


def areas():
    """Every area of the vmalloc area, lowest first."""
    yield from guest.list_entries(guest.value("vmlist"), "struct vm_struct", "list")


def area_of(pfn):
    for area in areas():
        start = int(area["addr"])
        for address, entry, _ in tables.entries(tables.top_table(), start, start + int(area["size"])):
            if tables.frame(entry) == pfn:
                return f"page {(address - start) >> 12} of the vmalloc area at {start:#010x}, {area_caller(area)}"
    return "vmalloc memory in no area"


def area_caller(area):
    return "made by " + (guest.symbol_at(int(area["caller"])) or "nobody known")


def mappers(pfn):
    """Who maps a frame: (task, VMA or None, address, entry) for every entry of every address space that does."""
    for mm, users in guest.address_spaces():
        all_vmas = list(guest.vmas(mm))
        for address, entry, covered in tables.entries(int(mm["pgd_phys"]), 0, guest.PAGE_OFFSET):
            if tables.maps_page(entry) and tables.frame(entry) <= pfn < tables.frame(entry) + covered // 4096:
                vma = next((vma for vma in all_vmas if vma.start <= address < vma.end), None)
                yield users[0], vma, address, entry


def free_blocks(area):
    return int(area["nr_free"])


def cached_page(mapping, index):
    """The frame of a page of an object in the cache, or None: a walk down its radix tree."""
    root = mapping["page_tree"]
    node, height = root["rnode"], int(root["height"])
    if not int(node) or (height == 0 and index) or index >> (6 * height):
        return None
    for level in range(height - 1, -1, -1):
        kind = gdb.lookup_type("struct radix_tree_node").pointer()
        node = node.cast(kind)["slots"][index >> (6 * level) & 63]
        if not int(node):
            return None
    return (int(node) - guest.integer("(unsigned long)mem_map")) // gdb.lookup_type("struct page").sizeof
