/* What all that handles pages shares: mem_map and its bounds, the ledger's counters, the report of a
 * page in a wrong state. */
#include "mm/page.h"

#include "kernel/lib/bug.h"
#include "mm/page_alloc.h"
#include "mm/zone.h"

struct page *mem_map;
unsigned long max_pfn;
unsigned long max_low_pfn;
void *high_memory;

atomic_t nr_owned[NR_PAGE_OWNERS];

void page_set_owner(struct page *page, unsigned int order, enum page_owner owner)
{
	unsigned int i;

	atomic_sub(1 << order, &nr_owned[page_owner(page)]);
	atomic_add(1 << order, &nr_owned[owner]);
	for (i = 0; i < 1U << order; i++)
		page[i].flags = (page[i].flags & ~PG_OWNER_MASK) |
				((unsigned long)owner << PG_OWNER_SHIFT);
}

void (*bad_page_hook)(struct page *page, const char *reason);

const char *page_owner_name(enum page_owner owner)
{
	static const char *const names[NR_PAGE_OWNERS] = {
		"free", "reserved", "kernel",  "slab",  "pgtable",
		"anon", "cache",    "vmalloc", "stack", "driver",
	};

	return owner < NR_PAGE_OWNERS ? names[owner] : "?";
}

void bad_page(struct page *page, const char *reason)
{
	if (bad_page_hook) {
		bad_page_hook(page, reason);
		return;
	}
	panic("%s: page %p pfn %#lx owner %s flags %#lx count %d mapcount %d mapping %p private %#lx "
	      "index %#lx",
	      reason, page, page_to_pfn(page), page_owner_name(page_owner(page)), page->flags,
	      page_count(page), page_mapcount(page), page->mapping, page->private, page->index);
}
