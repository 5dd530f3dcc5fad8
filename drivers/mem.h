/*
 * Devices that are memory, or make-believe: null, zero, full, random, urandom, mem, kmsg.
 */
#ifndef DRIVERS_MEM_H
#define DRIVERS_MEM_H

/* Make the device nodes. After devfs_init. */
void mem_devices_init(void);

#endif
