/* Truncation: pages leave an object for good. */
#include "kernel/fs/file.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/memory.h"

#define BATCH 16

/* What lies behind the new end in its page must read as zeroes when the object grows again. */
static void zero_tail(struct address_space *mapping, loff_t lstart)
{
	unsigned int offset = lstart & ~PAGE_MASK;
	struct page *page;
	char *address;

	if (!offset)
		return;
	page = find_lock_page(mapping, lstart >> PAGE_SHIFT);
	if (!page)
		return;
	if (PageUptodate(page)) {
		address = kmap_atomic(page);
		memset(address + offset, 0, PAGE_SIZE - offset);
		kunmap_atomic(address);
	}
	unlock_page(page);
	put_page(page);
}

static void drop_page(struct address_space *mapping, struct page *page)
{
	lock_page(page);
	if (page->mapping == mapping)
		remove_from_page_cache(page);
	unlock_page(page);
	put_page(page);
}

void truncate_inode_pages(struct address_space *mapping, loff_t lstart)
{
	pgoff_t index = (lstart + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct page *pages[BATCH];
	unsigned int i, n;

	zero_tail(mapping, lstart);
	if (!mapping->nrpages)
		return;
	while ((n = find_get_pages(mapping, index, BATCH, pages))) {
		for (i = 0; i < n; i++)
			drop_page(mapping, pages[i]);
		cond_resched();
	}
}

void vmtruncate(struct address_space *mapping, loff_t new_size)
{
	loff_t old_size = i_size_read(mapping->host);

	i_size_write(mapping->host, new_size);
	if (new_size >= old_size)
		return;
	/* The size comes first: a fault from now on finds the end, one that was on its way is undone by
	 * unmap_mapping_range(), or sees that it happened. */
	unmap_mapping_range(mapping, ALIGN(new_size, (loff_t)PAGE_SIZE), 0, true);
	truncate_inode_pages(mapping, new_size);
}
