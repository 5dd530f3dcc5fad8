/* Wait queues: tasks asleep until a condition holds.
 *
 *	wait_event(queue, condition);		the sleeper
 *	make the condition true; wake_up(&queue);	the waker, from any context
 *
 * Woken in the order they came. An exclusive waiter is woken alone: wake_up() wakes all that are not
 * exclusive and one that is.
 */
#ifndef KERNEL_SCHED_WAIT_H
#define KERNEL_SCHED_WAIT_H

#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"

#define WQ_FLAG_EXCLUSIVE 1

typedef struct wait_queue_head {
	spinlock_t lock;
	struct list_head task_list;
} wait_queue_head_t;

typedef struct wait_queue wait_queue_t;

/* How to wake one waiter. Called with the queue's lock held; value: whether it woke. */
typedef bool (*wait_queue_func_t)(wait_queue_t *wait, unsigned mode, void *key);

struct wait_queue {
	unsigned flags;
	struct task_struct *task;
	wait_queue_func_t func;
	struct list_head task_list; /* empty: on no queue */
};

#define __WAIT_QUEUE_HEAD_INIT(name)                                               \
	{                                                                          \
		__SPIN_LOCK_UNLOCKED("&q->lock"), LIST_HEAD_INIT((name).task_list) \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INIT(name)

/* An entry for current that leaves the queue when woken. */
#define DEFINE_WAIT(name)                                           \
	wait_queue_t name = { 0, current, autoremove_wake_function, \
			      LIST_HEAD_INIT((name).task_list) }

static inline void init_waitqueue_head(wait_queue_head_t *q)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->task_list);
}

/* An entry of the caller's own kind (poll): func is called on each wake-up, under the queue's lock. */
static inline void init_waitqueue_func_entry(wait_queue_t *wait, wait_queue_func_t func)
{
	wait->flags = 0;
	wait->task = NULL;
	wait->func = func;
	INIT_LIST_HEAD(&wait->task_list);
}

/* Wake wait->task and take the entry off its queue. */
bool autoremove_wake_function(wait_queue_t *wait, unsigned mode, void *key);

/* Put an entry on, take it off, a queue without touching the task's state. */
void add_wait_queue(wait_queue_head_t *q, wait_queue_t *wait);
void remove_wait_queue(wait_queue_head_t *q, wait_queue_t *wait);

/* Queue the entry (once) and set the task's state, before the condition is looked at. The exclusive
 * form queues at the tail with WQ_FLAG_EXCLUSIVE. */
void prepare_to_wait(wait_queue_head_t *q, wait_queue_t *wait, long state);
void prepare_to_wait_exclusive(wait_queue_head_t *q, wait_queue_t *wait, long state);

/* Back to TASK_RUNNING and off the queue. */
void finish_wait(wait_queue_head_t *q, wait_queue_t *wait);

/* Wake waiters whose state is in mode: every one that is not exclusive and nr that are (0: all).
 * Value: how many exclusive ones woke. Any context. The locked form: the caller holds q->lock. */
int __wake_up(wait_queue_head_t *q, unsigned mode, int nr, void *key);
int __wake_up_locked(wait_queue_head_t *q, unsigned mode, int nr, void *key);

#define wake_up(q)               __wake_up((q), TASK_NORMAL, 1, NULL)
#define wake_up_all(q)           __wake_up((q), TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(q) __wake_up((q), TASK_INTERRUPTIBLE, 1, NULL)

/* The loop under the macros below. Value of the whole: 0, -ERESTARTSYS when a signal ended it, or,
 * with a timeout, the jiffies that were left (0: it ran out; at least 1 if the condition holds). */
#define ___wait_event(q, condition, state, exclusive, timeout)                     \
	({                                                                         \
		DEFINE_WAIT(__wait);                                               \
		long __left = (timeout);                                           \
		might_sleep();                                                     \
		for (;;) {                                                         \
			if (exclusive)                                             \
				prepare_to_wait_exclusive(&(q), &__wait, (state)); \
			else                                                       \
				prepare_to_wait(&(q), &__wait, (state));           \
			if (condition) {                                           \
				if (!__left)                                       \
					__left = 1;                                \
				break;                                             \
			}                                                          \
			if (!__left)                                               \
				break;                                             \
			if (signal_pending_state((state), current)) {              \
				__left = -ERESTARTSYS;                             \
				break;                                             \
			}                                                          \
			__left = schedule_timeout(__left);                         \
		}                                                                  \
		finish_wait(&(q), &__wait);                                        \
		__left;                                                            \
	})

/* Sleep until condition. The expression is evaluated more than once; it may not sleep. */
#define wait_event(q, condition) \
	((void)___wait_event(q, condition, TASK_UNINTERRUPTIBLE, 0, MAX_SCHEDULE_TIMEOUT))

/* As wait_event; value 0, or -ERESTARTSYS when a signal came first. */
#define wait_event_interruptible(q, condition)           __wait_event_sig(q, condition, 0)
#define wait_event_interruptible_exclusive(q, condition) __wait_event_sig(q, condition, 1)

#define __wait_event_sig(q, condition, exclusive)                                       \
	({                                                                              \
		long __ret = ___wait_event(q, condition, TASK_INTERRUPTIBLE, exclusive, \
					   MAX_SCHEDULE_TIMEOUT);                       \
		__ret < 0 ? (int)__ret : 0;                                             \
	})

/* With a limit in jiffies. Value: jiffies left, 0 when time ran out, -ERESTARTSYS (second form). */
#define wait_event_timeout(q, condition, timeout) \
	___wait_event(q, condition, TASK_UNINTERRUPTIBLE, 0, timeout)
#define wait_event_interruptible_timeout(q, condition, timeout) \
	___wait_event(q, condition, TASK_INTERRUPTIBLE, 0, timeout)

#endif
