/*
 * The framebuffer device /dev/fb0: Linux's fbdev interface (structures in user/fb.h) over an adapter
 * that can be told a mode. Programs draw through mmap; the memory is the adapter's, mapped
 * write-combining by remap_pfn_range.
 */
#ifndef DRIVERS_FB_H
#define DRIVERS_FB_H

#include "kernel/lib/types.h"
#include "kernel/sched/mutex.h"
#include "kernel/x86/atomic.h"
#include "user/fb.h"

struct fb_info;

/* What an adapter can do. All but fb_blank (may be NULL) are called with info->lock held, and may sleep. */
struct fb_ops {
	/* Make @var the nearest mode that is possible, or say -EINVAL. */
	int (*fb_check_var)(struct fb_var_screeninfo *var, const struct fb_info *info);
	/* Set the mode of info->var, which was checked; fill in info->fix.line_length. */
	int (*fb_set_par)(struct fb_info *info);
	/* Show the part that begins at @x, @y, which was checked. Also called in a panic, without the lock. */
	void (*fb_pan_display)(const struct fb_info *info, u32 x, u32 y);
	void (*fb_blank)(const struct fb_info *info, bool blank);
};

struct fb_info {
	struct mutex lock; /* guards the mode */
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	const struct fb_ops *ops;
	void *screen_base; /* the memory, fix.smem_len bytes of it, in kernel addresses */
	atomic_t mapped;   /* VMAs that show it */
	atomic_t touched;  /* counts what a user did that may have changed the picture */
};

/* Whoever draws on the screen when no program does: told of a new mode, which is info->var. */
struct fb_client {
	void (*mode_changed)(struct fb_info *info);
};

/*
 * register_framebuffer - set the mode of info->var; it becomes fb0
 *
 * The adapter fills in ops, var (to be checked), fix.id, smem_start, smem_len; the memory is claimed
 * and mapped here, as much of it as there is room for. The structure stays. One framebuffer only.
 * Returns 0, -EBUSY, -EINVAL (no such mode), -ENOMEM.
 */
int register_framebuffer(struct fb_info *info);

/* Make /dev/fb0, if there is a framebuffer. After devfs_init(). */
void fb_dev_init(void);

/* The registered framebuffer, or NULL. */
struct fb_info *fb_get(void);

/* There is one client; it must be set before the first open of /dev/fb0. */
void fb_set_client(const struct fb_client *client);

#endif
