/*
 * Tests that run inside the kernel.
 *
 * A suite is a function body in tests/kernel/NAME.c:
 *
 *	KTEST_SUITE(vmalloc)
 *	{
 *		void *p = vmalloc(PAGE_SIZE);
 *
 *		if (!KTEST(p != NULL, "vmalloc gives one page"))
 *			return;
 *		...
 *	}
 *
 * `test=vmalloc,kmap` or `test=all` on the command line runs suites and powers the machine off.
 * Results are TAP lines on the console; tests/conftest.py counts each of them.
 */
#ifndef TESTS_KERNEL_KTEST_H
#define TESTS_KERNEL_KTEST_H

#include <stdbool.h>

struct ktest_suite {
	const char *name;
	void (*run)(void);
	bool crash; /* not part of "all" */
};

/* Define and register a suite. Registered suites lie in section .ktest (linker.ld), in link order. */
#define KTEST_SUITE(suite) KTEST_REGISTER(suite, false)

/* The same for a body that must panic: run by its name only, never by "all". tests/boot looks at the
 * panic from outside. */
#define KTEST_CRASH(suite) KTEST_REGISTER(suite, true)

#define KTEST_REGISTER(suite, crash)                                                          \
	static void ktest_run_##suite(void);                                                  \
	static const struct ktest_suite ktest_suite_##suite __attribute__((                   \
		section(".ktest"), used, aligned(4))) = { #suite, ktest_run_##suite, crash }; \
	static void ktest_run_##suite(void)

/* One test: print its TAP line. Value: whether the condition held. */
#define KTEST(condition, description) \
	ktest_result(!!(condition), (description), #condition, __FILE__, __LINE__)

/* One test: a mistake made on purpose, fn(arg), ends in a panic whose message has `text` in it. What it
 * left behind of its own (locks, entries, pages) is the caller's to mend. */
#define KTEST_PANICS(fn, arg, text, description) \
	ktest_panics((fn), (arg), (text), (description), __FILE__, __LINE__)

/* Use KTEST_PANICS(). Interrupts, preemption count and TLB are as before afterwards. */
bool ktest_panics(void (*fn)(void *arg), void *arg, const char *text, const char *description,
		  const char *file, int line);

/* Does the kernel's log have both texts? */
bool ktest_logged(const char *first, const char *second);

/* Print one TAP line, and where it failed if it did; use KTEST(). Returns ok. May be called from
 * any context that may printk, by one task at a time. */
bool ktest_result(bool ok, const char *description, const char *condition, const char *file,
		  int line);

/* Run the suites named in a comma-separated list, or "all". Prints TAP and, last, "ktest: done".
 * A name that is no suite is a failed test. Runs in a task that may sleep. */
void ktest_run(const char *names);

#endif
