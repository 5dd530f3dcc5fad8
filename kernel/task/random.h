/* Random bytes. */
#ifndef KERNEL_TASK_RANDOM_H
#define KERNEL_TASK_RANDOM_H

#include "kernel/lib/types.h"

/* Fill buf with bytes that a program cannot foretell. Any context. */
void get_random_bytes(void *buf, size_t size);

#endif
