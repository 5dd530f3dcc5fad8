/*
 * What a fault does: brings pages in (zero page, fresh page, nopage, nopfn),
 * copies them on write; and what fork, munmap and drivers do with ranges of
 * entries: copy, zap, remap device memory, pin pages of a task.
 */
#ifndef MM_MEMORY_H
#define MM_MEMORY_H

#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

struct address_space;
struct mm_struct;
struct page;

/*
 * handle_mm_fault - make the page at @address present, writable if @write
 *
 * The VMA's rights have been checked. mmap_sem held for reading.
 * Returns VM_FAULT_MINOR, VM_FAULT_MAJOR, VM_FAULT_SIGBUS or VM_FAULT_OOM.
 */
int handle_mm_fault(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
		    bool write);

/*
 * zap_page_range - remove the entries of [start, end) in the VMAs from @vma on
 *
 * Entries are cleared, the TLB flushed, then pages given back. mmap_sem held: for reading
 * inside one VMA, for writing (or the mm is dying) along the list. Page tables stay:
 * free_pgtables (mm/pgtable.h).
 */
void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);

/*
 * copy_page_range - give the child of a fork the entries of one VMA
 *
 * Private writable pages become read-only in both. Both mmap_sems held for
 * writing. Returns 0 or -ENOMEM (what was copied is undone by exit_mmap).
 */
int copy_page_range(struct mm_struct *dst, struct mm_struct *src, struct vm_area_struct *vma);

/*
 * remap_pfn_range - map @size bytes of frames from @pfn on at @addr in @vma
 *
 * For a driver's mmap operation. Marks the VMA VM_IO | VM_PFNMAP | VM_DONTEXPAND
 * | VM_DONTDUMP; entries take no reference. A private copy-on-write VMA must be
 * mapped whole (its vm_pgoff becomes @pfn), else -EINVAL. Returns 0, -EINVAL or
 * -ENOMEM. mmap_sem held for writing. LDD3 ch. 15.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot);

/*
 * get_user_pages - pin @nr pages of @mm from @start on
 *
 * Faults them in (for writing if @write; @force overrides missing rights as
 * ptrace does). pages[] may be NULL. mmap_sem held for reading.
 * Returns how many, or -EFAULT/-ENOMEM if none. Each page: one reference.
 */
long get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr, bool write,
		    bool force, struct page **pages);

/* Brings the pages of [start, end), a part of one VMA, in. 0 or -errno. mmap_sem held for reading at least. */
int populate_vma_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);

/*
 * mm_populate - bring the pages of [start, start+len) in
 *
 * Holes are passed over; so are errors if @go_on: a fault will find them again. Else the
 * first one is returned, or 0. Takes mmap_sem for reading.
 */
int mm_populate(struct mm_struct *mm, unsigned long start, unsigned long len, bool go_on);

/*
 * unmap_mapping_range - remove every mapping of bytes [start, start+len) of an object
 *
 * len 0: to the end. @even_cows: private copies too (truncate). Takes i_mmap_lock.
 */
void unmap_mapping_range(struct address_space *mapping, loff_t start, loff_t len, bool even_cows);

/* An entry that maps nothing, but remembers that it stands for page @pgoff of the object (mm/fremap.c). */
pte_t file_entry(const struct vm_area_struct *vma, unsigned long addr, pgoff_t pgoff);

/* The page mapped at @address, without a reference, or NULL. page_table_lock held. */
struct page *follow_page(struct mm_struct *mm, unsigned long address, bool write);

/* vm_normal_page - the struct page behind an entry that counts references, or NULL (device, zero page). */
static inline struct page *vm_normal_page(const struct vm_area_struct *vma, unsigned long addr,
					  pte_t pte)
{
	unsigned long pfn = pte_pfn(pte);

	/* remap_pfn_range left the first frame in vm_pgoff: whatever does not follow was copied. */
	if (unlikely(vma->vm_flags & VM_PFNMAP) &&
	    (pfn == linear_page_index(vma, addr) || !is_cow_mapping(vma->vm_flags)))
		return NULL;
	if (unlikely(!pfn_valid(pfn) || pfn_to_page(pfn) == empty_zero_page))
		return NULL;
	return pfn_to_page(pfn);
}

#endif
