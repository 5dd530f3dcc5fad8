/* Clocks, sleeping and alarms for programs, in both widths of a second. */
#ifndef KERNEL_TASK_TIME_H
#define KERNEL_TASK_TIME_H

#include "kernel/lib/types.h"

#define KTIME_MAX LLONG_MAX

struct timespec32 {
	s32 tv_sec, tv_nsec;
};

/* struct __kernel_timespec: the upper half of tv_nsec is padding here. */
struct timespec64 {
	s64 tv_sec;
	s32 tv_nsec, pad;
};

/* Read a time from user space as nanoseconds, KTIME_MAX when it is later than that. 0, -EFAULT, -EINVAL (negative, or
 * more than 999999999 nanoseconds). */
int get_timespec32(const void *user, s64 *ns);
int get_timespec64(const void *user, s64 *ns);

/* Write one. 0 or -EFAULT. */
int put_timespec32(s64 ns, void *user);
int put_timespec64(s64 ns, void *user);

/* Ticks to sleep for at least so many nanoseconds; MAX_SCHEDULE_TIMEOUT for KTIME_MAX. */
long nsec_to_jiffies(s64 ns);

long sys_time(int *user);
long sys_stime(const int *user);
long sys_gettimeofday(void *tv, void *tz);
long sys_settimeofday(const void *tv, const void *tz);
long sys_clock_gettime(int clock, void *ts);
long sys_clock_gettime64(int clock, void *ts);
long sys_clock_settime(int clock, const void *ts);
long sys_clock_settime64(int clock, const void *ts);
long sys_clock_getres(int clock, void *ts);
long sys_clock_getres_time64(int clock, void *ts);
long sys_nanosleep(const void *req, void *rem);
long sys_clock_nanosleep(int clock, int flags, const void *req, void *rem);
long sys_clock_nanosleep_time64(int clock, int flags, const void *req, void *rem);
long sys_alarm(unsigned seconds);
long sys_setitimer(int which, const void *value, void *old);
long sys_getitimer(int which, void *value);

#endif
