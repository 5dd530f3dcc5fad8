/*
 * The end of the road, reported: what, where, by which calls, in which task. Trusts nothing: the stack may be broken, so
 * every frame is checked before it is read, and a panic inside of the report prints one line and stops.
 */
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irqflags.h"
#include "kernel/x86/reboot.h"
#include "kernel/x86/thread_info.h"

#define BACKTRACE_MAX 24
#define LOWEST_STACK  0xC0000000UL /* user memory is not to be read here */

void (*panic_describe_task)(void);
void (*panic_hook)(const char *message);

/* One frame: the caller's ebp, then the return address (-fno-omit-frame-pointer). */
struct frame {
	struct frame *next;
	unsigned long ret;
};

/* Is a whole frame in the stack of THREAD_SIZE bytes at `stack`? */
static bool frame_ok(const struct frame *f, unsigned long stack)
{
	return (unsigned long)f - stack <= THREAD_SIZE - sizeof(*f) && !((unsigned long)f & 3);
}

static void show_backtrace(unsigned long eip, unsigned long ebp)
{
	unsigned long stack = ebp & ~(THREAD_SIZE - 1UL);
	struct frame *f = (struct frame *)ebp;
	int depth;

	printk(KERN_EMERG "Call trace:\n");
	if (eip)
		printk(KERN_EMERG " [<%08lx>] %pS\n", eip, (void *)eip);
	if (ebp < LOWEST_STACK)
		return;
	for (depth = 0; depth < BACKTRACE_MAX && frame_ok(f, stack); depth++) {
		if (!kernel_text_address(f->ret))
			break;
		/* The return address may be the first byte of the next function when the call was the last thing. */
		printk(KERN_EMERG " [<%08lx>] %pS\n", f->ret, (void *)(f->ret - 1));
		if (f->next <= f)
			break;
		f = f->next;
	}
}

static void show_regs(const struct pt_regs *regs)
{
	printk(KERN_EMERG "EIP: %04lx:[<%08lx>] %pS EFLAGS: %08lx\n", regs->cs & 0xffff, regs->eip,
	       user_mode(regs) ? NULL : (void *)regs->eip, regs->eflags);
	printk(KERN_EMERG "EAX: %08lx EBX: %08lx ECX: %08lx EDX: %08lx\n", regs->eax, regs->ebx,
	       regs->ecx, regs->edx);
	printk(KERN_EMERG "ESI: %08lx EDI: %08lx EBP: %08lx ESP: %08lx\n", regs->esi, regs->edi,
	       regs->ebp, kernel_stack_pointer(regs));
	printk(KERN_EMERG "DS: %04lx ES: %04lx CR0: %08lx CR2: %08lx CR3: %08lx\n",
	       regs->ds & 0xffff, regs->es & 0xffff, read_cr0(), read_cr2(), read_cr3());
}

/* EIP of the trap; after a call to where no code is, which made no frame, the place of that call. */
static unsigned long caller_of_nowhere(const struct pt_regs *regs)
{
	const unsigned long *sp = (const unsigned long *)kernel_stack_pointer(regs);

	if (kernel_text_address(regs->eip) || !kernel_text_address(*sp))
		return regs->eip;
	return *sp;
}

/* panic=N on the command line: reset after N seconds, at once for a negative N. */
static void __noreturn stop(void)
{
	const char *wait = cmdline_get("panic");
	unsigned long seconds = wait && *wait == '-' ? 0 : cmdline_number("panic", 0, 4000, 0);

	if (!seconds && !(wait && *wait == '-'))
		machine_halt();
	for (unsigned long microseconds = seconds * 1000000; microseconds; microseconds--)
		io_delay();
	machine_reset();
}

static void __noreturn die(const char *func, const struct pt_regs *regs, const char *fmt,
			   va_list args)
{
	static char message[256];
	static int depth;

	local_irq_disable();
	vscnprintf(message, sizeof(message), fmt, args);
	if (panic_hook)
		panic_hook(message);
	panic_in_progress = true;
	if (++depth > 2)
		stop();
	console_unlock_for_panic();
	printk(KERN_EMERG "%s: %s%s%s\n", depth > 1 ? "Panic inside of the panic" : "Kernel panic",
	       func ? func : "", func ? "(): " : "", message);
	if (depth > 1)
		stop();
	if (regs)
		show_regs(regs);
	if (!regs)
		show_backtrace(0, (unsigned long)__builtin_frame_address(0));
	else if (!user_mode(regs))
		show_backtrace(caller_of_nowhere(regs), regs->ebp);
	if (panic_describe_task)
		panic_describe_task();
	printk(KERN_EMERG "---[ end Kernel panic ]---\n");
	stop();
}

void __panic(const char *func, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	die(func, NULL, fmt, args);
}

void panic_regs(struct pt_regs *regs, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	die(NULL, regs, fmt, args);
}
