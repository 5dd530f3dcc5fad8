/*
 * mlock, mlock2, munlock, mlockall, munlockall: every error of mlock(2), and every boundary.
 *
 *   EAGAIN  pages could not be brought in: tests/kernel/mmap_oom.c
 *   EINVAL  the range wraps							test_range
 *   EINVAL  mlock2: unknown flags						test_range
 *   EINVAL  mlockall: unknown flags, none, ONFAULT alone			test_all
 *   EINVAL  address inside a page: not on Linux, it is rounded down		test_range
 *   ENOMEM  nothing is mapped							test_range
 *   ENOMEM  too many mappings: errors_mmap.c
 *   ENOMEM  RLIMIT_MEMLOCK							test_limit, test_all_limit
 *   EPERM   RLIMIT_MEMLOCK of 0						test_limit, test_all_limit
 */
#include <errno.h>
#include "tests/user/limits.h"

static long locked_kb(void)
{
	return status("VmLck:");
}

static void test_range(void)
{
	char *gap = hole(8), *p = (char *)map(gap + PAGE, 5 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	int i;

	for (i = 0; i < 2; i++) {
		int nr = i ? SYS_munlock : SYS_mlock;
		const char *name = i ? "munlock" : "mlock";

		is(sys(nr, gap, PAGE), -ENOMEM, "%s: nothing is mapped", name);
		is(sys(nr, gap, 2 * PAGE), -ENOMEM, "  a hole before the mapping");
		is(sys(nr, gap + PAGE - 1, 2), -ENOMEM, "  a byte in it");
		is(sys(nr, p, 6 * PAGE), -ENOMEM, "  a hole behind");
		is(sys(nr, p, 5 * PAGE + 1), -ENOMEM, "  a byte in it");
		is(sys(nr, p, 0), 0, "  length 0");
		is(sys(nr, gap, 0), 0, "  length 0 of nothing");
		is(sys(nr, p + 1, 0), 0, "  length 0 inside a page");
		is(sys(nr, p + PAGE - 1, 2), 0, "  two bytes on two pages");
		is(locked_kb(), i ? 0 : 20, "  what lies before a hole is done");
		is(sys(nr, p, 0xfffff000), user_has_4g() ? -ENOMEM : -EINVAL,
		   "  a range that wraps");
		is(sys(nr, 0xfffff000, PAGE), user_has_4g() ? -ENOMEM : -EINVAL,
		   "  the last page of 4 GiB, whose end is 0");
		munlockall();
		if (!i)
			sys(SYS_mlock, p, 5 * PAGE);
	}
	is(sys(SYS_mlock2, p, PAGE, 2), -EINVAL, "mlock2 with flag 2");
	is(sys(SYS_mlock2, p, 0, -1), -EINVAL, "  with all flags, also with length 0");
	is(sys(SYS_mlock2, gap, PAGE, 1), -ENOMEM, "  ONFAULT of nothing");
	is(sys(SYS_mlock2, p, PAGE, 0), 0, "  without flags");
	is(sys(SYS_mlock2, p, 2 * PAGE, 1), 0, "  ONFAULT, also of what is locked");
	is(locked_kb(), 8, "  which is locked once");
	munmap(p, PAGE);
	is(locked_kb(), 4, "munmap unlocks");
	munmap(p, 5 * PAGE);
	is(locked_kb(), 0, "  all of it");
}

static void test_limit(void)
{
	char *p = anon(6, RW);

	is(sys(SYS_mlock, p, 6 * PAGE), 0, "CAP_IPC_LOCK knows no limit");
	munlockall();
	if (!capability(CAP_IPC_LOCK, 0)) {
		skip("capabilities cannot be dropped");
		return;
	}
	limit(RLIMIT_MEMLOCK, 4 * PAGE + PAGE / 2);
	is(sys(SYS_mlock, p, 5 * PAGE), -ENOMEM, "a page more than RLIMIT_MEMLOCK");
	is(locked_kb(), 0, "  locks nothing");
	is(sys(SYS_mlock2, p, 5 * PAGE, 1), -ENOMEM, "  also with ONFAULT");
	is(sys(SYS_mlock, p, 4 * PAGE), 0, "as much as that");
	is(sys(SYS_mlock, p + 4 * PAGE, 1), -ENOMEM, "then no byte more");
	is(sys(SYS_mlock, p, 4 * PAGE), 0, "but the same again");
	is(sys(SYS_mlock2, p, 4 * PAGE, 1), 0, "and otherwise");
	is(sys(SYS_mlock, p + 2 * PAGE, 3 * PAGE), -ENOMEM, "a page more than the same");
	is(sys(SYS_munlock, p, 1), 0, "munlock of a byte");
	is(sys(SYS_mlock, p + 4 * PAGE, 1), 0, "  makes room for another page");
	limit(RLIMIT_MEMLOCK, 0);
	is(sys(SYS_mlock, p, PAGE), -EPERM, "a limit of 0");
	is(sys(SYS_mlock, p, 0), -EPERM, "  also with length 0");
	is(sys(SYS_mlock2, p, PAGE, 1), -EPERM, "  and mlock2");
	is(sys(SYS_mlock2, p, PAGE, 2), -EINVAL, "  whose flags are looked at before");
	is(sys(SYS_munlock, p, 6 * PAGE), 0, "munlock needs no right");
	is(sys(SYS_munlockall), 0, "nor munlockall");
	capability(CAP_IPC_LOCK, 1);
	limit(RLIMIT_MEMLOCK, RLIM_INFINITY);
	munmap(p, 6 * PAGE);
}

static int present(char *p)
{
	unsigned char vec = 0;

	sys(SYS_mincore, p, PAGE, &vec);
	return vec & 1;
}

static void test_all(void)
{
	char *p = anon(1, RW), *q;

	is(sys(SYS_mlockall, 0), -EINVAL, "mlockall without flags");
	is(sys(SYS_mlockall, 8), -EINVAL, "with flag 8");
	is(sys(SYS_mlockall, 9), -EINVAL, "with flags 1 and 8");
	is(sys(SYS_mlockall, -1), -EINVAL, "with all flags");
	is(sys(SYS_mlockall, 4), -EINVAL, "ONFAULT alone");
	is(sys(SYS_mlockall, MCL_FUTURE), 0, "FUTURE");
	ok(!present(p) && !locked_kb(), "  leaves what is there");
	q = anon(1, RW);
	ok(present(q) && locked_kb() == 4, "  locks what comes");
	is(sys(SYS_mlockall, MCL_FUTURE | 4), 0, "FUTURE and ONFAULT");
	munmap(q, PAGE);
	q = anon(1, RW);
	ok(!present(q) && locked_kb() == 4, "  locks what comes when it is touched");
	is(sys(SYS_mlockall, MCL_CURRENT | 4), 0, "CURRENT and ONFAULT");
	ok(!present(p) && locked_kb() > 8, "  locks what is there, without bringing it in");
	is(sys(SYS_mlockall, MCL_CURRENT), 0, "CURRENT");
	ok(present(p), "  brings it in");
	munmap(q, PAGE);
	q = anon(1, RW);
	ok(!present(q), "  and ends what was said about the future");
	is(sys(SYS_munlockall), 0, "munlockall");
	is(locked_kb(), 0, "  unlocks all");
	munmap(p, PAGE);
	munmap(q, PAGE);
}

static void test_all_limit(void)
{
	unsigned long brk = sys(SYS_brk, 0);
	char *p;

	if (!capability(CAP_IPC_LOCK, 0)) {
		skip("capabilities cannot be dropped");
		return;
	}
	limit(RLIMIT_MEMLOCK, (mapped_pages() - 1) * PAGE);
	is(sys(SYS_mlockall, MCL_CURRENT), -ENOMEM, "mlockall CURRENT of more than RLIMIT_MEMLOCK");
	is(sys(SYS_mlockall, MCL_CURRENT | MCL_FUTURE), -ENOMEM, "  and FUTURE");
	p = anon(1, RW);
	is(locked_kb(), 0, "  locks nothing, then or later");
	munmap(p, PAGE);
	limit(RLIMIT_MEMLOCK, 4 * PAGE);
	is(sys(SYS_mlockall, MCL_FUTURE), 0, "FUTURE alone");
	is(map(NULL, 5 * PAGE, RW, ANON, -1, 0), -EAGAIN, "  then mmap beyond the limit");
	is(sys(SYS_brk, brk + 6 * PAGE), (long)brk, "  brk beyond the limit");
	p = (char *)map(NULL, 4 * PAGE, RW, ANON, -1, 0);
	ok(!is_error((long)p), "  mmap up to the limit");
	munlockall();
	munmap(p, 4 * PAGE);
	limit(RLIMIT_MEMLOCK, 0);
	is(sys(SYS_mlockall, MCL_CURRENT), -EPERM, "a limit of 0");
	is(sys(SYS_mlockall, MCL_FUTURE), -EPERM, "  also for the future");
	is(sys(SYS_mlockall, 8), -EINVAL, "  flags are looked at before");
	capability(CAP_IPC_LOCK, 1);
	is(sys(SYS_mlockall, MCL_CURRENT), 0, "CAP_IPC_LOCK needs no limit");
	munlockall();
	limit(RLIMIT_MEMLOCK, RLIM_INFINITY);
}

int main(void)
{
	munlockall();
	test_range();
	test_limit();
	test_all();
	test_all_limit();
	return done();
}
