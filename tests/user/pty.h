/*
 * A pseudo-terminal in a test: both its ends, what is typed, shown and read, and settings changed bit by bit.
 */
#ifndef TESTS_USER_PTY_H
#define TESTS_USER_PTY_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif
#include "tests/user/tap.h"

static int master, slave;
static char slave_name[32];

/* A pair with Linux's settings from birth. The slave does not become our terminal. */
static inline void open_pair(void)
{
	int n = -1;

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ioctl(master, TIOCGPTN, &n);
	snprintf(slave_name, sizeof(slave_name), "/dev/pts/%d", n);
	n = 0;
	ioctl(master, TIOCSPTLCK, &n);
	slave = open(slave_name, O_RDWR | O_NOCTTY);
}

static inline void close_pair(void)
{
	close(slave);
	close(master);
}

/* Change settings: clear and set bits of the four words. */
static inline void change(tcflag_t i_off, tcflag_t i_on, tcflag_t o_off, tcflag_t o_on,
			  tcflag_t l_off, tcflag_t l_on)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_iflag = (t.c_iflag & ~i_off) | i_on;
	t.c_oflag = (t.c_oflag & ~o_off) | o_on;
	t.c_lflag = (t.c_lflag & ~l_off) | l_on;
	tcsetattr(slave, TCSANOW, &t);
}

static inline void set_char(int which, int c)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_cc[which] = c;
	tcsetattr(slave, TCSANOW, &t);
}

static inline int ready(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && (p.revents & POLLIN);
}

/* What comes out at the master, until it is text or a while passed; control characters visible. */
static inline const char *output(const char *want)
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
static inline const char *spell(const char *text)
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

static inline void type(const char *keys)
{
	if (write(master, keys, strlen(keys)) != (ssize_t)strlen(keys))
		ok(0, "the master takes %zu bytes", strlen(keys));
}

/* Type, and compare the echo and what a read gets; want NULL: nothing can be read. */
static inline void check(const char *keys, const char *echo, const char *want, const char *what)
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

#endif
