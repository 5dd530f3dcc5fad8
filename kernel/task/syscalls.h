/*
 * Prototypes of kernel/task/calls.h. Arguments, results and errors are those of the manual pages, section 2; every pointer
 * is a user address.
 */
#ifndef KERNEL_TASK_SYSCALLS_H
#define KERNEL_TASK_SYSCALLS_H

#include "kernel/lib/types.h"

#define CALL(nr, name, ...) long sys_##name(__VA_ARGS__);
#include "kernel/task/calls.h"
#undef CALL

#endif
