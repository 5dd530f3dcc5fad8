/* kernel/lib/string.c on the host against the C library's, and the functions that it lacks. */
#include "tests/host/check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib/string.h"

#define memcpy  k_memcpy
#define memmove k_memmove
#define memset  k_memset
#define memcmp  k_memcmp
#define memchr  k_memchr
#define strlen  k_strlen
#define strnlen k_strnlen
#define strcmp  k_strcmp
#define strncmp k_strncmp
#define strcpy  k_strcpy
#define strchr  k_strchr
#define strrchr k_strrchr
#define strstr  k_strstr
#define strcspn k_strcspn
#define strlcpy k_strlcpy
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"
#include "kernel/lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strcpy
#undef strchr
#undef strrchr
#undef strstr
#undef strcspn
#undef strlcpy

#define SIZE 96

static unsigned char model[SIZE], real[SIZE];

static void fill(void)
{
	int i;

	for (i = 0; i < SIZE; i++)
		model[i] = real[i] = check_random();
}

static bool block_moves(void)
{
	int i;

	for (i = 0; i < 20000; i++) {
		size_t n = check_random() % 40, a = check_random() % 50, b = check_random() % 50;

		fill();
		switch (i % 3) {
		case 0:
			if (k_memmove(real + a, real + b, n) != real + a)
				return false;
			memmove(model + a, model + b, n);
			break;
		case 1:
			if (a + n > b && b + n > a)
				continue;
			if (k_memcpy(real + a, real + b, n) != real + a)
				return false;
			memcpy(model + a, model + b, n);
			break;
		case 2:
			if (k_memset(real + a, (int)b - 300, n) != real + a)
				return false;
			memset(model + a, (int)b - 300, n);
			break;
		}
		if (memcmp(model, real, SIZE))
			return false;
	}
	return true;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Short texts over few letters, so that equal pieces are frequent. */
static const char *random_text(char *buf)
{
	static const char letters[] = "aAbB_\xe4";
	int len = check_random() % 12, i;

	for (i = 0; i < len; i++)
		buf[i] = letters[check_random() % 6];
	buf[len] = 0;
	return buf;
}

static bool searches(void)
{
	char abuf[16], bbuf[16];
	int i;

	for (i = 0; i < 50000; i++) {
		const char *a = random_text(abuf), *b = random_text(bbuf);
		size_t n = check_random() % 14;
		int c = "aAbB_\xe4"[check_random() % 7];

		if (k_strlen(a) != strlen(a) || k_strnlen(a, n) != strnlen(a, n) ||
		    sign(k_strcmp(a, b)) != sign(strcmp(a, b)) ||
		    sign(k_strncmp(a, b, n)) != sign(strncmp(a, b, n)) ||
		    sign(k_memcmp(abuf, bbuf, 0)) || k_strchr(a, c) != strchr(a, c) ||
		    k_strrchr(a, c) != strrchr(a, c) || k_strstr(a, b) != strstr(a, b) ||
		    k_strcspn(a, b) != strcspn(a, b) ||
		    k_memchr(a, c, strlen(a)) != memchr(a, c, strlen(a))) {
			printf("# '%s' '%s' %zu %d\n", a, b, n, c);
			return false;
		}
	}
	return true;
}

static void copies(void)
{
	char buf[8];

	check(k_strlcpy(buf, "hello", sizeof(buf)) == 5 && !strcmp(buf, "hello"),
	      "strlcpy of what fits");
	check(k_strlcpy(buf, "hello world", sizeof(buf)) == 11 && !strcmp(buf, "hello w"),
	      "strlcpy cuts");
	memset(buf, 'x', sizeof(buf));
	check(k_strlcpy(buf, "hi", 0) == 2 && buf[0] == 'x', "strlcpy into nothing writes nothing");
	check(!strcmp(k_strcpy(buf, "abcdefg"), "abcdefg"), "strcpy");
}

static bool number(const char *text, unsigned int base)
{
	char *ours, *theirs;
	unsigned long long o = simple_strtoull(text, &ours, base),
			   t = strtoull(text, &theirs, base);

	if (o != t || ours != theirs)
		printf("# '%s' base %u: %llu at %zd, expected %llu at %zd\n", text, base, o,
		       ours - text, t, theirs - text);
	return o == t && ours == theirs;
}

int main(void)
{
	unsigned char poison[16];

	check(block_moves(), "memcpy, memmove (overlapping), memset against the C library");
	check(searches(), "comparisons and searches against the C library");
	copies();
	check(number("123abc", 10) && number("0x1fz", 0) && number("0777", 0) && number("0", 0) &&
		      number("", 10) && number("ffff", 16) && number("0xffff", 16) &&
		      number("0x", 0) && number("089", 0) && number("18446744073709551615", 10),
	      "numbers in all bases");
	memset(poison, 0x6b, sizeof(poison));
	check(!memchr_inv(poison, 0x6b, 16), "memchr_inv of untouched poison");
	poison[11] = 0;
	check(memchr_inv(poison, 0x6b, 16) == poison + 11,
	      "memchr_inv finds the byte that differs");
	return check_done();
}
