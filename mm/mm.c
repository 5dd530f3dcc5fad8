#include "mm/mm.h"

#include "kernel/fs/file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/slab.h"

/* Room between the mmap area and the top of the stack: what the stack may use, within reason. */
#define MMAP_GAP_MIN (128UL << 20)
#define MMAP_GAP_MAX (TASK_SIZE / 6 * 5)

LIST_HEAD(mmlist);
DEFINE_SPINLOCK(mmlist_lock);

static struct kmem_cache *mm_cachep;

static const struct sched_mm_ops ops = {
	.switch_mm = switch_mm,
	.mmgrab = mmgrab,
	.mmdrop = mmdrop,
};

void mm_cache_init(void)
{
	mm_cachep = kmem_cache_create("mm_struct", sizeof(struct mm_struct), 0, SLAB_PANIC, NULL);
	vma_cache_init();
	/* The boot task runs on the kernel's own tables until it switches to a task with others. */
	mmgrab(&init_mm);
	current->active_mm = &init_mm;
	sched_mm_ops = &ops;
}

/* ---- making ---- */

static unsigned long choose_mmap_base(void)
{
	unsigned long gap = rlimit(RLIMIT_STACK);

	if (gap < RLIM_INFINITY - STACK_GUARD_GAP)
		gap += STACK_GUARD_GAP;
	return (TASK_SIZE - clamp(gap, MMAP_GAP_MIN, MMAP_GAP_MAX)) & PAGE_MASK;
}

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kmem_cache_zalloc(mm_cachep, GFP_KERNEL);

	if (!mm)
		return NULL;
	mm->pgd = pgd_alloc(mm);
	if (!mm->pgd) {
		kmem_cache_free(mm_cachep, mm);
		return NULL;
	}
	mm->pgd_phys = __pa(mm->pgd);
	mm->mmap_base = choose_mmap_base();
	init_rwsem(&mm->mmap_sem);
	spin_lock_init(&mm->page_table_lock);
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	spin_lock(&mmlist_lock);
	list_add_tail(&mm->mmlist, &mmlist);
	spin_unlock(&mmlist_lock);
	return mm;
}

/* ---- fork ---- */

/* The child's copy of one VMA goes behind *last. */
static int dup_vma(struct mm_struct *mm, struct mm_struct *oldmm, struct vm_area_struct *old,
		   struct vm_area_struct **last)
{
	struct vm_area_struct *vma;

	if (old->vm_flags & VM_DONTCOPY)
		return 0;
	if (vm_enough_memory(old->vm_flags, vma_pages(old)))
		return -ENOMEM;
	vma = vm_area_dup(old);
	if (!vma) {
		vm_unacct_memory(old->vm_flags, vma_pages(old));
		return -ENOMEM;
	}
	vma->vm_mm = mm;
	vma->vm_flags &= ~VM_LOCKED_MASK;
	if (vma->anon_vma)
		vma->anon_vma = vma->vm_flags & VM_WIPEONFORK ? 0
							      : anon_vma_new() | ANON_VMA_FORKED;
	vma_open(vma);
	vma_list_link(mm, vma, *last);
	*last = vma;
	vm_stat_account(mm, vma->vm_flags, vma_pages(vma));
	return old->vm_flags & VM_WIPEONFORK ? 0 : copy_page_range(mm, oldmm, old);
}

/* Fills @mm with copies of oldmm's VMAs. What an error leaves behind is mmput's to undo. */
static int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *old, *last = NULL;
	int err = 0;

	down_write(&oldmm->mmap_sem);
	down_write(&mm->mmap_sem);
	for (old = oldmm->mmap; old && !err; old = old->vm_next)
		err = dup_vma(mm, oldmm, old, &last);
	vma_build_tree(mm);
	up_write(&mm->mmap_sem);
	/* The parent lost the right to write to pages that it now shares. */
	flush_tlb_mm(oldmm);
	up_write(&oldmm->mmap_sem);
	return err;
}

struct mm_struct *dup_mm(struct mm_struct *oldmm)
{
	const size_t inherited = offsetof(struct mm_struct, mmap_base);
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return NULL;
	memcpy((char *)mm + inherited, (char *)oldmm + inherited, sizeof(*mm) - inherited);
	if (mm->exe_file)
		get_file(mm->exe_file);
	if (dup_mmap(mm, oldmm)) {
		mmput(mm);
		return NULL;
	}
	return mm;
}

/* ---- the end ---- */

/*
 * Tables of user space, cluster by cluster: VMAs that may share a pte table are freed together. The
 * floor is always 0, for whatever a higher table maps below has been freed by then: so the last
 * cluster in it takes the higher table along.
 */
static void exit_pgtables(struct mm_struct *mm)
{
	struct vm_area_struct *vma = mm->mmap, *next;

	while (vma) {
		unsigned long start = vma->vm_start, end = vma->vm_end;

		for (next = vma->vm_next; next && next->vm_start < end + PMD_SIZE;
		     next = next->vm_next)
			end = next->vm_end;
		free_pgtables(mm, start, end, 0, next ? next->vm_start : 0);
		vma = next;
	}
}

static void exit_mmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma = mm->mmap;

	if (vma)
		zap_page_range(vma, 0, TASK_SIZE);
	exit_pgtables(mm);
	VM_BUG_ON(mm->rss || mm->nr_ptes);
	mm->mmap = mm->mmap_cache = NULL;
	mm->mm_rb = RB_ROOT;
	mm->map_count = 0;
	while (vma) {
		vm_unacct_memory(vma->vm_flags, vma_pages(vma));
		vma_unlink_file(vma);
		vma = remove_vma(vma);
	}
}

void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	exit_mmap(mm);
	if (mm->exe_file)
		fput(mm->exe_file);
	mm->exe_file = NULL;
	mmdrop(mm);
}

void __mmdrop(struct mm_struct *mm)
{
	BUG_ON(mm == &init_mm);
	spin_lock(&mmlist_lock);
	list_del(&mm->mmlist);
	spin_unlock(&mmlist_lock);
	pgd_free(mm, mm->pgd);
	kmem_cache_free(mm_cachep, mm);
}

/* ---- accounting ---- */

unsigned long sysctl_overcommit_memory = OVERCOMMIT_GUESS;
unsigned long sysctl_overcommit_ratio = 50;
atomic_t vm_committed_as;

unsigned long mmap_min_addr = 65536;

SYSCTL(vm_sysctls) = {
	{ .path = "sys/vm/overcommit_memory", .data = &sysctl_overcommit_memory, .max = 2 },
	{ .path = "sys/vm/overcommit_ratio", .data = &sysctl_overcommit_ratio, .max = INT_MAX },
	{ .path = "sys/vm/max_map_count", .data = &sysctl_max_map_count, .max = INT_MAX },
	{ .path = "sys/vm/mmap_min_addr", .data = &mmap_min_addr, .max = TASK_SIZE },
};

void vm_stat_account(struct mm_struct *mm, unsigned long flags, long pages)
{
	mm->total_vm += pages;
	if (flags & VM_GROWSDOWN)
		mm->stack_vm += pages;
	else if ((flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		mm->data_vm += pages;
	else if ((flags & (VM_WRITE | VM_EXEC)) == VM_EXEC)
		mm->exec_vm += pages;
	if (flags & VM_LOCKED)
		mm->locked_vm += pages;
	if (mm->total_vm > mm->hiwater_vm)
		mm->hiwater_vm = mm->total_vm;
}

bool may_expand_vm(const struct mm_struct *mm, unsigned long flags, unsigned long pages)
{
	const struct rlimit *data = &current->rlim[RLIMIT_DATA];

	if (mm->total_vm + pages > rlimit(RLIMIT_AS) >> PAGE_SHIFT)
		return false;
	if ((flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) != VM_WRITE)
		return true;
	/* 0 once meant no heap, for debuggers that bring their own allocator: then the hard limit is meant. */
	return mm->data_vm + pages <= (data->rlim_cur ?: data->rlim_max) >> PAGE_SHIFT;
}

bool may_lock(const struct mm_struct *mm, unsigned long flags, unsigned long pages)
{
	return !(flags & VM_LOCKED) || capable(CAP_IPC_LOCK) ||
	       mm->locked_vm + pages <= rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
}

unsigned long vm_commit_limit(void)
{
	return div_u64((u64)nr_total_pages() * sysctl_overcommit_ratio, 100);
}

int vm_enough_memory(unsigned long flags, unsigned long pages)
{
	unsigned long committed;

	if (!(flags & VM_ACCOUNT))
		return 0;
	committed = atomic_add_return(pages, &vm_committed_as);
	if (sysctl_overcommit_memory == OVERCOMMIT_ALWAYS ||
	    (sysctl_overcommit_memory == OVERCOMMIT_GUESS ? pages <= nr_total_pages()
							  : committed < vm_commit_limit()))
		return 0;
	vm_unacct_memory(flags, pages);
	return -ENOMEM;
}

void vm_unacct_memory(unsigned long flags, unsigned long pages)
{
	if (flags & VM_ACCOUNT)
		atomic_sub(pages, &vm_committed_as);
}
