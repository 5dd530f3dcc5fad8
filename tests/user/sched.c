/* Scheduling policies, priorities, processors. */
#include <errno.h>
#include <sys/resource.h>
#include "tests/user/probe.h"

#define SYS_membarrier 375

static void test_policies(void)
{
	int param = 0, i;
	static const struct {
		int policy, min, max;
	} p[] = { { SCHED_OTHER, 0, 0 },
		  { SCHED_FIFO, 1, 99 },
		  { SCHED_RR, 1, 99 },
		  { SCHED_BATCH, 0, 0 },
		  { SCHED_IDLE, 0, 0 } };

	for (i = 0; i < 5; i++) {
		is(sys(SYS_sched_get_priority_min, p[i].policy), p[i].min, "lowest priority of %d",
		   p[i].policy);
		is(sys(SYS_sched_get_priority_max, p[i].policy), p[i].max, "  highest");
	}
	is(sys(SYS_sched_get_priority_max, 4), -EINVAL, "no such policy");
	is(sys(SYS_sched_getscheduler, 0), SCHED_OTHER, "the usual policy");
	is(sys(SYS_sched_setscheduler, 0, SCHED_BATCH, &param), 0, "another one");
	is(sys(SYS_sched_getscheduler, getpid()), SCHED_BATCH, "  is kept");
	is(sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), 0, "back");
	is(sys(SYS_sched_getparam, 0, &param), 0, "its priority");
	is(param, 0, "  is none");
	param = 1;
	is(sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), -EINVAL, "it may have none");
	is(sys(SYS_sched_setparam, 0, &param), -EINVAL, "  by setparam neither");
	param = 0;
	is(sys(SYS_sched_setscheduler, 0, SCHED_FIFO, &param), -EINVAL, "FIFO has to have one");
	param = 100;
	is(sys(SYS_sched_setscheduler, 0, SCHED_RR, &param), -EINVAL, "of 99 at most");
	is(sys(SYS_sched_setscheduler, 0, -1, &param), -EINVAL, "policy -1");
	is(sys(SYS_sched_setscheduler, -1, 0, &param), -EINVAL, "process -1");
	is(sys(SYS_sched_setscheduler, 0, 0, 0), -EINVAL, "no parameters");
	is(sys(SYS_sched_setscheduler, 0, 0, 4096), -EFAULT, "  there");
	is(sys(SYS_sched_getscheduler, 32767), -ESRCH, "of nobody");
	is(sys(SYS_sched_getscheduler, -1), -EINVAL, "of process -1");
	is(sys(SYS_sched_getparam, 0, 0), -EINVAL, "nowhere to tell");
	is(sys(SYS_sched_getparam, 32767, &param), -ESRCH, "of nobody");
}

/* Only the superuser may; a host may be run without. */
static void test_real_time(void)
{
	int param = 10, ts[2] = { 7, 7 }, ret = sys(SYS_sched_setscheduler, 0, SCHED_FIFO, &param);
	volatile int *shared;
	int status, before;
	pid_t pid;

	if (ret == -EPERM) {
		skip("no right to be real-time");
		return;
	}
	is(ret, 0, "SCHED_FIFO");
	is(sys(SYS_sched_getscheduler, 0), SCHED_FIFO, "  is kept");
	param = 0;
	sys(SYS_sched_getparam, 0, &param);
	is(param, 10, "  with its priority");
	is(sys(SYS_sched_rr_get_interval, 0, ts), 0, "its slice");
	ok(ts[0] == 0 && ts[1] == 0, "  has no end");
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = fork();
	if (!pid) {
		is(sys(SYS_sched_getscheduler, 0), SCHED_FIFO, "a child has its parent's policy");
		param = 0;
		sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &param);
		for (;;)
			shared[0]++;
	}
	tap_count++;
	while (!shared[0])
		usleep(1000);
	is(sched_yield(), 0, "yield to others of the priority");
	before = shared[0];
	param = 20;
	is(sys(SYS_sched_setscheduler, 0, SCHED_RR, &param), 0, "SCHED_RR");
	is(sys(SYS_sched_rr_get_interval, 0, ts), 0, "its slice");
	ok(ts[0] > 0 || ts[1] > 0, "  has an end");
	ok(shared[0] >= before, "an ordinary task waits meanwhile");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	munmap((void *)shared, PAGE);
	param = 0;
	is(sys(SYS_sched_setscheduler, 0, SCHED_OTHER, &param), 0, "back");
}

static void test_nice(void)
{
	/* The suite itself may run niced: only worse values are sure to be allowed. */
	int first = 20 - sys(SYS_getpriority, PRIO_PROCESS, 0), worse = first < 14 ? first + 5 : 19;

	ok(first >= -20 && first <= 19, "the nice value it began with");
	is(sys(SYS_setpriority, PRIO_PROCESS, 0, worse), 0, "a worse one");
	is(sys(SYS_getpriority, PRIO_PROCESS, getpid()), 20 - worse, "  is told as 20 less it");
	is(sys(SYS_setpriority, PRIO_PROCESS, 0, 99), 0, "nice 99");
	is(sys(SYS_getpriority, PRIO_PROCESS, 0), 1, "  is 19");
	is(sys(SYS_getpriority, 3, 0), -EINVAL, "of no kind");
	is(sys(SYS_getpriority, PRIO_PROCESS, 32767), -ESRCH, "of nobody");
	is(sys(SYS_setpriority, PRIO_PROCESS, 32767, 0), -ESRCH, "nobody's");
}

static void test_processors(void)
{
	unsigned long mask[32] = { 0 }, none = 0;
	unsigned cpu = 77, node = 77;
	long len = sys(SYS_sched_getaffinity, 0, sizeof(mask), mask);

	ok(len >= 4 && len <= (long)sizeof(mask) && len % 4 == 0, "the mask of processors");
	ok(mask[0] | mask[1] | mask[2] | mask[3], "  has one at least");
	is(sys(SYS_sched_setaffinity, 0, len, mask), 0, "which may be set");
	is(sys(SYS_sched_setaffinity, 0, sizeof(none), &none), -EINVAL, "to one at least");
	is(sys(SYS_sched_setaffinity, 32767, len, mask), -ESRCH, "nobody's");
	is(sys(SYS_sched_setaffinity, 0, len, 4096), -EFAULT, "no mask there");
	is(sys(SYS_sched_getaffinity, 0, 3, mask), -EINVAL, "a mask of 3 bytes");
	is(sys(SYS_sched_getaffinity, 32767, sizeof(mask), mask), -ESRCH, "of nobody");
	is(sys(SYS_sched_getaffinity, 0, sizeof(mask), 4096), -EFAULT, "nowhere to tell");
	is(sys(SYS_getcpu, &cpu, &node, 0), 0, "getcpu");
	ok(cpu < 1024 && node < 64, "  tells one of them");
	is(sys(SYS_getcpu, 0, 0, 0), 0, "  or nothing");
	is(sys(SYS_getcpu, 4096, 0, 0), -EFAULT, "nowhere to tell");
	ok(sys(SYS_membarrier, 0, 0, 0) & 1, "membarrier knows its first command");
	is(sys(SYS_membarrier, 1, 0, 0), 0, "  and does it");
	is(sys(SYS_membarrier, 1, 99, 0), -EINVAL, "unknown flags");
	is(sys(SYS_membarrier, 1 << 20, 0, 0), -EINVAL, "an unknown command");
}

int main(void)
{
	test_policies();
	test_real_time();
	test_processors();
	test_nice();
	return done();
}
