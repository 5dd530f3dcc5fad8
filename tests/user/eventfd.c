/* eventfd: counting, as a semaphore, overflow, waiting, poll. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include "tests/user/probe.h"

#define SEMAPHORE 1

static uint64_t value;

static long get(int fd)
{
	value = 0;
	return sys(SYS_read, fd, &value, 8);
}

static long put(int fd, uint64_t n)
{
	return sys(SYS_write, fd, &n, 8);
}

static int poll_of(int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };

	poll(&p, 1, 0);
	return p.revents;
}

static void test_counting(void)
{
	char big[16];
	int fd = sys(SYS_eventfd2, 3, O_NONBLOCK | O_CLOEXEC);

	ok(fd >= 0, "eventfd2");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "CLOEXEC");
	is(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_RDWR, "F_GETFL");
	is(poll_of(fd), POLLIN | POLLOUT, "3 is something to read");
	is(get(fd), 8, "read");
	is(value, 3, "  takes it all");
	is(get(fd), -EAGAIN, "0 would block");
	is(poll_of(fd), POLLOUT, "  and poll says so");
	put(fd, 5);
	put(fd, 7);
	is(sys(SYS_read, fd, big, 16), 8, "a bigger buffer gets 8 bytes");
	is(*(uint64_t *)big, 12, "  the sum");
	is(sys(SYS_read, fd, big, 7), -EINVAL, "a smaller one none");
	is(sys(SYS_write, fd, big, 7), -EINVAL, "  nor gives any");
	is(put(fd, ~0ull), -EINVAL, "2^64 - 1 cannot be added");
	is(put(fd, ~0ull - 1), 8, "2^64 - 2 can");
	is(poll_of(fd), POLLIN, "  then it is full");
	is(put(fd, 1), -EAGAIN, "  and 1 more would block");
	is(put(fd, 0), 8, "  but 0 more is nothing");
	is(get(fd), 8, "read");
	is(value == ~0ull - 1, 1, "  gives it back");
	is(sys(SYS_write, fd, 8, 8), -EFAULT, "a bad address");
	put(fd, 1);
	is(sys(SYS_read, fd, 8, 8), -EFAULT, "  to read to");
	is(sys(SYS_lseek, fd, 0, 0) <= 0, 1, "no seeking");
	close(fd);
	is(sys(SYS_eventfd2, 0, 2), -EINVAL, "unknown flag");
	fd = sys(SYS_eventfd, 9);
	is(get(fd), 8, "eventfd");
	is(value, 9, "  counts from its argument");
	close(fd);
}

static void test_semaphore(void)
{
	int fd = sys(SYS_eventfd2, 2, SEMAPHORE | O_NONBLOCK);

	is(get(fd), 8, "a semaphore of 2");
	is(value, 1, "  gives 1");
	is(get(fd), 8, "  and once more");
	is(value, 1, "  1");
	is(get(fd), -EAGAIN, "then none");
	close(fd);
}

static void test_waiting(void)
{
	int fd = sys(SYS_eventfd2, 0, 0), status;
	pid_t pid = fork();

	if (!pid)
		_exit(put(fd, 6) != 8);
	is(get(fd), 8, "read waits for a write");
	is(value, 6, "  and takes it");
	waitpid(pid, &status, 0);
	is(status, 0, "  which went well");
	put(fd, ~0ull - 1);
	pid = fork();
	if (!pid)
		_exit(get(fd) != 8);
	is(put(fd, 4), 8, "write waits for room");
	waitpid(pid, &status, 0);
	is(status, 0, "  that a read makes");
	get(fd);
	is(value, 4, "  and counts");
	close(fd);
}

int main(void)
{
	test_counting();
	test_semaphore();
	test_waiting();
	return done();
}
