/*
 * Pseudo-terminals: the line discipline from both ends, what a read waits for, hang-up of either side,
 * and job control.
 */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

static int master, slave;
static char slave_name[32];

/* A pair with Linux's settings from birth. The slave does not become our terminal. */
static void open_pair(void)
{
	int n = -1;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ioctl(master, TIOCGPTN, &n);
	snprintf(slave_name, sizeof(slave_name), "/dev/pts/%d", n);
	n = 0;
	ioctl(master, TIOCSPTLCK, &n);
	slave = open(slave_name, O_RDWR | O_NOCTTY);
}

static void close_pair(void)
{
	close(slave);
	close(master);
}

/* Change settings: clear and set bits of the four words. */
static void change(tcflag_t i_off, tcflag_t i_on, tcflag_t o_off, tcflag_t o_on, tcflag_t l_off,
		   tcflag_t l_on)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_iflag = (t.c_iflag & ~i_off) | i_on;
	t.c_oflag = (t.c_oflag & ~o_off) | o_on;
	t.c_lflag = (t.c_lflag & ~l_off) | l_on;
	tcsetattr(slave, TCSANOW, &t);
}

static void set_char(int which, int c)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_cc[which] = c;
	tcsetattr(slave, TCSANOW, &t);
}

static int ready(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && (p.revents & POLLIN);
}

/* What comes out at the master, until it is text or a while passed; control characters visible. */
static const char *output(const char *want)
{
	static char text[8192], shown[20000];
	size_t n = 0, len = strlen(want);
	char *s = shown;

	while (n < sizeof(text) && ready(master, n < len ? 3000 : 30)) {
		ssize_t got = read(master, text + n, sizeof(text) - n);

		if (got <= 0)
			break;
		n += got;
	}
	for (size_t i = 0; i < n; i++) {
		if (text[i] >= ' ' && text[i] != 127)
			*s++ = text[i];
		else
			s += sprintf(s, "<%d>", text[i]);
	}
	*s = '\0';
	return shown;
}

/* The same spelling for what is wanted. */
static const char *spell(const char *text)
{
	static char shown[4][1000];
	static int turn;
	char *s = shown[turn = (turn + 1) % 4], *start = s;

	for (; *text; text++) {
		if (*text >= ' ' && *text != 127)
			*s++ = *text;
		else
			s += sprintf(s, "<%d>", *text);
	}
	*s = '\0';
	return start;
}

static void type(const char *keys)
{
	if (write(master, keys, strlen(keys)) != (ssize_t)strlen(keys))
		ok(0, "the master takes %zu bytes", strlen(keys));
}

/* Type, and compare the echo and what a read gets; want NULL: nothing can be read. */
static void check(const char *keys, const char *echo, const char *want, const char *what)
{
	char buf[1000];
	const char *got;
	ssize_t n;

	type(keys);
	got = output(echo);
	ok(!strcmp(got, spell(echo)), "%s: echo is %s (%s)", what, spell(echo), got);
	if (!ready(slave, want ? 3000 : 0)) {
		ok(!want, "%s: nothing to read", what);
		return;
	}
	n = read(slave, buf, sizeof(buf) - 1);
	buf[n < 0 ? 0 : n] = '\0';
	ok(want && !strcmp(buf, want), "%s: read gives %s (%s)", what,
	   spell(want ? want : "nothing"), spell(buf));
}

/* ---- the pair ---- */

static void test_pair(void)
{
	int fd, n, m, fds[2];
	struct stat st;
	struct statfs fs;
	char buf[8];

	m = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ok(m >= 0, "/dev/ptmx opens");
	is(ioctl(m, TIOCGPTN, &n), 0, "TIOCGPTN");
	snprintf(slave_name, sizeof(slave_name), "/dev/pts/%d", n);
	is(open(slave_name, O_RDWR | O_NOCTTY) < 0 ? errno : 0, EIO, "a locked slave: EIO");
	fd = 0;
	is(ioctl(m, TIOCSPTLCK, &fd), 0, "TIOCSPTLCK");
	fd = ioctl(m, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ok(fd >= 0, "TIOCGPTPEER opens the slave");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "with close-on-exec");
	fstat(fd, &st);
	ok(S_ISCHR(st.st_mode) && st.st_rdev == makedev(136, n), "it is character device 136:%d",
	   n);
	ok(isatty(fd) && isatty(m), "both are terminals");
	ok(ttyname(fd) && !strcmp(ttyname(fd), slave_name), "ttyname is %s", slave_name);
	statfs("/dev/pts", &fs);
	is(fs.f_type, 0x1cd1, "/dev/pts is devpts");
	is(access("/dev/pts/4000", F_OK) ? errno : 0, ENOENT, "no other names there");
	for (int i = 0; i < 2; i++) {
		fds[i] = open("/dev/ptmx", O_RDWR | O_NOCTTY);
		ioctl(fds[i], TIOCGPTN, &n);
	}
	ok(fds[1] >= 0, "there are many pairs");
	close(fds[0]);
	close(fds[1]);
	is(fcntl(m, F_SETFL, O_NONBLOCK), 0, "the master does not wait");
	is(read(m, buf, 1) < 0 ? errno : 0, EAGAIN, "nothing to read: EAGAIN");
	is(lseek(m, 0, SEEK_SET) < 0 ? errno : 0, ESPIPE, "a terminal has no position");
	close(fd);
	close(m);
	is(access(slave_name, F_OK) ? errno : 0, ENOENT, "the name goes with the master");
}

static void test_defaults(void)
{
	struct termios t;

	open_pair();
	tcgetattr(slave, &t);
	is(t.c_iflag, ICRNL | IXON, "c_iflag of a new terminal");
	is(t.c_oflag, OPOST | ONLCR, "c_oflag");
	is(t.c_cflag & ~CBAUD, CS8 | CREAD, "c_cflag");
	is(t.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN, "c_lflag");
	is(t.c_cc[VINTR], 3, "VINTR");
	is(t.c_cc[VMIN], 1, "VMIN");
	is(t.c_cc[VREPRINT], 18, "VREPRINT");
	change(0, IUTF8, 0, 0, 0, 0);
	tcgetattr(master, &t);
	ok(t.c_iflag & IUTF8, "the master shows the slave's settings");
	close_pair();
}

/* ---- the line discipline ---- */

static void test_lines(void)
{
	open_pair();
	check("abc\r", "abc\r\n", "abc\n", "a line");
	check("abx\177c\n", "abx\b \bc\r\n", "abc\n", "erase");
	check("\177z\n", "z\r\n", "z\n", "erase at the beginning");
	check("a\t\177b\n", "a\t\b\b\b\b\b\b\bb\r\n", "ab\n", "erase of a tab");
	check("a\001\177b\n", "a^A\b \b\b \bb\r\n", "ab\n", "erase of a control character");
	check("one two\027x\n", "one two\b \b\b \b\b \bx\r\n", "one x\n", "erase word");
	check("abc\025d\n", "abc\b \b\b \b\b \bd\r\n", "d\n", "kill");
	check("a\026\003b\n", "a^\b^Cb\r\n", "a\003b\n", "literal next");
	check("ab\022c\n", "ab^R\r\nabc\r\n", "abc\n", "reprint");
	check("tail\004", "tail", "tail", "end of file behind text");
	check("\004", "", "", "end of file");
	check("no line", "no line", NULL, "an unfinished line");
	check("\025", "\b \b\b \b\b \b\b \b\b \b\b \b\b \b", NULL, "and it is gone");
	set_char(VEOL, ';');
	check("a;", "a;", "a;", "VEOL");
	set_char(VEOL2, '!');
	check("b!", "b!", "b!", "VEOL2");
	check("1\n2\n", "1\r\n2\r\n", "1\n", "of two lines the first");
	check("", "", "2\n", "and the second");
	change(0, IUTF8, 0, 0, 0, 0);
	check("\303\244\177b\n", "\303\244\b \bb\r\n", "b\n", "erase of a UTF-8 character");
	close_pair();
}

static void test_input_flags(void)
{
	open_pair();
	change(ICRNL, INLCR, 0, 0, ECHO, 0);
	set_char(VEOL, '\r');
	check("a\n", "", "a\r", "INLCR");
	change(INLCR, IGNCR, 0, 0, 0, 0);
	check("a\rb\n", "", "ab\n", "IGNCR");
	change(IGNCR, ISTRIP, 0, 0, 0, 0);
	check("\341\n", "", "a\n", "ISTRIP");
	change(ISTRIP, IUCLC, 0, 0, 0, 0);
	check("AbC\n", "", "abc\n", "IUCLC");
	change(IUCLC, ICRNL, 0, 0, IEXTEN, ECHO);
	check("a\026\027b\n", "a^V^Wb\r\n", "a\026\027b\n", "without IEXTEN");
	change(0, 0, 0, 0, ECHO, ECHONL | IEXTEN);
	check("x\n", "\r\n", "x\n", "ECHONL");
	change(0, 0, 0, 0, ECHONL | ECHOE, ECHO);
	check("ab\177\n", "ab^?\r\n", "a\n", "without ECHOE");
	change(0, 0, 0, 0, ECHOKE, 0);
	check("ab\025c\n", "ab^U\r\nc\r\n", "c\n", "kill without ECHOKE");
	change(0, 0, 0, 0, ECHOCTL, 0);
	check("a\001\n", "a\001\r\n", "a\001\n", "without ECHOCTL");
	change(0, 0, 0, 0, ISIG, ECHOCTL);
	check("a\003\n", "a^C\r\n", "a\003\n", "without ISIG");
	close_pair();
}

static void check_output(const char *text, const char *want, const char *what)
{
	const char *got;

	is(write(slave, text, strlen(text)), strlen(text), "%s: written", what);
	got = output(want);
	ok(!strcmp(got, spell(want)), "%s: %s (%s)", what, spell(want), got);
}

static void test_output_flags(void)
{
	open_pair();
	check_output("a\nb\n", "a\r\nb\r\n", "ONLCR");
	change(0, 0, ONLCR, OCRNL, 0, 0);
	check_output("a\rb\n", "a\nb\n", "OCRNL");
	change(0, 0, OCRNL, ONLCR | ONOCR, 0, 0);
	check_output("x\n\ry\r", "x\r\ny\r", "ONOCR");
	change(0, 0, ONOCR, OLCUC, 0, 0);
	check_output("Abc\n", "ABC\r\n", "OLCUC");
	change(0, 0, OLCUC, XTABS, 0, 0);
	check_output("a\tb\n", "a       b\r\n", "XTABS");
	change(0, 0, OPOST, 0, 0, 0);
	check_output("a\tb\n", "a\tb\n", "without OPOST");
	close_pair();
}

/* A long line keeps what fits, and its end. */
static void test_long_line(void)
{
	static char line[5000], got[5000];
	int n;

	open_pair();
	change(0, 0, 0, 0, ECHO, 0);
	memset(line, 'x', sizeof(line));
	is(write(master, line, sizeof(line)), sizeof(line), "5000 characters are taken");
	type("\n");
	ok(ready(slave, 3000), "the line is there");
	n = read(slave, got, sizeof(got));
	is(n, 4096, "4095 of them and the end");
	is(got[n - 1], '\n', "which is a newline");
	close_pair();
}

/* Raw input is never lost: the master waits for the reader. */
static void test_flood(void)
{
	static char buf[1000];
	long total = 0, sum = 0, n;
	pid_t child;

	open_pair();
	change(ICRNL | IXON, 0, 0, 0, ICANON | ECHO | ISIG, 0);
	child = fork();
	if (!child) {
		for (int i = 0; i < 60; i++) {
			memset(buf, i, sizeof(buf));
			if (write(master, buf, sizeof(buf)) != sizeof(buf))
				_exit(1);
		}
		_exit(0);
	}
	while (total < 60000 && (n = read(slave, buf, sizeof(buf))) > 0) {
		total += n;
		while (n--)
			sum += buf[n];
	}
	is(total, 60000, "60000 raw bytes go through");
	is(sum, 1000 * 59 * 30, "each as it was");
	waitpid(child, NULL, 0);
	change(0, 0, OPOST, 0, 0, 0);
	child = fork();
	if (!child) {
		for (int i = 0; i < 60; i++) {
			memset(buf, i, sizeof(buf));
			if (write(slave, buf, sizeof(buf)) != sizeof(buf))
				_exit(1);
		}
		_exit(0);
	}
	for (total = sum = 0; total < 60000 && (n = read(master, buf, sizeof(buf))) > 0;) {
		total += n;
		while (n--)
			sum += buf[n];
	}
	is(total, 60000, "and 60000 bytes of output");
	is(sum, 1000 * 59 * 30, "each as it was");
	waitpid(child, NULL, 0);
	fcntl(slave, F_SETFL, O_NONBLOCK);
	memset(buf, 'z', sizeof(buf));
	for (total = 0; (n = write(slave, buf, sizeof(buf))) > 0 && total < 1 << 20;)
		total += n;
	ok(n < 0 && errno == EAGAIN, "a full pair refuses more output: EAGAIN");
	close_pair();
}

/* ---- waiting ---- */

static long ms_of(struct timespec a, struct timespec b)
{
	return (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
}

/* Set MIN and TIME, type, read: the value. */
static long raw_read(int min, int tenths, const char *keys, size_t count, long *ms)
{
	struct timespec start, end;
	char buf[100];
	long n;

	set_char(VMIN, min);
	set_char(VTIME, tenths);
	if (*keys) {
		type(keys);
		ready(slave, 30);
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	n = read(slave, buf, count);
	clock_gettime(CLOCK_MONOTONIC, &end);
	*ms = ms_of(start, end);
	return n < 0 ? -errno : n;
}

static void test_min_time(void)
{
	int n;
	long ms;

	open_pair();
	change(0, 0, 0, 0, ICANON | ECHO, 0);
	is(raw_read(0, 0, "", 10, &ms), 0, "MIN 0 TIME 0: nothing, at once");
	is(raw_read(0, 0, "ab", 10, &ms), 2, "or what there is");
	is(raw_read(0, 2, "", 10, &ms), 0, "MIN 0 TIME 2: nothing");
	ok(ms >= 150, "after 0.2 seconds (%ld ms)", ms);
	is(raw_read(0, 50, "a", 10, &ms), 1, "or the first byte, at once");
	ok(ms < 4000, "that is (%ld ms)", ms);
	is(raw_read(3, 0, "abcde", 10, &ms), 5, "MIN 3 TIME 0: more than that");
	is(raw_read(3, 0, "ab", 2, &ms), 2, "a smaller read needs less");
	is(raw_read(3, 2, "ab", 10, &ms), 2, "MIN 3 TIME 2: a pause ends it");
	ok(ms >= 150, "of 0.2 seconds (%ld ms)", ms);
	is(raw_read(2, 50, "ab", 10, &ms), 2, "enough ends it at once");
	ok(ms < 4000, "that is (%ld ms)", ms);
	set_char(VMIN, 4);
	set_char(VTIME, 0);
	type("abc");
	ok(!ready(slave, 30), "poll waits for MIN bytes");
	is(ioctl(slave, FIONREAD, &n), 0, "FIONREAD");
	is(n, 3, "counts what there is");
	type("d");
	ok(ready(slave, 3000), "now there are");
	is(raw_read(4, 0, "", 10, &ms), 4, "and can be read");
	fcntl(slave, F_SETFL, O_NONBLOCK);
	is(raw_read(4, 0, "", 10, &ms), -EAGAIN, "O_NONBLOCK: EAGAIN");
	is(raw_read(4, 0, "ab", 10, &ms), 2, "or what there is");
	close_pair();
}

static void test_switch(void)
{
	char buf[10];
	int n;

	open_pair();
	change(0, 0, 0, 0, ECHO, 0);
	type("abc");
	change(0, 0, 0, 0, ICANON, 0);
	ok(ready(slave, 3000), "an unfinished line can be read raw");
	is(read(slave, buf, 10), 3, "whole");
	type("de");
	ready(slave, 3000);
	change(0, 0, 0, 0, 0, ICANON);
	ok(ready(slave, 0), "raw bytes become a line");
	is(read(slave, buf, 10), 2, "whole");
	type("gone");
	usleep(30000);
	is(ioctl(slave, TCFLSH, TCIFLUSH), 0, "TCFLSH");
	type("x\n");
	is(read(slave, buf, 10), 2, "what was flushed is not read");
	is(ioctl(slave, TCFLSH, 3) < 0 ? errno : 0, EINVAL, "no other queue");
	type("12\n34\n");
	ready(slave, 3000);
	usleep(30000);
	ioctl(slave, FIONREAD, &n);
	is(n, 6, "FIONREAD counts lines");
	type("5");
	is(read(slave, buf, 1), 1, "a short read");
	is(read(slave, buf, 10), 2, "leaves the rest of the line");
	close_pair();
}

static void test_flow(void)
{
	char c = 'i';
	const char *got;

	open_pair();
	change(0, 0, 0, 0, ECHO, 0);
	type("\023");
	usleep(30000);
	fcntl(slave, F_SETFL, O_NONBLOCK);
	is(write(slave, "a", 1) < 0 ? errno : 0, EAGAIN, "^S stops output");
	type("\021");
	usleep(30000);
	is(write(slave, "a", 1), 1, "^Q starts it");
	is(ioctl(slave, TCXONC, TCOOFF), 0, "TCOOFF");
	is(write(slave, "b", 1) < 0 ? errno : 0, EAGAIN, "stops it as well");
	type("\021");
	usleep(30000);
	is(write(slave, "b", 1) < 0 ? errno : 0, EAGAIN, "^Q does not help");
	is(ioctl(slave, TCXONC, TCOON), 0, "TCOON");
	is(write(slave, "b", 1), 1, "starts it");
	is(ioctl(slave, TCXONC, TCIOFF), 0, "TCIOFF");
	got = output("ab\023");
	ok(!strcmp(got, "ab<19>"), "sends ^S (%s)", got);
	is(ioctl(slave, TCXONC, TCION), 0, "TCION");
	got = output("\021");
	ok(!strcmp(got, "<17>"), "sends ^Q (%s)", got);
	is(ioctl(slave, TCXONC, 7) < 0 ? errno : 0, EINVAL, "no other action");
	change(0, IXANY, 0, 0, 0, 0);
	type("\023x");
	usleep(30000);
	is(write(slave, "c", 1), 1, "IXANY: any key starts it");
	is(ioctl(slave, TCSBRK, 1), 0, "tcdrain");
	if (!ioctl(slave, TIOCSTI, &c))
		check("n\n", "c", "xin\n", "TIOCSTI types for us");
	close_pair();
}

/* ---- hang-up ---- */

static int events(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	poll(&p, 1, 0);
	return p.revents;
}

static void test_slave_closes(void)
{
	char buf[10];

	open_pair();
	is(events(master), POLLOUT, "the master of a slave that is open");
	is(write(slave, "end", 3), 3, "the slave writes");
	close(slave);
	is(events(master) & (POLLIN | POLLHUP), POLLIN | POLLHUP, "and closes: POLLIN, POLLHUP");
	is(read(master, buf, 10), 3, "what was written is read");
	is(read(master, buf, 10) < 0 ? errno : 0, EIO, "then EIO");
	is(events(master) & (POLLIN | POLLHUP), POLLHUP, "POLLHUP");
	slave = open(slave_name, O_RDWR | O_NOCTTY);
	ok(slave >= 0, "the slave can be opened again");
	is(events(master), POLLOUT, "no POLLHUP any more");
	close_pair();
}

static void test_master_closes(void)
{
	char buf[10];
	struct termios t;
	pid_t child;
	int status;

	open_pair();
	is(write(master, "x\n", 2), 2, "a line");
	close(master);
	is(read(slave, buf, 10), 0, "reads give end of file");
	is(write(slave, "x", 1) < 0 ? errno : 0, EIO, "writes EIO");
	is(tcgetattr(slave, &t) ? errno : 0, EIO, "ioctl EIO");
	is(events(slave), POLLIN | POLLOUT | POLLERR | POLLHUP, "poll tells all");
	close(slave);

	open_pair();
	child = fork();
	if (!child) {
		close(master);
		_exit(read(slave, buf, 10) < 0 ? errno : 0);
	}
	usleep(50000);
	close(master);
	waitpid(child, &status, 0);
	is(WEXITSTATUS(status), EIO, "a sleeping reader gets EIO");
	close(slave);
}

/* ---- job control ---- */

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

static void test_job_control(void)
{
	is(in_session(session_basics), 0, "a session's terminal: the failing step");
	is(in_session(session_signals), 0, "keys that signal: the failing step");
	is(in_session(session_background), 0, "the background: the failing step");
	test_hangup_signal();
}

int main(void)
{
	signal(SIGTTOU, SIG_DFL);
	signal(SIGTTIN, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	test_pair();
	test_defaults();
	test_lines();
	test_input_flags();
	test_output_flags();
	test_long_line();
	test_flood();
	test_min_time();
	test_switch();
	test_flow();
	test_slave_closes();
	test_master_closes();
	test_job_control();
	return done();
}
