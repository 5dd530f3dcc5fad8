/*
 * mm_struct: one address space, and who keeps it alive. mm_users counts the
 * tasks that run in it, mm_count the references to the structure; all users
 * together hold one mm_count. The last mmput() removes the mappings, the last
 * mmdrop() frees the structure.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include "kernel/lib/rbtree.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/atomic.h"

struct vm_area_struct;

struct mm_struct {
	struct vm_area_struct *mmap;       /* VMAs, lowest first */
	struct rb_root mm_rb;              /* the same in a tree */
	struct vm_area_struct *mmap_cache; /* what find_vma found last */
	int map_count;                     /* number of VMAs */
	void *pgd;                         /* top page table: pgd_t * (mm/pgtable.h) */
	phys_addr_t pgd_phys;              /* what CR3 takes */

	struct rw_semaphore mmap_sem; /* guards the VMAs */
	spinlock_t page_table_lock;   /* guards the entries and rss */
	atomic_t mm_users;
	atomic_t mm_count;
	struct list_head mmlist; /* in the list of all; mmlist_lock */

	/* In pages. */
	unsigned long total_vm, locked_vm, stack_vm, data_vm, exec_vm;
	unsigned long nr_ptes;                 /* page-table pages */
	unsigned long rss, anon_rss;           /* resident; of them anonymous */
	unsigned long hiwater_rss, hiwater_vm; /* the most before the last unmapping; the most */
	unsigned long def_flags;               /* VM_LOCKED after mlockall(MCL_FUTURE) */

	/* From here on the child of a fork has what its parent has. */
	unsigned long mmap_base; /* top of the area for mmap, which grows down */
	unsigned long start_code, end_code, start_data, end_data;
	unsigned long start_brk, brk, start_stack;
	unsigned long arg_start, arg_end, env_start, env_end;
	u32 saved_auxv[48];    /* for /proc/PID/auxv */
	struct file *exe_file; /* /proc/PID/exe, with a reference */
};

/* All address spaces but init_mm, by mm_struct.mmlist. */
extern struct list_head mmlist;
extern spinlock_t mmlist_lock;

extern struct mm_struct init_mm; /* the kernel's own; its pgd is swapper_pg_dir */

/* Makes the slabs of mm_structs and VMAs, tells the scheduler how to switch. Once, after kmem_cache_init(). */
void mm_cache_init(void);

/*
 * A new, empty address space with one user, or NULL. mmap_base is chosen by the
 * running task's RLIMIT_STACK. May sleep.
 */
struct mm_struct *mm_alloc(void);
/*
 * dup_mm - a copy for fork, private pages shared copy-on-write
 *
 * VMAs marked VM_DONTCOPY are left out; files gain references, vm_ops->open is
 * called on each copy. Takes oldmm->mmap_sem. NULL without memory.
 */
struct mm_struct *dup_mm(struct mm_struct *oldmm);

/* ---- accounting; mmap_sem held for writing ---- */

/* Counts @pages (may be negative) of a mapping with these VM_* flags in or out: of the size, the lock, ... */
void vm_stat_account(struct mm_struct *mm, unsigned long flags, long pages);
/* Would @pages more stay within RLIMIT_AS, and RLIMIT_DATA where they are data? */
bool may_expand_vm(const struct mm_struct *mm, unsigned long flags, unsigned long pages);
/* May the running task lock any memory at all? */
static inline bool can_do_mlock(void)
{
	return rlimit(RLIMIT_MEMLOCK) || capable(CAP_IPC_LOCK);
}

/* If they are VM_LOCKED: within RLIMIT_MEMLOCK, or with the right to ignore it? */
bool may_lock(const struct mm_struct *mm, unsigned long flags, unsigned long pages);

/* /proc/sys/vm/overcommit_memory and overcommit_ratio (proc(5)); pages that were promised to anybody. */
#define OVERCOMMIT_GUESS  0
#define OVERCOMMIT_ALWAYS 1
#define OVERCOMMIT_NEVER  2
extern unsigned long sysctl_overcommit_memory, sysctl_overcommit_ratio;
extern atomic_t vm_committed_as;

/*
 * Promises @pages to a mapping with these VM_* flags, if they have VM_ACCOUNT (shared memory's may be just that):
 * 0, or -ENOMEM if there are not so many. And takes such a promise back. No lock.
 */
int vm_enough_memory(unsigned long flags, unsigned long pages);
void vm_unacct_memory(unsigned long flags, unsigned long pages);

/* As many may be promised, in pages, with OVERCOMMIT_NEVER. */
unsigned long vm_commit_limit(void);

/* The most pages that were ever resident at once. */
static inline unsigned long mm_peak_rss(const struct mm_struct *mm)
{
	return mm->rss > mm->hiwater_rss ? mm->rss : mm->hiwater_rss;
}

/* ---- lifetimes ---- */

static inline void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

/* One user less; the last one unmaps everything. May sleep. */
void mmput(struct mm_struct *mm);

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

/* Frees the structure and its top page table. Does not sleep. */
void __mmdrop(struct mm_struct *mm);

static inline void mmdrop(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_count))
		__mmdrop(mm);
}

#endif
