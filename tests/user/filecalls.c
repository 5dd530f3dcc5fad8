/* Calls on files in their older and wider forms: 32-bit sizes, 64-bit times, positions, advice. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "tests/user/probe.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* ---- size ---- */

static void test_truncate(void)
{
	int fd = open("trunc", O_RDWR | O_CREAT | O_TRUNC, 0600), ro = open("trunc", O_RDONLY);
	struct stat st;

	is(sys(93, fd, 70000), 0, "ftruncate");
	fstat(fd, &st);
	is(st.st_size, 70000, "  sets the size");
	is(sys(92, "trunc", 5), 0, "truncate");
	fstat(fd, &st);
	is(st.st_size, 5, "  as well");
	is(sys(93, fd, -1), -EINVAL, "a negative size");
	is(sys(92, "trunc", -1), -EINVAL, "  for both");
	is(sys(93, ro, 0), -EINVAL, "a file that is open for reading");
	is(sys(92, "/", 0), -EISDIR, "a directory");
	is(sys(92, "nowhere", 0), -ENOENT, "nothing");
	is(sys(92, 8, 0), -EFAULT, "a bad address");
	is(sys(93, 999, 0), -EBADF, "no file");
	close(fd);
	close(ro);
	unlink("trunc");
}

/* ---- times ---- */

static long mtime_of(const char *path, long *ns)
{
	struct stat st;

	stat(path, &st);
	if (ns)
		*ns = st.st_mtim.tv_nsec;
	return st.st_mtime;
}

static void test_times(void)
{
	long long ts[4] = { 1, 2, 77, 88 };
	int fd = open("times", O_RDWR | O_CREAT, 0600), path = open("times", O_PATH);
	long ns;

	is(sys(412, AT_FDCWD, "times", ts, 0), 0, "utimensat_time64");
	is(mtime_of("times", &ns), 77, "  sets seconds");
	is(ns, 88, "  and nanoseconds");
	ts[3] = 1000000000;
	is(sys(412, AT_FDCWD, "times", ts, 0), -EINVAL, "too many nanoseconds");
	is(sys(412, AT_FDCWD, "times", 8, 0), -EFAULT, "a bad address");
	ts[1] = ts[3] = 0x3ffffffe;
	is(sys(412, AT_FDCWD, "nowhere", ts, 0), 0, "UTIME_OMIT twice asks for nothing");
	ts[3] = 5;
	is(sys(412, fd, NULL, ts, 0), 0, "no path: the descriptor itself");
	is(mtime_of("times", &ns), 77, "  is changed");
	is(sys(412, path, NULL, ts, 0), -EBADF, "not one of O_PATH");
	is(sys(412, AT_FDCWD, NULL, ts, 0), -EFAULT, "nor none at all");
	is(sys(412, AT_FDCWD, "times", ts, 4), -EINVAL, "unknown flag");
	close(path);
	close(fd);
	unlink("times");
}

/* ---- reading and writing at places ---- */

static void test_preadv(void)
{
	char a[4] = "", b[8] = "";
	struct iovec out[2] = { { "abc", 3 }, { "defgh", 5 } }, in[2] = { { a, 3 }, { b, 5 } };
	struct iovec wild = { (void *)8, 1 }, negative = { a, -1 };
	int fd = temp_file(0), p[2];

	is(sys(SYS_pwritev, fd, out, 2, 10, 0), 8, "pwritev");
	is(lseek(fd, 0, SEEK_CUR), 0, "  leaves the position alone");
	is(sys(SYS_preadv, fd, in, 2, 10, 0), 8, "preadv");
	ok(!strcmp(a, "abc") && !strcmp(b, "defgh"), "  gives it back");
	is(sys(SYS_preadv, fd, in, 2, 18, 0), 0, "at the end there is nothing");
	is(sys(SYS_preadv, fd, in, 2, -1, -1), -EINVAL, "a negative position");
	is(sys(SYS_preadv, 999, in, 2, 0, 0), -EBADF, "no file");
	is(sys(SYS_preadv, fd, &wild, 1, 10, 0), -EFAULT, "a bad buffer");
	is(sys(SYS_preadv, fd, &negative, 1, 10, 0), -EINVAL, "a negative length");
	is(sys(SYS_preadv, fd, in, 1025, 10, 0), -EINVAL, "too many buffers");
	is(sys(SYS_preadv2, fd, in, 2, 10, 0, 0), 8, "preadv2");
	lseek(fd, 10, SEEK_SET);
	is(sys(SYS_preadv2, fd, in, 1, -1, -1, 0), 3, "preadv2 at -1 reads where the file is");
	is(lseek(fd, 0, SEEK_CUR), 13, "  and moves on");
	is(sys(SYS_pwritev2, fd, out, 2, -1, -1, 0), 8, "pwritev2 at -1 as well");
	is(lseek(fd, 0, SEEK_CUR), 21, "  moves on");
	is(sys(SYS_pwritev2, fd, out, 2, 0, 0, 0x40000000), -EOPNOTSUPP, "unknown flag");
	close(fd);
	pipe(p);
	is(sys(SYS_preadv, p[0], in, 2, 0, 0), -ESPIPE, "a pipe has no places");
	is(sys(SYS_pwritev, p[1], out, 2, 0, 0), -ESPIPE, "  to write either");
	is(sys(SYS_pwritev2, p[1], out, 2, -1, -1, 0), 8, "  but pwritev2 at -1 is writev");
	close(p[0]);
	close(p[1]);
}

/* ---- advice and syncing ---- */

static void test_advice(void)
{
	int fd = temp_file(10000), wo = open("/dev/null", O_WRONLY), p[2];

	pipe(p);
	is(sys(250, fd, 0, 0, 4096, 3), 0, "fadvise64 WILLNEED");
	is(sys(272, fd, 0, 0, 4096, 0, 4), 0, "fadvise64_64 DONTNEED");
	is(sys(272, fd, 0, 0, 0, 0, 6), -EINVAL, "unknown advice");
	is(sys(272, fd, 0, 0, -1, -1, 0), -EINVAL, "a negative length");
	is(sys(272, 999, 0, 0, 0, 0, 0), -EBADF, "no file");
	is(sys(272, p[0], 0, 0, 0, 0, 0), -ESPIPE, "a pipe");
	is(sys(225, fd, 0, 0, 4096), 0, "readahead");
	is(sys(225, wo, 0, 0, 4096), -EBADF, "readahead of what cannot be read");
	is(sys(225, p[0], 0, 0, 4096), -EINVAL, "readahead of a pipe");
	is(sys(344, fd), 0, "syncfs");
	is(sys(344, 999), -EBADF, "  without a file");
	is(sys(148, fd), 0, "fdatasync");
	is(sys(118, p[0]), -EINVAL, "fsync of a pipe");
	close(p[0]);
	close(p[1]);
	close(fd);
	close(wo);
}

/* ---- close_range ---- */

static void test_close_range(void)
{
	int i;

	for (i = 100; i < 110; i++)
		dup2(1, i);
	is(sys(SYS_close_range, 102, 104, 0), 0, "close_range");
	ok(fcntl(101, F_GETFD) == 0 && fcntl(105, F_GETFD) == 0, "  leaves the neighbours");
	ok(fcntl(102, F_GETFD) == -1 && fcntl(104, F_GETFD) == -1, "  and closes both ends");
	is(sys(SYS_close_range, 105, 106, 4), 0, "CLOSE_RANGE_CLOEXEC");
	ok(fcntl(105, F_GETFD) == 1 && fcntl(106, F_GETFD) == 1, "  marks only");
	is(sys(SYS_close_range, 107, 106, 0), -EINVAL, "an empty range");
	is(sys(SYS_close_range, 107, 108, 16), -EINVAL, "unknown flag");
	is(sys(SYS_close_range, 107, 108, 2), 0, "CLOSE_RANGE_UNSHARE");
	is(sys(SYS_close_range, 100, ~0u, 0), 0, "up to the last");
	for (i = 100; i < 110; i++)
		if (fcntl(i, F_GETFD) != -1)
			break;
	is(i, 110, "  closes all");
}

/* ---- poll and select with times of either width ---- */

static void test_time64(void)
{
	struct pollfd p = { 0, POLLIN, 0 };
	int ts[2] = { 0, 1000000 }, bad[2] = { 0, 1000000000 }, fds[2];
	long long wide[2] = { 0, 1000000 }, wide_bad[2] = { -1, 0 }, wide_zero[2] = { 0, 0 };
	unsigned long set[32] = { 0 }, mask[2] = { 0, 0 };
	unsigned long sig[2] = { (unsigned long)mask, 8 }, sig_bad[2] = { (unsigned long)mask, 4 };

	pipe(fds);
	p.fd = fds[0];
	is(sys(309, &p, 1, ts, 0, 8), 0, "ppoll: time runs out");
	ok(ts[0] == 0 && ts[1] == 0, "  and nothing is left of it");
	is(sys(309, &p, 1, bad, 0, 8), -EINVAL, "too many nanoseconds");
	is(sys(309, &p, 1, 8, 0, 8), -EFAULT, "a bad address");
	is(sys(309, &p, 1, ts, mask, 4), -EINVAL, "a signal mask of 4 bytes");
	is(sys(309, &p, 1, ts, 8, 8), -EFAULT, "a bad one");
	is(sys(414, &p, 1, wide, 0, 8), 0, "ppoll_time64: time runs out");
	ok(wide[0] == 0 && wide[1] == 0, "  and nothing is left of it");
	is(sys(414, &p, 1, wide_bad, 0, 8), -EINVAL, "negative seconds");
	is(sys(414, &p, 1, wide_zero, mask, 8), 0, "no time, with a mask");
	set[0] = 1u << fds[0];
	wide[1] = 1000000;
	is(sys(413, fds[0] + 1, set, 0, 0, wide, sig), 0, "pselect6_time64: time runs out");
	is(set[0], 0, "  nothing is ready");
	is(sys(413, fds[0] + 1, set, 0, 0, wide_bad, 0), -EINVAL, "negative seconds");
	is(sys(413, fds[0] + 1, set, 0, 0, wide, sig_bad), -EINVAL, "a signal mask of 4 bytes");
	is(sys(413, -1, set, 0, 0, wide_zero, 0), -EINVAL, "a negative count");
	write(fds[1], "x", 1);
	wide[0] = 5;
	is(sys(414, &p, 1, wide, 0, 8), 1, "ppoll_time64: a byte is there");
	is(p.revents, POLLIN, "  to be read");
	ok(wide[0] == 4 && wide[1] > 0, "  most of the time is left");
	set[0] = 1u << fds[0];
	is(sys(413, fds[0] + 1, set, 0, 0, wide, 0), 1, "pselect6_time64 as well");
	is(set[0], 1u << fds[0], "  says which");
	close(fds[0]);
	close(fds[1]);
}

/* ---- small print ---- */

static void test_small_print(void)
{
	char *pages = anon(2, PROT_READ | PROT_WRITE), buf[8];
	int fd = temp_file(100), n = 0, p[2];
	long long from = 200, to = 150;

	close(open("plain", O_CREAT | O_RDWR, 0600));
	is(sys(SYS_open, "plain/", O_CREAT | O_RDWR, 0600), -EISDIR,
	   "O_CREAT of a name with a slash");
	is(sys(SYS_open, "plain/", O_RDWR, 0), -ENOTDIR, "  without O_CREAT");
	is(sys(353, AT_FDCWD, "plain", AT_FDCWD, ".", 1), -EEXIST, "RENAME_NOREPLACE to .");
	is(sys(SYS_rename, "plain", "."), -EBUSY, "  without it");
	unlink("plain");
	lseek(fd, 30, SEEK_SET);
	is(sys(SYS_ioctl, fd, FIONREAD, &n), 0, "FIONREAD of a file");
	is(n, 70, "  what is left of it");
	is(sys(377, fd, &from, fd, &to, 100, 0), 0, "copying nothing overlaps with nothing");
	close(fd);
	pipe(p);
	write(p[1], "12345678", 8);
	munmap(pages + PAGE, PAGE);
	is(sys(SYS_read, p[0], pages + PAGE - 4, 8), -EFAULT, "a pipe read to half a buffer");
	is(read(p[0], buf, 8), 8, "  loses nothing");
	is(sys(SYS_write, p[1], pages + PAGE - 4, 8), -EFAULT, "a pipe written from half a buffer");
	is(sys(SYS_ioctl, p[0], FIONREAD, &n), 0, "  gets");
	is(n, 0, "  nothing");
	close(p[0]);
	close(p[1]);
}

int main(void)
{
	test_truncate();
	test_times();
	test_preadv();
	test_advice();
	test_close_range();
	test_time64();
	test_small_print();
	return done();
}
