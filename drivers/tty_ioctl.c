/*
 * What a program can ask and tell a terminal about itself.
 */
#include "drivers/termios.h"
#include "drivers/tty.h"
#include "kernel/lib/string.h"
#include "kernel/task/signal.h"
#include "mm/uaccess.h"

static long get_termios(struct tty_struct *tty, struct termios *user)
{
	struct termios t = tty->termios;

	return copy_to_user(user, &t, sizeof(t)) ? -EFAULT : 0;
}

static void install_termios(struct tty_struct *tty, const struct termios *t, bool flush)
{
	u32 changed = tty->termios.c_lflag ^ t->c_lflag;
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	tty->termios = *t;
	if (flush)
		n_tty_flush(tty);
	if (changed & ICANON)
		n_tty_set_canonical(tty);
	if (!(t->c_iflag & IXON))
		tty->stopped = false;
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up_interruptible(&tty->read_wait);
	wake_up_interruptible(&tty->write_wait);
}

static long set_termios(struct tty_struct *tty, const struct termios *user, bool flush)
{
	struct termios t;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&t, user, sizeof(t)))
		return -EFAULT;
	install_termios(tty, &t, flush);
	return 0;
}

void tty_set_winsize(struct tty_struct *tty, const struct winsize *size)
{
	if (!memcmp(&tty->winsize, size, sizeof(*size)))
		return;
	tty->winsize = *size;
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, SIGWINCH);
}

static long set_winsize(struct tty_struct *tty, const struct winsize *user)
{
	struct winsize size;

	if (copy_from_user(&size, user, sizeof(size)))
		return -EFAULT;
	tty_set_winsize(tty, &size);
	return 0;
}

static long flush(struct tty_struct *tty, unsigned long what)
{
	unsigned long flags;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (what > 2)
		return -EINVAL;
	if (what == 1)
		return 0; /* output is never queued */
	spin_lock_irqsave(&tty->lock, flags);
	n_tty_flush(tty);
	spin_unlock_irqrestore(&tty->lock, flags);
	return 0;
}

long tty_termios_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	int n;

	switch (cmd) {
	case TCGETS:
		return get_termios(tty, (struct termios *)arg);
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(tty, (const struct termios *)arg, cmd == TCSETSF);
	case TIOCGWINSZ:
		return copy_to_user((void *)arg, &tty->winsize, sizeof(tty->winsize)) ? -EFAULT : 0;
	case TIOCSWINSZ:
		return set_winsize(tty, (const struct winsize *)arg);
	case TCFLSH:
		return flush(tty, arg);
	case FIONREAD:
		n = n_tty_chars(tty);
		return copy_to_user((int *)arg, &n, sizeof(n)) ? -EFAULT : 0;
	case TCSBRK:
		return 0;
	default:
		return -ENOTTY;
	}
}
