#include "mm/stack.h"

#include "kernel/lib/errno.h"
#include "mm/mmap.h"
#include "mm/pgtable.h"
#include "mm/vma.h"

#define STACK_FLAGS \
	(VM_GROWSDOWN | VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_ACCOUNT)

static int may_grow(const struct vm_area_struct *vma, unsigned long address)
{
	unsigned long grow = (vma->vm_start - address) >> PAGE_SHIFT;
	struct mm_struct *mm = vma->vm_mm;

	if (grow > vma->vm_pgoff || !may_expand_vm(mm, vma->vm_flags, grow) ||
	    vma->vm_end - address > rlimit(RLIMIT_STACK) || !may_lock(mm, vma->vm_flags, grow))
		return -ENOMEM;
	return vm_enough_memory(vma->vm_flags, grow);
}

/* Something else is so close below that a large frame could jump into it. */
static bool too_close(const struct vm_area_struct *prev, unsigned long address)
{
	if (!prev || (prev->vm_flags & VM_GROWSDOWN) ||
	    !(prev->vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return false;
	return address - prev->vm_end < STACK_GUARD_GAP;
}

int expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	struct mm_struct *mm = vma->vm_mm;
	int err = 0;

	address &= PAGE_MASK;
	if (address < mmap_min_addr)
		return -EPERM;
	if (too_close(vma->vm_prev, address))
		return -ENOMEM;

	/* Faults hold mmap_sem for reading only: two threads may be here. */
	spin_lock(&mm->page_table_lock);
	if (address < vma->vm_start) {
		unsigned long grow = (vma->vm_start - address) >> PAGE_SHIFT;

		err = may_grow(vma, address);
		if (!err) {
			vma_set_range(vma, address, vma->vm_end, vma->vm_pgoff - grow);
			vm_stat_account(mm, vma->vm_flags, grow);
		}
	}
	spin_unlock(&mm->page_table_lock);
	return err;
}

struct vm_area_struct *stack_vma_create(struct mm_struct *mm)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);

	if (!vma)
		return NULL;
	vma->vm_end = STACK_TOP;
	vma->vm_start = STACK_TOP - PAGE_SIZE;
	vma->vm_flags = STACK_FLAGS;
	vma->vm_page_prot = vm_get_page_prot(STACK_FLAGS);
	vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	if (vm_enough_memory(VM_ACCOUNT, 1)) {
		vm_area_free(vma);
		return NULL;
	}
	insert_vm_struct(mm, vma);
	vm_stat_account(mm, vma->vm_flags, 1);
	return vma;
}
