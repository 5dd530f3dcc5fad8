/*
 * The screen: whichever adapter there is becomes the framebuffer, with the text console on it.
 */
#ifndef DRIVERS_VIDEO_H
#define DRIVERS_VIDEO_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* A linear framebuffer in the mode that the boot loader has set, laid out as Multiboot does; width 0: there is none. */
struct video_mode {
	u64 addr;  /* physical */
	u32 pitch; /* bytes from line to line */
	u32 width, height;
	u8 bpp, type;
	u16 align; /* the specification's table knows nothing of it, its header and GRUB do */
	u8 red_pos, red_size, green_pos, green_size, blue_pos, blue_size;
} __packed;

/*
 * Find the adapter: the Bochs one is set to the size of @boot, or 1024x768; on another the mode @boot
 * stays as it is. Then the console begins. pci_init() comes before.
 */
void video_init(const struct video_mode *boot);

#endif
