/* One TAP line a check, for the tests that run on the host. */
#ifndef TESTS_HOST_CHECK_H
#define TESTS_HOST_CHECK_H

#include <stdbool.h>
#include <stdio.h>

static int check_count, check_failures;

static inline bool check(bool ok, const char *text)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++check_count, text);
	check_failures += !ok;
	return ok;
}

/* Numbers that are the same in every run. */
static inline unsigned int check_random(void)
{
	static unsigned long long state = 0x9e3779b97f4a7c15ULL;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33;
}

/* Last line of main. */
static inline int check_done(void)
{
	printf("1..%d\n", check_count);
	return check_failures != 0;
}

#endif
