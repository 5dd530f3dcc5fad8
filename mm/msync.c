#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/vma.h"

/*
 * A file's pages are the file, and no file system here has anything behind them: so
 * there is nothing to write, only to check.
 */
long sys_msync(unsigned long start, unsigned long len, int flags)
{
	unsigned long end = start + PAGE_ALIGN(len);
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int err = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (start & ~PAGE_MASK))
		return -EINVAL;
	if ((flags & MS_ASYNC) && (flags & MS_SYNC))
		return -EINVAL;
	if (end < start)
		return -ENOMEM;

	down_read(&mm->mmap_sem);
	for (vma = find_vma(mm, start); vma && vma->vm_start < end; vma = vma->vm_next) {
		if (vma->vm_start > start)
			err = -ENOMEM;
		start = vma->vm_end;
		if ((flags & MS_INVALIDATE) && (vma->vm_flags & VM_LOCKED)) {
			err = -EBUSY;
			break;
		}
	}
	up_read(&mm->mmap_sem);
	return err == -EBUSY || start >= end ? err : -ENOMEM;
}
