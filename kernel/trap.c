#include "kernel/trap.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/task/faultmsg.h"
#include "kernel/task/oom.h"
#include "kernel/task/signal.h"
#include "kernel/x86/traps.h"
#include "mm/fault.h"
#include "mm/layout.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"

#define ILL_BADSTK 8
#define TRAP_IRET  32 /* Linux's number for it in signal frames */

/* Every exception by name (SDM vol. 3A table 6-1), and what it is for a program: signal, si_code. */
static const struct trap_info {
	const char *name;
	int signal;
	int code;
	bool at_eip; /* that is si_addr; else it is 0 */
} traps[] = {
	[X86_TRAP_DE] = { "divide error", SIGFPE, FPE_INTDIV, true },
	[X86_TRAP_DB] = { "debug exception", SIGTRAP, TRAP_TRACE, true },
	[X86_TRAP_NMI] = { "non-maskable interrupt", 0, 0, false },
	[X86_TRAP_BP] = { "breakpoint", SIGTRAP, SI_KERNEL, false },
	[X86_TRAP_OF] = { "overflow", SIGSEGV, SI_KERNEL, false },
	[X86_TRAP_BR] = { "bound range exceeded", SIGSEGV, SI_KERNEL, false },
	[X86_TRAP_UD] = { "invalid opcode", SIGILL, ILL_ILLOPN, true },
	[X86_TRAP_NM] = { "FPU not available", SIGFPE, SI_KERNEL, false },
	[X86_TRAP_DF] = { "double fault", 0, 0, false },
	[9] = { "coprocessor segment overrun", SIGFPE, SI_KERNEL, false },
	[X86_TRAP_TS] = { "invalid TSS", SIGSEGV, SI_KERNEL, false },
	[X86_TRAP_NP] = { "segment not present", SIGBUS, SI_KERNEL, false },
	[X86_TRAP_SS] = { "stack segment fault", SIGBUS, SI_KERNEL, false },
	[X86_TRAP_GP] = { "general protection fault", SIGSEGV, SI_KERNEL, false },
	[X86_TRAP_PF] = { "page fault", SIGSEGV, SEGV_MAPERR, false },
	[X86_TRAP_MF] = { "x87 floating-point exception", SIGFPE, 0, true },
	[X86_TRAP_AC] = { "alignment check", SIGBUS, BUS_ADRALN, false },
	[X86_TRAP_MC] = { "machine check", 0, 0, false },
	[X86_TRAP_XF] = { "SIMD floating-point exception", SIGFPE, 0, true },
	[20] = { "virtualization exception", SIGSEGV, SI_KERNEL, false },
	[21] = { "control protection exception", SIGSEGV, SI_KERNEL, false },
};

static const struct trap_info *trap_info(unsigned long vector)
{
	static const struct trap_info reserved = { "reserved exception", SIGSEGV, SI_KERNEL,
						   false };

	return vector < ARRAY_SIZE(traps) && traps[vector].name ? &traps[vector] : &reserved;
}

static void user_signal(unsigned long vector, unsigned long error_code, int sig, int code,
			unsigned long addr)
{
	current->thread.trap_no = vector;
	current->thread.error_code = error_code;
	force_sig_fault(sig, code, addr, current);
	report_fatal_fault(current_pt_regs(),
			   vector == X86_TRAP_PF ? NULL : trap_info(vector)->name, sig, code, addr,
			   error_code);
}

/* Read and clear DR6. Value: whether a single step of the program itself was the reason. */
static bool take_single_step(void)
{
	unsigned long dr6;

	__asm__ __volatile__("movl %%db6, %0\n"
			     "movl %1, %%db6"
			     : "=&r"(dr6)
			     : "r"(0));
	return dr6 & 0x4000;
}

static void user_trap(struct pt_regs *regs, unsigned long vector, unsigned long error_code)
{
	const struct trap_info *trap = trap_info(vector);
	int code = trap->code;

	if (vector == X86_TRAP_MF || vector == X86_TRAP_XF)
		code = fpu_exception_code(vector == X86_TRAP_XF);
	if (vector == X86_TRAP_DB && !take_single_step())
		code = TRAP_BRKPT;
	if (!trap->signal)
		panic_regs(regs, "%s", trap->name);
	local_irq_enable();
	user_signal(vector, error_code, trap->signal, code, trap->at_eip ? regs->eip : 0);
	local_irq_disable();
}

void do_trap(struct pt_regs *regs, unsigned long vector, unsigned long error_code)
{
	if (vector == X86_TRAP_NMI) {
		pr_warn("Non-maskable interrupt at %08lx\n", regs->eip);
		return;
	}
	if (user_mode(regs)) {
		user_trap(regs, vector, error_code);
		return;
	}
	if (fixup_exception(regs))
		return;
	if (vector == X86_TRAP_DB) {
		/* A program's trap flag that came along: none of the kernel's business. sysenter saves it, then clears it. */
		take_single_step();
		if (regs->eip < (unsigned long)sysenter_entry ||
		    regs->eip > (unsigned long)sysenter_flags_in_order)
			regs->eflags &= ~X86_EFLAGS_TF;
		return;
	}
	panic_regs(regs, "%s (exception %lu, error code %04lx) in the kernel",
		   trap_info(vector)->name, vector, error_code);
}

static void __noreturn __cold kernel_fault(struct pt_regs *regs, unsigned long address,
					   unsigned long error_code)
{
	const char *what = error_code & PF_INSTR   ? "the kernel tried to execute"
			   : error_code & PF_WRITE ? "the kernel wrote to"
						   : "the kernel read from";
	const char *why = error_code & PF_RSVD   ? "reserved bit in a page-table entry"
			  : error_code & PF_PROT ? "not allowed there"
						 : "nothing is mapped there";

	if (user_mode(regs))
		what = "the program touched";
	panic_regs(regs, "page fault: %s address %08lx: %s (%s)", what, address,
		   describe_kernel_address(address), why);
}

/* A user page, touched by ring 0 outside of uaccess: SMAP or SMEP stopped it, and no page can mend that. */
static bool smap_violation(const struct pt_regs *regs, unsigned long address,
			   unsigned long error_code)
{
	if (user_mode(regs) || address >= TASK_SIZE)
		return false;
	return (error_code & PF_INSTR) ||
	       (cpu_has(X86_FEATURE_SMAP) && !(regs->eflags & X86_EFLAGS_AC));
}

static void bad_fault(struct pt_regs *regs, unsigned long address, unsigned long error_code,
		      enum fault_verdict verdict)
{
	int sig = SIGSEGV, code = SEGV_MAPERR;

	if (!user_mode(regs)) {
		if (!fixup_exception(regs))
			kernel_fault(regs, address, error_code);
		return;
	}
	/* What a program's instruction touches on its behalf is its own affair, even where the processor calls the access
	 * the kernel's, as QEMU does for the stack of a far return. */
	if (verdict == FAULT_KERNEL_BUG && (address < TASK_SIZE || (error_code & PF_RSVD)))
		kernel_fault(regs, address, error_code);
	if (verdict == FAULT_OOM) {
		out_of_memory();
		return;
	}
	if (verdict == FAULT_SEGV_ACCERR)
		code = SEGV_ACCERR;
	if (verdict == FAULT_BUS_ADRERR) {
		sig = SIGBUS;
		code = BUS_ADRERR;
	}
	/* A program is not to learn which kernel addresses are mapped. */
	if (address >= TASK_SIZE)
		error_code |= PF_PROT | PF_USER;
	current->thread.cr2 = address;
	user_signal(X86_TRAP_PF, error_code, sig, code, address);
}

void do_page_fault_trap(struct pt_regs *regs, unsigned long error_code)
{
	unsigned long address = read_cr2();
	enum fault_verdict verdict = FAULT_KERNEL_BUG;
	bool interrupts = regs->eflags & X86_EFLAGS_IF;

	if (likely(interrupts))
		local_irq_enable();
	if (likely(!smap_violation(regs, address, error_code)))
		verdict =
			do_page_fault(current->mm, address, error_code, !interrupts || in_atomic());
	if (unlikely(verdict != FAULT_HANDLED))
		bad_fault(regs, address, error_code, verdict);
	local_irq_disable();
}

void do_bad_iret(struct pt_regs *regs)
{
	local_irq_enable();
	user_signal(TRAP_IRET, 0, SIGILL, ILL_BADSTK, 0);
}

/* The registers that the task gate left in the TSS, as a trap would have. */
static struct pt_regs *regs_of_tss(const struct tss_struct *tss)
{
	static struct pt_regs regs;

	regs = (struct pt_regs){ tss->ebx, tss->ecx, tss->edx,    tss->esi, tss->edi,
				 tss->ebp, tss->eax, tss->ds,     tss->es,  -1UL,
				 tss->eip, tss->cs,  tss->eflags, tss->esp, tss->ss };
	return &regs;
}

asmlinkage void do_double_fault(void)
{
	const struct tss_struct *tss = doublefault_begin(running_task());
	struct pt_regs *regs = regs_of_tss(tss);
	unsigned long address = read_cr2(), stack = tss->esp0 - THREAD_SIZE;

	if (address < stack && address >= stack - PAGE_SIZE && tss->esp < stack + PAGE_SIZE)
		panic_regs(regs, "kernel stack overflow: address %08lx, esp %08x: %s", address,
			   tss->esp, describe_kernel_address(address));
	panic_regs(regs, "double fault: esp %08x, address %08lx: %s", tss->esp, address,
		   describe_kernel_address(address));
}

void exit_to_user_mode(struct pt_regs *regs)
{
	struct thread_info *ti = current_thread_info();
	unsigned long work;

	while ((work = READ_ONCE(ti->flags) & TIF_WORK_MASK)) {
		local_irq_enable();
		if (work & (1UL << TIF_NEED_RESCHED))
			schedule();
		if (work & (1UL << TIF_NOTIFY)) {
			clear_thread_flag(TIF_NOTIFY);
			tlb_check_paid();
		}
		if (work & (1UL << TIF_SIGPENDING))
			do_signal(regs);
		local_irq_disable();
	}
}

static void describe_current(void)
{
	const struct task_struct *tsk = current;

	if ((unsigned long)tsk < PAGE_OFFSET || tsk >= (struct task_struct *)high_memory)
		printk(KERN_EMERG "Current task: unknown (%p)\n", (const void *)tsk);
	else
		printk(KERN_EMERG "Current task: %.*s (pid %d), stack at %p, mm %p\n",
		       TASK_COMM_LEN, tsk->comm, tsk->pid, tsk->stack, (void *)tsk->mm);
}

void trap_init(void)
{
	panic_describe_task = describe_current;
	print_fatal_signals = cmdline_has("faultmsg");
}
