/* The line discipline, through a pseudo-terminal: editing, echo, flags, what a read waits for, flow control. */
#include "tests/user/pty.h"

#include <time.h>

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
	is(raw_read(0, 2, "", 10, &ms), -EAGAIN, "EAGAIN whatever TIME says");
	is(raw_read(0, 0, "", 10, &ms), 0, "but nothing is an answer where MIN and TIME are 0");
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

int main(void)
{
	test_lines();
	test_input_flags();
	test_output_flags();
	test_long_line();
	test_min_time();
	test_switch();
	test_flow();
	return done();
}
