/*
 * The interrupt flag of this CPU.
 */
#ifndef KERNEL_X86_IRQFLAGS_H
#define KERNEL_X86_IRQFLAGS_H

#include "kernel/x86/ptregs.h"

static inline void local_irq_disable(void)
{
	__asm__ __volatile__("cli" ::: "memory");
}

static inline void local_irq_enable(void)
{
	__asm__ __volatile__("sti" ::: "memory");
}

/* EFLAGS as it is. */
static inline unsigned long local_save_flags(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfl; popl %0" : "=rm"(flags)::"memory");
	return flags;
}

/* Put the interrupt flag back to what local_irq_save found. */
static inline void local_irq_restore(unsigned long flags)
{
	__asm__ __volatile__("pushl %0; popfl" ::"g"(flags) : "memory", "cc");
}

/* Remember the flag in `flags` (unsigned long) and clear it. */
#define local_irq_save(flags)                 \
	do {                                  \
		(flags) = local_save_flags(); \
		local_irq_disable();          \
	} while (0)

static inline bool irqs_disabled(void)
{
	return !(local_save_flags() & X86_EFLAGS_IF);
}

/* Enable interrupts and sleep until one comes; nothing can slip in between (SDM vol. 2B STI). */
static inline void safe_halt(void)
{
	__asm__ __volatile__("sti; hlt" ::: "memory");
}

#endif
