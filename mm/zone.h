/* Zones: RAM divided by what it can be used for.
 *
 *	DMA	below 16 MiB: what ISA devices reach
 *	NORMAL	up to the end of lowmem: has a permanent kernel address
 *	HIGHMEM	the rest: for user pages and the page cache, mapped by kmap when the kernel wants in
 *
 * An allocation begins in the best zone it may use and falls back downwards, but leaves each lower
 * zone a reserve, because that one is dearer. For the allocator itself and for /proc.
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include "kernel/sched/spinlock_types.h"
#include "kernel/x86/percpu.h"
#include "mm/buddy.h"

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

#define GFP_ZONEMASK (__GFP_DMA | __GFP_HIGHMEM)
#define MAX_DMA_PFN  (16UL << (20 - PAGE_SHIFT)) /* ISA DMA has 24 address lines */
#define PCP_PAGES    64

/* Single free pages that one CPU keeps at hand, last freed first out: no lock, and warm in its cache.
 * Only with interrupts off. */
struct per_cpu_pages {
	unsigned int count;
	unsigned int high;  /* with so many, a batch goes back; at most PCP_PAGES */
	unsigned int batch; /* pages moved from and to the buddy lists at a time */
	struct page *pages[PCP_PAGES];
};

struct zone {
	struct per_cpu_pages pcp[NR_CPUS];
	spinlock_t lock; /* guards buddy; taken with interrupts off */
	struct buddy buddy;

	/* Free pages at which: only atomic callers get some; reclaim should start; reclaim may stop. */
	unsigned long pages_min, pages_low, pages_high;
	/* Pages kept from allocations that would have preferred zone [i]. */
	unsigned long lowmem_reserve[MAX_NR_ZONES];

	const char *name;
	unsigned long zone_start_pfn;
	unsigned long spanned_pages; /* frames from first to last, holes included */
	unsigned long present_pages; /* of them, RAM */
	unsigned long managed_pages; /* of them, given to the allocator */
};

extern struct zone zones[MAX_NR_ZONES];

#define for_each_zone(zone) for (zone = zones; zone < zones + MAX_NR_ZONES; zone++)

static inline struct zone *page_zone(const struct page *page)
{
	return &zones[page_zonenum(page)];
}

static inline unsigned int zone_idx(const struct zone *zone)
{
	return zone - zones;
}

/* The zone where an allocation begins, if it has memory. */
static inline enum zone_type gfp_zone(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return ZONE_DMA;
	return gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL;
}

/* Free pages of a zone, the per-CPU lists included. */
unsigned long zone_free_pages(const struct zone *zone);

/* For the files of the page allocator only: the ledger's counters (page_set_owner, nr_owned_pages are
 * for others); gives a block whose pages are clean to the buddy lists; the first zone with memory for
 * each combination of zone modifiers. */
extern atomic_t nr_owned[NR_PAGE_OWNERS];
void zone_release_block(struct zone *zone, struct page *page, unsigned int order);
extern struct zone *gfp_first_zone[GFP_ZONEMASK + 1];

/* Debug builds: fills a page that is being freed with poison, and takes it out of lowmem; puts a page from the
 * free lists back there, and panics (bad_page) unless it still has its poison; whether alloc_inject() wants this
 * allocation to fail, and whether it may sleep. */
void page_poison(struct page *page);
void page_check_fresh(struct page *page);
bool alloc_should_fail(gfp_t gfp);

/* Maps pages of lowmem at their place in lowmem, or, the TLB flushed, nothing: who touches a free page shall
 * fault. For debug builds. Any context. */
void kernel_map_pages(struct page *page, unsigned int count, bool enable);

#endif
