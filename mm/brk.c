#include "kernel/lib/compiler.h"
#include "kernel/lib/err.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/task.h"
#include "kernel/x86/thread_info.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/vma.h"

unsigned long do_brk(unsigned long addr, unsigned long len)
{
	return do_mmap_pgoff(NULL, addr, len, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
}

/* May the heap end at @brk? Data and heap together are what RLIMIT_DATA limits. */
static bool brk_within_limits(struct mm_struct *mm, unsigned long brk)
{
	unsigned long limit = rlimit(RLIMIT_DATA);

	if (brk < mm->start_brk || brk > TASK_SIZE)
		return false;
	return limit == RLIM_INFINITY ||
	       (brk - mm->start_brk) + (mm->end_data - mm->start_data) <= limit;
}

static bool grow_heap(struct mm_struct *mm, unsigned long old_end, unsigned long new_end)
{
	struct vm_area_struct *next = find_vma(mm, old_end);

	if (next && new_end + PAGE_SIZE > vm_start_gap(next))
		return false;
	return !IS_ERR_VALUE(do_brk(old_end, new_end - old_end));
}

/* Moves the end of the heap; false if it must stay. mmap_sem held for writing. */
static bool set_brk(struct mm_struct *mm, unsigned long brk)
{
	unsigned long old_end = PAGE_ALIGN(mm->brk), new_end = PAGE_ALIGN(brk);

	if (!brk_within_limits(mm, brk))
		return false;
	if (new_end < old_end && do_munmap(mm, new_end, old_end - new_end))
		return false;
	if (new_end > old_end && !grow_heap(mm, old_end, new_end))
		return false;
	mm->brk = brk;
	return true;
}

long sys_brk(unsigned long brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long old_end, end;
	bool populate;

	down_write(&mm->mmap_sem);
	old_end = PAGE_ALIGN(mm->brk);
	populate = set_brk(mm, brk) && (mm->def_flags & VM_LOCKED);
	brk = mm->brk;
	end = PAGE_ALIGN(brk);
	up_write(&mm->mmap_sem);
	if (unlikely(populate) && end > old_end)
		mm_populate(mm, old_end, end - old_end);
	return brk;
}
