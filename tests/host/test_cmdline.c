/* kernel/lib/cmdline.c on the host.
 * link: kernel/lib/cmdline.c */
#include "tests/host/check.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/lib/cmdline.h"

/* What the kernel's string.c brings and some C libraries lack. */
size_t strlcpy(char *dst, const char *src, size_t size)
{
	snprintf(dst, size, "%s", src);
	return strlen(src);
}

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	return strtoull(s, end, base);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static u64 parse(const char *text, const char *rest)
{
	char *end;
	u64 value = memparse(text, &end);

	return strcmp(end, rest) ? 0xbad : value;
}

int main(void)
{
	static char longest[5000];
	int i;

	cmdline_init("  quiet console=tty0 init=/bin/sh\tconsole=ttyS0 empty= mem=64M  ");
	check(same(cmdline_get("init"), "/bin/sh"), "a value");
	check(cmdline_has("quiet") && cmdline_has("mem") && !cmdline_has("qui") &&
		      !cmdline_has("quiet2"),
	      "words are found whole");
	check(!cmdline_get("quiet") && !cmdline_get("loglevel"), "no value, no word: NULL");
	check(same(cmdline_get("empty"), ""), "an empty value");
	check(same(cmdline_get("console"), "ttyS0"), "the last one wins");
	check(same(cmdline_get_nth("console", 0), "tty0") &&
		      same(cmdline_get_nth("console", 1), "ttyS0") &&
		      !cmdline_get_nth("console", 2),
	      "one after the other");
	check(!strncmp(cmdline_text(), "  quiet console=tty0", 20), "the text is kept as it came");
	cmdline_init("");
	check(!cmdline_has("") && !cmdline_get("x"), "an empty line");
	for (i = 0; i < 4999; i++)
		longest[i] = i % 5 == 4 ? ' ' : 'x';
	cmdline_init(longest);
	check(strlen(cmdline_text()) == CMDLINE_MAX - 1,
	      "a line too long is cut, words too many left out");
	check(parse("64M", "") == 64ULL << 20 && parse("1Grest", "rest") == 1ULL << 30 &&
		      parse("4k", "") == 4096 && parse("123", "") == 123 &&
		      parse("0x10K", "") == 16384 && parse("8G", "") == 8ULL << 30,
	      "sizes");
	check(parse("99999999999G", "") == ~0ULL, "a size too large saturates");
	cmdline_init("a=12 b=banana c=5M d=12x e= f=99");
	check(cmdline_number("a", 0, 15, 7) == 12 && cmdline_number("none", 0, 15, 99) == 99,
	      "a number, and the normal one");
	check(cmdline_number("c", 1 << 20, 8 << 20, 1) == 5 << 20, "a size");
	check(cmdline_number("b", 0, 15, 7) == 7 && cmdline_number("d", 0, 15, 7) == 7 &&
		      cmdline_number("e", 0, 15, 7) == 7,
	      "what is no number is ignored");
	check(cmdline_number("f", 0, 15, 7) == 7 && cmdline_number("c", 16 << 20, 32 << 20, 1) == 1,
	      "what is out of range is ignored");
	check(parse("M", "") == 0, "a unit without a number");
	return check_done();
}
