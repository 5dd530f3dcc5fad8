/* Processes that mostly sleep, but together want more than the processor has, do not keep one that computes from it. */
#include <time.h>
#include "tests/user/probe.h"

#define SLEEPERS 32

static long long cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void compute(long long ns)
{
	long long end = cpu_time() + ns;

	while (cpu_time() < end)
		;
}

/* As little as the clock can tell, then a pause. */
static void sleeper(void)
{
	for (;;) {
		compute(1);
		usleep(30000);
	}
}

int main(void)
{
	pid_t pid[SLEEPERS], computing;
	int i, status = -1;

	for (i = 0; i < SLEEPERS; i++)
		if (!(pid[i] = fork()))
			sleeper();
	computing = fork();
	if (!computing) {
		compute(60000000);
		_exit(7);
	}
	is(waitpid(computing, &status, 0), computing, "who computes comes to an end");
	is(status, 7 << 8, "  beside %d who sleep and wake", SLEEPERS);
	for (i = 0; i < SLEEPERS; i++)
		kill(pid[i], SIGKILL);
	for (i = 0; i < SLEEPERS; i++)
		status = waitpid(pid[i], NULL, 0) == pid[i] ? status : -1;
	is(status, 7 << 8, "  all of whom are gone");
	return done();
}
