/*
 * The door that exceptions come in by: each becomes a signal for a program, a fixed-up access of uaccess, or a panic that
 * says what happened. Everything here but trap_init is called by kernel/x86/entry.S only.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include "kernel/lib/compiler.h"
#include "kernel/x86/ptregs.h"

/* Have panics name the running task. The IDT is loaded already (idt_init), so traps before this are reported, too. */
void trap_init(void);

/* Exception `vector` (X86_TRAP_); interrupts off on entry and on return. */
void do_trap(struct pt_regs *regs, unsigned long vector, unsigned long error_code);

/* Exception 14; CR2 holds the address, interrupts are off. */
void do_page_fault_trap(struct pt_regs *regs, unsigned long error_code);

/* Return to user mode failed: the program's segment registers cannot be loaded. */
void do_bad_iret(struct pt_regs *regs);

/* Reached by the task gate, on its own stack. */
asmlinkage void do_double_fault(void) __noreturn;

/* There is work before user mode (TIF_WORK_MASK). Interrupts off on entry and on return; may sleep between. */
void exit_to_user_mode(struct pt_regs *regs);

#endif
