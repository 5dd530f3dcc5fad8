/* The buddy system (see buddy.h). */
#include "mm/buddy.h"

void buddy_init(struct buddy *buddy, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned int order;

	buddy->start_pfn = start_pfn;
	buddy->end_pfn = end_pfn;
	buddy->nr_free_pages = 0;
	for (order = 0; order < MAX_ORDER; order++) {
		INIT_LIST_HEAD(&buddy->free_area[order].free_list);
		buddy->free_area[order].nr_free = 0;
	}
}

static void insert_block(struct buddy *buddy, struct page *page, unsigned int order)
{
	struct free_area *area = &buddy->free_area[order];

	page_set(page, PG_buddy);
	page->private = order;
	list_add(&page->lru, &area->free_list);
	area->nr_free++;
}

static void remove_block(struct buddy *buddy, struct page *page, unsigned int order)
{
	list_del(&page->lru);
	page_clear(page, PG_buddy);
	page->private = 0;
	buddy->free_area[order].nr_free--;
}

static bool is_free_block(const struct page *page, unsigned int order)
{
	return page_test(page, PG_buddy) && page->private == order;
}

struct page *buddy_alloc(struct buddy *buddy, unsigned int order)
{
	unsigned int o = order;
	struct page *page;

	while (o < MAX_ORDER && !buddy->free_area[o].nr_free)
		o++;
	if (o >= MAX_ORDER)
		return NULL;
	page = list_first_entry(&buddy->free_area[o].free_list, struct page, lru);
	remove_block(buddy, page, o);
	buddy->nr_free_pages -= 1UL << order;
	/* Keep the lower half; the upper halves stay free. */
	while (o > order) {
		o--;
		insert_block(buddy, page + (1UL << o), o);
	}
	return page;
}

void buddy_free(struct buddy *buddy, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	buddy->nr_free_pages += 1UL << order;
	while (order < MAX_ORDER - 1) {
		unsigned long buddy_pfn = pfn ^ (1UL << order);

		if (buddy_pfn < buddy->start_pfn || buddy_pfn >= buddy->end_pfn ||
		    !is_free_block(pfn_to_page(buddy_pfn), order))
			break;
		remove_block(buddy, pfn_to_page(buddy_pfn), order);
		pfn &= buddy_pfn;
		order++;
	}
	insert_block(buddy, pfn_to_page(pfn), order);
}
