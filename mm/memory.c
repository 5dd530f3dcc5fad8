#include "mm/memory.h"

#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/rmap.h"

/*
 * Every handler below follows one pattern: get a page without any lock, because
 * that may sleep; take page_table_lock; look whether the entry is still what we
 * decided upon; set it, or give the page back and let the task fault again.
 */

#define FAULT_AROUND_PAGES 16
#define FAULT_AROUND_MASK  (~(FAULT_AROUND_PAGES * PAGE_SIZE - 1))

/* Writable where the VMA lets its task write; a forced write (ptrace) copies without that. */
static pte_t maybe_mkwrite(pte_t pte, const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_WRITE) ? pte_mkwrite(pte) : pte;
}

/* A page to be one task's own, in the ledger as such from the start. */
static struct page *alloc_anon_page(struct vm_area_struct *vma, gfp_t zero)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_OWNER(OWNER_ANON) | zero);

	if (unlikely(!vma->anon_vma))
		anon_vma_prepare(vma);
	if (likely(page))
		page_set(page, PG_anon);
	return page;
}

/* An entry that maps @page for @vma, dirty and writable if a write asked for it. */
static pte_t make_entry(struct page *page, const struct vm_area_struct *vma, bool write)
{
	pte_t entry = mk_pte(page, vma->vm_page_prot);

	return write ? maybe_mkwrite(pte_mkdirty(entry), vma) : entry;
}

/* Sets an entry that takes no reference and is not counted, if none is there yet. */
static int map_uncounted(struct mm_struct *mm, pte_t *ptep, pte_t entry)
{
	spin_lock(&mm->page_table_lock);
	if (pte_none(*ptep))
		set_pte(ptep, entry);
	spin_unlock(&mm->page_table_lock);
	return VM_FAULT_MINOR;
}

static int do_anonymous_page(struct mm_struct *mm, struct vm_area_struct *vma, pte_t *ptep,
			     bool write)
{
	struct page *page;

	/* The first read finds the page of zeroes, to be copied by the first write. */
	if (!write)
		return map_uncounted(mm, ptep,
				     pte_wrprotect(mk_pte(empty_zero_page, vma->vm_page_prot)));

	page = alloc_anon_page(vma, __GFP_ZERO);
	if (unlikely(!page))
		return VM_FAULT_OOM;

	spin_lock(&mm->page_table_lock);
	if (likely(pte_none(*ptep))) {
		page_add_rmap(mm, page);
		set_pte(ptep, make_entry(page, vma, true));
		page = NULL;
	}
	spin_unlock(&mm->page_table_lock);
	if (unlikely(page))
		put_page(page);
	return VM_FAULT_MINOR;
}

/* Device memory, one frame at a time. There is no struct page, so nothing to count. */
static int do_no_pfn(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
		     pte_t *ptep)
{
	unsigned long pfn;

	/* A copy could not be told from a frame of the device later: see vm_normal_page(). */
	if (is_cow_mapping(vma->vm_flags))
		return VM_FAULT_SIGBUS;
	pfn = vma->vm_ops->nopfn(vma, address);
	if (pfn == NOPFN_OOM)
		return VM_FAULT_OOM;
	if (pfn == NOPFN_SIGBUS)
		return VM_FAULT_SIGBUS;
	if (pfn == NOPFN_REFAULT)
		return VM_FAULT_MINOR;
	return map_uncounted(mm, ptep, pfn_pte(pfn, vma->vm_page_prot));
}

/* A first write to a private mapping: a copy at once saves a second fault. Consumes @page. */
static struct page *copy_early(struct vm_area_struct *vma, struct page *page)
{
	struct page *copy = alloc_anon_page(vma, 0);

	if (likely(copy))
		copy_highpage(copy, page);
	put_page(page);
	return copy;
}

/* Counts truncations of the object, so that a page which one took away is not mapped after it. */
static unsigned int truncations(const struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;

	return mapping ? READ_ONCE(mapping->truncate_count) : 0;
}

/* A shared page is about to become writable: does its object agree? */
static int notify_mkwrite(struct vm_area_struct *vma, struct page *page)
{
	if (!vma->vm_ops || !vma->vm_ops->page_mkwrite)
		return 0;
	return vma->vm_ops->page_mkwrite(vma, page);
}

/* The entry of a page that nopage gave us. A page whose first write its object wants to see starts read-only. */
static __always_inline pte_t make_object_entry(struct page *page, struct vm_area_struct *vma,
					       bool write)
{
	pte_t entry = make_entry(page, vma, write);

	if (!write && (vma->vm_flags & VM_SHARED) && vma->vm_ops->page_mkwrite)
		entry = pte_wrprotect(entry);
	return entry;
}

/*
 * Neighbours of a page that was read, as far as they are in the cache: one fault for all that lie in the same 64 KiB. They
 * are mapped as by a read of each. page_table_lock held.
 */
static void fault_around(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
			 pte_t *ptep)
{
	unsigned long start = max(address & FAULT_AROUND_MASK, vma->vm_start);
	unsigned long end = min((address | ~FAULT_AROUND_MASK) + 1, vma->vm_end);
	pgoff_t first = linear_page_index(vma, start);
	struct page *pages[FAULT_AROUND_PAGES];
	unsigned int n = vma->vm_ops->find_pages(vma, first, (end - start) >> PAGE_SHIFT, pages);

	ptep -= (address >> PAGE_SHIFT) - (start >> PAGE_SHIFT);
	while (n--) {
		pte_t *at = ptep + (pages[n]->index - first);

		if (pte_none(*at)) {
			page_add_rmap(mm, pages[n]);
			set_pte(at, make_object_entry(pages[n], vma, false));
		} else {
			put_page(pages[n]);
		}
	}
}

static int do_no_page(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
		      pte_t *ptep, bool write)
{
	unsigned int truncated = truncations(vma);
	int ret = VM_FAULT_MINOR;
	struct page *page;

	/* Even if there is no page to be copied: who merges with whom depends on it. */
	if (unlikely(write && !(vma->vm_flags & VM_SHARED) && !vma->anon_vma))
		anon_vma_prepare(vma);
	page = vma->vm_ops->nopage(vma, address & PAGE_MASK, &ret);
	if (unlikely(page == NOPAGE_SIGBUS))
		return VM_FAULT_SIGBUS;
	if (unlikely(page == NOPAGE_OOM))
		return VM_FAULT_OOM;

	if (write && !(vma->vm_flags & VM_SHARED)) {
		page = copy_early(vma, page);
		if (unlikely(!page))
			return VM_FAULT_OOM;
	} else if (write && unlikely(notify_mkwrite(vma, page))) {
		put_page(page);
		return VM_FAULT_SIGBUS;
	}

	spin_lock(&mm->page_table_lock);
	if (likely(pte_none(*ptep) && truncated == truncations(vma))) {
		page_add_rmap(mm, page);
		set_pte(ptep, make_object_entry(page, vma, write));
		page = NULL;
		if (!write && vma->vm_ops->find_pages)
			fault_around(mm, vma, address, ptep);
	}
	spin_unlock(&mm->page_table_lock);
	if (unlikely(page))
		put_page(page);
	return ret;
}

/* The present entry may be written as it is. */
static int reuse_page(struct vm_area_struct *vma, unsigned long address, pte_t *ptep, pte_t entry)
{
	ptep_set_access_flags(ptep, maybe_mkwrite(pte_mkyoung(pte_mkdirty(entry)), vma));
	flush_tlb_page(vma, address);
	return VM_FAULT_MINOR;
}

/* The contents that a copy begins with: of the page, of device memory, or zeroes. */
static struct page *alloc_copy(struct vm_area_struct *vma, struct page *old, pte_t entry)
{
	struct page *copy;

	if (!old && pte_pfn(entry) == page_to_pfn(empty_zero_page))
		return alloc_anon_page(vma, __GFP_ZERO);
	copy = alloc_anon_page(vma, 0);
	if (unlikely(!copy))
		return NULL;
	if (old)
		copy_highpage(copy, old);
	else
		copy_pfn_to_page(copy, pte_pfn(entry));
	return copy;
}

/*
 * Copy on write. Called with page_table_lock held, which copying drops; @old is
 * NULL for the zero page and for device memory.
 */
static int copy_on_write(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
			 pte_t *ptep, pte_t entry, struct page *old)
{
	struct page *copy;

	if (old)
		get_page(old);
	spin_unlock(&mm->page_table_lock);

	copy = alloc_copy(vma, old, entry);

	spin_lock(&mm->page_table_lock);
	if (likely(copy && pte_same(*ptep, entry))) {
		page_add_rmap(mm, copy);
		/* Not present in between: no other processor may see half of the old frame number. */
		ptep_get_and_clear(mm, address, ptep);
		flush_tlb_page(vma, address);
		set_pte(ptep, make_entry(copy, vma, true));
		if (old) {
			page_remove_rmap(mm, old);
			put_page(old);
		}
	} else if (copy) {
		put_page(copy);
	}
	if (old)
		put_page(old);
	return copy ? VM_FAULT_MINOR : VM_FAULT_OOM;
}

/* First write to a page of a shared mapping: its object may want to know, and may sleep for it. */
static int do_shared_write(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
			   pte_t *ptep, pte_t entry, struct page *page)
{
	int error;

	if (!page)
		return reuse_page(vma, address, ptep, entry);

	get_page(page);
	spin_unlock(&mm->page_table_lock);
	error = notify_mkwrite(vma, page);
	spin_lock(&mm->page_table_lock);
	if (!error && pte_same(*ptep, entry))
		reuse_page(vma, address, ptep, entry);
	put_page(page);
	return error ? VM_FAULT_SIGBUS : VM_FAULT_MINOR;
}

/* A write to a present, write-protected entry. page_table_lock held; may be dropped on the way. */
static int do_wp_page(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
		      pte_t *ptep, pte_t entry)
{
	struct page *page = vm_normal_page(vma, address, entry);

	if (vma->vm_flags & VM_SHARED)
		return do_shared_write(mm, vma, address, ptep, entry, page);
	/* The only reference is this entry: nobody else can see the page any more. */
	if (page && PageAnon(page) && page_count(page) == 1)
		return reuse_page(vma, address, ptep, entry);
	return copy_on_write(mm, vma, address, ptep, entry, page);
}

/* The entry is present, so this is about rights, or another task was faster. */
static int do_present_page(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
			   pte_t *ptep, bool write)
{
	int ret = VM_FAULT_MINOR;
	pte_t entry;

	spin_lock(&mm->page_table_lock);
	entry = *ptep;
	if (likely(pte_present(entry))) {
		if (write && !pte_write(entry)) {
			ret = do_wp_page(mm, vma, address, ptep, entry);
		} else {
			entry = pte_mkyoung(entry);
			ptep_set_access_flags(ptep, write ? pte_mkdirty(entry) : entry);
			flush_tlb_page(vma, address);
		}
	}
	spin_unlock(&mm->page_table_lock);
	return ret;
}

/* An entry of a nonlinear mapping, which knows its page. */
static int do_file_page(struct vm_area_struct *vma, unsigned long address, pte_t entry)
{
	int err = vma->vm_ops->populate(vma, address & PAGE_MASK, PAGE_SIZE, pte_to_pgoff(entry),
					false);

	return !err ? VM_FAULT_MAJOR : err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

int handle_mm_fault(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long address,
		    bool write)
{
	pte_t *ptep = pte_alloc(mm, address);

	if (unlikely(!ptep))
		return VM_FAULT_OOM;
	if (pte_present(*ptep))
		return do_present_page(mm, vma, address, ptep, write);
	if (!vma->vm_ops)
		return do_anonymous_page(mm, vma, ptep, write);
	if (unlikely(pte_file(*ptep)))
		return do_file_page(vma, address, *ptep);
	if (vma->vm_ops->nopage)
		return do_no_page(mm, vma, address, ptep, write);
	if (vma->vm_ops->nopfn)
		return do_no_pfn(mm, vma, address, ptep);
	/* A driver mapped all it has at mmap time; nothing lies behind the rest. */
	return VM_FAULT_SIGBUS;
}
