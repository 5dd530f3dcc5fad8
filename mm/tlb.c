/*
 * Flushing and loading. An address space that is not loaded has nothing in the
 * TLB: CR3 was loaded since it ran.
 */
#include "mm/tlb.h"

#include "kernel/lib/bug.h"
#include "mm/mm.h"
#include "mm/vma.h"

/* From so many pages on, losing every entry is cheaper than naming each (Linux measured 33). */
#define FLUSH_PAGES_MAX 32

struct tlb_state cpu_tlbstate[NR_CPUS] = { { .loaded_mm = &init_mm } };

static void owe_nothing(void)
{
	struct tlb_state *tlb = &this_cpu(cpu_tlbstate);

	tlb->owed_start = tlb->owed_end = 0;
}

void tlb_owe(struct mm_struct *mm, unsigned long addr)
{
	struct tlb_state *tlb = &this_cpu(cpu_tlbstate);

	if (!mm_is_loaded(mm))
		return;
	addr &= PAGE_MASK;
	if (tlb->owed_start == tlb->owed_end) {
		tlb->owed_start = addr;
		tlb->owed_end = addr + PAGE_SIZE;
	}
	tlb->owed_start = min(tlb->owed_start, addr);
	tlb->owed_end = max(tlb->owed_end, addr + PAGE_SIZE);
	set_thread_flag(TIF_NOTIFY);
}

/* What was flushed is paid, from either end: holes in the middle are not remembered. */
static void pay(unsigned long start, unsigned long end)
{
	struct tlb_state *tlb = &this_cpu(cpu_tlbstate);

	if (start <= tlb->owed_start && tlb->owed_start < end)
		tlb->owed_start = min(end, tlb->owed_end);
	if (start < tlb->owed_end && tlb->owed_end <= end)
		tlb->owed_end = max(start, tlb->owed_start);
}

void tlb_check_paid(void)
{
	const struct tlb_state *tlb = &this_cpu(cpu_tlbstate);

	if (tlb->owed_start != tlb->owed_end)
		panic("return to user mode without a TLB flush of %08lx-%08lx", tlb->owed_start,
		      tlb->owed_end);
}

static void flush_user(void)
{
	write_cr3(read_cr3());
	if (CONFIG_DEBUG)
		owe_nothing();
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
	if (CONFIG_DEBUG)
		owe_nothing();
}

static void flush_pages(unsigned long start, unsigned long end)
{
	if (CONFIG_DEBUG)
		pay(start & PAGE_MASK, PAGE_ALIGN(end));
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
	flush_tlb_mm_range(vma->vm_mm, addr & PAGE_MASK, (addr & PAGE_MASK) + PAGE_SIZE);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next, struct task_struct *tsk)
{
	if (mm_is_loaded(next))
		return;
	this_cpu(cpu_tlbstate).loaded_mm = next;
	write_cr3(next->pgd_phys);
	if (CONFIG_DEBUG)
		owe_nothing();
}

void activate_mm(struct mm_struct *prev, struct mm_struct *next)
{
	unsigned long flags;

	local_irq_save(flags);
	switch_mm(prev, next, NULL);
	local_irq_restore(flags);
}
