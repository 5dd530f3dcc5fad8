/*
 * Interrupt lines and their handlers. A line has a chain of actions; the first closes in with request_irq and opens it.
 */
#include "kernel/x86/irq.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/x86/i8259.h"
#include "kernel/x86/percpu.h"

/* Handlers that all lines can have together; there are 16 lines and few are shared. */
#define MAX_ACTIONS 32

/* After so many interrupts in a row that nobody admits, a line is closed for good: it would hang the machine. */
#define UNHANDLED_MAX 100000

struct irqaction {
	irq_handler_t handler; /* NULL: this slot is free */
	void *dev;
	const char *name;
	unsigned long flags;
	struct irqaction *next;
};

struct irq_desc {
	struct irqaction *action;
	unsigned int depth; /* disable_irq nesting; the line is open at 0 */
	unsigned long count;
	unsigned long unhandled; /* in a row */
};

static struct irqaction actions[MAX_ACTIONS];
static struct irq_desc irq_desc[NR_IRQS];
static unsigned long spurious;
static struct pt_regs *irq_regs[NR_CPUS];

void (*irq_exit_hook)(void);

void do_irq(struct pt_regs *regs);

void irq_init(void)
{
	i8259_init(FIRST_IRQ_VECTOR);
}

static struct irqaction *find_free_action(void)
{
	struct irqaction *a;

	for (a = actions; a < actions + MAX_ACTIONS; a++) {
		if (!a->handler)
			return a;
	}
	return NULL;
}

/* Interrupts off. */
static int add_action(struct irq_desc *desc, unsigned int irq, const struct irqaction *wanted)
{
	struct irqaction **link = &desc->action, *action;

	if (desc->action && !(desc->action->flags & wanted->flags & IRQF_SHARED))
		return -EBUSY;
	action = find_free_action();
	if (!action)
		return -ENOMEM;
	*action = *wanted;
	while (*link)
		link = &(*link)->next;
	*link = action;
	if (desc->action == action) {
		desc->depth = 0;
		desc->unhandled = 0;
		i8259_unmask(irq);
	}
	return 0;
}

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev)
{
	const struct irqaction wanted = {
		.handler = handler, .dev = dev, .name = name, .flags = flags
	};
	unsigned long irqflags;
	int error;

	if (irq >= NR_IRQS || irq == CASCADE_IRQ || !handler || ((flags & IRQF_SHARED) && !dev))
		return -EINVAL;
	local_irq_save(irqflags);
	error = add_action(&irq_desc[irq], irq, &wanted);
	local_irq_restore(irqflags);
	return error;
}

void free_irq(unsigned int irq, void *dev)
{
	struct irqaction **link, *action;
	unsigned long flags;

	if (irq >= NR_IRQS)
		return;
	local_irq_save(flags);
	for (link = &irq_desc[irq].action; (action = *link); link = &action->next) {
		if (action->dev != dev)
			continue;
		*link = action->next;
		action->handler = NULL;
		break;
	}
	if (!irq_desc[irq].action)
		i8259_mask(irq);
	local_irq_restore(flags);
}

void disable_irq(unsigned int irq)
{
	unsigned long flags;

	local_irq_save(flags);
	if (irq_desc[irq].depth++ == 0)
		i8259_mask(irq);
	local_irq_restore(flags);
}

void enable_irq(unsigned int irq)
{
	unsigned long flags;

	local_irq_save(flags);
	if (irq_desc[irq].depth && --irq_desc[irq].depth == 0 && irq_desc[irq].action)
		i8259_unmask(irq);
	local_irq_restore(flags);
}

unsigned long irq_stat(unsigned int irq)
{
	return irq_desc[irq].count;
}

const char *irq_name(unsigned int irq)
{
	return irq_desc[irq].action ? irq_desc[irq].action->name : NULL;
}

unsigned long irq_spurious_count(void)
{
	return spurious;
}

struct pt_regs *get_irq_regs(void)
{
	return this_cpu(irq_regs);
}

static void note_unhandled(struct irq_desc *desc, unsigned int irq)
{
	spurious++;
	if (++desc->unhandled < UNHANDLED_MAX)
		return;
	i8259_mask(irq);
	pr_err("IRQ %u: nobody cares, the line is closed\n", irq);
}

static void handle_irq(struct irq_desc *desc, unsigned int irq)
{
	struct irqaction *action, *next;
	bool handled = false;

	desc->count++;
	for (action = desc->action; action; action = next) {
		next = action->next; /* a handler may free itself */
		handled |= action->handler(irq, action->dev) == IRQ_HANDLED;
	}
	if (handled)
		desc->unhandled = 0;
	else
		note_unhandled(desc, irq);
}

/* From entry.S, interrupts off. */
void do_irq(struct pt_regs *regs)
{
	unsigned int irq = ~regs->orig_eax;
	struct pt_regs *outer = this_cpu(irq_regs);

	if ((irq & 7) == 7 && !i8259_is_real(irq)) {
		spurious++;
		return;
	}
	current_thread_info()->preempt_count += HARDIRQ_OFFSET;
	this_cpu(irq_regs) = regs;
	i8259_eoi(irq);
	handle_irq(&irq_desc[irq], irq);
	this_cpu(irq_regs) = outer;
	current_thread_info()->preempt_count -= HARDIRQ_OFFSET;
	if (irq_exit_hook && !in_interrupt())
		irq_exit_hook();
}
