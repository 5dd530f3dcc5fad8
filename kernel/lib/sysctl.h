/*
 * /proc/sys: values that can be seen and changed while the kernel runs. Whoever owns a value lists it in a table of
 * its own file, in any layer; kernel/fs/proc_sys.c finds all tables in one section of the kernel.
 */
#ifndef KERNEL_LIB_SYSCTL_H
#define KERNEL_LIB_SYSCTL_H

#include "kernel/lib/types.h"

struct ctl_table {
	const char *path; /* below /proc: "sys/vm/overcommit_memory" */
	/* One or more words (int, long, unsigned): a write stores what lies within min and max, EINVAL for the rest.
	 * max 0: read-only. */
	void *data;
	unsigned int nr; /* of words; 0: one */
	unsigned long min, max;
	/* Or a line of text instead, in a buffer of that size. size 0: read-only. */
	char *text;
	size_t size;
	/* Called before the value is shown, and after it was written. May sleep. NULL: nothing to do. */
	void (*hook)(bool written);
};

/* SYSCTL(mm_sysctls) = { { .path = "sys/vm/...", .data = &value, .max = 2 }, ... }; */
#define SYSCTL(name) \
	static const struct ctl_table name[] __attribute__((used, section(".sysctl"), aligned(4)))

#endif
