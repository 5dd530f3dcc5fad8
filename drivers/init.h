/*
 * Bringing the devices to life that nobody calls afterwards: from boot/main.c, once.
 */
#ifndef DRIVERS_INIT_H
#define DRIVERS_INIT_H

/* The 8254: measure the TSC, read the date, start HZ interrupts a second on line 0. After irq_init(). */
void time_init(void);

/* /dev/pool, /dev/pool-vmalloc and /proc/pool: what programs agree on with them is in user/pool.h. */
void pool_init(void);

/* ttyS0, if there is a serial port, and tty1, if there is a screen. After tty_init and the screen's driver. */
void tty_ports_init(void);

/*
 * Pseudo-terminals: a terminal whose other end is a program (pty(7)). Opening /dev/ptmx makes a pair: the file is the
 * master; the slave, an ordinary terminal, appears as /dev/pts/N. Makes /dev/ptmx, and mounts devpts on /dev/pts. After
 * tty_init.
 */
void pty_init(void);

#endif
