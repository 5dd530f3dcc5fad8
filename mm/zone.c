/* How the page allocator comes into being: mem_map, the zones and their watermarks, made from what
 * memblock knows; then every free frame is handed over. */
#include "mm/zone.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/spinlock.h"
#include "mm/memblock.h"

#define PCP_BATCH_MAX 16UL

#define PFN_UP(addr)   ((unsigned long)(((addr) + PAGE_SIZE - 1) >> PAGE_SHIFT))
#define PFN_DOWN(addr) ((unsigned long)((addr) >> PAGE_SHIFT))

/* As large a mem_map as leaves as much lowmem again for other uses: with very little of it (lowmem=) under much RAM,
 * some RAM stays unused. */
static void alloc_mem_map(void)
{
	const unsigned long all = max_pfn;
	u64 base, size;

	for (;; max_pfn -= max_pfn / 8) {
		size = PAGE_ALIGN(max_pfn * sizeof(struct page));
		base = memblock_phys_alloc(2 * size, PAGE_SIZE, 0, memblock.current_limit);
		if (base)
			break;
		if (max_pfn < max_low_pfn)
			panic("lowmem of %lu MiB has no room for mem_map beside what was loaded",
			      max_low_pfn >> (20 - PAGE_SHIFT));
	}
	memblock_free(base, size);
	mem_map = memset(__va(base + size), 0, size);
	if (max_pfn == all)
		return;
	pr_warn("mem_map: lowmem of %lu MiB has no room for the descriptors of all RAM: %lu MiB unused\n",
		max_low_pfn >> (20 - PAGE_SHIFT), (all - max_pfn) >> (20 - PAGE_SHIFT));
	memblock_enforce_limit((u64)max_pfn << PAGE_SHIFT);
}

/* ---- zones ------------------------------------------------------------------------------------- */

/* Every frame begins as reserved, holes too. */
static void zone_init(enum zone_type type, const char *name, unsigned long start_pfn,
		      unsigned long end_pfn)
{
	const u64 start = (u64)start_pfn << PAGE_SHIFT, end = (u64)end_pfn << PAGE_SHIFT;
	struct zone *zone = &zones[type];
	struct page *page;

	zone->name = name;
	spin_lock_init(&zone->lock);
	buddy_init(&zone->buddy, start_pfn, end_pfn);
	zone->zone_start_pfn = start_pfn;
	zone->spanned_pages = end_pfn - start_pfn;
	zone->present_pages = memblock_ram_between(start, end) >> PAGE_SHIFT;
	for (page = pfn_to_page(start_pfn); page < pfn_to_page(end_pfn); page++) {
		page->flags = (unsigned long)type << PG_ZONE_SHIFT |
			      (unsigned long)OWNER_RESERVED << PG_OWNER_SHIFT | BIT(PG_reserved);
		atomic_set(&page->_count, 1);
		atomic_set(&page->_mapcount, -1);
	}
	atomic_add(end_pfn - start_pfn, &nr_owned[OWNER_RESERVED]);
	if (start_pfn < end_pfn)
		pr_info("  %-8s [mem 0x%09llx-0x%09llx] %lu pages\n", name, start, end - 1,
			zone->present_pages);
}

static void zones_init(void)
{
	unsigned long dma_end = min(MAX_DMA_PFN, max_low_pfn);

	alloc_mem_map();
	pr_info("Zone ranges:\n");
	zone_init(ZONE_DMA, "DMA", 0, dma_end);
	zone_init(ZONE_NORMAL, "Normal", dma_end, max_low_pfn);
	zone_init(ZONE_HIGHMEM, "HighMem", max_low_pfn, max_pfn);
}

/* Frames that were reserved until now go to the buddy lists, in blocks as large as alignment allows.
 * Zones begin at multiples of the largest block, so no block lies in two. */
static void release_range(unsigned long pfn, unsigned long end_pfn)
{
	while (pfn < end_pfn) {
		struct page *block = pfn_to_page(pfn), *page;
		unsigned int order = min_t(unsigned int, MAX_ORDER - 1, ilog2(end_pfn - pfn));

		if (pfn)
			order = min(order, __ffs(pfn));
		for (page = block; page < block + (1UL << order); page++) {
			page->flags &= 3UL << PG_ZONE_SHIFT;
			atomic_set(&page->_count, 0);
		}
		atomic_sub(1 << order, &nr_owned[OWNER_RESERVED]);
		page_zone(block)->managed_pages += 1UL << order;
		if (CONFIG_DEBUG && !PageHighMem(block))
			kernel_map_pages(block, 1U << order, false);
		zone_release_block(page_zone(block), block, order);
		pfn += 1UL << order;
	}
}

void free_reserved_area(void *start, void *end)
{
	unsigned long first = PFN_UP(__pa(start)), last = PFN_DOWN(__pa(end));

	memblock_free((u64)first << PAGE_SHIFT, (u64)(last - first) << PAGE_SHIFT);
	release_range(first, last);
}

/* ---- watermarks -------------------------------------------------------------------------------- */

static unsigned long int_sqrt(unsigned long n)
{
	unsigned long root = 0;

	while ((root + 1) * (root + 1) <= n)
		root++;
	return root;
}

/* As Linux: the kernel's zones share 4 * sqrt(KiB of lowmem) KiB by their size. */
static void set_watermarks(void)
{
	unsigned long low = zones[ZONE_DMA].managed_pages + zones[ZONE_NORMAL].managed_pages;
	unsigned long kib = clamp(4 * int_sqrt(low << (PAGE_SHIFT - 10)), 128UL, 65536UL);
	unsigned long pages = kib >> (PAGE_SHIFT - 10);
	unsigned int cpu;
	struct zone *zone;

	for_each_zone(zone) {
		if (zone_idx(zone) == ZONE_HIGHMEM)
			zone->pages_min = clamp(zone->managed_pages / 1024, 32UL, 128UL);
		else
			zone->pages_min = div_u64((u64)pages * zone->managed_pages, max(low, 1UL));
		for (cpu = 0; cpu < NR_CPUS; cpu++) {
			zone->pcp[cpu].batch =
				clamp(zone->managed_pages / 1024, 1UL, PCP_BATCH_MAX);
			zone->pcp[cpu].high = zone->pcp[cpu].batch * (PCP_PAGES / PCP_BATCH_MAX);
		}
		zone->pages_low = zone->pages_min + zone->pages_min / 4;
		zone->pages_high = zone->pages_min + zone->pages_min / 2;
	}
}

/* A zone keeps back, from whoever would have preferred a higher one, a part of what lies between: a
 * 256th in DMA, a 32nd in NORMAL. */
static void set_lowmem_reserves(void)
{
	static const unsigned int ratio[MAX_NR_ZONES] = { 256, 32, 1 };
	unsigned int lower, upper;

	for (lower = 0; lower < MAX_NR_ZONES; lower++) {
		unsigned long between = 0;

		for (upper = lower + 1; upper < MAX_NR_ZONES; upper++) {
			between += zones[upper].managed_pages;
			zones[lower].lowmem_reserve[upper] = between / ratio[lower];
		}
	}
}

static void set_first_zones(void)
{
	gfp_t gfp;

	for (gfp = 0; gfp <= GFP_ZONEMASK; gfp++) {
		struct zone *zone = &zones[gfp_zone(gfp)];

		while (zone_idx(zone) && !zone->managed_pages)
			zone--;
		gfp_first_zone[gfp] = zone;
	}
}

void page_alloc_init(void)
{
	u64 start, end;

	zones_init();
	for (end = 0; memblock_next_free(end, &start, &end);)
		release_range(PFN_UP(start), PFN_DOWN(end));
	set_watermarks();
	set_lowmem_reserves();
	set_first_zones();
	pr_info("Memory: %luK/%lluK available (%luK mem_map, %luK highmem)\n",
		nr_free_pages() << (PAGE_SHIFT - 10),
		memblock_ram_between(0, MEMBLOCK_MAX_ADDRESS) >> 10,
		(unsigned long)(max_pfn * sizeof(struct page)) >> 10,
		zones[ZONE_HIGHMEM].managed_pages << (PAGE_SHIFT - 10));
}
