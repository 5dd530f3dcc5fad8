/*
 * The calls that say less: open for openat, rmdir for unlinkat. kernel/fs/calls.h has a line for each.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/syscalls.h"

#define CALL(...)
#define SHORT_CALL(nr, name, call, ...) \
	long sys_##name(__VA_ARGS__)    \
	{                               \
		return sys_##call;      \
	}
#include "kernel/fs/calls.h"
