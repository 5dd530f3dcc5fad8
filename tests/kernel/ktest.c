#include "tests/kernel/ktest.h"

#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"

extern const struct ktest_suite __ktest_start[], __ktest_end[];

static const char *current_suite;
static unsigned int nr_tests;

bool ktest_result(bool ok, const char *description, const char *condition, const char *file,
		  int line)
{
	nr_tests++;
	printk(KERN_ALERT "%sok %u - %s: %s\n", ok ? "" : "not ", nr_tests, current_suite,
	       description);
	if (!ok)
		printk(KERN_ALERT "# %s:%d: %s\n", file, line, condition);
	return ok;
}

/* Is name one of the comma-separated words of list? */
static bool list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (*list) {
		const char *end = list;

		while (*end && *end != ',')
			end++;
		if ((size_t)(end - list) == length && memcmp(list, name, length) == 0)
			return true;
		list = *end ? end + 1 : end;
	}
	return false;
}

void ktest_run(const char *names)
{
	bool all = list_has(names, "all");
	const struct ktest_suite *suite;
	unsigned int nr_suites = 0;

	for (suite = __ktest_start; suite < __ktest_end; suite++) {
		if (!all && !list_has(names, suite->name))
			continue;
		nr_suites++;
		current_suite = suite->name;
		printk(KERN_ALERT "# suite %s\n", suite->name);
		suite->run();
	}
	current_suite = "ktest";
	if (nr_suites == 0)
		KTEST(false, "the names given are suites");
	printk(KERN_ALERT "1..%u\n", nr_tests);
	printk(KERN_ALERT "ktest: done\n");
}
