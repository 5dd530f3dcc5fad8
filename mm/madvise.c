#include "mm/madvise.h"

#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/task.h"
#include "kernel/x86/thread_info.h"
#include "mm/memory.h"
#include "mm/mm.h"
#include "mm/mprotect.h"
#include "mm/vma.h"

/*
 * Advice of three kinds: it changes flags of the VMA, it drops pages, or it brings
 * pages in. Some is only checked, because nothing here would act on it.
 */

/* The flags after this advice, or -errno. */
static long advised_flags(const struct vm_area_struct *vma, int behavior)
{
	unsigned long flags = vma->vm_flags;

	switch (behavior) {
	case MADV_NORMAL:
		return flags & ~(VM_RAND_READ | VM_SEQ_READ);
	case MADV_SEQUENTIAL:
		return (flags & ~VM_RAND_READ) | VM_SEQ_READ;
	case MADV_RANDOM:
		return (flags & ~VM_SEQ_READ) | VM_RAND_READ;
	case MADV_DONTFORK:
		return flags | VM_DONTCOPY;
	case MADV_DOFORK:
		return flags & VM_IO ? -EINVAL : (long)(flags & ~VM_DONTCOPY);
	case MADV_DONTDUMP:
		return flags | VM_DONTDUMP;
	case MADV_DODUMP:
		return flags & VM_SPECIAL ? -EINVAL : (long)(flags & ~VM_DONTDUMP);
	case MADV_WIPEONFORK:
		return vma->vm_file || (flags & VM_SHARED) ? -EINVAL
							   : (long)(flags | VM_WIPEONFORK);
	default: /* MADV_KEEPONFORK */
		return flags & ~VM_WIPEONFORK;
	}
}

/* Does this advice change flags, so that mmap_sem is needed for writing? */
static bool changes_flags(int behavior)
{
	switch (behavior) {
	case MADV_NORMAL:
	case MADV_SEQUENTIAL:
	case MADV_RANDOM:
	case MADV_DONTFORK:
	case MADV_DOFORK:
	case MADV_DONTDUMP:
	case MADV_DODUMP:
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
		return true;
	default:
		return false;
	}
}

static bool known(int behavior)
{
	switch (behavior) {
	case MADV_WILLNEED:
	case MADV_DONTNEED:
	case MADV_FREE:
	case MADV_REMOVE:
	case MADV_COLD:
	case MADV_PAGEOUT:
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return true;
	default:
		return changes_flags(behavior);
	}
}

static int drop_pages(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		      int behavior)
{
	if (vma->vm_flags & (VM_LOCKED | VM_PFNMAP))
		return -EINVAL;
	if (behavior == MADV_FREE && vma->vm_ops)
		return -EINVAL;
	zap_page_range(vma, start, end - start);
	return 0;
}

/* Punching holes into an object: nothing here has a way to. */
static int remove_from_object(const struct vm_area_struct *vma)
{
	if ((vma->vm_flags & VM_LOCKED) || !vma->vm_file || !vma->vm_file->f_mapping)
		return -EINVAL;
	if ((vma->vm_flags & (VM_SHARED | VM_WRITE)) != (VM_SHARED | VM_WRITE))
		return -EACCES;
	return -EOPNOTSUPP;
}

static int populate(struct vm_area_struct *vma, unsigned long start, unsigned long end, bool write)
{
	unsigned long nr = (end - start) >> PAGE_SHIFT;
	long got;

	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EINVAL;
	if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return -EINVAL;
	got = get_user_pages(vma->vm_mm, start, nr, write, false, NULL, NULL);
	if (got < 0)
		return (int)got;
	return (unsigned long)got < nr ? -EFAULT : 0;
}

/* What the advice does to the part of @vma that it names; *pvma takes the VMA that holds it then. */
static int advise_vma(struct vm_area_struct **pvma, unsigned long start, unsigned long end,
		      int behavior)
{
	struct vm_area_struct *vma = *pvma;
	long flags;

	switch (behavior) {
	case MADV_DONTNEED:
	case MADV_FREE:
		return drop_pages(vma, start, end, behavior);
	case MADV_REMOVE:
		return remove_from_object(vma);
	case MADV_COLD:
	case MADV_PAGEOUT:
		return vma->vm_flags & (VM_LOCKED | VM_PFNMAP) ? -EINVAL : 0;
	case MADV_WILLNEED:
		return 0;
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return populate(vma, start, end, behavior == MADV_POPULATE_WRITE);
	}
	flags = advised_flags(vma, behavior);
	if (flags < 0 && flags > -4096)
		return (int)flags;
	vma = vma_change_flags(vma, start, end, flags);
	if (!vma)
		return -EAGAIN;
	*pvma = vma;
	return 0;
}

static bool stops_at_hole(int behavior)
{
	return behavior == MADV_POPULATE_READ || behavior == MADV_POPULATE_WRITE;
}

/* Holes are passed over, and reported at the end. */
static int advise_range(struct mm_struct *mm, unsigned long start, unsigned long end, int behavior)
{
	struct vm_area_struct *vma = find_vma(mm, start);
	int hole = 0, err;

	for (;;) {
		unsigned long stop;

		if (!vma)
			return -ENOMEM;
		if (start < vma->vm_start) {
			hole = -ENOMEM;
			start = vma->vm_start;
			if (start >= end || stops_at_hole(behavior))
				return hole;
		}
		stop = min(vma->vm_end, end);
		err = advise_vma(&vma, start, stop, behavior);
		if (err)
			return err;
		if (stop >= end)
			return hole;
		start = stop;
		if (vma->vm_end <= stop)
			vma = vma->vm_next;
	}
}

long sys_madvise(unsigned long start, unsigned long len_in, int behavior)
{
	unsigned long len = PAGE_ALIGN(len_in), end = start + len;
	struct mm_struct *mm = current->mm;
	int err;

	if (!known(behavior) || (start & ~PAGE_MASK) || (len_in && !len) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (changes_flags(behavior)) {
		down_write(&mm->mmap_sem);
		err = advise_range(mm, start, end, behavior);
		up_write(&mm->mmap_sem);
	} else {
		down_read(&mm->mmap_sem);
		err = advise_range(mm, start, end, behavior);
		up_read(&mm->mmap_sem);
	}
	return err;
}
