"""gdb commands for Pagoda; `make debug` loads them, or: (gdb) source tools/pagoda_gdb.py

  vmas [TASK]     the VMAs of the current task, or of the task_struct at TASK
  walk ADDRESS    the page table entries behind an address, as the processor sees them
"""
import gdb

THREAD_SIZE = 8192
FLAGS = ((1, "P"), (2, "W"), (4, "U"), (0x20, "A"), (0x40, "D"), (0x80, "large"), (0x100, "G"))


def integer(expression):
    return int(gdb.parse_and_eval(expression))


def current_task():
    """The task whose kernel stack the processor is on."""
    base = integer("(unsigned long)$esp") & ~(THREAD_SIZE - 1)
    if base < 0xC0000000:
        raise gdb.GdbError("the processor is in user mode: stop in the kernel first")
    return gdb.parse_and_eval(f"((struct thread_info *){base:#x})->task")


class Vmas(gdb.Command):
    """vmas [TASK]: list the VMAs of a task (the current one), in order of address."""

    def __init__(self):
        super().__init__("vmas", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        task = gdb.parse_and_eval(f"(struct task_struct *)({argument})") if argument else current_task()
        mm = task["mm"]
        print(f"{task['comm'].string()} pid {int(task['pid'])} mm {int(mm):#x}")
        if int(mm) == 0:
            print("a kernel thread: no address space of its own")
            return
        vma = mm["mmap"]
        while int(vma):
            flags = int(vma["vm_flags"])
            rights = "".join(c if flags & bit else "-" for c, bit in (("r", 1), ("w", 2), ("x", 4), ("s", 8)))
            print(f"{int(vma['vm_start']):08x}-{int(vma['vm_end']):08x} {rights} pgoff {int(vma['vm_pgoff']):#x} "
                  f"file {int(vma['vm_file']):#x} ops {vma['vm_ops']}")
            vma = vma["vm_next"]


class Walk(gdb.Command):
    """walk ADDRESS: the page table entries behind an address (Intel SDM vol. 3A 4.3, 4.4)."""

    def __init__(self):
        super().__init__("walk", gdb.COMMAND_DATA)

    def invoke(self, argument, _from_tty):
        address = int(gdb.parse_and_eval(argument)) & 0xFFFFFFFF
        pae = integer("$cr4") & 0x20
        table = integer("$cr3") & (0xFFFFFFE0 if pae else 0xFFFFF000)
        levels = (("pgd", 30, 3), ("pmd", 21, 511), ("pte", 12, 511)) if pae else (("pgd", 22, 1023), ("pte", 12, 1023))
        size = 8 if pae else 4
        for name, shift, mask in levels:
            where = table + ((address >> shift) & mask) * size
            entry = self.physical(where, size)
            names = " ".join(word for bit, word in FLAGS if entry & bit) + (" NX" if entry >> 63 else "")
            print(f"{name} at {where:#x}: {entry:#x} {names}")
            if not entry & 1:
                print("not present")
                return
            table = entry & 0x000FFFFFFFFFF000
            if entry & 0x80 and name != "pte":
                table &= ~((1 << shift) - 1)
                break
        print(f"{address:#x} is physical {table + (address & ((1 << shift) - 1)):#x}")

    @staticmethod
    def physical(address, size):
        """Read memory by physical address: QEMU's stub has a mode for it."""
        gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
        try:
            memory = gdb.selected_inferior().read_memory(address, size)
        finally:
            gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)
        return int.from_bytes(memory.tobytes(), "little")


Vmas()
Walk()
