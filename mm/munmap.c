#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/memory.h"
#include "mm/mm.h"
#include "mm/mmap.h"

void unmap_region(struct mm_struct *mm, struct vm_area_struct *first, struct vm_area_struct *prev,
		  unsigned long start, unsigned long end)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;

	unmap_vmas(mm, first, start, end);
	free_pgtables(mm, start, end, prev ? prev->vm_end : 0, next ? next->vm_start : 0);
}

/*
 * Cuts VMAs at @start and @end if one straddles them. *first is the first VMA of
 * the range, before and after. Only a hole in the middle of one VMA adds to the
 * number of VMAs for good.
 */
static int split_edges(struct mm_struct *mm, struct vm_area_struct **first, unsigned long start,
		       unsigned long end)
{
	struct vm_area_struct *vma = *first, *last;

	if (start > vma->vm_start) {
		if (end < vma->vm_end && mm->map_count >= MAX_MAP_COUNT)
			return -ENOMEM;
		if (__split_vma(mm, vma, start, false))
			return -ENOMEM;
		vma = vma->vm_next;
		*first = vma;
	}
	last = end <= vma->vm_end ? vma : find_vma(mm, end - 1);
	/* Halves below the cut are new: a VMA found before stays the upper one. */
	if (last && last->vm_start < end && last->vm_end > end) {
		if (__split_vma(mm, last, end, true))
			return -ENOMEM;
		if (last == vma)
			*first = last->vm_prev;
	}
	return 0;
}

int do_munmap(struct mm_struct *mm, unsigned long start, size_t len)
{
	struct vm_area_struct *vma, *prev;
	unsigned long end;
	int err;

	if ((start & ~PAGE_MASK) || start > TASK_SIZE || len > TASK_SIZE - start)
		return -EINVAL;
	len = PAGE_ALIGN(len);
	end = start + len;
	if (!len)
		return -EINVAL;

	vma = find_vma_intersection(mm, start, end);
	if (!vma)
		return 0;
	err = split_edges(mm, &vma, start, end);
	if (err)
		return err;
	prev = vma->vm_prev;
	vma = detach_vmas(mm, vma, end);
	unmap_region(mm, vma, prev, start, end);
	for (; vma; vma = remove_vma(vma)) {
		vm_stat_account(mm, vma->vm_flags, -(long)vma_pages(vma));
		if (vma->vm_flags & VM_LOCKED)
			mm->locked_vm -= vma_pages(vma);
	}
	return 0;
}

long sys_munmap(unsigned long addr, unsigned long len)
{
	struct mm_struct *mm = current->mm;
	int err;

	down_write(&mm->mmap_sem);
	err = do_munmap(mm, addr, len);
	up_write(&mm->mmap_sem);
	return err;
}
