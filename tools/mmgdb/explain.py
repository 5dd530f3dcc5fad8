"""mm explain: everything there is to say about one address."""
from mmgdb import frames, guest, tables

STACK_GROWTH = 8 << 20  # how far below a stack's VMA an access may lie; RLIMIT_STACK decides in the kernel


def kernel_region(address):
    """The region of the kernel's gigabyte, in words."""
    start, end = guest.integer("vmalloc_start"), 0xFF800000 - 2 * guest.PAGE_SIZE
    symbol = guest.symbol_at(address)
    if address < guest.integer("(unsigned long)high_memory"):
        if guest.integer("&_text") <= address < guest.integer("&_end"):
            return "lowmem, kernel image" + (f": {symbol}" if symbol else "")
        return "lowmem, physical memory 1:1"
    if address < start:
        return "hole between lowmem and the vmalloc area: never mapped"
    if address < end:
        return vmalloc_region(address)
    if address >= 0xFFFFF000 or address < 0xFF800000:
        return "a guard page: never mapped"
    slots = tables.levels()[0][-1][2]
    if address < 0xFF800000 + slots * guest.PAGE_SIZE:
        slot = (address - 0xFF800000) >> 12
        users = int(guest.value(f"pkmap[{slot}].count"))
        return f"PKMAP, slot {slot}: " + ("free" if not users else f"{users - 1} users")
    return "fixmap: the slots of kmap_atomic"


def vmalloc_region(address):
    for area in frames.areas():
        start, size = int(area["addr"]), int(area["size"])
        if start <= address < start + size:
            guard = address >= start + size - guest.PAGE_SIZE
            for task in guest.tasks():
                if int(task["stack"]) == start:
                    return f"kernel stack of {guest.name_of(task)}" if not guard else "guard page above a kernel stack"
            return ("guard page behind the " if guard else "") + f"vmalloc area {start:#010x}-" \
                f"{start + size - guest.PAGE_SIZE:#010x}, {frames.area_caller(area)}"
    return "vmalloc area, where nothing is mapped"


def next_fault(mm, vma, address, entry):
    """What the next accesses of the task at this address would do, a sentence each."""
    if vma is None or address < vma.start:
        if vma is not None and vma.flags & guest.VM_GROWSDOWN and vma.start - address <= STACK_GROWTH:
            return ["an access grows the stack above down to here, if RLIMIT_STACK allows"]
        return ["any access: SIGSEGV, SEGV_MAPERR: no VMA holds the address"]
    if tables.reserved(entry):
        return ["access: FAULT_KERNEL_BUG: the entry has reserved bits, which none of ours ever has"]
    sentences = []
    may_read = vma.flags & (guest.VM_READ | guest.VM_WRITE | guest.VM_EXEC)
    for what, allowed in (("read", may_read), ("write", vma.flags & guest.VM_WRITE)):
        if not allowed:
            sentences.append(f"{what}: SIGSEGV, SEGV_ACCERR: the VMA does not allow it")
        elif tables.maps_page(entry) and entry & tables.PRESENT and (what == "read" or entry & tables.WRITE):
            sentences.append(f"{what}: no fault, the entry allows it")
        else:
            sentences.append(f"{what}: " + serve(vma, address, entry, what == "write"))
    return sentences


def serve(vma, address, entry, write):
    shared = vma.flags & guest.VM_SHARED
    if tables.maps_page(entry):
        return present_fault(shared, entry)
    if vma.ops() == "":
        return "do_anonymous_page: a zeroed frame of its own" if write else "do_anonymous_page: the page of zeroes"
    if vma.flags & guest.VM_PFNMAP:
        return "SIGBUS, or nopfn of " + vma.ops()
    index = vma.pgoff + ((address - vma.start) >> 12)
    if vma.file is None or not int(vma.file["f_mapping"]):
        return f"nopage of {vma.ops()} decides, for page {index}"
    mapping = vma.file["f_mapping"].dereference()
    size = int(mapping["host"]["i_size"]) if int(mapping["host"]) else None
    if size is not None and index >= (size + 4095) >> 12:
        return f"SIGBUS: page {index} is past the end of the file ({size} bytes)"
    pfn = frames.cached_page(mapping, index)
    where = f"page {index} of the file, " + (f"cached in frame {pfn:#x}" if pfn is not None else "not in the cache yet")
    return f"do_no_page: {where}" + (", copied at once" if write and not shared else "")


def present_fault(shared, entry):
    if not entry & tables.PRESENT:
        return "the page is kept by PROT_NONE, mprotect must give it back"
    if shared:
        return "do_wp_page: the entry becomes writable (page_mkwrite is told)"
    pfn = tables.frame(entry)
    if pfn == page_number("empty_zero_page"):
        return "do_wp_page: a zeroed frame of its own in place of the page of zeroes"
    page = frames.Page(pfn)
    if page.owner == "anon" and page.mapcount == 1:
        return "do_wp_page: nobody else maps the frame, so it becomes writable"
    return f"do_wp_page: a copy of frame {pfn:#x}, which {page.mapcount} entries share"


def page_number(expression):
    size = guest.value("sizeof(struct page)")
    return (guest.integer(f"(unsigned long)({expression})") - guest.integer("(unsigned long)mem_map")) // int(size)


def explain(address, task):
    """Lines of text."""
    user = address < guest.PAGE_OFFSET
    mm = guest.mm_of(task)
    entry = 0
    if not user:
        yield f"{address:#010x}: kernel, {kernel_region(address)}"
        table = tables.top_table()
    elif mm is None:
        yield f"{address:#010x}: user space, but {guest.name_of(task)} is a kernel thread and has none"
        return
    else:
        yield f"{address:#010x}: user space of {guest.name_of(task)}"
        table = int(mm["pgd_phys"])
        vma = guest.vma_at(mm, address)
        yield from describe_vma(vma, address)
    steps = tables.walk(table, address)
    for step in steps:
        yield f"  {step}"
    if steps[-1].last:
        entry = steps[-1].entry
    physical = tables.physical_of(steps, address)
    if physical is not None:
        yield f"  physical address {physical:#x}"
        yield from describe_frame(physical >> 12)
    if user:
        for sentence in next_fault(mm, vma, address, entry):
            yield f"  next {sentence}"


def describe_vma(vma, address):
    if vma is None or address < vma.start:
        yield "  no VMA holds it" + (f"; the next one above: {vma}" if vma else "")
        return
    yield f"  VMA {vma}"
    yield f"  vm_flags {vma.flags:#x}, vm_ops {vma.ops() or 'none: anonymous'}, vm_area_struct {int(vma.structure.address):#x}"


def describe_frame(pfn):
    if pfn >= guest.integer("max_pfn"):
        yield f"  frame {pfn:#x}: device memory, without a struct page"
        return
    page = frames.Page(pfn)
    yield f"  {page}"
    yield f"  {'the page of zeroes' if pfn == page_number('empty_zero_page') else frames.purpose(page)}"
    if page.mapcount > 0:
        for task, vma, address, entry in frames.mappers(pfn):
            yield f"  mapped by {guest.name_of(task)} at {address:#010x} {tables.rights(entry)} " \
                f"in {vma if vma else 'no VMA'}"
