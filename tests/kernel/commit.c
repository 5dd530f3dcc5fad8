/*
 * Promised memory: what mmap, mprotect, mremap, brk, fork and their undoing add to and take from
 * vm_committed_as, and what is refused when no more may be promised; and limits that root never meets.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "tests/kernel/user_mm.h"

static long base;

/* Pages promised since base_here(). */
static long promised(void)
{
	return atomic_read(&vm_committed_as) - base;
}

static void base_here(void)
{
	base = atomic_read(&vm_committed_as);
}

static long map_flags(unsigned long pages, unsigned long prot, unsigned long flags)
{
	return map(NULL, AT, P(pages), prot, ANON | MAP_FIXED | flags, 0);
}

static void test_counts(struct mm_struct *mm)
{
	struct mm_struct *child;

	base_here();
	map_flags(8, RW, 0);
	KTEST(promised() == 8, "private writable memory is promised");
	map_flags(8, PROT_READ, 0);
	KTEST(promised() == 0, "what replaces it is not, if it is read-only");
	sys_mprotect(AT, P(4), RW);
	KTEST(promised() == 4 && count(mm) == 2, "the right to write promises");
	sys_mprotect(AT, P(4), PROT_READ);
	KTEST(promised() == 0 && count(mm) == 1, "unused, it takes its promise along");
	sys_mprotect(AT, P(4), RW);
	poke(AT, 1);
	sys_mprotect(AT, P(4), PROT_READ);
	KTEST(promised() == 4 && count(mm) == 2,
	      "used, it does not, so the halves stay two mappings");
	sys_mprotect(AT, P(8), RW);
	KTEST(promised() == 8 && count(mm) == 1, "nothing is promised twice");
	sys_munmap(AT + P(2), P(2));
	KTEST(promised() == 6, "munmap takes promises back");
	child = dup_mm(mm);
	KTEST(child && promised() == 12, "a fork doubles them");
	if (child)
		mmput(child);
	KTEST(promised() == 6, "exit takes them back");
	map_flags(8, RW, MAP_NORESERVE);
	KTEST(promised() == 0, "MAP_NORESERVE promises nothing");
	map(&drv_file, AT, P(8), RW, MAP_SHARED | MAP_FIXED, 0);
	KTEST(promised() == 0, "nor does a shared mapping of a file");
	clean();
}

static void test_moves(struct mm_struct *mm)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;

	base_here();
	map_flags(4, RW, 0);
	sys_mremap(AT, P(4), P(6), 0, 0);
	KTEST(promised() == 6, "mremap promises what it grows by");
	sys_mremap(AT, P(6), P(8), flags, AT + P(64));
	KTEST(promised() == 8 && mm->total_vm == 8, "also when it moves");
	sys_mremap(AT + P(64), P(4), P(4), flags | MREMAP_DONTUNMAP, AT);
	KTEST(promised() == 12 && mm->total_vm == 12, "DONTUNMAP promises the new place as well");
	sys_mremap(AT + P(64), P(8), P(2), 0, 0);
	KTEST(promised() == 6, "shrinking takes back");
	clean();
	KTEST(promised() == 0 && !mm->total_vm, "in the end nothing is promised");
}

static void test_never(struct mm_struct *mm)
{
	unsigned long left;

	sysctl_overcommit_memory = OVERCOMMIT_NEVER;
	/* Enough for the rest of the system, and for 2 % more. */
	sysctl_overcommit_ratio = 100ul * atomic_read(&vm_committed_as) / nr_total_pages() + 3;
	left = vm_commit_limit() - atomic_read(&vm_committed_as);
	base_here();
	KTEST(map_flags(left, RW, 0) == -ENOMEM && promised() == 0, "all of the limit is too much");
	KTEST(map_flags(left, RW, MAP_NORESERVE) == -ENOMEM, "NORESERVE means nothing in mode 2");
	KTEST(map_flags(left - 1, RW, 0) == AT, "one page less is not");
	KTEST(sys_mremap(AT, P(left - 1), P(left), 0, 0) == -ENOMEM &&
		      sys_mremap(AT, P(left - 1), P(left), MREMAP_MAYMOVE, 0) == -ENOMEM,
	      "it cannot grow then");
	KTEST(!dup_mm(mm), "nor be forked");
	KTEST(promised() == (long)left - 1, "failures leave no promise behind");
	sysctl_overcommit_memory = OVERCOMMIT_ALWAYS;
	KTEST(!IS_ERR_VALUE(map(NULL, 0, P(nr_total_pages() + 1), RW, ANON, 0)) ||
		      nr_total_pages() >= TASK_SIZE / PAGE_SIZE / 2,
	      "mode 1 promises more than there is");
	sysctl_overcommit_memory = OVERCOMMIT_GUESS;
	sysctl_overcommit_ratio = 50;
	clean();
	KTEST(promised() == 0, "all is taken back");
}

static void test_min_addr(void)
{
	KTEST(map(NULL, mmap_min_addr - P(1), P(1), RW, ANON | MAP_FIXED, 0) == -EPERM &&
		      map(NULL, mmap_min_addr, P(1), RW, ANON | MAP_FIXED, 0) ==
			      (long)mmap_min_addr,
	      "mmap_min_addr is the lowest address");
	mmap_min_addr = 0;
	KTEST(map(NULL, 0, P(1), RW, ANON | MAP_FIXED, 0) == 0 &&
		      map(NULL, 1, P(1), RW, ANON, 0) != 0,
	      "with 0 even the first page can be had, by MAP_FIXED");
	mmap_min_addr = 65536;
	clean();
}

KTEST_SUITE(commit)
{
	struct mm_struct *mm = mm_alloc();

	if (!KTEST(mm != NULL, "an address space can be made"))
		return;
	driver_reset();
	run_in(mm);
	test_counts(mm);
	test_moves(mm);
	test_never(mm);
	test_min_addr();
	run_back(mm);
	mmput(mm);
}
