/*
 * The adapter is told its mode through the "DISPI" registers, by index and value at two ports.
 */
#include "drivers/bochs.h"

#include "drivers/fb.h"
#include "drivers/pci.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/x86/io.h"

#define BOCHS_VENDOR 0x1234
#define BOCHS_DEVICE 0x1111

#define DISPI_PORT_INDEX 0x1ce
#define DISPI_PORT_DATA  0x1cf

#define DISPI_ID         0
#define DISPI_XRES       1
#define DISPI_YRES       2
#define DISPI_BPP        3
#define DISPI_ENABLE     4
#define DISPI_VIRT_WIDTH 6
#define DISPI_Y_OFFSET   9

#define DISPI_ID_MASK  0xfff0
#define DISPI_ID_VALUE 0xb0c0
#define ENABLE_ON      0x01
#define ENABLE_LFB     0x40 /* linear framebuffer */

/* Widths are multiples of X_STEP; the largest mode is what fits into the registers. */
#define X_STEP   8u
#define MIN_SIZE 64u
#define MAX_XRES 16000u
#define MAX_YRES 12000u

#define DEFAULT_XRES 1024
#define DEFAULT_YRES 768

static struct fb_info bochs_fb;

static u16 dispi_read(unsigned int index)
{
	outw(index, DISPI_PORT_INDEX);
	return inw(DISPI_PORT_DATA);
}

static void dispi_write(unsigned int index, u16 value)
{
	outw(index, DISPI_PORT_INDEX);
	outw(value, DISPI_PORT_DATA);
}

static int bochs_check_var(struct fb_var_screeninfo *var, const struct fb_info *info)
{
	bool small = var->bits_per_pixel <= 16; /* 5, 6 and 5 bits for the colours, else 8 each */
	u32 xres, yres = max(var->yres, MIN_SIZE), yres_virtual, yoffset, lines;

	if (var->xres > MAX_XRES || yres > MAX_YRES)
		return -EINVAL;
	xres = max(ALIGN(var->xres, X_STEP), MIN_SIZE);
	lines = info->fix.smem_len / (xres * (small ? 2 : 4));
	if (yres > lines)
		return -EINVAL;
	yres_virtual = clamp(var->yres_virtual, yres, lines);
	yoffset = min(var->yoffset, yres_virtual - yres);
	*var = (struct fb_var_screeninfo){
		.xres = xres,
		.yres = yres,
		.xres_virtual = xres,
		.yres_virtual = yres_virtual,
		.yoffset = yoffset,
		.bits_per_pixel = small ? 16 : 32,
		.activate = var->activate,
	};
	var->red = (struct fb_bitfield){ small ? 11 : 16, small ? 5 : 8, 0 };
	var->green = (struct fb_bitfield){ small ? 5 : 8, small ? 6 : 8, 0 };
	var->blue = (struct fb_bitfield){ 0, small ? 5 : 8, 0 };
	return 0;
}

/*
 * Switching the adapter on resets offset and virtual width, and clears the visible part of the
 * memory.
 */
static void bochs_set_par(struct fb_info *info)
{
	const struct fb_var_screeninfo *var = &info->var;

	dispi_write(DISPI_ENABLE, 0);
	dispi_write(DISPI_BPP, var->bits_per_pixel);
	dispi_write(DISPI_XRES, var->xres);
	dispi_write(DISPI_YRES, var->yres);
	dispi_write(DISPI_ENABLE, ENABLE_ON | ENABLE_LFB);
	dispi_write(DISPI_VIRT_WIDTH, var->xres);
	info->fix.line_length = var->xres * (var->bits_per_pixel / 8);
}

static void bochs_pan(const struct fb_info *info)
{
	dispi_write(DISPI_Y_OFFSET, info->var.yoffset);
}

static const struct fb_ops bochs_ops = {
	.fb_check_var = bochs_check_var,
	.fb_set_par = bochs_set_par,
	.fb_pan_display = bochs_pan,
};

struct fb_info *bochs_init(u32 width, u32 height)
{
	struct pci_dev *dev = pci_get_device(BOCHS_VENDOR, BOCHS_DEVICE, NULL);

	if (!dev || (dispi_read(DISPI_ID) & DISPI_ID_MASK) != DISPI_ID_VALUE)
		return NULL;
	strlcpy(bochs_fb.fix.id, "bochs", sizeof(bochs_fb.fix.id));
	bochs_fb.fix.smem_start = dev->bar[0].start;
	bochs_fb.fix.smem_len = dev->bar[0].size;
	bochs_fb.fix.ypanstep = 1;
	bochs_fb.ops = &bochs_ops;
	bochs_fb.var.xres = width ? width : DEFAULT_XRES;
	bochs_fb.var.yres = height ? height : DEFAULT_YRES;
	bochs_fb.var.bits_per_pixel = 32;
	return register_framebuffer(&bochs_fb) ? NULL : &bochs_fb;
}
