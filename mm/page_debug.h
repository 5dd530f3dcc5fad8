/* Checks of the page allocator: poison in free pages, reports, fault injection. Only page_alloc.c
 * calls these; what tests call is in page_alloc.h. */
#ifndef MM_PAGE_DEBUG_H
#define MM_PAGE_DEBUG_H

#include "mm/page.h"

/* Fills a page that is being freed with PAGE_POISON; highmem pages are left alone. */
void page_poison(struct page *page);

/* Panics (bad_page) unless a page from the free lists is as page_poison() left it. */
void page_check_fresh(struct page *page);

/* Whether page_alloc_inject() wants this allocation to fail. */
bool page_alloc_should_fail(void);

#endif
