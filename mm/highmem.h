/*
 * highmem: frames that lie above lowmem have no permanent address. kmap gives
 * one for as long as needed, and sleeps when all slots are taken; kmap_atomic
 * gives one at once, for a few instructions, on this CPU only.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "mm/page.h"

/* Address of any page until kunmap; nests by count. Sleeps when the slots are exhausted. */
void *kmap(struct page *page);
void kunmap(struct page *page);

/*
 * Address of any page until kunmap_atomic(address). Never sleeps, and the caller
 * must not sleep before it unmaps; unmap in reverse order of mapping.
 */
void *kmap_atomic(struct page *page);
void kunmap_atomic(void *address);

/* Whole pages, wherever they lie. clear_page/copy_page take lowmem or mapped addresses. */
void clear_page(void *address);
void copy_page(void *to, const void *from);
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);
/* Fills a page with what a frame without struct page (device memory) holds. */
void copy_pfn_to_page(struct page *to, unsigned long from_pfn);

#endif
