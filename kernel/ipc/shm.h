/*
 * System V shared memory: objects of zeroes that are named by numbers and live until they are removed.
 * An attachment is an ordinary mapping of the object's file, which counts itself.
 */
#ifndef KERNEL_IPC_SHM_H
#define KERNEL_IPC_SHM_H

#include "kernel/lib/types.h"

/* Makes /proc/sysvipc/shm. Once, at boot, after proc_init(). */
void shm_init(void);

/* The system calls: shmget(2), shmop(2), shmctl(2), and ipc(2), which carries them for i386. */
long sys_shmget(int key, size_t size, int flags);
long sys_shmat(int id, unsigned long addr, int flags);
long sys_shmdt(unsigned long addr);
long sys_shmctl(int id, int cmd, void *buf);
long sys_ipc(unsigned int call, int first, unsigned long second, unsigned long third, void *ptr);

#endif
