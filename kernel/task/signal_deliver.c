/* Acting on signals, on the way back to user mode: the next one is chosen, its default action done or its
 * handler's frame built (sigframe.c), and an interrupted system call put in order. */
#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/signal.h"
#include "kernel/task/sigqueue.h"

/* Stop with the group; siglock held on entry, not on return. */
static void do_signal_stop(void)
{
	struct signal_struct *sig = current->signal;
	bool last = sig->group_stop_count > 0 && !--sig->group_stop_count;

	if (last) {
		sig->flags = SIGNAL_STOP_STOPPED;
		sig->group_exit_code = sig->stop_signal;
		sig->stop_reported = false;
	}
	__set_current_state(TASK_STOPPED);
	spin_unlock_irq(&current->sighand->siglock);
	if (last) {
		spin_lock_irq(&tasklist_lock);
		notify_parent_cldstop(current, CLD_STOPPED);
		spin_unlock_irq(&tasklist_lock);
	}
	schedule();
}

/* A stop signal was taken: have every thread stop. siglock held. */
static void begin_group_stop(int signr)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *t;

	if (sig->flags & SIGNAL_GROUP_EXIT)
		return;
	sig->stop_signal = signr;
	sig->group_stop_count = 0;
	for_each_thread(t, current)
	{
		if (t->exit_state || (t->flags & PF_EXITING) || t->state == TASK_STOPPED)
			continue;
		sig->group_stop_count++;
		if (t != current)
			signal_wake_up(t, false);
	}
}

static bool stop_is_ignored(int signr)
{
	bool orphaned;

	if (signr == SIGSTOP)
		return false;
	spin_unlock_irq(&current->sighand->siglock);
	orphaned = is_orphaned_pgrp(current->pgrp);
	spin_lock_irq(&current->sighand->siglock);
	return orphaned;
}

/* Default action of signr, siglock held. Returns when the task may look for the next signal, siglock
 * held; does not return when the action is to end. */
static void default_action(int signr)
{
	if (in_mask(IGNORE_SIGNALS, signr))
		return;
	if (in_mask(STOP_SIGNALS, signr)) {
		if (stop_is_ignored(signr))
			return;
		begin_group_stop(signr);
		if (current->signal->group_stop_count) {
			do_signal_stop();
			spin_lock_irq(&current->sighand->siglock);
		}
		return;
	}
	spin_unlock_irq(&current->sighand->siglock);
	current->flags |= PF_SIGNALED;
	do_group_exit(signr);
}

/* The next signal that has a handler, its action copied; 0: none left. */
static int get_signal(siginfo_t *info, struct k_sigaction *action)
{
	struct sighand_struct *sighand = current->sighand;
	int signr;

	spin_lock_irq(&sighand->siglock);
	for (;;) {
		struct k_sigaction *ka;

		if (current->signal->group_stop_count && current->state != TASK_STOPPED &&
		    !(current->signal->flags & SIGNAL_GROUP_EXIT)) {
			do_signal_stop();
			spin_lock_irq(&sighand->siglock);
			continue;
		}
		signr = dequeue_signal(current, &current->blocked, info);
		if (!signr)
			break;
		ka = &sighand->action[signr - 1];
		if (ka->handler == SIG_IGN && signr != SIGKILL)
			continue;
		if (ka->handler != SIG_DFL) {
			*action = *ka;
			if (ka->flags & SA_RESETHAND)
				ka->handler = SIG_DFL;
			break;
		}
		default_action(signr);
	}
	spin_unlock_irq(&sighand->siglock);
	return signr;
}

/* An interrupted call: have it made again, or return EINTR. handler: one is about to run. */
static void restart_call(struct pt_regs *regs, const struct k_sigaction *handler)
{
	if ((long)regs->orig_eax < 0)
		return;
	switch ((long)regs->eax) {
	case -ERESTART_RESTARTBLOCK:
		if (!handler) {
			regs->eax = 0; /* restart_syscall(2) */
			regs->eip -= 2;
			return;
		}
		regs->eax = -EINTR;
		return;
	case -ERESTARTNOHAND:
		if (!handler)
			break;
		regs->eax = -EINTR;
		return;
	case -ERESTARTSYS:
		if (!handler || (handler->flags & SA_RESTART))
			break;
		regs->eax = -EINTR;
		return;
	case -ERESTARTNOINTR:
		break;
	default:
		return;
	}
	regs->eax = regs->orig_eax;
	regs->eip -= 2; /* int 0x80 and sysenter's stand-in are two bytes long */
}

static void handle_signal(int sig, const struct k_sigaction *ka, const siginfo_t *info,
			  struct pt_regs *regs)
{
	sigset_t mask = current->restore_sigmask ? current->saved_sigmask : current->blocked;
	sigset_t blocked = current->blocked;

	restart_call(regs, ka);
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

	if (sig) {
		handle_signal(sig, &ka, &info, regs);
		regs->orig_eax = -1; /* what is below the handler was dealt with */
		return;
	}
	restart_call(regs, NULL);
	regs->orig_eax = -1;
	restore_saved_sigmask();
}
