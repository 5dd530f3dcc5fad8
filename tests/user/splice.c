/* Bytes that move inside the kernel: sendfile, copy_file_range, splice, tee, vmsplice. */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include "tests/user/probe.h"

#define SYS_copy_range 377

static char buf[200000], out[200000];

/* A file of n bytes, byte i is i * 7 + i / 256. */
static int pattern_file(size_t n)
{
	int fd = temp_file(0);
	size_t i;

	for (i = 0; i < n; i++)
		buf[i] = (char)(i * 7 + i / 256);
	if (write(fd, buf, n) != (ssize_t)n)
		ok(0, "cannot fill a file");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int holds(int fd, long at, const char *what, size_t n)
{
	return pread(fd, out, n, at) == (ssize_t)n && !memcmp(out, what, n);
}

static int in_pipe(int fd)
{
	int n = -1;

	ioctl(fd, FIONREAD, &n);
	return n;
}

/* Where the kernel keeps a ledger: each reference to a page has its holder. */
static void audit(const char *where)
{
	char text[2048], *errors = NULL;

	if (slurp("/proc/mm_audit", text, sizeof(text)) > 0)
		errors = strstr(text, "errors");
	if (errors)
		is(strtol(errors + 6, NULL, 10), 0, "  all references are found: %s", where);
	else
		skip("no ledger");
}

static void test_sendfile(void)
{
	int in = pattern_file(100000), to = temp_file(0), wo = open("/dev/null", O_WRONLY), p[2];
	long long pos = 5;
	long narrow = 99990;

	is(sys(SYS_sendfile64, to, in, 0, 1000000), 100000, "sendfile of a whole file");
	ok(holds(to, 0, buf, 100000), "  copies it");
	is(lseek(in, 0, SEEK_CUR), 100000, "  moves the position of the one");
	is(lseek(to, 0, SEEK_CUR), 100000, "  and of the other");
	is(sys(SYS_sendfile64, to, in, 0, 10), 0, "at the end there is nothing");
	is(sys(SYS_sendfile64, to, in, &pos, 10), 10, "from an offset");
	is(pos, 15, "  that moves on");
	is(lseek(in, 0, SEEK_CUR), 100000, "  instead of the position");
	ok(holds(to, 100000, buf + 5, 10), "  the right bytes");
	is(sys(SYS_sendfile, to, in, &narrow, 100), 10, "an offset of 32 bits");
	is(narrow, 100000, "  moves on");
	pos = -1;
	is(sys(SYS_sendfile64, to, in, &pos, 10), -EINVAL, "a negative offset");
	is(sys(SYS_sendfile64, to, in, 8, 10), -EFAULT, "a bad address");
	is(sys(SYS_sendfile64, 999, in, 0, 10), -EBADF, "no file to write");
	is(sys(SYS_sendfile64, to, 999, 0, 10), -EBADF, "none to read");
	is(sys(SYS_sendfile64, in, wo, 0, 10), -EBADF, "one that cannot be read");
	fcntl(to, F_SETFL, O_APPEND);
	is(sys(SYS_sendfile64, to, in, 0, 10), -EINVAL, "one that is appended to");
	pipe(p);
	pos = 0;
	is(sys(SYS_sendfile64, p[1], in, &pos, 5000), 5000, "into a pipe");
	ok(read(p[0], out, 9000) == 5000 && !memcmp(out, buf, 5000), "  arrives");
	is(sys(SYS_sendfile64, to, p[0], 0, 10), -EINVAL, "not out of one");
	pos = 0;
	is(sys(SYS_sendfile64, to, p[0], &pos, 10), -ESPIPE, "  at an offset still less");
	close(p[0]);
	close(p[1]);
	close(wo);
	close(in);
	close(to);
}

static void test_copy_range(void)
{
	int in = pattern_file(50000), to = temp_file(0), dir = open("/tmp", O_RDONLY), p[2];
	long long from = 100, at = 7;

	is(sys(SYS_copy_range, in, &from, to, &at, 1000, 0), 1000, "copy_file_range");
	ok(from == 1100 && at == 1007, "  moves the offsets");
	ok(holds(to, 7, buf + 100, 1000), "  copies the bytes");
	is(lseek(in, 0, SEEK_CUR), 0, "  leaves the position");
	is(sys(SYS_copy_range, in, 0, to, 0, 100000, 0), 50000, "without offsets");
	is(lseek(in, 0, SEEK_CUR), 50000, "  the positions move");
	is(lseek(to, 0, SEEK_CUR), 50000, "  both");
	is(sys(SYS_copy_range, in, 0, to, 0, 100, 0), 0, "nothing at the end");
	is(sys(SYS_copy_range, in, &from, to, &at, 0, 0), 0, "no bytes");
	is(sys(SYS_copy_range, in, &from, to, &at, 100, 1), -EINVAL, "flags");
	is(sys(SYS_copy_range, in, 8, to, &at, 100, 0), -EFAULT, "a bad address");
	is(sys(SYS_copy_range, 999, &from, to, &at, 100, 0), -EBADF, "no file");
	is(sys(SYS_copy_range, dir, 0, to, &at, 100, 0), -EISDIR, "a directory");
	from = 0;
	at = 50;
	is(sys(SYS_copy_range, in, &from, in, &at, 100, 0), -EINVAL, "overlapping parts");
	at = 100;
	is(sys(SYS_copy_range, in, &from, in, &at, 100, 0), 100, "parts of one file");
	ok(holds(in, 100, buf, 100), "  are copied");
	fcntl(to, F_SETFL, O_APPEND);
	is(sys(SYS_copy_range, in, &from, to, &at, 100, 0), -EBADF, "a file that is appended to");
	pipe(p);
	is(sys(SYS_copy_range, in, &from, p[1], 0, 100, 0), -EINVAL, "a pipe");
	close(p[0]);
	close(p[1]);
	close(dir);
	close(in);
	close(to);
}

static void test_splice(void)
{
	int in = pattern_file(100000), to = temp_file(0), p[2], q[2];
	long long pos = 50;

	pipe(p);
	pipe(q);
	is(sys(SYS_splice, in, &pos, p[1], 0, 1000, 0), 1000, "splice from a file");
	is(pos, 1050, "  moves the offset");
	is(in_pipe(p[0]), 1000, "  fills the pipe");
	is(sys(SYS_splice, p[0], 0, to, 0, 5000, 0), 1000, "to a file: what there is");
	ok(holds(to, 0, buf + 50, 1000), "  the right bytes");
	is(lseek(to, 0, SEEK_CUR), 1000, "  and the position moves");
	is(sys(SYS_splice, in, 0, p[1], 0, 100000, 2), 65536, "a pipe is full at last");
	is(sys(SYS_splice, in, 0, p[1], 0, 100000, 2), -EAGAIN, "  then it would block");
	audit("pages of a file in a pipe");
	is(sys(SYS_splice, p[0], 0, q[1], 0, 5000, 0), 5000, "from pipe to pipe");
	is(in_pipe(p[0]), 60536, "  they leave the one");
	ok(read(q[0], out, 9000) == 5000 && !memcmp(out, buf, 5000), "  and come to the other");
	pos = 200000;
	is(sys(SYS_splice, p[0], 0, to, &pos, 100, 0), 100, "to an offset behind the end");
	is(lseek(to, 0, SEEK_END), 200100, "  the file grows");
	while (read(p[0], out, sizeof(out)) == 60436)
		break;
	is(in_pipe(p[0]), 0, "empty again");
	is(sys(SYS_splice, p[0], 0, to, 0, 100, 2), -EAGAIN, "an empty pipe would block");
	is(sys(SYS_splice, p[0], 0, q[1], 0, 100, 2), -EAGAIN, "  to a pipe as well");
	is(sys(SYS_splice, in, &pos, p[1], 0, 0, 0), 0, "no bytes");
	is(sys(SYS_splice, in, 0, p[1], 0, 10, 16), -EINVAL, "unknown flag");
	is(sys(SYS_splice, in, 0, to, 0, 10, 0), -EINVAL, "no pipe");
	is(sys(SYS_splice, p[0], 0, p[1], 0, 10, 0), -EINVAL, "from a pipe to itself");
	is(sys(SYS_splice, p[0], &pos, to, 0, 10, 0), -ESPIPE, "an offset of a pipe");
	is(sys(SYS_splice, 999, 0, p[1], 0, 10, 0), -EBADF, "no file");
	is(sys(SYS_splice, p[1], 0, q[1], 0, 10, 0), -EBADF, "the wrong end");
	is(sys(SYS_splice, in, 8, p[1], 0, 10, 0), -EFAULT, "a bad address");
	close(p[1]);
	is(sys(SYS_splice, p[0], 0, to, 0, 10, 0), 0, "nobody writes any more: the end");
	close(q[0]);
	signal(SIGPIPE, SIG_IGN);
	pos = 0;
	is(sys(SYS_splice, in, &pos, q[1], 0, 10, 0), -EPIPE, "nobody reads: EPIPE");
	signal(SIGPIPE, SIG_DFL);
	fcntl(to, F_SETFL, O_APPEND);
	is(sys(SYS_splice, p[0], 0, to, 0, 10, 0), -EINVAL, "a file that is appended to");
	close(p[0]);
	close(q[1]);
	close(in);
	close(to);
}

static void test_tee(void)
{
	int p[2], q[2], file = temp_file(10);

	pipe(p);
	pipe(q);
	write(p[1], "twice", 5);
	is(sys(SYS_tee, p[0], q[1], 100, 0), 5, "tee");
	write(p[1], "!", 1);
	is(read(q[0], out, 100), 5, "the copy");
	ok(!memcmp(out, "twice", 5), "  has the bytes");
	is(read(p[0], out, 100), 6, "the original keeps them");
	ok(!memcmp(out, "twice!", 6), "  and what came later");
	write(p[1], "twice", 5);
	is(sys(SYS_tee, p[0], q[1], 2, 0), 2, "a part");
	write(q[1], "xy", 2);
	is(read(q[0], out, 100), 4, "  and bytes behind it");
	ok(!memcmp(out, "twxy", 4), "  that are the copy's own");
	is(read(p[0], out, 100), 5, "  as the original");
	ok(!memcmp(out, "twice", 5), "  shows");
	is(sys(SYS_tee, p[0], q[1], 100, 2), -EAGAIN, "an empty pipe would block");
	is(sys(SYS_tee, p[0], q[1], 0, 0), 0, "no bytes");
	is(sys(SYS_tee, p[0], q[1], 10, 16), -EINVAL, "unknown flag");
	is(sys(SYS_tee, p[0], p[1], 10, 0), -EINVAL, "a pipe and itself");
	is(sys(SYS_tee, file, q[1], 10, 0), -EINVAL, "a file");
	is(sys(SYS_tee, 999, q[1], 10, 0), -EBADF, "no file");
	close(p[0]);
	close(p[1]);
	close(q[0]);
	close(q[1]);
	close(file);
}

static void test_vmsplice(void)
{
	char *page = anon(2, PROT_READ | PROT_WRITE);
	struct iovec v[2] = { { page + 4000, 200 }, { page, 3 } }, wild = { (void *)8, 4 };
	struct iovec negative = { page, -1 }, in = { out, 100 };
	int p[2], file = temp_file(10);

	pipe(p);
	memset(page, 'a', 8192);
	is(sys(SYS_vmsplice, p[1], v, 2, 0), 203, "vmsplice into a pipe");
	is(in_pipe(p[0]), 203, "  fills it");
	page[0] = 'z';
	is(read(p[0], out, 1000), 203, "it is read");
	ok(out[0] == 'a' && out[199] == 'a', "  rightly");
	is(out[200], 'z', "  as the memory is now");
	write(p[1], "hello", 5);
	is(sys(SYS_vmsplice, p[0], &in, 1, 0), 5, "vmsplice out of a pipe");
	ok(!memcmp(out, "hello", 5), "  brings the bytes");
	is(sys(SYS_vmsplice, p[0], &in, 1, 2), -EAGAIN, "an empty one would block");
	is(sys(SYS_vmsplice, p[1], &wild, 1, 0), -EFAULT, "a bad buffer");
	is(sys(SYS_vmsplice, p[1], 8, 1, 0), -EFAULT, "a bad vector");
	is(sys(SYS_vmsplice, p[1], &negative, 1, 0), -EINVAL, "a negative length");
	is(sys(SYS_vmsplice, p[1], v, 1025, 0), -EINVAL, "too many buffers");
	is(sys(SYS_vmsplice, p[1], v, 2, 16), -EINVAL, "unknown flag");
	is(sys(SYS_vmsplice, p[1], v, 0, 0), 0, "none");
	is(sys(SYS_vmsplice, file, v, 1, 0), -EBADF, "no pipe");
	v[0].iov_base = anon(1, PROT_NONE);
	is(sys(SYS_vmsplice, p[1], v, 1, 0), -EFAULT, "memory that cannot be read");
	v[0] = (struct iovec){ page, 4096 };
	is(sys(SYS_vmsplice, p[1], v, 1, 0), 4096, "a page");
	audit("a page in a pipe, and mapped");
	munmap(page, 8192);
	audit("in the pipe alone");
	is(read(p[0], out, 5000), 4096, "  survives its mapping");
	ok(out[0] == 'z' && out[4095] == 'a', "  whole");
	close(p[0]);
	close(p[1]);
	close(file);
}

/* A splice sleeps until there is something, and ends with what came. */
static void test_waiting(void)
{
	int p[2], q[2], status;
	pid_t pid;

	pipe(p);
	pipe(q);
	pid = fork();
	if (!pid) {
		close(p[1]);
		_exit(sys(SYS_splice, p[0], 0, q[1], 0, 100, 0) != 4 ||
		      sys(SYS_splice, p[0], 0, q[1], 0, 100, 0) != 0);
	}
	write(p[1], "wait", 4);
	is(read(q[0], out, 100), 4, "splice waits for bytes");
	close(p[1]);
	waitpid(pid, &status, 0);
	is(status, 0, "  and for the end");
	close(p[0]);
	close(q[0]);
	close(q[1]);
}

int main(void)
{
	test_sendfile();
	test_copy_range();
	test_splice();
	test_tee();
	test_vmsplice();
	test_waiting();
	return done();
}
