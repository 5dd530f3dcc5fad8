/* The battery-backed clock (MC146818 and its heirs, in the CMOS memory). */
#ifndef DRIVERS_RTC_H
#define DRIVERS_RTC_H

#include "kernel/lib/types.h"

/* Seconds since 1970-01-01 00:00 UTC by the clock, which is taken to keep UTC. Waits out an update, at
 * most 2 ms. */
time_t rtc_read(void);

/* Days from 1970-01-01 to a day of the Gregorian calendar; month 1 to 12. */
long days_from_civil(int year, int month, int day);

#endif
