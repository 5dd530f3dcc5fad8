/*
 * The page allocator: zones, buddy free lists of orders 0 to 10, watermarks,
 * per-CPU lists of single pages. Everything that owns RAM got it here.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include "kernel/lib/types.h"
#include "mm/page.h"

#define MAX_ORDER 11 /* blocks of 2^0 .. 2^10 pages */

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

/* Where to look (zone modifiers) ... */
#define __GFP_DMA     0x01u
#define __GFP_HIGHMEM 0x02u
/* ... and how hard (action modifiers). */
#define __GFP_WAIT    0x10u   /* the caller may sleep */
#define __GFP_HIGH    0x20u   /* may use the reserve for atomic callers */
#define __GFP_IO      0x40u   /* may start I/O to find memory */
#define __GFP_FS      0x80u   /* may call into file systems */
#define __GFP_NOWARN  0x200u  /* failure is expected: no line in the log */
#define __GFP_ZERO    0x8000u /* filled with zeroes */

#define GFP_ATOMIC   (__GFP_HIGH)
#define GFP_NOWAIT   0u
#define GFP_KERNEL   (__GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_USER     GFP_KERNEL
#define GFP_HIGHUSER (GFP_KERNEL | __GFP_HIGHMEM)
#define GFP_DMA	     __GFP_DMA

/*
 * alloc_pages - a block of 2^order pages, aligned to its size
 *
 * Returns the first page with one reference and owner OWNER_KERNEL, or NULL.
 * Sleeps only with __GFP_WAIT. Any context otherwise.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);

static inline struct page *alloc_page(gfp_t gfp)
{
	return alloc_pages(gfp, 0);
}

/* Gives back a block of 2^order pages whose only reference is the caller's. */
void __free_pages(struct page *page, unsigned int order);

static inline void __free_page(struct page *page)
{
	__free_pages(page, 0);
}

/* The same by lowmem address. __GFP_HIGHMEM is not allowed. 0 when there is no memory. */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp);
void free_pages(unsigned long addr, unsigned int order);

static inline unsigned long __get_free_page(gfp_t gfp)
{
	return __get_free_pages(gfp, 0);
}

static inline void free_page(unsigned long addr)
{
	free_pages(addr, 0);
}

/* Enters a page (block of 2^order) under another owner in the ledger. */
void page_set_owner(struct page *page, unsigned int order, enum page_owner owner);

/* Pages that the ledger counts for an owner; for OWNER_FREE, free pages in all zones. */
unsigned long nr_owned_pages(enum page_owner owner);
unsigned long nr_free_pages(void);
unsigned long nr_total_pages(void);

#endif
