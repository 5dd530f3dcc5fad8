/*
 * Changing the rights of what is mapped: of VMAs, and of the entries that exist.
 */
#ifndef MM_MPROTECT_H
#define MM_MPROTECT_H

#include "kernel/lib/types.h"

struct vm_area_struct;

/*
 * mprotect_fixup - give [start, end) of a VMA new VM_* flags, and its entries the rights
 * @pvma: takes the VMA that holds the range afterwards
 *
 * Merges with neighbours that are alike now, or splits. Returns 0, or -ENOMEM
 * with nothing lost. mmap_sem held for writing.
 */
int mprotect_fixup(struct vm_area_struct *vma, struct vm_area_struct **pvma, unsigned long start,
		   unsigned long end, unsigned long newflags);

/*
 * vma_change_flags - the same without touching entries or accounts
 *
 * For flags that no entry shows (advice, locks). Returns the VMA that holds the
 * range now, or NULL without memory.
 */
struct vm_area_struct *vma_change_flags(struct vm_area_struct *vma, unsigned long start,
					unsigned long end, unsigned long newflags);

/* mprotect(2). What lies before a hole or a refusal has been changed, as on Linux. */
long sys_mprotect(unsigned long start, unsigned long len, unsigned long prot);

#endif
