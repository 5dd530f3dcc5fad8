#include "drivers/fb.h"

#include "drivers/iomem.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/ioremap.h"
#include "mm/memory.h"
#include "mm/pgtable.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define FB_MAJOR     29
#define CMAP_ENTRIES 256

static struct fb_info *registered;
static const struct fb_client *client;
static u16 cmap[3][CMAP_ENTRIES]; /* kept for FBIOGETCMAP; true colour has no use for it */

struct fb_info *fb_get(void)
{
	return registered;
}

void fb_set_client(const struct fb_client *new_client)
{
	client = new_client;
}

/* ---- read, write, seek ---- */

static ssize_t fb_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	const struct fb_info *info = file->private_data;
	size_t left, missing;

	if (*pos < 0 || *pos >= info->fix.smem_len)
		return 0;
	left = info->fix.smem_len - (size_t)*pos;
	if (count > left)
		count = left;
	missing = copy_to_user(buf, (char *)info->screen_base + (size_t)*pos, count);
	if (count && missing == count)
		return -EFAULT;
	*pos += count - missing;
	return count - missing;
}

static ssize_t fb_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	struct fb_info *info = file->private_data;
	size_t left, missing;

	if (*pos < 0 || *pos > info->fix.smem_len)
		return -EFBIG;
	left = info->fix.smem_len - (size_t)*pos;
	if (count && !left)
		return -ENOSPC;
	if (count > left)
		count = left;
	atomic_inc(&info->touched);
	missing = copy_from_user((char *)info->screen_base + (size_t)*pos, buf, count);
	if (count && missing == count)
		return -EFAULT;
	*pos += count - missing;
	return count - missing;
}

static loff_t fb_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET && whence != SEEK_END) /* a device's end is 0, as on Linux */
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

/* ---- mmap ---- */

static void fb_vma_open(struct vm_area_struct *vma)
{
	struct fb_info *info = vma->vm_private_data;

	atomic_inc(&info->mapped);
	atomic_inc(&info->touched);
}

static void fb_vma_close(struct vm_area_struct *vma)
{
	struct fb_info *info = vma->vm_private_data;

	atomic_inc(&info->touched);
	atomic_dec(&info->mapped);
}

static const struct vm_operations_struct fb_vm_ops = {
	.open = fb_vma_open,
	.close = fb_vma_close,
};

/*
 * The first question is whether the range lies in the memory. It is asked in pages, where no sum can
 * wrap: offsets near 2^32 that did wrap have given away kernel memory in real drivers (CVE-2013-2596).
 */
static int fb_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct fb_info *info = file->private_data;
	unsigned long size = vma->vm_end - vma->vm_start, count = size >> PAGE_SHIFT;
	unsigned long pages = PAGE_ALIGN(info->fix.smem_len) >> PAGE_SHIFT;
	unsigned long pfn = (info->fix.smem_start >> PAGE_SHIFT) + vma->vm_pgoff;
	int error;

	if (vma->vm_pgoff > pages || count > pages - vma->vm_pgoff)
		return -EINVAL;
	vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	error = remap_pfn_range(vma, vma->vm_start, pfn, size, vma->vm_page_prot);
	if (error)
		return error;
	vma->vm_private_data = info;
	vma->vm_ops = &fb_vm_ops;
	fb_vma_open(vma);
	return 0;
}

/* ---- ioctl ---- */

/* Copies are made under the lock and given away after it: a fault could want the lock's holder. */
static long fb_get_var(struct fb_info *info, void __user *arg)
{
	struct fb_var_screeninfo var;

	mutex_lock(&info->lock);
	var = info->var;
	mutex_unlock(&info->lock);
	return copy_to_user(arg, &var, sizeof(var)) ? -EFAULT : 0;
}

static long fb_get_fix(struct fb_info *info, void __user *arg)
{
	struct fb_fix_screeninfo fix;

	mutex_lock(&info->lock);
	fix = info->fix;
	mutex_unlock(&info->lock);
	return copy_to_user(arg, &fix, sizeof(fix)) ? -EFAULT : 0;
}

static void apply_var(struct fb_info *info, const struct fb_var_screeninfo *var)
{
	info->var = *var;
	info->ops->fb_set_par(info);
	info->ops->fb_pan_display(info, var->xoffset, var->yoffset);
	atomic_inc(&info->touched);
	if (client)
		client->mode_changed(info);
}

static long fb_set_var(struct fb_info *info, void __user *arg)
{
	struct fb_var_screeninfo var;
	int error;

	if (copy_from_user(&var, arg, sizeof(var)))
		return -EFAULT;
	mutex_lock(&info->lock);
	error = info->ops->fb_check_var(&var, info);
	if (!error && (var.activate & FB_ACTIVATE_MASK) == FB_ACTIVATE_NOW)
		apply_var(info, &var);
	mutex_unlock(&info->lock);
	if (error)
		return error;
	return copy_to_user(arg, &var, sizeof(var)) ? -EFAULT : 0;
}

static int pan_check(const struct fb_info *info, const struct fb_var_screeninfo *to)
{
	if (to->xoffset && (!info->fix.xpanstep || to->xoffset % info->fix.xpanstep))
		return -EINVAL;
	if (to->yoffset && (!info->fix.ypanstep || to->yoffset % info->fix.ypanstep))
		return -EINVAL;
	if (to->xoffset > info->var.xres_virtual - info->var.xres ||
	    to->yoffset > info->var.yres_virtual - info->var.yres)
		return -EINVAL;
	return 0;
}

static long fb_pan(struct fb_info *info, void __user *arg)
{
	struct fb_var_screeninfo var;
	int error;

	if (copy_from_user(&var, arg, sizeof(var)))
		return -EFAULT;
	mutex_lock(&info->lock);
	error = pan_check(info, &var);
	if (!error) {
		info->var.xoffset = var.xoffset;
		info->var.yoffset = var.yoffset;
		info->ops->fb_pan_display(info, var.xoffset, var.yoffset);
		atomic_inc(&info->touched);
	}
	mutex_unlock(&info->lock);
	if (error)
		return error;
	return copy_to_user(arg, &var, sizeof(var)) ? -EFAULT : 0;
}

/* Both directions of a colour map: each colour is an array of its own in the user's memory. */
static long fb_cmap(void __user *arg, bool set)
{
	struct fb_cmap map;
	u32 users[3];
	int i;

	if (copy_from_user(&map, arg, sizeof(map)))
		return -EFAULT;
	if (map.start >= CMAP_ENTRIES || map.len > CMAP_ENTRIES - map.start)
		return -EINVAL;
	users[0] = map.red;
	users[1] = map.green;
	users[2] = map.blue;
	for (i = 0; i < 3; i++) {
		void __user *user = (void __user *)users[i];
		u16 *ours = cmap[i] + map.start;
		size_t size = map.len * sizeof(u16);

		if (set ? copy_from_user(ours, user, size) : copy_to_user(user, ours, size))
			return -EFAULT;
	}
	return 0;
}

static long fb_con2fb(void __user *arg)
{
	u32 pair[2]; /* console, framebuffer */

	if (copy_from_user(pair, arg, sizeof(pair)))
		return -EFAULT;
	if (pair[0] < 1 || pair[0] > 63)
		return -EINVAL;
	pair[1] = 0;
	return copy_to_user(arg, pair, sizeof(pair)) ? -EFAULT : 0;
}

static long fb_blank(struct fb_info *info, unsigned long how)
{
	if (how > 4 || !info->ops->fb_blank)
		return -EINVAL;
	info->ops->fb_blank(info, how != 0);
	return 0;
}

static long fb_ioctl(struct file *file, unsigned int cmd, unsigned long value)
{
	struct fb_info *info = file->private_data;
	void __user *arg = (void __user *)value;

	switch (cmd) {
	case FBIOGET_VSCREENINFO:
		return fb_get_var(info, arg);
	case FBIOPUT_VSCREENINFO:
		return fb_set_var(info, arg);
	case FBIOGET_FSCREENINFO:
		return fb_get_fix(info, arg);
	case FBIOPAN_DISPLAY:
		return fb_pan(info, arg);
	case FBIOGETCMAP:
		return fb_cmap(arg, false);
	case FBIOPUTCMAP:
		return fb_cmap(arg, true);
	case FBIOGET_CON2FBMAP:
		return fb_con2fb(arg);
	case FBIOBLANK:
		return fb_blank(info, value);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations fb_fops = {
	.llseek = fb_llseek,
	.read = fb_read,
	.write = fb_write,
	.ioctl = fb_ioctl,
	.mmap = fb_mmap,
};

/* ---- registration ---- */

/* A linear ramp for each colour. */
static void fill_cmap(void)
{
	int i;

	for (i = 0; i < CMAP_ENTRIES; i++)
		cmap[0][i] = cmap[1][i] = cmap[2][i] = i * 0x101;
}

/* Where the vmalloc area has no room for all of the memory, a part has to do. */
static int map_memory(struct fb_info *info)
{
	struct fb_fix_screeninfo *fix = &info->fix;
	u32 need = info->var.yres * info->fix.line_length;

	for (;;) {
		info->screen_base = ioremap_wc(fix->smem_start, fix->smem_len);
		if (info->screen_base)
			return 0;
		if (fix->smem_len / 2 < need || fix->smem_len / 2 < PAGE_SIZE)
			return -ENOMEM;
		fix->smem_len = fix->smem_len / 2 & PAGE_MASK;
	}
}

int register_framebuffer(struct fb_info *info)
{
	int error;

	if (registered)
		return -EBUSY;
	mutex_init(&info->lock);
	atomic_set(&info->mapped, 0);
	atomic_set(&info->touched, 0);
	info->fix.type = FB_TYPE_PACKED_PIXELS;
	info->fix.visual = FB_VISUAL_TRUECOLOR;
	error = info->ops->fb_check_var(&info->var, info);
	if (error)
		return error;
	error = request_mem_region(info->fix.smem_start, info->fix.smem_len, "framebuffer");
	if (error)
		return error;
	info->ops->fb_set_par(info);
	error = map_memory(info);
	if (error) {
		release_mem_region(info->fix.smem_start);
		return error;
	}
	fill_cmap();
	registered = info;
	pr_info("fb0: %s, %ux%u, %u bits, %u KiB at %#x\n", info->fix.id, info->var.xres,
		info->var.yres, info->var.bits_per_pixel, info->fix.smem_len / 1024,
		info->fix.smem_start);
	return 0;
}

void fb_dev_init(void)
{
	if (registered)
		devfs_create("fb0", S_IFCHR | 0660, MKDEV(FB_MAJOR, 0), &fb_fops, registered);
}
