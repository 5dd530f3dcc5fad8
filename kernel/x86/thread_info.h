/*
 * The small structure at the base of every kernel stack: found from the stack pointer alone, so that the current task,
 * its flags and the preemption count cost one AND. entry.S knows the offsets.
 */
#ifndef KERNEL_X86_THREAD_INFO_H
#define KERNEL_X86_THREAD_INFO_H

/* Size and alignment of a kernel stack. */
#define THREAD_SIZE 8192

/* Offsets for entry.S; kernel/x86/thread.c checks them. */
#define TI_TASK            0
#define TI_FLAGS           4
#define TI_PREEMPT_COUNT   8
#define TI_CPU             12
#define TI_SYSENTER_RETURN 16

/* Bits of thread_info.flags: work to do before the task goes back to user mode. */
#define TIF_SIGPENDING   0 /* a signal is to be delivered */
#define TIF_NEED_RESCHED 1 /* somebody better is ready to run */
#define TIF_NOTIFY       2 /* anything else: see exit_to_user_mode */
#define TIF_WORK_MASK    0x7

/* preempt_count: bits 0..7 nested preempt_disable, bits 16..23 nested hardware interrupts. */
#define HARDIRQ_OFFSET 0x10000
#define HARDIRQ_MASK   0xff0000

#ifndef __ASSEMBLER__
#include "kernel/lib/bitops.h"
#include "kernel/lib/compiler.h"

struct task_struct;

struct thread_info {
	struct task_struct *task;
	unsigned long flags;
	int preempt_count; /* 0: may sleep */
	unsigned int cpu;
	unsigned long sysenter_return; /* in the vDSO of the program; 0: it has none */
};

/* The thread_info of the stack we run on. */
static __always_inline struct thread_info *current_thread_info(void)
{
	unsigned long sp;

	/* Not volatile: within a function the answer never changes. */
	__asm__("movl %%esp, %0" : "=r"(sp));
	return (struct thread_info *)(sp & ~(THREAD_SIZE - 1UL));
}

/* The task that runs on this CPU. */
#define current (current_thread_info()->task)

#define preempt_count() (current_thread_info()->preempt_count)

/* In a hardware interrupt handler: nobody to sleep for. */
#define in_interrupt() ((preempt_count() & HARDIRQ_MASK) != 0)

/* In an interrupt, under a spinlock or with preemption off: must not sleep. */
#define in_atomic() (preempt_count() != 0)

static inline void preempt_disable(void)
{
	current_thread_info()->preempt_count++;
	barrier();
}

/* The kernel is not preempted inside itself, so nothing is rescheduled here. */
static inline void preempt_enable(void)
{
	barrier();
	current_thread_info()->preempt_count--;
}

/* TIF_ bits of another thread: atomic. */
#define set_ti_thread_flag(ti, flag)  set_bit(flag, &(ti)->flags)
#define test_ti_thread_flag(ti, flag) test_bit(flag, &(ti)->flags)

/* The same on the current thread. */
#define set_thread_flag(flag)   set_ti_thread_flag(current_thread_info(), flag)
#define clear_thread_flag(flag) clear_bit(flag, &current_thread_info()->flags)
#define test_thread_flag(flag)  test_ti_thread_flag(current_thread_info(), flag)

/* The stack that the boot runs on, and later the idle task's (linker.ld keeps it aligned). */
union thread_union {
	struct thread_info thread_info;
	unsigned long stack[THREAD_SIZE / sizeof(long)];
};

extern union thread_union init_thread_union;
#endif

#endif
