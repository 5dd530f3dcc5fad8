/* The nanosecond clock. Every tick moves a base forward, so that between ticks 32 bits of cycles are
 * enough and a reading is one multiplication. */
#include "kernel/sched/clock.h"

#include "kernel/lib/math64.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"
#include "kernel/x86/cpu.h"

#define CLOCK_SHIFT 24

static DEFINE_SPINLOCK(clock_lock);
static u64 tsc_hz;      /* 0: no TSC, the clock steps with the ticks */
static u32 mult;        /* nanoseconds << CLOCK_SHIFT in a cycle */
static u64 base_tsc;    /* the TSC at ... */
static u64 base_ns;     /* ... this many nanoseconds after boot */
static u64 real_offset; /* the date minus base_ns */

static u64 cycles_to_ns(u64 cycles)
{
	u32 high = cycles >> 32;
	u64 ns = ((u64)(u32)cycles * mult) >> CLOCK_SHIFT;

	if (unlikely(high))
		ns += ((u64)high * mult) << (32 - CLOCK_SHIFT);
	return ns;
}

void clock_init(u64 hz, u64 boot_date_ns)
{
	tsc_hz = hz;
	real_offset = boot_date_ns;
	if (!hz)
		return;
	/* Both a 16th, so that the divisor fits 32 bits. */
	mult = div_u64((u64)NSEC_PER_SEC << (CLOCK_SHIFT - 4), hz >> 4);
	base_tsc = rdtsc();
}

void clock_tick(void)
{
	spin_lock(&clock_lock);
	if (tsc_hz) {
		u64 now = rdtsc();

		base_ns += cycles_to_ns(now - base_tsc);
		base_tsc = now;
	} else {
		base_ns += NSEC_PER_TICK;
	}
	spin_unlock(&clock_lock);
}

u64 ktime_get(void)
{
	unsigned long flags;
	u64 ns;

	spin_lock_irqsave(&clock_lock, flags);
	ns = base_ns;
	if (tsc_hz)
		ns += cycles_to_ns(rdtsc() - base_tsc);
	spin_unlock_irqrestore(&clock_lock, flags);
	return ns;
}

u64 ktime_get_real(void)
{
	return ktime_get() + real_offset;
}

u64 clock_tsc_hz(void)
{
	return tsc_hz;
}
