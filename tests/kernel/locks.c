/* Locks and queues that sleep: who gets in, in which order, what a signal and a time limit do. */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/completion.h"
#include "kernel/sched/kthread.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/preempt.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"

#define MAX_ACTORS 12

/* Threads that each do one thing with a lock and say in a common log when they were through: "r" for a reader that
 * is in, its capital when it leaves, and so on. */
struct actor {
	char name;
	int (*act)(struct actor *self);
	unsigned hold; /* ticks inside */
	struct task_struct *task;
};

static struct actor actors[MAX_ACTORS];
static unsigned nr_actors;
static char story[64];
static struct completion all_done;
static int left;

static void tell(char c)
{
	size_t n = strlen(story);

	if (n + 1 < sizeof(story))
		story[n] = c;
}

static int run_actor(void *arg)
{
	struct actor *self = arg;
	int ret = self->act(self);

	if (!--left)
		complete(&all_done);
	return ret;
}

/* A new thread; it has run as far as it can when this returns. */
static void enter(char name, int (*act)(struct actor *), unsigned hold)
{
	struct actor *a = &actors[nr_actors++];

	*a = (struct actor){ .name = name, .act = act, .hold = hold };
	if (!left++)
		init_completion(&all_done);
	a->task = kthread_run(run_actor, a, "actor-%c", name);
	if (IS_ERR(a->task)) {
		left--;
		tell('!');
	}
	yield();
	schedule_timeout_uninterruptible(1);
}

static void begin_story(void)
{
	memset(story, 0, sizeof(story));
	nr_actors = 0;
	left = 0;
}

/* Wait until all have left the stage. Value: whether the story went as it should. */
static bool story_is(const char *expected)
{
	bool ended = !left || wait_for_completion_timeout(&all_done, 5 * HZ);

	if (ended && !strcmp(story, expected))
		return true;
	pr_info("the story was %s\n", story);
	return false;
}

static char upper(char c)
{
	return c - 'a' + 'A';
}

/* ---- rwsem ---- */

static DECLARE_RWSEM(sem);

static int read_it(struct actor *self)
{
	down_read(&sem);
	tell(self->name);
	if (self->hold)
		schedule_timeout_uninterruptible(self->hold);
	tell(upper(self->name));
	up_read(&sem);
	return 0;
}

static int write_it(struct actor *self)
{
	down_write(&sem);
	tell(self->name);
	if (self->hold)
		schedule_timeout_uninterruptible(self->hold);
	tell(upper(self->name));
	up_write(&sem);
	return 0;
}

static void test_rwsem(void)
{
	begin_story();
	enter('a', read_it, 12);
	enter('b', read_it, 5);
	KTEST(!strcmp(story, "ab"), "two readers are inside together");
	KTEST(story_is("abBA"), "and leave one after the other");
	KTEST(!sem.activity, "the lock is free then");

	begin_story();
	enter('w', write_it, 5);
	enter('a', read_it, 3);
	enter('b', read_it, 6);
	KTEST(story_is("wWabAB"), "waiting readers enter together when the writer leaves");

	begin_story();
	enter('a', read_it, 8);
	enter('w', write_it, 3);
	enter('b', read_it, 3);
	enter('x', write_it, 3);
	enter('c', read_it, 0);
	KTEST(story_is("aAwWbBxXcC"),
	      "the line is served in the order of arrival, both sides alike");
}

/* ---- mutex ---- */

static DEFINE_MUTEX(mutex);

static int lock_it(struct actor *self)
{
	mutex_lock(&mutex);
	tell(self->name);
	if (self->hold)
		schedule_timeout_uninterruptible(self->hold);
	tell(upper(self->name));
	mutex_unlock(&mutex);
	return 0;
}

static void test_mutex(void)
{
	begin_story();
	mutex_lock(&mutex);
	KTEST(mutex.owner == current, "a mutex has an owner");
	enter('a', lock_it, 0);
	enter('b', lock_it, 2);
	enter('c', lock_it, 0);
	KTEST(!*story, "others wait");
	mutex_unlock(&mutex);
	KTEST(mutex.owner == actors[0].task, "the longest waiter owns it at once");
	KTEST(story_is("aAbBcC"), "in the order of arrival");
	KTEST(!mutex.owner, "it is free in the end");
}

/* Read, give way, write: without the lock updates would be lost. */
static volatile unsigned counter;

static int count_up(struct actor *self)
{
	unsigned i, seen;

	for (i = 0; i < 200; i++) {
		mutex_lock(&mutex);
		seen = counter;
		if (i % 16 == 0)
			yield();
		counter = seen + 1;
		mutex_unlock(&mutex);
	}
	return 0;
}

static void test_exclusion(void)
{
	char name;

	begin_story();
	counter = 0;
	for (name = 'a'; name < 'a' + 6; name++)
		enter(name, count_up, 0);
	KTEST(story_is("") && counter == 6 * 200, "no update under a mutex is lost");
}

/* ---- completions ---- */

static struct completion door;

static int wait_at_door(struct actor *self)
{
	wait_for_completion(&door);
	tell(self->name);
	return 0;
}

static void test_completion(void)
{
	unsigned long start;

	begin_story();
	init_completion(&door);
	complete(&door);
	wait_for_completion(&door);
	KTEST(true, "complete() before the wait: no wait");
	start = jiffies;
	KTEST(wait_for_completion_timeout(&door, 3) == 0 && jiffies - start >= 3,
	      "it was good for one: the second wait runs out of time");
	enter('a', wait_at_door, 0);
	enter('b', wait_at_door, 0);
	enter('c', wait_at_door, 0);
	complete(&door);
	schedule_timeout_uninterruptible(2);
	KTEST(!strcmp(story, "a"), "complete() lets one through, the first");
	complete(&door);
	complete(&door);
	KTEST(story_is("abc"), "each of two more another");
}

/* ---- wait queues ---- */

static DECLARE_WAIT_QUEUE_HEAD(queue);
static volatile int tickets;

static int wait_for_ticket(struct actor *self)
{
	wait_event(queue, tickets > 0);
	tell(self->name);
	return 0;
}

static int take_ticket(struct actor *self)
{
	int ret = wait_event_interruptible_exclusive(queue, tickets > 0);

	tickets--;
	tell(self->name);
	return ret;
}

static void test_wait_queue(void)
{
	begin_story();
	tickets = 0;
	enter('a', wait_for_ticket, 0);
	enter('b', wait_for_ticket, 0);
	wake_up(&queue);
	schedule_timeout_uninterruptible(2);
	KTEST(!*story && !list_empty(&queue.task_list), "woken without reason they sleep on");
	tickets = 1;
	wake_up(&queue);
	KTEST(story_is("ab"), "with reason all run, in the order they came");
	KTEST(list_empty(&queue.task_list), "the queue is empty then");

	begin_story();
	tickets = 0;
	enter('a', take_ticket, 0);
	enter('b', take_ticket, 0);
	enter('c', take_ticket, 0);
	tickets = 3;
	wake_up(&queue);
	schedule_timeout_uninterruptible(2);
	KTEST(!strcmp(story, "a"), "one exclusive waiter is woken at a time");
	__wake_up(&queue, TASK_NORMAL, 2, NULL);
	KTEST(story_is("abc"), "or as many as asked for");
	tickets = 1;
	KTEST(wait_event_interruptible(queue, tickets) == 0, "a condition that holds: no sleep");
}

/* ---- checks ---- */

static void test_counts(void)
{
	DEFINE_SPINLOCK(lock);
	unsigned long flags;

	KTEST(!in_atomic(), "a task may sleep");
	spin_lock(&lock);
	KTEST(in_atomic() && !in_interrupt() && spin_is_locked(&lock),
	      "under a spinlock it may not");
	spin_unlock(&lock);
	KTEST(spin_trylock(&lock), "spin_trylock takes a free lock");
	spin_unlock(&lock);
	spin_lock_irqsave(&lock, flags);
	KTEST(irqs_disabled(), "the irqsave form turns interrupts off");
	spin_unlock_irqrestore(&lock, flags);
	KTEST(!irqs_disabled() && !in_atomic(), "and leaves all as it was");
}

KTEST_SUITE(locks)
{
	test_counts();
	test_wait_queue();
	test_completion();
	test_mutex();
	test_exclusion();
	test_rwsem();
}
