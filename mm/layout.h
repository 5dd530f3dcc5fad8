/*
 * The kernel's address map. Everything above PAGE_OFFSET is the same in every
 * address space.
 *
 *   4 GiB        -> +------------------------------+
 *                   | one page, never mapped       |
 *   FIXADDR_TOP  -> +------------------------------+ 0xfffff000
 *                   | fixmap: addresses known when |   kmap_atomic slots of each CPU
 *                   | compiling                    |
 *   FIXADDR_START-> +------------------------------+
 *                   :                              :
 *   PKMAP_END    -> +------------------------------+
 *                   | PKMAP: one page table        |   kmap(): highmem pages for a while
 *   PKMAP_BASE   -> +------------------------------+ 0xff800000
 *                   | two guard pages              |
 *   VMALLOC_END  -> +------------------------------+ 0xff7fe000
 *                   | vmalloc area                 |   vmalloc, vmap, ioremap, kernel
 *                   |                              |   stacks; a guard page behind each
 *   VMALLOC_START-> +------------------------------+ 0xf8800000, or lower by vmalloc=
 *                   | hole, 8 MiB at least         |   a pointer gone wild off the end
 *                   :                              :   of lowmem faults here
 *   high_memory  -> +------------------------------+ 0xf8000000 at most
 *                   | lowmem: physical memory 1:1  |   with lowmem= or little RAM, less
 *                   |   kernel data, bss     RW    |
 *                   |   kernel rodata        R     |
 *                   |   kernel text          RX    | 0xc0100000
 *                   |   low 1 MiB            RW    |
 *   PAGE_OFFSET  -> +------------------------------+ 0xc0000000 = TASK_SIZE
 *                   | user space                   |
 *                   +------------------------------+ 0
 */
#ifndef MM_LAYOUT_H
#define MM_LAYOUT_H

#include "kernel/x86/percpu.h"
#include "mm/page.h"

/* kmap_atomic mappings that one CPU can hold at a time, interrupts included: a page of the fixmap each. */
#define KM_SLOTS      16
#define FIXADDR_TOP   0xFFFFF000UL
#define FIXADDR_START (FIXADDR_TOP - KM_SLOTS * NR_CPUS * PAGE_SIZE)

#define PKMAP_BASE 0xFF800000UL

#define VMALLOC_END (PKMAP_BASE - 2 * PAGE_SIZE)
/* Set by paging_init(), by vmalloc= on the command line. */
extern unsigned long vmalloc_start;
#define VMALLOC_START         vmalloc_start
#define VMALLOC_START_DEFAULT 0xF8800000UL
/* The hole between lowmem and the vmalloc area: at least this many bytes. */
#define VMALLOC_OFFSET        (8UL << 20)

/* Where the parts of the kernel image begin and end, each on a page (linker.ld). */
extern char _text[], _etext[], __start_rodata[], __end_rodata[], _sdata[], _end[];

/* Is the address in [VMALLOC_START, VMALLOC_END)? */
static inline bool is_vmalloc_addr(const void *addr)
{
	return (unsigned long)addr >= VMALLOC_START && (unsigned long)addr < VMALLOC_END;
}

/*
 * describe_kernel_address - what an address is, for a panic
 *
 * Returns a phrase such as "guard page below the kernel stack of task sh (pid 12)" in a buffer
 * that the next call reuses. Takes no lock and reads mapped memory only. Any address.
 */
const char *describe_kernel_address(unsigned long addr);

/* Prints the map with the sizes of this machine. */
void print_virtual_layout(void);

#endif
