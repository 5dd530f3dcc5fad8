/* The door of int 0x80 and sysenter: numbers and arguments of the Linux i386 ABI.
 *
 * Each call is `long sys_NAME(...)` in the room it belongs to, declared in that room's header, entered in
 * the table of syscall.c. A 64-bit argument arrives as two, low word first: declare it so.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

typedef void (*syscall_fn)(void);

/* By number; numbers without a call lead to one that returns -ENOSYS. entry.S jumps through this table with the
 * arguments where an ordinary function (-mregparm=3) expects them and puts the value into regs->eax;
 * interrupts are on. A call that wants more than its arguments asks current_pt_regs(). */
extern const syscall_fn sys_call_table[];
extern const unsigned int nr_syscalls;

#endif
