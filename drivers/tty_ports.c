/*
 * The terminals of a PC: the serial line, and screen with keyboard.
 */
#include "drivers/init.h"

#include "drivers/fbcon.h"
#include "drivers/keyboard.h"
#include "drivers/serial.h"
#include "drivers/tty.h"
#include "kernel/fs/stat.h"
#include "kernel/lib/printk.h"
#include "mm/uaccess.h"

/* ---- ttyS0 ---- */

static void serial_tty_write(struct tty_struct *tty, const char *text, size_t len)
{
	serial_write(text, len);
}

static const struct tty_operations serial_tty_operations = { .write = serial_tty_write };

static struct tty_struct serial_tty = {
	.name = "ttyS0",
	.dev = MKDEV(TTY_MAJOR, 64),
	.ops = &serial_tty_operations,
};

static void serial_rx(u8 byte)
{
	n_tty_receive(&serial_tty, &byte, 1);
}

static void serial_tty_init(void)
{
	if (!serial_present())
		return;
	tty_register(&serial_tty);
	if (serial_set_rx(serial_rx))
		pr_err("ttyS0: no interrupt, no input\n");
}

/* ---- tty1 ---- */

#define KDGETMODE 0x4b3b /* ioctl_console(2) */
#define KDSETMODE 0x4b3a
#define KDGKBTYPE 0x4b33
#define KB_101    2

static unsigned long kd_mode; /* 0 text, 1 graphics */

static void screen_tty_write(struct tty_struct *tty, const char *text, size_t len)
{
	fbcon_write(text, len);
}

static long screen_tty_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case KDSETMODE:
		if (arg > 1)
			return -EINVAL;
		kd_mode = arg;
		fbcon_set_graphics(arg == 1);
		return 0;
	case KDGETMODE:
		return put_user(kd_mode, (int *)arg);
	case KDGKBTYPE:
		return put_user(KB_101, (u8 *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct tty_operations screen_tty_operations = {
	.write = screen_tty_write,
	.ioctl = screen_tty_ioctl,
};

static struct tty_struct screen_tty = {
	.name = "tty1",
	.dev = MKDEV(TTY_MAJOR, 1),
	.ops = &screen_tty_operations,
};

static void keyboard_rx(u8 byte)
{
	n_tty_receive(&screen_tty, &byte, 1);
}

static void screen_resized(unsigned int cols, unsigned int rows)
{
	const struct winsize size = { .ws_row = rows, .ws_col = cols };

	tty_set_winsize(&screen_tty, &size);
}

static void screen_tty_init(void)
{
	if (fbcon_attach(screen_resized, keyboard_rx))
		return;
	tty_register(&screen_tty);
	if (keyboard_set_rx(keyboard_rx))
		pr_info("tty1: no keyboard\n");
}

void tty_ports_init(void)
{
	serial_tty_init();
	screen_tty_init();
}
