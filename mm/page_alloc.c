/* The page allocator (see page_alloc.h, zone.h): single pages come from the per-CPU lists, everything
 * else, and their refills, from the zones' buddy lists, as far as the watermarks allow. */
#include "mm/page_alloc.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "mm/highmem.h"
#include "mm/zone.h"

#define FLAGS_ZONE (3UL << PG_ZONE_SHIFT)

/* A page whose flags have one of these cannot be freed: it is in use, or free already. */
#define FLAGS_CHECK_AT_FREE \
	(BIT(PG_locked) | BIT(PG_slab) | BIT(PG_buddy) | BIT(PG_reserved) | BIT(PG_compound))

struct zone zones[MAX_NR_ZONES];
struct zone *gfp_first_zone[GFP_ZONEMASK + 1];
static LIST_HEAD(shrinkers);

/* ---- giving back ------------------------------------------------------------------------------- */

static inline bool may_be_freed(const struct page *page)
{
	return !(page->flags & FLAGS_CHECK_AT_FREE) && page->flags & PG_OWNER_MASK &&
	       !page_mapped(page) && (!page->mapping || PageAnon(page));
}

static __cold const char *reason_not_to_free(const struct page *page)
{
	unsigned long wrong = page->flags & FLAGS_CHECK_AT_FREE;

	if (page_owner(page) == OWNER_FREE || wrong & BIT(PG_buddy))
		return "free of a free page";
	if (page_mapped(page))
		return "free of a mapped page";
	if (wrong & BIT(PG_reserved))
		return "free of a reserved page";
	if (wrong & BIT(PG_locked))
		return "free of a locked page";
	if (wrong & BIT(PG_slab))
		return "free of a slab page";
	if (wrong & BIT(PG_compound))
		return "free of the inside of a block";
	return "free of a page that still belongs to an object";
}

static void forget_owner(struct page *page)
{
	atomic_dec(&nr_owned[page_owner(page)]);
	page->flags &= FLAGS_ZONE;
	page->mapping = NULL;
	if (CONFIG_DEBUG)
		page_poison(page);
}

/* Interrupts are off. */
static void pcp_drain(struct zone *zone, struct per_cpu_pages *pcp, unsigned int n)
{
	spin_lock(&zone->lock);
	while (n-- && pcp->count)
		buddy_free(&zone->buddy, pcp->pages[--pcp->count], 0);
	spin_unlock(&zone->lock);
}

static void pcp_put(struct page *page)
{
	struct zone *zone = page_zone(page);
	struct per_cpu_pages *pcp;
	unsigned long flags;

	local_irq_save(flags);
	pcp = &this_cpu(zone->pcp);
	if (unlikely(pcp->count >= pcp->high))
		pcp_drain(zone, pcp, pcp->batch);
	pcp->pages[pcp->count++] = page;
	local_irq_restore(flags);
}

void __put_page(struct page *page)
{
	if (unlikely(!may_be_freed(page))) {
		bad_page(page, reason_not_to_free(page));
		return;
	}
	forget_owner(page);
	pcp_put(page);
}

void zone_release_block(struct zone *zone, struct page *page, unsigned int order)
{
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	buddy_free(&zone->buddy, page, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

static void free_block(struct page *page, unsigned int order)
{
	unsigned int i;

	for (i = 0; i < 1U << order; i++) {
		if (i)
			page_clear(&page[i], PG_compound);
		if (unlikely(!may_be_freed(&page[i]))) {
			bad_page(&page[i], reason_not_to_free(&page[i]));
			return;
		}
	}
	for (i = 0; i < 1U << order; i++)
		forget_owner(&page[i]);
	zone_release_block(page_zone(page), page, order);
}

void __free_pages(struct page *page, unsigned int order)
{
	if (order == 0)
		put_page(page);
	else if (unlikely(page_count(page) != 1))
		bad_page(page, "free of a block that does not have one reference");
	else if (atomic_dec_and_test(&page->_count))
		free_block(page, order);
}

void drain_local_pages(void)
{
	struct zone *zone;
	unsigned long flags;

	local_irq_save(flags);
	for_each_zone(zone)
		pcp_drain(zone, &this_cpu(zone->pcp), PCP_PAGES);
	local_irq_restore(flags);
}

/* ---- taking ------------------------------------------------------------------------------------ */

static void prepare_page(struct page *page, gfp_t gfp, unsigned long more_flags)
{
	unsigned long owner = gfp >> __GFP_OWNER_SHIFT ?: OWNER_KERNEL;

	if (CONFIG_DEBUG)
		page_check_fresh(page);
	atomic_inc(&nr_owned[owner]);
	page->flags = (page->flags & FLAGS_ZONE) | owner << PG_OWNER_SHIFT | more_flags;
	if (gfp & __GFP_ZERO)
		clear_highpage(page);
}

static void prepare_block(struct page *page, unsigned int order, gfp_t gfp)
{
	unsigned int i;

	prepare_page(page, gfp, 0);
	for (i = 1; i < 1U << order; i++)
		prepare_page(&page[i], gfp, BIT(PG_compound));
	atomic_set(&page->_count, 1);
}

/* May an allocation that prefers zone `preferred` take a block here and leave `mark` pages? Blocks
 * smaller than the one wanted are no use to it, so they count less and less. */
static bool zone_watermark_ok(const struct zone *zone, unsigned int order, unsigned long mark,
			      unsigned int preferred)
{
	long free = (long)zone->buddy.nr_free_pages - (1L << order) + 1;
	long min = mark;
	unsigned int o;

	if (free <= min + (long)zone->lowmem_reserve[preferred])
		return false;
	for (o = 0; o < order && o < MAX_ORDER; o++) {
		free -= zone->buddy.free_area[o].nr_free << o;
		min >>= 1;
		if (free <= min)
			return false;
	}
	return true;
}

/* Interrupts are off. */
static void pcp_refill(struct zone *zone, struct per_cpu_pages *pcp)
{
	struct page *page;

	spin_lock(&zone->lock);
	while (pcp->count < pcp->batch) {
		page = buddy_alloc(&zone->buddy, 0);
		if (!page)
			break;
		pcp->pages[pcp->count++] = page;
	}
	spin_unlock(&zone->lock);
}

static struct page *zone_take(struct zone *zone, unsigned int order)
{
	struct per_cpu_pages *pcp;
	struct page *page = NULL;
	unsigned long flags;

	local_irq_save(flags);
	if (order == 0) {
		pcp = &this_cpu(zone->pcp);
		if (!pcp->count)
			pcp_refill(zone, pcp);
		if (pcp->count)
			page = pcp->pages[--pcp->count];
	} else {
		spin_lock(&zone->lock);
		page = buddy_alloc(&zone->buddy, order);
		spin_unlock(&zone->lock);
	}
	local_irq_restore(flags);
	return page;
}

/* How far below pages_min this caller may go: half for the urgent, a quarter of the rest again for
 * those who cannot wait. */
static unsigned long min_mark(const struct zone *zone, gfp_t gfp)
{
	unsigned long min = zone->pages_min;

	if (gfp & __GFP_HIGH)
		min -= min / 2;
	if (!(gfp & __GFP_WAIT))
		min -= min / 4;
	return min;
}

static struct page *take_from_zones(gfp_t gfp, unsigned int order, bool comfortably)
{
	unsigned int preferred = gfp_zone(gfp);
	int i;

	for (i = preferred; i >= 0; i--) {
		struct zone *zone = &zones[i];
		unsigned long mark = comfortably ? zone->pages_low : min_mark(zone, gfp);
		struct page *page;

		if (!zone->managed_pages || !zone_watermark_ok(zone, order, mark, preferred))
			continue;
		page = zone_take(zone, order);
		if (page)
			return page;
	}
	return NULL;
}

unsigned long shrink_caches(gfp_t gfp)
{
	struct shrinker *shrinker;
	unsigned long pages = 0;

	list_for_each_entry(shrinker, &shrinkers, list)
		pages += shrinker->shrink(gfp);
	return pages;
}

/* One line for the 1st, 2nd, 4th, 8th... failure: a shortage makes many. */
static void warn_alloc_failed(gfp_t gfp, unsigned int order)
{
	static unsigned long failures;

	if (gfp & __GFP_NOWARN)
		return;
	failures++;
	if (is_power_of_2(failures))
		pr_warn("page allocation failure %lu: order %u, gfp %#x, %lu pages free\n",
			failures, order, gfp, nr_free_pages());
}

static noinline struct page *alloc_pages_slow(gfp_t gfp, unsigned int order)
{
	/* User memory stops at the low mark: what is below is for the kernel to clean up with. */
	bool for_user = gfp & __GFP_HIGHMEM;
	struct page *page = NULL;

	if (order < MAX_ORDER) {
		page = take_from_zones(gfp, order, true);
		if (!page && !for_user)
			page = take_from_zones(gfp, order, false);
		if (!page) {
			if (gfp & __GFP_WAIT)
				shrink_caches(gfp);
			drain_local_pages();
			page = take_from_zones(gfp, order, for_user);
		}
	}
	if (page)
		prepare_block(page, order, gfp);
	else
		warn_alloc_failed(gfp, order);
	return page;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct per_cpu_pages *pcp;
	struct page *page;
	unsigned long flags;

	if (CONFIG_DEBUG && alloc_should_fail(gfp))
		return NULL;
	if (unlikely(order))
		return alloc_pages_slow(gfp, order);
	local_irq_save(flags);
	pcp = &this_cpu(gfp_first_zone[gfp & GFP_ZONEMASK]->pcp);
	if (unlikely(!pcp->count)) {
		local_irq_restore(flags);
		return alloc_pages_slow(gfp, 0);
	}
	page = pcp->pages[--pcp->count];
	local_irq_restore(flags);
	prepare_page(page, gfp, 0);
	atomic_set(&page->_count, 1);
	return page;
}

void register_shrinker(struct shrinker *shrinker)
{
	list_add_tail(&shrinker->list, &shrinkers);
}

/* ---- counts ------------------------------------------------------------------------------------ */

unsigned long zone_free_pages(const struct zone *zone)
{
	unsigned long pages = zone->buddy.nr_free_pages;
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		pages += zone->pcp[cpu].count;
	return pages;
}

struct page *empty_zero_page;

unsigned long nr_free_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone)
		pages += zone_free_pages(zone);
	return pages;
}

unsigned long nr_total_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone)
		pages += zone->managed_pages;
	return pages;
}

unsigned long nr_owned_pages(enum page_owner owner)
{
	return owner == OWNER_FREE ? nr_free_pages() : (unsigned long)atomic_read(&nr_owned[owner]);
}
