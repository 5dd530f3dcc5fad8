/*
 * Nonlinear mappings (remap_file_pages): in one VMA, any page of its object at any address. What the VMA
 * cannot say its entries do: one that maps a page by that page, one that does not as a file entry, which
 * holds the page's index. An empty entry means the page that would be there in a linear mapping.
 * At the foot: the operations of all file mappings, linear or not.
 */
#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/mmap.h"
#include "mm/rmap.h"

pte_t file_entry(const struct vm_area_struct *vma, unsigned long addr, pgoff_t pgoff)
{
	return pgoff == linear_page_index(vma, addr) ? (pte_t){ 0 } : pgoff_to_pte(pgoff);
}

/*
 * The entry for @addr is to stand for page @pgoff: by @page, or for a fault to find. An entry that does
 * already stays. Value: whether @page became the entry's.
 */
static bool install_page(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
			 struct page *page, pgoff_t pgoff)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *old;
	pte_t entry;

	if (pte_present(*ptep) && page && vm_normal_page(vma, addr, *ptep) == page)
		return false;
	entry = ptep_get_and_clear(mm, addr, ptep);
	old = pte_present(entry) ? vm_normal_page(vma, addr, entry) : NULL;
	if (old) {
		flush_tlb_page(vma, addr);
		if (pte_dirty(entry))
			SetPageDirty(old);
		page_remove_rmap(mm, old);
		put_page(old);
	}
	if (page)
		page_add_rmap(mm, page);
	set_pte(ptep, page ? mk_pte(page, vma->vm_page_prot) : file_entry(vma, addr, pgoff));
	return page;
}

/* One page of filemap_populate(). */
static int populate_page(struct vm_area_struct *vma, unsigned long addr, pgoff_t pgoff,
			 bool nonblock)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned int truncated = READ_ONCE(mapping->truncate_count);
	struct page *page = nonblock ? NULL : filemap_getpage(vma->vm_file, pgoff, NULL);
	pte_t *ptep = pte_alloc(vma->vm_mm, addr);
	int err = page == NOPAGE_OOM || !ptep ? -ENOMEM : page || nonblock ? 0 : -EFAULT;
	bool taken = false;

	if (page == NOPAGE_OOM)
		page = NULL;
	if (ptep) {
		spin_lock(&vma->vm_mm->page_table_lock);
		taken = install_page(vma, addr, ptep,
				     truncated == mapping->truncate_count ? page : NULL, pgoff);
		spin_unlock(&vma->vm_mm->page_table_lock);
	}
	if (page && !taken)
		put_page(page);
	return err;
}

int filemap_populate(struct vm_area_struct *vma, unsigned long addr, unsigned long len,
		     unsigned long pgoff, bool nonblock)
{
	unsigned long end = addr + len;
	int err, first = 0;

	for (; addr < end; addr += PAGE_SIZE, pgoff++) {
		cond_resched();
		err = fatal_signal_pending(current) ? -EINTR
						    : populate_page(vma, addr, pgoff, nonblock);
		if (err && err != -EFAULT)
			return err;
		first = first ? first : err;
	}
	return first;
}

/* Does [start, end) lie in shared mappings of one file, alike and without a hole? The first of them. */
static struct vm_area_struct *find_remappable(struct mm_struct *mm, unsigned long start,
					      unsigned long end)
{
	struct vm_area_struct *first = find_vma(mm, start), *vma = first;

	if (!vma || vma->vm_start > start || !(vma->vm_flags & VM_SHARED) || !vma->vm_ops ||
	    !vma->vm_ops->populate)
		return NULL;
	for (; vma->vm_end < end; vma = vma->vm_next)
		if (!vma->vm_next || vma->vm_next->vm_start != vma->vm_end ||
		    vma->vm_next->vm_file != vma->vm_file ||
		    (vma->vm_next->vm_flags ^ vma->vm_flags) & ~VM_NONLINEAR)
			return NULL;
	return first;
}

/* A truncation must not look for its pages at their linear places from now on. */
static void make_nonlinear(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;

	spin_lock(&mapping->i_mmap_lock);
	vma->vm_flags |= VM_NONLINEAR;
	spin_unlock(&mapping->i_mmap_lock);
}

static int remap_range(struct mm_struct *mm, unsigned long start, unsigned long end, pgoff_t pgoff,
		       bool nonblock)
{
	struct vm_area_struct *vma = find_remappable(mm, start, end);
	unsigned long stop;

	if (!vma)
		return -EINVAL;
	for (; start < end; vma = vma->vm_next, start = stop) {
		stop = min(end, vma->vm_end);
		if (pgoff != linear_page_index(vma, start))
			make_nonlinear(vma);
		/* What lies past the end of the file is for a fault to find out. */
		if (vma->vm_ops->populate(vma, start, stop - start, pgoff, nonblock) == -ENOMEM)
			return -ENOMEM;
		pgoff += (stop - start) >> PAGE_SHIFT;
	}
	return 0;
}

long sys_remap_file_pages(unsigned long start, unsigned long size, unsigned long prot,
			  unsigned long pgoff, unsigned long flags)
{
	unsigned long end = (start & PAGE_MASK) + (size & PAGE_MASK), pages = size >> PAGE_SHIFT;
	struct mm_struct *mm = current->mm;
	int err;

	start &= PAGE_MASK;
	if (prot || end <= start || pgoff + pages < pgoff || pgoff + pages - 1 > PTE_FILE_MAX)
		return -EINVAL;
	down_write(&mm->mmap_sem);
	err = remap_range(mm, start, end, pgoff, flags & MAP_NONBLOCK);
	up_write(&mm->mmap_sem);
	return err;
}

const struct vm_operations_struct generic_file_vm_ops = {
	.nopage = filemap_nopage,
	.find_pages = filemap_find_pages,
	.populate = filemap_populate,
};

int generic_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (file->f_inode)
		file_accessed(file->f_inode);
	vma->vm_ops = &generic_file_vm_ops;
	return 0;
}
