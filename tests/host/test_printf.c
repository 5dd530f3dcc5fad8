/* kernel/lib/printf.c on the host: every conversion against the C library's. */
#include "tests/host/check.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kernel/lib/kallsyms.h"
#include "kernel/lib/types.h"

#define vsnprintf k_vsnprintf
#define snprintf  k_snprintf
#include "kernel/lib/printf.c"
#undef vsnprintf
#undef snprintf

const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset)
{
	if (addr < 0x1000 || addr >= 0x1100)
		return NULL;
	*size = 0x100;
	*offset = addr - 0x1000;
	return "start_kernel";
}

/* Both printfs say the same, text and value, for a buffer of any size. */
#define SAME(size, ...)                                                                        \
	({                                                                                     \
		char theirs_[200], ours_[200];                                                 \
		int t_, o_;                                                                    \
		memset(theirs_, 0x55, sizeof(theirs_));                                        \
		memset(ours_, 0x55, sizeof(ours_));                                            \
		t_ = snprintf(theirs_, size, __VA_ARGS__);                                     \
		o_ = k_snprintf(ours_, size, __VA_ARGS__);                                     \
		if (t_ != o_ || memcmp(theirs_, ours_, sizeof(ours_)))                         \
			printf("# theirs '%.150s' %d, ours '%.150s' %d\n", theirs_, t_, ours_, \
			       o_);                                                            \
		t_ == o_ && !memcmp(theirs_, ours_, sizeof(ours_));                            \
	})

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-truncation"
#pragma GCC diagnostic ignored "-Wformat-security"

/* A random conversion of the letter and length. */
static void make_format(char *fmt, const char *length, char letter)
{
	static const char flags[] = "-0#";
	char *p = fmt;
	unsigned int i, r = check_random();

	*p++ = '<';
	*p++ = '%';
	for (i = 0; i < 3; i++) {
		/* # with decimals is undefined; so is + with unsigned ones, which libraries ignore. */
		if (flags[i] == '#' && letter != 'x')
			continue;
		if (r >> i & 1)
			*p++ = flags[i];
	}
	if (r & 0x100)
		p += sprintf(p, "%u", check_random() % 30);
	p += sprintf(p, "%s%c>", length, letter);
}

static u64 random_value(void)
{
	u64 v = (u64)check_random() << 40 ^ (u64)check_random() << 20 ^ check_random();

	switch (check_random() % 4) {
	case 0:
		return check_random() % 3;
	case 1:
		return v >> check_random() % 64;
	case 2:
		return -(v >> check_random() % 64);
	default:
		return v;
	}
}

static bool integers(const char *letters)
{
	static const char *const lengths[] = { "", "l", "ll", "z" };
	bool ok = true;
	char fmt[64];
	int i;

	for (i = 0; i < 60000 && ok; i++) {
		const char *length = lengths[check_random() % 4];
		size_t size = check_random() % 8 ? 200 : check_random() % 12;
		u64 v = random_value();

		make_format(fmt, length, letters[check_random() % strlen(letters)]);
		ok = length[0] == 'l' || length[0] == 'z' ? SAME(size, fmt, v)
							  : SAME(size, fmt, (unsigned int)v);
		if (!ok)
			printf("# format %s value %llx\n", fmt, v);
	}
	return ok;
}

static bool strings(void)
{
	static const char *const texts[] = { "", "x", "hello", "a longer text with blanks" };
	const char *text;
	bool ok = true;
	char fmt[64];
	size_t size;
	int i;

	for (i = 0; i < 3000 && ok; i++) {
		sprintf(fmt, "<%%%s%u.%us>", check_random() % 2 ? "-" : "", check_random() % 30 + 1,
			check_random() % 25);
		text = texts[check_random() % 4];
		size = check_random() % 60;
		ok = SAME(size, fmt, text);
	}
	return ok;
}

static bool equal(const char *expected, const char *fmt, ...)
{
	char buf[200];
	va_list args;

	va_start(args, fmt);
	k_vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	if (strcmp(buf, expected))
		printf("# expected '%s', got '%s'\n", expected, buf);
	return !strcmp(buf, expected);
}

int main(void)
{
	char buf[8];

	check(integers("d"), "signed decimals of all lengths, flags, widths");
	check(integers("u"), "unsigned decimals");
	check(integers("x"), "hexadecimals");
	check(integers("o"), "octals");
	check(strings(), "strings with width and precision");
	check(SAME(200, "%*d|%-*d|%*d", 7, 42, 7, 42, -7, 42),
	      "width from an argument, negative ones too");
	check(SAME(200, "%.*s|%.2s", 3, "abcdef", "x"), "precision from an argument");
	check(SAME(200, "%c%5c%-5c|%%", 'a', 'b', 'c'), "characters and the percent sign");
	check(SAME(5, "%s", "truncated"), "a text that does not fit is cut and its length told");
	check(k_snprintf(NULL, 0, "%d bytes", 1000) == 10, "no buffer at all: the length");
	check(scnprintf(buf, sizeof(buf), "%s", "0123456789") == 7,
	      "scnprintf tells what it wrote");
	check(scnprintf(buf, 0, "%s", "0123456789") == 0, "scnprintf into nothing writes nothing");
	check(equal("(null)", "%s", NULL), "a NULL string");
	check(equal("(null)", "%s", (char *)12), "a field of a NULL structure as a string");
	check(equal("start_kernel+0x23/0x100", "%pS", (void *)0x1023),
	      "an address as symbol and offset");
	check(equal("0x2000", "%pS", (void *)0x2000), "an address without a symbol");
	check(equal("0000000000001234", "%p", (void *)0x1234), "a pointer in full width");
	check(equal("%y 5", "%y %d", 5),
	      "an unknown conversion is shown and does not eat an argument");
	check(equal("50%", "50%"), "a lone percent sign at the end");
	return check_done();
}
