/* Who runs next: the calls that give the processor away and bring a sleeper back.
 *
 * Each task has a priority, 0 is the best: 0 to 98 are real-time ones, 100 to 139 are nice -20 to 19. The run
 * queue keeps a list for each and a bitmap of those in use, twice: tasks with time left, and tasks that
 * used theirs up and wait for the rest to do so. So picking is a bit search, and nobody starves.
 */
#ifndef KERNEL_SCHED_SCHED_H
#define KERNEL_SCHED_SCHED_H

#include "kernel/sched/task.h"

#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define MAX_RT_PRIO        100
#define MAX_PRIO           140
#define NICE_TO_PRIO(nice) (MAX_RT_PRIO + 20 + (nice))

#define SCHED_NORMAL 0
#define SCHED_FIFO   1
#define SCHED_RR     2
#define SCHED_BATCH  3
#define SCHED_IDLE   5

struct mm_struct;

/* What the scheduler needs of memory management, which lies above it. */
struct sched_mm_ops {
	/* Load next's page tables; prev is what is loaded now. Interrupts are off. */
	void (*switch_mm)(struct mm_struct *prev, struct mm_struct *next, struct task_struct *tsk);
	/* Take, drop, a reference to the structure (mm_count). mmdrop may free, not sleep. */
	void (*mmgrab)(struct mm_struct *mm);
	void (*mmdrop)(struct mm_struct *mm);
};

/* What it needs of kernel/task/: the last reference to a dead task was dropped. Any context. */
struct sched_task_ops {
	void (*free_task)(struct task_struct *tsk);
	/* A new kernel thread that will call fn(arg), not yet woken; ERR_PTR on failure. */
	struct task_struct *(*create_kthread)(int (*fn)(void *), void *arg, const char *name);
	/* A task with a set_child_tid runs for the first time, about to enter user mode. */
	void (*first_run)(struct task_struct *tsk);
};

/* The hooks, filled in at boot by mm/ and kernel/task/. */
extern const struct sched_mm_ops *sched_mm_ops;
extern const struct sched_task_ops *sched_task_ops;

/* The run queues, and the running boot code becomes the idle task, pid 0. Before any lock is taken. */
void sched_init(void);

/* Boot is over: give the processor to whoever wants it, idle when nobody does. */
void __noreturn cpu_idle(void);

/* Whether cpu_idle() has been called: from then on code that sleeps needs interrupts on. */
extern bool scheduler_running;

/* Give the processor away. The caller set its state first; TASK_RUNNING means it only steps aside.
 * Returns when the task is next chosen. Never under a spinlock or in an interrupt. */
void schedule(void);

/* First C call of a task that runs for the first time; entry.S makes it. */
asmlinkage void schedule_tail(struct task_struct *prev);

/* Sleep, in the state the caller set, for at most timeout ticks (MAX_SCHEDULE_TIMEOUT: no limit).
 * Value: ticks left, 0 when time ran out. The second form sets the state. */
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_uninterruptible(long timeout);

/* Make a task runnable if its state is one of the mask (wake_up_process: any sleep). Value: whether it
 * slept. Any context. */
bool wake_up_state(struct task_struct *tsk, unsigned state);
bool wake_up_process(struct task_struct *tsk);

/* Set up a new task's place in the scheduler; it takes half of current's remaining time slice. */
void sched_fork(struct task_struct *tsk);

/* A dying task gives the rest of its slice back to its parent. tasklist_lock held. */
void sched_exit(struct task_struct *tsk);

/* Step aside for every other task that can run. */
void yield(void);

/* The timer's tick: charge the running task; user says which mode it interrupted. */
void scheduler_tick(bool user);

/* Policy (SCHED_), real-time priority (1 to 99; 0 with the policies that have none), nice value (-20 to 19). */
void sched_setscheduler(struct task_struct *tsk, int policy, int rt_priority, int nice);
#define set_user_nice(tsk, nice) sched_setscheduler(tsk, (tsk)->policy, (tsk)->rt_priority, nice)
int task_nice(const struct task_struct *tsk);

/* Ticks that the task runs before others of its priority do. */
unsigned long full_slice(const struct task_struct *tsk);

/* Number of context switches, of runnable tasks; how the ticks since boot were spent. */
unsigned long nr_context_switches(void);
unsigned long nr_running(void);
enum { TICKS_USER, TICKS_NICE, TICKS_SYSTEM, TICKS_IDLE, NR_CPU_TICKS };
const unsigned long *cpu_ticks(void);

/* Load averages over 1, 5, 15 minutes, fixed point with 11 fraction bits. */
extern unsigned long avenrun[3];

static inline bool need_resched(void)
{
	return unlikely(test_thread_flag(TIF_NEED_RESCHED));
}

/* Panic, in debug builds, where sleeping is forbidden: under a spinlock, in an interrupt, with
 * interrupts off. Every function that may sleep says so first. */
void __might_sleep(const char *file, int line);
#define might_sleep()                                      \
	do {                                               \
		if (CONFIG_DEBUG)                          \
			__might_sleep(__FILE__, __LINE__); \
	} while (0)

/* Let others run if somebody better waits; for long loops in the kernel. Value: whether we gave way. */
bool __cond_resched(void);
static inline bool cond_resched(void)
{
	might_sleep();
	return need_resched() && __cond_resched();
}

/* Whether a signal waits for the task / one that will kill it. */
static inline bool signal_pending(const struct task_struct *tsk)
{
	return unlikely(test_ti_thread_flag(task_thread_info(tsk), TIF_SIGPENDING));
}

static inline bool fatal_signal_pending(const struct task_struct *tsk)
{
	return signal_pending(tsk) && (tsk->pending.signal.sig[0] & SIGKILL_BIT);
}

/* Whether a sleep in this state has been ended by a signal. */
static inline bool signal_pending_state(unsigned state, const struct task_struct *tsk)
{
	if (state & TASK_INTERRUPTIBLE)
		return signal_pending(tsk);
	return (state & TASK_WAKEKILL) && fatal_signal_pending(tsk);
}

#endif
