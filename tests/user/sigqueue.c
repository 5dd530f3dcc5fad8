/* Signals with values: queued in order, taken by handlers and by sigtimedwait, limited. */
#include <errno.h>
#include <sys/resource.h>
#include <time.h>
#include "tests/user/probe.h"

#define SYS_rt_sigtimedwait_time64 421
#define RT                         40

static int taken, signals[64], values[64], codes[64];

static void note(int sig, siginfo_t *si, void *context)
{
	(void)context;
	if (taken < 64) {
		signals[taken] = sig;
		values[taken] = si->si_value.sival_int;
		codes[taken] = si->si_code;
	}
	taken++;
}

static void catch (int sig)
{
	struct sigaction sa = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };

	sigfillset(&sa.sa_mask);
	sigaction(sig, &sa, NULL);
}

static void mask(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sys(SYS_rt_sigprocmask, how, &set, 0, 8);
}

static long queue(pid_t pid, int sig, int code, int value)
{
	siginfo_t si;

	memset(&si, 0, sizeof(si));
	si.si_code = code;
	si.si_pid = getpid();
	si.si_value.sival_int = value;
	return sys(SYS_rt_sigqueueinfo, pid, sig, &si);
}

static void test_order(void)
{
	int i, right = 0;

	catch (RT);
	catch (RT + 1);
	catch (SIGUSR1);
	mask(SIG_BLOCK, RT);
	mask(SIG_BLOCK, RT + 1);
	mask(SIG_BLOCK, SIGUSR1);
	for (i = 0; i < 5; i++) {
		queue(getpid(), RT + 1, SI_QUEUE, 100 + i);
		queue(getpid(), RT, SI_QUEUE, i);
		queue(getpid(), SIGUSR1, SI_QUEUE, 200 + i);
	}
	is(taken, 0, "blocked signals wait");
	mask(SIG_UNBLOCK, RT + 1);
	is(taken, 5, "a real-time signal arrives as often as it was sent");
	for (i = 0; i < 5; i++)
		right += values[i] == 100 + i && signals[i] == RT + 1 && codes[i] == SI_QUEUE;
	is(right, 5, "  in order, each with its value");
	mask(SIG_UNBLOCK, RT);
	is(taken, 10, "the others wait still");
	mask(SIG_UNBLOCK, SIGUSR1);
	is(taken, 11, "another signal waits once");
	is(values[10], 200, "  with its first value");

	taken = 0;
	mask(SIG_BLOCK, RT);
	queue(getpid(), RT, SI_QUEUE, 1);
	sys(SYS_tgkill, getpid(), getpid(), RT);
	signal(RT, SIG_IGN);
	catch (RT);
	mask(SIG_UNBLOCK, RT);
	is(taken, 0, "signals that wait are gone once they are ignored");
}

/* Of several that wait the handler of the lowest runs last: each frame lies upon the one before. */
static void test_priority(void)
{
	struct sigaction sa = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	sigaction(RT, &sa, NULL);
	sigaction(RT + 1, &sa, NULL);
	sigprocmask(SIG_SETMASK, &all, NULL);
	queue(getpid(), RT + 1, SI_QUEUE, 2);
	queue(getpid(), RT, SI_QUEUE, 1);
	taken = 0;
	sigprocmask(SIG_SETMASK, &none, NULL);
	ok(taken == 2 && values[0] == 2 && values[1] == 1, "the lowest number is taken first");
}

static void test_errors(void)
{
	is(queue(getpid(), 65, SI_QUEUE, 0), -EINVAL, "no such signal");
	is(queue(getpid(), 0, SI_QUEUE, 0), 0, "signal 0 asks whether the process is there");
	is(queue(32767, RT, SI_QUEUE, 0), -ESRCH, "no such process");
	is(queue(getppid(), 0, SI_USER, 0), -EPERM, "a claim that kill() sent it");
	is(queue(getppid(), 0, SI_TKILL, 0), -EPERM, "a claim that tkill() sent it");
	is(queue(getppid(), 0, SI_KERNEL, 0), -EPERM, "a claim that the kernel sent it");
	is(queue(getpid(), 0, SI_KERNEL, 0), 0, "  to oneself it is allowed");
	is(sys(SYS_rt_sigqueueinfo, getpid(), RT, 0), -EFAULT, "no information");
	is(sys(SYS_rt_tgsigqueueinfo, 0, getpid(), RT, &(siginfo_t){ 0 }), -EINVAL, "process 0");
	is(sys(SYS_rt_tgsigqueueinfo, getpid(), -1, RT, &(siginfo_t){ 0 }), -EINVAL, "thread -1");
	is(sys(SYS_rt_tgsigqueueinfo, 1, getpid(), RT, &(siginfo_t){ .si_code = SI_QUEUE }), -ESRCH,
	   "not a thread of that process");
	is(sys(SYS_kill, getpid(), 65), -EINVAL, "kill with no such signal");
	is(sys(SYS_kill, 32767, 65), -ESRCH, "  to no such process");
	is(sys(SYS_tkill, getpid(), 65), -EINVAL, "tkill with no such signal");
	is(sys(SYS_tkill, 0, 0), -EINVAL, "tkill thread 0");
	is(sys(SYS_kill, -32767, 0), -ESRCH, "no such group");
}

static void test_thread(void)
{
	siginfo_t si;

	memset(&si, 0, sizeof(si));
	si.si_code = SI_QUEUE;
	si.si_value.sival_int = 9;
	taken = 0;
	is(sys(SYS_rt_tgsigqueueinfo, getpid(), getpid(), RT, &si), 0, "rt_tgsigqueueinfo");
	ok(taken == 1 && values[0] == 9, "  with its value");
}

static int limited(void *unused)
{
	struct rlimit few = { 0, 0 };
	int first, n;

	(void)unused;
	mask(SIG_BLOCK, RT);
	getrlimit(RLIMIT_SIGPENDING, &few);
	if (!few.rlim_cur)
		return 1;
	few.rlim_cur = 0;
	setrlimit(RLIMIT_SIGPENDING, &few);
	for (n = 0; n < 10 && !(first = queue(getpid(), RT, SI_QUEUE, n)); n++)
		;
	if (first != -EAGAIN)
		return 2;
	mask(SIG_BLOCK, SIGUSR2);
	return queue(getpid(), SIGUSR2, SI_QUEUE, 1) || sys(SYS_kill, getpid(), RT) ? 3 : 0;
}

/* ---- sigtimedwait ---- */

static long timedwait(int sig, siginfo_t *si, int sec, int nsec)
{
	int ts[2] = { sec, nsec };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	return sys(SYS_rt_sigtimedwait, &set, si, ts, 8);
}

static int send_later(void *unused)
{
	struct timespec ts = { 0, 20000000 };

	(void)unused;
	nanosleep(&ts, NULL);
	queue(getppid(), RT, SI_QUEUE, 77);
	return 0;
}

static void test_timedwait(void)
{
	long long now64[2] = { 0, 0 };
	int status;
	siginfo_t si;
	sigset_t set;
	pid_t pid;

	mask(SIG_BLOCK, RT);
	taken = 0;
	is(timedwait(RT, NULL, 0, 0), -EAGAIN, "nothing waits");
	is(timedwait(RT, NULL, 0, 1000000), -EAGAIN, "nothing comes in a millisecond");
	queue(getpid(), RT, SI_QUEUE, 5);
	queue(getpid(), RT, SI_QUEUE, 6);
	is(timedwait(RT, &si, 0, 0), RT, "take what waits");
	ok(si.si_value.sival_int == 5 && si.si_code == SI_QUEUE && si.si_signo == RT,
	   "  with its value");
	sigemptyset(&set);
	sigaddset(&set, RT);
	is(sys(SYS_rt_sigtimedwait_time64, &set, &si, now64, 8), RT, "take the second");
	is(si.si_value.sival_int, 6, "  with its value");
	pid = fork();
	if (!pid)
		_exit(send_later(NULL));
	is(sys(SYS_rt_sigtimedwait, &set, &si, 0, 8), RT, "wait for one that comes");
	ok(si.si_value.sival_int == 77 && si.si_pid == pid, "  from a child");
	waitpid(pid, &status, 0);
	is(taken, 0, "no handler ran");
}

static pid_t kill_parent_soon(int sig)
{
	struct timespec ts = { 0, 20000000 };
	pid_t pid = fork();

	if (!pid) {
		nanosleep(&ts, NULL);
		kill(getppid(), sig);
		_exit(0);
	}
	return pid;
}

/* RT is blocked. */
static void test_timedwait_others(void)
{
	int status;
	siginfo_t si;
	sigset_t set;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, RT);
	/* SIGCHLD is ignored by default; who waits for it gets it if he has blocked it. */
	mask(SIG_BLOCK, SIGCHLD);
	pid = fork();
	if (!pid)
		_exit(3);
	is(timedwait(SIGCHLD, &si, 10, 0), SIGCHLD, "SIGCHLD");
	ok(si.si_pid == pid && si.si_status == 3 && si.si_code == CLD_EXITED, "  says who ended");
	waitpid(pid, &status, 0);
	mask(SIG_UNBLOCK, SIGCHLD);

	/* The default action of a signal that is waited for is not done. */
	mask(SIG_BLOCK, SIGTERM);
	pid = kill_parent_soon(SIGTERM);
	is(timedwait(SIGTERM, &si, 10, 0), SIGTERM, "SIGTERM does not end who waits for it");
	waitpid(pid, &status, 0);
	mask(SIG_UNBLOCK, SIGTERM);

	/* Another one with a handler ends the wait. */
	pid = kill_parent_soon(SIGUSR1);
	is(timedwait(RT, &si, 10, 0), -EINTR, "a handler ends the wait");
	waitpid(pid, &status, 0);
	is(taken, 1, "  and runs");
	is(timedwait(RT, NULL, 0, -1), -EINVAL, "time below 0");
	is(timedwait(RT, NULL, 0, 1000000000), -EINVAL, "a second of nanoseconds");
	is(sys(SYS_rt_sigtimedwait, &set, 0, 0, 4), -EINVAL, "sets of 4 bytes");
	is(sys(SYS_rt_sigtimedwait, 4096, 0, 0, 8), -EFAULT, "no set there");
	is(sys(SYS_rt_sigtimedwait, &set, 0, 4096, 8), -EFAULT, "no time there");
	queue(getpid(), RT, SI_QUEUE, 5);
	is(sys(SYS_rt_sigtimedwait, &set, 4096, 0, 8), -EFAULT, "nowhere to tell");
	is(timedwait(RT, NULL, 0, 0), -EAGAIN, "  the signal is taken all the same");
	mask(SIG_UNBLOCK, RT);
}

int main(void)
{
	signal(SIGCHLD, SIG_DFL);
	test_order();
	test_priority();
	test_errors();
	test_thread();
	is(in_child(limited, NULL), 0, "RLIMIT_SIGPENDING keeps values from being lost");
	test_timedwait();
	test_timedwait_others();
	return done();
}
