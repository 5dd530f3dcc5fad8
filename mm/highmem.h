/*
 * highmem: frames that lie above lowmem have no permanent address. kmap gives
 * one for as long as needed, and sleeps when all slots are taken; kmap_atomic
 * gives one at once, for a few instructions, on this CPU only. A lowmem page has
 * its address always, and both calls just return that.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "kernel/x86/page_copy.h"
#include "mm/layout.h"
#include "mm/pgtable.h"

/* Slots of the PKMAP area: one page table of them. */
#define LAST_PKMAP PTRS_PER_PTE

void *kmap_high(struct page *page);
void kunmap_high(struct page *page);
void *kmap_atomic_high(struct page *page);
void kunmap_atomic_high(void *address);
void *kmap_atomic_prot_pfn(unsigned long pfn, pgprot_t prot);

/* Address of any page until kunmap; nests by count. Sleeps when the slots are exhausted. */
static inline void *kmap(struct page *page)
{
	return PageHighMem(page) ? kmap_high(page) : __va(page_to_phys(page));
}

/* Any context. Wakes one who waits for a slot. */
static inline void kunmap(struct page *page)
{
	if (PageHighMem(page))
		kunmap_high(page);
}

/*
 * Address of any page until kunmap_atomic(address). Never sleeps, and the caller
 * must not sleep before it unmaps; a fault on a user address meanwhile fails at
 * once. Unmap in reverse order of mapping; KM_SLOTS at a time. Any context.
 */
static inline void *kmap_atomic(struct page *page)
{
	pagefault_disable();
	return PageHighMem(page) ? kmap_atomic_high(page) : __va(page_to_phys(page));
}

static inline void kunmap_atomic(void *address)
{
	if ((unsigned long)address >= (unsigned long)high_memory)
		kunmap_atomic_high(address);
	pagefault_enable();
}

/* kmap_atomic for a frame, whether it has a struct page or not (then uncached: device memory). */
static inline void *kmap_atomic_pfn(unsigned long pfn)
{
	pagefault_disable();
	return kmap_atomic_prot_pfn(pfn, pfn_valid(pfn) ? PAGE_KERNEL : PAGE_KERNEL_NOCACHE);
}

/* Slots that kmap has out; slots whose old entry is not flushed yet are not counted. */
unsigned int kmap_in_use(void);

/* Frees and flushes every slot that nobody uses any more, without waiting for the area to fill. */
void kmap_flush_unused(void);

/* Start of both; from paging_init(). */
void kmap_init(void);

/* Whole pages, wherever they lie. Any context. */
static inline void clear_highpage(struct page *page)
{
	void *address = kmap_atomic(page);

	clear_page(address);
	kunmap_atomic(address);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *dst = kmap_atomic(to), *src = kmap_atomic(from);

	copy_page(dst, src);
	kunmap_atomic(src);
	kunmap_atomic(dst);
}

/* Fills a page with what a frame without struct page (device memory) holds. */
static inline void copy_pfn_to_page(struct page *to, unsigned long from_pfn)
{
	void *dst = kmap_atomic(to), *src = kmap_atomic_pfn(from_pfn);

	copy_page(dst, src);
	kunmap_atomic(src);
	kunmap_atomic(dst);
}

#endif
