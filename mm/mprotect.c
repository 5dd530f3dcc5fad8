#include "mm/mmap.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/task.h"
#include "mm/memory.h"
#include "mm/stack.h"

/* Binary semaphores once were a right of pages; the bit is accepted and means nothing. */
#define PROT_SEM 8u

#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
/* The rights that may be had stand four bits above the rights that are had. */
#define VM_MAY_SHIFT    4

/* ---- entries ---- */

/*
 * New rights for one entry. A private page does not become writable here: the fault
 * that follows decides about copying. One that was writable stays so if it may.
 */
static void change_pte(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
		       pgprot_t newprot)
{
	pte_t old = ptep_get_and_clear(vma->vm_mm, addr, ptep);
	pte_t pte = pte_modify(old, newprot);

	set_pte(ptep, (vma->vm_flags & VM_WRITE) && pte_write(old) ? pte_mkwrite(pte) : pte);
}

static void change_protection(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			      pgprot_t newprot)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr = start, next;
	bool changed = false;

	spin_lock(&mm->page_table_lock);
	for (; addr < end; addr = next) {
		pmd_t *pmd = pmd_lookup(mm, addr);
		pte_t *ptep;

		next = pmd_addr_end(addr, end);
		if (!pmd)
			continue;
		for (ptep = pte_offset_map(pmd, addr); addr < next; addr += PAGE_SIZE, ptep++) {
			if (!pte_present(*ptep))
				continue;
			change_pte(vma, addr, ptep, newprot);
			changed = true;
		}
	}
	if (changed)
		flush_tlb_range(vma, start, end);
	spin_unlock(&mm->page_table_lock);
}

/* The rights that existing entries get: without W where the first write must be seen. */
static pgprot_t entry_prot(const struct vm_area_struct *vma)
{
	unsigned long flags = vma->vm_flags;

	if ((flags & VM_SHARED) && vma->vm_ops && vma->vm_ops->page_mkwrite)
		flags &= ~VM_SHARED;
	return pgprot_modify(vma->vm_page_prot, vm_get_page_prot(flags));
}

/* ---- VMAs ---- */

struct vm_area_struct *vma_change_flags(struct vm_area_struct *vma, unsigned long start,
					unsigned long end, unsigned long newflags)
{
	struct vm_area_struct *prev = start > vma->vm_start ? vma : vma->vm_prev, *merged;
	struct mm_struct *mm = vma->vm_mm;

	if (newflags == vma->vm_flags)
		return vma;
	merged = vma_merge(mm, prev, start, end, newflags, vma->vm_file,
			   linear_page_index(vma, start), vma->anon_vma);
	if (merged)
		return merged;
	if (start > vma->vm_start && split_vma(mm, vma, start, true))
		return NULL;
	if (end < vma->vm_end && split_vma(mm, vma, end, false))
		return NULL;
	vma->vm_flags = newflags;
	return vma;
}

/*
 * Private memory that can be written counts as data, and is promised once: *newflags gains VM_ACCOUNT
 * with that right, and loses it if no page was written meanwhile.
 */
static bool may_write(const struct vm_area_struct *vma, unsigned long *newflags,
		      unsigned long pages)
{
	const unsigned long promised = VM_WRITE | VM_SHARED | VM_NORESERVE | VM_ACCOUNT;
	unsigned long oldflags = vma->vm_flags;
	struct mm_struct *mm = vma->vm_mm;

	if (!(*newflags & VM_WRITE)) {
		if (!vma->vm_ops && !vma->anon_vma)
			*newflags &= ~VM_ACCOUNT;
		return true;
	}
	if (!may_expand_vm(mm, *newflags, pages) && may_expand_vm(mm, oldflags, pages))
		return false;
	if (oldflags & promised)
		return true;
	*newflags |= VM_ACCOUNT;
	return !vm_enough_memory(VM_ACCOUNT, pages);
}

int mprotect_fixup(struct vm_area_struct *vma, struct vm_area_struct **pvma, unsigned long start,
		   unsigned long end, unsigned long newflags)
{
	unsigned long oldflags = vma->vm_flags, pages = (end - start) >> PAGE_SHIFT;
	struct mm_struct *mm = vma->vm_mm;

	*pvma = vma;
	if (newflags == oldflags)
		return 0;
	if (!may_write(vma, &newflags, pages))
		return -ENOMEM;
	vma = vma_change_flags(vma, start, end, newflags);
	if (!vma) {
		vm_unacct_memory(newflags & ~oldflags, pages);
		return -ENOMEM;
	}
	vm_unacct_memory(oldflags & ~newflags, pages);
	*pvma = vma;
	/* The rights change; how it is cached, which its driver chose, does not. */
	vma->vm_page_prot = pgprot_modify(vma->vm_page_prot, vm_get_page_prot(newflags));
	change_protection(vma, start, end, entry_prot(vma));
	vm_stat_account(mm, oldflags, -(long)pages);
	vm_stat_account(mm, newflags, pages);
	/* What is locked does not wait for its first write to be copied. */
	if ((oldflags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED && (newflags & VM_WRITE))
		populate_vma_range(vma, start, end);
	return 0;
}

/* ---- the stack of a new program ---- */

/* Room that a fresh stack shows below its contents. */
#define STACK_ROOM (128UL * 1024)

int setup_arg_pages(struct vm_area_struct *vma, bool executable)
{
	unsigned long limit = rlimit(RLIMIT_STACK) & PAGE_MASK;
	unsigned long size = vma->vm_end - vma->vm_start;
	unsigned long room = limit > size ? min(limit - size, STACK_ROOM) : 0;
	int err = !executable ? 0
			      : mprotect_fixup(vma, &vma, vma->vm_start, vma->vm_end,
					       vma->vm_flags | VM_EXEC);

	return !err && room ? expand_stack(vma, vma->vm_start - room) : err;
}

/* ---- mprotect(2) ---- */

static int protect_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			 unsigned long prot)
{
	for (;;) {
		unsigned long newflags = (vma->vm_flags & ~VM_ACCESS_FLAGS) | prot;
		unsigned long stop = min(vma->vm_end, end);
		int err;

		if (newflags & ~(newflags >> VM_MAY_SHIFT) & VM_ACCESS_FLAGS)
			return -EACCES;
		err = mprotect_fixup(vma, &vma, start, stop, newflags);
		if (err || stop >= end)
			return err;
		/* It may have merged with what follows: that part is done too only if it was alike. */
		if (vma->vm_end <= stop)
			vma = vma->vm_next;
		if (!vma || vma->vm_start > stop)
			return -ENOMEM;
		start = stop;
	}
}

static int do_mprotect(struct mm_struct *mm, unsigned long start, unsigned long end,
		       unsigned long prot)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	if (!vma)
		return -ENOMEM;
	if (prot & PROT_GROWSDOWN) {
		/* From the beginning of the stack that @start lies in. */
		if (vma->vm_start >= end)
			return -ENOMEM;
		if (!(vma->vm_flags & VM_GROWSDOWN))
			return -EINVAL;
		start = vma->vm_start;
	} else if (vma->vm_start > start) {
		return -ENOMEM;
	} else if (prot & PROT_GROWSUP) {
		return -EINVAL; /* no stack grows up on this machine */
	}
	return protect_range(vma, start, end, prot & VM_ACCESS_FLAGS);
}

long sys_mprotect(unsigned long start, unsigned long len, unsigned long prot)
{
	const unsigned long both = PROT_GROWSDOWN | PROT_GROWSUP;
	struct mm_struct *mm = current->mm;
	unsigned long end;
	int err;

	if ((prot & both) == both || (start & ~PAGE_MASK))
		return -EINVAL;
	if (!len)
		return 0;
	end = start + PAGE_ALIGN(len);
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(both | VM_ACCESS_FLAGS | PROT_SEM))
		return -EINVAL;

	down_write(&mm->mmap_sem);
	err = do_mprotect(mm, start, end, prot);
	up_write(&mm->mmap_sem);
	return err;
}
