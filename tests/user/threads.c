/* Threads made by clone(2) itself: what they share, how a process with several of them ends, executes another program,
 * stops, and takes signals. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wreturn-type"
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define THREAD_FLAGS                                                                        \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
	 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#define STACK_SIZE 65536

struct thread {
	volatile int tid; /* 0: it has ended */
	char *stack;
	int (*fn)(void *);
	void *arg;
};

static void thread_start(struct thread *t, int (*fn)(void *), void *arg)
{
	if (!t->stack)
		t->stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (clone(fn, t->stack + STACK_SIZE, THREAD_FLAGS, arg, &t->tid, NULL, &t->tid) < 0)
		_exit(98);
}

static void thread_join(struct thread *t)
{
	while (t->tid)
		sys(SYS_sched_yield);
}

/* ---- what is shared ---- */

static struct ids {
	int pid, tid, ppid, pgrp, sid;
} seen;

static int look(void *unused)
{
	seen = (struct ids){ sys(SYS_getpid), sys(SYS_gettid), sys(SYS_getppid),
			     sys(SYS_getpgid, 0), sys(SYS_getsid, 0) };
	return 0;
}

static int change(void *arg)
{
	int fd = open("/dev/null", O_RDONLY);

	sys(SYS_chdir, "/");
	sys(SYS_umask, 027);
	signal(SIGUSR1, SIG_IGN);
	return *(int *)arg = fd;
}

static void test_shared(void)
{
	struct thread t = { 0 };
	struct sigaction sa;
	char cwd[100];
	int fd = -1;

	thread_start(&t, look, NULL);
	thread_join(&t);
	is(seen.pid, getpid(), "a thread has the pid of its process");
	ok(seen.tid > 0 && seen.tid != seen.pid, "and a number of its own");
	is(seen.ppid, getppid(), "its parent is the process's");
	is(seen.pgrp, getpgrp(), "its process group too");
	is(seen.sid, getsid(0), "its session too");
	is(sys(SYS_gettid), getpid(), "the first thread bears the number of the process");

	getcwd(cwd, sizeof(cwd));
	thread_start(&t, change, &fd);
	thread_join(&t);
	ok(fd >= 0 && fcntl(fd, F_GETFD) == 0, "what a thread opens is open for all");
	is(close(fd), 0, "  and any may close it");
	ok(sys(SYS_getcwd, cwd, 2) == 2, "a thread's chdir is the process's");
	is(umask(022), 027, "its umask too");
	sigaction(SIGUSR1, NULL, &sa);
	ok(sa.sa_handler == SIG_IGN, "its handlers too");
	signal(SIGUSR1, SIG_DFL);
	chdir("/tmp");
}

static void test_flags(void)
{
	is(sys(SYS_clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0), -EINVAL,
	   "no thread without the same handlers");
	is(sys(SYS_clone, CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0), -EINVAL,
	   "no same handlers without the same memory");
}

static int new_session(void *unused)
{
	return sys(SYS_setsid);
}

static int session_child(void *unused)
{
	struct thread t = { 0 };

	thread_start(&t, new_session, NULL);
	thread_join(&t);
	return getsid(0) == getpid() && getpgrp() == getpid();
}

/* ---- the end ---- */

static volatile int gate;

static int sleep_for_ever(void *unused)
{
	__sync_fetch_and_add(&gate, 1);
	for (;;)
		sys(SYS_pause);
}

static int spin_for_ever(void *unused)
{
	for (;;)
		__sync_fetch_and_add(&gate, 1);
}

static int leave_group(void *unused)
{
	sys(SYS_exit_group, 42);
	return 0;
}

static int outlive(void *arg)
{
	while (*(volatile int *)arg) /* until the leader has ended */
		sys(SYS_sched_yield);
	return 9;
}

static int fault(void *unused)
{
	probe_store((void *)(seen.pid & 8)); /* in the first page, somewhere */
	return 0;
}

/* Some threads that sleep, some that run. */
static void start_others(struct thread *t)
{
	int i;

	for (i = 0; i < 4; i++)
		thread_start(&t[i], sleep_for_ever, NULL);
	while (gate < 4)
		sys(SYS_sched_yield);
	thread_start(&t[4], spin_for_ever, NULL);
}

static int group_exit_child(void *fn)
{
	struct thread t[6] = { 0 };

	start_others(t);
	thread_start(&t[5], fn, NULL);
	for (;;)
		sys(SYS_pause);
}

static int exit_group_from_leader(void *unused)
{
	struct thread t[6] = { 0 };

	start_others(t);
	return 43; /* exit() is exit_group() */
}

static int leader_tid = 1;

/* The leader ends first: its number is cleared like any other thread's. */
static int leader_leaves_first(void *unused)
{
	struct thread t = { 0 };

	thread_start(&t, outlive, &leader_tid);
	sys(SYS_set_tid_address, &leader_tid);
	sys(SYS_exit, 5);
	return 0;
}

static void test_end(void)
{
	is(in_child(group_exit_child, leave_group), 42 << 8, "exit_group in a thread ends all");
	is(in_child(exit_group_from_leader, NULL), 43 << 8, "and in the first thread");
	is(in_child(group_exit_child, fault), SIGSEGV, "a fault in one thread ends all");
	is(in_child(leader_leaves_first, NULL), 9 << 8,
	   "a process ends with its last thread, and with that one's status");
	is(in_child(session_child, NULL), 1 << 8, "a thread's setsid is the process's");
}

static void test_kill(int sig)
{
	struct thread t[6] = { 0 };
	int status = 0, ready[2];
	pid_t pid;
	char c;

	pipe(ready);
	pid = fork();
	if (!pid) {
		start_others(t);
		write(ready[1], "", 1);
		for (;;)
			sys(SYS_pause);
	}
	read(ready[0], &c, 1);
	kill(pid, sig);
	is(waitpid(pid, &status, 0), pid, "signal %d to a process of six threads", sig);
	is(status, sig, "  ends it");
	close(ready[0]);
	close(ready[1]);
}

static int storm_step(void *arg)
{
	__sync_fetch_and_add((int *)arg, 1);
	return 0;
}

static void test_storm(void)
{
	struct thread t[16] = { 0 };
	int round, i, count = 0;

	for (round = 0; round < 10; round++) {
		for (i = 0; i < 16; i++)
			thread_start(&t[i], storm_step, &count);
		for (i = 0; i < 16; i++)
			thread_join(&t[i]);
	}
	is(count, 160, "160 threads came and went");
	for (i = 0; i < 16; i++)
		munmap(t[i].stack, STACK_SIZE);
}

/* ---- execve ---- */

static char expected_pid[16];

static int run_again(void *unused)
{
	char *argv[] = { "threads", "after-exec", expected_pid, NULL };

	execv("/proc/self/exe", argv);
	_exit(97);
}

static int exec_child(void *from_leader)
{
	struct thread t[6] = { 0 };

	snprintf(expected_pid, sizeof(expected_pid), "%d", getpid());
	start_others(t);
	if (from_leader)
		return run_again(NULL);
	thread_start(&t[5], run_again, NULL);
	for (;;)
		sys(SYS_pause);
}

/* The new program: alone, under the old number. */
static int after_exec(const char *pid)
{
	return getpid() == atoi(pid) && sys(SYS_gettid) == getpid() ? 31 : 32;
}

static void test_exec(void)
{
	is(in_child(exec_child, NULL), 31 << 8,
	   "execve in a thread: the program has the number of the process");
	is(in_child(exec_child, "leader"), 31 << 8, "execve in the first thread ends the others");
}

/* ---- signals ---- */

static volatile int handled_by[65], handled_count[65], run;

static void note(int sig)
{
	handled_by[sig] = sys(SYS_gettid);
	handled_count[sig]++;
}

static int wait_to_end(void *unused)
{
	__sync_fetch_and_add(&gate, 1);
	while (run)
		sys(SYS_sched_yield);
	return 0;
}

static void block(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sys(SYS_rt_sigprocmask, how, &set, NULL, 8);
}

static int taker(void *arg)
{
	block(SIG_UNBLOCK, SIGUSR1);
	return wait_to_end(arg);
}

static int late_taker(void *unused)
{
	__sync_fetch_and_add(&gate, 1);
	while (run == 1)
		sys(SYS_sched_yield);
	block(SIG_UNBLOCK, SIGUSR2);
	return 0;
}

static void test_signals(void)
{
	struct thread t = { 0 }, u = { 0 };
	sigset_t pending;

	signal(SIGUSR1, note);
	signal(SIGUSR2, note);
	block(SIG_BLOCK, SIGUSR1);
	block(SIG_BLOCK, SIGUSR2);
	gate = 0;
	run = 1;
	thread_start(&t, taker, NULL);
	thread_start(&u, late_taker, NULL);
	while (gate < 2)
		sys(SYS_sched_yield);
	kill(getpid(), SIGUSR1);
	while (!handled_count[SIGUSR1])
		sys(SYS_sched_yield);
	is(handled_by[SIGUSR1], t.tid, "a signal to the process goes to a thread that takes it");
	is(sys(SYS_tgkill, getpid(), t.tid, SIGUSR1), 0, "tgkill a thread");
	while (handled_count[SIGUSR1] < 2)
		sys(SYS_sched_yield);
	is(handled_by[SIGUSR1], t.tid, "  it is the one");
	is(sys(SYS_tgkill, getpid() + 1, t.tid, 0), -ESRCH, "not a thread of that process");
	is(sys(SYS_tkill, u.tid, 0), 0, "tkill with signal 0 finds a thread");

	sys(SYS_tgkill, getpid(), u.tid, SIGUSR2);
	sys(SYS_rt_sigpending, &pending, 8);
	ok(!sigismember(&pending, SIGUSR2), "what waits for another thread is not pending here");
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	sys(SYS_rt_sigpending, &pending, 8);
	ok(sigismember(&pending, SIGUSR2), "what waits for the process is");
	run = 2;
	while (handled_count[SIGUSR2] < 2)
		sys(SYS_sched_yield);
	ok(handled_by[SIGUSR2] != getpid(),
	   "a thread that unblocks takes its own and the process's");
	run = 0;
	thread_join(&t);
	thread_join(&u);
	is(handled_count[SIGUSR2], 2, "each was taken once");
	block(SIG_UNBLOCK, SIGUSR1);
	block(SIG_UNBLOCK, SIGUSR2);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

/* ---- stopping ---- */

static void test_stop(void)
{
	struct thread t[6] = { 0 };
	int status = 0, ready[2];
	pid_t pid;
	char c;

	pipe(ready);
	pid = fork();
	if (!pid) {
		start_others(t);
		write(ready[1], "", 1);
		for (;;)
			sys(SYS_pause);
	}
	read(ready[0], &c, 1);
	kill(pid, SIGSTOP);
	is(waitpid(pid, &status, WUNTRACED), pid, "SIGSTOP to a process of six threads");
	is(status, SIGSTOP << 8 | 0x7f, "  stops it");
	is(waitpid(pid, &status, WUNTRACED | WNOHANG), 0, "  which is told once");
	kill(pid, SIGCONT);
	is(waitpid(pid, &status, WCONTINUED), pid, "SIGCONT");
	is(status, 0xffff, "  lets it go on");
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGKILL);
	is(waitpid(pid, &status, 0), pid, "SIGKILL ends it as it stands still");
	is(status, SIGKILL, "  by that signal");
	close(ready[0]);
	close(ready[1]);
}

/* ---- children ---- */

static int fork_one(void *arg)
{
	pid_t pid = sys(SYS_fork);

	if (!pid)
		sys(SYS_exit_group, 77);
	*(pid_t *)arg = pid;
	return 0;
}

static void test_children(void)
{
	struct thread t = { 0 };
	pid_t pid = 0;
	int status = 0;

	thread_start(&t, fork_one, &pid);
	thread_join(&t);
	ok(pid > 0, "a thread forks and ends");
	is(waitpid(pid, &status, 0), pid, "another waits for the child");
	is(status, 77 << 8, "  and has its status");
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return after_exec(argv[2]);
	test_shared();
	test_flags();
	test_end();
	test_kill(SIGKILL);
	test_kill(SIGTERM);
	test_kill(SIGQUIT);
	test_storm();
	test_exec();
	test_signals();
	test_stop();
	test_children();
	return done();
}
