/*
 * What a program can ask and tell a terminal about itself.
 */
#include "drivers/termios.h"
#include "drivers/tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/string.h"
#include "kernel/task/signal.h"
#include "mm/uaccess.h"

static long set_termios(struct tty_struct *tty, const struct termios *user, bool flush)
{
	struct termios t;
	unsigned long flags;
	bool switched;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&t, user, sizeof(t)))
		return -EFAULT;
	spin_lock_irqsave(&tty->lock, flags);
	switched = (tty->termios.c_lflag ^ t.c_lflag) & ICANON;
	tty->termios = t;
	if (flush)
		n_tty_flush(tty);
	if (switched)
		n_tty_set_canonical(tty);
	if (!(t.c_iflag & IXON) && !tty->tco_stopped)
		tty->stopped = false;
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up_interruptible(&tty->read_wait);
	wake_up_interruptible(&tty->write_wait);
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

enum { TCOOFF, TCOON, TCIOFF, TCION };

/* Stop and start output; send the characters that do the same at the other end. */
static void flow(struct tty_struct *tty, unsigned long what)
{
	unsigned long flags;
	char c = tty->termios.c_cc[what == TCIOFF ? VSTOP : VSTART];

	spin_lock_irqsave(&tty->lock, flags);
	if (what <= TCOON)
		tty->stopped = tty->tco_stopped = what == TCOOFF;
	else if (c)
		tty->ops->write(tty, &c, 1);
	spin_unlock_irqrestore(&tty->lock, flags);
	wake_up_interruptible(&tty->write_wait);
}

static void flush(struct tty_struct *tty, unsigned long what)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	if (what != 1)
		n_tty_flush(tty);
	if (what && tty->ops->flush)
		tty->ops->flush(tty);
	spin_unlock_irqrestore(&tty->lock, flags);
	if (tty->ops->taken)
		tty->ops->taken(tty);
	wake_up_interruptible(&tty->write_wait);
}

/* Requests that a background process stops for. Output is never queued: it need not be waited for. */
static long change(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if ((cmd == TCXONC && arg > TCION) || (cmd == TCFLSH && arg > 2))
		return -EINVAL;
	if (cmd == TCXONC)
		flow(tty, arg);
	else if (cmd == TCFLSH)
		flush(tty, arg);
	return 0;
}

long tty_termios_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	struct winsize size;
	struct termios t = tty->termios;
	u8 c;

	switch (cmd) {
	case TCGETS:
		return copy_to_user((void *)arg, &t, sizeof(t)) ? -EFAULT : 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(tty, (const struct termios *)arg, cmd == TCSETSF);
	case TIOCGWINSZ:
		return copy_to_user((void *)arg, &tty->winsize, sizeof(tty->winsize)) ? -EFAULT : 0;
	case TIOCSWINSZ:
		if (copy_from_user(&size, (void *)arg, sizeof(size)))
			return -EFAULT;
		tty_set_winsize(tty, &size);
		return 0;
	case TCXONC:
	case TCFLSH:
	case TCSBRK:
	case TCSBRKP:
		return change(tty, cmd, arg);
	case TIOCSTI:
		if (get_user(c, (u8 *)arg))
			return -EFAULT;
		n_tty_receive(tty, &c, 1);
		return 0;
	case FIONREAD:
		return put_user(n_tty_chars(tty), (int *)arg);
	case TIOCOUTQ:
		return put_user(0, (int *)arg);
	default:
		return -ENOTTY;
	}
}
