/*
 * The IDT. Interrupt gates everywhere, so that handlers begin with interrupts off (CR2 is still that of the fault);
 * int 0x80 alone is a trap gate that ring 3 may call, and so are int3 and into (interrupt gates with DPL 3).
 */
#include "kernel/x86/descs.h"
#include "kernel/x86/irq.h"
#include "kernel/x86/traps.h"

#define NR_VECTORS 256

/* Second word of a gate: present, DPL, type (SDM vol. 3A 6.11). */
#define GATE_INTERRUPT 0x8e00
#define GATE_TRAP      0x8f00
#define GATE_TASK      0x8500
#define GATE_DPL3      0x6000

static struct desc_struct idt_table[NR_VECTORS] __aligned(8);

/* kernel/x86/entry.S */
extern const char exception_stubs[], irq_stubs[], page_fault[], system_call[];

static void set_gate(unsigned int vector, u32 type, const char *entry)
{
	idt_table[vector].a = __KERNEL_CS << 16 | ((unsigned long)entry & 0xffff);
	idt_table[vector].b = ((unsigned long)entry & 0xffff0000) | type;
}

void idt_init(void)
{
	const struct desc_ptr idtr = { sizeof(idt_table) - 1, (unsigned long)idt_table };
	unsigned int i;

	for (i = 0; i < NR_EXCEPTIONS; i++)
		set_gate(i, GATE_INTERRUPT | (i == X86_TRAP_BP || i == X86_TRAP_OF ? GATE_DPL3 : 0),
			 exception_stubs + i * ENTRY_STUB_SIZE);
	set_gate(X86_TRAP_PF, GATE_INTERRUPT, page_fault);
	idt_table[X86_TRAP_DF].a = GDT_ENTRY_DOUBLEFAULT * 8 << 16;
	idt_table[X86_TRAP_DF].b = GATE_TASK;
	for (i = 0; i < NR_IRQS; i++)
		set_gate(FIRST_IRQ_VECTOR + i, GATE_INTERRUPT, irq_stubs + i * ENTRY_STUB_SIZE);
	set_gate(SYSCALL_VECTOR, GATE_TRAP | GATE_DPL3, system_call);
	__asm__ __volatile__("lidt %0" ::"m"(idtr));
}
