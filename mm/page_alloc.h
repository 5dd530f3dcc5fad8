/*
 * The page allocator: zones, buddy free lists of orders 0 to 10, watermarks,
 * per-CPU lists of single pages. Everything that owns RAM got it here.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include "mm/page.h"

#define MAX_ORDER 11 /* blocks of 2^0 .. 2^10 pages */

/* Where to look (zone modifiers) ... */
#define __GFP_DMA     0x01u
#define __GFP_HIGHMEM 0x02u
/* ... and how hard (action modifiers). */
#define __GFP_WAIT    0x10u   /* the caller may sleep */
#define __GFP_HIGH    0x20u   /* may use the reserve for atomic callers */
#define __GFP_NOWARN  0x200u  /* failure is expected: no line in the log */
#define __GFP_ZERO    0x8000u /* filled with zeroes */

/* Whom the ledger shall name (enum page_owner); OWNER_KERNEL where this is left out. */
#define __GFP_OWNER_SHIFT  24
#define __GFP_OWNER(owner) ((gfp_t)(owner) << __GFP_OWNER_SHIFT)

#define GFP_ATOMIC   (__GFP_HIGH)
#define GFP_KERNEL   (__GFP_WAIT)
#define GFP_HIGHUSER (GFP_KERNEL | __GFP_HIGHMEM)
#define GFP_DMA      __GFP_DMA

/*
 * alloc_pages - a block of 2^order pages, aligned to its size
 *
 * Looks in the best zone that gfp allows, then in the ones below it (HIGHMEM, NORMAL, DMA). Returns
 * the first page, which has the block's one reference, or NULL; then a line in the log says so, unless
 * __GFP_NOWARN. Contents are arbitrary without __GFP_ZERO. Sleeps only with __GFP_WAIT; any context
 * otherwise. The other pages of a block have no count of their own: a block is freed as one.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);

static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/* Gives up the one reference to a block of 2^order pages, which frees it. Any context. */
void __free_pages(struct page *page, unsigned int order);

static inline void __free_page(struct page *page)
{
	__free_pages(page, 0);
}

/* The smallest order whose block holds size bytes (at least 1). */
static inline unsigned int get_order(unsigned long size)
{
	return size <= PAGE_SIZE ? 0 : ilog2((size - 1) >> PAGE_SHIFT) + 1;
}

/* Enters a page under another owner in the ledger. */
void page_set_owner(struct page *page, enum page_owner owner);

/* Pages that the ledger counts for an owner. The sum over all owners is max_pfn: holes in the
 * physical address space are OWNER_RESERVED. Pages on per-CPU lists are free. */
unsigned long nr_owned_pages(enum page_owner owner);
unsigned long nr_free_pages(void);

/* Pages the allocator was ever given (what /proc/meminfo calls MemTotal). */
unsigned long nr_total_pages(void);

/* Name of an owner, for reports. */
const char *page_owner_name(enum page_owner owner);

/* Builds mem_map and the zones from memblock and takes over all free memory. Once, at boot, when
 * lowmem is mapped and max_low_pfn and max_pfn are set; lowers max_pfn if mem_map does not fit. */
void page_alloc_init(void);

/* Gives boot memory [start, end) (lowmem addresses; whole pages inside) to the allocator: an unpacked
 * initramfs. */
void free_reserved_area(void *start, void *end);

/* The page of zeroes that every first read of anonymous memory sees. */
extern struct page *empty_zero_page;

/* Puts this CPU's lists of single pages back into the buddy lists. */
void drain_local_pages(void);

/* Somebody who keeps memory it can do without. When an allocation that may sleep would fail, shrink()
 * is asked to give pages back; it returns how many it did. It may not wait for the caller's locks. */
struct shrinker {
	unsigned long (*shrink)(gfp_t gfp);
	struct list_head list;
};
void register_shrinker(struct shrinker *shrinker);

/* Asks everybody who keeps spare memory for it now. Returns the number of pages given back. */
unsigned long shrink_caches(gfp_t gfp);

/* ---- checks ------------------------------------------------------------------------------------ */

/* Called instead of a panic by bad_page(), for tests that make the mistakes; NULL: panic. The page is
 * then left alone: neither freed nor changed. */
extern void (*bad_page_hook)(struct page *page, const char *reason);

/* Fault injection, debug builds: after `after` more successes, `fail` allocations in a row (of pages or
 * slab objects) return NULL. (0, 0) switches it off. */
void alloc_inject(unsigned long after, unsigned long fail);

#endif
