/*
 * ioremap: kernel addresses for device registers and device memory.
 */
#ifndef MM_IOREMAP_H
#define MM_IOREMAP_H

#include "kernel/lib/types.h"

/*
 * ioremap - map @size bytes of device memory at physical @phys, uncached
 *
 * Any alignment; the address returned has the offset in the page that @phys has.
 * Returns NULL for a range that wraps, that touches RAM which the kernel manages,
 * that the page tables cannot reach, or without room. May sleep. ioremap_wc is
 * write-combining, for framebuffers (Intel SDM vol. 3A 11.12, PAT entry 1; without a PAT it is uncached).
 */
void *ioremap(phys_addr_t phys, unsigned long size);
void *ioremap_wc(phys_addr_t phys, unsigned long size);

/* Gives it back; any address in the first page that ioremap returned, NULL is allowed. */
void iounmap(void *addr);

#endif
