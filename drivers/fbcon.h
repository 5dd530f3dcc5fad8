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

/* Is there a console on a screen? */
bool fbcon_present(void);

/* Its size in characters. */
void fbcon_size(unsigned int *cols, unsigned int *rows);

/* Show @len bytes, with escape sequences (drivers/vt.h). Any context. */
void fbcon_write(const char *text, size_t len);

/* Where the answers to a terminal's questions go, as if they were typed: the keyboard's receiver. */
void fbcon_set_reply(void (*rx)(u8 byte));

/* Called when the size changes, with a mode that a program sets. May sleep. */
void fbcon_set_resize(void (*resized)(unsigned int cols, unsigned int rows));

/* KDSETMODE: true while a program wants the screen for itself though it maps nothing. */
void fbcon_set_graphics(bool graphics);

#endif
