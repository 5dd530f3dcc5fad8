/* Signals: what a process asked to happen, what waits for it, and how the rest of the kernel sends one.
 *
 * Layouts and numbers are the Linux i386 ABI's (signal(7), asm/siginfo.h, asm/sigcontext.h).
 */
#ifndef KERNEL_TASK_SIGNAL_H
#define KERNEL_TASK_SIGNAL_H

#include "kernel/lib/types.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/sched/wait.h"
#include "kernel/x86/atomic.h"

#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGABRT   6
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGUSR1   10
#define SIGSEGV   11
#define SIGUSR2   12
#define SIGPIPE   13
#define SIGALRM   14
#define SIGTERM   15
#define SIGSTKFLT 16
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGVTALRM 26
#define SIGPROF   27
#define SIGWINCH  28
#define SIGIO     29
#define SIGPWR    30
#define SIGSYS    31
#define SIGRTMIN  32
#define _NSIG     64

/* si_code */
#define SI_USER       0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_TKILL      (-6)
#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

typedef struct siginfo {
	int si_signo, si_errno, si_code;
	union {
		int pad[29];
		struct {
			pid_t pid;
			uid_t uid;
			union {
				int status; /* SIGCHLD */
				long value; /* sigqueue(3) */
			};
			long utime, stime; /* SIGCHLD: clock ticks */
		};
		struct {
			int timer_id, overrun; /* SI_TIMER */
			long timer_value;
		};
		unsigned long addr; /* SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP */
	};
} siginfo_t;

#define SA_NOCLDSTOP 0x00000001
#define SA_NOCLDWAIT 0x00000002
#define SA_SIGINFO   0x00000004
#define SA_RESTORER  0x04000000
#define SA_ONSTACK   0x08000000
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_RESETHAND 0x80000000u

#define SIG_DFL 0UL
#define SIG_IGN 1UL

/* What user space passes to rt_sigaction(2). */
struct k_sigaction {
	unsigned long handler; /* SIG_DFL, SIG_IGN or a user address */
	unsigned long flags;
	unsigned long restorer;
	sigset_t mask;
};

struct sigqueue {
	struct list_head list;
	siginfo_t info;
};

/* Actions: shared by threads and by CLONE_SIGHAND. */
struct sighand_struct {
	atomic_t count;
	spinlock_t siglock; /* interrupt handlers take it: irqsave */
	struct k_sigaction action[_NSIG];
};

#define SIGNAL_GROUP_EXIT     1 /* every thread is on its way out */
#define SIGNAL_STOP_STOPPED   2 /* all have stopped; group_exit_code is the signal */
#define SIGNAL_STOP_CONTINUED 4 /* continued, and no wait() has said so yet */
#define SIGNAL_EXEC           8 /* one thread calls execve: the others end, the process does not */

struct tty_struct;

/* What threads of one process share. */
struct signal_struct {
	atomic_t count;                  /* task structures that point here */
	int live;                        /* threads that have not begun to exit; siglock */
	wait_queue_head_t wait_chldexit; /* wait4() sleeps here */
	struct sigpending shared_pending;
	unsigned flags; /* SIGNAL_ */
	int group_exit_code;
	int stop_signal;      /* a stop is under way: the signal; 0 none */
	int group_stop_count; /* threads that have yet to stop */
	bool stop_reported;   /* wait() has told of the stop */

	bool leader;            /* of its session */
	struct tty_struct *tty; /* controlling terminal, or NULL; drivers/tty.c */
	int tty_old_pgrp;

	struct rlimit rlim[RLIM_NLIMITS];

	pid_t tgid;                   /* whom real_timer signals */
	struct timer_list real_timer; /* alarm(2), ITIMER_REAL */
	u64 it_real_expires;          /* nanoseconds, monotonic */
	u64 it_real_incr;             /* 0: once */

	unsigned long utime, stime;   /* of threads gone */
	unsigned long cutime, cstime; /* of children waited for */
	unsigned long min_flt, maj_flt, cmin_flt, cmaj_flt;
	unsigned long nvcsw, nivcsw, maxrss, cmaxrss;
	int oom_score_adj;
};

extern struct sighand_struct init_sighand;
extern struct signal_struct init_signals;

/* ---- sets ---- */

static inline void sigaddset(sigset_t *set, int sig)
{
	set->sig[(sig - 1) / 32] |= 1U << (sig - 1) % 32;
}

static inline void sigdelset(sigset_t *set, int sig)
{
	set->sig[(sig - 1) / 32] &= ~(1U << (sig - 1) % 32);
}

static inline bool sigismember(const sigset_t *set, int sig)
{
	return set->sig[(sig - 1) / 32] >> (sig - 1) % 32 & 1;
}

#define sigmask(sig) (1U << ((sig)-1))

/* ---- sending ---- */

/* A signal that the kernel raises for what the running task itself did: it cannot be ignored or blocked away.
 * trap number, error code and address are taken from tsk->thread. Not from interrupt handlers. */
void force_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk);
void force_sig(int sig, struct task_struct *tsk);

/* The same, spelled out: for faults. */
void force_sig_fault(int sig, int code, unsigned long addr, struct task_struct *tsk);

/* To a process, to one thread; info NULL: from the kernel, SI_KERNEL. 0 or -EAGAIN. Any context. */
int send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk);
int send_sig(int sig, struct task_struct *tsk);

/* To every process of a group, from the kernel. 0, or -ESRCH if there is none. Any context. */
int kill_pgrp(pid_t pgrp, int sig);

/* To the process with that pid, from the kernel. 0 or -ESRCH. */
int kill_proc(pid_t pid, int sig);

/* Whether every member of the group has its parent outside the session or in the group: then nobody can
 * continue it, and its terminal stops are ignored (POSIX). */
bool is_orphaned_pgrp(pid_t pgrp);

/* Whether a process group exists in that session. */
bool session_has_pgrp(pid_t session, pid_t pgrp);

/* Whether current ignores or blocks sig: a background process that does may write to its terminal. */
bool signal_ignored_or_blocked(int sig);

/* The same by other descriptions of who. tasklist_lock held for the first two. */
int group_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk);
int specific_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk);
int kill_pgrp_info(int sig, const siginfo_t *info, pid_t pgrp);
int kill_pid_info(int sig, const siginfo_t *info, pid_t pid);

/* The group will be orphaned once skip (or NULL) has gone. tasklist_lock held. */
bool will_be_orphaned_pgrp(pid_t pgrp, const struct task_struct *skip);

/* t: every thread of tsk's process, the leader first. tasklist_lock or siglock held. */
#define for_each_thread(t, tsk)                                                     \
	for (t = (tsk)->group_leader; t;                                            \
	     t = list_is_last(&t->thread_group, &(tsk)->group_leader->thread_group) \
			 ? NULL                                                     \
			 : list_next_entry(t, thread_group))

/* ---- receiving ---- */

/* On the way back to user mode with TIF_SIGPENDING: act on what waits. */
void do_signal(struct pt_regs *regs);

/* Take the next signal that no bit of mask holds back; 0: none. siglock held. */
int dequeue_signal(struct task_struct *tsk, const sigset_t *mask, siginfo_t *info);

/* Set TIF_SIGPENDING as the pending and blocked sets have it. siglock held. */
void recalc_sigpending(void);

/* Change current's mask. */
void set_current_blocked(const sigset_t *set);

/* Undo a temporary mask (ppoll, pselect, sigsuspend): current->saved_sigmask is put back after the next
 * handler was entered, or at once if none is. */
void set_temporary_blocked(const sigset_t *set);

/* Put back what set_temporary_blocked() replaced, if it is still aside: a call that no signal ended. One that
 * returns -EINTR or -ERESTART leaves it to do_signal(). */
void restore_saved_sigmask(void);

/* Forget handlers, keep what is ignored: execve. */
void flush_signal_handlers(struct task_struct *tsk);

/* Throw away what is queued. */
void flush_sigqueue(struct sigpending *pending);

/* Tell the parent: the task stopped or continued (why: CLD_); it died, by signal sig. Value: whether the
 * parent does not want to wait for it. tasklist_lock held. */
void notify_parent_cldstop(struct task_struct *tsk, int why);
bool notify_parent_death(struct task_struct *tsk, int sig);

/* Mark the other threads of current's process to die. siglock held. */
void zap_other_threads(struct task_struct *tsk);

/* Alarms: a new process has none; a dead one or a new program's ... (time.c). */
void itimer_init(struct signal_struct *sig);
void itimer_exit(struct signal_struct *sig);

/* ---- frames: sigframe.c ---- */

/* Build the frame on the user stack and point regs at the handler. 0 or -EFAULT. */
int setup_signal_frame(int sig, const struct k_sigaction *ka, const siginfo_t *info,
		       const sigset_t *mask, struct pt_regs *regs);

void signals_init(void);

/* ---- system calls ---- */

long sys_signal(int sig, unsigned long handler);
long sys_sigaction(int sig, const void *act, void *oact);
long sys_rt_sigaction(int sig, const void *act, void *oact, size_t sigsetsize);
long sys_sigprocmask(int how, const void *set, void *oset);
long sys_rt_sigprocmask(int how, const void *set, void *oset, size_t sigsetsize);
long sys_sigpending(void *set);
long sys_rt_sigpending(void *set, size_t sigsetsize);
long sys_sigsuspend(int unused1, int unused2, unsigned long mask);
long sys_rt_sigsuspend(const void *set, size_t sigsetsize);
long sys_rt_sigtimedwait(const void *set, void *info, const void *timeout, size_t sigsetsize);
long sys_rt_sigtimedwait_time64(const void *set, void *info, const void *timeout,
				size_t sigsetsize);
long sys_rt_sigqueueinfo(pid_t pid, int sig, void *info);
long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, void *info);
long sys_sgetmask(void);
long sys_ssetmask(unsigned long mask);
long sys_pause(void);
long sys_kill(pid_t pid, int sig);
long sys_tkill(pid_t tid, int sig);
long sys_tgkill(pid_t tgid, pid_t tid, int sig);
long sys_sigaltstack(const void *ss, void *old);
long sys_sigreturn(void);
long sys_rt_sigreturn(void);
long sys_restart_syscall(void);

#endif
