/* The audit must find what it is there to find: each kind of damage is done, found and mended. */
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "mm/audit.h"
#include "mm/filemap.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "tests/kernel/ktest.h"

static void test_lost_pages(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_OWNER(OWNER_ANON));

	KTEST(mm_audit() == 1, "a user page that nobody maps is found");
	page_set_owner(page, OWNER_CACHE);
	KTEST(mm_audit() == 1, "a cached page that is in no object is found");
	page_set_owner(page, OWNER_SLAB);
	KTEST(mm_audit() == 1, "a slab page that is in no slab is found");
	page_set_owner(page, OWNER_VMALLOC);
	KTEST(mm_audit() == 1, "a vmalloc page that is in no area is found");
	page_set_owner(page, OWNER_KERNEL);
	KTEST(mm_audit() == 0, "a page that belongs to the kernel is in order");
	atomic_set(&page->_count, 0);
	KTEST(mm_audit() == 1, "a page without a reference is found");
	atomic_set(&page->_count, 1);
	atomic_inc(&page->_mapcount);
	KTEST(mm_audit() == 1, "a wrong mapcount is found");
	atomic_dec(&page->_mapcount);
	put_page(page);
}

static void test_cached_page(void)
{
	static const struct address_space_operations no_ops;
	static struct address_space mapping;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_OWNER(OWNER_CACHE));

	address_space_init(&mapping, NULL, &no_ops);
	lock_page(page);
	add_to_page_cache(page, &mapping, 3, GFP_KERNEL);
	KTEST(mm_audit() == 1, "a reference too many is found");
	put_page(page);
	KTEST(mm_audit() == 0, "a page in its object is in order");
	page->index = 4;
	KTEST(mm_audit() == 1, "a page that is not where it says is found");
	page->index = 3;
	get_page(page);
	remove_from_page_cache(page);
	unlock_page(page);
	put_page(page);
}

static void test_many(void)
{
	struct page *block = alloc_pages(GFP_KERNEL, 5);

	for (int i = 0; i < 32; i++)
		atomic_inc(&block[i]._mapcount);
	KTEST(mm_audit() == 32, "many are counted, not all are told");
	for (int i = 0; i < 32; i++)
		atomic_dec(&block[i]._mapcount);
	__free_pages(block, 5);
	alloc_inject(0, CONFIG_DEBUG ? 1 : 0);
	KTEST(mm_audit() == (CONFIG_DEBUG ? -ENOMEM : 0), "without memory there is no audit");
	alloc_inject(0, 0);
}

static void test_sizes(void)
{
	struct mm_struct *mm = mm_alloc();

	KTEST(mm_audit() == 0, "a new address space is in order");
	mm->rss++;
	KTEST(mm_audit() == 1, "a wrong resident size is found");
	mm->rss--;
	mmput(mm);
}

KTEST_SUITE(audit)
{
	pr_info("audit: the disagreements below are made on purpose\n");
	KTEST(mm_audit() == 0, "all memory is in order");
	test_lost_pages();
	test_cached_page();
	test_many();
	test_sizes();
	KTEST(mm_audit() == 0, "all memory is in order in the end");
}
