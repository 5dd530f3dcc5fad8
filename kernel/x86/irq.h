/*
 * Hardware interrupts: who handles which line, and the line's own switch. Handlers run with interrupts off.
 */
#ifndef KERNEL_X86_IRQ_H
#define KERNEL_X86_IRQ_H

#include "kernel/lib/types.h"
#include "kernel/x86/irqflags.h"
#include "kernel/x86/ptregs.h"

#define NR_IRQS          16
#define FIRST_IRQ_VECTOR 0x20

#define TIMER_IRQ    0
#define KEYBOARD_IRQ 1
#define CASCADE_IRQ  2
#define COM1_IRQ     4

typedef enum irqreturn { IRQ_NONE, IRQ_HANDLED } irqreturn_t;

/* Returns IRQ_HANDLED when it was its device that called. May not sleep. */
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

/* The line may have several handlers; all of them must say so (PCI). */
#define IRQF_SHARED 0x80

/*
 * Have `handler(irq, dev)` called on interrupt line `irq` (0..15) and open the line. `name` is shown in
 * /proc/interrupts and stays in use. Returns 0, -EINVAL (line, or shared without dev), -EBUSY (taken and not shared by both), -ENOMEM.
 */
int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name,
		void *dev);

/* Undo request_irq of the same `irq` and `dev`; the last handler closes the line. */
void free_irq(unsigned int irq, void *dev);

/* Close and open a line; nests. */
void disable_irq(unsigned int irq);
void enable_irq(unsigned int irq);

/* Number of interrupts a line has had since boot, and the name of its first handler (NULL: none). */
unsigned long irq_stat(unsigned int irq);
const char *irq_name(unsigned int irq);

/* Interrupts that no device admitted, or that the controller took back. */
unsigned long irq_spurious_count(void);

/* The registers that the current interrupt interrupted; NULL outside of one. */
struct pt_regs *get_irq_regs(void);

/* Set up the interrupt controller with every line closed. */
void irq_init(void);

/*
 * Called after the handlers of the outermost interrupt, interrupts still off: deferred work of the layers above. NULL at
 * first.
 */
extern void (*irq_exit_hook)(void);

#endif
