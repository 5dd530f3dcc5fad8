#include "mm/madvise.h"

#include "kernel/fs/file.h"
#include "kernel/sched/task.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/mmap.h"
#include "mm/uaccess.h"

/* What each piece of advice does to a VMA. Some has no effect here and is only checked. */
static const struct advice {
	int name;
	unsigned long set, clear; /* flags */
	unsigned long refuse;     /* flags of VMAs that it is not for: -EINVAL */
	bool anon_only;           /* nor is it for those with an object behind them */
	bool zap;                 /* the pages go */
	unsigned long populate;   /* the pages come, for the access that this right allows */
} advices[] = {
	{ .name = MADV_NORMAL, .clear = VM_RAND_READ | VM_SEQ_READ },
	{ .name = MADV_RANDOM, .set = VM_RAND_READ, .clear = VM_SEQ_READ },
	{ .name = MADV_SEQUENTIAL, .set = VM_SEQ_READ, .clear = VM_RAND_READ },
	{ .name = MADV_WILLNEED },
	{ .name = MADV_DONTNEED, .zap = true, .refuse = VM_LOCKED | VM_PFNMAP },
	{ .name = MADV_FREE, .zap = true, .refuse = VM_LOCKED | VM_PFNMAP, .anon_only = true },
	{ .name = MADV_REMOVE, .refuse = VM_LOCKED | VM_NONLINEAR },
	{ .name = MADV_DONTFORK, .set = VM_DONTCOPY },
	{ .name = MADV_DOFORK, .clear = VM_DONTCOPY, .refuse = VM_IO },
	{ .name = MADV_DONTDUMP, .set = VM_DONTDUMP },
	{ .name = MADV_DODUMP, .clear = VM_DONTDUMP, .refuse = VM_SPECIAL },
	{ .name = MADV_WIPEONFORK, .set = VM_WIPEONFORK, .anon_only = true },
	{ .name = MADV_KEEPONFORK, .clear = VM_WIPEONFORK },
	{ .name = MADV_COLD, .refuse = VM_LOCKED | VM_PFNMAP },
	{ .name = MADV_PAGEOUT, .refuse = VM_LOCKED | VM_PFNMAP },
	{ .name = MADV_DONTNEED_LOCKED, .zap = true, .refuse = VM_PFNMAP },
	{ .name = MADV_POPULATE_READ, .populate = VM_READ },
	{ .name = MADV_POPULATE_WRITE, .populate = VM_WRITE },
};

static const struct advice *find_advice(int name)
{
	const struct advice *advice;

	for (advice = advices; advice < advices + ARRAY_SIZE(advices); advice++)
		if (advice->name == name)
			return advice;
	return NULL;
}

/* Makes a hole of the pages in their object. Its i_mutex is taken before mmap_sem, which is free meanwhile. */
static int remove_pages(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	loff_t offset = (loff_t)linear_page_index(vma, start) << PAGE_SHIFT;
	struct mm_struct *mm = vma->vm_mm;
	struct file *file = vma->vm_file;
	int err;

	if (!file || !file->f_mapping)
		return -EINVAL;
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) != (VM_SHARED | VM_MAYWRITE))
		return -EACCES;
	if (!file->f_op->fallocate)
		return -EOPNOTSUPP;
	get_file(file);
	up_write(&mm->mmap_sem);
	err = file->f_op->fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
				    end - start);
	fput(file);
	down_write(&mm->mmap_sem);
	return err;
}

/* Takes the advice for a part of a VMA. */
static int advise_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		      const struct advice *advice)
{
	if ((vma->vm_flags & advice->refuse) ||
	    (advice->anon_only && (vma->vm_ops || (advice->set && vma->vm_file))))
		return -EINVAL;
	if (advice->name == MADV_REMOVE)
		return remove_pages(vma, start, end);
	/* A nonlinear mapping would find the same pages again, if its entries did not forget them. */
	if (advice->zap && !(vma->vm_flags & VM_NONLINEAR))
		zap_page_range(vma, start, end);
	vma = vma_change_flags(vma, start, end, (vma->vm_flags & ~advice->clear) | advice->set);
	return vma ? 0 : -EAGAIN;
}

/* Holes are passed over, and reported at the end. */
static int advise_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			const struct advice *advice)
{
	int hole = 0, err = 0;

	while (!err && start < end) {
		struct vm_area_struct *vma = find_vma_intersection(mm, start, end);
		unsigned long stop = vma ? min(vma->vm_end, end) : end;

		if (!vma || start < vma->vm_start)
			hole = -ENOMEM;
		if (vma)
			err = advise_vma(vma, max(start, vma->vm_start), stop, advice);
		start = stop;
	}
	return err ? err : hole;
}

/* Brings all pages in, or says what is in the way. */
static int populate_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			  unsigned long right)
{
	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);
		long got;

		if (!vma || vma->vm_start > start)
			return -ENOMEM;
		if ((vma->vm_flags & (VM_IO | VM_PFNMAP)) || !(vma->vm_flags & right))
			return -EINVAL;
		got = get_user_pages(mm, start, (min(end, vma->vm_end) - start) >> PAGE_SHIFT,
				     right == VM_WRITE, false, NULL);
		if (got < 0)
			return got;
		start += got << PAGE_SHIFT;
	}
	return 0;
}

long sys_madvise(unsigned long start, unsigned long len_in, int behavior)
{
	unsigned long len = PAGE_ALIGN(len_in), end = start + len;
	const struct advice *advice = find_advice(behavior);
	struct mm_struct *mm = current->mm;
	int err;

	if (!advice || (start & ~PAGE_MASK) || (len_in && !len) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (advice->populate) {
		down_read(&mm->mmap_sem);
		err = populate_range(mm, start, end, advice->populate);
		up_read(&mm->mmap_sem);
		return err;
	}
	down_write(&mm->mmap_sem);
	err = advise_range(mm, start, end, advice);
	up_write(&mm->mmap_sem);
	return err;
}

/* ---- mincore(2) ---- */

/* Pages answered for at a time, between copies to the user. */
#define CHUNK 64ul

/* Would a read of this page find it without waiting for its object? */
static bool resident(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page;
	pte_t entry;
	bool found;

	spin_lock(&vma->vm_mm->page_table_lock);
	entry = pte_lookup(vma->vm_mm, addr);
	spin_unlock(&vma->vm_mm->page_table_lock);
	if (pte_present(entry))
		return true;
	if (!vma->vm_file || !vma->vm_file->f_mapping)
		return false;
	page = find_get_page(vma->vm_file->f_mapping,
			     pte_file(entry) ? pte_to_pgoff(entry) : linear_page_index(vma, addr));
	found = page && PageUptodate(page); /* what fallocate only reserved is not there yet */
	if (page)
		put_page(page);
	return found;
}

/* Answers for up to @pages pages of the VMA at @addr. How many, or -ENOMEM in a hole. */
static long look_at(struct mm_struct *mm, unsigned long addr, unsigned long pages,
		    unsigned char *answers)
{
	struct vm_area_struct *vma = find_vma(mm, addr);
	unsigned long i;

	if (!vma || vma->vm_start > addr)
		return -ENOMEM;
	pages = min(pages, (vma->vm_end - addr) >> PAGE_SHIFT);
	for (i = 0; i < pages; i++)
		answers[i] = resident(vma, addr + i * PAGE_SIZE);
	return pages;
}

long sys_mincore(unsigned long start, unsigned long len, unsigned char *vec)
{
	unsigned long pages = (len >> PAGE_SHIFT) + ((len & ~PAGE_MASK) != 0);
	struct mm_struct *mm = current->mm;
	unsigned char answers[CHUNK];

	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (!access_ok((void *)start, len))
		return -ENOMEM;
	if (!access_ok(vec, pages))
		return -EFAULT;
	while (pages) {
		long got;

		down_read(&mm->mmap_sem);
		got = look_at(mm, start, min(pages, CHUNK), answers);
		up_read(&mm->mmap_sem);
		if (got < 0)
			return got;
		if (copy_to_user(vec, answers, got))
			return -EFAULT;
		pages -= got;
		vec += got;
		start += got << PAGE_SHIFT;
	}
	return 0;
}

/* ---- msync(2) ---- */

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
	if (end <= start)
		return end < start ? -ENOMEM : 0;

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
