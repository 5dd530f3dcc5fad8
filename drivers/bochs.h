/*
 * The display adapter of Bochs and of QEMU's -vga std (PCI 1234:1111): any mode its memory holds.
 */
#ifndef DRIVERS_BOCHS_H
#define DRIVERS_BOCHS_H

#include "kernel/lib/types.h"

struct fb_info;

/*
 * Find the adapter, set a mode of @width x @height with 32 bits (0: a size of its own choice), and
 * register it as the framebuffer. Returns that, or NULL. pci_init() comes before.
 */
struct fb_info *bochs_init(u32 width, u32 height);

#endif
