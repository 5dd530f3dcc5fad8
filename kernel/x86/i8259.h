/*
 * The two 8259A interrupt controllers of a PC (Intel 8259A data sheet): lines 0 to 7 and, behind line 2, 8 to 15.
 */
#ifndef KERNEL_X86_I8259_H
#define KERNEL_X86_I8259_H

#include "kernel/lib/types.h"

/* Vectors from `first_vector` (a multiple of 8) on, all lines closed but the cascade. */
void i8259_init(u8 first_vector);

/* Close and open line 0..15. Interrupts off. */
void i8259_mask(unsigned int irq);
void i8259_unmask(unsigned int irq);

/* Acknowledge the interrupt being served, so that the next can come. */
void i8259_eoi(unsigned int irq);

/* A line that fell again before it was served is reported as 7 or 15: is this one real? A false one is dealt with. */
bool i8259_is_real(unsigned int irq);

#endif
