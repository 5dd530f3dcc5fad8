/*
 * /dev/pool and /dev/pool-vmalloc: kernel memory that programs map and get page by page, through
 * nopage. What they agree on is in user/pool.h; the counts are in /proc/pool.
 */
#ifndef DRIVERS_POOL_H
#define DRIVERS_POOL_H

/* Make the devices and /proc/pool. Once. */
void pool_init(void);

#endif
