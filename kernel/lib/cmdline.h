/*
 * The kernel command line: words "name" and "name=value" separated by blanks.
 */
#ifndef KERNEL_LIB_CMDLINE_H
#define KERNEL_LIB_CMDLINE_H

#include "kernel/lib/types.h"

#define CMDLINE_MAX 1024

/* Take over the command line, cut at CMDLINE_MAX - 1 bytes. Called once, first thing. */
void cmdline_init(const char *text);

/* The whole line as it came, for /proc/cmdline. */
const char *cmdline_text(void);

/* Value of the last word "name=value"; "" for "name="; NULL when there is no such word. Valid for ever. */
const char *cmdline_get(const char *name);

/* Value of the `nth` (from 0) word of that name, for console= and the like; NULL behind the last. */
const char *cmdline_get_nth(const char *name, unsigned int nth);

/* True when the word stands there, with or without a value. */
bool cmdline_has(const char *name);

/* A number with K, M or G behind it ("64M"); *end (if not NULL) is set behind what was read. Saturates at U64 max. */
u64 memparse(const char *text, char **end);

/* The number (as memparse) that NAME= gives, if it is within [min, max]; else @normal, with a line in the log where
 * something else stands there. */
u64 cmdline_number(const char *name, u64 min, u64 max, u64 normal);

#endif
