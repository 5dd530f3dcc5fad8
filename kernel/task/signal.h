/* Signals: what a process asked to happen, what waits for it, and how the rest of the kernel sends one.
 *
 * Layouts and numbers are the Linux i386 ABI's (signal(7), asm/siginfo.h, asm/sigcontext.h).
 */
#ifndef KERNEL_TASK_SIGNAL_H
#define KERNEL_TASK_SIGNAL_H

#include "kernel/sched/timer.h"
#include "kernel/sched/wait.h"
#include "kernel/x86/atomic.h"

/* Those that the kernel has something to do with. */
#define SIGHUP    1
#define SIGINT    2
#define SIGQUIT   3
#define SIGILL    4
#define SIGTRAP   5
#define SIGBUS    7
#define SIGFPE    8
#define SIGKILL   9
#define SIGSEGV   11
#define SIGPIPE   13
#define SIGALRM   14
#define SIGCHLD   17
#define SIGCONT   18
#define SIGSTOP   19
#define SIGTSTP   20
#define SIGTTIN   21
#define SIGTTOU   22
#define SIGURG    23
#define SIGVTALRM 26
#define SIGXCPU   24
#define SIGXFSZ   25
#define SIGPROF   27
#define SIGWINCH  28
#define SIGSYS    31
#define SIGRTMIN  32
#define _NSIG     64

/* si_code */
#define SI_USER       0
#define SI_KERNEL     0x80
#define SI_TKILL      (-6)
#define ILL_ILLOPN    2
#define FPE_INTDIV    1
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

typedef struct siginfo {
	int si_signo, si_errno, si_code;
	union {
		int pad[29];
		struct {
			pid_t pid;
			uid_t uid;
			int status;        /* SIGCHLD; the value of sigqueue(3) */
			long utime, stime; /* SIGCHLD: in clock ticks */
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
#define SA_KNOWN     0xdc000807u /* these, and SA_EXPOSE_TAGBITS, which does nothing here */

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

struct tty_struct;

/* Handlers: one for the threads of a process, or for all whom CLONE_SIGHAND made. siglock guards also what waits, the
 * masks, and how a process ends or stops. */
struct sighand_struct {
	atomic_t count;     /* task structures that point here */
	spinlock_t siglock; /* irqsave */
	struct k_sigaction action[_NSIG];
};

#define SIGNAL_GROUP_EXIT 1 /* all threads end, with group_exit_code */
#define SIGNAL_EXEC       2 /* all but one that calls execve do */

/* What the threads of a process share besides memory and files: signals, terminal, limits, alarms, accounts. */
struct signal_struct {
	atomic_t count; /* task structures that point here */
	struct list_head
		thread_head; /* threads, until released; tasklist_lock and siglock to change */
	int live;            /* threads that have not begun to exit; siglock */
	int nr_threads;      /* threads that have not ended; tasklist_lock */

	wait_queue_head_t
		wait_chldexit; /* wait4() sleeps here, and who waits for the threads' end */
	struct sigpending shared_pending;
	unsigned flags; /* SIGNAL_ */
	int group_exit_code;
	int stop_signal;      /* it stops by this signal and has not gone on; 0: no */
	int group_stop_count; /* threads that have yet to stop */
	bool stop_reported;   /* wait4() has told of the stop */
	bool continued;       /* it went on, and no wait4() has told of that */

	pid_t pgrp, session;     /* tasklist_lock */
	bool leader;             /* of its session */
	unsigned long oom_pages; /* what out_of_memory() found: oom_badness(), */
	unsigned long oom_group; /* and its sum over the group, kept by the group's leader */
	int oom_score_adj;       /* -1000 .. 1000: of a thousandth of all memory each, oom.c */
	bool is_child_subreaper; /* orphans below it become its children */
	struct tty_struct *tty;  /* controlling terminal, or NULL; drivers/tty.c */

	struct rlimit rlim[RLIM_NLIMITS];
	unsigned long cpu_ticks; /* that it ran */

	pid_t pid;                    /* whom real_timer signals */
	struct timer_list real_timer; /* alarm(2), setitimer(2) */
	unsigned long it_incr[3];     /* ITIMER_, ticks; 0: once */
	unsigned long it_left[3];     /* of processor time; 0: off */

	struct task_usage use;         /* of threads released */
	struct task_usage cuse;        /* of children waited for */
	unsigned long maxrss, cmaxrss; /* pages: of address spaces left behind, of children */
};

extern struct sighand_struct init_sighand;
extern struct signal_struct init_signals;

/* Every thread of tsk's process; tasklist_lock or siglock held. */
#define for_each_thread(t, tsk) list_for_each_entry(t, &(tsk)->signal->thread_head, thread_node)

/* ---- sets ---- */

#define sigmask(sig) (1U << ((sig)-1))

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

/* Signals by what happens without a handler; the others terminate. */
#define STOP_SIGNALS   (sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define IGNORE_SIGNALS (sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) | sigmask(SIGURG))

/* Is signal sig one of mask? */
static inline bool in_mask(u32 mask, int sig)
{
	return sig < SIGRTMIN && (mask & sigmask(sig));
}

/* ---- sending ---- */

/* To the process of tsk, or, with group false, to that thread alone; info NULL: from the kernel, SI_KERNEL. 0, or -EAGAIN
 * when a real-time signal would lose its value. Any context. The first two: tasklist_lock held. */
int do_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk, bool group);
#define __send_sig_info(sig, info, tsk) do_send_sig_info(sig, info, tsk, true)
int send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk);
#define send_sig(sig, tsk) send_sig_info(sig, NULL, tsk)

/* A signal that the kernel raises for what the task itself did: it cannot be ignored or blocked away. Not from
 * interrupt handlers. */
void force_sig_fault(int sig, int code, unsigned long addr, struct task_struct *tsk);
#define force_sig(sig, tsk) force_sig_fault(sig, SI_KERNEL, 0, tsk)

/* To every process of a group, to the process with that pid. 0, or -ESRCH if there is none. Any context. */
int kill_pgrp_info(int sig, const siginfo_t *info, pid_t pgrp);
#define kill_pgrp(pgrp, sig) kill_pgrp_info(sig, NULL, pgrp)
int kill_pid_info(int sig, const siginfo_t *info, pid_t pid);

/* Whether every member of the group has its parent outside the session or in the group: then nobody can
 * continue it, and its terminal stops are ignored (POSIX). skip, or NULL: a member that is leaving.
 * The first form: tasklist_lock held. */
bool will_be_orphaned_pgrp(pid_t pgrp, const struct task_struct *skip);
bool is_orphaned_pgrp(pid_t pgrp);

/* Whether a process group exists in that session. */
bool session_has_pgrp(pid_t session, pid_t pgrp);

/* Whether current ignores or blocks sig: a background process that does may write to its terminal. */
bool signal_ignored_or_blocked(int sig);

/* Have all threads of current's process but current end; with them the process stops no more. siglock held. */
void zap_other_threads(void);

/* current begins to exit: signals of its process that it would have taken go to other threads. Value: whether it is the
 * last thread. */
bool exit_signals(void);

/* Tell the parent: tsk's process stopped or continued (why: CLD_); it died. Value: whether the parent does not want to
 * wait for it. tasklist_lock held. */
void notify_parent_cldstop(struct task_struct *tsk, int why);
bool notify_parent_death(struct task_struct *leader);

/* ---- receiving ---- */

/* On the way back to user mode: act on what waits. */
void do_signal(struct pt_regs *regs);

/* siginfo structures that wait somewhere: all are root's (SigQ of /proc/PID/status). */
extern atomic_t nr_queued;

/* Take current's next signal that no bit of mask holds back; 0: none. siglock held. */
int dequeue_signal(const sigset_t *mask, siginfo_t *info);

/* Have a task look at its signals, whether it runs or sleeps; fatal: however it sleeps. */
void signal_wake_up(struct task_struct *tsk, bool fatal);

/* Throw away what waits of the signals in set: in one place; wherever it may wait for tsk's process. siglock held, or
 * nobody else sees it. */
void remove_signals(struct sigpending *pending, sigset_t set);
void remove_group_signals(struct task_struct *tsk, sigset_t set);

#define ALL_SIGNALS ((sigset_t){ { ~0U, ~0U } })

/* Set or clear TIF_SIGPENDING as what waits for current and what it blocks have it. siglock held. */
void recalc_sigpending(void);

/* Change current's mask. */
void set_current_blocked(const sigset_t *set);

/* The same for the time of one call (ppoll, pselect, sigsuspend): the old one comes back after the handler that ends the
 * call was entered; by restore_saved_sigmask() if none did. */
void set_temporary_blocked(const sigset_t *set);
void restore_saved_sigmask(void);

/* Forget handlers, keep what is ignored: execve. */
void flush_signal_handlers(struct task_struct *tsk);

/* Build the frame on the user stack and point regs at the handler (sigframe.c). 0 or -EFAULT. */
int setup_signal_frame(int sig, const struct k_sigaction *ka, const siginfo_t *info,
		       const sigset_t *mask, struct pt_regs *regs);

void signals_init(void);

/* ---- system calls ---- */

#endif
