#include "mm/fault.h"

#include "mm/faulttrace.h"
#include "mm/memory.h"
#include "mm/mmap.h"

/*
 * The truth table. A fault is look-up, check, dispatch on kind.
 *
 *   address       what is there              access              verdict
 *   -----------   ------------------------   -----------------   -------------------------------
 *   >= TASK_SIZE  kernel                     by the user         SEGV_MAPERR
 *   >= TASK_SIZE  kernel                     by the kernel       KERNEL_BUG
 *   any           a reserved bit is set      any                 KERNEL_BUG
 *   < TASK_SIZE   no mm, or may not sleep    by the kernel       KERNEL_BUG (or uaccess's fixup)
 *   < TASK_SIZE   no VMA                     any                 SEGV_MAPERR
 *   < TASK_SIZE   below a VM_GROWSDOWN VMA   any                 grow it, or SEGV_MAPERR
 *   < TASK_SIZE   VMA without VM_WRITE       write               SEGV_ACCERR
 *   < TASK_SIZE   VMA without VM_EXEC        fetch (NX)          SEGV_ACCERR
 *   < TASK_SIZE   VMA                        read of present     SEGV_ACCERR
 *   < TASK_SIZE   VMA with no right at all   read of absent      SEGV_ACCERR
 *   < TASK_SIZE   VMA with the right         any                 handle_mm_fault():
 *                                              page found         HANDLED
 *                                              past the object    BUS_ADRERR
 *                                              no memory          OOM
 */

/* Do the VMA's rights allow what the processor was doing? */
static bool access_allowed(const struct vm_area_struct *vma, unsigned long error_code)
{
	if (error_code & PF_WRITE)
		return vma->vm_flags & VM_WRITE;
	if (error_code & PF_INSTR)
		return vma->vm_flags & VM_EXEC;
	/* i386 has no write-only or execute-only page: a present page can be read unless PROT_NONE. */
	if (error_code & PF_PROT)
		return false;
	return vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC);
}

struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (likely(vma && vma->vm_start <= address))
		return vma;
	if (!vma || !(vma->vm_flags & VM_GROWSDOWN) || expand_stack(vma, address))
		return NULL;
	return vma;
}

static __always_inline enum fault_verdict fault_in_mm(struct mm_struct *mm, unsigned long address,
						      unsigned long error_code)
{
	struct vm_area_struct *vma = find_extend_vma(mm, address);

	if (!vma)
		return FAULT_SEGV_MAPERR;
	if (unlikely(!access_allowed(vma, error_code)))
		return FAULT_SEGV_ACCERR;

	switch (handle_mm_fault(mm, vma, address, error_code & PF_WRITE)) {
	case VM_FAULT_MINOR:
		current->use.min_flt++;
		return FAULT_HANDLED;
	case VM_FAULT_MAJOR:
		current->use.maj_flt++;
		return FAULT_HANDLED;
	case VM_FAULT_SIGBUS:
		return FAULT_BUS_ADRERR;
	default:
		return FAULT_OOM;
	}
}

/* The same, with a record in the fault trace. */
static noinline enum fault_verdict trace_fault_in_mm(struct mm_struct *mm, unsigned long address,
						     unsigned long error_code)
{
	struct fault_record record;
	enum fault_verdict verdict;

	fault_trace_begin(&record, mm, address, error_code);
	verdict = fault_in_mm(mm, address, error_code);
	fault_trace_end(&record, mm, verdict);
	return verdict;
}

enum fault_verdict do_page_fault(struct mm_struct *mm, unsigned long address,
				 unsigned long error_code, bool atomic)
{
	enum fault_verdict verdict;

	/* No entry of ours ever has a reserved bit set. */
	if (unlikely(error_code & PF_RSVD))
		return FAULT_KERNEL_BUG;
	if (unlikely(address >= TASK_SIZE))
		return (error_code & PF_USER) ? FAULT_SEGV_MAPERR : FAULT_KERNEL_BUG;
	if (unlikely(!mm || atomic))
		return FAULT_KERNEL_BUG;

	down_read(&mm->mmap_sem);
	if (unlikely(fault_trace))
		verdict = trace_fault_in_mm(mm, address, error_code);
	else
		verdict = fault_in_mm(mm, address, error_code);
	up_read(&mm->mmap_sem);
	return verdict;
}
