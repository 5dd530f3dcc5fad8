/*
 * Who uses which physical addresses of devices: so that two drivers do not take the same range, and
 * /dev/mem stays out of what a driver owns.
 */
#ifndef DRIVERS_IOMEM_H
#define DRIVERS_IOMEM_H

#include "kernel/lib/types.h"

/* Claim [start, start + size) under a name that stays. 0, -EBUSY (part of it is taken), -EINVAL, -ENOMEM. */
int request_mem_region(u64 start, u64 size, const char *name);

/* Give up what was claimed from @start on. */
void release_mem_region(u64 start);

/* Does anybody own a byte of [start, start + size)? */
bool iomem_is_claimed(u64 start, u64 size);

/* /proc/iomem: one line for each claim. */
void iomem_init(void);

#endif
