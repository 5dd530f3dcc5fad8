/* Pipes: order, blocking, end of file, EPIPE, O_NONBLOCK, atomic and big writes, poll on both ends. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include "tests/user/probe.h"

static void test_basic(void)
{
	int p[2];
	char buf[64] = "";

	is(sys(SYS_pipe, p), 0, "pipe");
	is(sys(SYS_write, p[1], "hello", 5), 5, "write");
	is(sys(SYS_write, p[1], " world", 6), 6, "write more");
	is(sys(SYS_read, p[0], buf, 3), 3, "read a part");
	is(sys(SYS_read, p[0], buf + 3, 60), 8, "read what is left, less than asked for");
	is(strcmp(buf, "hello world"), 0, "bytes in order");
	is(sys(SYS_write, p[1], buf, 0), 0, "write nothing");
	is(sys(SYS_read, p[0], buf, 0), 0, "read nothing from an empty pipe");
	is(sys(SYS_read, p[1], buf, 1), -EBADF, "the write end cannot be read");
	is(sys(SYS_write, p[0], buf, 1), -EBADF, "the read end cannot be written");
	is(sys(SYS__llseek, p[0], 0, 0, (long long[1]){ 0 }, 0), -ESPIPE, "no seeking");
	close(p[1]);
	is(sys(SYS_read, p[0], buf, 1), 0, "end of file when the writer is gone");
	close(p[0]);
}

static void test_flags(void)
{
	int p[2], n = 0;
	char c[64] = "";

	is(sys(SYS_pipe2, p, O_NONBLOCK | O_CLOEXEC), 0, "pipe2");
	is(fcntl(p[0], F_GETFD), FD_CLOEXEC, "CLOEXEC is set");
	is(fcntl(p[1], F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_WRONLY, "F_GETFL");
	is(sys(SYS_read, p[0], c, 1), -EAGAIN, "an empty pipe would block");
	while (sys(SYS_write, p[1], c, 64) == 64 && n < 2000000)
		n += 64;
	is(sys(SYS_write, p[1], c, 64), -EAGAIN, "a full pipe would block");
	ok(n >= 4096, "it holds a page at the least (%d bytes)", n);
	is(ioctl(p[0], FIONREAD, &n), 0, "FIONREAD");
	ok(n >= 4096, "  counts what is in it");
	close(p[0]);
	close(p[1]);
	is(sys(SYS_pipe2, p, 0x4), -EINVAL, "unknown flag");
	is(sys(SYS_pipe, 8), -EFAULT, "bad pointer");
}

static volatile int sigpipes;

static void on_sigpipe(int sig)
{
	sigpipes += sig == SIGPIPE;
}

static int write_to_nobody(void *fd)
{
	return write((int)(long)fd, "x", 1);
}

static void test_epipe(void)
{
	int p[2];

	pipe(p);
	close(p[0]);
	ok(dies(in_child(write_to_nobody, (void *)(long)p[1]), SIGPIPE), "SIGPIPE kills");
	signal(SIGPIPE, on_sigpipe);
	is(sys(SYS_write, p[1], "x", 1), -EPIPE, "no reader: EPIPE");
	is(sigpipes, 1, "  after SIGPIPE");
	signal(SIGPIPE, SIG_IGN);
	is(sys(SYS_write, p[1], "x", 1), -EPIPE, "with SIGPIPE ignored too");
	signal(SIGPIPE, SIG_DFL);
	close(p[1]);
}

static void test_blocking(void)
{
	struct timespec moment = { 0, 10 * 1000 * 1000 };
	int p[2];
	char buf[8] = "";
	pid_t pid;

	pipe(p);
	pid = fork();
	if (pid == 0) {
		nanosleep(&moment, NULL);
		_exit(write(p[1], "late", 4) != 4);
	}
	is(read(p[0], buf, 8), 4, "read waits for the writer");
	is(strcmp(buf, "late"), 0, "  and gets what it wrote");
	waitpid(pid, NULL, 0);

	pid = fork();
	if (pid == 0) {
		close(p[1]);
		_exit((int)read(p[0], buf, 1));
	}
	nanosleep(&moment, NULL);
	close(p[1]);
	is(waitpid(pid, (int *)buf, 0), pid,
	   "a blocked reader wakes up when the last writer closes");
	is(*(int *)buf, 0, "  to end of file");
	close(p[0]);
}

static char big[300000];

static void test_big_write(void)
{
	int p[2], status, wrong = 0;
	size_t i, got = 0;
	ssize_t n;
	pid_t pid;
	static char in[300000];

	for (i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7 + i / 256);
	pipe(p);
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		_exit(write(p[1], big, sizeof(big)) != sizeof(big));
	}
	close(p[1]);
	while ((n = read(p[0], in + got, got % 50000 + 1)) > 0)
		got += n;
	is(got, sizeof(big), "300,000 bytes in one write arrive");
	for (i = 0; i < sizeof(big); i++)
		wrong += in[i] != big[i];
	is(wrong, 0, "  in order");
	waitpid(pid, &status, 0);
	is(status, 0, "  and the write counts them all");
	close(p[0]);
}

static void test_atomic(void)
{
	int p[2], i, mixed = 0, total = 0;
	char block[512];
	struct iovec iov[] = { { block, 100 }, { block, 300 }, { NULL, 0 }, { block, 112 } };
	size_t got, j;
	ssize_t n;

	pipe(p);
	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			memset(block, 'a' + i, sizeof(block));
			for (j = 0; j < 40; j++)
				if ((j & 1 ? write(p[1], block, sizeof(block))
					   : writev(p[1], iov, 4)) != sizeof(block))
					_exit(1);
			_exit(0);
		}
	close(p[1]);
	for (;;) {
		for (got = 0; got < sizeof(block); got += n) {
			n = read(p[0], block + got, sizeof(block) - got);
			if (n <= 0)
				break;
		}
		if (got < sizeof(block))
			break;
		total++;
		for (j = 1; j < sizeof(block); j++)
			mixed += block[j] != block[0];
	}
	is(total, 160, "four writers, 160 blocks");
	is(mixed, 0, "writes up to PIPE_BUF are never mixed, nor are the buffers of a writev");
	while (wait(NULL) > 0)
		;
	close(p[0]);
}

/* What finds no room for all of its buffers takes none. */
static void test_writev(void)
{
	static char page[4096];
	struct iovec iov[] = { { page, 1000 }, { page, 3000 } };
	int p[2], n;

	pipe2(p, O_NONBLOCK);
	while (write(p[1], page, sizeof(page)) > 0)
		;
	read(p[0], page, sizeof(page));
	is(writev(p[1], iov, 2), 4000, "writev of two buffers to a pipe with a page free");
	errno = 0;
	is(writev(p[1], iov, 2), -1, "  and again");
	is(errno, EAGAIN, "    there is no room");
	ioctl(p[0], FIONREAD, &n);
	is(n, 15 * 4096 + 4000, "    and none of it came in");
	iov[1].iov_base = NULL;
	read(p[0], page, sizeof(page));
	errno = 0;
	is(writev(p[1], iov, 2), -1, "a bad second buffer");
	is(errno, EFAULT, "  is EFAULT for both");
	close(p[0]);
	close(p[1]);
}

static void test_poll(void)
{
	struct pollfd fds[2];
	int p[2];

	pipe(p);
	fds[0] = (struct pollfd){ p[0], POLLIN, 0 };
	fds[1] = (struct pollfd){ p[1], POLLOUT, 0 };
	is(poll(fds, 2, 0), 1, "an empty pipe: one end is ready");
	ok(fds[0].revents == 0 && fds[1].revents == POLLOUT, "  the write end");
	write(p[1], "x", 1);
	is(poll(fds, 2, 0), 2, "with a byte in it both are");
	is(fds[0].revents, POLLIN, "  the read end by POLLIN");
	close(p[1]);
	fds[1].fd = -1;
	is(poll(fds, 2, 0), 1, "the writer gone");
	is(fds[0].revents, POLLIN | POLLHUP, "  POLLIN for the byte and POLLHUP");
	close(p[0]);
	pipe(p);
	close(p[0]);
	fds[0] = (struct pollfd){ p[1], POLLOUT, 0 };
	poll(fds, 1, 0);
	ok(fds[0].revents & POLLERR, "the reader gone: POLLERR");
	close(p[1]);
}

int main(void)
{
	test_basic();
	test_flags();
	test_epipe();
	test_blocking();
	test_big_write();
	test_atomic();
	test_writev();
	test_poll();
	return done();
}
