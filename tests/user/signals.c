/* Signals: what a handler is told, masks, flags, nesting, interrupted calls, the alternate stack. */
#include <errno.h>
#include <time.h>
#include "tests/user/probe.h"

static volatile int calls, last_signal, nested_at;
static volatile sigset_t seen_mask;

static void count(int sig)
{
	calls++;
	last_signal = sig;
}

static void install(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };

	sigaction(sig, &sa, NULL);
	calls = 0;
}

static void test_kill(void)
{
	struct sigaction old;

	install(SIGUSR1, count, 0);
	is(kill(getpid(), SIGUSR1), 0, "kill oneself");
	ok(calls == 1 && last_signal == SIGUSR1, "the handler ran before kill returned");
	is(raise(SIGUSR1), 0, "raise");
	is(calls, 2, "the handler stays installed");
	sigaction(SIGUSR1, NULL, &old);
	ok(old.sa_handler == count, "sigaction tells the handler");
	install(SIGUSR1, SIG_IGN, 0);
	raise(SIGUSR1);
	is(calls, 0, "SIG_IGN");
	is(sys(SYS_kill, getpid(), 65), -EINVAL, "signal 65");
	is(sys(SYS_kill, getpid(), -1), -EINVAL, "signal -1");
	is(sys(SYS_kill, 0x3fffffff, 0), -ESRCH, "no such process");
	is(sys(SYS_kill, getpid(), 0), 0, "signal 0 only asks");
	is(sys(SYS_rt_sigaction, SIGKILL, &(long[5]){ 0 }, 0, 8), -EINVAL,
	   "SIGKILL has no handler");
	is(sys(SYS_rt_sigaction, 0, 0, 0, 8), -EINVAL, "signal 0 has no action");
	is(sys(SYS_rt_sigaction, SIGUSR1, 0, 0, 4), -EINVAL, "rt_sigaction wants sets of 8 bytes");
	is(sys(SYS_rt_sigprocmask, 99, &(long[2]){ 0 }, 0, 8), -EINVAL,
	   "sigprocmask with unknown how");
}

static void test_mask(void)
{
	sigset_t set, old, pending;

	install(SIGUSR1, count, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	ok(!sigismember(&old, SIGUSR1), "the old mask is told");
	raise(SIGUSR1);
	raise(SIGUSR1);
	is(calls, 0, "a blocked signal waits");
	sigpending(&pending);
	ok(sigismember(&pending, SIGUSR1), "  and is pending");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	is(calls, 1, "unblocked, it comes once");
	sigprocmask(SIG_SETMASK, &old, NULL);

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigprocmask(SIG_SETMASK, NULL, &set);
	ok(!sigismember(&set, SIGKILL) && !sigismember(&set, SIGSTOP),
	   "KILL and STOP stay unblocked");
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void remember_mask(int sig)
{
	sigset_t now;

	(void)sig;
	sigprocmask(SIG_SETMASK, NULL, &now);
	memcpy((void *)&seen_mask, &now, sizeof(now));
	calls++;
}

static void test_handler_mask(void)
{
	struct sigaction sa = { .sa_handler = remember_mask };
	sigset_t now;

	sigaddset(&sa.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	memcpy(&now, (void *)&seen_mask, sizeof(now));
	ok(sigismember(&now, SIGUSR1), "a handler runs with its own signal blocked");
	ok(sigismember(&now, SIGUSR2), "  and with sa_mask blocked");
	sigprocmask(SIG_SETMASK, NULL, &now);
	ok(!sigismember(&now, SIGUSR1) && !sigismember(&now, SIGUSR2), "the mask comes back");
	sa.sa_flags = SA_NODEFER;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	memcpy(&now, (void *)&seen_mask, sizeof(now));
	ok(!sigismember(&now, SIGUSR1), "SA_NODEFER leaves it unblocked");
	install(SIGUSR1, count, SA_RESETHAND);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &sa);
	ok(calls == 1 && sa.sa_handler == SIG_DFL, "SA_RESETHAND resets the action");
}

static void nest(int sig)
{
	calls++;
	if (calls < 4)
		raise(sig == SIGUSR1 ? SIGUSR2 : SIGUSR1);
	else
		nested_at = calls;
}

static void test_nested(void)
{
	install(SIGUSR1, nest, SA_NODEFER);
	install(SIGUSR2, nest, SA_NODEFER);
	raise(SIGUSR1);
	ok(calls == 4 && nested_at == 4, "handlers nest four deep and all return");
	install(SIGUSR1, SIG_DFL, 0);
	install(SIGUSR2, SIG_DFL, 0);
}

static volatile int info_code, info_pid;

static void remember_info(int sig, siginfo_t *si, void *context)
{
	(void)sig;
	(void)context;
	info_code = si->si_code;
	info_pid = si->si_pid;
}

static void test_siginfo(void)
{
	struct sigaction sa = { .sa_sigaction = remember_info, .sa_flags = SA_SIGINFO };
	int status;
	pid_t pid;

	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGCHLD, &sa, NULL);
	sys(SYS_kill, getpid(), SIGUSR1);
	ok(info_code == SI_USER && info_pid == getpid(), "kill: SI_USER and the sender's pid");
	sys(SYS_tgkill, getpid(), sys(SYS_gettid), SIGUSR1);
	ok(info_code == SI_TKILL && info_pid == getpid(), "tgkill: SI_TKILL");
	pid = fork();
	if (pid == 0)
		_exit(3);
	waitpid(pid, &status, 0);
	ok(info_code == CLD_EXITED && info_pid == pid, "SIGCHLD: CLD_EXITED and the child's pid");
	signal(SIGCHLD, SIG_DFL);
	signal(SIGUSR1, SIG_DFL);
}

/* A child that sends sig to its parent after a moment, then writes a byte to fd. */
static pid_t disturb(int sig, int fd)
{
	pid_t parent = getpid(), pid = fork();
	struct timespec moment = { 0, 20 * 1000 * 1000 }, while_busy = { 0, 150 * 1000 * 1000 };

	if (pid == 0) {
		nanosleep(&moment, NULL);
		kill(parent, sig);
		nanosleep(&while_busy, NULL); /* a busy machine is slow to look */
		_exit(write(fd, "x", 1) != 1);
	}
	return pid;
}

static void test_restart(void)
{
	long long_time[2] = { 5, 0 }, rest[2] = { 0, 0 };
	int fds[2];
	char c;
	pid_t pid;

	pipe(fds);
	install(SIGUSR1, count, 0);
	pid = disturb(SIGUSR1, fds[1]);
	is(sys(SYS_read, fds[0], &c, 1), -EINTR, "read is interrupted");
	is(calls, 1, "  after the handler ran");
	waitpid(pid, NULL, 0);
	is(read(fds[0], &c, 1), 1, "the byte is still in the pipe");

	install(SIGUSR1, count, SA_RESTART);
	pid = disturb(SIGUSR1, fds[1]);
	is(sys(SYS_read, fds[0], &c, 1), 1, "with SA_RESTART read goes on");
	is(calls, 1, "  after the handler ran");
	waitpid(pid, NULL, 0);

	pid = disturb(SIGUSR1, fds[1]);
	is(sys(SYS_nanosleep, long_time, rest), -EINTR, "nanosleep is interrupted in any case");
	ok(rest[0] == 4 && rest[1] > 0, "  and tells the time that was left");
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
	install(SIGUSR1, SIG_DFL, 0);
}

static void test_wait_interrupted(void)
{
	int fds[2], status = 0;
	pid_t pid;

	pipe(fds);
	install(SIGUSR1, count, 0);
	pid = disturb(SIGUSR1, fds[1]);
	is(sys(SYS_wait4, pid, &status, 0, 0), -EINTR,
	   "wait4 is interrupted: EINTR, not the signal");
	is(sys(SYS_wait4, pid, &status, 0, 0), pid, "then it waits to the end");
	close(fds[0]);
	close(fds[1]);
	install(SIGUSR1, SIG_DFL, 0);
}

static void test_sigsuspend(void)
{
	sigset_t block, none;

	install(SIGUSR1, count, 0);
	sigemptyset(&none);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, NULL);
	raise(SIGUSR1);
	is(sys(SYS_rt_sigsuspend, &none, 8), -EINTR, "sigsuspend lets a pending signal in");
	is(calls, 1, "the handler ran");
	sigprocmask(SIG_SETMASK, NULL, &none);
	ok(sigismember(&none, SIGUSR1), "the mask from before is back");
	sigprocmask(SIG_UNBLOCK, &block, NULL);
}

static char alternate[16384];
static volatile unsigned long handler_esp;

static void remember_stack(int sig)
{
	int here;

	(void)sig;
	handler_esp = (unsigned long)&here;
}

static void test_altstack(void)
{
	stack_t ss = { .ss_sp = alternate, .ss_size = sizeof(alternate) }, old;

	sigaltstack(&ss, NULL);
	install(SIGUSR1, remember_stack, SA_ONSTACK);
	raise(SIGUSR1);
	ok(handler_esp - (unsigned long)alternate < sizeof(alternate), "SA_ONSTACK");
	install(SIGUSR1, remember_stack, 0);
	raise(SIGUSR1);
	ok(handler_esp - (unsigned long)alternate >= sizeof(alternate),
	   "without it, the usual stack");
	sigaltstack(NULL, &old);
	ok(old.ss_sp == alternate && old.ss_size == sizeof(alternate),
	   "sigaltstack tells the stack");
	ss.ss_flags = SS_DISABLE;
	is(sigaltstack(&ss, NULL), 0, "and takes it away");
	ss.ss_flags = 0;
	ss.ss_size = 16;
	is(sys(SYS_sigaltstack, &ss, 0), -ENOMEM, "too small");
	signal(SIGUSR1, SIG_DFL);
}

static volatile int flags_inside;

static void use_stack_inside(int sig, siginfo_t *info, void *context)
{
	stack_t ss;

	(void)info, (void)context;
	remember_stack(sig);
	sigaltstack(NULL, &ss);
	flags_inside = ss.ss_flags;
	ss = (stack_t){ .ss_sp = alternate, .ss_size = sizeof(alternate) };
	is(sigaltstack(&ss, NULL), 0, "the handler may set another one");
}

static void test_autodisarm(void)
{
	const struct sigaction action = { .sa_sigaction = use_stack_inside,
					  .sa_flags = SA_ONSTACK | SA_SIGINFO };
	stack_t ss = { .ss_sp = alternate,
		       .ss_size = sizeof(alternate),
		       .ss_flags = (int)SS_AUTODISARM },
		old;

	is(sigaltstack(&ss, NULL), 0, "a stack with SS_AUTODISARM");
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	ok(handler_esp - (unsigned long)alternate < sizeof(alternate), "the handler is on it");
	is(flags_inside, SS_DISABLE, "in the handler there is none");
	sigaltstack(NULL, &old);
	is(old.ss_flags, (int)SS_AUTODISARM, "behind it there is");
	install(SIGUSR1, remember_stack, SA_ONSTACK);
	raise(SIGUSR1);
	sigaltstack(NULL, &old);
	is(old.ss_flags, SS_DISABLE, "a frame without a context does not bring it back");
	signal(SIGUSR1, SIG_DFL);
}

/* The kernel's own form: libc adds SA_RESTORER. */
static void test_unknown_flags(void)
{
	unsigned long action[5] = { (unsigned long)SIG_IGN, 0xffffffff }, old[5];

	is(sys(SYS_rt_sigaction, SIGUSR1, action, 0, 8), 0, "sigaction with every flag");
	sys(SYS_rt_sigaction, SIGUSR1, 0, old, 8);
	is(old[1] & ~0x04000000u, 0xd8000807, "only those that are known stay");
	signal(SIGUSR1, SIG_DFL);
}

static int die_by(void *sig)
{
	raise((int)(long)sig);
	return 0;
}

static int ignored_by_default(void *sig)
{
	return die_by(sig);
}

static void test_default_actions(void)
{
	static const int fatal[] = { SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1 };
	static const int core[] = { SIGQUIT, SIGABRT, SIGSEGV, SIGILL };
	unsigned int i;

	for (i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		ok(dies(in_child(die_by, (void *)(long)fatal[i]), fatal[i]), "signal %d kills",
		   fatal[i]);
	for (i = 0; i < sizeof(core) / sizeof(core[0]); i++)
		ok(dies(in_child(die_by, (void *)(long)core[i]), core[i]), "signal %d kills",
		   core[i]);
	is(in_child(ignored_by_default, (void *)SIGCHLD), 0, "SIGCHLD is ignored");
	is(in_child(ignored_by_default, (void *)SIGURG), 0, "SIGURG is ignored");
	is(in_child(ignored_by_default, (void *)SIGCONT), 0, "SIGCONT is ignored");
}

int main(void)
{
	int sig;

	/* Whoever started us (a shell in the background, nohup) may have left some ignored. */
	for (sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	test_kill();
	test_mask();
	test_handler_mask();
	test_nested();
	test_siginfo();
	test_restart();
	test_wait_interrupted();
	test_sigsuspend();
	test_altstack();
	test_autodisarm();
	test_unknown_flags();
	test_default_actions();
	return done();
}
