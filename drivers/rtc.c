/* Reading the battery-backed clock (MC146818 data sheet). */
#include "drivers/rtc.h"

#include "kernel/lib/string.h"
#include "kernel/x86/io.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71

#define RTC_SECONDS   0
#define RTC_MINUTES   2
#define RTC_HOURS     4
#define RTC_DAY       7
#define RTC_MONTH     8
#define RTC_YEAR      9
#define RTC_STATUS_A  10
#define RTC_STATUS_B  11
#define RTC_A_UPDATE  0x80 /* registers are about to change */
#define RTC_B_24_HOUR 0x02
#define RTC_B_BINARY  0x04
#define RTC_PM        0x80 /* in the hour, 12-hour mode */

static const u8 fields[] = { RTC_SECONDS, RTC_MINUTES, RTC_HOURS, RTC_DAY, RTC_MONTH, RTC_YEAR };

static u8 cmos_read(u8 reg)
{
	outb(reg, CMOS_INDEX);
	return inb(CMOS_DATA);
}

/* Twice the same reading, neither during an update: then no field belongs to another second. */
static void read_stable(u8 value[sizeof(fields)])
{
	u8 again[sizeof(fields)];
	unsigned i, tries;

	for (tries = 0; tries < 5000; tries++) {
		if (cmos_read(RTC_STATUS_A) & RTC_A_UPDATE)
			continue;
		for (i = 0; i < sizeof(fields); i++)
			value[i] = cmos_read(fields[i]);
		for (i = 0; i < sizeof(fields); i++)
			again[i] = cmos_read(fields[i]);
		if (!memcmp(value, again, sizeof(again)))
			return;
	}
}

long days_from_civil(int year, int month, int day)
{
	/* Years that begin in March have their leap day last. */
	long y = month <= 2 ? year - 1 : year;
	long m = month <= 2 ? month + 9 : month - 3;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

time_t rtc_read(void)
{
	u8 v[sizeof(fields)], mode = cmos_read(RTC_STATUS_B);
	bool pm;
	unsigned i;

	read_stable(v);
	pm = !(mode & RTC_B_24_HOUR) && (v[2] & RTC_PM);
	v[2] &= ~RTC_PM;
	if (!(mode & RTC_B_BINARY))
		for (i = 0; i < sizeof(fields); i++)
			v[i] = (v[i] >> 4) * 10 + (v[i] & 15);
	if (!(mode & RTC_B_24_HOUR))
		v[2] = v[2] % 12 + (pm ? 12 : 0);
	return days_from_civil(2000 + v[5], v[4], v[3]) * 86400L + v[2] * 3600L + v[1] * 60L + v[0];
}
