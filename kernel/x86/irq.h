/*
 * Hardware interrupts: who handles which line. Handlers run with interrupts off.
 */
#ifndef KERNEL_X86_IRQ_H
#define KERNEL_X86_IRQ_H

#include "kernel/x86/irqflags.h"

#define NR_IRQS          16
#define FIRST_IRQ_VECTOR 0x20

#define TIMER_IRQ    0
#define KEYBOARD_IRQ 1
#define CASCADE_IRQ  2
#define COM1_IRQ     4

typedef enum irqreturn { IRQ_NONE, IRQ_HANDLED } irqreturn_t;

/* Returns IRQ_HANDLED when it was its device that called. May not sleep. */
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

/*
 * Have `handler(irq, dev)` called on interrupt line `irq` (0..15) and open the line. `flags` is 0: lines are not shared.
 * `name` stays in use. Returns 0, -EINVAL (no such line) or -EBUSY.
 */
int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev);

/* The lines, to be read. */
extern struct irq_desc {
	irq_handler_t handler; /* NULL: the line is closed */
	void *dev;
	const char *name;
	unsigned long count; /* interrupts since boot */
} irq_desc[NR_IRQS];

/* The registers that the current interrupt interrupted; NULL outside of one. */
struct pt_regs *get_irq_regs(void);

/* Set up the interrupt controller with every line closed. */
void irq_init(void);

#endif
