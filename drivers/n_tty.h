/*
 * What the two halves of the line discipline share.
 */
#ifndef DRIVERS_N_TTY_H
#define DRIVERS_N_TTY_H

#include "drivers/termios.h"
#include "drivers/tty.h"

/* Bits and characters of the terminal's settings. */
#define I_FLAG(tty, f)  ((tty)->termios.c_iflag & (f))
#define O_FLAG(tty, f)  ((tty)->termios.c_oflag & (f))
#define L_FLAG(tty, f)  ((tty)->termios.c_lflag & (f))
#define CHAR_OF(tty, v) ((tty)->termios.c_cc[v])

#endif
