#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/task.h"
#include "kernel/x86/thread_info.h"
#include "mm/filemap.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/uaccess.h"
#include "mm/vma.h"

/* Pages answered for at a time, between copies to the user. */
#define CHUNK 64ul

static bool entry_present(struct mm_struct *mm, unsigned long addr)
{
	bool present = false;
	pmd_t *pmd;

	spin_lock(&mm->page_table_lock);
	pmd = pmd_lookup(mm, addr);
	if (pmd)
		present = pte_present(*pte_offset_map(pmd, addr));
	spin_unlock(&mm->page_table_lock);
	return present;
}

/* Would a read of this page find it without waiting for its object? */
static bool resident(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page;

	if (entry_present(vma->vm_mm, addr))
		return true;
	if (!vma->vm_file || !vma->vm_file->f_mapping)
		return false;
	page = find_get_page(vma->vm_file->f_mapping, linear_page_index(vma, addr));
	if (!page)
		return false;
	put_page(page);
	return true;
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
