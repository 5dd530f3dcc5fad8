/*
 * A program that dies of a fault says why on the console: `faultmsg` on the command line, or
 * /proc/sys/kernel/print-fatal-signals.
 */
#ifndef KERNEL_TASK_FAULTMSG_H
#define KERNEL_TASK_FAULTMSG_H

struct pt_regs;

extern unsigned long print_fatal_signals;

/*
 * The current program got @sig with @code for an exception called @trap: if nobody catches that, one sentence of what it
 * did, and its stack. @address, @error_code: of a page fault. Reads user memory, so it may sleep; trusts none of it.
 */
void report_fatal_fault(const struct pt_regs *regs, const char *trap, int sig, int code,
			unsigned long address, unsigned long error_code);

#endif
