/*
 * Which physical addresses drivers own, so that /dev/mem stays out of them.
 */
#ifndef DRIVERS_IOMEM_H
#define DRIVERS_IOMEM_H

#include "kernel/lib/types.h"

/* Claim [start, start + size) for ever. 0, -EINVAL (nothing, or it wraps), -EBUSY (part of it is taken), -ENOMEM. */
int request_mem_region(u64 start, u64 size);

/* Does anybody own a byte of [start, start + size)? */
bool iomem_is_claimed(u64 start, u64 size);

#endif
