/*
 * Formatted text into a buffer. Conversions: d u x o c s p %, flags - 0 #, width and the precision of strings (numbers
 * or *), lengths l ll z; and %pS, which prints an address as symbol+offset/size.
 */
#ifndef KERNEL_LIB_PRINTF_H
#define KERNEL_LIB_PRINTF_H

#include <stdarg.h>

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#if __STDC_HOSTED__
#include <stdio.h>
#else
/*
 * Write at most `size` bytes, terminator included (nothing at all when size is 0). Returns the length that the whole
 * text has without its terminator, cut or not.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
#endif

/* The same, but return the bytes really written without the terminator: safe to add up. */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
