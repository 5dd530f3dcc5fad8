/*
 * GDT, the task state segment of normal running, and the one that a double fault switches to. Segments are flat; they
 * only tell ring 0 from ring 3.
 */
#include "kernel/x86/cpu.h"
#include "kernel/x86/descs.h"
#include "kernel/x86/percpu.h"
#include "kernel/x86/ptregs.h"

/* High halves: 4 GiB limit in pages, 32 bits, present, accessed already so that the processor never writes here. */
#define FLAT_KERNEL_CODE 0x00cf9b00
#define FLAT_KERNEL_DATA 0x00cf9300
#define FLAT_USER_CODE   0x00cffb00
#define FLAT_USER_DATA   0x00cff300
#define AVAILABLE_TSS    0x00008900

#define TSS_LIMIT (sizeof(struct tss_struct) - 1)

struct desc_struct gdt_table[GDT_ENTRIES] __aligned(8) = {
	[GDT_ENTRY_KERNEL_CS] = { 0x0000ffff, FLAT_KERNEL_CODE },
	[GDT_ENTRY_KERNEL_DS] = { 0x0000ffff, FLAT_KERNEL_DATA },
	[GDT_ENTRY_USER_CS] = { 0x0000ffff, FLAT_USER_CODE },
	[GDT_ENTRY_USER_DS] = { 0x0000ffff, FLAT_USER_DATA },
};

static struct tss_struct init_tss[NR_CPUS] __aligned(128);
static struct tss_struct doublefault_tss __aligned(128);
static union thread_union doublefault_stack __aligned(THREAD_SIZE);

/* double_fault is the entry of entry.S that the task gate jumps to. */
asmlinkage void double_fault(void);

static void set_tss_desc(unsigned int entry, const struct tss_struct *tss)
{
	u32 base = (unsigned long)tss;

	gdt_table[entry].a = base << 16 | TSS_LIMIT;
	gdt_table[entry].b = (base & 0xff000000) | AVAILABLE_TSS | ((base >> 16) & 0xff);
}

void tss_set_esp0(unsigned long esp0)
{
	this_cpu(init_tss).esp0 = esp0;
	if (cpu_has(X86_FEATURE_SEP))
		wrmsr(MSR_IA32_SYSENTER_ESP, esp0);
}

void doublefault_set_cr3(unsigned long cr3)
{
	doublefault_tss.cr3 = cr3;
}

const struct tss_struct *doublefault_begin(struct task_struct *task)
{
	struct tss_struct *tss = &this_cpu(init_tss);

	doublefault_stack.thread_info.task = task;
	return tss;
}

static void setup_doublefault_tss(void)
{
	doublefault_tss = (struct tss_struct){
		.esp0 = (unsigned long)&doublefault_stack + THREAD_SIZE,
		.ss0 = __KERNEL_DS,
		.cr3 = read_cr3(),
		.eip = (unsigned long)double_fault,
		.eflags = X86_EFLAGS_FIXED,
		.esp = (unsigned long)&doublefault_stack + THREAD_SIZE,
		.cs = __KERNEL_CS,
		.ss = __KERNEL_DS,
		.ds = __KERNEL_DS,
		.es = __KERNEL_DS,
		.io_bitmap_base = sizeof(struct tss_struct),
	};
	doublefault_stack.thread_info.preempt_count = HARDIRQ_OFFSET;
}

void gdt_init(void)
{
	const struct desc_ptr gdtr = { sizeof(gdt_table) - 1, (unsigned long)gdt_table };
	struct tss_struct *tss = &this_cpu(init_tss);

	tss->ss0 = __KERNEL_DS;
	tss->esp0 = (unsigned long)&init_thread_union + THREAD_SIZE;
	tss->io_bitmap_base =
		sizeof(*tss); /* behind the limit: no port is allowed (SDM vol. 1 18.5.2) */
	setup_doublefault_tss();
	set_tss_desc(GDT_ENTRY_TSS, tss);
	set_tss_desc(GDT_ENTRY_DOUBLEFAULT, &doublefault_tss);
	__asm__ __volatile__("lgdt %0\n"
			     "ljmp %1, $1f\n"
			     "1:\n"
			     "movl %2, %%ds\n"
			     "movl %2, %%es\n"
			     "movl %2, %%ss\n"
			     "movl %3, %%fs\n"
			     "movl %3, %%gs\n"
			     "lldt %w3\n"
			     "ltr %w4\n" ::"m"(gdtr),
			     "i"(__KERNEL_CS), "r"(__KERNEL_DS), "r"(0), "r"(GDT_ENTRY_TSS * 8)
			     : "memory");
}
