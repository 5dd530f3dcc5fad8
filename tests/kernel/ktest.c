#include "tests/kernel/ktest.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/x86/irqflags.h"
#include "mm/audit.h"
#include "mm/page_alloc.h"
#include "mm/tlb.h"

/* Pages that slab caches may keep for later. */
#define SLAB_SLACK 32

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

static void *way_back[5];
static const char *panic_said;

static void jump_back(const char *message)
{
	panic_said = message;
	__builtin_longjmp(way_back, 1);
}

bool ktest_panics(void (*fn)(void *arg), void *arg, const char *text, const char *description,
		  const char *file, int line)
{
	static unsigned long flags;
	static struct held_locks held;
	static int count;

	flags = local_save_flags();
	count = preempt_count();
	held = current->held;
	panic_said = "no panic";
	panic_hook = jump_back;
	if (!__builtin_setjmp(way_back))
		fn(arg);
	panic_hook = NULL;
	preempt_count() = count;
	current->held = held;
	flush_tlb_all();
	local_irq_restore(flags);
	return ktest_result(strstr(panic_said, text), description, panic_said, file, line);
}

bool ktest_logged(const char *first, const char *second)
{
	static char text[8192];
	u64 pos = 0;
	size_t n;

	while ((n = log_read(text, sizeof(text) - 1, &pos))) {
		text[n] = '\0';
		if (strstr(text, first) && strstr(text, second))
			return true;
	}
	return false;
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

static bool ledger_equals(const unsigned long *before)
{
	enum page_owner owner;

	for (owner = OWNER_KERNEL; owner < NR_PAGE_OWNERS; owner++) {
		unsigned long slack = owner == OWNER_SLAB ? SLAB_SLACK : 0;

		if (nr_owned_pages(owner) > before[owner] + slack)
			return false;
	}
	return true;
}

/* Every suite gives back what it took. Tasks that have ended may need a moment to be buried. */
static void check_ledger(const unsigned long *before)
{
	enum page_owner owner;
	int tries;

	shrink_caches(GFP_KERNEL);
	for (tries = 0; tries < 50 && !ledger_equals(before); tries++) {
		msleep(10);
		shrink_caches(GFP_KERNEL);
	}
	KTEST(mm_audit() == 0, "every page has the owner and the references it should have");
	if (KTEST(ledger_equals(before), "memory is back at its baseline"))
		return;
	for (owner = OWNER_KERNEL; owner < NR_PAGE_OWNERS; owner++)
		printk(KERN_ALERT "# owner %d: %lu pages, %lu before\n", owner,
		       nr_owned_pages(owner), before[owner]);
}

static void run_suite(const struct ktest_suite *suite)
{
	unsigned long before[NR_PAGE_OWNERS];
	enum page_owner owner;

	current_suite = suite->name;
	printk(KERN_ALERT "# suite %s\n", suite->name);
	shrink_caches(GFP_KERNEL);
	for (owner = 0; owner < NR_PAGE_OWNERS; owner++)
		before[owner] = nr_owned_pages(owner);
	suite->run();
	check_ledger(before);
}

void ktest_run(const char *names)
{
	bool all = list_has(names, "all");
	const struct ktest_suite *suite;
	unsigned int nr_suites = 0;

	for (suite = __ktest_start; suite < __ktest_end; suite++) {
		if (!(all && !suite->crash) && !list_has(names, suite->name))
			continue;
		nr_suites++;
		run_suite(suite);
	}
	current_suite = "ktest";
	if (nr_suites == 0)
		KTEST(false, "the names given are suites");
	printk(KERN_ALERT "1..%u\n", nr_tests);
	printk(KERN_ALERT "ktest: done\n");
}
