/*
 * Memory blocks and strings: the C library's names and semantics, as far as the kernel uses them.
 */
#ifndef KERNEL_LIB_STRING_H
#define KERNEL_LIB_STRING_H

#include "kernel/lib/types.h"

#if __STDC_HOSTED__
#include <string.h>
#else
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strcpy(char *dst, const char *src);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *haystack, const char *needle);
size_t strcspn(const char *s, const char *reject);

/* Known sizes become plain moves. */
#define memcpy(d, s, n) __builtin_memcpy(d, s, n)
#define memset(d, c, n) __builtin_memset(d, c, n)
#endif

/*
 * Copy `src` into `dst` of `size` bytes, cut if need be, always terminated when size > 0.
 * Returns strlen(src): a result >= size means that it was cut.
 */
size_t strlcpy(char *dst, const char *src, size_t size);

/* First byte of s[0 .. n) that is not `c`, or NULL: for checking poison. */
void *memchr_inv(const void *s, int c, size_t n);

/* Number at the start of `s` in `base` (0: 0x and 0 prefixes decide); *end (if not NULL) is set behind it. */
unsigned long long simple_strtoull(const char *s, char **end, unsigned int base);

#endif
