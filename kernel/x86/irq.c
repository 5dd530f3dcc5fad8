/*
 * Hardware interrupts: the two 8259A controllers of a PC (Intel 8259A data sheet), lines 0 to 7 and, behind line 2, 8
 * to 15; and who handles which line.
 */
#include "kernel/x86/irq.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/x86/io.h"
#include "kernel/x86/percpu.h"

#define MASTER_COMMAND 0x20
#define MASTER_DATA    0x21
#define SLAVE_COMMAND  0xa0
#define SLAVE_DATA     0xa1

#define ICW1_INIT     0x11 /* edge, cascade, ICW4 follows */
#define ICW4_8086     0x01
#define OCW2_EOI      0x60 /* specific: the line is in the low bits */
#define OCW3_READ_ISR 0x0b

struct irq_desc irq_desc[NR_IRQS];
static struct pt_regs *irq_regs[NR_CPUS];
static u16 mask = 0xffff & ~(1u << CASCADE_IRQ); /* a set bit is a closed line */

void do_irq(struct pt_regs *regs);

static void write_mask(void)
{
	outb(mask & 0xff, MASTER_DATA);
	outb(mask >> 8, SLAVE_DATA);
}

void irq_init(void)
{
	static const struct {
		u16 port;
		u8 value;
	} words[] = {
		{ MASTER_COMMAND, ICW1_INIT },     { MASTER_DATA, FIRST_IRQ_VECTOR },
		{ MASTER_DATA, 1 << CASCADE_IRQ }, { MASTER_DATA, ICW4_8086 },
		{ SLAVE_COMMAND, ICW1_INIT },      { SLAVE_DATA, FIRST_IRQ_VECTOR + 8 },
		{ SLAVE_DATA, CASCADE_IRQ },       { SLAVE_DATA, ICW4_8086 },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		outb(words[i].value, words[i].port);
		io_delay();
	}
	write_mask();
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev)
{
	unsigned long irqflags;
	int error = -EBUSY;

	if (irq >= NR_IRQS || irq == CASCADE_IRQ)
		return -EINVAL;
	local_irq_save(irqflags);
	if (!irq_desc[irq].handler) {
		irq_desc[irq].handler = handler;
		irq_desc[irq].dev = dev;
		irq_desc[irq].name = name;
		mask &= ~(1u << irq);
		write_mask();
		error = 0;
	}
	local_irq_restore(irqflags);
	if (error)
		pr_err("IRQ %u is %s's, not for %s\n", irq, irq_desc[irq].name, name);
	return error;
}

struct pt_regs *get_irq_regs(void)
{
	return this_cpu(irq_regs);
}

static bool in_service(u16 command, unsigned int irq)
{
	outb(OCW3_READ_ISR, command);
	return inb(command) & (1u << (irq & 7));
}

/*
 * Let the next interrupt come. A line that fell again before it was served arrives as 7 or 15 and is not in service:
 * then only the master, which served its line 2 all the same, is told, and the value is false.
 */
static bool acknowledge(unsigned int irq)
{
	bool real = (irq & 7) != 7 || in_service(irq < 8 ? MASTER_COMMAND : SLAVE_COMMAND, irq);

	if (irq >= 8) {
		if (real)
			outb(OCW2_EOI | (irq & 7), SLAVE_COMMAND);
		outb(OCW2_EOI | CASCADE_IRQ, MASTER_COMMAND);
	} else if (real) {
		outb(OCW2_EOI | irq, MASTER_COMMAND);
	}
	return real;
}

/* From entry.S, interrupts off. */
void do_irq(struct pt_regs *regs)
{
	unsigned int irq = ~regs->orig_eax;
	struct irq_desc *desc = &irq_desc[irq];

	if (!acknowledge(irq))
		return;
	current_thread_info()->preempt_count += HARDIRQ_OFFSET;
	this_cpu(irq_regs) = regs;
	desc->count++;
	if (desc->handler)
		desc->handler(irq, desc->dev);
	this_cpu(irq_regs) = NULL;
	current_thread_info()->preempt_count -= HARDIRQ_OFFSET;
}
