#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/madvise.h"
#include "mm/memory.h"
#include "mm/mmap.h"

/*
 * Pages are never taken away from a mapping here, so a lock is a flag that tools
 * and other calls see, and the promise that the pages are present.
 */

/* @lock (some of VM_LOCKED_MASK) is for a part of one VMA; *pvma takes the VMA that holds it then. */
static int lock_vma(struct vm_area_struct **pvma, unsigned long start, unsigned long end,
		    unsigned long lock)
{
	struct vm_area_struct *vma = *pvma;
	unsigned long old = vma->vm_flags, flags = (old & ~VM_LOCKED_MASK) | lock;
	struct mm_struct *mm = vma->vm_mm;

	if (flags == old || (old & VM_SPECIAL))
		return 0;
	vma = vma_change_flags(vma, start, end, flags);
	if (!vma)
		return -ENOMEM;
	*pvma = vma;
	if ((flags ^ old) & VM_LOCKED)
		mm->locked_vm += lock ? (end - start) >> PAGE_SHIFT
				      : -((end - start) >> PAGE_SHIFT);
	return 0;
}

static int lock_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		      unsigned long lock)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	int err;

	if (end <= start)
		return end < start ? -EINVAL : 0;
	for (; vma && vma->vm_start <= start; vma = vma->vm_next) {
		err = lock_vma(&vma, start, min(vma->vm_end, end), lock);
		start = vma->vm_end;
		if (err || start >= end)
			return err;
	}
	return -ENOMEM;
}

static long do_mlock(unsigned long start, unsigned long len, unsigned long lock)
{
	struct mm_struct *mm = current->mm;
	int err = -ENOMEM;

	if (lock && !can_do_mlock())
		return -EPERM;
	len = PAGE_ALIGN(len + (start & ~PAGE_MASK));
	start &= PAGE_MASK;
	down_write(&mm->mmap_sem);
	/* What is locked already does not count again. */
	if (may_lock(mm, lock,
		     (len >> PAGE_SHIFT) - count_pages_in(mm, start, start + len, VM_LOCKED)))
		err = lock_range(mm, start, start + len, lock);
	up_write(&mm->mmap_sem);
	if (err || !lock)
		return err;
	err = mm_populate(mm, start, len, false);
	/* What POSIX wants to hear. */
	return err == -EFAULT ? -ENOMEM : err == -ENOMEM ? -EAGAIN : err;
}

long sys_mlock(unsigned long start, unsigned long len)
{
	return do_mlock(start, len, VM_LOCKED);
}

long sys_mlock2(unsigned long start, unsigned long len, int flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return do_mlock(start, len, flags ? VM_LOCKED_MASK : VM_LOCKED);
}

long sys_munlock(unsigned long start, unsigned long len)
{
	return do_mlock(start, len, 0);
}

/* The lock for all there is and for what will be; what cannot be split or merged stays as it was. */
static void lock_all(struct mm_struct *mm, unsigned long lock, bool now, bool later)
{
	struct vm_area_struct *vma;

	mm->def_flags = later ? lock : 0;
	for (vma = now ? mm->mmap : NULL; vma; vma = vma->vm_next)
		lock_vma(&vma, vma->vm_start, vma->vm_end, lock);
}

long sys_mlockall(int flags)
{
	unsigned long lock = flags & MCL_ONFAULT ? VM_LOCKED_MASK : VM_LOCKED;
	struct mm_struct *mm = current->mm;
	int err = -ENOMEM;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	if (!can_do_mlock())
		return -EPERM;
	down_write(&mm->mmap_sem);
	if (!(flags & MCL_CURRENT) || may_lock(mm, lock, mm->total_vm - mm->locked_vm)) {
		lock_all(mm, lock, flags & MCL_CURRENT, flags & MCL_FUTURE);
		err = 0;
	}
	up_write(&mm->mmap_sem);
	if (!err && (flags & MCL_CURRENT))
		mm_populate(mm, 0, TASK_SIZE, true);
	return err;
}

long sys_munlockall(void)
{
	struct mm_struct *mm = current->mm;

	down_write(&mm->mmap_sem);
	lock_all(mm, 0, true, false);
	up_write(&mm->mmap_sem);
	return 0;
}
