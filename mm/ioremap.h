/*
 * ioremap: kernel addresses for device registers and device memory.
 */
#ifndef MM_IOREMAP_H
#define MM_IOREMAP_H

#include "kernel/lib/types.h"

/*
 * ioremap - map @size bytes of device memory at physical @phys, uncached
 *
 * Any alignment. Returns NULL for RAM that the kernel manages, a wrapping range,
 * or no room. ioremap_wc: write-combining (PAT entry 1), for framebuffers.
 */
void *ioremap(phys_addr_t phys, unsigned long size);
void *ioremap_wc(phys_addr_t phys, unsigned long size);
void iounmap(void *addr);

#endif
