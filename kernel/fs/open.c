#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/sched/task.h"

/* ---- open ---- */

/* nd->last is not there: make it in nd->dentry and walk to it. 0, -EEXIST (somebody was faster)... */
static int create_last(struct nameidata *nd, umode_t mode)
{
	struct dentry *d;
	int err;

	if (nd->last.slash)
		return -EISDIR;
	mutex_lock(&namespace_mutex);
	d = lookup_one(nd->dentry, nd->last.name, nd->last.len);
	if (IS_ERR(d)) {
		err = vfs_make(nd->dentry, &nd->last, S_IFREG | (mode & S_IALLUGO), 0, NULL, &d);
	} else {
		err = -EEXIST;
		dput(d);
	}
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
	bool exclusive = (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
	unsigned int lookup = (flags & O_NOFOLLOW) || exclusive ? 0 : LOOKUP_FOLLOW;
	int err = 0;

	*created = false;
	if ((flags & O_CREAT) && nd->last.slash)
		err = -EISDIR;
	if (!err)
		err = walk_last(nd, lookup);
	if (err == -ENOENT && (flags & O_CREAT) && nd->last.last && nd->last.kind == PATH_NORM) {
		err = create_last(nd, mode);
		*created = !err;
		if (err == -EEXIST)
			err = walk_last(nd, lookup);
	}
	return !err && exclusive && !*created ? -EEXIST : err;
}

/* What open(2) refuses although the file is there. */
static int may_open(struct inode *inode, int flags)
{
	if ((flags & O_DIRECTORY) && !S_ISDIR(inode->i_mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISLNK(inode->i_mode))
		return -ELOOP;
	if (S_ISDIR(inode->i_mode) && (flags & (O_ACCMODE | O_CREAT | O_TRUNC)))
		return -EISDIR;
	return S_ISSOCK(inode->i_mode) ? -ENXIO : 0;
}

static const struct file_operations no_operations;

static long truncate_inode(struct inode *inode, loff_t size)
{
	long err;

	if (!S_ISREG(inode->i_mode))
		return S_ISDIR(inode->i_mode) ? -EISDIR : -EINVAL;
	err = get_write_access(inode);
	if (!err) {
		err = do_truncate(inode, size);
		put_write_access(inode);
	}
	return err;
}

struct file *dentry_open(struct dentry *dentry, int flags)
{
	static const unsigned int modes[] = { FMODE_READ, FMODE_WRITE, FMODE_READ | FMODE_WRITE,
					      0 };
	struct inode *inode = dentry->d_inode;
	unsigned int mode = flags & O_PATH ? FMODE_PATH : modes[flags & O_ACCMODE];
	bool writes = (mode & FMODE_WRITE) && S_ISREG(inode->i_mode);
	struct file *file;
	/* Nobody here reads or writes around the page cache. */
	int err = flags & O_DIRECT ? -EINVAL : writes ? get_write_access(inode) : 0;

	if (err)
		return ERR_PTR(err);
	if ((flags & O_TRUNC) && S_ISREG(inode->i_mode) && inode->i_size)
		err = truncate_inode(inode, 0);
	file = err ? ERR_PTR(err)
		   : alloc_file(dentry, mode | (flags & O_NOCTTY ? FMODE_NOCTTY : 0),
				flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC),
				mode == FMODE_PATH || !inode->i_fop ? &no_operations
								    : inode->i_fop);
	if (IS_ERR(file)) {
		if (writes)
			put_write_access(inode);
		return file;
	}
	err = file->f_op->open ? file->f_op->open(inode, file) : 0;
	if (err) {
		file->f_op = &no_operations; /* nothing to release */
		fput(file);
		return ERR_PTR(err);
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
	err = walk_begin(&nd, dfd, name);
	if (err)
		return ERR_PTR(err);
	err = find_or_create(&nd, flags, mode & ~(current->fs ? current->fs->umask : 0), &created);
	if (!err && !created)
		err = may_open(nd.dentry->d_inode, flags);
	file = err ? ERR_PTR(err) : dentry_open(nd.dentry, flags);
	walk_end(&nd);
	return file;
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	return (struct file *)WITH_NAME(path, (long)do_filp_open(AT_FDCWD, name, flags, mode));
}

struct file *open_exec(const char *path)
{
	struct dentry *d = kern_path(path, LOOKUP_FOLLOW);
	struct file *file;
	int err;

	if (IS_ERR(d))
		return ERR_CAST(d);
	err = S_ISREG(d->d_inode->i_mode) ? permission(d->d_inode, X_OK) : -EACCES;
	if (!err)
		err = deny_write_access(d->d_inode);
	file = err ? ERR_PTR(err)
		   : alloc_file(d, FMODE_READ | FMODE_EXEC, O_RDONLY, d->d_inode->i_fop);
	if (!err && IS_ERR(file))
		allow_write_access(d->d_inode);
	dput(d);
	return file;
}

/* Open and install. A descriptor or -errno. */
static long open_fd(int dfd, char *name, int flags, int mode)
{
	int fd = alloc_fd(0, flags);
	struct file *file;

	if (fd < 0)
		return fd;
	file = do_filp_open(dfd, name, flags, mode);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

long sys_openat(int dfd, const char *path, int flags, int mode)
{
	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	return WITH_USER_NAME(path, open_fd(dfd, name, flags, mode));
}

long sys_close(unsigned int fd)
{
	return close_fd(fd);
}

/* ---- size ---- */

long sys_truncate64(const char *path, u32 lo, u32 hi)
{
	loff_t size = loff(lo, hi);

	return size < 0 ? -EINVAL
			: WITH_INODE_AT(AT_FDCWD, path, LOOKUP_FOLLOW, truncate_inode(inode, size));
}

static long truncate_file(struct file *file, loff_t size)
{
	if (!(file->f_mode & FMODE_WRITE) || !S_ISREG(file->f_inode->i_mode))
		return -EINVAL;
	return do_truncate(file->f_inode, size);
}

long sys_ftruncate64(unsigned int fd, u32 lo, u32 hi)
{
	loff_t size = loff(lo, hi);

	return size < 0 ? -EINVAL : WITH_FILE(fd, truncate_file(file, size));
}

/* The other modes of fallocate(2), which no file system here supports. */
#define FALLOC_FL_COLLAPSE_RANGE 0x08
#define FALLOC_FL_ZERO_RANGE     0x10
#define FALLOC_FL_INSERT_RANGE   0x20
#define FALLOC_FL_UNSHARE_RANGE  0x40

/* Is it a mode, and are those together that may be? */
static int check_mode(int mode)
{
	const int keep = FALLOC_FL_KEEP_SIZE, punch = FALLOC_FL_PUNCH_HOLE;
	const int collapse = FALLOC_FL_COLLAPSE_RANGE, zero = FALLOC_FL_ZERO_RANGE;
	const int insert = FALLOC_FL_INSERT_RANGE, unshare = FALLOC_FL_UNSHARE_RANGE;

	if ((mode & ~(keep | punch | collapse | zero | insert | unshare)) ||
	    (mode & (punch | zero)) == (punch | zero) || (mode & (punch | keep)) == punch)
		return -EOPNOTSUPP;
	if (((mode & collapse) && mode != collapse) || ((mode & insert) && mode != insert) ||
	    ((mode & unshare) && (mode & ~(unshare | keep))))
		return -EINVAL;
	return 0;
}

static long vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	umode_t type = file->f_inode->i_mode & S_IFMT;
	int err = offset < 0 || len <= 0 ? -EINVAL : check_mode(mode);

	if (err)
		return err;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (type != S_IFREG && type != S_IFBLK)
		return type == S_IFIFO ? -ESPIPE : type == S_IFDIR ? -EISDIR : -ENODEV;
	if (len > MAX_LFS_FILESIZE - offset)
		return -EFBIG;
	if (!file->f_op->fallocate || mode > (FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	return file->f_op->fallocate(file, mode, offset, len);
}

long sys_fallocate(unsigned int fd, int mode, u32 lo, u32 hi, u32 len_lo, u32 len_hi)
{
	return WITH_FILE(fd, vfs_fallocate(file, mode, loff(lo, hi), loff(len_lo, len_hi)));
}

/* ---- where paths begin ---- */

/* Consumes the reference to @dir, which may be an ERR_PTR. */
static long set_dir(struct dentry **where, struct dentry *dir)
{
	struct fs_struct *fs = current->fs;
	struct dentry *old;

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	spin_lock(&fs->lock);
	old = *where;
	*where = dir;
	spin_unlock(&fs->lock);
	dput(old);
	return 0;
}

long sys_chdir(const char *path)
{
	return set_dir(&current->fs->pwd,
		       user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY));
}

long sys_chroot(const char *path)
{
	return set_dir(&current->fs->root,
		       user_path_at(AT_FDCWD, path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY));
}

long sys_fchdir(unsigned int fd)
{
	return WITH_FILE_RAW(fd, S_ISDIR(file->f_inode->i_mode)
					 ? set_dir(&current->fs->pwd, dget(file->f_dentry))
					 : -ENOTDIR);
}

long sys_umask(int mask)
{
	int old = current->fs->umask;

	current->fs->umask = mask & S_IRWXUGO;
	return old;
}

/* ---- nothing to write back or to read ahead: only the arguments matter ---- */

long sys_sync(void)
{
	return 0;
}

long sys_syncfs(unsigned int fd)
{
	return WITH_FILE(fd, 0);
}

static long do_fsync(struct file *file)
{
	if (file->f_op->fsync)
		return file->f_op->fsync(file);
	return file->f_inode->i_mapping || S_ISDIR(file->f_inode->i_mode) ? 0 : -EINVAL;
}

long sys_fsync(unsigned int fd)
{
	return WITH_FILE(fd, do_fsync(file));
}

#define FADV_NOREUSE 5 /* the last one */

long sys_fadvise64_64(unsigned int fd, u32 lo, u32 hi, u32 len_lo, u32 len_hi, int advice)
{
	bool bad = loff(len_lo, len_hi) < 0 || (unsigned int)advice > FADV_NOREUSE;

	return WITH_FILE(fd, S_ISFIFO(file->f_inode->i_mode) ? -ESPIPE : bad ? -EINVAL : 0);
}

long sys_readahead(unsigned int fd, u32 lo, u32 hi, size_t count)
{
	return WITH_FILE(fd, !(file->f_mode & FMODE_READ)      ? -EBADF
			     : !S_ISREG(file->f_inode->i_mode) ? -EINVAL
							       : 0);
}
