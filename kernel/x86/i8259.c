#include "kernel/x86/i8259.h"

#include "kernel/x86/io.h"

#define MASTER_COMMAND 0x20
#define MASTER_DATA    0x21
#define SLAVE_COMMAND  0xa0
#define SLAVE_DATA     0xa1

#define ICW1_INIT     0x11 /* edge, cascade, ICW4 follows */
#define ICW4_8086     0x01
#define OCW2_EOI      0x60 /* specific: the line is in the low bits */
#define OCW3_READ_ISR 0x0b
#define CASCADE       2

/* A set bit is a closed line. */
static u16 mask = 0xffff & ~(1u << CASCADE);

static void write_mask(unsigned int irq)
{
	if (irq < 8)
		outb(mask & 0xff, MASTER_DATA);
	else
		outb(mask >> 8, SLAVE_DATA);
}

void i8259_init(u8 first_vector)
{
	outb(ICW1_INIT, MASTER_COMMAND);
	io_delay();
	outb(first_vector, MASTER_DATA);
	io_delay();
	outb(1u << CASCADE, MASTER_DATA);
	io_delay();
	outb(ICW4_8086, MASTER_DATA);
	io_delay();
	outb(ICW1_INIT, SLAVE_COMMAND);
	io_delay();
	outb(first_vector + 8, SLAVE_DATA);
	io_delay();
	outb(CASCADE, SLAVE_DATA);
	io_delay();
	outb(ICW4_8086, SLAVE_DATA);
	io_delay();
	write_mask(0);
	write_mask(8);
}

void i8259_mask(unsigned int irq)
{
	mask |= 1u << irq;
	write_mask(irq);
}

void i8259_unmask(unsigned int irq)
{
	mask &= ~(1u << irq);
	write_mask(irq);
}

void i8259_eoi(unsigned int irq)
{
	if (irq >= 8) {
		outb(OCW2_EOI | (irq & 7), SLAVE_COMMAND);
		irq = CASCADE;
	}
	outb(OCW2_EOI | irq, MASTER_COMMAND);
}

static u8 in_service(u16 command)
{
	outb(OCW3_READ_ISR, command);
	return inb(command);
}

bool i8259_is_real(unsigned int irq)
{
	if (irq == 7)
		return in_service(MASTER_COMMAND) & 0x80;
	if (irq != 15 || (in_service(SLAVE_COMMAND) & 0x80))
		return true;
	/* The master served its line 2 all the same. */
	outb(OCW2_EOI | CASCADE, MASTER_COMMAND);
	return false;
}
