/*
 * Job control: a terminal belongs to one session, and one process group of it is in the foreground.
 * The others may not read, and get a signal when they try (POSIX 11.1, credentials of a terminal:
 * ioctl_tty(2)).
 */
#include "drivers/termios.h"
#include "drivers/tty.h"
#include "kernel/task/signal.h"
#include "mm/uaccess.h"

/* A terminal that changed hands, or hung up, is nobody's, whatever a process remembers. */
struct tty_struct *task_tty(const struct task_struct *task)
{
	struct tty_struct *tty = task->signal->tty;

	return tty && tty->session == task->signal->session && !tty->hung_up ? tty : NULL;
}

int tty_check_change(struct tty_struct *tty, int sig)
{
	if (current_tty() != tty || !tty->pgrp || tty->pgrp == current->signal->pgrp)
		return 0;
	if (signal_ignored_or_blocked(sig))
		return sig == SIGTTIN ? -EIO : 0;
	if (is_orphaned_pgrp(current->signal->pgrp))
		return -EIO;
	kill_pgrp(current->signal->pgrp, sig);
	return -ERESTARTSYS;
}

void tty_set_controlling(struct tty_struct *tty)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	tty->session = current->signal->session;
	tty->pgrp = current->signal->pgrp;
	spin_unlock_irqrestore(&tty->lock, flags);
	current->signal->tty = tty;
}

void disassociate_ctty(bool on_exit)
{
	struct tty_struct *tty = current->signal->tty;
	unsigned long flags;
	pid_t pgrp;

	if (!tty || !current->signal->leader || tty->session != current->signal->session)
		return;
	spin_lock_irqsave(&tty->lock, flags);
	pgrp = tty->pgrp;
	tty->session = tty->pgrp = 0;
	spin_unlock_irqrestore(&tty->lock, flags);
	if (pgrp) {
		kill_pgrp(pgrp, SIGHUP);
		kill_pgrp(pgrp, SIGCONT);
	}
}

/* ---- ioctl ---- */

static long set_controlling(struct tty_struct *tty, bool steal)
{
	struct signal_struct *sig = current->signal;

	if (sig->leader && tty->session == current->signal->session)
		return 0;
	if (!sig->leader || current_tty() || (tty->session && !steal))
		return -EPERM;
	tty_set_controlling(tty);
	return 0;
}

static long set_pgrp(struct tty_struct *tty, const pid_t *user)
{
	pid_t pgrp;
	int err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (current_tty() != tty)
		return -ENOTTY;
	if (get_user(pgrp, user))
		return -EFAULT;
	if (pgrp < 0)
		return -EINVAL;
	if (!session_has_pgrp(current->signal->session, pgrp))
		return kill_pgrp(pgrp, 0) ? -ESRCH : -EPERM;
	tty->pgrp = pgrp;
	return 0;
}

long tty_jobctrl_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg)
{
	bool ours = current_tty() == tty;

	switch (cmd) {
	case TIOCSCTTY:
		return set_controlling(tty, arg == 1);
	case TIOCNOTTY:
		if (!ours)
			return -ENOTTY;
		disassociate_ctty(false);
		current->signal->tty = NULL;
		return 0;
	case TIOCGPGRP:
		return ours ? put_user(tty->pgrp, (pid_t *)arg) : -ENOTTY;
	case TIOCSPGRP:
		return set_pgrp(tty, (const pid_t *)arg);
	case TIOCGSID:
		return ours ? put_user(tty->session, (pid_t *)arg) : -ENOTTY;
	default:
		return -ENOTTY;
	}
}
