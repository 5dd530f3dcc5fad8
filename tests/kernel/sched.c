/* The scheduler: priorities, time slices, fairness; kernel threads; borrowed address spaces. */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/completion.h"
#include "kernel/sched/kthread.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "mm/mm.h"

/* ---- kernel threads ---- */

static int until_stopped(void *arg)
{
	int *rounds = arg;

	while (!kthread_should_stop()) {
		(*rounds)++;
		schedule_timeout_interruptible(1);
	}
	return 42;
}

struct once {
	bool ran;
	struct completion done;
};

static int at_once(void *arg)
{
	struct once *once = arg;

	once->ran = true;
	complete(&once->done);
	return 0;
}

static void test_kthreads(void)
{
	static int rounds;
	struct once once = { .ran = false };
	struct task_struct *tsk;

	rounds = 0;
	tsk = kthread_create(until_stopped, &rounds, "a-long-name-%d-cut-off", 12345);
	if (!KTEST(!IS_ERR(tsk), "kthread_create makes a thread"))
		return;
	schedule_timeout_uninterruptible(2);
	KTEST(!rounds, "which does not run before it is woken");
	KTEST(!strcmp(tsk->comm, "a-long-name-123"), "its name is cut to fifteen characters");
	KTEST(!tsk->mm && (tsk->flags & PF_KTHREAD), "it has no address space of its own");
	wake_up_process(tsk);
	schedule_timeout_uninterruptible(5);
	KTEST(rounds >= 3, "woken, it runs");
	KTEST(kthread_stop(tsk) == 42, "kthread_stop waits for its end and tells its result");

	init_completion(&once.done);
	tsk = kthread_run(at_once, &once, "at-once");
	KTEST(!IS_ERR(tsk), "kthread_run makes and wakes one");
	KTEST(wait_for_completion_timeout(&once.done, HZ) && once.ran, "it ran and ended");
}

static int report_mm(void *arg)
{
	struct mm_struct **seen = arg;

	seen[0] = current->mm;
	seen[1] = current->active_mm;
	return 0;
}

static void test_lazy_mm(void)
{
	struct mm_struct *seen[2] = { (void *)1, NULL }, *ours = current->active_mm;
	int count = atomic_read(&ours->mm_count);
	struct task_struct *tsk = kthread_run(report_mm, seen, "borrower");

	if (IS_ERR(tsk))
		return;
	schedule_timeout_uninterruptible(3);
	KTEST(!seen[0] && seen[1], "a kernel thread has no mm but an active one");
	KTEST(atomic_read(&current->active_mm->mm_count) <= count + 1,
	      "what it borrowed it gave back");
}

/* ---- priorities ---- */

struct runner {
	int nice;
	volatile unsigned long turns;
	volatile bool stop;
	struct task_struct *task;
};

/* Use the processor up, giving way where a task of better right waits. */
static int spin(void *arg)
{
	struct runner *self = arg;

	while (!self->stop) {
		self->turns++;
		cond_resched();
	}
	return 0;
}

static bool start(struct runner *r, int nice)
{
	*r = (struct runner){ .nice = nice };
	r->task = kthread_create(spin, r, "spin%d", nice);
	if (IS_ERR(r->task))
		return false;
	get_task_struct(r->task);
	set_user_nice(r->task, nice);
	wake_up_process(r->task);
	return true;
}

static unsigned long ticks_of(const struct runner *r)
{
	return r->task->use.utime + r->task->use.stime;
}

static void stop_all(struct runner *runners, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		runners[i].stop = true;
	/* Low priorities need a moment to see it. */
	schedule_timeout_uninterruptible(HZ / 4);
	for (i = 0; i < n; i++)
		put_task_struct(runners[i].task);
}

static void test_fairness(void)
{
	struct runner r[3];
	unsigned long t[3], sum;
	int i;

	for (i = 0; i < 3; i++)
		if (!start(&r[i], 0))
			return;
	schedule_timeout_uninterruptible(HZ);
	for (sum = 0, i = 0; i < 3; i++)
		sum += t[i] = ticks_of(&r[i]);
	stop_all(r, 3);
	KTEST(sum >= HZ * 8 / 10, "three busy threads use the processor up");
	KTEST(t[0] >= HZ / 6 && t[1] >= HZ / 6 && t[2] >= HZ / 6, "each gets its share");
}

static void test_nice(void)
{
	struct runner r[2];
	unsigned long good, bad;

	if (!start(&r[0], 0) || !start(&r[1], 10))
		return;
	KTEST(task_nice(r[1].task) == 10 && r[1].task->prio == NICE_TO_PRIO(10),
	      "set_user_nice sets the priority");
	schedule_timeout_uninterruptible(HZ);
	good = ticks_of(&r[0]);
	bad = ticks_of(&r[1]);
	stop_all(r, 2);
	KTEST(good > bad * 3 / 2, "nice 10 gets less than nice 0");
	KTEST(bad > 0, "but is not starved");
}

static void test_sleeper(void)
{
	struct runner r[2];
	unsigned long worst = 0, start_tick;
	int i;

	if (!start(&r[0], 0) || !start(&r[1], 5))
		return;
	for (i = 0; i < 10; i++) {
		start_tick = jiffies;
		schedule_timeout_uninterruptible(2);
		worst = max(worst, jiffies - start_tick - 2);
	}
	stop_all(r, 2);
	KTEST(worst <= 2, "who mostly sleeps is served within two ticks beside busy threads");
}

static int real_time(void *arg)
{
	struct runner *victim = arg;
	unsigned long before = victim->turns, end = jiffies + 3;

	while (time_before(jiffies, end))
		cond_resched();
	return victim->turns == before;
}

static void test_real_time(void)
{
	struct task_struct *tsk;
	struct runner r;
	int untouched;

	if (!start(&r, -20))
		return;
	tsk = kthread_create(real_time, &r, "real-time");
	if (!IS_ERR(tsk)) {
		get_task_struct(tsk);
		sched_setscheduler(tsk, SCHED_FIFO, 50, 0);
		KTEST(tsk->prio == MAX_RT_PRIO - 51, "SCHED_FIFO 50 stands above every nice level");
		wake_up_process(tsk);
		schedule_timeout_uninterruptible(8);
		untouched = tsk->exit_code;
		put_task_struct(tsk);
		KTEST(untouched == 1, "while it runs no other thread does, nice -20 or not");
	}
	stop_all(&r, 1);
}

/* ---- what a switch keeps ---- */

static int other_registers(void *arg)
{
	volatile int *go_on = arg;

	while (*go_on) {
		__asm__ volatile("movl $0xbad, %%ebx; movl $0xbad, %%esi; movl $0xbad, %%edi" ::
					 : "ebx", "esi", "edi");
		yield();
	}
	return 0;
}

static void test_switch(void)
{
	volatile int go_on = 1;
	unsigned long a = 0x11111111, b = 0x22222222, c = 0x33333333;
	unsigned long before = nr_context_switches();
	int i;

	if (IS_ERR(kthread_run(other_registers, (void *)&go_on, "other")))
		return;
	for (i = 0; i < 50; i++) {
		__asm__ volatile("" : "+b"(a), "+S"(b), "+D"(c));
		yield();
		__asm__ volatile("" : "+b"(a), "+S"(b), "+D"(c));
	}
	go_on = 0;
	schedule_timeout_uninterruptible(2);
	KTEST(a == 0x11111111 && b == 0x22222222 && c == 0x33333333,
	      "registers survive a hundred switches");
	KTEST(nr_context_switches() - before >= 100, "which are counted");
}

static void test_wake_once(void)
{
	KTEST(task_nice(current) == 0 && current->prio == NICE_TO_PRIO(0),
	      "tasks begin with nice 0");
	KTEST(!wake_up_process(current), "a running task cannot be woken");
	__set_current_state(TASK_INTERRUPTIBLE);
	KTEST(wake_up_process(current) && current->state == TASK_RUNNING,
	      "one that was about to sleep is running again");
	schedule();
	__set_current_state(TASK_UNINTERRUPTIBLE);
	KTEST(!wake_up_state(current, TASK_INTERRUPTIBLE), "a wake-up for another kind of sleep");
	KTEST(wake_up_state(current, TASK_UNINTERRUPTIBLE), "leaves it to the right one");
	__set_current_state(TASK_RUNNING);
}

KTEST_SUITE(sched)
{
	test_wake_once();
	test_switch();
	test_kthreads();
	test_lazy_mm();
	test_fairness();
	test_nice();
	test_sleeper();
	test_real_time();
}
