/*
 * get_user_pages: the pages behind a range of a task's addresses, held so that
 * the kernel or a device can use them while the task goes on.
 */
#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"
#include "mm/fault.h"
#include "mm/memory.h"

struct page *follow_page(struct mm_struct *mm, unsigned long address, bool write)
{
	pte_t entry = pte_lookup(mm, address);

	if (!pte_present(entry) || (write && !pte_write(entry)))
		return NULL;
	return pfn_valid(pte_pfn(entry)) ? pte_page(entry) : NULL;
}

/* May @vma be pinned for this? Forced access needs only that the right could be had. */
static bool may_pin(const struct vm_area_struct *vma, bool write, bool force)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return false;
	if (!write)
		return vma->vm_flags & (force ? VM_MAYREAD : VM_READ);
	/* A forced write must end in a private copy, never in the shared object. */
	return (vma->vm_flags & VM_WRITE) || (force && is_cow_mapping(vma->vm_flags));
}

/* A reference to the page at @address, faulted in; NULL with *error set where there is none. */
static struct page *pin_page(struct mm_struct *mm, struct vm_area_struct *vma,
			     unsigned long address, bool write, long *error)
{
	/* A forced write copies the page but leaves its entry read-only for the task. */
	bool forced = write && !(vma->vm_flags & VM_WRITE);
	struct page *page;
	int ret;

	for (;;) {
		spin_lock(&mm->page_table_lock);
		page = follow_page(mm, address, write && !forced);
		/* Neither the object's page nor one shared with a child of fork. */
		if (page && forced && (!PageAnon(page) || page_mapcount(page) > 1))
			page = NULL;
		if (page)
			get_page(page);
		spin_unlock(&mm->page_table_lock);
		if (page)
			return page;

		ret = handle_mm_fault(mm, vma, address, write);
		if (ret <= VM_FAULT_SIGBUS) {
			*error = ret == VM_FAULT_OOM ? -ENOMEM : -EFAULT;
			return NULL;
		}
	}
}

long get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr, bool write,
		    bool force, struct page **pages)
{
	unsigned long addr = start & PAGE_MASK;
	long error = -EFAULT;
	unsigned long i;

	for (i = 0; i < nr; i++, addr += PAGE_SIZE) {
		struct vm_area_struct *vma = addr < TASK_SIZE ? find_extend_vma(mm, addr) : NULL;
		struct page *page;

		/* Of many pages the first ones can take long: let others run, and let a kill end it. */
		cond_resched();
		if (unlikely(fatal_signal_pending(current))) {
			error = -EINTR;
			break;
		}
		if (!vma || !may_pin(vma, write, force))
			break;
		page = pin_page(mm, vma, addr, write, &error);
		if (!page)
			break;
		if (pages)
			pages[i] = page;
		else
			put_page(page);
	}
	return i ? (long)i : error;
}

int populate_vma_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long nr = (end - start) >> PAGE_SHIFT;
	/* A page that will be written anyway is copied now; a shared one must not become dirty. */
	bool write = (vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE;
	/* Memory with any right at all can be locked, even if it cannot be read. */
	bool force = vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC);
	long got;

	if ((vma->vm_flags & (VM_SHARED | VM_NONLINEAR | VM_LOCKONFAULT)) == VM_SHARED && force &&
	    vma->vm_ops && vma->vm_ops->populate)
		return vma->vm_ops->populate(vma, start, end - start, linear_page_index(vma, start),
					     false);
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_LOCKONFAULT))
		return 0;
	got = get_user_pages(vma->vm_mm, start, nr, write, force, NULL);
	return got == (long)nr ? 0 : got < 0 ? (int)got : -EFAULT;
}

int mm_populate(struct mm_struct *mm, unsigned long start, unsigned long len, bool go_on)
{
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int err = 0;

	down_read(&mm->mmap_sem);
	for (vma = find_vma(mm, start); vma && vma->vm_start < end && (go_on || !err);
	     vma = vma->vm_next)
		err = populate_vma_range(vma, max(start, vma->vm_start), min(end, vma->vm_end));
	up_read(&mm->mmap_sem);
	return err;
}
