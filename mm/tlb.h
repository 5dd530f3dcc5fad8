/*
 * The TLB and CR3. Whoever weakens or removes an entry flushes before the page
 * can be reused.
 */
#ifndef MM_TLB_H
#define MM_TLB_H

#include "kernel/lib/types.h"

struct mm_struct;
struct vm_area_struct;

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
void flush_tlb_mm(struct mm_struct *mm);
void flush_tlb_kernel_range(unsigned long start, unsigned long end);
void flush_tlb_all(void);

/* Runs on @next's page tables from here on (no CR3 load if they are loaded). Interrupts off. */
void switch_mm(struct mm_struct *prev, struct mm_struct *next);

#endif
