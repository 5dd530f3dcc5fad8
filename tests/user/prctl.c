/* prctl, personality, thread areas, ids and limits. */
#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "tests/user/probe.h"

/* asm/ldt.h */
struct user_desc {
	unsigned entry_number, base_addr, limit;
	unsigned seg_32bit : 1, contents : 2, read_exec_only : 1, limit_in_pages : 1,
		seg_not_present : 1, useable : 1;
};

static void test_simple(void)
{
	char name[16] = "";
	int value = 77;

	is(sys(SYS_prctl, PR_SET_NAME, "a name that is too long"), 0, "PR_SET_NAME");
	is(sys(SYS_prctl, PR_GET_NAME, name), 0, "PR_GET_NAME");
	ok(!strcmp(name, "a name that is "), "  fifteen characters are kept");
	is(sys(SYS_prctl, PR_SET_NAME, 4096), -EFAULT, "no name there");
	is(sys(SYS_prctl, PR_SET_PDEATHSIG, 65), -EINVAL, "no such signal");
	is(sys(SYS_prctl, PR_SET_PDEATHSIG, SIGUSR1), 0, "PR_SET_PDEATHSIG");
	is(sys(SYS_prctl, PR_GET_PDEATHSIG, &value), 0, "PR_GET_PDEATHSIG");
	is(value, SIGUSR1, "  tells it");
	sys(SYS_prctl, PR_SET_PDEATHSIG, 0);
	is(sys(SYS_prctl, PR_GET_DUMPABLE), 1, "PR_GET_DUMPABLE");
	is(sys(SYS_prctl, PR_SET_DUMPABLE, 2), -EINVAL, "2 is not for programs");
	is(sys(SYS_prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), -EINVAL, "PR_SET_NO_NEW_PRIVS to 0");
	is(sys(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0), -EINVAL, "with a third argument");
	is(sys(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0, "to 1");
	is(sys(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1, "  is kept");
	is(sys(SYS_prctl, PR_CAPBSET_READ, 1000), -EINVAL, "no such capability");
	is(sys(SYS_prctl, 123456), -EINVAL, "no such option");
}

/* An orphan's child goes to the nearest ancestor that asked for it. */
static int subreaper(void *unused)
{
	int value = 77, status, sync[2];
	pid_t pid, orphan = 0;

	(void)unused;
	if (sys(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1) ||
	    sys(SYS_prctl, PR_GET_CHILD_SUBREAPER, &value) || value != 1)
		return 1;
	pipe(sync);
	pid = fork();
	if (!pid) {
		orphan = fork();
		if (!orphan) {
			sys(SYS_prctl, PR_GET_CHILD_SUBREAPER, &value);
			while (getppid() != getpgrp()) /* set below */
				sched_yield();
			_exit(value == 0 ? 55 : 56);
		}
		write(sync[1], &orphan, sizeof(orphan));
		_exit(0);
	}
	read(sync[0], &orphan, sizeof(orphan));
	waitpid(pid, &status, 0);
	if (waitpid(orphan, &status, 0) != orphan)
		return 2;
	return WEXITSTATUS(status);
}

static int reap(void *unused)
{
	setpgid(0, 0);
	return subreaper(unused);
}

static int told_of_death(void *unused)
{
	int status, sync[2];
	pid_t pid, child;
	char c;

	(void)unused;
	sys(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
	pipe(sync);
	pid = fork();
	if (!pid) {
		child = fork();
		if (!child) {
			sys(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
			write(sync[1], "", 1);
			for (;;)
				pause();
		}
		for (;;)
			pause();
	}
	read(sync[0], &c, 1);
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	wait(&status);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 99;
}

static void test_personality(void)
{
	long was = sys(SYS_personality, 0xffffffff);

	is(sys(SYS_personality, was | 0x0040000), was, "personality tells what it was");
	is(sys(SYS_personality, 0xffffffff), was | 0x0040000, "  and is kept");
	sys(SYS_personality, was);
}

static void test_thread_area(void)
{
	struct user_desc set = { .entry_number = -1,
				 .base_addr = 0x12345678,
				 .limit = 0xabcde,
				 .seg_32bit = 1,
				 .limit_in_pages = 1,
				 .useable = 1 },
			 get;

	is(sys(SYS_set_thread_area, &set), 0, "a new thread area");
	ok((int)set.entry_number > 0, "  has a number");
	memset(&get, 0, sizeof(get));
	get.entry_number = set.entry_number;
	is(sys(SYS_get_thread_area, &get), 0, "  and is told");
	ok(get.base_addr == set.base_addr && get.limit == set.limit, "  with base and limit");
	ok(get.seg_32bit && get.limit_in_pages && get.useable && !get.read_exec_only &&
		   !get.seg_not_present && !get.contents,
	   "  and flags");
	get.entry_number = 100;
	is(sys(SYS_get_thread_area, &get), -EINVAL, "no such entry");
	is(sys(SYS_get_thread_area, 4096), -EFAULT, "no description there");
	set = (struct user_desc){ .entry_number = set.entry_number,
				  .read_exec_only = 1,
				  .seg_not_present = 1 };
	is(sys(SYS_set_thread_area, &set), 0, "an area given up");
	get.entry_number = set.entry_number;
	sys(SYS_get_thread_area, &get);
	ok(!get.base_addr && !get.limit && get.read_exec_only && get.seg_not_present,
	   "  is told as empty");
}

static void test_ids(void)
{
	unsigned r = 7, e = 7, s = 7;

	is(sys(SYS_getresuid32, &r, &e, &s), 0, "getresuid");
	is(sys(SYS_setresuid32, r, -1, s), 0, "setresuid");
	is(sys(SYS_getresgid32, &r, &e, 4096), -EFAULT, "nowhere to tell");
	is(sys(SYS_setreuid32, -1, e), 0, "setreuid");
	is(sys(SYS_setregid32, -1, -1), 0, "setregid");
	is(sys(SYS_setuid32, -1), -EINVAL, "setuid to -1");
	is(sys(SYS_setgroups32, 100000, &r), -EINVAL, "too many groups");
}

static void test_limits(void)
{
	unsigned long old[2] = { 7, 7 };
	struct rlimit lim;

	is(sys(SYS_getrlimit, RLIMIT_CORE, old), 0, "the oldest getrlimit");
	getrlimit(RLIMIT_AS, &lim);
	sys(SYS_getrlimit, RLIMIT_AS, old);
	ok(lim.rlim_cur != RLIM_INFINITY || old[0] == 0x7fffffff, "  has another infinity");
	is(sys(SYS_getrlimit, 99, old), -EINVAL, "no such limit");
	is(sys(SYS_getrlimit, 0, 4096), -EFAULT, "nowhere to tell");
}

int main(void)
{
	test_simple();
	is(in_child(reap, NULL), 55 << 8, "an orphan goes to the subreaper");
	is(in_child(told_of_death, NULL), SIGKILL << 8, "a child is told of its parent's end");
	test_personality();
	test_thread_area();
	test_ids();
	test_limits();
	return done();
}
