#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/vma.h"

/*
 * Writes the object behind @vma out. mmap_sem is dropped for that, so that others
 * can fault meanwhile; the caller has to look up again.
 */
static int sync_object(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;
	int err;

	get_file(file);
	up_read(&mm->mmap_sem);
	err = file->f_op->fsync(file);
	fput(file);
	down_read(&mm->mmap_sem);
	return err;
}

/* One step: the VMA at or above @start. *next takes where to go on. */
static int sync_vma(struct mm_struct *mm, struct vm_area_struct *vma, int flags,
		    unsigned long *next)
{
	*next = vma->vm_end;
	if ((flags & MS_INVALIDATE) && (vma->vm_flags & VM_LOCKED))
		return -EBUSY;
	if ((flags & MS_SYNC) && vma->vm_file && (vma->vm_flags & VM_SHARED) &&
	    vma->vm_file->f_op->fsync)
		return sync_object(mm, vma);
	return 0;
}

long sys_msync(unsigned long start, unsigned long len, int flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	unsigned long end;
	int hole = 0, err = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (start & ~PAGE_MASK))
		return -EINVAL;
	if ((flags & MS_ASYNC) && (flags & MS_SYNC))
		return -EINVAL;
	end = start + PAGE_ALIGN(len);
	if (end < start)
		return -ENOMEM;

	down_read(&mm->mmap_sem);
	while (!err && start < end) {
		vma = find_vma(mm, start);
		if (!vma || vma->vm_start > start)
			hole = -ENOMEM;
		if (!vma || vma->vm_start >= end)
			break;
		err = sync_vma(mm, vma, flags, &start);
	}
	up_read(&mm->mmap_sem);
	return err ? err : hole;
}
