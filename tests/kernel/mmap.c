/*
 * Address spaces from inside: the calls of mmap's family on an mm that no program
 * runs in, with a driver that counts what it is told.
 */
#include "tests/kernel/ktest.h"

#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/rwsem.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/page_alloc.h"
#include "mm/stack.h"
#include "mm/vma.h"
#include "tests/kernel/user_mm.h"

static const struct file_operations no_fops = { .mmap = NULL };

static void test_open_close(struct mm_struct *mm)
{
	struct mm_struct *child;
	unsigned long tables;
	long moved;

	driver_reset();
	KTEST(map(&drv_file, AT, P(16), RW, MAP_SHARED | MAP_FIXED, 0) == (long)AT &&
		      driver_sees(mm, 1) && !driver.opens,
	      "mmap of a driver's file makes one VMA and calls no open");
	sys_munmap(AT + P(4), P(2));
	KTEST(driver_sees(mm, 2) && driver.opens == driver.closes + 1,
	      "munmap of the middle opens the half that is new");
	sys_munmap(AT, P(1));
	sys_munmap(AT + P(15), P(1));
	KTEST(driver_sees(mm, 2), "munmap of head and tail leaves as many VMAs");
	sys_mprotect(AT + P(8), P(2), PROT_READ);
	KTEST(driver_sees(mm, 4), "mprotect of the middle opens two new parts");
	sys_mprotect(AT + P(8), P(2), RW);
	KTEST(driver_sees(mm, 4), "parts with a close operation are not merged again");

	child = dup_mm(mm);
	KTEST(child && driver.live == 8 && !vma_check(child), "fork opens each VMA for the child");
	if (child)
		mmput(child);
	KTEST(driver_sees(mm, 4), "the end of the child closes its VMAs");

	moved = sys_mremap(AT + P(1), P(3), P(3), MREMAP_MAYMOVE | MREMAP_FIXED, AT + P(100));
	KTEST(moved == (long)(AT + P(100)) && driver_sees(mm, 4),
	      "mremap opens the new place and closes the old");
	driver.opens = driver.closes = 0;
	moved = sys_mremap(AT + P(100), P(3), P(6), 0, 0);
	KTEST(moved == (long)(AT + P(100)) && !driver.opens && !driver.closes && driver_sees(mm, 4),
	      "growing in place calls nobody");
	KTEST(poke(AT + P(105), 1) && driver.nopages == 1, "touching the new page calls nopage");
	map_at(AT, 200, RW);
	KTEST(driver_sees(mm, 0), "MAP_FIXED over them closes them all");
	clean();
	driver.refuse = true;
	tables = mm->nr_ptes;
	KTEST(map(&drv_file, 0, P(2), RW, MAP_SHARED, 0) == -ENXIO && driver_sees(mm, 0) &&
		      !mm->total_vm && mm->nr_ptes == tables,
	      "a driver that fails half-way leaves neither pages nor tables behind");
}

static void test_errors(struct mm_struct *mm)
{
	struct file read_only = drv_file, write_only = drv_file, no_mmap = drv_file;

	read_only.f_mode = FMODE_READ;
	write_only.f_mode = FMODE_WRITE;
	no_mmap.f_op = &no_fops;
	driver_reset();
	KTEST(map(NULL, 0, 0, RW, ANON, 0) == -EINVAL, "length 0 is EINVAL");
	KTEST(map(NULL, 0, ~0UL, RW, ANON, 0) == -ENOMEM, "a length that rounds to 0 is ENOMEM");
	KTEST(map(NULL, 0, TASK_SIZE, RW, ANON, 0) == -ENOMEM, "all of user space is ENOMEM");
	KTEST(map(&drv_file, 0, P(2), RW, MAP_SHARED, ~0UL) == -EOVERFLOW,
	      "an offset that wraps is EOVERFLOW");
	KTEST(map(&drv_file, 0, P(2), RW, MAP_SHARED, 0xfffff) == -EOVERFLOW,
	      "a device offset beyond a word of bytes is EOVERFLOW");
	KTEST(map(NULL, 0, P(1), RW, MAP_ANONYMOUS, 0) == -EINVAL, "no type is EINVAL");
	KTEST(map(NULL, 0, P(1), RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE, 0) == -EINVAL,
	      "MAP_SHARED_VALIDATE without a file is EINVAL");
	KTEST(map(&drv_file, 0, P(1), RW, MAP_SHARED_VALIDATE | 0x1000000, 0) == -EOPNOTSUPP,
	      "MAP_SHARED_VALIDATE with an unknown flag is EOPNOTSUPP");
	KTEST(map(NULL, AT + 1, P(1), RW, ANON | MAP_FIXED, 0) == -EINVAL,
	      "MAP_FIXED at an odd address is EINVAL");
	KTEST(map(NULL, 0, P(1), RW, ANON | MAP_FIXED, 0) == -EPERM, "MAP_FIXED at 0 is EPERM");
	KTEST(map(NULL, TASK_SIZE, P(1), RW, ANON | MAP_FIXED, 0) == -ENOMEM,
	      "MAP_FIXED in the kernel's half is ENOMEM");
	KTEST(map(&read_only, 0, P(1), RW, MAP_SHARED, 0) == -EACCES,
	      "writing through a read-only file is EACCES");
	KTEST(map(&write_only, 0, P(1), PROT_WRITE, MAP_SHARED, 0) == -EACCES,
	      "a file that cannot be read is EACCES");
	KTEST(map(&no_mmap, 0, P(1), RW, MAP_SHARED, 0) == -ENODEV,
	      "a file without mmap is ENODEV");
	KTEST(map(&drv_file, 0, P(1), RW, MAP_SHARED | MAP_GROWSDOWN, 0) == -EINVAL,
	      "a file that grows down is EINVAL");
	map_at(AT, 2, RW);
	KTEST(map(NULL, AT + P(1), P(1), RW, ANON | MAP_FIXED_NOREPLACE, 0) == -EEXIST,
	      "MAP_FIXED_NOREPLACE on a mapping is EEXIST");
	KTEST(sys_munmap(AT, 0) == -EINVAL && sys_munmap(AT + 1, P(1)) == -EINVAL &&
		      sys_munmap(TASK_SIZE, P(1)) == -EINVAL,
	      "munmap of odd ranges is EINVAL");
	KTEST(sys_munmap(0x20000000, P(4)) == 0, "munmap of nothing is success");
	clean();
	KTEST(!mm->mmap && !mm->total_vm && driver_sees(mm, 0), "errors leave nothing behind");
}

static void test_protect(struct mm_struct *mm)
{
	map_at(AT, 8, RW);
	KTEST(poke(AT + P(3), 7), "a fresh mapping can be written");
	KTEST(!sys_mprotect(AT + P(2), P(4), PROT_READ) && count(mm) == 3,
	      "mprotect of the middle makes three VMAs");
	KTEST(peek(AT + P(3), 7) && !poke(AT + P(3), 8), "read-only: contents stay, no writing");
	KTEST(!sys_mprotect(AT + P(2), P(4), PROT_NONE) && !peek(AT + P(3), 7),
	      "PROT_NONE: no reading");
	KTEST(!sys_mprotect(AT, P(8), RW) && count(mm) == 1, "the same rights for all: one VMA");
	KTEST(peek(AT + P(3), 7) && poke(AT + P(3), 9) && peek(AT + P(3), 9),
	      "and the contents have survived PROT_NONE");
	sys_munmap(AT + P(4), P(1));
	KTEST(sys_mprotect(AT, P(8), PROT_READ) == -ENOMEM && !poke(AT + P(3), 1) &&
		      poke(AT + P(5), 1),
	      "mprotect stops at a hole with ENOMEM, what lies before has changed");
	clean();
}

static void test_remap(struct mm_struct *mm)
{
	unsigned long free_before, i;
	long to;
	bool ok = true;

	map_at(AT, 4, RW);
	for (i = 0; i < 4; i++)
		ok &= poke(AT + P(i), 100 + i);
	free_before = nr_free_pages();
	to = sys_mremap(AT, P(4), P(4), MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000000 - P(2));
	KTEST(ok && to == 0x20000000 - (long)P(2), "mremap moves across a page-table boundary");
	for (i = 0; i < 4; i++)
		ok &= peek(to + P(i), 100 + i);
	KTEST(ok && !peek(AT, 100), "contents have moved with the mapping");
	KTEST(free_before - nr_free_pages() <= 3, "no page was copied");
	KTEST(sys_mremap(to, P(4), P(2), 0, 0) == to && pages_in(mm) == 2, "shrinking unmaps");
	map_at(to + P(3), 1, PROT_READ);
	KTEST(sys_mremap(to, P(2), P(4), 0, 0) == -ENOMEM, "no room and no MAYMOVE is ENOMEM");
	i = sys_mremap(to, P(2), P(4), MREMAP_MAYMOVE, 0);
	KTEST(peek(i, 100) && peek(i + P(1), 101) && poke(i + P(3), 5), "with MAYMOVE it moves");
	KTEST(sys_mremap(i, 0, P(1), MREMAP_MAYMOVE, 0) == -EINVAL,
	      "a second view of private memory is EINVAL");
	KTEST(sys_mremap(i, P(9), P(10), MREMAP_MAYMOVE, 0) == -EFAULT,
	      "more than the VMA has is EFAULT");
	KTEST(sys_mremap(i, P(4), P(4), MREMAP_FIXED, AT) == -EINVAL &&
		      sys_mremap(i, P(4), 0, 0, 0) == -EINVAL &&
		      sys_mremap(i + 1, 1, 1, 0, 0) == -EINVAL,
	      "odd flags, lengths and addresses are EINVAL");
	KTEST(!vma_check(mm) && mm->total_vm == pages_in(mm), "accounts and tree are right");
	clean();
}

static void test_places(struct mm_struct *mm)
{
	long a = map(NULL, 0, P(4), RW, ANON, 0), b = map(NULL, 0, P(4), PROT_READ, ANON, 0), c;

	KTEST(a == (long)(mm->mmap_base - P(4)) && b == a - (long)P(4),
	      "mappings go top-down from mmap_base");
	c = map(NULL, 0, P(4), RW, ANON, 0);
	sys_munmap(b, P(4));
	KTEST(map(NULL, 0, P(3), PROT_READ, ANON, 0) == b + (long)P(1),
	      "a hole that fits is filled from its top");
	KTEST(map(NULL, AT + 5, P(1), RW, ANON, 0) == (long)AT, "a hint that is free is taken");
	KTEST(map(NULL, AT, P(1), PROT_READ, ANON, 0) != (long)AT,
	      "a hint that is not is passed over");
	KTEST(map(NULL, 5000, P(1), RW, ANON, 0) == (long)mmap_min_addr, "a low hint is raised");
	KTEST(count(mm) == 5 && c < b, "as many VMAs as expected");
	clean();
	a = map(NULL, 0, mm->mmap_base - P(32), PROT_NONE, ANON | MAP_NORESERVE, 0);
	b = map(NULL, 0, P(64), PROT_NONE, ANON | MAP_NORESERVE, 0);
	KTEST(a > 0 && (unsigned long)b >= mm->mmap_base,
	      "above mmap_base when nothing is left below");
	clean();
}

static void test_stack(struct mm_struct *mm)
{
	unsigned long limit = rlimit(RLIMIT_STACK), low;
	struct vm_area_struct *vma = stack_vma_create(mm);

	KTEST(vma && vma->vm_end == STACK_TOP && vma_pages(vma) == 1 && poke(STACK_TOP - 8, 3),
	      "exec's stack is one page at the top");
	down_write(&mm->mmap_sem);
	KTEST(!setup_arg_pages(vma, true) && vma_pages(vma) == 33 && (vma->vm_flags & VM_EXEC) &&
		      !vma_check(mm),
	      "it gets 128 KiB of room and the rights it needs");
	up_write(&mm->mmap_sem);
	KTEST(peek(STACK_TOP - 8, 3), "and keeps its contents");
	KTEST(poke(vma->vm_start - P(20), 1) && vma_pages(vma) == 53, "a fault below it grows it");
	if (limit < TASK_SIZE / 2) {
		low = vma->vm_end - limit;
		KTEST(poke(low, 1) && !poke(low - 4, 1), "down to RLIMIT_STACK and no further");
	}
	clean();
	map(NULL, AT + P(400), P(1), RW, ANON | MAP_FIXED | MAP_GROWSDOWN, 0);
	map_at(AT, 1, RW);
	KTEST(poke(AT + P(300), 1) && !poke(AT + P(256), 1) && poke(AT + P(257), 1),
	      "it stops 256 pages above another mapping");
	sys_munmap(AT, P(1));
	map_at(AT, 1, PROT_NONE);
	KTEST(poke(AT + P(1), 1), "a PROT_NONE mapping is guard enough");
	KTEST(mm->total_vm == pages_in(mm) && !vma_check(mm), "growth is accounted");
	clean();
}

static void test_brk(struct mm_struct *mm)
{
	mm->start_brk = mm->brk = AT + 100;
	KTEST(sys_brk(0) == (long)AT + 100 && sys_brk(AT) == (long)AT + 100,
	      "brk below the heap stays");
	KTEST(sys_brk(AT + P(3)) == (long)(AT + P(3)) && count(mm) == 1 && poke(AT + P(2), 1),
	      "brk grows the heap");
	KTEST(sys_brk(AT + P(5)) == (long)(AT + P(5)) && count(mm) == 1,
	      "and again, still one VMA");
	KTEST(sys_brk(AT + P(2)) == (long)(AT + P(2)) && pages_in(mm) == 1 && !peek(AT + P(2), 1),
	      "and shrinks it");
	map_at(AT + P(8), 1, RW);
	KTEST(sys_brk(AT + P(8)) == (long)(AT + P(2)) && sys_brk(AT + P(7)) == (long)(AT + P(7)),
	      "it keeps a page away from the next mapping");
	clean();
	mm->start_brk = mm->brk = 0;
}

static void test_fork(struct mm_struct *mm)
{
	struct mm_struct *child;
	bool ok;

	map_at(AT, 4, RW);
	map_at(AT + P(8), 4, RW);
	map_at(AT + P(16), 4, RW);
	poke(AT, 1);
	poke(AT + P(16), 2);
	sys_madvise(AT + P(8), P(4), MADV_DONTFORK);
	sys_madvise(AT + P(16), P(4), MADV_WIPEONFORK);
	child = dup_mm(mm);
	if (!KTEST(child != NULL, "an address space can be copied"))
		return;
	KTEST(child->map_count == 2 && child->total_vm == 8 && !vma_check(child),
	      "VM_DONTCOPY is left out and not counted");
	poke(AT, 5);
	run_back(mm);
	run_in(child);
	ok = peek(AT, 1) && poke(AT, 9);
	KTEST(ok && peek(AT + P(16), 0), "the child sees the old contents, or zeroes if wiped");
	run_back(child);
	run_in(mm);
	KTEST(peek(AT, 5) && peek(AT + P(16), 2), "and the parent does not see the child's");
	KTEST(atomic_read(&child->mm_users) == 1 && atomic_read(&child->mm_count) == 1,
	      "a fresh mm has one user, who holds one reference");
	mmgrab(child);
	mmput(child);
	KTEST(!child->mmap && !child->rss, "the last user takes the mappings along");
	mmdrop(child);
	clean();
}

static void test_advice(struct mm_struct *mm)
{
	map_at(AT, 4, RW);
	poke(AT + P(1), 3);
	KTEST(!sys_madvise(AT, P(4), MADV_DONTNEED) && peek(AT + P(1), 0),
	      "DONTNEED drops contents");
	KTEST(sys_madvise(AT, P(1), 77) == -EINVAL && sys_madvise(AT + 1, P(1), 4) == -EINVAL &&
		      sys_madvise(AT, ~0UL, 4) == -EINVAL && !sys_madvise(AT, 0, 4),
	      "odd arguments are EINVAL, length 0 is nothing");
	sys_munmap(AT + P(1), P(1));
	poke(AT + P(3), 3);
	KTEST(sys_madvise(AT, P(4), MADV_DONTNEED) == -ENOMEM && peek(AT + P(3), 0),
	      "a hole is ENOMEM, but what lies behind it is done");
	KTEST(!sys_madvise(AT, P(1), MADV_RANDOM) && (mm->mmap->vm_flags & VM_RAND_READ) &&
		      !sys_madvise(AT, P(1), MADV_NORMAL) && !(mm->mmap->vm_flags & VM_RAND_READ),
	      "advice about reading is kept in flags");
	KTEST(!sys_mlock(AT, P(1)) && mm->locked_vm == 1 && mm->rss > 0, "mlock brings pages in");
	KTEST(sys_madvise(AT, P(1), MADV_DONTNEED) == -EINVAL,
	      "DONTNEED of locked pages is EINVAL");
	KTEST(!sys_munlock(AT, P(1)) && !mm->locked_vm, "munlock unlocks");
	clean();
	KTEST(!mm->rss && !mm->total_vm && !mm->data_vm, "accounts end at zero");
}

/* vm_ops->populate, where a driver has one, takes the place of faults. */
static void test_populate(struct mm_struct *mm)
{
	driver_reset();
	map(NULL, AT, P(4), RW, ANON | MAP_FIXED | MAP_POPULATE, 0);
	KTEST(mm->rss == 4, "MAP_POPULATE brings anonymous pages in");
	map(NULL, AT, P(4), RW, ANON | MAP_FIXED | MAP_POPULATE | MAP_NONBLOCK, 0);
	KTEST(mm->rss == 0, "with MAP_NONBLOCK it does not");
	map(&drv_file, AT, P(4), RW, MAP_SHARED | MAP_FIXED | MAP_POPULATE, 0);
	KTEST(driver.nopages == 4 && !driver.populates && mm->rss == 4,
	      "a driver without populate is asked by nopage");
	clean();
	driver.populate = true;
	map(&drv_file, AT, P(4), RW, MAP_SHARED | MAP_FIXED | MAP_POPULATE, 3);
	KTEST(driver.nopages == 4 && driver.populates == 1 && driver.populate_pgoff == 3,
	      "one with it is called once, with its offset");
	clean();
	KTEST(map(NULL, 0, P(nr_total_pages() + 1), RW, ANON, 0) == -ENOMEM,
	      "more private memory than there is can never be had: ENOMEM");
	if (nr_total_pages() < TASK_SIZE / PAGE_SIZE / 2)
		KTEST(!IS_ERR_VALUE(map(NULL, 0, P(nr_total_pages() + 1), PROT_READ, ANON, 0)) &&
			      !IS_ERR_VALUE(map(NULL, 0, P(nr_total_pages() + 1), RW,
						ANON | MAP_NORESERVE, 0)),
		      "but as read-only, or without reserve, it can");
	clean();
}

/* One VMA too many is refused, one less is not; and finding a place among them is no walk. */
static void test_many(struct mm_struct *mm)
{
	unsigned long addr = AT;
	int i;

	for (i = 0; i < sysctl_max_map_count; i++, addr += P(2))
		if (map_at(addr, 1, PROT_NONE) < 0)
			break;
	KTEST(i == sysctl_max_map_count || nr_free_pages() < 1024, "65530 mappings can be made");
	if (i == sysctl_max_map_count) {
		map_at(addr, 3, PROT_NONE);
		KTEST(sys_mprotect(addr + P(1), P(1), PROT_READ) == -ENOMEM &&
			      sys_munmap(addr + P(1), P(1)) == -ENOMEM &&
			      map_at(addr + P(9), 1, RW) == -ENOMEM,
		      "more than that are ENOMEM");
	}
	KTEST(!vma_check(mm), "tree, list and gaps of them are right");
	clean();
}

KTEST_SUITE(mmap)
{
	struct mm_struct *mm = mm_alloc();

	if (!KTEST(mm != NULL, "an address space can be made"))
		return;
	run_in(mm);
	test_errors(mm);
	test_open_close(mm);
	test_protect(mm);
	test_remap(mm);
	test_places(mm);
	test_stack(mm);
	test_brk(mm);
	test_fork(mm);
	test_advice(mm);
	test_populate(mm);
	test_many(mm);
	driver_reset();
	map(&drv_file, AT, P(16), RW, MAP_SHARED | MAP_FIXED, 0);
	poke(AT, 1);
	run_back(mm);
	KTEST(atomic_read(&mm->mm_count) == 1 && mm->rss == 1, "only its user holds it");
	mmput(mm);
	KTEST(driver.live == 0 && atomic_read(&drv_file.f_count) == 1,
	      "exit closes what is mapped");
}
