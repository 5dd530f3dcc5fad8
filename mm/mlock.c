#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/vma.h"

/*
 * Pages are never taken away from a mapping here, so a lock is a flag that tools
 * and other calls see, and the promise that the pages are present.
 */

/* Locks or unlocks a part of one VMA; *pvma takes the VMA that holds it then. */
static int lock_vma(struct vm_area_struct **pvma, unsigned long start, unsigned long end, bool lock)
{
	struct vm_area_struct *vma = *pvma;
	unsigned long flags = lock ? vma->vm_flags | VM_LOCKED : vma->vm_flags & ~VM_LOCKED;
	struct mm_struct *mm = vma->vm_mm;
	unsigned long pages = (end - start) >> PAGE_SHIFT;

	if (flags == vma->vm_flags || (vma->vm_flags & VM_SPECIAL))
		return 0;
	vma = vma_change_flags(vma, start, end, flags);
	if (!vma)
		return -ENOMEM;
	*pvma = vma;
	mm->locked_vm += lock ? pages : -pages;
	return 0;
}

static int lock_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool lock)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	int err;

	for (; vma && vma->vm_start <= start; vma = vma->vm_next) {
		err = lock_vma(&vma, start, min(vma->vm_end, end), lock);
		start = vma->vm_end;
		if (err || start >= end)
			return err;
	}
	return -ENOMEM;
}

static long do_mlock(unsigned long start, unsigned long len, bool lock, bool populate)
{
	struct mm_struct *mm = current->mm;
	unsigned long end;
	int err;

	len = PAGE_ALIGN(len + (start & ~PAGE_MASK));
	start &= PAGE_MASK;
	end = start + len;
	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	down_write(&mm->mmap_sem);
	err = lock_range(mm, start, end, lock);
	up_write(&mm->mmap_sem);
	if (!err && populate)
		err = mm_populate(mm, start, len);
	/* What POSIX wants to hear. */
	return err == -EFAULT ? -ENOMEM : err;
}

long sys_mlock(unsigned long start, unsigned long len)
{
	return do_mlock(start, len, true, true);
}

long sys_mlock2(unsigned long start, unsigned long len, int flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return do_mlock(start, len, true, !(flags & MLOCK_ONFAULT));
}

long sys_munlock(unsigned long start, unsigned long len)
{
	return do_mlock(start, len, false, false);
}

/* Locks or unlocks all there is; what cannot be split or merged stays as it was. */
static void lock_all(struct mm_struct *mm, bool lock)
{
	struct vm_area_struct *vma;

	for (vma = mm->mmap; vma; vma = vma->vm_next)
		lock_vma(&vma, vma->vm_start, vma->vm_end, lock);
}

long sys_mlockall(int flags)
{
	struct mm_struct *mm = current->mm;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	down_write(&mm->mmap_sem);
	mm->def_flags = flags & MCL_FUTURE ? VM_LOCKED : 0;
	if (flags & MCL_CURRENT)
		lock_all(mm, true);
	up_write(&mm->mmap_sem);
	if ((flags & MCL_CURRENT) && !(flags & MCL_ONFAULT))
		mm_populate(mm, 0, TASK_SIZE);
	return 0;
}

long sys_munlockall(void)
{
	struct mm_struct *mm = current->mm;

	down_write(&mm->mmap_sem);
	mm->def_flags = 0;
	lock_all(mm, false);
	up_write(&mm->mmap_sem);
	return 0;
}
