/*
 * 16550 UART at COM1. Output is polled: the log must get out with interrupts off, and in an emulator the transmitter is
 * always ready. Registers: National Semiconductor PC16550D data sheet, table 1.
 */
#include "drivers/serial.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irq.h"

#define COM1 0x3f8

#define UART_DATA    (COM1 + 0)
#define UART_IER     (COM1 + 1)
#define UART_FCR     (COM1 + 2)
#define UART_LCR     (COM1 + 3)
#define UART_MCR     (COM1 + 4)
#define UART_LSR     (COM1 + 5)
#define UART_SCRATCH (COM1 + 7)

#define IER_RX           0x01
#define FCR_ENABLE_CLEAR 0x07
#define LCR_8N1          0x03
#define LCR_DLAB         0x80
#define MCR_READY        0x0b /* DTR, RTS, and OUT2, which gates the interrupt line */
#define LSR_DATA         0x01
#define LSR_EMPTY        0x20

/* A port that never becomes ready must not stop the kernel. */
#define TX_TRIES 0x10000

/* Bytes taken in one interrupt: more than the FIFO holds, fewer than a stuck port could give. */
#define RX_BATCH 64

static bool present;
static void (*rx_callback)(u8 byte);

static void send(u8 byte)
{
	int tries = TX_TRIES;

	while (!(inb(UART_LSR) & LSR_EMPTY) && --tries)
		;
	outb(byte, UART_DATA);
}

void serial_write(const char *data, size_t len)
{
	if (!present)
		return;
	while (len--)
		send(*data++);
}

static void console_write(struct console *con, const char *text, size_t len)
{
	for (; len--; text++) {
		if (*text == '\n')
			send('\r');
		send(*text);
	}
}

static struct console serial_console = { .name = "ttyS0", .write = console_write };

bool serial_present(void)
{
	return present;
}

void serial_console_init(void)
{
	outb(0x5a, UART_SCRATCH);
	if (inb(UART_SCRATCH) != 0x5a)
		return;
	present = true;
	outb(0, UART_IER);
	outb(LCR_DLAB, UART_LCR);
	outb(1, UART_DATA); /* divisor 1: 115200 */
	outb(0, UART_IER);
	outb(LCR_8N1, UART_LCR);
	outb(FCR_ENABLE_CLEAR, UART_FCR);
	outb(MCR_READY, UART_MCR);
	if (console_wanted("ttyS0"))
		register_console(&serial_console);
}

static irqreturn_t serial_interrupt(int irq, void *dev)
{
	irqreturn_t result = IRQ_NONE;
	int i;

	for (i = 0; i < RX_BATCH && (inb(UART_LSR) & LSR_DATA); i++) {
		rx_callback(inb(UART_DATA));
		result = IRQ_HANDLED;
	}
	if (i == RX_BATCH) {
		/* More may be there, and the controller waits for an edge: let the line fall and rise. */
		outb(0, UART_IER);
		outb(IER_RX, UART_IER);
	}
	return result;
}

int serial_set_rx(void (*rx)(u8 byte))
{
	int error;

	if (!present)
		return -ENODEV;
	rx_callback = rx;
	error = request_irq(COM1_IRQ, serial_interrupt, 0, "ttyS0", NULL);
	if (!error)
		outb(IER_RX, UART_IER);
	return error;
}
