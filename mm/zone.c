/* How the page allocator comes into being: mem_map, the zones and their watermarks, made from what
 * memblock knows; then every free frame is handed over. */
#include "mm/zone.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"

#define PCP_BATCH_MAX 16

static unsigned long pfn_up(u64 addr)
{
	return (addr + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

static unsigned long pfn_down(u64 addr)
{
	return addr >> PAGE_SHIFT;
}

/* ---- mem_map ----------------------------------------------------------------------------------- */

/* Lowmem has other uses too: with very little of it (lowmem=) under much RAM, some RAM stays unused. */
static void limit_ram_to_mem_map(void)
{
	unsigned long most = (max_low_pfn << PAGE_SHIFT) / 2 / sizeof(struct page);

	if (max_pfn <= most)
		return;
	pr_warn("mem_map: lowmem of %lu MiB has no room for the descriptors of all RAM: %lu MiB unused\n",
		max_low_pfn >> (20 - PAGE_SHIFT), (max_pfn - most) >> (20 - PAGE_SHIFT));
	max_pfn = most;
	memblock_enforce_limit((u64)most << PAGE_SHIFT);
}

static unsigned long zone_number(unsigned long pfn)
{
	if (pfn >= max_low_pfn)
		return ZONE_HIGHMEM;
	return pfn < MAX_DMA_PFN ? ZONE_DMA : ZONE_NORMAL;
}

/* Every frame begins as reserved, holes too. */
static void mem_map_init(void)
{
	unsigned long pfn, size = max_pfn * sizeof(struct page);

	mem_map = memblock_alloc(size, PAGE_SIZE);
	if (!mem_map)
		panic("no room in lowmem for mem_map: %lu KiB", size >> 10);
	for (pfn = 0; pfn < max_pfn; pfn++) {
		struct page *page = pfn_to_page(pfn);

		page->flags = zone_number(pfn) << PG_ZONE_SHIFT |
			      (unsigned long)OWNER_RESERVED << PG_OWNER_SHIFT | BIT(PG_reserved);
		atomic_set(&page->_count, 1);
		atomic_set(&page->_mapcount, -1);
	}
	atomic_add(max_pfn, &nr_owned[OWNER_RESERVED]);
}

/* ---- zones ------------------------------------------------------------------------------------- */

static void zone_init(enum zone_type type, const char *name, unsigned long start_pfn,
		      unsigned long end_pfn)
{
	struct zone *zone = &zones[type];

	end_pfn = max(start_pfn, end_pfn);
	zone->name = name;
	spin_lock_init(&zone->lock);
	buddy_init(&zone->buddy, start_pfn, end_pfn);
	zone->zone_start_pfn = start_pfn;
	zone->spanned_pages = end_pfn - start_pfn;
	zone->present_pages =
		memblock_ram_between((u64)start_pfn << PAGE_SHIFT, (u64)end_pfn << PAGE_SHIFT) >>
		PAGE_SHIFT;
	if (zone->spanned_pages)
		pr_info("  %-8s [mem 0x%09llx-0x%09llx] %lu pages\n", name,
			(u64)start_pfn << PAGE_SHIFT, ((u64)end_pfn << PAGE_SHIFT) - 1,
			zone->present_pages);
}

static void zones_init(void)
{
	unsigned long dma_end = min(MAX_DMA_PFN, max_low_pfn);

	pr_info("Zone ranges:\n");
	zone_init(ZONE_DMA, "DMA", 0, dma_end);
	zone_init(ZONE_NORMAL, "Normal", dma_end, max_low_pfn);
	zone_init(ZONE_HIGHMEM, "HighMem", max_low_pfn, max_pfn);
}

static void unreserve(struct page *page)
{
	atomic_dec(&nr_owned[OWNER_RESERVED]);
	page->flags &= 3UL << PG_ZONE_SHIFT;
	atomic_set(&page->_count, 0);
}

/* Frames of one zone, reserved until now, go to the buddy lists in blocks as large as alignment
 * allows. */
static void release_frames(struct zone *zone, unsigned long pfn, unsigned long end_pfn)
{
	zone->managed_pages += end_pfn - pfn;
	while (pfn < end_pfn) {
		unsigned int order = pfn ? __ffs(pfn) : MAX_ORDER - 1;
		unsigned long i;

		order = min(order, (unsigned int)MAX_ORDER - 1);
		order = min(order, ilog2(end_pfn - pfn));
		for (i = 0; i < 1UL << order; i++)
			unreserve(pfn_to_page(pfn + i));
		zone_release_block(zone, pfn_to_page(pfn), order);
		pfn += 1UL << order;
	}
}

static void release_range(unsigned long start_pfn, unsigned long end_pfn)
{
	struct zone *zone;

	for_each_zone(zone) {
		unsigned long first = max(start_pfn, zone->zone_start_pfn);
		unsigned long last = min(end_pfn, zone->zone_start_pfn + zone->spanned_pages);

		if (first < last)
			release_frames(zone, first, last);
	}
}

static void release_free_memory(void)
{
	u64 start, end;

	for (end = 0; memblock_next_free(end, &start, &end);)
		release_range(pfn_up(start), pfn_down(end));
}

unsigned long free_reserved_area(void *start, void *end, const char *what)
{
	unsigned long first = pfn_up(__pa(start)), last = pfn_down(__pa(end));

	if (first >= last)
		return 0;
	memblock_free((u64)first << PAGE_SHIFT, (u64)(last - first) << PAGE_SHIFT);
	release_range(first, last);
	pr_info("Freeing %s memory: %luK\n", what, (last - first) << (PAGE_SHIFT - 10));
	return last - first;
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
	struct zone *zone;

	for_each_zone(zone) {
		if (zone_idx(zone) == ZONE_HIGHMEM)
			zone->pages_min = clamp(zone->managed_pages / 1024, 32UL, 128UL);
		else
			zone->pages_min = div_u64((u64)pages * zone->managed_pages, max(low, 1UL));
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

static void set_pcp_sizes(void)
{
	struct zone *zone;
	unsigned int cpu;

	for_each_zone(zone) {
		unsigned int batch =
			clamp(zone->managed_pages / 1024, 1UL, (unsigned long)PCP_BATCH_MAX);

		for (cpu = 0; cpu < NR_CPUS; cpu++) {
			zone->pcp[cpu].batch = batch;
			zone->pcp[cpu].high = batch * (PCP_PAGES / PCP_BATCH_MAX);
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
	limit_ram_to_mem_map();
	mem_map_init();
	zones_init();
	release_free_memory();
	set_watermarks();
	set_lowmem_reserves();
	set_pcp_sizes();
	set_first_zones();
	pr_info("Memory: %luK/%lluK available (%luK mem_map, %luK highmem)\n",
		nr_free_pages() << (PAGE_SHIFT - 10),
		memblock_ram_between(0, MEMBLOCK_MAX_ADDRESS) >> 10,
		(unsigned long)(max_pfn * sizeof(struct page)) >> 10,
		zones[ZONE_HIGHMEM].managed_pages << (PAGE_SHIFT - 10));
}
