/*
 * Bringing up memory management, in this order, from boot/main.c:
 *
 *	memblock_add/remove/reserve	what the firmware and the loader say
 *	paging_init()			the kernel's own page tables
 *	mem_init()			mem_map, page allocator, slabs, vmalloc
 *
 * After mem_init() everything in mm/ can be used by whoever may sleep or not, as
 * each call says.
 */
#ifndef MM_INIT_H
#define MM_INIT_H

/*
 * paging_init - replace the boot page tables by the kernel's own
 *
 * Reads mem=, lowmem= and vmalloc=, decides max_pfn, max_low_pfn, high_memory and
 * VMALLOC_START, maps what the table kernel_map[] says and loads CR3. cpu_init()
 * has run; memblock knows all memory and may allocate what the boot page tables
 * map. Afterwards memblock may allocate all of lowmem. Panics without memory.
 */
void paging_init(void);

/* Hands memory to the page allocator and starts the allocators above it. Once. */
void mem_init(void);

#endif
