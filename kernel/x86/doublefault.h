/*
 * The double fault: an exception could not be delivered, nearly always because the kernel stack ran into its guard page.
 * It enters by a task gate on a stack of its own (SDM vol. 3A 6.15, interrupt 8).
 */
#ifndef KERNEL_X86_DOUBLEFAULT_H
#define KERNEL_X86_DOUBLEFAULT_H

#include "kernel/x86/descs.h"

struct task_struct;

/* Page tables for the handler: those with the whole kernel half. After paging_init. */
void doublefault_set_cr3(unsigned long cr3);

/*
 * For the handler: makes `task` current on its stack (the thread_info of the broken one may be overwritten) and
 * returns the registers of what faulted.
 */
const struct tss_struct *doublefault_begin(struct task_struct *task);

/* Lowest address of the kernel stack that the running task enters on, from the TSS and not from the stack pointer. */
unsigned long current_stack_base(void);

#endif
