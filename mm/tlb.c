/*
 * Flushing and loading. An address space that is not loaded has nothing in the
 * TLB: CR3 was loaded since it ran.
 */
#include "mm/tlb.h"

#include "kernel/lib/compiler.h"
#include "kernel/x86/irqflags.h"
#include "mm/mm.h"
#include "mm/page.h"
#include "mm/vma.h"

/* From so many pages on, losing every entry is cheaper than naming each (Linux measured 33). */
#define FLUSH_PAGES_MAX 32

struct tlb_state cpu_tlbstate[NR_CPUS] = { { .loaded_mm = &init_mm } };

static void flush_user(void)
{
	write_cr3(read_cr3());
}

void flush_tlb_all(void)
{
	unsigned long flags, cr4;

	if (!cpu_has(X86_FEATURE_PGE)) {
		flush_user();
		return;
	}
	/* Switching PGE off drops global entries too (SDM vol. 3A 4.10.4.1). */
	local_irq_save(flags);
	cr4 = read_cr4();
	write_cr4(cr4 & ~X86_CR4_PGE);
	write_cr4(cr4);
	local_irq_restore(flags);
}

static void flush_pages(unsigned long start, unsigned long end)
{
	for (start &= PAGE_MASK; start < end; start += PAGE_SIZE)
		invlpg(start);
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	if (end - start > FLUSH_PAGES_MAX * PAGE_SIZE)
		flush_tlb_all();
	else
		flush_pages(start, end);
}

void flush_tlb_mm(struct mm_struct *mm)
{
	if (mm_is_loaded(mm))
		flush_user();
}

void flush_tlb_pgd(struct mm_struct *mm)
{
	flush_tlb_mm(mm);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	if (!mm_is_loaded(mm))
		return;
	if (end - start > FLUSH_PAGES_MAX * PAGE_SIZE)
		flush_user();
	else
		flush_pages(start, end);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	flush_tlb_mm_range(vma->vm_mm, start, end);
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	flush_tlb_mm_page(vma->vm_mm, addr);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *tsk)
{
	if (mm_is_loaded(next))
		return;
	this_cpu(cpu_tlbstate).loaded_mm = next;
	write_cr3(next->pgd_phys);
}

void activate_mm(struct mm_struct *prev, struct mm_struct *next)
{
	unsigned long flags;

	local_irq_save(flags);
	switch_mm(prev, next, NULL);
	local_irq_restore(flags);
}
