/*
 * What a program can ask and tell a terminal about itself.
 */
#include "drivers/termios.h"
#include "drivers/tty.h"
#include "kernel/lib/errno.h"
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

/* System V's older structure: 16-bit words and eight characters. */
struct termio {
	u16 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[8];
};

static long get_termio(struct tty_struct *tty, struct termio *user)
{
	struct termios t = tty->termios;
	struct termio old = { t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, t.c_line, { 0 } };

	memcpy(old.c_cc, t.c_cc, sizeof(old.c_cc));
	return copy_to_user(user, &old, sizeof(old)) ? -EFAULT : 0;
}

static long set_termio(struct tty_struct *tty, const struct termio *user, bool flush)
{
	struct termios t = tty->termios;
	struct termio old;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (copy_from_user(&old, user, sizeof(old)))
		return -EFAULT;
	t.c_iflag = (t.c_iflag & ~0xffffu) | old.c_iflag;
	t.c_oflag = (t.c_oflag & ~0xffffu) | old.c_oflag;
	t.c_cflag = (t.c_cflag & ~0xffffu) | old.c_cflag;
	t.c_lflag = (t.c_lflag & ~0xffffu) | old.c_lflag;
	memcpy(t.c_cc, old.c_cc, sizeof(old.c_cc));
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

/* Stop and start output; stopping the sender has no meaning for a line without flow control. */
static long flow(struct tty_struct *tty, unsigned long what)
{
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (what > 3)
		return -EINVAL;
	if (what < 2) {
		tty->stopped = what == 0;
		wake_up_interruptible(&tty->write_wait);
	}
	return 0;
}

static long put_int(int value, unsigned long arg)
{
	return copy_to_user((int *)arg, &value, sizeof(value)) ? -EFAULT : 0;
}

static long type_char(struct tty_struct *tty, const char *user)
{
	u8 c;

	if (copy_from_user(&c, user, 1))
		return -EFAULT;
	n_tty_receive(tty, &c, 1);
	return 0;
}

long tty_termios_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case TCGETS:
		return get_termios(tty, (struct termios *)arg);
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(tty, (const struct termios *)arg, cmd == TCSETSF);
	case TCGETA:
		return get_termio(tty, (struct termio *)arg);
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
		return set_termio(tty, (const struct termio *)arg, cmd == TCSETAF);
	case TIOCGWINSZ:
		return copy_to_user((void *)arg, &tty->winsize, sizeof(tty->winsize)) ? -EFAULT : 0;
	case TIOCSWINSZ:
		return set_winsize(tty, (const struct winsize *)arg);
	case TCFLSH:
		return flush(tty, arg);
	case TCXONC:
		return flow(tty, arg);
	case FIONREAD:
		return put_int(n_tty_chars(tty), arg);
	case TIOCOUTQ:
	case TIOCGETD:
		return put_int(0, arg);
	case TIOCSTI:
		return type_char(tty, (const char *)arg);
	case TCSBRK:
	case TCSBRKP:
	case TIOCEXCL:
	case TIOCNXCL:
		return 0;
	default:
		return -ENOTTY;
	}
}
