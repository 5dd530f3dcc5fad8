/*
 * What the boot loader tells: the Multiboot 1 information (Multiboot Specification 0.6.96, section 3.3), copied out of
 * the loader's memory into one structure before that memory can be reused.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC 0x1BADB002 /* in our header */
#define MULTIBOOT_BOOT_MAGIC   0x2BADB002 /* in eax when we are started */

/* Header flags: align modules to pages, give memory information, set a video mode. */
#define MULTIBOOT_PAGE_ALIGN  0x1
#define MULTIBOOT_MEMORY_INFO 0x2
#define MULTIBOOT_VIDEO_MODE  0x4

#ifndef __ASSEMBLER__
#include "drivers/video.h"
#include "kernel/lib/cmdline.h"

#define BOOT_MAX_RANGES  128
#define BOOT_MAX_MODULES 8

/* A range of the firmware's memory map, in whatever order and state it came. */
struct boot_range {
	u64 base;
	u64 size;
	u32 type; /* BOOT_RANGE_RAM or something else that is not for use */
};

#define BOOT_RANGE_RAM 1

/* A file that the loader put into memory: physical [start, end). */
struct boot_module {
	u32 start, end;
	char cmdline[64];
};

struct boot_info {
	char loader[64];
	char cmdline[2 *
		     CMDLINE_MAX]; /* room to see what is too long, behind QEMU's file name, too */
	unsigned int nr_ranges;
	struct boot_range ranges[BOOT_MAX_RANGES];
	unsigned int nr_modules;
	struct boot_module modules[BOOT_MAX_MODULES];
	struct video_mode framebuffer; /* that the loader set */
};

extern struct boot_info boot_info;

/*
 * Fill boot_info from the loader's structure at physical address `info`. Runs on the boot page tables, once, before
 * anything is allocated. Missing parts stay empty; what points outside of memory is left out.
 */
void multiboot_read(u32 info);
#endif

#endif
