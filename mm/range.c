/*
 * Ranges of entries: zap them (munmap, exit, truncate), copy them (fork), fill
 * them with device memory (remap_pfn_range). What one fault does to one entry is
 * in memory.c; both share memory.h.
 */
#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/rmap.h"

/*
 * Pages taken out of the page tables wait here until the TLB is flushed: a page
 * that is reused while an old translation lives is somebody else's memory laid open.
 */
#define GATHER_PAGES 64

struct mmu_gather {
	struct mm_struct *mm;
	struct vm_area_struct *vma; /* the VMA being zapped, for the flush */
	unsigned long start, end;   /* addresses where entries are cleared */
	unsigned int nr;
	struct page *pages[GATHER_PAGES];
};

static void tlb_flush(struct mmu_gather *tlb)
{
	unsigned int i;

	if (tlb->start < tlb->end)
		flush_tlb_range(tlb->vma, tlb->start, tlb->end);
	for (i = 0; i < tlb->nr; i++)
		put_page(tlb->pages[i]);
	tlb->nr = 0;
}

static void tlb_gather(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	tlb->start = ~0UL;
	tlb->end = 0;
	tlb->nr = 0;
}

/* What a truncation takes. Where there is none, all goes, for the mapping ends. */
struct zap_details {
	bool spare_copies;   /* pages that are private copies stay */
	pgoff_t first, last; /* of a nonlinear mapping: no page but these */
};

/* Entries of one table, for [addr, end). */
static noinline void zap_ptes(struct mmu_gather *tlb, pte_t *ptep, unsigned long addr,
			      unsigned long end)
{
	struct vm_area_struct *vma = tlb->vma;
	struct mm_struct *mm = tlb->mm;
	struct page *page;
	pte_t entry;

	for (; addr < end; addr += PAGE_SIZE, ptep++) {
		if (pte_none(*ptep))
			continue;
		entry = ptep_get_and_clear(mm, addr, ptep);
		page = pte_present(entry) ? vm_normal_page(vma, addr, entry) : NULL;
		if (!page)
			continue;
		if (!PageAnon(page) && pte_dirty(entry))
			SetPageDirty(page);
		page_remove_rmap(mm, page);
		tlb->pages[tlb->nr++] = page;
		if (tlb->nr == GATHER_PAGES)
			tlb_flush(tlb);
	}
}

/* Truncation spares some; and what a nonlinear mapping showed there, it is to remember. */
static void truncate_pte(struct mmu_gather *tlb, pte_t *ptep, unsigned long addr,
			 const struct zap_details *details)
{
	bool nonlinear = tlb->vma->vm_flags & VM_NONLINEAR;
	struct page *page = NULL;
	pgoff_t index;

	if (pte_present(*ptep))
		page = vm_normal_page(tlb->vma, addr, *ptep);
	if (page && details->spare_copies && PageAnon(page))
		return;
	if (!nonlinear) {
		zap_ptes(tlb, ptep, addr, addr + PAGE_SIZE);
	} else if (page && page->index >= details->first && page->index <= details->last) {
		index = page->index;
		zap_ptes(tlb, ptep, addr, addr + PAGE_SIZE);
		set_pte(ptep, file_entry(tlb->vma, addr, index));
	}
}

/* Entries of [addr, end), all inside tlb->vma. page_table_lock held. */
static void zap_range(struct mmu_gather *tlb, unsigned long addr, unsigned long end,
		      const struct zap_details *details)
{
	unsigned long next;

	for (; addr < end; addr = next) {
		pmd_t *pmd = pmd_lookup(tlb->mm, addr);
		pte_t *ptep;

		next = pmd_addr_end(addr, end);
		if (!pmd)
			continue;
		tlb->start = min(tlb->start, addr);
		tlb->end = max(tlb->end, next);
		ptep = pte_offset_map(pmd, addr);
		if (!details)
			zap_ptes(tlb, ptep, addr, next);
		for (; details && addr < next; addr += PAGE_SIZE, ptep++)
			if (!pte_none(*ptep))
				truncate_pte(tlb, ptep, addr, details);
	}
}

/* Entries of [start, end) in the VMAs from @vma on; cleared, then flushed, then their pages given back. */
static void zap_vmas(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		     const struct zap_details *details)
{
	struct mm_struct *mm = vma->vm_mm;
	struct mmu_gather tlb;

	tlb_gather(&tlb, mm);
	spin_lock(&mm->page_table_lock);
	mm->hiwater_rss = mm_peak_rss(mm);
	/* Inside one VMA its neighbours are not looked at: a truncation does not hold mmap_sem. */
	for (; vma && vma->vm_start < end; vma = vma->vm_end < end ? vma->vm_next : NULL) {
		tlb.vma = vma;
		zap_range(&tlb, max(vma->vm_start, start), min(vma->vm_end, end), details);
	}
	tlb_flush(&tlb);
	spin_unlock(&mm->page_table_lock);
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	zap_vmas(vma, start, end, NULL);
}

/* The part of @vma that shows the pages of its object; any part of one that is nonlinear may. */
static void unmap_mapping_vma(struct vm_area_struct *vma, const struct zap_details *details)
{
	pgoff_t vma_first = vma->vm_pgoff;
	pgoff_t vma_last = vma_first + vma_pages(vma) - 1;
	pgoff_t first = max(details->first, vma_first), last = min(details->last, vma_last);

	if (vma->vm_flags & VM_NONLINEAR) {
		first = vma_first;
		last = vma_last;
	}
	if (first <= last)
		zap_vmas(vma, vma->vm_start + ((first - vma_first) << PAGE_SHIFT),
			 vma->vm_start + ((last - vma_first + 1) << PAGE_SHIFT), details);
}

void unmap_mapping_range(struct address_space *mapping, loff_t start, loff_t len, bool even_cows)
{
	struct zap_details details = {
		.spare_copies = !even_cows,
		.first = (u64)start >> PAGE_SHIFT,
		.last = len ? (pgoff_t)((u64)(start + len - 1) >> PAGE_SHIFT) : ~0UL,
	};
	struct vm_area_struct *vma;

	spin_lock(&mapping->i_mmap_lock);
	mapping->truncate_count++;
	list_for_each_entry(vma, &mapping->i_mmap, shared)
		unmap_mapping_vma(vma, &details);
	spin_unlock(&mapping->i_mmap_lock);
}

/* One entry for the child. A private page that can be written becomes read-only in both. */
static void copy_one_pte(struct mm_struct *dst, struct vm_area_struct *vma, unsigned long addr,
			 pte_t *dst_pte, pte_t *src_pte, unsigned long flags)
{
	pte_t entry = *src_pte;
	struct page *page;

	if (!pte_present(entry)) {
		set_pte(dst_pte, entry);
		return;
	}
	if (pte_write(entry) && is_cow_mapping(flags)) {
		ptep_set_wrprotect(vma->vm_mm, addr, src_pte);
		entry = pte_wrprotect(entry);
	}
	/* The parent's entry answers for what it wrote to the object. */
	if (flags & VM_SHARED)
		entry = pte_mkclean(entry);
	entry = pte_mkold(entry);

	page = vm_normal_page(vma, addr, entry);
	if (page) {
		get_page(page);
		page_add_rmap(dst, page);
	}
	set_pte(dst_pte, entry);
}

/* One page table's part of a VMA. Both page_table_locks held; the child's is nobody else's yet. */
static int copy_pte_range(struct mm_struct *dst, struct vm_area_struct *vma, pmd_t *src_pmd,
			  unsigned long addr, unsigned long end)
{
	pte_t *dst_pte = pte_alloc(dst, addr);
	pte_t *src_pte = pte_offset_map(src_pmd, addr);
	const unsigned long flags = vma->vm_flags;

	if (!dst_pte)
		return -ENOMEM;
	spin_lock(&vma->vm_mm->page_table_lock);
	for (; addr < end; addr += PAGE_SIZE, dst_pte++, src_pte++)
		if (!pte_none(*src_pte))
			copy_one_pte(dst, vma, addr, dst_pte, src_pte, flags);
	spin_unlock(&vma->vm_mm->page_table_lock);
	return 0;
}

/* Can the child find these pages again by its own faults? Then they need not be copied. */
static bool refaults(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_SHARED) && !(vma->vm_flags & (VM_PFNMAP | VM_NONLINEAR)) &&
	       vma->vm_ops && vma->vm_ops->nopage;
}

int copy_page_range(struct mm_struct *dst, struct mm_struct *src, struct vm_area_struct *vma)
{
	unsigned long addr = vma->vm_start;
	unsigned long next;

	if (refaults(vma))
		return 0;
	for (; addr < vma->vm_end; addr = next) {
		pmd_t *pmd = pmd_lookup(src, addr);

		next = pmd_addr_end(addr, vma->vm_end);
		if (pmd && copy_pte_range(dst, vma, pmd, addr, next))
			return -ENOMEM;
	}
	return 0;
}

/* Whoever unmaps a part of it finds nothing behind it: no page comes by a fault. */
static const struct vm_operations_struct pfnmap_vm_ops = {};

static int remap_pte_range(struct mm_struct *mm, unsigned long addr, unsigned long end,
			   unsigned long pfn, pgprot_t prot)
{
	pte_t *ptep = pte_alloc(mm, addr);

	if (!ptep)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	for (; addr < end; addr += PAGE_SIZE, pfn++, ptep++) {
		BUG_ON(!pte_none(*ptep));
		set_pte(ptep, pfn_pte(pfn, prot));
	}
	spin_unlock(&mm->page_table_lock);
	return 0;
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	unsigned long end = addr + PAGE_ALIGN(size);
	unsigned long next;
	int error;

	if (addr & ~PAGE_MASK || addr < vma->vm_start || end > vma->vm_end || end <= addr)
		return -EINVAL;
	if (!pfn_range_mappable(pfn, (end - addr) >> PAGE_SHIFT))
		return -EINVAL;
	if (is_cow_mapping(vma->vm_flags)) {
		/* Copies are told from the device by their frame number: see vm_normal_page(). */
		if (addr != vma->vm_start || end != vma->vm_end)
			return -EINVAL;
		vma->vm_pgoff = pfn;
	}
	vma->vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	if (!vma->vm_ops)
		vma->vm_ops = &pfnmap_vm_ops;

	for (; addr < end; pfn += (next - addr) >> PAGE_SHIFT, addr = next) {
		next = pmd_addr_end(addr, end);
		error = remap_pte_range(vma->vm_mm, addr, next, pfn, prot);
		if (error)
			return error;
	}
	return 0;
}
