/*
 * Memory blocks and strings. The block moves are single string instructions: measured in instructions nothing without
 * vector registers is shorter.
 */
#include "kernel/lib/string.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/util.h"

#if !__STDC_HOSTED__
#undef memcpy
#undef memset
#endif

void *memcpy(void *dst, const void *src, size_t n)
{
	void *d = dst;
	size_t words = n / 4;

	__asm__ __volatile__("rep movsl" : "+D"(d), "+S"(src), "+c"(words)::"memory");
	n &= 3;
	if (n)
		__asm__ __volatile__("rep movsb" : "+D"(d), "+S"(src), "+c"(n)::"memory");
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	char *d;

	if ((unsigned long)dst - (unsigned long)src >= n)
		return memcpy(dst, src, n);
	/* dst lies inside of src: from the end. */
	d = (char *)dst + n - 1;
	src = (const char *)src + n - 1;
	__asm__ __volatile__("std; rep movsb; cld" : "+D"(d), "+S"(src), "+c"(n)::"memory");
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	u32 pattern = (u8)c * 0x01010101u;
	size_t words = n / 4;
	void *d = dst;

	__asm__ __volatile__("rep stosl" : "+D"(d), "+c"(words) : "a"(pattern) : "memory");
	n &= 3;
	if (n)
		__asm__ __volatile__("rep stosb" : "+D"(d), "+c"(n) : "a"(pattern) : "memory");
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	for (; n; n--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++) {
		if (*p == (u8)c)
			return (void *)(unsigned long)p;
	}
	return NULL;
}

void *memchr_inv(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n; n--, p++) {
		if (*p != (u8)c)
			return (void *)(unsigned long)p;
	}
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *strcpy(char *dst, const char *src)
{
	return memcpy(dst, src, strlen(src) + 1);
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src), copied;

	if (size) {
		copied = min(len, size - 1);
		memcpy(dst, src, copied);
		dst[copied] = 0;
	}
	return len;
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(unsigned long)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++);
	return (char *)(unsigned long)found;
}

char *strstr(const char *haystack, const char *needle)
{
	size_t len = strlen(needle);

	for (;; haystack++) {
		if (!strncmp(haystack, needle, len))
			return (char *)(unsigned long)haystack;
		if (!*haystack)
			return NULL;
	}
}

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

static int digit_value(char c)
{
	if (isdigit((u8)c))
		return c - '0';
	return isalpha((u8)c) ? tolower((u8)c) - 'a' + 10 : 99;
}

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	unsigned long long value = 0;

	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
	    digit_value(s[2]) < 16) {
		base = 16;
		s += 2;
	} else if (base == 0) {
		base = s[0] == '0' ? 8 : 10;
	}
	while ((unsigned int)digit_value(*s) < base)
		value = value * base + digit_value(*s++);
	if (end)
		*end = (char *)(unsigned long)s;
	return value;
}
