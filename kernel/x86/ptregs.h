/*
 * The registers of an interrupted program as kernel/x86/entry.S leaves them on the kernel stack.
 */
#ifndef KERNEL_X86_PTREGS_H
#define KERNEL_X86_PTREGS_H

#include "kernel/lib/types.h"

/*
 * Lowest address first. ebx .. eax are pushed by entry.S, orig_eax is the system-call number, the error code, or
 * ~irq; the processor pushes eip .. eflags, and esp, ss only when it comes from user mode (SDM vol. 3A 6.12.1).
 * fs and gs are not saved here: the context switch keeps them.
 */
struct pt_regs {
	unsigned long ebx, ecx, edx, esi, edi, ebp, eax;
	unsigned long ds, es;
	unsigned long orig_eax;
	unsigned long eip, cs, eflags;
	unsigned long esp, ss;
};

#define X86_EFLAGS_CF    0x00000001UL
#define X86_EFLAGS_FIXED 0x00000002UL
#define X86_EFLAGS_PF    0x00000004UL
#define X86_EFLAGS_AF    0x00000010UL
#define X86_EFLAGS_ZF    0x00000040UL
#define X86_EFLAGS_SF    0x00000080UL
#define X86_EFLAGS_TF    0x00000100UL
#define X86_EFLAGS_IF    0x00000200UL
#define X86_EFLAGS_DF    0x00000400UL
#define X86_EFLAGS_OF    0x00000800UL
#define X86_EFLAGS_RF    0x00010000UL
#define X86_EFLAGS_AC    0x00040000UL
#define X86_EFLAGS_ID    0x00200000UL

/* True when the registers are those of a user program. */
static inline bool user_mode(const struct pt_regs *regs)
{
	return (regs->cs & 3) == 3;
}

/* Stack pointer at the trap: from ring 0 the processor pushed none, and it was right behind eflags. */
static inline unsigned long kernel_stack_pointer(const struct pt_regs *regs)
{
	return user_mode(regs) ? regs->esp : (unsigned long)&regs->esp;
}

#endif
