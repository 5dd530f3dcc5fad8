/* Timers: armed ones stand in a tree by the tick they expire at, so arming costs O(log n) and a tick on
 * which nothing is due costs one comparison. */
#include "kernel/sched/timer.h"

#include "kernel/lib/bug.h"
#include "kernel/sched/sched.h"

static DEFINE_SPINLOCK(timer_lock);
static struct rb_root timers;
static struct timer_list *first; /* leftmost: the next to expire */

/* Equal ticks: first armed, first called. */
static void insert(struct timer_list *timer)
{
	struct rb_node **link = &timers.rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		parent = *link;
		if (time_before(timer->expires,
				rb_entry(parent, struct timer_list, node)->expires)) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&timer->node, parent, link);
	rb_insert_color(&timer->node, &timers);
	if (leftmost)
		first = timer;
	timer->pending = true;
}

static void erase(struct timer_list *timer)
{
	if (first == timer) {
		struct rb_node *next = rb_next(&timer->node);

		first = next ? rb_entry(next, struct timer_list, node) : NULL;
	}
	rb_erase(&timer->node, &timers);
	timer->pending = false;
}

void add_timer(struct timer_list *timer)
{
	BUG_ON(timer->pending);
	mod_timer(timer, timer->expires);
}

bool mod_timer(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&timer_lock, flags);
	armed = timer->pending;
	if (armed)
		erase(timer);
	timer->expires = expires;
	insert(timer);
	spin_unlock_irqrestore(&timer_lock, flags);
	return armed;
}

bool del_timer(struct timer_list *timer)
{
	unsigned long flags;
	bool armed;

	spin_lock_irqsave(&timer_lock, flags);
	armed = timer->pending;
	if (armed)
		erase(timer);
	spin_unlock_irqrestore(&timer_lock, flags);
	return armed;
}

void run_timers(void)
{
	spin_lock(&timer_lock);
	while (first && time_after_eq(jiffies, first->expires)) {
		struct timer_list *timer = first;

		erase(timer);
		/* The function may arm the timer again, or free it. */
		spin_unlock(&timer_lock);
		timer->function(timer->data);
		spin_lock(&timer_lock);
	}
	spin_unlock(&timer_lock);
}

static void wake_sleeper(unsigned long data)
{
	wake_up_process((struct task_struct *)data);
}

long schedule_timeout(long timeout)
{
	struct timer_list timer;
	unsigned long expires;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout <= 0) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	expires = jiffies + timeout;
	setup_timer(&timer, wake_sleeper, (unsigned long)current);
	mod_timer(&timer, expires);
	schedule();
	del_timer_sync(&timer);
	timeout = expires - jiffies;
	return timeout < 0 ? 0 : timeout;
}

long schedule_timeout_interruptible(long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}

long schedule_timeout_uninterruptible(long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

unsigned long msecs_to_jiffies(unsigned ms)
{
	return ms / 1000 * HZ + DIV_ROUND_UP(ms % 1000 * HZ, 1000);
}

long jiffies_to_clock_t(unsigned long ticks)
{
	return ticks / HZ * 100 + ticks % HZ * 100 / HZ;
}

void msleep(unsigned ms)
{
	/* One more: the tick under way is already partly gone. */
	unsigned long left = msecs_to_jiffies(ms) + 1;

	while (left)
		left = schedule_timeout_uninterruptible(left);
}
