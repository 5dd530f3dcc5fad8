/* brk: the present end, growing, shrinking, zeros, refusals, the [heap] line. */
#include <errno.h>
#include <sys/resource.h>
#include "tests/user/probe.h"

static char *brk_(void *p)
{
	return (char *)sys(SYS_brk, p);
}

static int heap_lines(void)
{
	static struct map maps[64];
	int i, hits = 0, n = read_maps(maps, 64);

	for (i = 0; i < n; i++)
		hits += !strcmp(maps[i].path, "[heap]");
	return hits;
}

static void test_grow(char *start)
{
	char *p = (char *)(((unsigned long)start + PAGE - 1) & -PAGE);

	is((long)brk_(p + 3 * PAGE), (long)p + 3 * PAGE, "grow");
	is((long)brk_(NULL), (long)p + 3 * PAGE, "brk(0) tells the new end");
	ok(p[0] == 0 && p[3 * PAGE - 1] == 0, "new memory is zero");
	memset(p, 0x33, 3 * PAGE);
	is(heap_lines(), 1, "maps shows one [heap]");
	is((long)brk_(p + PAGE + 5), (long)p + PAGE + 5, "shrink to a byte inside a page");
	is(read_faults(p + 2 * PAGE - 1), 0, "the page with the end in it stays");
	is(read_faults(p + 2 * PAGE), SIGSEGV, "the page after it is gone");
	is((long)brk_(p + 3 * PAGE), (long)p + 3 * PAGE, "grow again");
	is(p[2 * PAGE], 0, "memory that came back is zero");
	is(p[2 * PAGE - 1], 0x33, "memory that stayed is not");
	is((long)brk_(p + 3 * PAGE), (long)p + 3 * PAGE, "the same end again");
	is((long)brk_(start), (long)start, "back to the start");
}

static void test_refusals(char *start)
{
	char *p = (char *)(((unsigned long)start + PAGE - 1) & -PAGE), *wall;
	struct rlimit old, small;

	is((long)brk_((char *)PAGE), (long)start, "below the data segment: unchanged");
	is((long)brk_((char *)-1UL), (long)start, "the end of the address space: unchanged");
	wall = mmap(p + 8 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	is((long)wall, (long)p + 8 * PAGE, "a mapping in the way");
	is((long)brk_(p + 9 * PAGE), (long)start, "  stops it");
	is((long)brk_(p + 4 * PAGE), (long)p + 4 * PAGE, "  but not before it");
	munmap(wall, PAGE);
	brk_(start);
	getrlimit(RLIMIT_DATA, &old);
	small = old;
	small.rlim_cur = PAGE;
	if (setrlimit(RLIMIT_DATA, &small) == 0) {
		is((long)brk_(p + 64 * PAGE), (long)start, "RLIMIT_DATA stops it");
		setrlimit(RLIMIT_DATA, &old);
	}
}

static int child_grows(void *p)
{
	char *end = brk_(NULL);

	if (brk_(end + 2 * PAGE) != end + 2 * PAGE)
		return 1;
	*(char *)p = 9;
	return 0;
}

static void test_fork(char *start)
{
	char *p = (char *)(((unsigned long)start + PAGE - 1) & -PAGE);

	brk_(p + PAGE);
	*p = 4;
	is(in_child(child_grows, p), 0, "the child's heap grows");
	ok(*p == 4 && brk_(NULL) == p + PAGE, "the parent's heap is as it was");
	brk_(start);
}

int main(void)
{
	char *start = brk_(NULL);
	static int last_bss;

	ok(start >= (char *)(&last_bss + 1), "the heap begins after the program");
	test_grow(start);
	test_refusals(start);
	test_fork(start);
	return done();
}
