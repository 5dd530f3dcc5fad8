/*
 * The mmap family without memory: each allocation that a call makes fails in turn,
 * alone and with all that follow. The call must say ENOMEM (or manage without) and
 * leave an address space whose VMAs, counts and contents are right.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "mm/audit.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/page_alloc.h"
#include "mm/stack.h"
#include "mm/slab.h"
#include "mm/vma.h"
#include "tests/kernel/user_mm.h"

#define FAR   0x38000000UL /* where no page table is */
#define TURNS 64           /* more allocations than any call here makes */

/* ---- the calls; the stage is set by setup() ---- */

static long call_map(struct mm_struct *mm)
{
	return map(&drv_file, AT + P(40), P(4), RW, MAP_SHARED | MAP_FIXED, 0);
}

static long call_map_over(struct mm_struct *mm)
{
	return map_at(AT + P(1), 10, PROT_READ);
}

static long call_unmap(struct mm_struct *mm)
{
	return sys_munmap(AT + P(2), P(14));
}

static long call_protect(struct mm_struct *mm)
{
	return sys_mprotect(AT + P(1), P(2), PROT_READ);
}

static long call_move(struct mm_struct *mm)
{
	return sys_mremap(AT + P(1), P(2), P(3), MREMAP_MAYMOVE | MREMAP_FIXED, 0x40000000 - P(1));
}

static long call_keep(struct mm_struct *mm)
{
	return sys_mremap(AT + P(1), P(2), P(2), MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
}

static long call_lock(struct mm_struct *mm)
{
	return sys_mlock(AT + P(1), P(2));
}

static long call_promise(struct mm_struct *mm)
{
	return sys_mprotect(AT + P(21), P(2), RW);
}

static long call_move_driver(struct mm_struct *mm)
{
	return sys_mremap(AT + P(12), P(2), P(4), MREMAP_MAYMOVE, 0);
}

static long call_advise(struct mm_struct *mm)
{
	return sys_madvise(AT + P(1), P(2), MADV_RANDOM);
}

static long call_touch(struct mm_struct *mm)
{
	return poke(AT + P(5), 1) ? 0 : -ENOMEM;
}

static long call_touch_far(struct mm_struct *mm)
{
	return poke(FAR, 1) ? 0 : -ENOMEM;
}

static long call_special(struct mm_struct *mm)
{
	static const struct vm_operations_struct none;
	struct vm_area_struct *vma;

	down_write(&mm->mmap_sem);
	vma = install_special_mapping(mm, PAGE_SIZE, VM_READ, &none);
	up_write(&mm->mmap_sem);
	return IS_ERR(vma) ? PTR_ERR(vma) : 0;
}

static long call_new(struct mm_struct *mm)
{
	struct mm_struct *fresh = mm_alloc();
	bool stack = fresh && stack_vma_create(fresh);

	if (fresh)
		mmput(fresh);
	return stack ? 0 : -ENOMEM;
}

static long call_touch_driver(struct mm_struct *mm)
{
	return poke(AT + P(11), 1) ? 0 : -ENOMEM;
}

static long call_fork(struct mm_struct *mm)
{
	struct mm_struct *child = dup_mm(mm);

	if (!child)
		return -ENOMEM;
	mmput(child);
	return 0;
}

static const struct {
	const char *what;
	long (*call)(struct mm_struct *mm);
} calls[] = {
	{ "mmap of a driver's file", call_map },
	{ "mmap over other mappings", call_map_over },
	{ "munmap from one mapping's middle to another's", call_unmap },
	{ "mprotect of a middle", call_protect },
	{ "mremap across page tables", call_move },
	{ "mremap that leaves a mapping behind", call_keep },
	{ "mlock of a middle", call_lock },
	{ "mprotect that promises", call_promise },
	{ "mremap of a driver's mapping", call_move_driver },
	{ "madvise of a middle", call_advise },
	{ "a first touch", call_touch },
	{ "a first touch where no page table is", call_touch_far },
	{ "a first touch of a driver's mapping", call_touch_driver },
	{ "a mapping of the kernel's own", call_special },
	{ "a new address space with a stack", call_new },
	{ "fork", call_fork },
};

/* ---- the check ---- */

static void setup(void)
{
	clean();
	driver_reset();
	map_at(AT, 8, RW);
	map_at(AT + P(20), 4, PROT_READ);
	map_at(FAR, 1, RW);
	map(&drv_file, AT + P(10), P(8), RW, MAP_SHARED | MAP_FIXED, 0);
	poke(AT + P(1), 11);
	poke(AT + P(2), 12);
	poke(AT + P(12), 13);
}

/* Pages that the entries of the whole address space map: rss must say so. */
static unsigned long mapped_pages(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long addr, pages = 0;

	spin_lock(&mm->page_table_lock);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE)
			pages += follow_page(mm, addr, false) != NULL;
	spin_unlock(&mm->page_table_lock);
	return pages;
}

static int promised_by_others;

static bool sound(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long promised = 0, locked = 0;
	long watched = 0;

	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		watched += vma->vm_file != NULL;
		promised += vma->vm_flags & VM_ACCOUNT ? vma_pages(vma) : 0;
		locked += vma->vm_flags & VM_LOCKED ? vma_pages(vma) : 0;
	}
	return driver_sees(mm, watched) && mm->total_vm == pages_in(mm) &&
	       mm->rss == mapped_pages(mm) && mm->locked_vm == locked &&
	       atomic_read(&vm_committed_as) == promised_by_others + (int)promised;
}

/* A call that failed did not lose what it was to change; what it moved is at the old place. */
static bool contents_kept(long result)
{
	return !IS_ERR_VALUE(result) || (peek(AT + P(1), 11) && peek(AT + P(2), 12));
}

/* False at the first turn after which something is wrong; and if the call never fails. One failure may be got over. */
static bool fail_in_turn(struct mm_struct *mm, unsigned int i, unsigned long in_a_row)
{
	unsigned long turn, failures = 0;
	long result;

	for (turn = 0; turn < TURNS; turn++) {
		setup();
		shrink_caches(GFP_KERNEL); /* no page tables are kept */
		alloc_inject(turn, in_a_row);
		result = calls[i].call(mm);
		alloc_inject(0, 0);
		failures += IS_ERR_VALUE(result);
		if (IS_ERR_VALUE(result) && result != -ENOMEM && result != -EAGAIN)
			break;
		if (!sound(mm) || (calls[i].call != call_map_over && !contents_kept(result)))
			break;
	}
	if (turn < TURNS)
		printk(KERN_ALERT "# turn %lu of %lu in a row: result %ld, tree: %s\n", turn,
		       in_a_row, result, vma_check(mm) ? vma_check(mm) : "right");
	return turn == TURNS && (failures > 0 || in_a_row == 1);
}

KTEST_SUITE(mmap_oom)
{
	struct mm_struct *mm;
	unsigned int i;

	if (!CONFIG_DEBUG)
		return;
	mm = mm_alloc();
	if (!KTEST(mm != NULL, "an address space can be made"))
		return;
	promised_by_others = atomic_read(&vm_committed_as);
	run_in(mm);
	map_at(FAR, 1, RW);
	KTEST(!mm_audit(), "mappings without page tables are in order");
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		KTEST(fail_in_turn(mm, i, 1), calls[i].what);
		KTEST(fail_in_turn(mm, i, 1000), "and with nothing left at all");
	}
	clean();
	KTEST(!mm->rss && !mm->total_vm && !driver.live, "nothing is left");
	run_back(mm);
	mmput(mm);
}
