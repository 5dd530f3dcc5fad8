/* Checks of the page allocator: reports, poison, fault injection, the audit. */
#include "mm/page_debug.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "mm/page_alloc.h"
#include "mm/zone.h"

#define PAGE_POISON 0xaaaaaaaaUL

void (*bad_page_hook)(struct page *page, const char *reason);

const char *page_owner_name(enum page_owner owner)
{
	static const char *const names[NR_PAGE_OWNERS] = {
		"free", "reserved", "kernel",  "slab",	"pgtable",
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

/* ---- poison ------------------------------------------------------------------------------------ */

void page_poison(struct page *page)
{
	if (PageHighMem(page))
		return;
	memset(page_address(page), (int)(PAGE_POISON & 0xff), PAGE_SIZE);
	page_set(page, PG_poisoned);
}

static const unsigned long *find_damage(const unsigned long *words)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*words); i += 4)
		if (((words[i] ^ PAGE_POISON) | (words[i + 1] ^ PAGE_POISON) |
		     (words[i + 2] ^ PAGE_POISON) | (words[i + 3] ^ PAGE_POISON)) != 0)
			return &words[i];
	return NULL;
}

void page_check_fresh(struct page *page)
{
	const unsigned long *damage;

	if (page_owner(page) != OWNER_FREE || page_count(page) || page_mapped(page) ||
	    page_test(page, PG_buddy))
		bad_page(page, "a page in use was on a free list");
	if (!page_test(page, PG_poisoned))
		return; /* never freed before, or highmem */
	damage = find_damage(page_address(page));
	if (unlikely(damage)) {
		pr_err("free page pfn %#lx was written at %p: %08lx %08lx %08lx %08lx\n",
		       page_to_pfn(page), damage, damage[0], damage[1], damage[2], damage[3]);
		bad_page(page, "a free page was written to");
	}
}

/* ---- fault injection --------------------------------------------------------------------------- */

static unsigned long inject_after, inject_fail;

void page_alloc_inject(unsigned long after, unsigned long fail)
{
	inject_after = after;
	inject_fail = fail;
}

bool page_alloc_should_fail(void)
{
	if (likely(!inject_fail))
		return false;
	if (inject_after) {
		inject_after--;
		return false;
	}
	inject_fail--;
	return true;
}

/* ---- audit ------------------------------------------------------------------------------------- */

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
