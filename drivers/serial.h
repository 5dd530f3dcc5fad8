/*
 * The first serial port (COM1, a 16550): a console for the log that works from the first instruction on, and a raw
 * line for the terminal layer.
 */
#ifndef DRIVERS_SERIAL_H
#define DRIVERS_SERIAL_H

#include "kernel/lib/types.h"

/*
 * Set the port to 115200 8N1 and make it a console of the log when the command line says console=ttyS0 or names no
 * console. Needs no interrupts and no memory. Does nothing where there is no port.
 */
void serial_console_init(void);

/* True when the port exists. */
bool serial_present(void);

/* Send bytes as they are; waits for the port, not for interrupts. Any context. */
void serial_write(const char *data, size_t len);

/* From now on `rx(byte)` is called in interrupt context for every byte received. Returns 0 or request_irq's error. */
int serial_set_rx(void (*rx)(u8 byte));

#endif
