/* wait4, exit and vfork: status words, options, who may be waited for, orphans, a job stopped. */
#include <errno.h>
#include <time.h>
#include "tests/user/probe.h"

static int leave(void *code)
{
	return (int)(long)code;
}

static void pause_ms(int ms)
{
	struct timespec ts = { 0, ms * 1000000L };

	nanosleep(&ts, NULL);
}

static void test_status(void)
{
	static const int codes[] = { 0, 1, 42, 255 };
	int i, status;
	pid_t pid;

	for (i = 0; i < 4; i++)
		is(in_child(leave, (void *)(long)codes[i]), codes[i] << 8, "exit(%d)", codes[i]);
	is(in_child(leave, (void *)0x1234L), 0x3400, "exit(0x1234): the low byte counts");
	pid = fork();
	if (pid == 0)
		sys(SYS_exit, 7);
	is(sys(SYS_wait4, pid, &status, 0, 0), pid, "wait4 gives the pid");
	is(status, 7 << 8, "exit, the old call");
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	is(status, SIGKILL, "killed");
}

/* clone(2) does not ask whether the number by which the child will announce its end is a signal. */
static void test_exit_signal(void)
{
	int number, status;
	pid_t pid;

	for (number = 65; number < 256; number += 5) {
		pid = sys(SYS_clone, number, 0, 0, 0, 0);
		if (pid == 0)
			sys(SYS_exit, 0);
		if (waitpid(pid, &status, __WALL) != pid)
			break;
	}
	ok(number >= 256, "no signal has a number from 65 to 255, but a child may name one");
}

static void test_errors(void)
{
	int status = 0;
	pid_t pid;

	is(sys(SYS_wait4, -1, &status, 0, 0), -ECHILD, "no children");
	is(sys(SYS_wait4, getpid(), &status, 0, 0), -ECHILD, "not a child");
	is(sys(SYS_wait4, -1, &status, 0x100, 0), -EINVAL, "unknown option");
	pid = fork();
	if (pid == 0)
		_exit(5);
	is(sys(SYS_wait4, pid, 8, 0, 0), -EFAULT, "bad status pointer");
	is(sys(SYS_wait4, pid, &status, 0, 0), -ECHILD, "  and the child is gone all the same");
	pid = fork();
	if (pid == 0)
		_exit(6);
	is(sys(SYS_waitpid, pid, 0, 0), pid, "waitpid without a status pointer");
}

static void test_nohang(void)
{
	int gate[2], status = 77, tries = 0;
	pid_t pid, got;
	char c;

	pipe(gate);
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		_exit((int)read(gate[0], &c, 1));
	}
	is(sys(SYS_wait4, pid, &status, WNOHANG, 0), 0, "WNOHANG while it runs");
	is(status, 77, "  leaves the status alone");
	close(gate[1]);
	while ((got = waitpid(pid, &status, WNOHANG)) == 0 && tries++ < 1000)
		pause_ms(1);
	is(got, pid, "WNOHANG after it ended");
	is(sys(SYS_wait4, pid, &status, WNOHANG, 0), -ECHILD, "a child is reaped once");
	close(gate[0]);
}

static void test_any(void)
{
	int i, status, sum = 0, codes = 0;
	pid_t pids[5], got;

	for (i = 0; i < 5; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(i + 1);
		sum += pids[i];
	}
	for (i = 0; i < 5; i++) {
		got = wait(&status);
		sum -= got;
		codes += WEXITSTATUS(status);
	}
	ok(sum == 0 && codes == 15, "five children, each reaped once by wait");
	pids[0] = fork();
	if (pids[0] == 0)
		_exit(1);
	pids[1] = fork();
	if (pids[1] == 0)
		_exit(2);
	is(waitpid(pids[1], &status, 0), pids[1], "one of two is waited for by pid");
	is(WEXITSTATUS(status), 2, "  and it is the right one");
	is(waitpid(0, &status, 0), pids[0], "pid 0: any child of this process group");
}

static void test_orphan(void)
{
	int fds[2];
	pid_t before[2], pid;

	pipe(fds);
	pid = fork();
	if (pid == 0) {
		if (fork() == 0) {
			before[0] = getppid();
			while (getppid() == before[0])
				pause_ms(1);
			before[1] = getppid();
			_exit(write(fds[1], before, sizeof(before)) != sizeof(before));
		}
		pause_ms(5);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	read(fds[0], before, sizeof(before));
	ok(before[0] == pid && before[1] != pid, "an orphan gets another parent");
	is(sys(SYS_wait4, -1, 0, 0, 0), -ECHILD, "which is not its grandparent");
	close(fds[0]);
	close(fds[1]);
}

static void test_sigchld(void)
{
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid == 0)
		_exit(0);
	is(sys(SYS_wait4, pid, 0, 0, 0), -ECHILD,
	   "with SIGCHLD ignored no child is left to wait for");
	signal(SIGCHLD, SIG_DFL);
}

static void test_vfork(void)
{
	static volatile int shared_word;
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		shared_word = 42;
		_exit(9);
	}
	is(shared_word, 42, "a vfork child runs first and in the parent's memory");
	is(waitpid(pid, &status, 0), pid, "it is waited for like any other");
	is(status, 9 << 8, "  with its status");
}

static void test_stop(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		usleep(300000); /* the parent is to see it go on before it ends */
		_exit(4);
	}
	is(waitpid(pid, &status, WUNTRACED), pid, "WUNTRACED tells of a stopped child");
	is(status, SIGSTOP << 8 | 0x7f, "  with the signal");
	is(waitpid(pid, &status, WNOHANG | WUNTRACED), 0, "  once");
	kill(pid, SIGCONT);
	is(waitpid(pid, &status, WCONTINUED), pid, "WCONTINUED tells of its going on");
	is(status, 0xffff, "  with 0xffff");
	waitpid(pid, &status, 0);
	is(status, 4 << 8, "then it ends");
	pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		usleep(300000); /* the parent is to see it go on before it ends */
		_exit(4);
	}
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	is(status, SIGKILL, "SIGKILL ends a stopped child");
}

int main(void)
{
	test_errors();
	test_status();
	test_exit_signal();
	test_nohang();
	test_any();
	test_orphan();
	test_sigchld();
	test_vfork();
	test_stop();
	return done();
}
