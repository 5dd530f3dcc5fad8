/* Timers, sleeps that end by themselves, and the clocks. */
#include "tests/kernel/ktest.h"

#include "drivers/rtc.h"
#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/sched/wait.h"
#include "kernel/x86/irqflags.h"

#define NR_TIMERS 200

/* What timers saw when they fired, in the order they fired. */
static struct firing {
	unsigned long id, jiffies;
	bool irqs_off, in_irq;
} fired[NR_TIMERS + 8];
static volatile unsigned nr_fired;

static void note(unsigned long id)
{
	if (nr_fired < ARRAY_SIZE(fired))
		fired[nr_fired] = (struct firing){ id, jiffies, irqs_disabled(), in_interrupt() };
	nr_fired++;
}

static void test_one(void)
{
	struct timer_list timer;
	unsigned long when;

	nr_fired = 0;
	setup_timer(&timer, note, 7);
	KTEST(!timer_pending(&timer), "a timer that was set up is not armed");
	when = timer.expires = jiffies + 3;
	add_timer(&timer);
	KTEST(timer_pending(&timer), "armed by add_timer");
	schedule_timeout_uninterruptible(6);
	KTEST(nr_fired == 1 && fired[0].id == 7, "fires once, with its data");
	KTEST(fired[0].jiffies == when, "at its tick");
	KTEST(fired[0].irqs_off && fired[0].in_irq, "in the interrupt, interrupts off");
	KTEST(!timer_pending(&timer), "is not armed afterwards");
	KTEST(!del_timer(&timer), "del_timer says that there was nothing to disarm");
}

static void test_change(void)
{
	struct timer_list timer;
	unsigned long when = jiffies + 5;

	nr_fired = 0;
	setup_timer(&timer, note, 1);
	KTEST(!mod_timer(&timer, jiffies + 2), "mod_timer arms: it was not armed");
	KTEST(mod_timer(&timer, when), "mod_timer moves: it was");
	schedule_timeout_uninterruptible(3);
	KTEST(nr_fired == 0, "the first time means nothing any more");
	schedule_timeout_uninterruptible(5);
	KTEST(nr_fired == 1 && fired[0].jiffies == when, "it fires at the second");
	mod_timer(&timer, jiffies + 2);
	KTEST(del_timer_sync(&timer), "del_timer disarms");
	schedule_timeout_uninterruptible(4);
	KTEST(nr_fired == 1, "and it does not fire");
	mod_timer(&timer, jiffies - 10);
	schedule_timeout_uninterruptible(2);
	KTEST(nr_fired == 2, "a tick gone by: it fires at the next one");
}

/* Many timers in shuffled order; a third is disarmed again. */
static void test_order(void)
{
	static struct timer_list timers[NR_TIMERS];
	bool order = true, exact = true, fifo = true, spared = true;
	unsigned long start = jiffies + 2;
	unsigned i, expected = 0;

	nr_fired = 0;
	for (i = 0; i < NR_TIMERS; i++) {
		setup_timer(&timers[i], note, i);
		timers[i].expires = start + i * 37 % 20;
		add_timer(&timers[i]);
	}
	for (i = 0; i < NR_TIMERS; i += 3)
		del_timer(&timers[i]);
	for (i = 0; i < NR_TIMERS; i++)
		expected += timer_pending(&timers[i]);
	schedule_timeout_uninterruptible(24);
	KTEST(nr_fired == expected, "each of many timers fires once, disarmed ones never");
	for (i = 0; i < nr_fired && i < NR_TIMERS; i++) {
		spared = spared && fired[i].id % 3;
		exact = exact && fired[i].jiffies == timers[fired[i].id].expires;
		if (!i)
			continue;
		order = order && fired[i].jiffies >= fired[i - 1].jiffies;
		if (fired[i].jiffies == fired[i - 1].jiffies)
			fifo = fifo && fired[i].id > fired[i - 1].id;
	}
	KTEST(spared, "those that fired are those that were left armed");
	KTEST(order, "in the order of their ticks");
	KTEST(exact, "each at its own tick");
	KTEST(fifo, "equal ticks: first armed, first called");
}

static struct timer_list again;

static void rearm(unsigned long left)
{
	note(left);
	again.data = left - 1;
	if (left)
		mod_timer(&again, jiffies + 1);
}

static void test_rearm(void)
{
	nr_fired = 0;
	setup_timer(&again, rearm, 4);
	mod_timer(&again, jiffies + 1);
	schedule_timeout_uninterruptible(9);
	KTEST(nr_fired == 5, "a timer may arm itself again");
	KTEST(fired[4].jiffies - fired[0].jiffies == 4, "and fires tick after tick");
}

/*
 * Five ticks asleep, never fewer. That it is five, and their time by the nanosecond clock, must be seen
 * in one of some tries: a busy host may look away, and then bring the ticks that it owes all at once.
 */
static void test_five_ticks(void)
{
	bool enough = true, exact = false, agrees = false;
	int i;

	for (i = 0; i < 20 && !(exact && agrees); i++) {
		unsigned long start = jiffies;
		u64 ns = ktime_get();

		schedule_timeout_uninterruptible(5);
		ns = ktime_get() - ns;
		enough = enough && jiffies - start >= 5;
		exact = exact || jiffies - start <= 6;
		agrees = agrees || (ns > 4 * NSEC_PER_TICK && ns < 8 * NSEC_PER_TICK);
	}
	KTEST(enough && exact, "for the ticks it was told");
	KTEST(agrees, "the nanosecond clock agrees with the ticks");
}

static void test_sleeps(void)
{
	DECLARE_WAIT_QUEUE_HEAD(nobody);
	unsigned long start;
	u64 ns;

	KTEST(schedule_timeout_uninterruptible(5) == 0, "schedule_timeout sleeps to the end");
	test_five_ticks();
	KTEST(schedule_timeout(0) == 0 && current->state == TASK_RUNNING, "no ticks: no sleep");
	ns = ktime_get();
	msleep(10);
	KTEST(ktime_get() - ns >= 10 * 1000 * NSEC_PER_USEC, "msleep is never short");
	start = jiffies;
	KTEST(wait_event_timeout(nobody, false, 3) == 0, "wait_event_timeout gives up");
	KTEST(jiffies - start >= 3, "not before its time");
	KTEST(wait_event_timeout(nobody, true, 3) == 3, "a condition that holds costs no time");
}

static void test_arithmetic(void)
{
	unsigned long near_wrap = ULONG_MAX - 1;

	KTEST(time_after(near_wrap + 3, near_wrap), "time_after sees across the counter's wrap");
	KTEST(!time_after(near_wrap, near_wrap) && time_after_eq(near_wrap, near_wrap),
	      "equal is not after");
	KTEST(msecs_to_jiffies(1) == 1 && msecs_to_jiffies(1000) == HZ,
	      "milliseconds to ticks, rounded up");
	KTEST(msecs_to_jiffies(UINT_MAX) >= UINT_MAX / 1000 * HZ, "no overflow on the way");
	KTEST(jiffies_to_clock_t(HZ) == 100, "ticks to hundredths of a second");
}

static void test_clocks(void)
{
	u64 last = ktime_get(), now, real, slack;
	bool back = false;
	unsigned i;

	for (i = 0; i < 20000; i++) {
		now = ktime_get();
		back = back || now < last;
		last = now;
	}
	KTEST(!back, "the clock never goes back, ticks in between or not");
	real = ktime_get_real();
	KTEST(real > 1577836800ULL * NSEC_PER_SEC && real < 4102444800ULL * NSEC_PER_SEC,
	      "the date is one of this century, after 2019");
	/* A busy host makes the rate measured at boot too high by some parts in a hundred. */
	slack = 3 + div_u64(ktime_get(), NSEC_PER_SEC) / 8;
	KTEST(div_u64(real, NSEC_PER_SEC) - (u64)rtc_read() + slack <= 2 * slack,
	      "it agrees with the battery-backed clock");
	KTEST(days_from_civil(1970, 1, 1) == 0 && days_from_civil(2000, 3, 1) == 11017 &&
		      days_from_civil(2038, 1, 19) == 24855,
	      "days of the calendar");
}

KTEST_SUITE(timers)
{
	test_one();
	test_change();
	test_order();
	test_rearm();
	test_sleeps();
	test_arithmetic();
	test_clocks();
}
