/*
 * Threads of this processor: making them, switching between them, their TLS segments.
 */
#include "kernel/x86/thread.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/string.h"
#include "kernel/x86/irqflags.h"
#include "kernel/x86/percpu.h"

BUILD_BUG_ON(offsetof(struct thread_info, task) != TI_TASK);
BUILD_BUG_ON(offsetof(struct thread_info, flags) != TI_FLAGS);
BUILD_BUG_ON(offsetof(struct thread_info, preempt_count) != TI_PREEMPT_COUNT);
BUILD_BUG_ON(offsetof(struct thread_info, cpu) != TI_CPU);
BUILD_BUG_ON(offsetof(struct thread_info, sysenter_return) != TI_SYSENTER_RETURN);

/* What switch_stack pops from the stack of a thread. */
struct switch_frame {
	unsigned long edi, esi, ebx, ebp;
	unsigned long ret;
};

/* kernel/x86/entry.S */
void *switch_stack(unsigned long *prev_esp, unsigned long next_esp, void *last);
asmlinkage void start_kernel_thread(void);
asmlinkage void start_user_thread(void);

static struct task_struct *running[NR_CPUS];

static void load_tls(const struct thread_struct *t)
{
	memcpy(&gdt_table[GDT_ENTRY_TLS_MIN], t->tls_array, sizeof(t->tls_array));
}

void *switch_to(struct thread_struct *prev, struct thread_struct *next, void *last)
{
	fpu_save(&prev->fpu);
	savesegment(fs, prev->fs);
	savesegment(gs, prev->gs);
	load_tls(next);
	if (prev->fs | next->fs)
		loadsegment(fs, next->fs);
	/* Even an equal selector must be loaded anew: its descriptor is another. */
	if (prev->gs | next->gs)
		loadsegment(gs, next->gs);
	fpu_restore(&next->fpu);
	tss_set_esp0(next->esp0);
	this_cpu(running) = ((struct thread_info *)(next->esp0 - THREAD_SIZE))->task;
	return switch_stack(&prev->esp, next->esp, last);
}

/* The stack's frames, each with the caller's ebp and the return address, lead to whoever called the scheduler. */
const char *thread_wchan(const struct thread_struct *t)
{
	const unsigned long *frame = (void *)((const struct switch_frame *)t->esp)->ebp;
	unsigned long low = t->esp, high = t->esp0 - 2 * sizeof(long);
	const char *name;

	for (; (unsigned long)frame > low && (unsigned long)frame <= high; frame = (void *)*frame) {
		low = (unsigned long)frame;
		name = kallsyms_lookup(frame[1] - 1, NULL, NULL);
		if (!name || strncmp(name, "schedule", 8))
			return name;
	}
	return NULL;
}

struct task_struct *running_task(void)
{
	struct task_struct *task = this_cpu(running);

	return task ? task : init_thread_union.thread_info.task;
}

/* Everything above the stack frame of a new thread: an empty FPU, no segments. */
static void init_thread(struct thread_struct *t, void *stack, struct switch_frame frame)
{
	struct switch_frame *f = (struct switch_frame *)task_pt_regs_of(stack) - 1;

	*f = frame;
	t->esp = (unsigned long)f;
	t->esp0 = (unsigned long)stack + THREAD_SIZE;
}

void thread_init_kernel(struct thread_struct *t, void *stack, void (*fn)(void *arg), void *arg)
{
	memset(task_pt_regs_of(stack), 0, sizeof(struct pt_regs));
	memset(t, 0, sizeof(*t));
	fpu_init_state(&t->fpu);
	init_thread(t, stack,
		    (struct switch_frame){ .ebx = (unsigned long)fn,
					   .esi = (unsigned long)arg,
					   .ret = (unsigned long)start_kernel_thread });
}

void thread_init_user(struct thread_struct *t, void *stack, const struct pt_regs *regs)
{
	*task_pt_regs_of(stack) = *regs;
	init_thread(t, stack, (struct switch_frame){ .ret = (unsigned long)start_user_thread });
}

void thread_copy(struct thread_struct *to, struct thread_struct *from)
{
	fpu_save(&from->fpu);
	memcpy(&to->fpu, &from->fpu, sizeof(to->fpu));
	memcpy(to->tls_array, from->tls_array, sizeof(to->tls_array));
	savesegment(fs, to->fs);
	savesegment(gs, to->gs);
}

void thread_flush(struct thread_struct *t)
{
	unsigned long flags;

	local_irq_save(flags);
	fpu_init_state(&t->fpu);
	fpu_restore(&t->fpu);
	loadsegment(fs, 0);
	loadsegment(gs, 0);
	memset(t->tls_array, 0, sizeof(t->tls_array));
	load_tls(t);
	t->cr2 = t->trap_no = t->error_code = 0;
	local_irq_restore(flags);
}

void start_thread(struct pt_regs *regs, unsigned long eip, unsigned long esp)
{
	*regs = (struct pt_regs){
		.ds = __USER_DS,
		.es = __USER_DS,
		.orig_eax = -1UL,
		.eip = eip,
		.cs = __USER_CS,
		.eflags = X86_EFLAGS_FIXED | X86_EFLAGS_IF,
		.esp = esp,
		.ss = __USER_DS,
	};
}

/* Both ways of asking for no segment: the documented empty one, and all zeros (as Linux takes it). */
static bool user_desc_empty(const struct user_desc *info)
{
	if (info->base_addr || info->limit || info->contents || info->seg_32bit ||
	    info->limit_in_pages || info->useable)
		return false;
	return info->read_exec_only == info->seg_not_present;
}

/* 32-bit data segments that are present, and nothing that could be a gate into the kernel. */
static bool user_desc_ok(const struct user_desc *info)
{
	if (user_desc_empty(info))
		return true;
	return info->seg_32bit && info->contents <= 1 && !info->seg_not_present;
}

/* S and DPL 3 are always set (SDM vol. 3A 3.4.5). */
static struct desc_struct make_desc(const struct user_desc *info)
{
	struct desc_struct d = { 0, 0 };

	if (user_desc_empty(info))
		return d;
	d.a = (info->base_addr & 0xffff) << 16 | (info->limit & 0xffff);
	d.b = (info->base_addr & 0xff000000) | ((info->base_addr >> 16) & 0xff) |
	      (info->limit & 0xf0000) | (u32)(info->read_exec_only ^ 1) << 9 |
	      (u32)info->contents << 10 | (u32)(info->seg_not_present ^ 1) << 15 |
	      (u32)info->useable << 20 | (u32)info->seg_32bit << 22 |
	      (u32)info->limit_in_pages << 23 | 0x7000;
	return d;
}

int tls_get(const struct thread_struct *t, struct user_desc *info)
{
	unsigned entry = info->entry_number;
	struct desc_struct d;

	if (entry < GDT_ENTRY_TLS_MIN || entry > GDT_ENTRY_TLS_MAX)
		return -EINVAL;
	d = t->tls_array[entry - GDT_ENTRY_TLS_MIN];
	*info = (struct user_desc){
		.entry_number = entry,
		.base_addr = d.a >> 16 | (d.b & 0xff) << 16 | (d.b & 0xff000000),
		.limit = (d.a & 0xffff) | (d.b & 0xf0000),
		.seg_32bit = d.b >> 22 & 1,
		.contents = d.b >> 10 & 3,
		.read_exec_only = !(d.b & 0x200),
		.limit_in_pages = d.b >> 23 & 1,
		.seg_not_present = !(d.b & 0x8000),
		.useable = d.b >> 20 & 1,
	};
	return 0;
}

static int find_free_tls(const struct thread_struct *t)
{
	int i;

	for (i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++) {
		if (!t->tls_array[i].a && !t->tls_array[i].b)
			return GDT_ENTRY_TLS_MIN + i;
	}
	return -ESRCH;
}

/* Segment registers hold copies: the current thread's are loaded again. */
static void reload_segments(unsigned int entry)
{
	unsigned long fs, gs;

	savesegment(fs, fs);
	savesegment(gs, gs);
	if (fs >> 3 == entry)
		loadsegment(fs, fs);
	if (gs >> 3 == entry)
		loadsegment(gs, gs);
}

int tls_set(struct thread_struct *t, struct user_desc *info)
{
	int entry = info->entry_number;
	unsigned long flags;

	if (!user_desc_ok(info))
		return -EINVAL;
	if (entry == -1) {
		entry = find_free_tls(t);
		if (entry < 0)
			return entry;
		info->entry_number = entry;
	}
	if (entry < GDT_ENTRY_TLS_MIN || entry > GDT_ENTRY_TLS_MAX)
		return -EINVAL;
	t->tls_array[entry - GDT_ENTRY_TLS_MIN] = make_desc(info);
	if (t->esp0 == (unsigned long)current_thread_info() + THREAD_SIZE) {
		local_irq_save(flags);
		load_tls(t);
		reload_segments(entry);
		local_irq_restore(flags);
	}
	return 0;
}
