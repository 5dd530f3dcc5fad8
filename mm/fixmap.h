/*
 * The fixmap: kernel addresses that are constants when compiling, to which any
 * frame can be entered later. Slot n lies n pages below FIXADDR_TOP.
 */
#ifndef MM_FIXMAP_H
#define MM_FIXMAP_H

#include "kernel/x86/percpu.h"
#include "mm/layout.h"

/* kmap_atomic mappings that one CPU can hold at a time, interrupts included. */
#define KM_SLOTS 16

enum fixed_addresses {
	FIX_HOLE,       /* the page at FIXADDR_TOP itself: nothing */
	FIX_KMAP_BEGIN, /* first slot of CPU 0, which has the highest address */
	FIX_KMAP_END = FIX_KMAP_BEGIN + KM_SLOTS * NR_CPUS - 1,
	__end_of_fixed_addresses
};

#define FIXADDR_START (FIXADDR_TOP - __end_of_fixed_addresses * PAGE_SIZE)

static inline unsigned long fix_to_virt(unsigned int idx)
{
	return FIXADDR_TOP - ((unsigned long)idx << PAGE_SHIFT);
}

#endif
