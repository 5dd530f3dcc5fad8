/*
 * The terminals of a PC.
 */
#ifndef DRIVERS_TTY_PORTS_H
#define DRIVERS_TTY_PORTS_H

/* Make ttyS0, if there is a serial port, and tty1, if there is a screen. After tty_init and the
 * screen's driver. */
void tty_ports_init(void);

#endif
