/*
 * The page tables that entry.S builds: physical [0, BOOT_MAP_SIZE) is seen at PAGE_OFFSET until paging_init replaces
 * them. The last page of that range is a window onto any frame, for reading what the loader left above.
 */
#ifndef BOOT_EARLY_MAP_H
#define BOOT_EARLY_MAP_H

/* Also mapped without large pages, so it costs BOOT_MAP_SIZE / 1 KiB (/ 512 B with PAE) of page tables. */
#define BOOT_MAP_SIZE 0x1000000

#ifndef __ASSEMBLER__
#include "kernel/lib/types.h"

/*
 * Copy `len` bytes from physical address `phys` wherever it is. Returns false, having copied nothing, when the range
 * wraps. Only before paging_init.
 */
bool early_copy_from_phys(void *dst, u32 phys, size_t len);
#endif

#endif
