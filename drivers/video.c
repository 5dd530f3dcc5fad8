#include "drivers/video.h"

#include "drivers/bochs.h"
#include "drivers/fb.h"
#include "drivers/fbcon.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/page.h"

/* ---- an adapter we know nothing of, in the mode it was left in ---- */

static struct fb_info boot_fb;
static struct fb_var_screeninfo boot_var; /* the only mode it has */

static int boot_check_var(struct fb_var_screeninfo *var, const struct fb_info *info)
{
	u32 activate = var->activate;

	*var = boot_var;
	var->activate = activate;
	return 0;
}

static int boot_set_par(struct fb_info *info)
{
	return 0;
}

static void boot_pan(const struct fb_info *info, u32 x, u32 y)
{
}

static const struct fb_ops boot_ops = {
	.fb_check_var = boot_check_var,
	.fb_set_par = boot_set_par,
	.fb_pan_display = boot_pan,
};

static int boot_fb_init(const struct video_mode *mode)
{
	struct fb_fix_screeninfo *fix = &boot_fb.fix;

	if (!mode || mode->addr >> 32 || !mode->width || !mode->height)
		return -ENODEV;
	if ((mode->bpp != 16 && mode->bpp != 24 && mode->bpp != 32) ||
	    mode->pitch < mode->width * (mode->bpp / 8)) {
		pr_warn("video: cannot use the boot loader's mode, %ux%u with %u bits\n",
			mode->width, mode->height, mode->bpp);
		return -ENODEV;
	}
	boot_var = (struct fb_var_screeninfo){
		.xres = mode->width,
		.yres = mode->height,
		.xres_virtual = mode->width,
		.yres_virtual = mode->height,
		.bits_per_pixel = mode->bpp,
		.red = { .offset = mode->red_pos, .length = mode->red_size },
		.green = { .offset = mode->green_pos, .length = mode->green_size },
		.blue = { .offset = mode->blue_pos, .length = mode->blue_size },
	};
	strlcpy(fix->id, "boot loader", sizeof(fix->id));
	fix->smem_start = mode->addr;
	fix->smem_len = PAGE_ALIGN(mode->pitch * mode->height);
	fix->line_length = mode->pitch;
	boot_fb.ops = &boot_ops;
	return register_framebuffer(&boot_fb);
}

void video_init(const struct video_mode *boot)
{
	int error = bochs_init(boot ? boot->width : 0, boot ? boot->height : 0);

	if (error && boot_fb_init(boot)) {
		pr_info("video: no framebuffer\n");
		return;
	}
	fbcon_init(fb_get());
}
