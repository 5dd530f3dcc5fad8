/* Calls with a limit in time, stopped and continued: they go on to their first end. A call that began anew would take all
 * of its time once more. */
#include <errno.h>
#include <poll.h>
#include <time.h>
#include "tests/user/probe.h"

#define LIMIT_MS 1000
#define CALLS    5

static int word;

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static long nanosleeps(void)
{
	int time[2] = { LIMIT_MS / 1000, LIMIT_MS % 1000 * 1000000 };

	return sys(SYS_nanosleep, time, NULL);
}

static long polls(void)
{
	return sys(SYS_poll, NULL, 0, LIMIT_MS);
}

static long polls_a_pipe(void)
{
	int ends[2];
	struct pollfd fd;

	pipe(ends);
	fd = (struct pollfd){ ends[0], POLLIN, 0 };
	return sys(SYS_poll, &fd, 1, LIMIT_MS);
}

static long futex_waits(void)
{
	int time[2] = { LIMIT_MS / 1000, LIMIT_MS % 1000 * 1000000 };

	return sys(SYS_futex, &word, 0, 0, time);
}

static long futex_waits_until(void)
{
	struct timespec t;
	int time[2];

	clock_gettime(CLOCK_MONOTONIC, &t);
	time[0] = t.tv_sec + LIMIT_MS / 1000;
	time[1] = t.tv_nsec;
	return sys(SYS_futex, &word, 9 | 128, 0, time, 0, -1);
}

static const struct {
	const char *name;
	long (*call)(void);
	long result;
} calls[CALLS] = {
	{ "nanosleep", nanosleeps, 0 },
	{ "poll", polls, 0 },
	{ "poll of a pipe", polls_a_pipe, 0 },
	{ "FUTEX_WAIT", futex_waits, -ETIMEDOUT },
	{ "FUTEX_WAIT_BITSET", futex_waits_until, -ETIMEDOUT },
};

static struct shared {
	volatile long long ended;
	volatile long result;
} * shared;

static char state_of(pid_t pid)
{
	char path[64], line[256], *state;
	int fd, n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n > 0 ? n : 0] = 0;
	state = strrchr(line, ')');
	return state ? state[2] : '?';
}

int main(void)
{
	struct timespec pause = { LIMIT_MS / 1000, 100000000 };
	pid_t pid[CALLS];
	long long continued;
	int i, status;

	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < CALLS; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			shared[i].result = calls[i].call();
			shared[i].ended = now_ms();
			_exit(0);
		}
	}
	for (i = 0; i < CALLS; i++) {
		while (state_of(pid[i]) != 'S')
			sched_yield();
		kill(pid[i], SIGSTOP);
		waitpid(pid[i], &status, WUNTRACED);
	}
	nanosleep(&pause, NULL);
	continued = now_ms();
	for (i = 0; i < CALLS; i++)
		kill(pid[i], SIGCONT);
	for (i = 0; i < CALLS; i++) {
		waitpid(pid[i], &status, 0);
		is(shared[i].result, calls[i].result, "%s after a stop: its time is over",
		   calls[i].name);
		ok(shared[i].ended - continued < LIMIT_MS, "  at once");
	}
	is(sys(SYS_restart_syscall), -EINTR, "with nothing to go on with, nothing is done");
	return done();
}
