"""The commands below `mm`; each has help: (gdb) help mm, help mm explain."""
import gdb

from mmgdb import explain, frames, guest, tables

SAVED = {}  # names given by `mm save`


class Prefix(gdb.Command):
    """Look at memory management of the stopped kernel. `help mm explain` and so on say more."""

    def __init__(self):
        super().__init__("mm", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class Explain(gdb.Command):
    """mm explain ADDRESS [PID]: what is at this address?
The region of the kernel or the VMA of the task, every page-table entry bit by bit, the frame with its owner
and references, who else maps it, and for user addresses what the next read and write would do."""

    def __init__(self):
        super().__init__("mm explain", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        address = guest.address_argument(words[0] if words else "")
        for line in explain.explain(address, guest.find_task(words[1] if len(words) > 1 else "")):
            print(line)


class Maps(gdb.Command):
    """mm maps [PID]: the VMAs of a task, lowest first, with the pages that are resident."""

    def __init__(self):
        super().__init__("mm maps", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        task = guest.find_task(argument)
        mm = guest.mm_of(task)
        print(guest.name_of(task) + ("" if mm else ": a kernel thread, no address space of its own"))
        if mm is None:
            return
        present = [a for a, entry, _ in tables.entries(int(mm["pgd_phys"]), 0, guest.PAGE_OFFSET)
                   if tables.maps_page(entry)]
        for vma in guest.vmas(mm):
            resident = sum(vma.start <= address < vma.end for address in present)
            print(f"{str(vma):60} {resident} of {(vma.end - vma.start) >> 12} pages")


class PageTable(gdb.Command):
    """mm pagetable [PID]: the page tables themselves, as ranges of entries with the same rights.
u/k: for the user or the kernel only; r, w, x; "none": kept by PROT_NONE; "file": a place in a file."""

    def __init__(self):
        super().__init__("mm pagetable", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        mm = guest.mm_of(guest.find_task(argument))
        for start, end, rights, pages, first in tables.ranges(int(mm["pgd_phys"]) if mm else tables.top_table()):
            where = f"frames {first:#x}-{first + pages - 1:#x}" if first is not None else "frames all over"
            print(f"{start:08x}-{end & 0xFFFFFFFF:08x} {rights:5} {pages:6} pages  {where}")


def snapshot(argument):
    """An address space as a set of lines: its VMAs and its resident pages. A saved name, or a PID."""
    if argument in SAVED:
        return SAVED[argument]
    mm = guest.mm_of(guest.find_task(argument))
    if mm is None:
        raise gdb.GdbError("a kernel thread has no address space of its own")
    pages = {address: f"{tables.rights(entry)} frame {tables.frame(entry):#x}"
             for address, entry, _ in tables.entries(int(mm["pgd_phys"]), 0, guest.PAGE_OFFSET)
             if tables.maps_page(entry)}
    return {"vmas": [str(vma) for vma in guest.vmas(mm)], "pages": pages}


class Save(gdb.Command):
    """mm save NAME [PID]: remember an address space as it is now, for `mm diff`."""

    def __init__(self):
        super().__init__("mm save", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        if not words:
            raise gdb.GdbError("mm save NAME [PID]")
        SAVED[words[0]] = snapshot(words[1] if len(words) > 1 else "")


class Diff(gdb.Command):
    """mm diff A B: what differs between two address spaces.
A and B are PIDs, or names given by `mm save`: parent and child, or before and after."""

    def __init__(self):
        super().__init__("mm diff", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        if len(words) != 2:
            raise gdb.GdbError("mm diff A B: two PIDs or names given by `mm save`")
        a, b = snapshot(words[0]), snapshot(words[1])
        changes = [f"- {line}" for line in a["vmas"] if line not in b["vmas"]]
        changes += [f"+ {line}" for line in b["vmas"] if line not in a["vmas"]]
        for address in sorted(a["pages"].keys() | b["pages"].keys()):
            old, new = a["pages"].get(address, "absent"), b["pages"].get(address, "absent")
            if old != new:
                changes.append(f"{address:08x}: {old} -> {new}")
        print("\n".join(changes) or "no difference")


class Zones(gdb.Command):
    """mm zones: the zones of RAM, their free blocks by order, and who owns how many frames."""

    def __init__(self):
        super().__init__("mm zones", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        zones = guest.value("zones")
        for index in range(zones.type.range()[1] + 1):
            zone = zones[index]
            if not int(zone["managed_pages"]):
                continue
            buddy, pcp = zone["buddy"], sum(int(zone["pcp"][cpu]["count"]) for cpu in range(zone["pcp"].type.range()[1] + 1))
            orders = range(buddy["free_area"].type.range()[1] + 1)
            print(f"{zone['name'].string():8} {int(zone['managed_pages'])} pages, {int(buddy['nr_free_pages']) + pcp} free "
                  f"({pcp} at hand for a CPU); watermarks {int(zone['pages_min'])} {int(zone['pages_low'])} "
                  f"{int(zone['pages_high'])}; free blocks by order: "
                  + " ".join(str(frames.free_blocks(buddy["free_area"][order])) for order in orders))
        for number, name in enumerate(frames.owners()):
            if name != "free":
                print(f"{name:10} {int(guest.value('nr_owned')[number]['counter'])}")


class Slabs(gdb.Command):
    """mm slabs: the slab caches: objects out, objects there are, bytes of one."""

    def __init__(self):
        super().__init__("mm slabs", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        for cache in guest.list_entries(guest.value("cache_chain"), "struct kmem_cache", "list"):
            at_hand = sum(int(cache["cpu"][cpu]["avail"]) for cpu in range(cache["cpu"].type.range()[1] + 1))
            print(f"{cache['name'].string():24} {int(cache['nr_out']) - at_hand:6} of "
                  f"{int(cache['nr_slabs']) * int(cache['num']):6} objects out, {int(cache['object_size'])} bytes each")


class Vmalloc(gdb.Command):
    """mm vmalloc: the areas of the vmalloc area, lowest first."""

    def __init__(self):
        super().__init__("mm vmalloc", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        kinds = {1: "ioremap", 2: "vmalloc", 4: "vmap", 8: "kernel stack"}
        for area in frames.areas():
            start, size = int(area["addr"]), int(area["size"])
            device = f", physical {int(area['phys_addr']):#x}" if int(area["flags"]) == 1 else ""
            print(f"{start:08x}-{start + size - guest.PAGE_SIZE:08x} {kinds.get(int(area['flags']), '?')}, "
                  f"{frames.area_caller(area)}{device}")


class Kmaps(gdb.Command):
    """mm kmaps: pages of highmem that have an address now, or still have one that nobody uses."""

    def __init__(self):
        super().__init__("mm kmaps", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        found = False
        slots = guest.value("pkmap")
        for slot in range(slots.type.range()[1] + 1):
            users = int(slots[slot]["count"])
            if users:
                found = True
                page = explain.page_number(f"pkmap[{slot}].page")
                print(f"{0xFF800000 + slot * guest.PAGE_SIZE:08x} frame {page:#x} {users - 1} users")
        depth = int(guest.value("kmap_atomic_depth[0]"))
        print(f"kmap_atomic: {depth} in use" if found or depth else "no kmap at all")


class Page(gdb.Command):
    """mm page PFN: the frame: owner, references, flags, what it is for, who maps it."""

    def __init__(self):
        super().__init__("mm page", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        for line in explain.describe_frame(guest.address_argument(argument)):
            print(line.strip())


class Tasks(gdb.Command):
    """mm tasks: every task with its address space."""

    def __init__(self):
        super().__init__("mm tasks", gdb.COMMAND_DATA)

    def invoke(self, _argument, _from_tty):
        running = int(guest.current_task().address)
        for task in guest.tasks():
            mm = guest.mm_of(task)
            memory = f"mm {int(task['mm']):#x}, {int(mm['total_vm'])} pages mapped, {int(mm['rss'])} resident" \
                if mm else "no mm: kernel thread"
            print(f"{'*' if int(task.address) == running else ' '} {int(task['pid']):5} "
                  f"{task['comm'].string():16} task {int(task.address):#x} {memory}")


class Faults(gdb.Command):
    """mm faults [PID]: the last page faults, oldest first: who, where, what for, and what was done.
The kernel keeps them while /proc/sys/vm/fault_trace is 1, as it is in debug builds."""

    def __init__(self):
        super().__init__("mm faults", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        ring, last = guest.value("ring"), int(guest.value("'mm/faulttrace.c'::last"))
        size = ring.type.range()[1] + 1
        only = int(guest.value(argument)) if argument else 0
        for number in range(max(1, last - size + 1), last + 1):
            record = ring[number % size]
            if only and int(record["pid"]) != only:
                continue
            error = int(record["error_code"])
            access = "execution" if error & 16 else "write" if error & 2 else "read"
            print(f"{number} {record['comm'].string()} (pid {int(record['pid'])}): {access} at "
                  f"{int(record['address']):#010x}, page {'protected' if error & 1 else 'absent'}: {record['verdict']}, "
                  f"{record['outcome']}, frame {int(record['old_pfn']):#x} -> {int(record['pfn']):#x}, "
                  f"{int(record['cycles'])} cycles")


class PteWatch(gdb.Breakpoint):
    """A watchpoint on a page-table entry. Its low word is watched: it has the present bit, and a processor watches
    no more than a word."""

    def __init__(self, step, address, size):
        self.where, self.address, self.size = guest.PAGE_OFFSET + step.physical, address, size
        self.old = step.entry
        super().__init__(f"*(unsigned int *){self.where:#x}", gdb.BP_WATCHPOINT, gdb.WP_WRITE)

    def read(self):
        return int.from_bytes(guest.read(self.where, self.size), "little")

    def report(self):
        """Says what became of the entry since the last stop."""
        new = self.read()
        if new != self.old:
            print(f"entry for {self.address:#010x}: {tables.decode(self.old)} -> {tables.decode(new)}")
        self.old = new


def report_entries(_event):
    for breakpoint in gdb.breakpoints():
        if isinstance(breakpoint, PteWatch):
            try:
                breakpoint.report()
            except gdb.error:
                pass  # on the way back gdb stops for itself, and does not let us look


def remember_entries():
    """The next reports are of changes from now on."""
    for breakpoint in gdb.breakpoints():
        if isinstance(breakpoint, PteWatch):
            breakpoint.old = breakpoint.read()


gdb.events.stop.connect(report_entries)


class WatchPte(gdb.Command):
    """mm watch-pte ADDRESS [PID]: stop when the page-table entry behind an address changes.
Where a table is still missing, its place in the table above is watched."""

    def __init__(self):
        super().__init__("mm watch-pte", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, argument, _from_tty):
        words = gdb.string_to_argv(argument)
        address = guest.address_argument(words[0] if words else "")
        mm = guest.mm_of(guest.find_task(words[1] if len(words) > 1 else ""))
        step = tables.walk(int(mm["pgd_phys"]) if mm else tables.top_table(), address)[-1]
        print(f"watching the {step.name} entry: {step}")
        PteWatch(step, address, tables.levels()[1])


class Walk(gdb.Command):
    """walk ADDRESS: the page-table entries behind an address, by the tables that CR3 points to now."""

    def __init__(self):
        super().__init__("walk", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        address = guest.address_argument(argument)
        steps = tables.walk(tables.top_table(), address)
        for step in steps:
            print(step)
        physical = tables.physical_of(steps, address)
        print("not present" if physical is None else f"{address:#x} is physical {physical:#x}")


for command in (Prefix, Explain, Maps, PageTable, Save, Diff, Zones, Slabs, Vmalloc, Kmaps, Page, Tasks, Faults, WatchPte, Walk):
    command()
