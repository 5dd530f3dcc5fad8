/*
 * Reset and power off by the ports that need no ACPI tables.
 */
#include "kernel/x86/reboot.h"

#include "kernel/x86/cpu.h"
#include "kernel/x86/descs.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irqflags.h"

/* PM1a control registers with SLP_EN (bit 13) and the sleep type that means off. */
#define PM1A_PIIX4 0x604  /* QEMU: pc and q35 */
#define PM1A_OLD   0xb004 /* Bochs, old QEMU */
#define SLP_EN     0x2000

#define KBD_STATUS 0x64
#define KBD_RESET  0xfe
#define RESET_PORT 0xcf9

void machine_halt(void)
{
	for (;;) {
		local_irq_disable();
		halt();
	}
}

void machine_power_off(void)
{
	local_irq_disable();
	outw(SLP_EN, PM1A_PIIX4);
	outw(SLP_EN, PM1A_OLD);
	machine_halt();
}

void machine_reset(void)
{
	const struct desc_ptr no_idt = { 0, 0 };
	int i;

	local_irq_disable();
	for (i = 0; i < 0x10000 && (inb(KBD_STATUS) & 2); i++)
		io_delay();
	outb(KBD_RESET, KBD_STATUS);
	for (i = 0; i < 1000; i++)
		io_delay();
	outb(0x02, RESET_PORT);
	outb(0x06, RESET_PORT);
	for (i = 0; i < 1000; i++)
		io_delay();
	/* No handler can be found for the breakpoint, nor for the fault that follows, nor for the next. */
	__asm__ __volatile__("lidt %0; int3" ::"m"(no_idt));
	machine_halt();
}
