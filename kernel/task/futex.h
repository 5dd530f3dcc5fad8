/* Fast user-space mutexes, as far as thread libraries need: wait while a word has a value, wake waiters. */
#ifndef KERNEL_TASK_FUTEX_H
#define KERNEL_TASK_FUTEX_H

#include "kernel/lib/types.h"

#define FUTEX_WAIT           0
#define FUTEX_WAKE           1
#define FUTEX_REQUEUE        3
#define FUTEX_CMP_REQUEUE    4
#define FUTEX_WAIT_BITSET    9
#define FUTEX_WAKE_BITSET    10
#define FUTEX_PRIVATE_FLAG   128
#define FUTEX_CLOCK_REALTIME 256
#define FUTEX_CMD_MASK       (~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME))

/* futex(2); utime is a struct timespec of 32- or 64-bit seconds, or for REQUEUE a number. */
long sys_futex(int *uaddr, int op, int val, const void *utime, int *uaddr2, int val3);
long sys_futex_time64(int *uaddr, int op, int val, const void *utime, int *uaddr2, int val3);

#endif
