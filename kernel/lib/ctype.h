/*
 * Classes of ASCII characters. Arguments are any int; bytes above 127 belong to no class.
 */
#ifndef KERNEL_LIB_CTYPE_H
#define KERNEL_LIB_CTYPE_H

#if __STDC_HOSTED__
#include <ctype.h>
#else
static inline int isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int isupper(int c)
{
	return c >= 'A' && c <= 'Z';
}

static inline int islower(int c)
{
	return c >= 'a' && c <= 'z';
}

static inline int isalpha(int c)
{
	return isupper(c) || islower(c);
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int iscntrl(int c)
{
	return (c >= 0 && c < ' ') || c == 127;
}

static inline int tolower(int c)
{
	return isupper(c) ? c + 32 : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - 32 : c;
}
#endif

#endif
