#include "kernel/task/faultmsg.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/sysctl.h"
#include "kernel/task/signal.h"
#include "mm/faulttrace.h"
#include "mm/mm.h"
#include "mm/uaccess.h"
#include "mm/vma.h"

#define CALLS 16

unsigned long print_fatal_signals;

SYSCTL(faultmsg_sysctls) = {
	{ .path = "sys/kernel/print-fatal-signals", .data = &print_fatal_signals, .max = 1 },
};

/* Describes where addr lies: ", r-xp /bin/cow+0x101c". Value: the flags of the mapping, 0 if there is none. */
static unsigned long describe(unsigned long addr, char *text, size_t size)
{
	struct vm_area_struct *vma;
	unsigned long flags = 0;
	const char *label;
	char path[64];
	int len;

	*text = 0;
	down_read(&current->mm->mmap_sem);
	vma = find_vma(current->mm, addr);
	if (vma && vma->vm_start <= addr) {
		flags = vma->vm_flags;
		label = vma_label(vma, path, sizeof(path));
		len = scnprintf(text, size, ", %c%c%c%c%s%s", flags & VM_READ ? 'r' : '-',
				flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
				flags & VM_MAYSHARE ? 's' : 'p', *label ? " " : "", label);
		if (vma->vm_file)
			scnprintf(text + len, size - len, "+0x%lx",
				  addr - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT));
	}
	up_read(&current->mm->mmap_sem);
	return flags;
}

/* Calls on the stack, as far as programs keep frame pointers. Those go up, or the stack is none. */
static void show_calls(const struct pt_regs *regs)
{
	struct {
		unsigned long next, ret;
	} frame = { regs->ebp, regs->eip };
	unsigned long last = 0;
	char text[96];
	int i;

	/* A call to where no code is has made no frame. */
	if (!(describe(frame.ret, text, sizeof(text)) & VM_EXEC) &&
	    get_user(frame.ret, (const unsigned long __user *)regs->esp))
		return;
	for (i = 0; i < CALLS && describe(frame.ret, text, sizeof(text)) & VM_EXEC; i++) {
		printk(KERN_ALERT " [<%08lx>]%s\n", frame.ret, text + 1);
		if (frame.next <= last)
			break;
		last = frame.next;
		if (copy_from_user(&frame, (const void __user *)last, sizeof(frame)))
			break;
	}
}

void report_fatal_fault(const struct pt_regs *regs, const char *trap, int sig, int code,
			unsigned long address, unsigned long error_code)
{
	static const char *const names[] = { [SIGILL] = "SIGILL",
					     [SIGTRAP] = "SIGTRAP",
					     [SIGBUS] = "SIGBUS",
					     [SIGFPE] = "SIGFPE",
					     [SIGSEGV] = "SIGSEGV" };
	const char *access = error_code & PF_INSTR   ? "execution of"
			     : error_code & PF_WRITE ? "write to"
						     : "read of";
	const char *why = sig == SIGBUS         ? "past the end of the object"
			  : code == SEGV_ACCERR ? "the mapping does not allow it"
						: "no mapping there";
	char place[96], what[160];

	if (!print_fatal_signals || current->sighand->action[sig - 1].handler != SIG_DFL)
		return;
	describe(address, place, sizeof(place));
	if (trap)
		scnprintf(what, sizeof(what), "%s: %s", trap, names[sig]);
	else
		scnprintf(what, sizeof(what), "%s %s page 0x%08lx%s: %s, %s", access,
			  error_code & PF_PROT ? "protected" : "absent", address & PAGE_MASK, place,
			  names[sig], why);
	describe(regs->eip, place, sizeof(place));
	printk(KERN_ALERT "%s[%d]: %s, at 0x%08lx%s\n", current->comm, current->pid, what,
	       regs->eip, place);
	show_calls(regs);
}
