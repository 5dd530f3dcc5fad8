/*
 * What a task is to this processor: its kernel stack, TLS segments, FPU registers, and the switch between two of them.
 * The scheduler embeds struct thread_struct in struct task_struct, which must be aligned to 16.
 */
#ifndef KERNEL_X86_THREAD_H
#define KERNEL_X86_THREAD_H

#include "kernel/x86/descs.h"
#include "kernel/x86/fpu.h"
#include "kernel/x86/ptregs.h"
#include "kernel/x86/thread_info.h"

struct thread_struct {
	unsigned long esp;  /* kernel stack pointer while the task does not run */
	unsigned long esp0; /* top of its kernel stack */
	unsigned long fs, gs;
	struct desc_struct tls_array[GDT_ENTRY_TLS_ENTRIES];
	unsigned long cr2, trap_no, error_code; /* of the last exception, for signal frames */
	struct fpu fpu;
};

/* Of the task that boots: it is there without having been made. */
#define INIT_THREAD                                                     \
	{                                                               \
		.esp0 = (unsigned long)&init_thread_union + THREAD_SIZE \
	}

/*
 * Leave `prev` and go on where `next` was left. Returns, later, when somebody switches back to prev: then the value is
 * the `last` that that somebody passed (the task it came from). Called with interrupts off.
 */
void *switch_to(struct thread_struct *prev, struct thread_struct *next, void *last);

/* The function in which a thread that is not running waits; NULL: not to be found out. */
const char *thread_wchan(const struct thread_struct *t);

/*
 * The task that runs on this CPU, remembered apart from the kernel stack: for reports after the stack, and with it
 * thread_info, was overrun.
 */
struct task_struct *running_task(void);

/*
 * Prepare a new thread on the kernel stack `stack` (lowest address, THREAD_SIZE bytes): when first switched to it calls
 * schedule_tail(last) and fn(arg). Should fn return (after an exec), the thread enters user mode with the pt_regs at the
 * top of its stack, see task_pt_regs. FPU and segment state start fresh.
 */
void thread_init_kernel(struct thread_struct *t, void *stack, void (*fn)(void *arg), void *arg);

/*
 * Prepare a new thread that, when first switched to, calls schedule_tail(last) and enters user mode with a copy of
 * `regs`; the caller changes eax, esp in task_pt_regs(stack). fs, gs, TLS, FPU are the caller's to copy: see thread_copy.
 */
void thread_init_user(struct thread_struct *t, void *stack, const struct pt_regs *regs);

/* For fork: copy the live segment, TLS and FPU state of the current thread `from` to `to`; stack fields stay alone. */
void thread_copy(struct thread_struct *to, struct thread_struct *from);

/* For exec: a fresh FPU, no TLS, fs and gs 0, in memory and in the registers. `t` is the current thread. */
void thread_flush(struct thread_struct *t);

/* For exec: all of regs as a new program finds them; interrupts on. */
void start_thread(struct pt_regs *regs, unsigned long eip, unsigned long esp);

/* The user registers of the thread whose kernel stack starts at `stack`. */
static inline struct pt_regs *task_pt_regs_of(void *stack)
{
	return (struct pt_regs *)((char *)stack + THREAD_SIZE) - 1;
}

/* The user registers of the current thread. */
#define current_pt_regs() task_pt_regs_of(current_thread_info())

/* The current thread's fs and gs live in the registers: savesegment(fs, value) stores one in an unsigned long. */
#define savesegment(segment, value)                                            \
	do {                                                                   \
		__asm__ __volatile__("movl %%" #segment ", %0" : "=r"(value)); \
		(value) &= 0xffff;                                             \
	} while (0)

/* Load fs or gs; a selector that the processor refuses becomes 0: the fixup tries again with that. */
#define loadsegment(segment, value)                                       \
	do {                                                              \
		unsigned long __selector = (value);                       \
		__asm__ __volatile__("1: movl %0, %%" #segment "\n"       \
				     ".pushsection .fixup_text, \"ax\"\n" \
				     "2: xorl %0, %0\n"                   \
				     "jmp 1b\n"                           \
				     ".popsection\n"                      \
				     ".pushsection __ex_table, \"a\"\n"   \
				     ".balign 4\n"                        \
				     ".long 1b, 2b\n"                     \
				     ".popsection\n"                      \
				     : "+r"(__selector)::"cc");           \
	} while (0)

/* get_thread_area: what TLS entry info->entry_number of `t` holds. 0 or -EINVAL. */
int tls_get(const struct thread_struct *t, struct user_desc *info);

/*
 * set_thread_area: put `info` into TLS entry info->entry_number of `t`, choosing a free one (and storing its number in
 * info) for -1. `t` may be the current thread: its GDT is updated. Returns 0, -EINVAL (bad number or segment), -ESRCH (none free).
 */
int tls_set(struct thread_struct *t, struct user_desc *info);

#endif
