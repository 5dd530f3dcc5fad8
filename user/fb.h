/*
 * The framebuffer device as Linux has it (linux/fb.h of the i386 ABI): what drivers/fb.c and its
 * users agree on. Sizes are fixed: 160 and 68 bytes.
 */
#ifndef USER_FB_H
#define USER_FB_H

#include <stdint.h>

#define FBIOGET_VSCREENINFO 0x4600
#define FBIOPUT_VSCREENINFO 0x4601
#define FBIOGET_FSCREENINFO 0x4602
#define FBIOPAN_DISPLAY     0x4606

#define FB_TYPE_PACKED_PIXELS 0
#define FB_VISUAL_TRUECOLOR   2
#define FB_ACTIVATE_NOW       0 /* set the mode */
#define FB_ACTIVATE_TEST      2 /* only say what would come of it */
#define FB_ACTIVATE_MASK      15

/* Where a colour is in a pixel. */
struct fb_bitfield {
	uint32_t offset, length, msb_right;
};

/* What can be changed. The first eight words decide the mode. */
struct fb_var_screeninfo {
	uint32_t xres, yres;                 /* visible */
	uint32_t xres_virtual, yres_virtual; /* what there is in memory */
	uint32_t xoffset, yoffset;           /* where the visible part begins */
	uint32_t bits_per_pixel, grayscale;
	struct fb_bitfield red, green, blue, transp;
	uint32_t nonstd, activate;
	uint32_t height, width; /* of the picture in mm */
	uint32_t accel_flags;
	uint32_t pixclock, left_margin, right_margin, upper_margin, lower_margin;
	uint32_t hsync_len, vsync_len, sync, vmode, rotate, colorspace, reserved[4];
};

/* What cannot. Its longs are those of the i386 ABI. */
struct fb_fix_screeninfo {
	char id[16];
	uint32_t smem_start; /* physical address of the memory */
	uint32_t smem_len;   /* its length in bytes */
	uint32_t type, type_aux, visual;
	uint16_t xpanstep, ypanstep, ywrapstep;
	uint32_t line_length; /* bytes from one line to the next */
	uint32_t mmio_start, mmio_len, accel;
	uint16_t capabilities, reserved[2];
};

_Static_assert(sizeof(struct fb_var_screeninfo) == 160, "fb_var_screeninfo");
_Static_assert(sizeof(struct fb_fix_screeninfo) == 68, "fb_fix_screeninfo");

#endif
