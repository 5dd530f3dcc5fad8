/* Checks of the allocators: poison in free pages, fault injection. Called by page_alloc.c and slab.c
 * only; what tests call is in page_alloc.h. */
#ifndef MM_PAGE_DEBUG_H
#define MM_PAGE_DEBUG_H

#include "mm/page.h"

/* Fills a page that is being freed with PAGE_POISON; highmem pages are left alone. */
void page_poison(struct page *page);

/* Panics (bad_page) unless a page from the free lists is as page_poison() left it. */
void page_check_fresh(struct page *page);

/* Whether alloc_inject() wants this allocation to fail. */
bool alloc_should_fail(void);

#endif
