/* The page allocator from inside: orders, zones, fallback, watermarks and reserves down to the last
 * page, mistakes that must be caught, and that everything comes back. */
#include "kernel/lib/list.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/highmem.h"
#include "mm/audit.h"
#include "mm/highmem.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/zone.h"
#include "tests/kernel/ktest.h"

static unsigned long settled_free_pages(void)
{
	shrink_caches(GFP_KERNEL);
	drain_local_pages();
	return nr_free_pages();
}

static unsigned long lowmem_free_pages(void)
{
	return zone_free_pages(&zones[ZONE_DMA]) + zone_free_pages(&zones[ZONE_NORMAL]);
}

/* The largest block that must be there when all is free: with 16 MiB of lowmem and a large mem_map in
 * it, 4 MiB side by side may not be. */
static unsigned int largest_order(void)
{
	return nr_total_pages() - zones[ZONE_HIGHMEM].managed_pages > 3000 ? MAX_ORDER - 1
									   : MAX_ORDER - 3;
}

/* Single pages, kept by page->lru, until there are no more. Returns how many. */
static unsigned long take_all(gfp_t gfp, struct list_head *list)
{
	unsigned long n = 0;
	struct page *page;

	while ((page = alloc_page(gfp | __GFP_NOWARN))) {
		list_add(&page->lru, list);
		n++;
	}
	return n;
}

static void give_all(struct list_head *list)
{
	while (!list_empty(list)) {
		struct page *page = list_first_entry(list, struct page, lru);

		list_del(&page->lru);
		__free_page(page);
	}
}

static void test_orders(void)
{
	unsigned long before = settled_free_pages(), kernel = nr_owned_pages(OWNER_KERNEL);
	unsigned int order, good = 0, counted = 0;
	struct page *page;

	for (order = 0; order <= largest_order(); order++) {
		page = alloc_pages(GFP_KERNEL, order);
		if (!page)
			continue;
		good += !(page_to_pfn(page) & ((1UL << order) - 1)) && page_count(page) == 1 &&
			!page_mapped(page) && page_address(page) != NULL;
		counted += nr_owned_pages(OWNER_KERNEL) == kernel + (1UL << order) &&
			   page_owner(page + (1UL << order) - 1) == OWNER_KERNEL;
		__free_pages(page, order);
	}
	KTEST(good == largest_order() + 1,
	      "blocks of every order are aligned and have one reference");
	KTEST(counted == largest_order() + 1, "the ledger counts every page of a block");
	KTEST(alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_ORDER) == NULL, "order 11 is refused");
	KTEST(settled_free_pages() == before, "blocks of every order come back");
	KTEST(get_order(1) == 0 && get_order(PAGE_SIZE) == 0 && get_order(PAGE_SIZE + 1) == 1 &&
		      get_order(5 * PAGE_SIZE) == 3,
	      "get_order rounds up");
}

static void test_zones(void)
{
	struct page *dma = alloc_pages(GFP_DMA | GFP_KERNEL, 2), *normal = alloc_page(GFP_KERNEL);
	struct page *high = alloc_page(GFP_HIGHUSER);

	if (!KTEST(dma && normal && high, "a page of each kind"))
		return;
	KTEST(page_to_pfn(dma) + 4 <= MAX_DMA_PFN, "GFP_DMA lies below 16 MiB");
	KTEST(!PageHighMem(normal) && page_address(normal), "GFP_KERNEL has an address");
	KTEST(PageHighMem(high) == (zones[ZONE_HIGHMEM].managed_pages > 0),
	      "GFP_HIGHUSER prefers highmem");
	KTEST(page_zone(normal) ==
		      (zones[ZONE_NORMAL].managed_pages ? &zones[ZONE_NORMAL] : &zones[ZONE_DMA]),
	      "GFP_KERNEL spares the DMA zone");
	__free_pages(dma, 2);
	__free_page(normal);
	__free_page(high);
}

static bool all_zero(struct page *page)
{
	char *address = kmap(page);
	bool zero = !memchr_inv(address, 0, PAGE_SIZE);

	kunmap(page);
	return zero;
}

static void test_zeroed(void)
{
	static const gfp_t kinds[] = { GFP_KERNEL, GFP_HIGHUSER };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct page *page = alloc_page(kinds[i]);

		memset(kmap(page), 0x5a, PAGE_SIZE);
		kunmap(page);
		__free_page(page);
		page = alloc_page(kinds[i] | __GFP_ZERO);
		KTEST(all_zero(page), i ? "__GFP_ZERO of highmem" : "__GFP_ZERO of lowmem");
		__free_page(page);
	}
}

static void test_references(void)
{
	unsigned long before = settled_free_pages();
	struct page *page = alloc_page(GFP_KERNEL);

	get_page(page);
	put_page(page);
	KTEST(page_count(page) == 1 && page_owner(page) == OWNER_KERNEL,
	      "a page lives while somebody holds a reference");
	page_set_owner(page, OWNER_DRIVER);
	KTEST(nr_owned_pages(OWNER_DRIVER) > 0 && page_owner(page) == OWNER_DRIVER,
	      "a page changes its owner in the ledger");
	put_page(page);
	KTEST(page_owner(page) == OWNER_FREE, "the last reference frees it");
	KTEST(settled_free_pages() == before, "and it comes back");
}

/* ---- down to the last page --------------------------------------------------------------------- */

static unsigned long lowmem_mark(void)
{
	return zones[ZONE_DMA].pages_min + zones[ZONE_NORMAL].pages_min;
}

static void test_exhaustion(void)
{
	unsigned long before = settled_free_pages(), free, atomic;
	LIST_HEAD(patient);
	LIST_HEAD(urgent);

	take_all(GFP_KERNEL, &patient);
	free = lowmem_free_pages();
	KTEST(free > 0 && free <= lowmem_mark() + zones[ZONE_DMA].lowmem_reserve[ZONE_NORMAL] + 2,
	      "GFP_KERNEL stops at the watermark and the reserve of the DMA zone");
	KTEST(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 1) == NULL, "so do blocks");
	atomic = take_all(GFP_ATOMIC, &urgent);
	KTEST(atomic >= lowmem_mark() / 4, "atomic callers have a reserve");
	KTEST(lowmem_free_pages() > 0, "which has an end too");
	give_all(&urgent);
	give_all(&patient);
	KTEST(settled_free_pages() == before, "everything comes back");
}

static void test_fallback(void)
{
	unsigned long before = settled_free_pages(), high = 0, low = 0;
	struct page *page;
	LIST_HEAD(list);

	take_all(GFP_HIGHUSER, &list);
	list_for_each_entry(page, &list, lru) {
		if (PageHighMem(page))
			high++;
		else
			low++;
	}
	KTEST(low > 0 && high + zones[ZONE_HIGHMEM].pages_min + 2 >=
				 zones[ZONE_HIGHMEM].managed_pages / 2,
	      "GFP_HIGHUSER takes highmem, then falls back to lowmem");
	page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	KTEST(page != NULL, "but leaves lowmem to the kernel");
	if (page)
		__free_page(page);
	give_all(&list);
	KTEST(settled_free_pages() == before, "everything comes back from all zones");
}

static void test_fragmentation(void)
{
	struct page *page, *next;
	LIST_HEAD(all);
	LIST_HEAD(odd);

	settled_free_pages();
	take_all(GFP_KERNEL, &all);
	list_for_each_entry_safe(page, next, &all, lru)
		if (page_to_pfn(page) & 1)
			list_move(&page->lru, &odd);
	give_all(&all);
	page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_ORDER - 1);
	KTEST(lowmem_free_pages() > (nr_total_pages() - zones[ZONE_HIGHMEM].managed_pages) / 3 &&
		      !page,
	      "half of all pages are free, but no 1024 side by side");
	if (page)
		__free_pages(page, MAX_ORDER - 1);
	give_all(&odd);
	page = alloc_pages(GFP_KERNEL, largest_order());
	if (KTEST(page != NULL, "buddies join again to the largest order"))
		__free_pages(page, largest_order());
}

/* Empty slabs that caches keep are given back before an allocation fails. */
static void test_shrinking(void)
{
	struct kmem_cache *cache = kmem_cache_create("shrink-test", 1000, 0, 0, NULL);
	static void *objects[64];
	unsigned int i;
	LIST_HEAD(list);

	for (i = 0; i < 64; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (i = 0; i < 64; i++)
		kmem_cache_free(cache, objects[i]);
	take_all(GFP_KERNEL, &list);
	KTEST(kmem_cache_shrink(cache) == 0, "a shortage takes the caches' empty slabs");
	give_all(&list);
	kmem_cache_destroy(cache);
}

/* ---- mistakes ---------------------------------------------------------------------------------- */

static const char *caught;

static void catch_bad_page(struct page *page, const char *reason)
{
	caught = reason;
}

static bool caught_like(const char *text)
{
	bool same = caught && strstr(caught, text);

	caught = NULL;
	return same;
}

static void test_double_free(struct page *page)
{
	get_page(page);
	put_page(page);
	__free_page(page);
	__free_page(page);
	KTEST(caught_like("nobody holds"), "a double free is caught");
	atomic_set(&page->_count, 1);
	__free_page(page);
	KTEST(caught_like("free of a free page"), "with a reference, too");
	atomic_set(&page->_count, 0);
}

static void test_wrong_frees(struct page *page)
{
	atomic_inc(&page->_mapcount);
	__free_page(page);
	KTEST(caught_like("mapped"), "free of a mapped page is refused");
	atomic_dec(&page->_mapcount);

	atomic_set(&page->_count, 1);
	page_set(page, PG_locked);
	__free_page(page);
	KTEST(caught_like("locked"), "free of a locked page is refused");
	page_clear(page, PG_locked);

	atomic_set(&page->_count, 1);
	page->mapping = (struct address_space *)page;
	__free_page(page);
	KTEST(caught_like("object"), "free of a page that is in an object is refused");
	page->mapping = NULL;
	atomic_set(&page->_count, 1);
}

static void test_foreign_frees(void)
{
	struct page *reserved = virt_to_page((void *)test_foreign_frees), *block;
	void *object = kmalloc(64, GFP_KERNEL);

	__free_page(reserved);
	KTEST(caught_like("reserved"), "free of the kernel's own text is refused");
	atomic_set(&reserved->_count, 1);
	__free_page(virt_to_page(object));
	KTEST(caught_like("slab"), "free of a slab page is refused");
	atomic_set(&virt_to_page(object)->_count, 1);
	kfree(object);

	block = alloc_pages(GFP_KERNEL, 2);
	get_page(block);
	__free_pages(block, 2);
	KTEST(caught_like("one reference"), "free of a block that is still used is refused");
	atomic_set(&block->_count, 1);
	atomic_inc(&block[3]._mapcount);
	__free_pages(block, 2);
	KTEST(caught_like("mapped page"), "so is that of a block in which a page is mapped");
	atomic_dec(&block[3]._mapcount);
	atomic_set(&block->_count, 1);
	for (int i = 1; i < 4; i++)
		page_set(&block[i], PG_compound);
	atomic_set(&block[1]._count, 1);
	__free_page(&block[1]);
	KTEST(caught_like("inside of a block"), "the free of a block's second page is refused");
	atomic_set(&block[1]._count, 0);
	__free_pages(block, 2);
	KTEST(!caught, "and allowed when it is not");
}

static void test_write_after_free(void)
{
	struct page *page = alloc_page(GFP_KERNEL), *freed = page;
	unsigned long *address;

	__free_page(page);
	address = kmap_atomic_pfn(page_to_pfn(page));
	address[100] = 1;
	kunmap_atomic(address);
	page = alloc_page(GFP_KERNEL);
	KTEST(page == freed && caught_like("written to"),
	      "a write to a free page is found when it is next used");
	__free_page(page);
}

static void test_mistakes(void)
{
	struct page *page;

	bad_page_hook = catch_bad_page;
	if (CONFIG_DEBUG) {
		test_double_free(alloc_page(GFP_KERNEL));
		test_write_after_free();
	}
	page = alloc_page(GFP_KERNEL);
	if (CONFIG_DEBUG) {
		page_check_fresh(page);
		KTEST(caught_like("on a free list"), "a page in use does not count as fresh");
	}
	test_wrong_frees(page);
	__free_page(page);
	test_foreign_frees();
	bad_page_hook = NULL;
}

/* Nothing to give out, nothing to take over. */
static void test_nothing(void)
{
	static struct buddy none;

	KTEST(!buddy_alloc(&none, 0), "an allocator without pages gives none");
	memblock_add(~0ULL, 1);
	KTEST(!memblock_alloc(0, 1), "nor does the one of the boot give nothing");
}

static void test_injection(void)
{
	struct page *pages[4];
	unsigned int i;

	if (!CONFIG_DEBUG)
		return;
	alloc_inject(2, 1);
	for (i = 0; i < 4; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	KTEST(pages[0] && pages[1] && !pages[2] && pages[3],
	      "the third allocation fails on demand");
	for (i = 0; i < 4; i++)
		if (pages[i])
			__free_page(pages[i]);
}

KTEST_SUITE(buddy)
{
	unsigned long before = settled_free_pages();

	KTEST(mm_audit() == 0, "the ledger agrees with the pages before");
	test_orders();
	test_zones();
	test_zeroed();
	test_references();
	test_exhaustion();
	test_fallback();
	test_fragmentation();
	test_shrinking();
	test_mistakes();
	test_nothing();
	test_injection();
	KTEST(settled_free_pages() == before, "no page was lost");
	KTEST(mm_audit() == 0, "the ledger agrees with the pages after");
}
