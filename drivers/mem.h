/*
 * Devices that are memory, or make-believe: null, zero, full, random, urandom, mem; and which physical addresses
 * drivers own, so that mem stays out of them.
 */
#ifndef DRIVERS_MEM_H
#define DRIVERS_MEM_H

#include "kernel/lib/types.h"

/* Make the device nodes. After devfs_init. */
void mem_devices_init(void);

/* Claim [start, start + size) for ever. 0, -EINVAL (nothing, or it wraps), -EBUSY (part of it is taken), -ENOMEM. */
int request_mem_region(u64 start, u64 size);

/* Does anybody own a byte of [start, start + size)? */
bool iomem_is_claimed(u64 start, u64 size);

#endif
