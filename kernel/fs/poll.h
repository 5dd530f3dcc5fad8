/*
 * poll and select: a file says what it is ready for, and registers where to be woken when that changes.
 */
#ifndef KERNEL_FS_POLL_H
#define KERNEL_FS_POLL_H

#include "kernel/fs/file.h"
#include "kernel/sched/wait.h"

#define POLLIN     0x0001
#define POLLPRI    0x0002
#define POLLOUT    0x0004
#define POLLERR    0x0008
#define POLLHUP    0x0010
#define POLLNVAL   0x0020
#define POLLRDNORM 0x0040
#define POLLWRNORM 0x0100

/*
 * For file_operations.poll: wake the poller when @queue is woken. @queue must live as long as the file.
 * Call it for every queue, then look at the state and return the POLL bits.
 */
void poll_wait(struct file *file, wait_queue_head_t *queue, struct poll_table *table);

#endif
