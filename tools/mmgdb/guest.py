"""The stopped machine: its memory, by physical and by virtual address, its structures, its tasks."""
import gdb

PAGE_SIZE = 4096
PAGE_OFFSET = 0xC0000000
THREAD_SIZE = 8192


def value(expression):
    return gdb.parse_and_eval(expression)


def integer(expression):
    return int(value(expression)) & 0xFFFFFFFF


def address_argument(text):
    """What a user typed where an address is wanted: any expression of gdb's."""
    if not text:
        raise gdb.GdbError("an address is wanted: a number, or an expression such as vma->vm_start")
    return int(value(text)) & 0xFFFFFFFF


def is_pae():
    """Which page-table format is the kernel built for?"""
    return gdb.lookup_type("pte_t").sizeof == 8


def paging_is_on():
    return bool(integer("$cr0") & 0x80000000)


def read(address, size):
    return gdb.selected_inferior().read_memory(address, size).tobytes()


def read_physical(address, size):
    """Bytes of physical memory. Lowmem is seen 1:1 once the kernel's own tables are loaded; for the rest,
    and before, QEMU's stub has a mode in which every address is physical."""
    if paging_is_on() and address + size <= lowmem_size():
        return read(PAGE_OFFSET + address, size)
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        return read(address, size)
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def lowmem_size():
    """Bytes of lowmem; 0 before paging_init() has mapped them."""
    top = integer("(unsigned long)high_memory")
    return top - PAGE_OFFSET if top else 0


def list_entries(head, type_name, member):
    """The structures on a list_head `head` (a gdb.Value), linked through `member`."""
    kind = gdb.lookup_type(type_name)
    offset = next(field.bitpos // 8 for field in kind.fields() if field.name == member)
    node, end = head["next"], int(head.address)
    while int(node) != end:
        yield gdb.Value(int(node) - offset).cast(kind.pointer()).dereference()
        node = node["next"]


def has_field(structure, name):
    return any(field.name == name for field in structure.type.strip_typedefs().fields())


# ---- tasks ----


def current_task():
    """The task on the processor: found from the stack in the kernel, from the TSS in user mode."""
    esp = integer("$esp") if integer("$cs") & 3 == 0 else integer("init_tss[0].esp0") - 1
    base = esp & ~(THREAD_SIZE - 1)
    if base < PAGE_OFFSET:
        raise gdb.GdbError("there is no task yet: the kernel has not set up its first stack")
    return value(f"*((struct thread_info *){base:#x})->task")


def tasks():
    """Every task, each process's threads behind its leader."""
    init = value("init_task")
    yield init
    for leader in list_entries(init["tasks"], "struct task_struct", "tasks"):
        yield leader
        if has_field(leader, "thread_group"):
            yield from list_entries(leader["thread_group"], "struct task_struct", "thread_group")


def name_of(task):
    return f"{task['comm'].string()} (pid {int(task['pid'])})"


def find_task(argument):
    """The task that a command means: a PID, an expression for a task_struct *, nothing for the current one."""
    if not argument:
        return current_task()
    number = value(argument)
    if number.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
        return number.dereference()
    for task in tasks():
        if int(task["pid"]) == int(number):
            return task
    raise gdb.GdbError(f"no task has pid {int(number)}; `mm tasks` lists them")


def mm_of(task):
    """Its address space, or None for a kernel thread."""
    return task["mm"].dereference() if int(task["mm"]) else None


def address_spaces():
    """Every address space once, as (mm_struct, the tasks that use it)."""
    users = {}
    for task in tasks():
        if int(task["mm"]):
            users.setdefault(int(task["mm"]), (task["mm"].dereference(), []))[1].append(task)
    return list(users.values())


# ---- VMAs ----

VM_READ, VM_WRITE, VM_EXEC, VM_SHARED, VM_MAYWRITE = 1, 2, 4, 8, 0x20
VM_GROWSDOWN, VM_PFNMAP, VM_LOCKED, VM_IO = 0x100, 0x400, 0x2000, 0x4000


class Vma:
    """One vm_area_struct, read once."""

    def __init__(self, structure):
        self.structure = structure
        self.start, self.end = int(structure["vm_start"]), int(structure["vm_end"])
        self.flags, self.pgoff = int(structure["vm_flags"]), int(structure["vm_pgoff"])
        self.file = structure["vm_file"] if int(structure["vm_file"]) else None
        self.mm = structure["vm_mm"]

    def rights(self):
        letters = zip("rwx", (VM_READ, VM_WRITE, VM_EXEC))
        return "".join(c if self.flags & bit else "-" for c, bit in letters) + ("s" if self.flags & VM_SHARED else "p")

    def ops(self):
        """The name of its vm_operations_struct, or "" for anonymous memory."""
        return symbol_at(int(self.structure["vm_ops"])) if int(self.structure["vm_ops"]) else ""

    def name(self):
        """As /proc/PID/maps calls it."""
        if self.file is not None:
            return file_name(self.file)
        mm = self.mm.dereference()
        if self.start <= int(mm["brk"]) and self.end >= int(mm["start_brk"]) and int(mm["brk"]) > int(mm["start_brk"]):
            return "[heap]"
        if self.start <= int(mm["start_stack"]) < self.end:
            return "[stack]"
        return ""

    def __str__(self):
        return f"{self.start:08x}-{self.end:08x} {self.rights()} {self.pgoff:08x} {self.name()}".rstrip()


def vmas(mm):
    vma = mm["mmap"]
    while int(vma):
        yield Vma(vma.dereference())
        vma = vma["vm_next"]


def vma_at(mm, address):
    """The VMA that holds the address, or else the next one above, or None."""
    return next((vma for vma in vmas(mm) if address < vma.end), None)


def file_name(file):
    dentry = file["f_dentry"]
    parts = []
    while int(dentry):
        name = dentry["d_name"].string()
        if int(dentry["d_parent"]) == int(dentry) or not int(dentry["d_parent"]):
            covered = dentry["d_sb"]["s_covered"] if name == "/" else None
            if covered is None or not int(covered):
                return name.rstrip("/") + "/" + "/".join(parts) if parts else name
            dentry = covered
            continue
        parts.insert(0, name)
        dentry = dentry["d_parent"]
    return "/" + "/".join(parts)


def symbol_at(address):
    """The name of the kernel symbol at or below an address, with its offset, or "" ."""
    text = gdb.execute(f"info symbol {address:#x}", to_string=True)
    return "" if text.startswith("No symbol") else text.split(" in section")[0]
