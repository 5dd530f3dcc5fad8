/*
 * The vmalloc area: contiguous kernel addresses over frames that are not, and
 * over device memory. Each area is followed by a guard page that is never mapped,
 * so the page before an area is never mapped either.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "mm/layout.h"
#include "mm/pgtable.h"

/* vm_struct.flags: what an area is, and so who frees its pages. */
#define VM_IOREMAP 1u /* device memory */
#define VM_ALLOC   2u /* vmalloc: the area's own pages */
#define VM_MAP     4u /* vmap: the caller's pages */
#define VM_KSTACK  8u /* a kernel stack, the area's own pages */

/* One area. Read only inside vmalloc_for_each(). */
struct vm_struct {
	unsigned long addr;
	unsigned long size; /* guard page included */
	unsigned int flags;
	unsigned int nr_pages; /* mapped pages of RAM */
	phys_addr_t phys_addr; /* device memory: where the area begins */
	const void *caller;    /* who asked for it: an address in kernel text */

	struct list_head list; /* all areas, lowest first */
};

/* @size bytes of RAM (highmem first), page by page; NULL without memory or room. May sleep. */
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
/* Gives an area of vmalloc back; NULL is allowed. Not in interrupts. */
void vfree(const void *addr);

/* Maps @count pages of the caller's side by side; the pages stay the caller's. NULL without room. */
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void vunmap(const void *addr);

/* The page behind a vmalloc address, or NULL. */
struct page *vmalloc_to_page(const void *addr);

/*
 * get_vm_area_aligned - a piece of the vmalloc area, and nothing in it yet
 * @size: bytes, rounded up to pages; a guard page is added
 * @align: power of two, at least PAGE_SIZE
 *
 * Returns NULL without room or memory for the descriptor. May sleep.
 */
struct vm_struct *get_vm_area_aligned(unsigned long size, unsigned long align, unsigned int flags,
				      const void *caller);

/*
 * Unmaps the area that begins at @addr and is of the kind @flags, flushes it and frees it,
 * with its pages if they are its own. Panics if there is none: a caller's mistake.
 */
void remove_vm_area(const void *addr, unsigned int flags);

/* A kernel stack: THREAD_SIZE bytes, THREAD_SIZE-aligned, guard page below. Contents arbitrary.
 * NULL without memory. May sleep. Freeing: any context but interrupts. */
void *alloc_thread_stack(void);
void free_thread_stack(void *stack);

/* Calls @fn for every area, lowest first, under a spinlock. */
void vmalloc_for_each(void (*fn)(const struct vm_struct *area, void *arg), void *arg);

/* Bytes of the area in use (guard pages included); largest hole. */
void vmalloc_usage(unsigned long *used, unsigned long *largest_hole);

/* One sentence on an address in the vmalloc area: describe_kernel_address(). */
void vmalloc_describe(unsigned long addr, char *buf, size_t size);

/* After the slabs, before the first area. */
void vmalloc_init(void);

#endif
