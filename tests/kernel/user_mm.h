/*
 * For suites that work on an address space which no program runs in: to run in it,
 * to map, poke and peek there, and a driver that counts what its VMAs tell it.
 */
#ifndef TESTS_KERNEL_USER_MM_H
#define TESTS_KERNEL_USER_MM_H

#include "kernel/fs/file.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "kernel/x86/irqflags.h"
#include "kernel/x86/thread_info.h"
#include "mm/memory.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/page_alloc.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"
#include "mm/vma.h"
#include "tests/kernel/vma_check.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define AT   0x10000000UL
#define P(n) ((n)*PAGE_SIZE)

/* ---- a task's address space for a while ---- */

static struct mm_struct *saved_active;

static inline void run_in(struct mm_struct *mm)
{
	unsigned long flags;

	saved_active = current->active_mm;
	local_irq_save(flags);
	switch_mm(saved_active, mm, current);
	current->active_mm = mm;
	current->mm = mm;
	local_irq_restore(flags);
}

static inline void run_back(struct mm_struct *mm)
{
	unsigned long flags;

	local_irq_save(flags);
	switch_mm(mm, saved_active, current);
	current->mm = NULL;
	current->active_mm = saved_active;
	local_irq_restore(flags);
}

/* ---- the counting driver ---- */

static struct {
	long live; /* VMAs: mmap and open minus close */
	long opens, closes, nopages;
	bool refuse;   /* mmap fails half-way */
	bool populate; /* it has that operation */
	long populates;
	pgoff_t populate_pgoff;
} driver;

static inline void drv_open(struct vm_area_struct *vma)
{
	driver.live++;
	driver.opens++;
}

static inline void drv_close(struct vm_area_struct *vma)
{
	driver.live--;
	driver.closes++;
}

static inline struct page *drv_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	struct page *page;

	driver.nopages++;
	/* The object has 64 pages. */
	if (linear_page_index(vma, address) >= 64)
		return NOPAGE_SIGBUS;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return page ? page : NOPAGE_OOM;
}

static inline int drv_populate(struct vm_area_struct *vma, unsigned long addr, unsigned long len,
			       unsigned long pgoff, bool nonblock)
{
	driver.populates++;
	driver.populate_pgoff = pgoff;
	return 0;
}

static const struct vm_operations_struct drv_vm_ops = {
	.open = drv_open,
	.close = drv_close,
	.nopage = drv_nopage,
};

static const struct vm_operations_struct drv_populating_vm_ops = {
	.open = drv_open,
	.close = drv_close,
	.nopage = drv_nopage,
	.populate = drv_populate,
};

static inline int drv_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (driver.refuse) {
		remap_pfn_range(vma, vma->vm_start, 0xa0, PAGE_SIZE, vma->vm_page_prot);
		return -ENXIO;
	}
	vma->vm_ops = driver.populate ? &drv_populating_vm_ops : &drv_vm_ops;
	driver.live++;
	return 0;
}

static const struct file_operations drv_fops = { .mmap = drv_mmap };

static struct file drv_file = { .f_mode = FMODE_READ | FMODE_WRITE, .f_op = &drv_fops };

static inline void driver_reset(void)
{
	memset(&driver, 0, sizeof(driver));
	atomic_set(&drv_file.f_count, 1);
}

/* Every VMA counted, every reference accounted for, nothing wrong in the tree. */
static inline bool driver_sees(struct mm_struct *mm, long vmas)
{
	return driver.live == vmas && atomic_read(&drv_file.f_count) == 1 + vmas && !vma_check(mm);
}

/* ---- short hands ---- */

static inline long map(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		       unsigned long flags, unsigned long pgoff)
{
	return vm_mmap_pgoff(file, addr, len, prot, flags, pgoff);
}

static inline long map_at(unsigned long addr, unsigned long pages, unsigned long prot)
{
	return map(NULL, addr, P(pages), prot, ANON | MAP_FIXED, 0);
}

static inline int count(struct mm_struct *mm)
{
	return vma_check(mm) ? -1 : mm->map_count;
}

static inline unsigned long pages_in(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long pages = 0;

	for (vma = mm->mmap; vma; vma = vma->vm_next)
		pages += vma_pages(vma);
	return pages;
}

static inline bool poke(unsigned long addr, u32 value)
{
	return copy_to_user((void *)addr, &value, sizeof(value)) == 0;
}

static inline bool peek(unsigned long addr, u32 want)
{
	u32 value;

	return copy_from_user(&value, (void *)addr, sizeof(value)) == 0 && value == want;
}

static inline void clean(void)
{
	sys_munmap(0, TASK_SIZE);
}

#endif
