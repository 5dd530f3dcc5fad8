#include "drivers/fb.h"

#include "drivers/mem.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "mm/ioremap.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

#define FB_MAJOR 29

/* No mode needs more, and the kernel has no addresses for all of what an adapter may have. */
#define MAX_MEMORY (32u << 20)

static struct fb_info *registered;

/* ---- read, write, seek ---- */

static ssize_t fb_transfer(struct file *file, char *buf, size_t count, loff_t *pos, bool write)
{
	struct fb_info *info = file->private_data;
	char *at = (char *)info->screen_base + (size_t)*pos;
	size_t missing;

	if (*pos < 0 || *pos > info->fix.smem_len)
		return write ? -EFBIG : 0;
	if (count && *pos == info->fix.smem_len)
		return write ? -ENOSPC : 0;
	count = min(count, info->fix.smem_len - (size_t)*pos);
	if (write)
		atomic_inc(&info->touched);
	missing = write ? copy_from_user(at, buf, count) : copy_to_user(buf, at, count);
	if (count && missing == count)
		return -EFAULT;
	*pos += count - missing;
	return count - missing;
}

static ssize_t fb_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	return fb_transfer(file, buf, count, pos, false);
}

static ssize_t fb_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	return fb_transfer(file, (char *)buf, count, pos, true);
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
static long fb_get(struct fb_info *info, void __user *arg, const void *what, size_t size)
{
	u8 copy[sizeof(struct fb_var_screeninfo)]; /* the larger of the two */

	mutex_lock(&info->lock);
	memcpy(copy, what, size);
	mutex_unlock(&info->lock);
	return copy_to_user(arg, copy, size) ? -EFAULT : 0;
}

void fb_pan(struct fb_info *info, u32 y)
{
	info->var.yoffset = y;
	if (info->ops)
		info->ops->fb_pan_display(info);
}

/* info->lock held, as by the next one. */
static int fb_set_var(struct fb_info *info, struct fb_var_screeninfo *var)
{
	int error = 0;

	if (!info->ops)
		*var = info->var;
	else
		error = info->ops->fb_check_var(var, info);
	if (error || (var->activate & FB_ACTIVATE_MASK) != FB_ACTIVATE_NOW || !info->ops)
		return error;
	info->var = *var;
	info->ops->fb_set_par(info);
	fb_pan(info, var->yoffset);
	atomic_inc(&info->touched);
	info->mode_changed(info);
	return 0;
}

static int fb_pan_display(struct fb_info *info, const struct fb_var_screeninfo *var)
{
	if (var->xoffset || var->yoffset > info->var.yres_virtual - info->var.yres)
		return -EINVAL;
	fb_pan(info, var->yoffset);
	atomic_inc(&info->touched);
	return 0;
}

static long fb_change(struct fb_info *info, unsigned int cmd, void __user *arg)
{
	struct fb_var_screeninfo var;
	int error;

	if (copy_from_user(&var, arg, sizeof(var)))
		return -EFAULT;
	mutex_lock(&info->lock);
	error = cmd == FBIOPAN_DISPLAY ? fb_pan_display(info, &var) : fb_set_var(info, &var);
	mutex_unlock(&info->lock);
	if (error || cmd == FBIOPAN_DISPLAY)
		return error;
	return copy_to_user(arg, &var, sizeof(var)) ? -EFAULT : 0;
}

static long fb_ioctl(struct file *file, unsigned int cmd, unsigned long value)
{
	struct fb_info *info = file->private_data;
	void __user *arg = (void __user *)value;

	switch (cmd) {
	case FBIOGET_VSCREENINFO:
		return fb_get(info, arg, &info->var, sizeof(info->var));
	case FBIOGET_FSCREENINFO:
		return fb_get(info, arg, &info->fix, sizeof(info->fix));
	case FBIOPUT_VSCREENINFO:
	case FBIOPAN_DISPLAY:
		return fb_change(info, cmd, arg);
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

int register_framebuffer(struct fb_info *info)
{
	struct fb_fix_screeninfo *fix = &info->fix;
	u32 need;
	int error;

	mutex_init(&info->lock);
	fix->type = FB_TYPE_PACKED_PIXELS;
	fix->visual = FB_VISUAL_TRUECOLOR;
	error = request_mem_region(fix->smem_start, fix->smem_len);
	fix->smem_len = min(fix->smem_len, MAX_MEMORY);
	if (!error && info->ops)
		error = info->ops->fb_check_var(&info->var, info);
	if (error)
		return error;
	if (info->ops)
		info->ops->fb_set_par(info);
	need = info->var.yres * fix->line_length;
	while (!(info->screen_base = ioremap_wc(fix->smem_start, fix->smem_len))) {
		fix->smem_len = fix->smem_len / 2 & PAGE_MASK; /* vmalloc= may leave little room */
		if (fix->smem_len < need)
			return -ENOMEM;
	}
	registered = info;
	pr_info("fb0: %s, %ux%u, %u bits, %u KiB at %#x\n", fix->id, info->var.xres, info->var.yres,
		info->var.bits_per_pixel, fix->smem_len / 1024, fix->smem_start);
	return 0;
}

void fb_dev_init(void)
{
	if (registered)
		devfs_create("fb0", S_IFCHR | 0660, MKDEV(FB_MAJOR, 0), &fb_fops, registered);
}
