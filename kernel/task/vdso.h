/*
 * The vDSO, linux-gate.so.1: a page of code that belongs to the kernel and runs in user mode, mapped into every program
 * as a shared object. Through it a program makes system calls by the best way the processor has, and a signal handler
 * returns.
 */
#ifndef KERNEL_TASK_VDSO_H
#define KERNEL_TASK_VDSO_H

/* Distances from __kernel_vsyscall. */
#define VDSO_SYSENTER     3 /* movl %esp, %ebp; sysenter */
#define VDSO_LANDING_PAD  9 /* where both ways of calling return to */
#define VDSO_SIGRETURN    32
#define VDSO_RT_SIGRETURN 64

#ifndef __ASSEMBLER__
#include "kernel/x86/thread_info.h"

/* Puts the image into a page of its own, as this processor can run it. Once; panics without memory. */
void vdso_init(void);

/* For exec: maps the vDSO into current's mm. 0 or -ENOMEM. Takes mmap_sem. */
int map_vdso(void);

/* The distance of __kernel_vsyscall from the beginning. */
unsigned long vdso_entry(void);

/* A place in the vDSO of the current program, which may have moved it: one of the distances above. */
static inline unsigned long current_vdso(unsigned long distance)
{
	return current_thread_info()->sysenter_return - VDSO_LANDING_PAD + distance;
}
#endif

#endif
