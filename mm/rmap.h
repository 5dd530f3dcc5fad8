/*
 * How often a page is mapped, and by how many pages an address space is
 * resident: every page-table entry that counts enters and leaves through here.
 */
#ifndef MM_RMAP_H
#define MM_RMAP_H

#include "mm/mm.h"
#include "mm/page.h"

/* An entry of @mm now maps @page. The caller's reference becomes the entry's. page_table_lock held. */
static inline void page_add_rmap(struct mm_struct *mm, struct page *page)
{
	atomic_inc(&page->_mapcount);
	mm->rss++;
	if (PageAnon(page))
		mm->anon_rss++;
}

/* The entry is gone; its reference is the caller's to put. page_table_lock held. */
static inline void page_remove_rmap(struct mm_struct *mm, struct page *page)
{
	atomic_dec(&page->_mapcount);
	mm->rss--;
	if (PageAnon(page))
		mm->anon_rss--;
}

#endif
