/* Inside the signal code: sets of signals by what they do, and the queues. */
#ifndef KERNEL_TASK_SIGQUEUE_H
#define KERNEL_TASK_SIGQUEUE_H

#include "kernel/task/signal.h"

/* Signals 1 to 31 by what happens without a handler: the rest terminate. */
#define STOP_SIGNALS   (sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define IGNORE_SIGNALS (sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) | sigmask(SIGURG))
#define DUMP_SIGNALS                                                                \
	(sigmask(SIGQUIT) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGABRT) | \
	 sigmask(SIGBUS) | sigmask(SIGFPE) | sigmask(SIGSEGV) | sigmask(SIGXCPU) |  \
	 sigmask(SIGXFSZ) | sigmask(SIGSYS))
/* Raised by what the task itself did: delivered before others, so that their frames tell the truth. */
#define SYNC_SIGNALS                                                               \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

/* Is signal sig one of mask? */
static inline bool in_mask(u32 mask, int sig)
{
	return sig < SIGRTMIN && (mask & sigmask(sig));
}

/* Queue one; without memory the bit alone stays, and the handler sees a bare siginfo. 0, or -EAGAIN for a
 * real-time signal of sigqueue(3), which may not lose its value. siglock held, as for the others. */
int enqueue_signal(struct sigpending *pending, int sig, const siginfo_t *info);

/* Throw away what waits of the signals in mask (1 to 31). */
void remove_signals(struct sigpending *pending, u32 mask);

/* Have a task look at its signals, whether it runs or sleeps; fatal: however it sleeps. */
void signal_wake_up(struct task_struct *tsk, bool fatal);

#endif
