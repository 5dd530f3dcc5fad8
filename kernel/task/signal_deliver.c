/* Acting on signals, on the way back to user mode: the next one is chosen, its default action done or its
 * handler's frame built (sigframe.c), and an interrupted system call put in order. */
#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/signal.h"

void flush_signal_handlers(struct task_struct *tsk)
{
	struct k_sigaction *ka = tsk->signal->action;
	int i;

	for (i = 0; i < _NSIG; i++, ka++)
		*ka = (struct k_sigaction){ .handler = ka->handler == SIG_IGN ? SIG_IGN : SIG_DFL };
}

/* siglock held on entry and on return; not while the task stands still. */
static void do_signal_stop(int signr)
{
	struct signal_struct *sig = current->signal;

	sig->stop_signal = signr;
	sig->stop_reported = sig->continued = false;
	__set_current_state(TASK_STOPPED);
	spin_unlock_irq(&sig->siglock);
	spin_lock_irq(&tasklist_lock);
	notify_parent_cldstop(current, CLD_STOPPED);
	spin_unlock_irq(&tasklist_lock);
	schedule();
	spin_lock_irq(&sig->siglock);
}

/* Default action of signr, siglock held. Returns when the task may look for the next signal. */
static void default_action(int signr)
{
	bool orphaned = false;

	if (in_mask(IGNORE_SIGNALS, signr))
		return;
	if (!in_mask(STOP_SIGNALS, signr)) {
		spin_unlock_irq(&current->signal->siglock);
		do_exit(signr);
	}
	if (signr != SIGSTOP) {
		spin_unlock_irq(&current->signal->siglock);
		orphaned = is_orphaned_pgrp(current->pgrp);
		spin_lock_irq(&current->signal->siglock);
	}
	if (!orphaned)
		do_signal_stop(signr);
}

/* The next signal that has a handler, its action copied; 0: none left. */
static int get_signal(siginfo_t *info, struct k_sigaction *action)
{
	struct signal_struct *sig = current->signal;
	struct k_sigaction *ka;
	int signr;

	spin_lock_irq(&sig->siglock);
	while ((signr = dequeue_signal(current, &current->blocked, info))) {
		ka = &sig->action[signr - 1];
		if (ka->handler == SIG_DFL) {
			default_action(signr);
		} else if (ka->handler != SIG_IGN) {
			*action = *ka;
			if (ka->flags & SA_RESETHAND)
				ka->handler = SIG_DFL;
			break;
		}
	}
	recalc_sigpending();
	spin_unlock_irq(&sig->siglock);
	return signr;
}

/* An interrupted call: have it made again, or return EINTR. handler: one is about to run. */
static void restart_call(struct pt_regs *regs, const struct k_sigaction *handler)
{
	long result = regs->eax;

	if ((long)regs->orig_eax < 0 ||
	    (result != -ERESTARTSYS && result != -ERESTARTNOINTR && result != -ERESTARTNOHAND &&
	     result != -ERESTART_RESTARTBLOCK))
		return;
	if (handler && result != -ERESTARTNOINTR &&
	    !(result == -ERESTARTSYS && (handler->flags & SA_RESTART))) {
		regs->eax = -EINTR;
		return;
	}
	/* Number 0 is restart_syscall(2). int 0x80 is two bytes long. */
	regs->eax = result == -ERESTART_RESTARTBLOCK ? 0 : regs->orig_eax;
	regs->eip -= 2;
}

static void handle_signal(int sig, const struct k_sigaction *ka, const siginfo_t *info,
			  struct pt_regs *regs)
{
	sigset_t mask = current->restore_sigmask ? current->saved_sigmask : current->blocked;
	sigset_t blocked = current->blocked;

	if (setup_signal_frame(sig, ka, info, &mask, regs)) {
		/* No room for the frame: the handler of SIGSEGV itself may not be tried again. */
		if (sig == SIGSEGV)
			current->signal->action[SIGSEGV - 1].handler = SIG_DFL;
		force_sig(SIGSEGV, current);
		return;
	}
	current->restore_sigmask = false;
	blocked.sig[0] |= ka->mask.sig[0];
	blocked.sig[1] |= ka->mask.sig[1];
	if (!(ka->flags & SA_NODEFER))
		sigaddset(&blocked, sig);
	set_current_blocked(&blocked);
}

void do_signal(struct pt_regs *regs)
{
	struct k_sigaction ka;
	siginfo_t info;
	int sig = get_signal(&info, &ka);

	restart_call(regs, sig ? &ka : NULL);
	regs->orig_eax = -1; /* what is below a handler was dealt with */
	if (sig)
		handle_signal(sig, &ka, &info, regs);
	else
		restore_saved_sigmask();
}
