/* Job control: sessions, the foreground, keys that signal, the background, hang-up. */
#include "tests/user/pty.h"

#include <signal.h>
#include <sys/wait.h>

static volatile sig_atomic_t seen[32];

static void note(int sig)
{
	seen[sig]++;
}

/* Without SA_RESTART: a read that is interrupted says so. */
static void catch (int sig)
{
	struct sigaction sa = { .sa_handler = note };

	sigaction(sig, &sa, NULL);
}

/* In a child that leads a session on the slave: run fn, whose value is the exit status. */
static int in_session(int (*fn)(void))
{
	int status;
	pid_t child;

	open_pair();
	child = fork();
	if (!child) {
		setsid();
		if (ioctl(slave, TIOCSCTTY, 0))
			_exit(100);
		_exit(fn());
	}
	waitpid(child, &status, 0);
	close_pair();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* Each step of a session has its number: the first that fails is the exit status. */
#define STEP(n, cond)             \
	do {                      \
		if (!(cond))      \
			return n; \
	} while (0)

static int session_basics(void)
{
	int pgrp = 0, sid = 0, fd;

	STEP(1, tcgetpgrp(slave) == getpid());
	STEP(2, !ioctl(slave, TIOCGSID, &sid) && sid == getpid());
	STEP(3, !ioctl(master, TIOCGPGRP, &pgrp) && pgrp == getpid());
	STEP(4, (fd = open("/dev/tty", O_RDWR)) >= 0);
	STEP(5, write(fd, "t", 1) == 1 && !strcmp(output("t"), "t"));
	STEP(6, tcsetpgrp(slave, 1 << 20) < 0 && errno == ESRCH);
	STEP(7, tcsetpgrp(slave, getppid()) < 0 && errno == EPERM);
	STEP(8, tcsetpgrp(slave, -1) < 0 && errno == EINVAL);
	STEP(9, !ioctl(slave, TIOCSCTTY, 0));
	signal(SIGHUP, SIG_IGN);
	STEP(10, !ioctl(slave, TIOCNOTTY));
	STEP(11, open("/dev/tty", O_RDWR) < 0 && errno == ENXIO);
	STEP(12, tcgetpgrp(slave) < 0 && errno == ENOTTY);
	STEP(13, ioctl(slave, TIOCNOTTY) < 0 && errno == ENOTTY);
	close(open(slave_name, O_RDWR)); /* without O_NOCTTY */
	STEP(14, tcgetpgrp(slave) == getpid());
	return 0;
}

static int session_signals(void)
{
	static const struct {
		const char *key;
		int sig;
		const char *echo;
	} keys[] = { { "\003", SIGINT, "^C" },
		     { "\034", SIGQUIT, "^\\" },
		     { "\032", SIGTSTP, "^Z" } };
	char buf[10];

	for (int i = 0; i < 3; i++) {
		catch (keys[i].sig);
		type("lost");
		type(keys[i].key);
		while (!seen[keys[i].sig])
			usleep(1000);
		output("lost^C");
		type("k\n");
		STEP(1 + i, read(slave, buf, 10) == 2);
		output("k\r\n");
	}
	change(0, 0, 0, 0, 0, NOFLSH);
	type("kept\003\n");
	while (seen[SIGINT] < 2)
		usleep(1000);
	STEP(5, read(slave, buf, 10) == 5);
	catch (SIGWINCH);
	struct winsize ws = { .ws_row = 12, .ws_col = 34 }, got;
	STEP(6, !ioctl(master, TIOCSWINSZ, &ws));
	while (!seen[SIGWINCH])
		usleep(1000);
	STEP(7, !ioctl(slave, TIOCGWINSZ, &got) && got.ws_row == 12 && got.ws_col == 34);
	ioctl(slave, TIOCSWINSZ, &ws);
	usleep(20000);
	STEP(8, seen[SIGWINCH] == 1); /* nothing changed */
	return 0;
}

/* Run fn in a process group of its own in the background; how it ended, or stopped. */
static int background(int (*fn)(void))
{
	pid_t child = fork();
	int status;

	if (!child) {
		setpgid(0, 0);
		_exit(fn());
	}
	setpgid(child, child);
	waitpid(child, &status, WUNTRACED);
	if (WIFSTOPPED(status)) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		return 1000 + WSTOPSIG(status);
	}
	return WEXITSTATUS(status);
}

static int bg_read(void)
{
	char c;

	return read(slave, &c, 1) < 0 ? errno : 0;
}

static int bg_read_ignoring(void)
{
	signal(SIGTTIN, SIG_IGN);
	return bg_read();
}

static int bg_write(void)
{
	return write(slave, "b", 1) < 0 ? errno : 0;
}

static int bg_write_ignoring(void)
{
	signal(SIGTTOU, SIG_IGN);
	return bg_write();
}

static int bg_attributes(void)
{
	struct termios t;

	tcgetattr(slave, &t);
	return tcsetattr(slave, TCSANOW, &t) ? errno : 0;
}

static int bg_take(void)
{
	return tcsetpgrp(slave, getpgrp()) ? errno : 0;
}

static int bg_take_ignoring(void)
{
	signal(SIGTTOU, SIG_IGN);
	return bg_take();
}

/* A background group whose parent is gone: nobody could continue it. */
static int bg_orphaned(void)
{
	int fds[2], answer[2] = { -1, -1 };

	if (pipe(fds))
		return 1;
	if (!fork()) {
		setpgid(0, 0);
		if (!fork()) {
			while (getppid() != 1 && !kill(getppid(), 0) && getppid() == getpgrp())
				usleep(1000);
			answer[0] = bg_read();
			answer[1] = bg_attributes();
			_exit(write(fds[1], answer, sizeof(answer)) < 0);
		}
		_exit(0);
	}
	wait(NULL);
	if (read(fds[0], answer, sizeof(answer)) != sizeof(answer))
		return 2;
	return answer[0] == EIO && answer[1] == EIO ? EIO : 0;
}

static int session_background(void)
{
	STEP(1, background(bg_read) == 1000 + SIGTTIN);
	STEP(2, background(bg_read_ignoring) == EIO);
	STEP(3, background(bg_write) == 0);
	change(0, 0, 0, 0, 0, TOSTOP);
	STEP(4, background(bg_write) == 1000 + SIGTTOU);
	STEP(5, background(bg_write_ignoring) == 0);
	STEP(6, background(bg_attributes) == 1000 + SIGTTOU);
	STEP(7, background(bg_take) == 1000 + SIGTTOU);
	STEP(8, bg_orphaned() == EIO);
	STEP(9, background(bg_take_ignoring) == 0);
	STEP(10, tcgetpgrp(slave) != getpgrp());
	return 0;
}

/* The master goes: the leader is told, and the terminal is nobody's. */
static int session_hangup(void)
{
	sigset_t set, old;

	catch (SIGHUP);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &old);
	STEP(1, write(master, "go", 2) == 2);
	close(master);
	while (!seen[SIGHUP])
		sigsuspend(&old);
	STEP(2, open("/dev/tty", O_RDWR) < 0 && errno == ENXIO);
	STEP(3, write(slave, "x", 1) < 0 && errno == EIO);
	return 0;
}

static void test_hangup_signal(void)
{
	int status, fds[2];
	pid_t child;
	char c;

	open_pair();
	if (pipe(fds))
		return;
	child = fork();
	if (!child) {
		close(fds[0]);
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		_exit(session_hangup());
	}
	close(fds[1]);
	read(slave, &c, 0);
	ready(master, 3000);
	close(master);
	waitpid(child, &status, 0);
	is(status, 0, "the master's end is SIGHUP to the session's leader, ENXIO, EIO");
	close(slave);
	close(fds[0]);

	/* The leader's end is SIGHUP to the foreground. */
	open_pair();
	pipe(fds);
	if (!fork()) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		if (!fork()) {
			catch (SIGHUP);
			write(fds[1], "r", 1);
			while (!seen[SIGHUP])
				usleep(1000);
			write(fds[1], "h", 1);
			_exit(0);
		}
		read(fds[0], &c, 1);
		_exit(0);
	}
	wait(NULL);
	c = 0;
	is(read(fds[0], &c, 1), 1, "the leader ends");
	is(c, 'h', "the foreground gets SIGHUP");
	close(fds[0]);
	close(fds[1]);
	close_pair();
}

int main(void)
{
	signal(SIGTTOU, SIG_DFL);
	signal(SIGTTIN, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	is(in_session(session_basics), 0, "a session's terminal: the failing step");
	is(in_session(session_signals), 0, "keys that signal: the failing step");
	is(in_session(session_background), 0, "the background: the failing step");
	test_hangup_signal();
	return done();
}
