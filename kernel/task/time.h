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

long sys_time(int *user);
long sys_gettimeofday(void *tv, void *tz);
long sys_clock_gettime(int clock, void *ts);
long sys_clock_gettime64(int clock, void *ts);
long sys_clock_getres(int clock, void *ts);
long sys_clock_getres_time64(int clock, void *ts);
long sys_nanosleep(const void *req, void *rem);
long sys_clock_nanosleep(int clock, int flags, const void *req, void *rem);
long sys_clock_nanosleep_time64(int clock, int flags, const void *req, void *rem);
long sys_alarm(unsigned seconds);
/* The timer interrupt: another tick for current, in user mode or not. */
void itimer_tick(bool user);

long sys_getitimer(int which, void *value);
long sys_setitimer(int which, const void *value, void *old);

#endif
