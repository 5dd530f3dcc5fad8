/* Time in ticks, and functions called when a tick comes.
 *
 * jiffies counts timer interrupts since boot, HZ a second. The nanosecond clock is in clock.h.
 */
#ifndef KERNEL_SCHED_TIMER_H
#define KERNEL_SCHED_TIMER_H

#include "kernel/lib/rbtree.h"

#define HZ 250

extern volatile unsigned long jiffies;

/* Whether tick a is after tick b; right across the counter's wrap for spans below 2^31 ticks. */
#define time_after(a, b)    ((long)((b) - (a)) < 0)
#define time_before(a, b)   time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)

/* A call to come. function(data) runs in the timer interrupt, interrupts off: it may not sleep. */
struct timer_list {
	struct rb_node node;
	unsigned long expires; /* in jiffies */
	void (*function)(unsigned long data);
	unsigned long data;
	bool pending;
};

static inline void setup_timer(struct timer_list *timer, void (*function)(unsigned long),
			       unsigned long data)
{
	timer->function = function;
	timer->data = data;
	timer->pending = false;
}

static inline bool timer_pending(const struct timer_list *timer)
{
	return timer->pending;
}

/* Arm a timer that is not armed, for timer->expires. A tick already past fires at the next one. */
void add_timer(struct timer_list *timer);

/* Arm it anew for tick expires. Value: whether it was armed. */
bool mod_timer(struct timer_list *timer, unsigned long expires);

/* Disarm it. Value: whether it was armed. The sync form also waits until its function, which may run on
 * another processor, has returned. */
bool del_timer(struct timer_list *timer);
#define del_timer_sync(timer) del_timer(timer)

/* Run what is due. From the timer interrupt, once a tick. */
void run_timers(void);

/* Milliseconds to ticks, rounded up; ticks to the hundredths of a second of times(2). */
unsigned long msecs_to_jiffies(unsigned ms);
long jiffies_to_clock_t(unsigned long ticks);

/* Sleep at least so long, whatever signals come. */
void msleep(unsigned ms);

#endif
