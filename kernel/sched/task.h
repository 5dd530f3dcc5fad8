/* The task structure: one for each thread of control, user or kernel.
 *
 * It lies below memory management, files and signals and knows their structures by name only. Who owns
 * a field is said beside it; a field that is not explained is its owner's business.
 */
#ifndef KERNEL_SCHED_TASK_H
#define KERNEL_SCHED_TASK_H

#include "kernel/lib/list.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/thread.h"

/* task_struct.state. One bit each, so that a wake-up can name several. */
#define TASK_RUNNING         0
#define TASK_INTERRUPTIBLE   0x01 /* any signal wakes it */
#define TASK_UNINTERRUPTIBLE 0x02
#define TASK_STOPPED         0x04
#define TASK_WAKEKILL        0x10 /* with another: a fatal signal wakes it */
#define TASK_NEW             0x20 /* made, never woken */
#define TASK_DEAD            0x40 /* off its processor for ever at the next schedule() */
#define TASK_KILLABLE        (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_NORMAL          (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_ALL             (TASK_NORMAL | TASK_STOPPED)

/* task_struct.exit_state */
#define EXIT_ZOMBIE 1 /* waits for its parent to ask */
#define EXIT_DEAD   2 /* being taken apart */

/* task_struct.flags */
#define PF_EXITING    0x0004
#define PF_FORKNOEXEC 0x0040 /* has not called execve since fork */
#define PF_KTHREAD    0x200000

/* Signals 1 to 64; signal n is bit n-1. */
typedef struct {
	u32 sig[2];
} sigset_t;

#define SIGKILL_BIT (1U << 8)

struct sigpending {
	struct list_head list; /* struct sigqueue, kernel/task/signal.h */
	sigset_t signal;
};

/* What a thread has used; of a process, the sum. Each field is an unsigned long: add_usage(). */
struct task_usage {
	unsigned long utime, stime;     /* ticks */
	unsigned long min_flt, maj_flt; /* page faults served without, with, waiting for a device */
	unsigned long nvcsw, nivcsw;    /* switches it asked for, did not ask for */
};

static inline void add_usage(struct task_usage *sum, const struct task_usage *use)
{
	unsigned i;

	for (i = 0; i < sizeof(*sum) / sizeof(long); i++)
		((unsigned long *)sum)[i] += ((const unsigned long *)use)[i];
}

#define TASK_COMM_LEN 16

/* task_struct.vfork_done of a task that has passed the point where it would have told. */
#define VFORK_DONE_EXITED ((struct completion *)1)

struct mm_struct;
struct files_struct;
struct fs_struct;
struct sighand_struct;
struct signal_struct;
struct completion;
struct prio_array;
struct page;

struct task_struct {
	volatile long state; /* TASK_ */
	void *stack;         /* struct thread_info at its foot; THREAD_SIZE bytes */
	unsigned flags;      /* PF_; only the task itself writes them */
	int usage;           /* references; get_task_struct(), put_task_struct() */

	/* scheduler */
	struct list_head run_list; /* in the run queue's list of its priority */
	struct prio_array *array;  /* NULL: not runnable */
	int policy;                /* SCHED_ */
	int rt_priority;           /* 1 to 99 with SCHED_FIFO and SCHED_RR, else 0 */
	int static_prio;           /* by the nice value */
	int prio;                  /* what counts: see sched.h */
	unsigned long time_slice;  /* ticks left */
	unsigned long sleep_start; /* jiffies when it last went to sleep */

	struct list_head tasks; /* of processes, in their leaders; tasklist_lock */

	/* memory: mm is NULL in a kernel thread, active_mm is what is loaded while it runs */
	struct mm_struct *mm;
	struct mm_struct *active_mm;

	/* kin; tasklist_lock */
	pid_t pid, tgid;                  /* of the thread, of the process: its leader's pid */
	struct task_struct *group_leader; /* the process's first thread, or who called execve */
	struct list_head thread_node;     /* in signal->thread_head */
	struct task_struct *parent;       /* a leader's: the process that made it or took it over */
	struct list_head children;        /* a leader's */
	struct list_head sibling;
	struct hlist_node pid_chain; /* in the pid hash */

	/* exit */
	int exit_state;
	int exit_code;                 /* as wait() reports it */
	int exit_signal;               /* sent to the parent at death; 0: none */
	struct completion *vfork_done; /* who waits for the task to exec or end; only by xchg() */
	int *set_child_tid;            /* user addresses, clone(2) */
	int *clear_child_tid;
	void *robust_list; /* user address, set_robust_list(2) */
	int pdeath_signal; /* prctl(2): sent when the process that made it ends */

	struct fs_struct *fs;
	struct files_struct *files;

	/* signals; sighand->siglock */
	struct signal_struct *signal;   /* what the threads of a process share */
	struct sighand_struct *sighand; /* handlers */
	sigset_t blocked;
	sigset_t real_blocked;  /* in sigtimedwait(2): also held back, but taken */
	bool restore_sigmask;   /* sigsuspend put the mask aside */
	sigset_t saved_sigmask; /* with restore_sigmask */
	struct sigpending pending;
	unsigned long sas_ss_sp; /* sigaltstack(2) */
	size_t sas_ss_size;
	u32 sas_ss_flags;

	struct rlimit *rlim; /* RLIM_NLIMITS of them, the process's */
	u64 cap_effective;   /* capabilities, a bit each */

	/* accounts */
	u64 start_time; /* nanoseconds since boot */
	struct task_usage use;

	/* an interrupted call with a limit in time: restart_syscall(2) goes on with it */
	struct restart_block {
		long (*fn)(const struct restart_block *restart); /* NULL: none was */
		s64 expires;                                     /* nanoseconds, monotonic */
		void *user; /* this and what follows is fn's own */
		u32 arg[3];
	} restart;

	unsigned long fail_nth; /* debug builds: this allocation from now on fails; 0: none */

	/* kernel threads */
	int (*kthread_fn)(void *arg);
	void *kthread_arg;
	bool kthread_stop; /* kthread_stop() was called */

	u32 personality;   /* personality(2) */
	bool no_new_privs; /* prctl(2) */
	char comm[TASK_COMM_LEN];

	struct held_locks held; /* debug builds */
	spinlock_t alloc_lock; /* guards mm, files, fs against other tasks that look: task_lock() */

	/* Processor state while it does not run. Last: fork copies what stands before it. */
	struct thread_struct thread;
};

extern struct task_struct init_task;

/* Guards the lists of tasks and their kin. An interrupt handler may take it: use _irqsave. */
extern spinlock_t tasklist_lock;

static inline struct thread_info *task_thread_info(const struct task_struct *tsk)
{
	return tsk->stack;
}

static inline bool thread_group_leader(const struct task_struct *tsk)
{
	return tsk->group_leader == tsk;
}

static inline void task_lock(struct task_struct *tsk)
{
	spin_lock(&tsk->alloc_lock);
}

static inline void task_unlock(struct task_struct *tsk)
{
	spin_unlock(&tsk->alloc_lock);
}

/* A reference keeps the structure and the kernel stack from being freed. put may free; not from
 * interrupt handlers. */
static inline void get_task_struct(struct task_struct *tsk)
{
	__atomic_fetch_add(&tsk->usage, 1, __ATOMIC_RELAXED);
}

void put_task_struct(struct task_struct *tsk);

/* Every process, by its leader; hold tasklist_lock. */
#define for_each_process(p) list_for_each_entry(p, &init_task.tasks, tasks)

/* Take, read, the task's name; 15 characters kept. */
void set_task_comm(struct task_struct *tsk, const char *name);

#define __set_current_state(value) (current->state = (value))
#define set_current_state(value)          \
	do {                              \
		current->state = (value); \
		__sync_synchronize();     \
	} while (0)

#endif
