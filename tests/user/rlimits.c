/* Limits on the size of files and on processor time: what may be done up to there, and the signals behind it. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>
#include "tests/user/probe.h"

static volatile int got;

static void note(int sig)
{
	got = sig;
}

static void limit(int which, rlim_t soft, rlim_t hard)
{
	struct rlimit r = { soft, hard };

	setrlimit(which, &r);
}

static int took(int sig)
{
	int was = got;

	got = 0;
	return was == sig;
}

static int write_beyond(void *unused)
{
	int fd = temp_file(0);

	(void)unused;
	limit(RLIMIT_FSIZE, 10, 10);
	signal(SIGXFSZ, SIG_DFL);
	write(fd, "0123456789", 10);
	write(fd, "x", 1);
	return 1;
}

static void test_fsize(void)
{
	struct iovec iov[] = { { "01234567", 8 }, { "01234567", 8 } };
	int fd = temp_file(0);
	char page[100] = "";

	signal(SIGXFSZ, note);
	limit(RLIMIT_FSIZE, 5000, RLIM_INFINITY);
	is(sys(SYS_pwrite64, fd, page, 100, 4950, 0), 50, "a write is cut off where the limit is");
	ok(took(0), "  without a signal");
	is(sys(SYS_pwrite64, fd, page, 100, 5000, 0), -EFBIG, "one that begins there is refused");
	ok(took(SIGXFSZ), "  with a signal");
	is(sys(SYS_pwrite64, fd, page, 0, 5000, 0), 0, "nothing may be written there");
	ok(took(0), "  and no signal comes");
	lseek(fd, 4990, SEEK_SET);
	is(sys(SYS_writev, fd, iov, 2), 10, "writev is cut off, too");
	is(sys(SYS_writev, fd, iov, 2), -EFBIG, "  and refused");
	ok(took(SIGXFSZ), "  with a signal");
	is(sys(SYS_ftruncate, fd, 5001), -EFBIG, "ftruncate beyond the limit");
	ok(took(SIGXFSZ), "  and the signal");
	is(sys(SYS_ftruncate, fd, 4000), 0, "ftruncate to less");
	limit(RLIMIT_FSIZE, 100, RLIM_INFINITY);
	is(sys(SYS_ftruncate, fd, 3000), 0, "a file beyond the limit may shrink");
	is(sys(SYS_pwrite64, fd, page, 10, 2000, 0), -EFBIG, "  but not be written to there");
	ok(took(SIGXFSZ), "  with a signal");
	limit(RLIMIT_FSIZE, RLIM_INFINITY, RLIM_INFINITY);
	is(sys(SYS_pwrite64, fd, page, 10, 9000, 0), 10, "no limit any more");
	close(fd);
	ok(dies(in_child(write_beyond, NULL), SIGXFSZ), "the signal ends who does not handle it");
}

static int work_on(void *soft)
{
	struct rusage use;

	signal(SIGXCPU, soft ? SIG_DFL : note);
	limit(RLIMIT_CPU, 1, soft ? RLIM_INFINITY : 1);
	for (;;) {
		getrusage(RUSAGE_SELF, &use);
		if (use.ru_utime.tv_sec + use.ru_stime.tv_sec > 20)
			return 1; /* never limited */
	}
}

int main(void)
{
	test_fsize();
	ok(dies(in_child(work_on, "soft"), SIGXCPU), "a second of processor time is over: SIGXCPU");
	ok(dies(in_child(work_on, NULL), SIGKILL), "the hard limit: SIGKILL");
	return done();
}
