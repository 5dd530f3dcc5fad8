/*
 * msync(2). Errors of the manual page, and where they are checked:
 *
 *   EBUSY   MS_INVALIDATE of locked memory                          test_locked
 *   EINVAL  addr not aligned, unknown flags, MS_SYNC with MS_ASYNC   test_errors
 *   ENOMEM  a hole in the range, the range wraps                     test_errors, test_holes
 */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static long sync_range(const char *p, size_t len, int flags)
{
	return sys(SYS_msync, p, len, flags);
}

static void test_errors(void)
{
	static const int fine[] = { 0,
				    MS_ASYNC,
				    MS_SYNC,
				    MS_INVALIDATE,
				    MS_ASYNC | MS_INVALIDATE,
				    MS_SYNC | MS_INVALIDATE };
	int fd = temp_file(3 * PAGE);
	char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0), *a = anon(2, RW);
	unsigned int i;

	p[PAGE] = 9;
	for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		is(sync_range(p, 3 * PAGE, fine[i]), 0, "flags %#x", fine[i]);
	is(sync_range(p + 1, PAGE, MS_SYNC), -EINVAL, "EINVAL: inside a page");
	is(sync_range(p + 1, 0, MS_SYNC), -EINVAL, "EINVAL: even of nothing");
	is(sync_range(p, PAGE, MS_SYNC | MS_ASYNC), -EINVAL, "EINVAL: both SYNC and ASYNC");
	is(sync_range(p, PAGE, 8), -EINVAL, "EINVAL: an unknown flag");
	is(sync_range(p, PAGE, 0x40000000), -EINVAL, "EINVAL: the last one");
	is(sync_range(p, 0, MS_SYNC), 0, "length 0");
	is(sync_range(hole(1), 0, MS_SYNC), 0, "  even of a hole");
	is(sync_range(p, 1, MS_SYNC), 0, "length 1");
	is(sync_range(p, -PAGE, MS_SYNC), -ENOMEM, "ENOMEM: the range is too long");
	is(sync_range(a, 2 * PAGE, MS_SYNC), 0, "anonymous memory");
	mprotect(p, PAGE, PROT_NONE);
	is(sync_range(p, 3 * PAGE, MS_SYNC), 0, "memory without rights");
	mprotect(p, PAGE, PROT_READ);
	is(p[PAGE], 9, "what was stored is there");
	munmap(p, 3 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 2 * PAGE);
	is(sync_range(p, 4 * PAGE, MS_SYNC), 0, "past the end of the file");
	munmap(p, 4 * PAGE);
	munmap(a, 2 * PAGE);
	close(fd);
}

static void test_holes(void)
{
	char *p = hole(5);

	mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap(p + 3 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is(sync_range(p, PAGE, MS_SYNC), -ENOMEM, "ENOMEM: nothing there");
	is(sync_range(p, 2 * PAGE, MS_SYNC), -ENOMEM, "ENOMEM: a hole before");
	is(sync_range(p + PAGE, 2 * PAGE, MS_SYNC), -ENOMEM, "ENOMEM: a hole behind");
	is(sync_range(p + PAGE, PAGE + 1, MS_SYNC), -ENOMEM, "ENOMEM: one byte of it");
	is(sync_range(p + PAGE, 3 * PAGE, MS_SYNC), -ENOMEM, "ENOMEM: a hole between");
	is(sync_range(p + PAGE, 3 * PAGE, MS_ASYNC), -ENOMEM, "  MS_ASYNC");
	is(sync_range(p + PAGE, PAGE, MS_SYNC), 0, "none");
	munmap(p, 5 * PAGE);
}

static void test_locked(void)
{
	char *p = anon(4, RW);

	if (mlock(p + 2 * PAGE, PAGE)) {
		skip("mlock: errno %d", errno);
		return;
	}
	is(sync_range(p, 4 * PAGE, MS_INVALIDATE), -EBUSY, "EBUSY: MS_INVALIDATE of locked memory");
	is(sync_range(p, 4 * PAGE, MS_INVALIDATE | MS_SYNC), -EBUSY, "EBUSY: with MS_SYNC");
	is(sync_range(p, 4 * PAGE, MS_INVALIDATE | MS_ASYNC), -EBUSY, "EBUSY: with MS_ASYNC");
	is(sync_range(p, 4 * PAGE, MS_SYNC), 0, "MS_SYNC of locked memory");
	is(sync_range(p, 2 * PAGE, MS_INVALIDATE), 0, "MS_INVALIDATE up to it");
	munmap(p + PAGE, PAGE);
	is(sync_range(p, 4 * PAGE, MS_INVALIDATE), -EBUSY, "EBUSY behind a hole");
	munlock(p + 2 * PAGE, PAGE);
	is(sync_range(p + 2 * PAGE, 2 * PAGE, MS_INVALIDATE), 0, "MS_INVALIDATE after munlock");
	munmap(p, 4 * PAGE);
}

int main(void)
{
	test_errors();
	test_holes();
	test_locked();
	return done();
}
