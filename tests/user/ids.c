/* Who a process is: pids, groups, sessions, users; uname, times, sysinfo; calls that do not exist. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include "tests/user/probe.h"

static void test_pids(void)
{
	int status;
	pid_t pid;

	ok(sys(SYS_getpid) > 0, "getpid");
	is(sys(SYS_gettid), sys(SYS_getpid), "gettid of a process with one thread");
	ok(sys(SYS_getppid) >= 0, "getppid");
	pid = fork();
	if (pid == 0) {
		pid_t me = getpid();
		int bad = setsid() != me || getpgrp() != me || getsid(0) != me;

		_exit(bad || setsid() != -1 || errno != EPERM);
	}
	waitpid(pid, &status, 0);
	is(status, 0, "setsid makes a session and a group, once");
}

static void test_groups(void)
{
	int gate[2], status;
	char c;
	pid_t pid;

	pipe(gate);
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		_exit((int)read(gate[0], &c, 1));
	}
	is(sys(SYS_getpgid, pid), getpgrp(), "a child is in its parent's group");
	is(sys(SYS_setpgid, pid, pid), 0, "setpgid");
	is(sys(SYS_getpgid, pid), pid, "  puts it into its own");
	is(sys(SYS_setpgid, pid, -1), -EINVAL, "a negative group");
	is(sys(SYS_setpgid, 0x3fffffff, 0), -ESRCH, "no such process");
	is(sys(SYS_getpgid, 0x3fffffff), -ESRCH, "getpgid of no such process");
	is(sys(SYS_kill, -pid, SIGTERM), 0, "kill of a group");
	waitpid(pid, &status, 0);
	ok(dies(status, SIGTERM), "  reaches it");
	is(sys(SYS_kill, -pid, SIGTERM), -ESRCH, "a group that is gone");
	close(gate[0]);
	close(gate[1]);
}

static void test_users(void)
{
	long uid = sys(SYS_getuid32), gid = sys(SYS_getgid32);

	is(sys(SYS_geteuid32), uid, "real and effective user agree");
	is(sys(SYS_getegid32), gid, "real and effective group agree");
	is(sys(SYS_setuid32, uid), 0, "setuid to oneself");
	is(sys(SYS_setgid32, gid), 0, "setgid to oneself");
	ok(sys(SYS_getgroups32, 0, 0) >= 0, "getgroups");
}

static void test_names(void)
{
	struct utsname u;
	struct sysinfo si;
	struct tms t;
	struct rlimit lim;

	is(sys(SYS_uname, &u), 0, "uname");
	ok(u.sysname[0] && u.release[0] >= '2' && u.machine[0], "%s %s %s", u.sysname, u.release,
	   u.machine);
	is(sysinfo(&si), 0, "sysinfo");
	ok(si.totalram > 0 && si.freeram <= si.totalram && si.mem_unit > 0 && si.procs > 0,
	   "  has memory and processes");
	ok(times(&t) != -1 && t.tms_utime >= 0, "times");
	is(getrlimit(RLIMIT_STACK, &lim), 0, "getrlimit");
	ok(lim.rlim_cur >= 1 << 20, "  a stack of 1 MiB at the least");
	is(sys(SYS_ugetrlimit, 99, &lim), -EINVAL, "no such limit");
	ok(sys(SYS_sched_yield) == 0, "sched_yield");
}

static void test_unset(void)
{
	static const long numbers[] = { 17, 31, 35, 222, 223, 251, 285, 1000, 0x7fffffff, -1, -38 };
	unsigned int i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		is(sys(numbers[i]), -ENOSYS, "call number %ld", numbers[i]);
	is(sys(511), -ENOSYS, "call number 511");
	is(sys(SYS_getpid), getpid(), "and the next call works");
}

int main(void)
{
	test_pids();
	test_groups();
	test_users();
	test_names();
	test_unset();
	return done();
}
