/*
 * The vmalloc area: contiguous kernel addresses over frames that are not, and
 * over device memory. Each area is followed by a guard page that is never mapped.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "kernel/lib/types.h"
#include "mm/pgtable.h"

#define VM_IOREMAP 1u /* vm_struct.flags */
#define VM_ALLOC   2u
#define VM_MAP	   4u
#define VM_KSTACK  8u

/* One area. Read through vmalloc_for_each() (/proc/vmallocinfo). */
struct vm_struct {
	unsigned long addr;
	unsigned long size; /* guard page included */
	unsigned int flags;
	struct page **pages; /* nr_pages of them; NULL for device memory */
	unsigned int nr_pages;
	phys_addr_t phys_addr; /* device memory */
	const void *caller;
	struct vm_struct *next;
};

/* @size bytes of RAM (highmem first), page by page; NULL without memory or room. May sleep. */
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
void vfree(const void *addr);

/* Maps @count pages of the caller's side by side; the pages stay the caller's. NULL without room. */
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void vunmap(const void *addr);

/* The page behind a vmalloc address, or NULL. */
struct page *vmalloc_to_page(const void *addr);

/* A kernel stack: THREAD_SIZE bytes, THREAD_SIZE-aligned, guard page below. NULL without memory. */
void *alloc_thread_stack(void);
void free_thread_stack(void *stack);

#endif
