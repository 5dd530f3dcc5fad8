/* The door of int 0x80 and sysenter: numbers and arguments of the Linux i386 ABI.
 *
 * Each call is `long sys_NAME(...)` in the room it belongs to, declared in that room's header, entered in
 * the table of syscall.c. A 64-bit argument arrives as two, low word first: declare it so.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "kernel/lib/compiler.h"

struct pt_regs;

/* Call what regs->orig_eax asks for and leave the answer in regs->eax. From entry.S, interrupts on. */
asmlinkage void do_syscall(struct pt_regs *regs);

#endif
