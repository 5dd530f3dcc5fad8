/*
 * brk and the stack: all that stops them, and every boundary of their limits. brk(2) names one error only.
 *
 *   ENOMEM  below the heap, beyond user space, RLIMIT_DATA, RLIMIT_AS, a mapping
 *           in the way: brk answers with the end as it was			test_edges, test_limits, test_wall
 *   ENOMEM  RLIMIT_MEMLOCK: errors_mlock.c. Memory: tests/kernel/commit.c
 *   SIGSEGV the stack beyond RLIMIT_STACK, or near another mapping		test_stack
 */
#include <errno.h>
#include "tests/user/limits.h"

static char *start;

static char *brk_(void *p)
{
	return (char *)sys(SYS_brk, p);
}

static char *page_up(char *p)
{
	return (char *)(((unsigned long)p + PAGE - 1) & -PAGE);
}

static void test_edges(void)
{
	is((long)brk_(start + 1), (long)start + 1, "one byte more");
	is((long)brk_(start), (long)start, "and less");
	is((long)brk_(NULL), (long)start, "0 asks");
	is((long)brk_((void *)PAGE), (long)start, "far below the heap");
	is((long)brk_((void *)0xffffffff), (long)start, "the last byte of 4 GiB");
	is((long)brk_((void *)0xfffff001), (long)start, "the last page, rounded up to 0");
	is((long)brk_((void *)0xfffff000), (long)start, "before the last page");
	if (user_has_4g())
		skip("user space ends elsewhere");
	else
		is((long)brk_((void *)0xc0000001), (long)start, "above user space");
	is((long)brk_(&start), (long)start, "into the data before it");
}

/* The least RLIMIT_DATA with which the heap may end at @end, a place in its last page. */
static unsigned long least_data(char *end)
{
	unsigned long low = 0, high = 1 << 24;

	while (low < high) {
		unsigned long middle = (low + high) / 2;

		brk_(end - 1);
		limit(RLIMIT_DATA, middle);
		if (brk_(end) == end)
			high = middle;
		else
			low = middle + 1;
		limit(RLIMIT_DATA, RLIM_INFINITY);
	}
	return low;
}

static void test_limits(void)
{
	char *end = page_up(start);
	unsigned long least;

	brk_(end + 100);
	/* Data and heap together are limited, to the byte. */
	least = least_data(end + 50);
	is(least_data(end + 70), least + 20, "RLIMIT_DATA counts bytes");
	brk_(end + 50);
	limit(RLIMIT_DATA, least + PAGE / 2);
	is((long)brk_(end + 50 + PAGE / 2), (long)end + 50 + PAGE / 2, "up to RLIMIT_DATA");
	is((long)brk_(end + 51 + PAGE / 2), (long)end + 50 + PAGE / 2, "then no byte more");
	limit(RLIMIT_DATA, 0);
	is((long)brk_(end + 51 + PAGE / 2), (long)end + 50 + PAGE / 2, "nor with a limit of 0");
	is((long)brk_(end + 50), (long)end + 50 + PAGE / 2, "nor less, if that is too much");
	limit(RLIMIT_DATA, RLIM_INFINITY);
	brk_(end);
	limit(RLIMIT_AS, (mapped_pages() + 2) * PAGE);
	is((long)brk_(end + 2 * PAGE + 1), (long)end, "not beyond RLIMIT_AS");
	is((long)brk_(end + 2 * PAGE), (long)end + 2 * PAGE, "up to it");
	limit(RLIMIT_AS, PAGE);
	is((long)brk_(end + PAGE), (long)end + PAGE, "less is no question of limits");
	is((long)brk_(end + PAGE + 1), (long)end + PAGE, "more is");
	is((long)brk_(end), (long)end, "less again");
	limit(RLIMIT_AS, RLIM_INFINITY);
	brk_(start);
}

static void test_wall(void)
{
	char *end = page_up(start), *wall = end + 4 * PAGE;

	map(wall, PAGE, PROT_NONE, ANON | MAP_FIXED, -1, 0);
	is((long)brk_(wall + 1), (long)start, "over a mapping");
	is((long)brk_(wall), (long)start, "up to one: a page must stay between");
	is((long)brk_(wall - PAGE), (long)wall - PAGE, "up to that page");
	munmap(wall, PAGE);
	is((long)brk_(wall), (long)wall, "the mapping is gone");
	munmap(end + PAGE, PAGE);
	is((long)brk_(end), (long)end, "less, over a hole");
	is((long)brk_(end + 3 * PAGE), (long)end + 3 * PAGE, "more, where the hole was");
	is(end[PAGE], 0, "  it is there");
	brk_(start);
}

static void test_stack(void)
{
	char *gap = hole(1024), *top = gap + 1024 * PAGE;

	map(top - 2 * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	limit(RLIMIT_STACK, 16 * PAGE);
	is(write_faults(top - 16 * PAGE), 0, "a stack as long as RLIMIT_STACK");
	is(write_faults(top - 16 * PAGE - 1), SIGSEGV, "  no byte more");
	is(probe_fault.code, SEGV_MAPERR, "  there is nothing");
	limit(RLIMIT_STACK, 8 << 20);
	is(write_faults(top - 20 * PAGE), 0, "more when the limit is higher");
	limit(RLIMIT_AS, (mapped_pages() + 1) * PAGE);
	is(write_faults(top - 22 * PAGE), SIGSEGV, "not beyond RLIMIT_AS");
	is(write_faults(top - 21 * PAGE), 0, "up to it");
	limit(RLIMIT_AS, RLIM_INFINITY);
	map(top - 400 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	is(write_faults(top - 143 * PAGE), 0, "256 pages away from a mapping");
	is(write_faults(top - 144 * PAGE), SIGSEGV, "no page nearer");
	munmap(top - 400 * PAGE, PAGE);
	is(write_faults(top - 144 * PAGE), 0, "when it is gone it is no wall");
	munmap(gap, 1024 * PAGE);
}

int main(void)
{
	start = brk_(NULL);
	test_edges();
	test_limits();
	test_wall();
	test_stack();
	return done();
}
