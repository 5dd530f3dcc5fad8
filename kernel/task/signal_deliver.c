/* Acting on signals, on the way back to user mode: the next one is chosen, its default action done or its
 * handler's frame built (sigframe.c), and an interrupted system call put in order. */
#include "kernel/task/exit.h"
#include "kernel/task/signal.h"

void flush_signal_handlers(struct task_struct *tsk)
{
	struct k_sigaction *ka = tsk->sighand->action;
	int i;

	for (i = 0; i < _NSIG; i++, ka++)
		*ka = (struct k_sigaction){ .handler = ka->handler == SIG_IGN ? SIG_IGN : SIG_DFL };
}

/* Take part in the stop of the process. siglock held on entry and on return; not while the task stands still. */
static void do_signal_stop(void)
{
	struct signal_struct *sig = current->signal;
	bool last = !--sig->group_stop_count;

	__set_current_state(TASK_STOPPED);
	spin_unlock_irq(&current->sighand->siglock);
	if (last) {
		spin_lock_irq(&tasklist_lock);
		notify_parent_cldstop(current, CLD_STOPPED);
		spin_unlock_irq(&tasklist_lock);
	}
	schedule();
	spin_lock_irq(&current->sighand->siglock);
}

/* Have every thread stop. siglock held. */
static void begin_group_stop(int signr)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *t;

	if ((sig->flags & (SIGNAL_GROUP_EXIT | SIGNAL_EXEC)) || sig->group_stop_count)
		return;
	sig->stop_signal = signr;
	sig->stop_reported = sig->continued = false;
	for_each_thread(t, current) {
		if (t->flags & PF_EXITING)
			continue;
		sig->group_stop_count++;
		if (t != current)
			signal_wake_up(t, false);
	}
}

/* Default action of signr, siglock held. Returns when the task may look for the next signal. */
static void default_action(int signr)
{
	bool orphaned = false;

	if (in_mask(IGNORE_SIGNALS, signr))
		return;
	if (!in_mask(STOP_SIGNALS, signr)) {
		spin_unlock_irq(&current->sighand->siglock);
		do_group_exit(signr);
	}
	if (signr != SIGSTOP) {
		spin_unlock_irq(&current->sighand->siglock);
		orphaned = is_orphaned_pgrp(current->signal->pgrp);
		spin_lock_irq(&current->sighand->siglock);
	}
	if (!orphaned)
		begin_group_stop(signr);
}

/* The next signal that has a handler, its action copied; 0: none left. */
static int get_signal(siginfo_t *info, struct k_sigaction *action)
{
	struct sighand_struct *sighand = current->sighand;
	struct k_sigaction *ka;
	int signr;

	spin_lock_irq(&sighand->siglock);
	for (;;) {
		if (current->signal->group_stop_count) {
			do_signal_stop();
			continue;
		}
		signr = dequeue_signal(&current->blocked, info);
		if (!signr)
			break;
		ka = &sighand->action[signr - 1];
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
	spin_unlock_irq(&sighand->siglock);
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
			current->sighand->action[SIGSEGV - 1].handler = SIG_DFL;
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
