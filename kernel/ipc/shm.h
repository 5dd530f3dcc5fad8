/*
 * System V shared memory: objects of zeroes that are named by numbers and live until they are removed.
 * An attachment is an ordinary mapping of the object's file, which counts itself.
 */
#ifndef KERNEL_IPC_SHM_H
#define KERNEL_IPC_SHM_H

/* Makes /proc/sysvipc/shm. Once, at boot, after proc_init(). */
void shm_init(void);

#endif
