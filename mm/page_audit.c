/* The audit of the ledger: counts again what the counters say. */
#include "kernel/lib/list.h"
#include "kernel/lib/printk.h"
#include "mm/page_alloc.h"
#include "mm/zone.h"

static unsigned int audit_value(const char *what, unsigned long counted, unsigned long ledger)
{
	if (counted == ledger)
		return 0;
	pr_err("page audit: %s: %lu counted, %lu in the ledger\n", what, counted, ledger);
	return 1;
}

static unsigned int audit_zone(const struct zone *zone)
{
	unsigned long pages = 0, blocks;
	const struct list_head *pos;
	unsigned int order, errors = 0;

	for (order = 0; order < MAX_ORDER; order++) {
		blocks = 0;
		list_for_each(pos, &zone->buddy.free_area[order].free_list) {
			const struct page *page = list_entry(pos, struct page, lru);

			if (!page_test(page, PG_buddy) || page->private != order ||
			    page_zone(page) != zone)
				errors +=
					audit_value("order of a free block", page->private, order);
			blocks++;
		}
		errors += audit_value("free blocks", blocks, zone->buddy.free_area[order].nr_free);
		pages += blocks << order;
	}
	return errors + audit_value(zone->name, pages, zone->buddy.nr_free_pages);
}

unsigned int page_alloc_audit(void)
{
	unsigned long counted[16] = { 0 };
	unsigned int owner, errors = 0;
	struct zone *zone;
	unsigned long pfn;

	for (pfn = 0; pfn < max_pfn; pfn++) {
		struct page *page = pfn_to_page(pfn);

		counted[page_owner(page)]++;
		if ((page_owner(page) == OWNER_FREE) != (page_count(page) == 0) &&
		    !page_test(page, PG_compound))
			errors += audit_value("references of a page", page_count(page), 0);
	}
	for (owner = 0; owner < NR_PAGE_OWNERS; owner++)
		errors +=
			audit_value(page_owner_name(owner), counted[owner], nr_owned_pages(owner));
	for_each_zone(zone)
		errors += audit_zone(zone);
	return errors;
}
