/* Checks of the page allocator: poison and fault injection (see page_debug.h). */
#include "mm/page_debug.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "mm/page_alloc.h"

#define PAGE_POISON 0xaaaaaaaaUL

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

void alloc_inject(unsigned long after, unsigned long fail)
{
	inject_after = after;
	inject_fail = fail;
}

bool alloc_should_fail(void)
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
