/* The door of int 0x80: numbers and arguments of the Linux i386 ABI.
 *
 * Each call is `long sys_NAME(...)` in the room it belongs to. kernel/fs/calls.h and kernel/task/calls.h list theirs once, for
 * prototypes and table; the others are declared in their room's header and entered in syscall.c. It takes up to six words, in the
 * order of the ABI; a 64-bit argument arrives as two, low word first: declare it so. The caller's registers are current_pt_regs().
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

/* Read by entry.S. */
extern const void *const sys_call_table[];
extern const unsigned int nr_syscalls;

#endif
