#include "drivers/video.h"

#include "drivers/bochs.h"
#include "drivers/fb.h"
#include "drivers/fbcon.h"
#include "kernel/lib/string.h"
#include "mm/page.h"

/* An adapter we know nothing of, in the mode it was left in. */
static struct fb_info boot_fb;

static struct fb_info *boot_fb_init(const struct video_mode *mode)
{
	struct fb_fix_screeninfo *fix = &boot_fb.fix;

	if (!mode->width || mode->addr >> 32 || mode->bpp < 16 || mode->bpp % 8)
		return NULL;
	boot_fb.var = (struct fb_var_screeninfo){
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
	return register_framebuffer(&boot_fb) ? NULL : &boot_fb;
}

void video_init(const struct video_mode *boot)
{
	struct fb_info *fb = bochs_init(boot->width, boot->height);

	if (!fb)
		fb = boot_fb_init(boot);
	if (fb)
		fbcon_init(fb);
}
