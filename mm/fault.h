/*
 * From CR2 and the error code to a verdict. The truth table stands in fault.c.
 */
#ifndef MM_FAULT_H
#define MM_FAULT_H

#include "kernel/lib/types.h"

struct mm_struct;
struct vm_area_struct;

/* Error code of exception 14 (Intel SDM vol. 3A 4.7). */
#define PF_PROT  0x01u /* 1: rights, 0: nothing present */
#define PF_WRITE 0x02u /* a write */
#define PF_USER  0x04u /* in user mode */
#define PF_RSVD  0x08u /* a reserved bit was set in an entry */
#define PF_INSTR 0x10u /* an instruction fetch (NX or SMEP) */

enum fault_verdict {
	FAULT_HANDLED,     /* go on */
	FAULT_SEGV_MAPERR, /* SIGSEGV: nothing is mapped there */
	FAULT_SEGV_ACCERR, /* SIGSEGV: mapped, but not for this */
	FAULT_BUS_ADRERR,  /* SIGBUS: past the end of the object */
	FAULT_OOM,         /* no memory */
	FAULT_KERNEL_BUG, /* the kernel touched what it must not: panic, unless uaccess has a fixup */
};

/* The VMA that @address lies in, a stack grown down to it if need be; or NULL. mmap_sem held. */
struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long address);

/*
 * do_page_fault - resolve a fault of the current task
 * @mm: its address space, NULL for a kernel thread
 * @address: CR2; @error_code: PF_*
 *
 * Takes mmap_sem for reading; may sleep. A fault of the kernel on a user address
 * that cannot be resolved gives the user verdict: the caller tries the exception
 * table first. @atomic: the kernel was not allowed to sleep (no verdict but
 * FAULT_KERNEL_BUG is possible then for user addresses).
 */
enum fault_verdict do_page_fault(struct mm_struct *mm, unsigned long address,
				 unsigned long error_code, bool atomic);

#endif
