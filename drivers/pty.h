/*
 * Pseudo-terminals: a terminal whose other end is a program (pty(7)). Opening /dev/ptmx makes a pair: the
 * file is the master; the slave, an ordinary terminal, appears as /dev/pts/N.
 */
#ifndef DRIVERS_PTY_H
#define DRIVERS_PTY_H

/* Make /dev/ptmx, and mount devpts on /dev/pts. After tty_init. */
void pty_init(void);

#endif
