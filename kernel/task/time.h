/* Clocks, sleeping and alarms for programs, in both widths of a second. */
#ifndef KERNEL_TASK_TIME_H
#define KERNEL_TASK_TIME_H

#include "kernel/lib/types.h"

#define KTIME_MAX LLONG_MAX

/* Nanoseconds from now as a time by ktime_get(), and ticks from now to such a time: 0 when it has come, never for
 * KTIME_MAX. */
s64 ktime_after(s64 ns);
long jiffies_until(s64 expires);

/* A struct timespec at @user as nanoseconds, and back; @wide: with seconds of 64 bits. 0, -EFAULT, -EINVAL. */
int get_timespec(const void *user, s64 *ns, bool wide);
int put_timespec(s64 ns, void *user, bool wide);

/* The end of a call with a limit in time that a signal has interrupted: should no handler run, @fn goes on with it and
 * returns for it. It gets the rest back in a struct restart_block. Returns -ERESTART_RESTARTBLOCK. */
struct restart_block;
long restart_later(long (*fn)(const struct restart_block *), s64 expires, void *user, u32 arg0,
		   u32 arg1, u32 arg2);

/* The timer interrupt: another tick for current, in user mode or not. */
void itimer_tick(bool user);

#endif
