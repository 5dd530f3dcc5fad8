/* FIFOs: opening waits for the other side, O_NONBLOCK does not; end of file, POLLHUP, many at once. And of pipes:
 * their size, packets, opening them by their descriptor. */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#ifndef F_SETPIPE_SZ
#define F_SETPIPE_SZ 1031
#define F_GETPIPE_SZ 1032
#endif

static const char name[] = "a-fifo";

static long open_(int flags)
{
	return sys(SYS_open, name, flags, 0);
}

static int poll_of(int fd, int events)
{
	struct pollfd p = { fd, events, 0 };

	poll(&p, 1, 0);
	return p.revents;
}

static void test_make(void)
{
	struct stat st;

	unlink(name);
	is(sys(SYS_mknod, name, S_IFIFO | 0644, 0), 0, "mknod");
	is(stat(name, &st), 0, "it is there");
	is(st.st_mode, S_IFIFO | 0644, "  as a FIFO");
	is(sys(SYS_mknod, name, S_IFIFO | 0644, 0), -EEXIST, "once");
	is(sys(SYS_truncate, name, 0), -EINVAL, "it cannot be truncated");
}

static void test_nonblock(void)
{
	char c;
	int r, w;

	is(open_(O_WRONLY | O_NONBLOCK), -ENXIO, "a writer that does not wait finds no reader");
	r = open_(O_RDONLY | O_NONBLOCK);
	ok(r >= 0, "a reader that does not wait gets in");
	is(read(r, &c, 1), 0, "  and is at the end, as long as nobody writes");
	is(poll_of(r, POLLIN), 0, "  but no writer has gone yet: no POLLHUP");
	w = open_(O_WRONLY | O_NONBLOCK);
	ok(w >= 0, "now a writer gets in");
	is(sys(SYS_read, r, &c, 1), -EAGAIN, "an empty FIFO would block");
	is(write(w, "xy", 2), 2, "write");
	is(poll_of(r, POLLIN), POLLIN, "POLLIN");
	is(read(r, &c, 1), 1, "read");
	close(w);
	is(poll_of(r, POLLIN), POLLIN | POLLHUP, "the writer has gone: POLLHUP as well");
	is(read(r, &c, 1), 1, "what it left is read");
	is(read(r, &c, 1), 0, "  and then the end");
	w = open_(O_WRONLY | O_NONBLOCK);
	is(poll_of(r, POLLIN), 0, "another writer: no POLLHUP any more");
	is(sys(SYS_read, r, &c, 1), -EAGAIN, "  nor an end");
	write(w, "z", 1);
	close(r);
	signal(SIGPIPE, SIG_IGN);
	is(sys(SYS_write, w, "x", 1), -EPIPE, "no reader: EPIPE");
	signal(SIGPIPE, SIG_DFL);
	ok(poll_of(w, POLLOUT) & POLLERR, "  and POLLERR");
	r = open_(O_RDONLY | O_NONBLOCK);
	is(read(r, &c, 1), 1, "while a writer stays the bytes stay");
	close(r);
	close(w);
}

static void test_read_write(void)
{
	char c;
	int rw = open_(O_RDWR);

	ok(rw >= 0, "O_RDWR never waits");
	is(write(rw, "x", 1), 1, "it writes");
	is(read(rw, &c, 1), 1, "  and reads");
	is(sys(SYS_lseek, rw, 0, 0), -ESPIPE, "no seeking");
	write(rw, "left", 4);
	close(rw);
	rw = open_(O_RDWR | O_NONBLOCK);
	is(sys(SYS_read, rw, &c, 1), -EAGAIN, "what is left is gone with the last who had it open");
	close(rw);
}

static int opens_and_writes(void *unused)
{
	int w = open_(O_WRONLY);

	return unused || write(w, "hello", 5) != 5;
}

static void test_waiting(void)
{
	char buf[8] = "";
	int r, w, status;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(opens_and_writes(NULL));
	r = open_(O_RDONLY);
	ok(r >= 0, "a reader waits for a writer");
	is(read(r, buf, 8), 5, "  and reads from it");
	is(read(r, buf, 8), 0, "  to the end");
	close(r);
	waitpid(pid, &status, 0);
	is(status, 0, "  who is content");
	pid = fork();
	if (!pid) {
		r = open_(O_RDONLY);
		_exit(read(r, buf, 8) != 2);
	}
	w = open_(O_WRONLY);
	ok(w >= 0, "a writer waits for a reader");
	is(write(w, "ab", 2), 2, "  and writes to it");
	close(w);
	waitpid(pid, &status, 0);
	is(status, 0, "  who reads it");
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_signal(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &sa, NULL);
	alarm(1);
	is(open_(O_RDONLY), -EINTR, "a signal ends the waiting");
	alarm(0);
	is(open_(O_WRONLY | O_NONBLOCK), -ENXIO, "  and nobody is left behind");
}

static void test_size(void)
{
	static char block[65536];
	int p[2], n;

	pipe2(p, O_NONBLOCK);
	is(fcntl(p[0], F_GETPIPE_SZ), 65536, "a pipe has room for 64 KiB");
	is(sys(SYS_fcntl64, p[1], F_SETPIPE_SZ, 5000), 8192, "5000 becomes 8192");
	is(write(p[1], block, 65536), 8192, "  and so much fits");
	is(sys(SYS_fcntl64, p[1], F_SETPIPE_SZ, 4096), -EBUSY, "not less than is in it");
	is(ioctl(p[0], FIONREAD, &n), 0, "FIONREAD");
	is(n, 8192, "  counts it");
	is(sys(SYS_fcntl64, p[1], F_SETPIPE_SZ, 1 << 20), 1 << 20, "1 MiB");
	is(write(p[1], block, 65536), 65536, "  more fits");
	is(sys(SYS_fcntl64, p[1], F_SETPIPE_SZ, -1), -EINVAL, "4 GiB is too much");
	is(sys(SYS_fcntl64, 0, F_GETPIPE_SZ, 0) == 0, 0, "no pipe, no size");
	close(p[0]);
	close(p[1]);
	n = temp_file(0);
	is(sys(SYS_fcntl64, n, F_GETPIPE_SZ, 0), -EBADF, "a file has none");
	close(n);
}

static void test_packets(void)
{
	char buf[16];
	int p[2];

	is(pipe2(p, O_DIRECT | O_NONBLOCK), 0, "a pipe of packets");
	write(p[1], "one", 3);
	write(p[1], "three", 5);
	is(read(p[0], buf, 16), 3, "a read ends with the packet");
	is(read(p[0], buf, 2), 2, "a short one");
	is(sys(SYS_read, p[0], buf, 16), -EAGAIN, "  loses the rest");
	is(fcntl(p[1], F_SETFL, O_NONBLOCK), 0, "back to bytes");
	write(p[1], "one", 3);
	write(p[1], "three", 5);
	is(read(p[0], buf, 16), 8, "  which flow together");
	close(p[0]);
	close(p[1]);
}

static void test_by_descriptor(void)
{
	char path[32], c = 0;
	int p[2], again;

	pipe(p);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p[0]);
	again = open(path, O_RDONLY);
	ok(again >= 0, "a pipe is opened once more by its descriptor");
	write(p[1], "q", 1);
	is(read(again, &c, 1), 1, "  and read");
	is(c, 'q', "  rightly");
	close(p[1]);
	is(read(again, &c, 1), 0, "  to the end");
	close(again);
	snprintf(path, sizeof(path), "/dev/fd/%d", p[0]);
	again = open(path, O_WRONLY);
	ok(again >= 0, "even for writing");
	is(write(again, "r", 1), 1, "  so that");
	is(read(p[0], &c, 1), 1, "  bytes come again");
	close(again);
	close(p[0]);
}

int main(void)
{
	test_make();
	test_nonblock();
	test_read_write();
	test_waiting();
	test_signal();
	test_size();
	test_packets();
	test_by_descriptor();
	is(sys(SYS_unlink, name), 0, "unlink");
	return done();
}
