#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/err.h"
#include "kernel/sched/task.h"
#include "mm/uaccess.h"

/* ---- open ---- */

/* nd->last is not there: make it in nd->dentry and walk to it. 0, 1 (somebody was faster) or
 * -errno. */
static int create_last(struct nameidata *nd, umode_t mode)
{
	struct dentry *dir = nd->dentry, *d;
	int err;

	if (nd->last.kind != PATH_NORM || nd->last.slash)
		return -EISDIR;
	mutex_lock(&namespace_mutex);
	d = lookup_one(dir, nd->last.name, nd->last.len);
	if (!IS_ERR(d)) {
		mutex_unlock(&namespace_mutex);
		dput(d);
		return 1;
	}
	err = vfs_mknod(dir, nd->last.name, nd->last.len, S_IFREG | (mode & S_IALLUGO), 0, &d);
	mutex_unlock(&namespace_mutex);
	if (err)
		return err;
	dput(nd->dentry);
	nd->dentry = d;
	return 0;
}

/* Bring the walk to the file to open. *created tells whether it is a new one. */
static int find_or_create(struct nameidata *nd, int flags, umode_t mode, bool *created)
{
	unsigned int lookup = flags & O_NOFOLLOW ||
					      (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)
				      ? 0
				      : LOOKUP_FOLLOW;
	int err = walk_parent(nd);

	*created = false;
	if (!err)
		err = walk_last(nd, lookup);
	if (err == -ENOENT && (flags & O_CREAT) && nd->last.last && nd->last.kind == PATH_NORM) {
		err = create_last(nd, mode);
		if (err == 1)
			return walk_last(nd, lookup);
		*created = !err;
	}
	return err;
}

/* What open(2) refuses although the file is there. */
static int may_open(struct inode *inode, int flags, bool created)
{
	int acc = flags & O_ACCMODE, err;

	if (created)
		return 0;
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	if ((flags & O_DIRECTORY) && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (S_ISLNK(inode->i_mode))
		return flags & O_PATH ? 0 : -ELOOP;
	if (flags & O_PATH)
		return 0;
	if (S_ISDIR(inode->i_mode) && (acc != O_RDONLY || (flags & (O_CREAT | O_TRUNC))))
		return -EISDIR;
	if (S_ISSOCK(inode->i_mode))
		return -ENXIO;
	err = permission(inode, acc == O_RDONLY ? R_OK : R_OK | W_OK);
	return err;
}

static unsigned int mode_of_flags(int flags)
{
	static const unsigned int mode[] = { FMODE_READ, FMODE_WRITE, FMODE_READ | FMODE_WRITE, 0 };

	return flags & O_PATH ? FMODE_PATH : mode[flags & O_ACCMODE];
}

static const struct file_operations no_operations;

static struct file *dentry_open(struct dentry *dentry, int flags)
{
	struct inode *inode = dentry->d_inode;
	unsigned int mode = mode_of_flags(flags);
	struct file *file;
	int err = 0;

	if ((mode & FMODE_WRITE) && S_ISREG(inode->i_mode))
		err = get_write_access(inode);
	if (err)
		return ERR_PTR(err);
	if ((flags & O_TRUNC) && S_ISREG(inode->i_mode) && inode->i_size)
		err = do_truncate(inode, 0);
	file = err ? ERR_PTR(err)
		   : alloc_file(dentry, mode,
				flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC),
				mode == FMODE_PATH || !inode->i_fop ? &no_operations
								    : inode->i_fop);
	if (IS_ERR(file)) {
		if ((mode & FMODE_WRITE) && S_ISREG(inode->i_mode))
			put_write_access(inode);
		return file;
	}
	if (flags & O_NOCTTY)
		file->f_mode |= FMODE_NOCTTY;
	if (file->f_op->open) {
		err = file->f_op->open(inode, file);
		if (err) {
			file->f_op = &no_operations; /* nothing to release */
			fput(file);
			return ERR_PTR(err);
		}
	}
	return file;
}

struct file *do_filp_open(int dfd, char *name, int flags, umode_t mode)
{
	struct nameidata nd;
	struct file *file;
	bool created;
	int err;

	if ((flags & O_TMPFILE) == O_TMPFILE)
		return ERR_PTR(-EOPNOTSUPP);
	if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
		return ERR_PTR(-EINVAL);
	err = walk_init(&nd, dfd, name);
	if (err)
		return ERR_PTR(err);
	err = find_or_create(&nd, flags, mode & ~(current->fs ? current->fs->umask : 0), &created);
	if (!err)
		err = may_open(nd.dentry->d_inode, flags, created);
	file = err ? ERR_PTR(err) : dentry_open(nd.dentry, flags);
	walk_end(&nd);
	return file;
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	char *name = getname_kernel(path);
	struct file *file;

	if (IS_ERR(name))
		return ERR_CAST(name);
	file = do_filp_open(AT_FDCWD, name, flags, mode);
	putname(name);
	return file;
}

struct file *open_exec(const char *path)
{
	struct dentry *d = kern_path(path, LOOKUP_FOLLOW);
	struct file *file;
	int err = 0;

	if (IS_ERR(d))
		return ERR_CAST(d);
	err = S_ISREG(d->d_inode->i_mode) ? permission(d->d_inode, X_OK) : -EACCES;
	if (!err)
		err = deny_write_access(d->d_inode);
	if (err) {
		dput(d);
		return ERR_PTR(err);
	}
	file = alloc_file(d, FMODE_READ | FMODE_EXEC, O_RDONLY, d->d_inode->i_fop);
	if (IS_ERR(file))
		allow_write_access(d->d_inode);
	dput(d);
	return file;
}

/* ---- the calls ---- */

long sys_openat(int dfd, const char *path, int flags, int mode)
{
	char *name;
	struct file *file;
	int fd;

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	name = getname(path, 0);
	if (IS_ERR(name))
		return PTR_ERR(name);
	fd = alloc_fd(0, flags);
	if (fd >= 0) {
		file = do_filp_open(dfd, name, flags, mode);
		if (IS_ERR(file)) {
			put_unused_fd(fd);
			fd = PTR_ERR(file);
		} else {
			fd_install(fd, file);
		}
	}
	putname(name);
	return fd;
}

long sys_open(const char *path, int flags, int mode)
{
	return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_creat(const char *path, int mode)
{
	return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

long sys_close(unsigned int fd)
{
	return close_fd(fd);
}

/* ---- size ---- */

static long truncate_path(const char *path, loff_t size)
{
	struct dentry *d;
	long err;

	if (size < 0)
		return -EINVAL;
	d = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW);
	if (IS_ERR(d))
		return PTR_ERR(d);
	err = permission(d->d_inode, W_OK);
	if (!err && S_ISREG(d->d_inode->i_mode))
		err = get_write_access(d->d_inode);
	if (!err) {
		err = do_truncate(d->d_inode, size);
		if (S_ISREG(d->d_inode->i_mode))
			put_write_access(d->d_inode);
	}
	dput(d);
	return err;
}

static long truncate_fd(unsigned int fd, loff_t size)
{
	struct file *file;
	long err;

	if (size < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	err = !(file->f_mode & FMODE_WRITE) || !S_ISREG(file->f_inode->i_mode)
		      ? (file->f_mode & FMODE_PATH ? -EBADF : -EINVAL)
		      : do_truncate(file->f_inode, size);
	fput(file);
	return err;
}

static loff_t loff(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

long sys_truncate64(const char *path, u32 lo, u32 hi)
{
	return truncate_path(path, loff(lo, hi));
}

long sys_ftruncate64(unsigned int fd, u32 lo, u32 hi)
{
	return truncate_fd(fd, loff(lo, hi));
}

/* ---- where paths begin ---- */

static void set_dir(struct dentry **where, struct dentry *dir)
{
	struct fs_struct *fs = current->fs;
	struct dentry *old;

	spin_lock(&fs->lock);
	old = *where;
	*where = dir;
	spin_unlock(&fs->lock);
	dput(old);
}

static long set_dir_path(struct dentry **where, const char *path)
{
	struct dentry *d = user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY);

	if (IS_ERR(d))
		return PTR_ERR(d);
	set_dir(where, d);
	return 0;
}

long sys_chdir(const char *path)
{
	return set_dir_path(&current->fs->pwd, path);
}

long sys_chroot(const char *path)
{
	return set_dir_path(&current->fs->root, path);
}

long sys_fchdir(unsigned int fd)
{
	struct file *file = fget(fd);
	long err = 0;

	if (!file)
		return -EBADF;
	if (S_ISDIR(file->f_inode->i_mode))
		set_dir(&current->fs->pwd, dget(file->f_dentry));
	else
		err = -ENOTDIR;
	fput(file);
	return err;
}

long sys_umask(int mask)
{
	int old = current->fs->umask;

	current->fs->umask = mask & S_IRWXUGO;
	return old;
}

/* ---- nothing to write back ---- */

long sys_sync(void)
{
	return 0;
}

long sys_fsync(unsigned int fd)
{
	struct file *file = fget(fd);
	long err;

	if (!file)
		return -EBADF;
	if (file->f_op->fsync)
		err = file->f_op->fsync(file);
	else
		err = S_ISREG(file->f_inode->i_mode) || S_ISDIR(file->f_inode->i_mode) ? 0
										       : -EINVAL;
	fput(file);
	return err;
}

long sys_fdatasync(unsigned int fd)
{
	return sys_fsync(fd);
}
