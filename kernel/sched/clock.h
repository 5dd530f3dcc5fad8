/* Time in nanoseconds: a clock that only goes forward, and the date.
 *
 * Both are computed from the processor's time-stamp counter, measured against the PIT at boot; a machine
 * without one counts ticks. drivers/pit.c sets them up.
 */
#ifndef KERNEL_SCHED_CLOCK_H
#define KERNEL_SCHED_CLOCK_H

#include "kernel/lib/types.h"

#define NSEC_PER_SEC  1000000000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_TICK (NSEC_PER_SEC / HZ)

/* Nanoseconds since boot. Any context. */
u64 ktime_get(void);

/* Nanoseconds since 1970-01-01 00:00 UTC. */
u64 ktime_get_real(void);

/* What drivers/pit.c measured: TSC cycles in a second (0: no TSC), and the date at boot. */
void clock_init(u64 tsc_hz, u64 boot_date_ns);

/* Move the clock's base forward; once a tick. */
void clock_tick(void);

/* TSC cycles in a second, 0 without TSC. */
u64 clock_tsc_hz(void);

#endif
