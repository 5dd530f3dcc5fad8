/*
 * The text console on the framebuffer: shows the log (console=tty0, or no console= at all), what the
 * terminal layer writes for tty1, and every panic. While a program has the framebuffer mapped it keeps
 * its hands off; the next text after that brings the console back. A panic does not wait for anybody.
 */
#ifndef DRIVERS_FBCON_H
#define DRIVERS_FBCON_H

#include "kernel/lib/types.h"

struct fb_info;

/* Begin to show text on @info, the log so far first. Once. */
void fbcon_init(struct fb_info *info);

/*
 * A terminal takes the console: @resized is told its size in characters, now and whenever a program
 * sets another mode (it may sleep); @rx gets answers to the terminal's questions, as if they were
 * typed. Returns -ENODEV where there is no screen.
 */
int fbcon_attach(void (*resized)(unsigned int cols, unsigned int rows), void (*rx)(u8 byte));

/* Show @len bytes, with escape sequences (drivers/vt.h). Any context. */
void fbcon_write(const char *text, size_t len);

/* KDSETMODE: true while a program wants the screen for itself though it maps nothing. */
void fbcon_set_graphics(bool graphics);

#endif
