/*
 * The framebuffer device /dev/fb0: Linux's fbdev interface (structures in user/fb.h) over an adapter
 * that can be told a mode. Programs draw through mmap; the memory is the adapter's, mapped
 * write-combining by remap_pfn_range.
 */
#ifndef DRIVERS_FB_H
#define DRIVERS_FB_H

#include "kernel/sched/mutex.h"
#include "kernel/x86/atomic.h"
#include "user/fb.h"

struct fb_info;

/* What an adapter can do, called with info->lock held. One that keeps the mode it has needs none of it. */
struct fb_ops {
	/* Make @var the nearest mode that is possible, or say -EINVAL. */
	int (*fb_check_var)(struct fb_var_screeninfo *var, const struct fb_info *info);
	/* Set the mode of info->var, which was checked; fill in info->fix.line_length. */
	void (*fb_set_par)(struct fb_info *info);
	/* Show the lines from info->var.yoffset on. Any context. */
	void (*fb_pan_display)(const struct fb_info *info);
};

struct fb_info {
	struct mutex lock; /* guards the mode */
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	const struct fb_ops *ops; /* NULL: one mode for ever */
	void *screen_base;        /* the memory, fix.smem_len bytes of it, in kernel addresses */
	atomic_t mapped;          /* VMAs that show it */
	/* Told of a new mode, which is var: whoever draws on the screen when no program does. */
	void (*mode_changed)(struct fb_info *info);
	atomic_t touched; /* counts what a user did that may have changed the picture */
};

/*
 * register_framebuffer - set the mode of info->var; it becomes fb0
 *
 * The adapter fills in ops, var, fix.id, smem_start and smem_len, and without ops line_length. The
 * memory is claimed and mapped here, as much of it as there is room for. The structure stays. Called once.
 * Returns 0, -EBUSY, -EINVAL (no such mode), -ENOMEM.
 */
int register_framebuffer(struct fb_info *info);

/* Show the lines from @y on, which was checked. Any context. */
void fb_pan(struct fb_info *info, u32 y);

/* Make /dev/fb0, if there is a framebuffer. After devfs_init(). */
void fb_dev_init(void);

#endif
