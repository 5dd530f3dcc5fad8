/* waitid: what it tells, and what it leaves to be told again. getrusage and times beside it. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/times.h>
#include "tests/user/probe.h"

static pid_t child(int status, int sig)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (sig)
		kill(getpid(), sig);
	_exit(status);
}

static long wait_for(int which, pid_t who, siginfo_t *si, int options)
{
	memset(si, 0x5a, sizeof(*si));
	return sys(SYS_waitid, which, who, si, options, 0);
}

static void test_ends(void)
{
	siginfo_t si;
	pid_t pid = child(7, 0);

	is(wait_for(P_PID, pid, &si, WEXITED | WNOWAIT), 0, "look at a child that ended");
	ok(si.si_signo == SIGCHLD && si.si_errno == 0 && si.si_code == CLD_EXITED &&
		   si.si_pid == pid && si.si_status == 7,
	   "  all is told");
	is(wait_for(P_ALL, 0, &si, WEXITED), 0, "it is there still");
	is(si.si_pid, pid, "  the same");
	is(wait_for(P_ALL, 0, &si, WEXITED), -ECHILD, "now it is gone");
	pid = child(0, SIGKILL);
	is(wait_for(P_PGID, getpgrp(), &si, WEXITED), 0, "one of a group");
	ok(si.si_code == CLD_KILLED && si.si_status == SIGKILL && si.si_pid == pid, "  killed");
	child(9, 0);
	is(wait_for(P_PGID, 0, &si, WEXITED), 0, "group 0 is ours");
}

static void test_stops(void)
{
	siginfo_t si;
	pid_t pid = fork();

	if (!pid) {
		raise(SIGSTOP);
		for (;;)
			pause();
	}

	is(wait_for(P_PID, pid, &si, WSTOPPED), 0, "a child that stopped");
	ok(si.si_code == CLD_STOPPED && si.si_status == SIGSTOP && si.si_pid == pid, "  is told");
	is(wait_for(P_PID, pid, &si, WEXITED | WNOHANG), 0, "it has not ended");
	ok(si.si_pid == 0 && si.si_signo == 0, "  nothing is told");
	kill(pid, SIGCONT);
	is(wait_for(P_PID, pid, &si, WCONTINUED), 0, "it goes on");
	ok(si.si_code == CLD_CONTINUED && si.si_status == SIGCONT, "  which is told");
	kill(pid, SIGTERM);
	is(wait_for(P_PID, pid, &si, WEXITED), 0, "and ends");
	is(si.si_code, CLD_KILLED, "  which is told");
	pid = child(0, 0);
	is(wait_for(P_PID, pid, &si, WSTOPPED), -ECHILD, "who ends will not stop any more");
	wait_for(P_PID, pid, &si, WEXITED);
}

static void test_errors(void)
{
	siginfo_t si;
	pid_t pid = child(0, 0);

	is(wait_for(P_ALL, 0, &si, 0), -EINVAL, "nothing to wait for");
	is(wait_for(P_ALL, 0, &si, WNOHANG), -EINVAL, "only how");
	is(wait_for(P_ALL, 0, &si, WEXITED | 0x100), -EINVAL, "an unknown option");
	is(wait_for(17, 0, &si, WEXITED), -EINVAL, "an unknown kind of whom");
	is(wait_for(P_PID, 0, &si, WEXITED), -EINVAL, "process 0");
	is(wait_for(P_PID, -1, &si, WEXITED), -EINVAL, "process -1");
	is(wait_for(P_PGID, -1, &si, WEXITED), -EINVAL, "group -1");
	is(wait_for(P_PID, getpid(), &si, WEXITED), -ECHILD, "not a child");
	is(sys(SYS_waitid, P_PID, pid, 4096, WEXITED, 0), -EFAULT, "nowhere to tell");
	is(wait_for(P_PID, pid, &si, WEXITED), -ECHILD, "  the child is gone all the same");
	child(0, 0);
	is(sys(SYS_waitid, P_ALL, 0, 0, WEXITED, 0), 0, "it need not be told");
}

static volatile unsigned long spun;

static void burn(void)
{
	struct rusage ru;

	do {
		for (int i = 0; i < 100000; i++)
			spun++;
		getrusage(RUSAGE_SELF, &ru);
	} while (!ru.ru_utime.tv_sec && ru.ru_utime.tv_usec < 30000);
}

static void test_usage(void)
{
	struct rusage self, children, of_child, thread;
	struct tms t;
	int status;
	pid_t pid = fork();

	if (!pid) {
		char *p = mmap(NULL, 1000 * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; i < 1000; i++)
			p[i * PAGE] = 1;
		burn();
		_exit(0);
	}
	is(wait4(pid, &status, 0, &of_child), pid, "wait4 with its use");
	ok(of_child.ru_utime.tv_usec >= 30000 || of_child.ru_utime.tv_sec, "  time in user mode");
	ok(of_child.ru_minflt >= 1000, "  page faults");
	ok(of_child.ru_maxrss >= 3000, "  memory");
	is(getrusage(RUSAGE_CHILDREN, &children), 0, "of all children");
	ok(children.ru_utime.tv_usec >= 30000 || children.ru_utime.tv_sec, "  as much at least");
	ok(children.ru_minflt >= of_child.ru_minflt && children.ru_maxrss >= 3000, "  of all");
	burn();
	is(getrusage(RUSAGE_SELF, &self), 0, "our own");
	is(getrusage(RUSAGE_THREAD, &thread), 0, "of the only thread");
	ok(thread.ru_utime.tv_usec <= self.ru_utime.tv_usec + 100000 && self.ru_maxrss > 0 &&
		   self.ru_minflt > 0,
	   "  agree");
	ok(times(&t) > 0 && t.tms_utime >= 2 && t.tms_cutime >= 2, "times in hundredths");
	is(sys(SYS_getrusage, 2, &self), -EINVAL, "of nobody");
	is(sys(SYS_getrusage, 0, 4096), -EFAULT, "nowhere to tell");
	is(sys(SYS_times, 4096), -EFAULT, "times neither");
}

int main(void)
{
	test_ends();
	test_stops();
	test_errors();
	test_usage();
	return done();
}
