/* The scheduler: two priority arrays, the tick, the switch. sched.h explains the idea. */
#include "kernel/sched/sched.h"

#include "kernel/lib/bug.h"
#include "kernel/sched/timer.h"

#define BITMAP_WORDS     ((MAX_PRIO + 31) / 32)
#define STARVATION_LIMIT (HZ / 2)

struct prio_array {
	u32 words;                /* bit w: bitmap[w] is not 0; all 0: nobody is here */
	u32 bitmap[BITMAP_WORDS]; /* bit p: queue[p] is not empty */
	struct list_head queue[MAX_PRIO];
};

struct rq {
	spinlock_t lock;
	unsigned long nr_running; /* the idle task not counted */
	unsigned long nr_switches;
	unsigned long ticks[NR_CPU_TICKS]; /* what the processor did */
	struct task_struct *curr, *idle;
	struct prio_array *active;  /* tasks with time left */
	struct prio_array *expired; /* tasks without; the two change places when active is empty */
	struct prio_array arrays[2];
	unsigned long drained;     /* jiffies when nobody was left in active */
	struct mm_struct *prev_mm; /* a borrowed mm to give back after the switch */
};

static struct rq runqueues[NR_CPUS];
const struct sched_mm_ops *sched_mm_ops;
const struct sched_task_ops *sched_task_ops;

DEFINE_SPINLOCK(tasklist_lock);

BUILD_BUG_ON(offsetof(struct task_struct, thread) % 16);

static inline struct rq *this_rq(void)
{
	return &this_cpu(runqueues);
}

static struct rq *task_rq_lock(const struct task_struct *tsk, unsigned long *flags)
{
	struct rq *rq = &runqueues[NR_CPUS > 1 ? task_thread_info(tsk)->cpu : 0];

	spin_lock_irqsave(&rq->lock, *flags);
	return rq;
}

/* ---- queues ---- */

static bool rt_task(const struct task_struct *tsk)
{
	return tsk->prio < MAX_RT_PRIO;
}

/* nice -20 gets 800 ms, 0 gets 100, 19 gets 5: a step of nice weighs about the same everywhere. */
unsigned long full_slice(const struct task_struct *tsk)
{
	int prio = tsk->static_prio, ms = (MAX_PRIO - prio) * (prio < NICE_TO_PRIO(0) ? 20 : 5);

	return max(ms * HZ / 1000, 1);
}

/* At the end of its queue, or right before a place there. */
static void enqueue_task(struct task_struct *tsk, struct prio_array *array,
			 struct list_head *before)
{
	list_add_tail(&tsk->run_list, before ? before : &array->queue[tsk->prio]);
	array->bitmap[tsk->prio / 32] |= 1U << tsk->prio % 32;
	array->words |= 1U << tsk->prio / 32;
	tsk->array = array;
}

static void dequeue_task(struct task_struct *tsk)
{
	struct prio_array *array = tsk->array;

	list_del(&tsk->run_list);
	if (list_empty(&array->queue[tsk->prio])) {
		array->bitmap[tsk->prio / 32] &= ~(1U << tsk->prio % 32);
		if (!array->bitmap[tsk->prio / 32])
			array->words &= ~(1U << tsk->prio / 32);
	}
	tsk->array = NULL;
}

static struct task_struct *pick_next(struct rq *rq)
{
	unsigned word, prio;

	if (unlikely(!rq->active->words)) {
		rq->drained = jiffies;
		if (!rq->expired->words)
			return rq->idle;
		swap(rq->active, rq->expired);
	}
	word = __builtin_ctz(rq->active->words);
	prio = word * 32 + __builtin_ctz(rq->active->bitmap[word]);
	return list_first_entry(&rq->active->queue[prio], struct task_struct, run_list);
}

static void resched_task(struct task_struct *tsk)
{
	set_ti_thread_flag(task_thread_info(tsk), TIF_NEED_RESCHED);
}

/* A sleeper earns half of the time it slept, up to a full slice: who mostly waits is served soon. But not when the
 * active array has been in use for long: enough such sleepers would keep it so for ever, and whoever waits behind them. */
static void credit_sleep(const struct rq *rq, struct task_struct *tsk, unsigned long slept)
{
	unsigned long full = full_slice(tsk);

	if (jiffies - rq->drained > STARVATION_LIMIT)
		return;
	tsk->time_slice = min(tsk->time_slice + min(slept / 2, full), full);
}

/*
 * Queue a task that was asleep. It takes the processor from a worse one; from an equal one when it slept through
 * a tick, so that two tasks that feed each other do not switch at every byte. Otherwise it is the next after that one: a
 * shell, its program and the end of it must not each wait behind all others that run. Slices bound what they get.
 */
static void activate_task(struct rq *rq, struct task_struct *tsk)
{
	unsigned long slept = jiffies - tsk->sleep_start;
	struct task_struct *curr = rq->curr;
	bool beside = tsk->prio == curr->prio && curr->array == rq->active && !rt_task(tsk);

	credit_sleep(rq, tsk, slept);
	enqueue_task(tsk, rq->active,
		     !beside ? NULL
		     : slept ? &curr->run_list
			     : curr->run_list.next);
	rq->nr_running++;
	if ((beside && slept) || curr == rq->idle || tsk->prio < curr->prio)
		resched_task(curr);
}

/* ---- waking ---- */

bool wake_up_state(struct task_struct *tsk, unsigned state)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(tsk, &flags);
	bool slept = tsk->state & state;

	if (slept) {
		if (!tsk->array && tsk != rq->idle)
			activate_task(rq, tsk);
		tsk->state = TASK_RUNNING;
	}
	spin_unlock_irqrestore(&rq->lock, flags);
	return slept;
}

bool wake_up_process(struct task_struct *tsk)
{
	return wake_up_state(tsk, TASK_ALL | TASK_NEW);
}

void sched_fork(struct task_struct *tsk)
{
	unsigned long flags;

	tsk->state = TASK_NEW;
	tsk->array = NULL;
	tsk->sleep_start = jiffies;
	INIT_LIST_HEAD(&tsk->run_list);
	if (!current->array) { /* the boot code makes its first threads */
		tsk->time_slice = full_slice(tsk);
		return;
	}
	/* No time is made by forking: the child's half is the parent's loss. */
	local_irq_save(flags);
	tsk->time_slice = (current->time_slice + 1) / 2;
	current->time_slice /= 2;
	if (!current->time_slice) {
		current->time_slice = 1;
		resched_task(current);
	}
	local_irq_restore(flags);
}

void sched_exit(struct task_struct *tsk)
{
	struct task_struct *parent = tsk->parent;
	unsigned long flags;
	struct rq *rq = task_rq_lock(parent, &flags);

	parent->time_slice = min(parent->time_slice + tsk->time_slice, full_slice(parent));
	spin_unlock_irqrestore(&rq->lock, flags);
}

/* ---- the switch ---- */

static void __noreturn __cold sched_bug(const char *what)
{
	panic("%s: task '%s' (pid %d), preempt_count %x, interrupts %s", what, current->comm,
	      current->pid, current_thread_info()->preempt_count, irqs_disabled() ? "off" : "on");
}

static void finish_task_switch(struct task_struct *prev)
{
	struct rq *rq = this_rq();
	struct mm_struct *mm = rq->prev_mm;
	bool dead = prev->state == TASK_DEAD;

	rq->prev_mm = NULL;
	spin_unlock_irq(&rq->lock);
	if (mm)
		sched_mm_ops->mmdrop(mm);
	if (unlikely(dead))
		put_task_struct(prev);
}

/* A kernel thread runs on whatever page tables are loaded and holds a reference to them meanwhile. */
static void switch_address_space(struct rq *rq, struct task_struct *prev, struct task_struct *next)
{
	struct mm_struct *loaded = prev->active_mm;

	if (unlikely(!sched_mm_ops))
		return;
	if (next->mm) {
		sched_mm_ops->switch_mm(loaded, next->mm, next);
	} else {
		next->active_mm = loaded;
		sched_mm_ops->mmgrab(loaded);
	}
	if (!prev->mm) {
		prev->active_mm = NULL;
		rq->prev_mm = loaded;
	}
}

static void context_switch(struct rq *rq, struct task_struct *prev, struct task_struct *next)
{
	rq->nr_switches++;
	rq->curr = next;
	switch_address_space(rq, prev, next);
	/* Whoever comes out of the switch releases the lock: the count goes with him. */
	spin_lock_give(&rq->lock, next);
	prev = switch_to(&prev->thread, &next->thread, prev);
	finish_task_switch(prev);
}

void schedule(void)
{
	struct task_struct *prev = current, *next;
	struct rq *rq;

	if (CONFIG_DEBUG && unlikely(in_atomic()))
		sched_bug("schedule() where sleeping is forbidden");
	local_irq_disable();
	rq = this_rq();
	spin_lock(&rq->lock);
	clear_thread_flag(TIF_NEED_RESCHED);
	if (prev->state) {
		if (unlikely(signal_pending_state(prev->state, prev))) {
			prev->state = TASK_RUNNING;
		} else if (prev->array) {
			dequeue_task(prev);
			rq->nr_running--;
			prev->sleep_start = jiffies;
			prev->use.nvcsw++;
		} else {
			sched_bug("the idle task wants to sleep");
		}
	} else {
		prev->use.nivcsw++;
	}
	next = pick_next(rq);
	if (likely(next != prev))
		context_switch(rq, prev, next);
	else
		spin_unlock_irq(&rq->lock);
}

asmlinkage void schedule_tail(struct task_struct *prev)
{
	finish_task_switch(prev);
	if (current->set_child_tid)
		sched_task_ops->first_run(current);
}

void yield(void)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(current, &flags);
	struct task_struct *tsk = current;

	if (tsk->array) {
		dequeue_task(tsk);
		enqueue_task(tsk, rt_task(tsk) ? rq->active : rq->expired, NULL);
	}
	spin_unlock_irqrestore(&rq->lock, flags);
	schedule();
}

bool __cond_resched(void)
{
	if (!scheduler_running)
		return false;
	schedule();
	return true;
}

/* ---- the tick ---- */

#define LOAD_FREQ  (5 * HZ + 1)
#define FSHIFT     11
#define LOAD_FIXED (1UL << FSHIFT)

unsigned long avenrun[3];

/* Every five seconds, an exponentially damped mean: the factors are exp(-5 s / 1, 5, 15 min). */
static void calc_load(struct rq *rq)
{
	static const unsigned long factor[3] = { 1884, 2014, 2037 };
	static int count = LOAD_FREQ;
	int i;

	if (--count > 0)
		return;
	count = LOAD_FREQ;
	for (i = 0; i < 3; i++)
		avenrun[i] = (avenrun[i] * factor[i] +
			      rq->nr_running * LOAD_FIXED * (LOAD_FIXED - factor[i])) >>
			     FSHIFT;
}

static void slice_used_up(struct rq *rq, struct task_struct *curr)
{
	curr->time_slice = full_slice(curr);
	resched_task(curr);
	if (!curr->array)
		return;
	dequeue_task(curr);
	enqueue_task(curr, rt_task(curr) ? rq->active : rq->expired, NULL);
}

void scheduler_tick(bool user)
{
	struct rq *rq = this_rq();
	struct task_struct *curr = rq->curr;

	spin_lock(&rq->lock);
	calc_load(rq);
	if (curr == rq->idle) {
		rq->ticks[TICKS_IDLE]++;
	} else {
		if (user) {
			curr->use.utime++;
			rq->ticks[task_nice(curr) > 0 ? TICKS_NICE : TICKS_USER]++;
		} else {
			curr->use.stime++;
			rq->ticks[TICKS_SYSTEM]++;
		}
		if (curr->time_slice > 1)
			curr->time_slice--;
		else if (curr->policy != SCHED_FIFO) /* which runs until it gives way */
			slice_used_up(rq, curr);
	}
	spin_unlock(&rq->lock);
}

/* ---- priorities ---- */

int task_nice(const struct task_struct *tsk)
{
	return tsk->static_prio - NICE_TO_PRIO(0);
}

void sched_setscheduler(struct task_struct *tsk, int policy, int rt_priority, int nice)
{
	unsigned long flags;
	struct rq *rq = task_rq_lock(tsk, &flags);
	struct prio_array *array = tsk->array;

	if (array)
		dequeue_task(tsk);
	tsk->policy = policy;
	tsk->rt_priority = rt_priority;
	tsk->static_prio = NICE_TO_PRIO(nice);
	tsk->prio = rt_priority ? MAX_RT_PRIO - 1 - rt_priority : tsk->static_prio;
	if (array) {
		enqueue_task(tsk, rt_priority ? rq->active : array, NULL);
		if (tsk == rq->curr || tsk->prio < rq->curr->prio)
			resched_task(rq->curr);
	}
	tsk->time_slice = min(tsk->time_slice, full_slice(tsk));
	spin_unlock_irqrestore(&rq->lock, flags);
}

/* ---- set-up, idling, small questions ---- */

void sched_init(void)
{
	int cpu, i, p;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		struct rq *rq = &runqueues[cpu];

		for (i = 0; i < 2; i++)
			for (p = 0; p < MAX_PRIO; p++)
				INIT_LIST_HEAD(&rq->arrays[i].queue[p]);
		rq->active = &rq->arrays[0];
		rq->expired = &rq->arrays[1];
		rq->curr = rq->idle = &init_task;
	}
}

void __noreturn cpu_idle(void)
{
	scheduler_running = true;
	local_irq_enable();
	for (;;) {
		local_irq_disable();
		if (!need_resched())
			safe_halt();
		local_irq_enable();
		if (need_resched())
			schedule();
	}
}

unsigned long nr_context_switches(void)
{
	return runqueues[0].nr_switches;
}

unsigned long nr_running(void)
{
	return runqueues[0].nr_running;
}

const unsigned long *cpu_ticks(void)
{
	return runqueues[0].ticks;
}

void put_task_struct(struct task_struct *tsk)
{
	if (!__atomic_sub_fetch(&tsk->usage, 1, __ATOMIC_ACQ_REL))
		sched_task_ops->free_task(tsk);
}
