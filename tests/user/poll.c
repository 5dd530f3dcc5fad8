/* poll: readiness, timeouts, errors, and a sleeper that is woken. Pipes have their own in pipes.c. */
#include <errno.h>
#include <poll.h>
#include <sys/select.h>
#include <time.h>
#include "tests/user/probe.h"

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static long poll_(struct pollfd *fds, unsigned int n, int ms)
{
	return sys(SYS_poll, fds, n, ms);
}

static void test_ready(void)
{
	struct pollfd p[3] = { { open("/dev/null", O_RDWR), POLLIN | POLLOUT, 0 },
			       { temp_file(1), POLLIN | POLLOUT, 99 },
			       { -1, POLLIN, 77 } };

	is(poll_(p, 3, 0), 2, "a device and a file are always ready");
	is(p[0].revents, POLLIN | POLLOUT, "/dev/null for both");
	is(p[1].revents, POLLIN | POLLOUT, "a file for both");
	is(p[2].revents, 0, "a negative descriptor is skipped");
	close(p[1].fd);
	p[1].revents = 0;
	is(poll_(p + 1, 1, 0), 1, "a closed descriptor counts");
	is(p[1].revents, POLLNVAL, "  as POLLNVAL");
	close(p[0].fd);
}

static void test_timeout(void)
{
	struct pollfd p;
	int fds[2];
	long start;

	pipe(fds);
	p = (struct pollfd){ fds[0], POLLIN, 0 };
	is(poll_(&p, 1, 0), 0, "timeout 0 returns at once");
	start = now_ms();
	is(poll_(&p, 1, 30), 0, "a timeout of 30 ms");
	ok(now_ms() - start >= 29, "  lasts that long");
	start = now_ms();
	is(poll_(NULL, 0, 20), 0, "no descriptors: a sleep");
	ok(now_ms() - start >= 19, "  that lasts");
	is(poll_((struct pollfd *)8, 1, 0), -EFAULT, "bad pointer");
	is(poll_(&p, 0x7fffffff, 0), -EINVAL, "more descriptors than there can be");
	close(fds[0]);
	close(fds[1]);
}

static void test_wake(void)
{
	struct timespec moment = { 0, 10 * 1000 * 1000 };
	struct pollfd p;
	int fds[2];
	pid_t pid;
	char c;

	pipe(fds);
	p = (struct pollfd){ fds[0], POLLIN, 0 };
	pid = fork();
	if (pid == 0) {
		nanosleep(&moment, NULL);
		_exit(write(fds[1], "x", 1) != 1);
	}
	is(poll_(&p, 1, 5000), 1, "a write wakes poll");
	is(p.revents, POLLIN, "  with POLLIN");
	waitpid(pid, NULL, 0);
	read(fds[0], &c, 1);
	pid = fork();
	if (pid == 0) {
		nanosleep(&moment, NULL);
		_exit(0);
	}
	close(fds[1]);
	is(poll_(&p, 1, -1), 1, "the last writer's exit wakes poll");
	is(p.revents, POLLHUP, "  with POLLHUP");
	waitpid(pid, NULL, 0);
	close(fds[0]);
}

static void nothing(int sig)
{
	(void)sig;
}

static void test_signal(void)
{
	struct sigaction sa = { .sa_handler = nothing, .sa_flags = SA_RESTART };
	struct timespec moment = { 0, 10 * 1000 * 1000 };
	pid_t parent = getpid(), pid;

	sigaction(SIGUSR1, &sa, NULL);
	pid = fork();
	if (pid == 0) {
		nanosleep(&moment, NULL);
		_exit(kill(parent, SIGUSR1));
	}
	is(poll_(NULL, 0, 5000), -EINTR, "a signal interrupts poll, SA_RESTART or not");
	waitpid(pid, NULL, 0);
	signal(SIGUSR1, SIG_DFL);
}

static volatile sig_atomic_t caught;

static void catch (int sig)
{
	caught = sig;
}

/* select: the same readiness in bit sets, and a mask that lasts as long as the call. */
static void test_select(void)
{
	struct timespec none = { 0, 0 };
	sigset_t usr1, both, now;
	fd_set in, out;
	int p[2];

	pipe(p);
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(p[0], &in);
	FD_SET(p[1], &out);
	is(pselect(p[1] + 1, &in, &out, NULL, &none, NULL), 1, "select: an empty pipe takes");
	ok(!FD_ISSET(p[0], &in) && FD_ISSET(p[1], &out), "  but gives nothing");
	write(p[1], "x", 1);
	FD_SET(p[0], &in);
	is(pselect(p[1] + 1, &in, &out, NULL, &none, NULL), 2, "  until something is in it");
	close(p[1]);
	FD_SET(p[1], &in);
	ok(pselect(p[1] + 1, &in, NULL, NULL, &none, NULL) == -1 && errno == EBADF,
	   "select: a closed descriptor");

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	both = usr1;
	sigaddset(&both, SIGUSR2);
	signal(SIGALRM, catch);
	sigprocmask(SIG_SETMASK, &usr1, NULL);
	is(pselect(0, NULL, NULL, NULL, &none, &both), 0, "pselect: with a mask of its own");
	sigprocmask(SIG_SETMASK, &both, NULL);
	raise(SIGALRM);
	sigprocmask(SIG_SETMASK, NULL, &now);
	is(caught, SIGALRM, "a signal after it");
	ok(sigismember(&now, SIGUSR1) && sigismember(&now, SIGUSR2),
	   "does not bring the old mask back");
	sigemptyset(&now);
	sigprocmask(SIG_SETMASK, &now, NULL);
	close(p[0]);
}

int main(void)
{
	test_select();
	test_ready();
	test_timeout();
	test_wake();
	test_signal();
	return done();
}
