/*
 * The adapter is told its mode through the "DISPI" registers, by index and value: at offset 0x500 of
 * its second memory range, or, where it has none, through two ports.
 */
#include "drivers/bochs.h"

#include "drivers/fb.h"
#include "drivers/pci.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/x86/io.h"
#include "mm/ioremap.h"
#include "mm/page.h"

#define BOCHS_VENDOR 0x1234
#define BOCHS_DEVICE 0x1111
#define CLASS_VGA    0x030000

#define DISPI_PORT_INDEX 0x1ce
#define DISPI_PORT_DATA  0x1cf
#define DISPI_MMIO       0x500
#define VGA_MMIO         0x400 /* ports 0x3c0 on */

#define DISPI_ID         0
#define DISPI_XRES       1
#define DISPI_YRES       2
#define DISPI_BPP        3
#define DISPI_ENABLE     4
#define DISPI_BANK       5
#define DISPI_VIRT_WIDTH 6
#define DISPI_X_OFFSET   8
#define DISPI_Y_OFFSET   9
#define DISPI_VRAM_64K   10

#define DISPI_ID_MASK   0xfff0
#define DISPI_ID_VALUE  0xb0c0
#define ENABLE_ON       0x01
#define ENABLE_GET_CAPS 0x02
#define ENABLE_LFB      0x40

#define VGA_ATTRIBUTE \
	0x3c0 /* index and data in turn; bit 5 of the index lets the picture through */
#define VGA_STATUS     0x3da /* a read makes the next write to VGA_ATTRIBUTE an index */
#define ATTRIBUTE_SHOW 0x20

#define MIN_SIZE     64
#define X_STEP       8 /* widths are multiples of this */
#define DEFAULT_XRES 1024
#define DEFAULT_YRES 768

static struct fb_info bochs_fb;
static void *mmio; /* NULL: ports */
static bool is_vga;
static u32 max_xres, max_yres;

static u16 dispi_read(unsigned int index)
{
	if (mmio)
		return readw((char *)mmio + DISPI_MMIO + 2 * index);
	outw(index, DISPI_PORT_INDEX);
	return inw(DISPI_PORT_DATA);
}

static void dispi_write(unsigned int index, u16 value)
{
	if (mmio) {
		writew(value, (char *)mmio + DISPI_MMIO + 2 * index);
		return;
	}
	outw(index, DISPI_PORT_INDEX);
	outw(value, DISPI_PORT_DATA);
}

static void set_colours(struct fb_var_screeninfo *var)
{
	if (var->bits_per_pixel == 16) {
		var->red = (struct fb_bitfield){ .offset = 11, .length = 5 };
		var->green = (struct fb_bitfield){ .offset = 5, .length = 6 };
		var->blue = (struct fb_bitfield){ .offset = 0, .length = 5 };
	} else {
		var->red = (struct fb_bitfield){ .offset = 16, .length = 8 };
		var->green = (struct fb_bitfield){ .offset = 8, .length = 8 };
		var->blue = (struct fb_bitfield){ .offset = 0, .length = 8 };
	}
	var->transp = (struct fb_bitfield){ 0 };
}

/* The virtual screen: never smaller than the visible one, never larger than the memory. */
static int fit_virtual(struct fb_var_screeninfo *var, u32 memory)
{
	u32 bytes = var->bits_per_pixel / 8;

	var->xres_virtual = clamp(ALIGN(var->xres_virtual, X_STEP), var->xres, max_xres);
	if ((u64)var->xres_virtual * bytes * var->yres > memory)
		var->xres_virtual = var->xres;
	if ((u64)var->xres_virtual * bytes * var->yres > memory)
		return -EINVAL;
	var->yres_virtual =
		clamp(var->yres_virtual, var->yres, memory / (var->xres_virtual * bytes));
	var->xoffset = min(var->xoffset & ~(X_STEP - 1u), var->xres_virtual - var->xres);
	var->yoffset = min(var->yoffset, var->yres_virtual - var->yres);
	return 0;
}

static int bochs_check_var(struct fb_var_screeninfo *var, const struct fb_info *info)
{
	u32 memory = info->fix.smem_len;

	var->bits_per_pixel = var->bits_per_pixel <= 16 ? 16 : 32;
	if (var->xres > max_xres || var->yres > max_yres || var->xres_virtual > 0x10000)
		return -EINVAL;
	var->xres = clamp(ALIGN(var->xres, X_STEP), (u32)MIN_SIZE, max_xres);
	var->yres = max(var->yres, (u32)MIN_SIZE);
	var->grayscale = 0;
	var->nonstd = 0;
	var->rotate = 0;
	set_colours(var);
	return fit_virtual(var, memory);
}

/*
 * Switching the adapter on resets offsets and virtual width, so these come after. The memory of the
 * visible part is cleared by it.
 */
static int bochs_set_par(struct fb_info *info)
{
	const struct fb_var_screeninfo *var = &info->var;

	dispi_write(DISPI_ENABLE, 0);
	dispi_write(DISPI_BPP, var->bits_per_pixel);
	dispi_write(DISPI_XRES, var->xres);
	dispi_write(DISPI_YRES, var->yres);
	dispi_write(DISPI_BANK, 0);
	dispi_write(DISPI_ENABLE, ENABLE_ON | ENABLE_LFB);
	dispi_write(DISPI_VIRT_WIDTH, var->xres_virtual);
	info->fix.line_length = dispi_read(DISPI_VIRT_WIDTH) * (var->bits_per_pixel / 8);
	return 0;
}

static void bochs_pan(const struct fb_info *info, u32 x, u32 y)
{
	dispi_write(DISPI_X_OFFSET, x);
	dispi_write(DISPI_Y_OFFSET, y);
}

static void bochs_blank(const struct fb_info *info, bool blank)
{
	u8 value = blank ? 0 : ATTRIBUTE_SHOW;

	if (!is_vga)
		return;
	if (mmio) {
		readb((char *)mmio + VGA_MMIO + VGA_STATUS - VGA_ATTRIBUTE);
		writeb(value, (char *)mmio + VGA_MMIO);
	} else {
		inb(VGA_STATUS);
		outb(value, VGA_ATTRIBUTE);
	}
}

static const struct fb_ops bochs_ops = {
	.fb_check_var = bochs_check_var,
	.fb_set_par = bochs_set_par,
	.fb_pan_display = bochs_pan,
	.fb_blank = bochs_blank,
};

/* The largest mode by its own word; older ones do not say. */
static void read_limits(void)
{
	dispi_write(DISPI_ENABLE, ENABLE_GET_CAPS);
	max_xres = dispi_read(DISPI_XRES) & ~(X_STEP - 1u);
	max_yres = dispi_read(DISPI_YRES);
	dispi_write(DISPI_ENABLE, 0);
	if (max_xres < DEFAULT_XRES || max_yres < DEFAULT_YRES) {
		max_xres = DEFAULT_XRES;
		max_yres = DEFAULT_YRES;
	}
}

static void describe(const struct pci_dev *dev)
{
	struct fb_fix_screeninfo *fix = &bochs_fb.fix;
	u32 memory = dispi_read(DISPI_VRAM_64K) * 0x10000u;

	strlcpy(fix->id, "bochs", sizeof(fix->id));
	fix->smem_start = dev->bar[0].start;
	fix->smem_len = memory && memory < dev->bar[0].size ? memory : dev->bar[0].size;
	fix->xpanstep = X_STEP;
	fix->ypanstep = 1;
	fix->accel = FB_ACCEL_NONE;
	bochs_fb.ops = &bochs_ops;
}

int bochs_init(u32 width, u32 height)
{
	struct pci_dev *dev = pci_get_device(BOCHS_VENDOR, BOCHS_DEVICE, NULL);

	if (!dev || !dev->bar[0].size || dev->bar[0].start >> 32)
		return -ENODEV;
	pci_enable_device(dev);
	is_vga = dev->class == CLASS_VGA;
	if (dev->bar[2].size >= PAGE_SIZE)
		mmio = ioremap(dev->bar[2].start, PAGE_SIZE);
	if ((dispi_read(DISPI_ID) & DISPI_ID_MASK) != DISPI_ID_VALUE) {
		pr_warn("bochs: identifies itself as %#x\n", dispi_read(DISPI_ID));
		return -ENODEV;
	}
	read_limits();
	describe(dev);
	bochs_fb.var.xres = width ? width : DEFAULT_XRES;
	bochs_fb.var.yres = height ? height : DEFAULT_YRES;
	bochs_fb.var.bits_per_pixel = 32;
	return register_framebuffer(&bochs_fb);
}
