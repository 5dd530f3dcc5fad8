/*
 * The TLB and CR3. Whoever weakens or removes an entry flushes before the page
 * can be reused (Intel SDM vol. 3A 4.10).
 *
 * Each processor remembers whose page tables it has loaded. A kernel thread runs
 * on whatever is loaded (lazy TLB), so "loaded" is not always current->mm. Today
 * there is one processor; a flush of user entries becomes a message to those that
 * have the mm loaded, and only the functions here have to learn it.
 */
#ifndef MM_TLB_H
#define MM_TLB_H

#include "kernel/x86/cpu.h"
#include "kernel/x86/percpu.h"

struct mm_struct;
struct task_struct;
struct vm_area_struct;

struct tlb_state {
	struct mm_struct *loaded_mm;
	/* Debug builds: user addresses whose entries were weakened and not flushed; none if equal. */
	unsigned long owed_start, owed_end;
};

extern struct tlb_state cpu_tlbstate[NR_CPUS];

/* Does this processor have @mm in CR3? Others' entries cannot be in its TLB. */
static inline bool mm_is_loaded(const struct mm_struct *mm)
{
	return this_cpu(cpu_tlbstate).loaded_mm == mm;
}

/* One page of user space; @addr anywhere in it. Any context. */
void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
/* [start, end) of user space: page by page where they are few, else everything of that mm. */
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end);
/* All user entries of @mm. */
void flush_tlb_mm(struct mm_struct *mm);
/* [start, end) of the kernel's half, global entries too. */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);
/* Everything, global entries too. */
void flush_tlb_all(void);

/*
 * tlb_owe - note that the entry of @addr in @mm was weakened or removed (debug builds)
 *
 * Called by the functions of mm/pgtable.h that do so. Every flush pays what it covers;
 * tlb_check_paid() panics if anything is left when a task returns to user mode.
 */
void tlb_owe(struct mm_struct *mm, unsigned long addr);
void tlb_check_paid(void);

/*
 * switch_mm - run on @next's page tables from here on
 *
 * CR3 is not loaded if @next is loaded already. Interrupts off. The scheduler
 * calls it through sched_mm_ops; @tsk is who will run, or NULL.
 */
void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *tsk);

/* The same for exec: current goes from @prev to @next. Interrupts on or off. */
void activate_mm(struct mm_struct *prev, struct mm_struct *next);

#endif
