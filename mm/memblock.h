/* Memory before there is an allocator.
 *
 * The firmware hands over a list of address ranges in whatever state it likes: unsorted, overlapping,
 * with holes, above 4 GiB, three bytes long. memblock keeps two sorted lists made from it: memory
 * (what is RAM) and reserved (what of it is taken). Boot code adds, removes and reserves, then
 * allocates what must exist before page_alloc (page tables, mem_map), and at the end page_alloc takes
 * every whole frame that is memory and not reserved.
 *
 * Addresses and sizes are physical, in bytes, always 64 bits wide, also in the two-level build. All of
 * it runs on one processor before tasks exist: there are no locks. Pure: also compiled on the host.
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include "kernel/lib/types.h"

/* Regions a list holds: ten times what firmware is known to report. */
#define MEMBLOCK_MAX_REGIONS 256

/* Addresses from here up are ignored: no x86 processor has more than 52 address bits (Intel SDM
 * vol. 3A 4.1.4), and sums below it cannot overflow. */
#define MEMBLOCK_MAX_ADDRESS (1ULL << 52)

struct memblock_region {
	u64 base;
	u64 size;
};

struct memblock_type {
	unsigned int cnt;
	struct memblock_region regions[MEMBLOCK_MAX_REGIONS];
};

struct memblock {
	u64 current_limit; /* memblock_alloc() stays below: what the page tables in use map 1:1; at first 0 */
	struct memblock_type memory;
	struct memblock_type reserved;
};

/* Read freely; change the lists through the calls below only. */
extern struct memblock memblock;

/* [base, base + size) is RAM. Ranges may overlap, touch or repeat in any order; what exceeds
 * MEMBLOCK_MAX_ADDRESS is cut off. Add all RAM first, then memblock_remove() what the firmware
 * declares unusable, so that where it contradicts itself the unusable side wins. */
void memblock_add(u64 base, u64 size);

/* [base, base + size) is not RAM, whatever was added before. */
void memblock_remove(u64 base, u64 size);

/* [base, base + size) is in use: never handed out. It need not be RAM. Survives until
 * memblock_free(). */
void memblock_reserve(u64 base, u64 size);

/* Undo memblock_reserve() or memblock_phys_alloc() for [base, base + size). */
void memblock_free(u64 base, u64 size);

/* mem=: no RAM at or above this physical address. */
void memblock_enforce_limit(u64 limit);

/* Find size bytes of free RAM in [lowest, limit), as high as possible, and reserve them. align is a power
 * of two. Returns the physical address, or 0 when there is no such range (address 0 is never
 * returned). */
u64 memblock_phys_alloc(u64 size, u64 align, u64 lowest, u64 limit);

/* memblock_phys_alloc() below the current limit, zeroed, as a lowmem address. NULL when there is
 * none: boot code then panics. */
void *memblock_alloc(unsigned long size, unsigned long align);

/* The first free range that ends after `from`: sets *start (at least from) and *end, returns true;
 * false when there is none. To walk all: for (end = 0; memblock_next_free(end, &start, &end);) */
bool memblock_next_free(u64 from, u64 *start, u64 *end);

/* Does any byte of [base, base + size) belong to RAM? ioremap() and /dev/mem refuse such ranges. */
bool memblock_overlaps_memory(u64 base, u64 size);

/* Bytes of RAM in [start, end). */
u64 memblock_ram_between(u64 start, u64 end);

/* Address after the last byte of RAM; 0 without any. */
u64 memblock_end_of_DRAM(void);

#endif
