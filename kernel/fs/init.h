/*
 * Bringing the file systems to life.
 */
#ifndef KERNEL_FS_INIT_H
#define KERNEL_FS_INIT_H

#include "kernel/lib/types.h"

/*
 * Caches, file systems, the root: an empty ramfs. init_fs (kernel/fs/fdtable.h), which the first
 * task is to have, points there. After this drivers may call devfs_create. Needs slab, page cache
 * and clock.
 */
void vfs_init(void);

/*
 * Unpack a newc cpio archive, gzip-compressed or not, of @size bytes at physical address @start
 * into the root, and give its memory to the page allocator. What was unpacked before an error
 * stays. 0, or -EINVAL and the like after one line in the log.
 */
int unpack_initramfs(phys_addr_t start, size_t size);

#endif
