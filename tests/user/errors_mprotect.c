/*
 * mprotect: every error of mprotect(2), and every boundary of its arguments.
 *
 *   EACCES  the right to write to a shared file that was opened for reading	test_access
 *   EINVAL  address inside a page, unknown rights, both GROWS			test_arguments
 *   EINVAL  PROT_GROWSDOWN of what does not, PROT_GROWSUP here			test_grows
 *   EINVAL  keys (pkey_mprotect) and PROT_SAO: other processors have them
 *   ENOMEM  addresses without memory, before, in and after the range		test_range
 *   ENOMEM  too many mappings: errors_mmap.c. No memory for a structure: tests/kernel/mmap_oom.c
 *   ENOMEM  RLIMIT_DATA							test_limits
 */
#include <errno.h>
#include "tests/user/limits.h"

static long protect(volatile void *p, unsigned long len, unsigned long prot)
{
	return sys(SYS_mprotect, p, len, prot);
}

static void test_arguments(void)
{
	char *p = anon(2, RW);

	is(protect(p + 1, PAGE, PROT_READ), -EINVAL, "an address inside a page");
	is(protect(p + PAGE - 1, 0, PROT_READ), -EINVAL, "  also with length 0");
	is(protect(p, 0, PROT_READ), 0, "length 0");
	is(protect(p, 0, 0x40), 0, "length 0 before unknown rights");
	is(protect((void *)0xfffff000, 0, PROT_READ), 0, "length 0 of nothing");
	is(protect(p, PAGE, 0x10), -EINVAL, "right 0x10");
	is(protect(p, PAGE, 0x80000000), -EINVAL, "right 0x80000000");
	is(protect(p, PAGE, PROT_GROWSDOWN | PROT_GROWSUP), -EINVAL, "both GROWS");
	is(protect(p, 0, PROT_GROWSDOWN | PROT_GROWSUP), -EINVAL, "  also with length 0");
	is(protect(p, PAGE, RW | 8), 0, "PROT_SEM means nothing");
	is(protect(p, 1, PROT_READ), 0, "one byte");
	ok(write_faults(p + PAGE - 1) && !write_faults(p + PAGE), "  is a page");
	is(protect(p, PAGE + 1, PROT_READ), 0, "a page and a byte");
	ok(write_faults(p + 2 * PAGE - 1), "  are two");
	munmap(p, 2 * PAGE);
}

static void test_range(void)
{
	char *gap = hole(8), *p = (char *)map(gap + PAGE, 6 * PAGE, RW, ANON | MAP_FIXED, -1, 0);

	munmap(p + 2 * PAGE, PAGE);
	is(protect(gap, PAGE, PROT_READ), -ENOMEM, "nothing is mapped");
	is(protect(gap, 2 * PAGE, PROT_READ), -ENOMEM, "a hole before the mapping");
	ok(!write_faults(p), "  nothing is changed");
	is(protect(p, 5 * PAGE, PROT_READ), -ENOMEM, "a hole inside");
	ok(write_faults(p + PAGE) && !write_faults(p + 3 * PAGE),
	   "  what lies before it is changed");
	is(protect(p + 3 * PAGE, 4 * PAGE, PROT_READ), -ENOMEM, "a hole behind");
	ok(write_faults(p + 5 * PAGE), "  what lies before it is changed");
	is(protect((void *)0xfffff000, PAGE, PROT_READ), -ENOMEM, "the last page of 4 GiB");
	is(protect((void *)0xfffff000, 2 * PAGE, PROT_READ), -ENOMEM, "a range that wraps");
	is(protect(p, 0xfffff000, RW), -ENOMEM, "all but a page of 4 GiB");
	ok(write_faults(p + 3 * PAGE), "  is not done behind a hole");
	if (user_has_4g()) {
		skip("user space ends elsewhere");
		skip("lengths have more bits");
	} else {
		is(protect((void *)0xc0000000, PAGE, RW), -ENOMEM, "right above user space");
		is(protect(p, 0xffffffff, RW), -ENOMEM, "a length that rounds up to 0");
	}
	munmap(gap, 8 * PAGE);
}

static void test_access(void)
{
	char path[] = "/tmp/errors-XXXXXX", *gap = hole(4), *p;
	int rw = mkstemp(path), ro = open(path, O_RDONLY);

	unlink(path);
	ftruncate(rw, 4 * PAGE);
	p = (char *)map(gap, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	map(gap + PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, ro, 0);
	map(gap + 2 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	is(protect(p + PAGE, PAGE, RW), -EACCES, "writing to a file opened for reading");
	is(protect(p + PAGE, PAGE, PROT_WRITE), -EACCES, "  even without reading");
	is(protect(p, 3 * PAGE, RW), -EACCES, "as part of a range");
	ok(!write_faults(p) && write_faults(p + 2 * PAGE), "  what lies before it is changed");
	is(protect(p + PAGE, PAGE, PROT_NONE), 0, "no right at all");
	is(protect(p + PAGE, PAGE, PROT_READ | PROT_EXEC), 0, "code");
	munmap(gap, 4 * PAGE);
	p = (char *)map(NULL, PAGE, PROT_READ, MAP_PRIVATE, ro, 0);
	is(protect(p, PAGE, RW), 0, "writing to a private copy of it");
	munmap(p, PAGE);
	p = (char *)map(NULL, PAGE, PROT_READ, MAP_SHARED, rw, 0);
	is(protect(p, PAGE, RW), 0, "writing to a file opened for it");
	munmap(p, PAGE);
	close(rw);
	close(ro);
}

static void test_grows(void)
{
	char *gap = hole(512), *p = gap + 510 * PAGE;

	map(p, 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	is(protect(p, PAGE, RW | PROT_GROWSUP), -EINVAL, "GROWSUP of what grows down");
	is(protect(p + PAGE, PAGE, PROT_READ | PROT_GROWSDOWN), 0, "GROWSDOWN of its last page");
	ok(write_faults(p), "  begins with the first one");
	is(protect(p + PAGE, PAGE, RW), 0, "without it");
	ok(write_faults(p) && !write_faults(p + PAGE), "  only the last page is meant");
	munmap(p, 2 * PAGE);
	is(protect(p, PAGE, RW | PROT_GROWSDOWN), -ENOMEM, "GROWSDOWN of nothing");
	p = anon(1, RW);
	is(protect(p, PAGE, RW | PROT_GROWSDOWN), -EINVAL, "GROWSDOWN of what does not grow");
	is(protect(p, PAGE, RW | PROT_GROWSUP), -EINVAL, "GROWSUP of what does not grow");
	munmap(p, PAGE);
}

static void test_limits(void)
{
	char *p = anon(4, PROT_READ);

	limit(RLIMIT_DATA, status("VmData:") * 1024 + 2 * PAGE);
	is(protect(p, 3 * PAGE, RW), -ENOMEM, "more data than RLIMIT_DATA");
	ok(write_faults(p), "  nothing is changed");
	is(protect(p, 2 * PAGE, RW), 0, "as much as that");
	is(protect(p + 2 * PAGE, 1, RW), -ENOMEM, "then no byte more");
	is(protect(p, 2 * PAGE, RW | PROT_EXEC), 0, "what is data already does not count again");
	is(protect(p, PAGE, PROT_READ), 0, "giving up a page");
	is(protect(p + 3 * PAGE, PAGE, RW), 0, "  makes room for another");
	limit(RLIMIT_DATA, RLIM_INFINITY);
	munmap(p, 4 * PAGE);
}

int main(void)
{
	test_arguments();
	test_range();
	test_access();
	test_grows();
	test_limits();
	return done();
}
