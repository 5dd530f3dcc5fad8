/* What all that handles pages shares: mem_map and its bounds, the ledger's counters, the report of a
 * page in a wrong state; and the checks of debug builds. */
#include "mm/page.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/sysctl.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "mm/zone.h"

#define PAGE_POISON 0xaaaaaaaaUL

struct page *mem_map;
unsigned long max_pfn;
unsigned long max_low_pfn;
void *high_memory;

atomic_t nr_owned[NR_PAGE_OWNERS];

void page_set_owner(struct page *page, enum page_owner owner)
{
	atomic_dec(&nr_owned[page_owner(page)]);
	atomic_inc(&nr_owned[owner]);
	page->flags = (page->flags & ~PG_OWNER_MASK) | ((unsigned long)owner << PG_OWNER_SHIFT);
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

/* ---- poison ------------------------------------------------------------------------------------ */

void page_poison(struct page *page)
{
	if (PageHighMem(page))
		return;
	memset(page_address(page), (int)(PAGE_POISON & 0xff), PAGE_SIZE);
	page_set(page, PG_poisoned);
	kernel_map_pages(page, 1, false);
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
	if (!PageHighMem(page))
		kernel_map_pages(page, 1, true);
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
static unsigned long fail_one_in, allocations; /* of all allocations every n-th; 0: none */

SYSCTL(fail_sysctls) = {
	{ .path = "sys/vm/fail_one_in", .data = &fail_one_in, .max = CONFIG_DEBUG ? INT_MAX : 0 },
};

void alloc_inject(unsigned long after, unsigned long fail)
{
	inject_after = after;
	inject_fail = fail;
}

bool alloc_should_fail(gfp_t gfp)
{
	if (gfp & __GFP_WAIT)
		might_sleep();
	if (unlikely(current->fail_nth) && !in_interrupt() && !--current->fail_nth)
		return true;
	if (unlikely(fail_one_in) && ++allocations % fail_one_in == 0)
		return true;
	if (likely(!inject_fail))
		return false;
	if (inject_after) {
		inject_after--;
		return false;
	}
	inject_fail--;
	return true;
}
