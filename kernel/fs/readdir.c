#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* ---- directories of the dentry tree ---- */

bool dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	struct dentry *d = file->f_dentry;

	for (; ctx->pos < 2; ctx->pos++)
		if (!dir_emit(ctx, "..", ctx->pos + 1, (ctx->pos ? d->d_parent : d)->d_inode->i_ino,
			      S_IFDIR))
			return false;
	return true;
}

/*
 * Children bear numbers that rise along the list, so the place of a reader survives whatever is
 * made or removed in between. Names go to the reader's buffer, not to user space: nothing sleeps
 * under the mutex for long.
 */
static int dcache_readdir(struct file *file, struct dir_context *ctx)
{
	struct dentry *dir = file->f_dentry, *d;

	if (!dir_emit_dots(file, ctx))
		return 0;
	mutex_lock(&namespace_mutex);
	list_for_each_entry(d, &dir->d_subdirs, d_child) {
		if (d->d_off < (u32)ctx->pos)
			continue;
		ctx->pos = d->d_off;
		if (!dir_emit(ctx, d->d_name, d->d_len, d->d_inode->i_ino, d->d_inode->i_mode))
			goto out;
		ctx->pos = d->d_off + 1;
	}
out:
	mutex_unlock(&namespace_mutex);
	return 0;
}

ssize_t generic_read_dir(struct file *file, char *buf, size_t count, loff_t *pos)
{
	return -EISDIR;
}

const struct file_operations simple_dir_operations = {
	.llseek = sizeless_llseek,
	.read = generic_read_dir,
	.readdir = dcache_readdir,
};

loff_t sizeless_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

struct linux_dirent64 {
	u64 d_ino;
	s64 d_off;
	u16 d_reclen;
	u8 d_type;
	char d_name[];
} __attribute__((packed));

/* A record's d_off is the place of the next one, known when that comes. */
static void set_last_off(struct dir_context *ctx, loff_t off)
{
	if (ctx->used)
		((struct linux_dirent64 *)(ctx->buf + ctx->last))->d_off = off;
}

bool dir_emit(struct dir_context *ctx, const char *name, size_t len, ino_t ino, umode_t mode)
{
	size_t reclen = ALIGN(offsetof(struct linux_dirent64, d_name) + len + 1, 8);
	struct linux_dirent64 *de = (void *)(ctx->buf + ctx->used);

	if (reclen > ctx->size - ctx->used) {
		ctx->too_small = !ctx->used;
		return false;
	}
	set_last_off(ctx, ctx->pos);
	memset(de, 0, reclen);
	de->d_ino = ino;
	de->d_reclen = reclen;
	de->d_type = mode >> 12 & 15;
	memcpy(de->d_name, name, len);
	ctx->last = ctx->used;
	ctx->used += reclen;
	return true;
}

static long do_getdents(struct file *file, void *user, unsigned int count)
{
	struct dir_context ctx = { .pos = file->f_pos };
	long err;

	if (!file->f_op->readdir)
		return -ENOTDIR;
	if (d_unlinked(file->f_dentry) && !file->f_dentry->d_sb->s_type->unpinned)
		return -ENOENT;
	ctx.size = min_t(size_t, count, 8 * PAGE_SIZE);
	ctx.buf = kmalloc(max_t(size_t, ctx.size, 1), GFP_KERNEL);
	if (!ctx.buf)
		return -ENOMEM;
	err = file->f_op->readdir(file, &ctx);
	set_last_off(&ctx, ctx.pos);
	if (!err && ctx.too_small)
		err = -EINVAL;
	if (!err && copy_to_user(user, ctx.buf, ctx.used))
		err = -EFAULT;
	kfree(ctx.buf);
	if (err)
		return err;
	file->f_pos = ctx.pos;
	file_accessed(file->f_inode);
	return ctx.used;
}

long sys_getdents64(unsigned int fd, void *buf, unsigned int count)
{
	return WITH_FILE_POS(fd, do_getdents(file, buf, count));
}

/* ---- readlink, getcwd ---- */

long sys_readlinkat(int dfd, const char *path, char *buf, int size)
{
	struct dentry *d;
	char *text;
	long n;

	if (size <= 0)
		return -EINVAL;
	d = user_path_at(dfd, path, LOOKUP_EMPTY);
	if (IS_ERR(d))
		return PTR_ERR(d);
	text = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!text)
		n = -ENOMEM;
	else if (!S_ISLNK(d->d_inode->i_mode))
		n = -EINVAL;
	else
		n = min(d->d_inode->i_op->readlink(d, text, PATH_MAX), size);
	if (n > 0 && copy_to_user(buf, text, n))
		n = -EFAULT;
	kfree(text);
	dput(d);
	return n;
}

long sys_getcwd(char *buf, unsigned long size)
{
	struct dentry *pwd = get_fs_pwd(), *root = get_fs_root();
	char *text = kmalloc(PATH_MAX, GFP_KERNEL), *path;
	long n = -ENOMEM;

	if (text) {
		path = d_path(pwd, root, text, PATH_MAX, false);
		n = IS_ERR(path) ? PTR_ERR(path) : text + PATH_MAX - path;
		if (d_unlinked(pwd) && !pwd->d_sb->s_type->unpinned)
			n = -ENOENT;
		else if (n > 0 && (unsigned long)n > size)
			n = -ERANGE;
		else if (n > 0 && copy_to_user(buf, path, n))
			n = -EFAULT;
	}
	kfree(text);
	dput(root);
	dput(pwd);
	return n;
}
