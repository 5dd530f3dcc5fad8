/*
 * TAP for the user programs: every check prints one line by write(2), so that nothing is buffered
 * when a test forks, and the last line says how many there were.
 *
 * sys() enters the kernel by int 0x80 with all six arguments and gives back the bare kernel value,
 * so -errno is seen as the kernel said it and libc changes nothing.
 */
#ifndef TESTS_USER_TAP_H
#define TESTS_USER_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int tap_count, tap_failures;

static inline void tap_line(const char *verdict, const char *note, const char *fmt, va_list ap)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%s %d - ", verdict, ++tap_count);

	n += vsnprintf(line + n, sizeof(line) - n - 80, fmt, ap);
	if (n > (int)sizeof(line) - 80)
		n = sizeof(line) - 80;
	n += snprintf(line + n, sizeof(line) - n, "%s\n", note);
	if (write(1, line, n) != n)
		_exit(99);
}

/* One check: holds when cond is true. Returns cond. */
static inline __attribute__((format(printf, 2, 3))) int ok(int cond, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(cond ? "ok" : "not ok", "", fmt, ap);
	va_end(ap);
	tap_failures += !cond;
	return cond;
}

/* One check: got equals want; where it does not, the line shows both. */
static inline __attribute__((format(printf, 3, 4))) int is(long got, long want, const char *fmt,
							   ...)
{
	va_list ap;
	char note[80] = "";

	if (got != want)
		snprintf(note, sizeof(note), " [got %ld (%#lx), want %ld (%#lx)]", got, got, want,
			 want);
	va_start(ap, fmt);
	tap_line(got == want ? "ok" : "not ok", note, fmt, ap);
	va_end(ap);
	tap_failures += got != want;
	return got == want;
}

/* A check that cannot be made here; fmt says why. */
static inline __attribute__((format(printf, 1, 2))) void skip(const char *fmt, ...)
{
	va_list ap;
	char reason[200], line[240];
	int n;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	n = snprintf(line, sizeof(line), "ok %d - # SKIP %s\n", ++tap_count, reason);
	if (write(1, line, n) != n)
		_exit(99);
}

/* Ends the program: the plan, then the exit status 0 only when every check held. */
static inline int done(void)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "1..%d\n", tap_count);

	if (write(1, line, n) != n)
		return 99;
	return tap_failures ? 1 : 0;
}

static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	long args[7] = { nr, a, b, c, d, e, f }, ret;

	__asm__ volatile(
		"pushl %%ebx\n\tpushl %%esi\n\tpushl %%edi\n\tpushl %%ebp\n\t"
		"movl 4(%%eax), %%ebx\n\tmovl 8(%%eax), %%ecx\n\tmovl 12(%%eax), %%edx\n\t"
		"movl 16(%%eax), %%esi\n\tmovl 20(%%eax), %%edi\n\tmovl 24(%%eax), %%ebp\n\t"
		"movl (%%eax), %%eax\n\tint $0x80\n\t"
		"popl %%ebp\n\tpopl %%edi\n\tpopl %%esi\n\tpopl %%ebx"
		: "=a"(ret)
		: "0"(args)
		: "ecx", "edx", "memory");
	return ret;
}

#define SYS_PAD(nr, a, b, c, d, e, f, ...) \
	sys6((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define sys(...) SYS_PAD(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
