/*
 * Names come and go: mknod, mkdir, symlink, link, unlink, rmdir, rename. The tree of dentries
 * is the file system, so most of this is the same for all of them.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/task.h"

/* ---- making ---- */

static void touch_dir(struct dentry *dir)
{
	dir->d_inode->i_mtime = dir->d_inode->i_ctime = ktime_get_real();
}

/* May names be made (@create) or removed in @dir? namespace_mutex held. */
static int may_change_dir(struct dentry *dir, bool create)
{
	if (!S_ISDIR(dir->d_inode->i_mode))
		return -ENOTDIR;
	if (d_unlinked(dir))
		return -ENOENT;
	return dir->d_inode->i_op->make ? 0 : create ? -ENOENT : -EPERM;
}

/* The new name @name in @dir for @inode, whose reference is taken over. *made, with a reference. */
static int add_name(struct dentry *dir, const struct path_part *name, struct inode *inode,
		    struct dentry **made)
{
	struct dentry *d = d_alloc(dir, name->name, name->len);

	if (!d) {
		iput(inode);
		return -ENOMEM;
	}
	d->d_inode = inode;
	d_add(d);
	touch_dir(dir);
	*made = d;
	return 0;
}

int vfs_make(struct dentry *dir, const struct path_part *name, umode_t mode, dev_t dev,
	     const char *target, struct dentry **made)
{
	int err = may_change_dir(dir, true);
	struct inode *inode;

	if (err)
		return err;
	inode = dir->d_inode->i_op->make(dir->d_inode, mode, dev, target);
	if (!inode)
		return -ENOSPC;
	if (S_ISDIR(mode))
		dir->d_inode->i_nlink++;
	return add_name(dir, name, inode, made);
}

/*
 * Walk to the directory that gets a new name, and lock the name space. -EEXIST when the name is
 * taken; nothing is locked when it fails. @directory: a trailing slash is fine.
 */
static int begin_create(struct nameidata *nd, int dfd, char *name, bool directory)
{
	struct dentry *d;
	int err = walk_begin(nd, dfd, name);

	if (err)
		return err;
	if (nd->last.kind != PATH_NORM) {
		walk_end(nd);
		return -EEXIST;
	}
	mutex_lock(&namespace_mutex);
	d = lookup_one(nd->dentry, nd->last.name, nd->last.len);
	err = IS_ERR(d) ? PTR_ERR(d) : -EEXIST;
	if (!IS_ERR(d))
		dput(d);
	if (err == -ENOENT)
		err = nd->last.slash && !directory ? -ENOENT : 0;
	if (err) {
		mutex_unlock(&namespace_mutex);
		walk_end(nd);
	}
	return err;
}

static void end_create(struct nameidata *nd, struct dentry *made)
{
	mutex_unlock(&namespace_mutex);
	dput(made);
	walk_end(nd);
}

/* Make something of any type; @target is what a link says. */
static int make(int dfd, char *name, umode_t mode, dev_t dev, const char *target)
{
	struct nameidata nd;
	struct dentry *d = NULL;
	int err = begin_create(&nd, dfd, name, S_ISDIR(mode));

	if (err)
		return err;
	if (!target && current->fs)
		mode &= ~current->fs->umask;
	err = vfs_make(nd.dentry, &nd.last, mode, dev, target, &d);
	end_create(&nd, d);
	return err;
}

int do_mkdirat(int dfd, char *name, umode_t mode)
{
	return make(dfd, name, S_IFDIR | (mode & (S_IRWXUGO | S_ISVTX)), 0, NULL);
}

int do_mknodat(int dfd, char *name, umode_t mode, dev_t dev)
{
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	if (S_ISDIR(mode))
		return -EPERM;
	if (!S_ISREG(mode) && !S_ISCHR(mode) && !S_ISBLK(mode) && !S_ISFIFO(mode) &&
	    !S_ISSOCK(mode))
		return -EINVAL;
	return make(dfd, name, mode, dev, NULL);
}

int do_symlinkat(const char *target, int dfd, char *name)
{
	return make(dfd, name, S_IFLNK | 0777, 0, target);
}

/* Another name for @old. Takes over the reference to it; an ERR_PTR is passed on. */
static int link_dentry(struct dentry *old, int dfd, char *name)
{
	struct nameidata nd;
	struct dentry *d = NULL;
	int err = IS_ERR(old) ? PTR_ERR(old) : begin_create(&nd, dfd, name, false);

	if (err)
		goto out;
	err = may_change_dir(nd.dentry, true);
	if (!err && nd.dentry->d_sb != old->d_sb)
		err = -EXDEV;
	else if (!err && S_ISDIR(old->d_inode->i_mode))
		err = -EPERM;
	else if (!err && !old->d_inode->i_nlink)
		err = -ENOENT;
	if (!err) {
		ihold(old->d_inode);
		err = add_name(nd.dentry, &nd.last, old->d_inode, &d);
	}
	if (!err) {
		d->d_inode->i_nlink++;
		d->d_inode->i_ctime = ktime_get_real();
	}
	end_create(&nd, d);
out:
	if (!IS_ERR(old))
		dput(old);
	return err;
}

int link_kernel(const char *old, char *name)
{
	return link_dentry(kern_path(old, 0), AT_FDCWD, name);
}

/* ---- removing ---- */

/* Can @d be taken away? @isdir: as a directory. namespace_mutex held. */
static int may_delete(struct dentry *d, bool isdir)
{
	int err = may_change_dir(d->d_parent, false);

	if (err)
		return err;
	if (isdir && !S_ISDIR(d->d_inode->i_mode))
		return -ENOTDIR;
	if (!isdir && S_ISDIR(d->d_inode->i_mode))
		return -EISDIR;
	if (d->d_mounted || d->d_parent == d)
		return -EBUSY;
	return isdir && !list_empty(&d->d_subdirs) ? -ENOTEMPTY : 0;
}

static void remove_name(struct dentry *d)
{
	struct inode *inode = d->d_inode;

	if (S_ISDIR(inode->i_mode)) {
		inode->i_nlink = 0;
		d->d_parent->d_inode->i_nlink--;
	} else {
		inode->i_nlink--;
	}
	inode->i_ctime = ktime_get_real();
	touch_dir(d->d_parent);
	d_drop(d);
}

static int unlink_at(int dfd, char *name, bool isdir)
{
	struct nameidata nd;
	struct dentry *d;
	int err = walk_begin(&nd, dfd, name);

	if (err)
		return err;
	if (nd.last.kind != PATH_NORM)
		err = !isdir                        ? -EISDIR
		      : nd.last.kind == PATH_DOT    ? -EINVAL
		      : nd.last.kind == PATH_DOTDOT ? -ENOTEMPTY
						    : -EBUSY;
	if (!err) {
		mutex_lock(&namespace_mutex);
		d = lookup_one(nd.dentry, nd.last.name, nd.last.len);
		err = IS_ERR(d) ? PTR_ERR(d) : may_delete(d, isdir);
		if (!err && nd.last.slash && !isdir)
			err = -ENOTDIR;
		if (!err)
			remove_name(d);
		mutex_unlock(&namespace_mutex);
		if (!IS_ERR(d))
			dput(d);
	}
	walk_end(&nd);
	return err;
}

int do_unlinkat(int dfd, char *name)
{
	return unlink_at(dfd, name, false);
}

/* ---- renaming ---- */

/* Both names are found (@new may be NULL): is it allowed? 0, 1: nothing is to be done, or -errno.
 */
static int may_rename(struct dentry *old, struct nameidata *to, struct dentry *new, bool old_slash)
{
	bool isdir = S_ISDIR(old->d_inode->i_mode);
	int err = may_change_dir(old->d_parent, false);

	if (!err)
		err = may_change_dir(to->dentry, true);
	if (err)
		return err;
	if (old->d_sb != to->dentry->d_sb)
		return -EXDEV;
	if (!isdir && (to->last.slash || old_slash))
		return -ENOTDIR;
	if (old->d_mounted)
		return -EBUSY;
	if (is_subdir(to->dentry, old))
		return -EINVAL;
	if (!new)
		return 0;
	if (new->d_inode == old->d_inode)
		return 1;
	if (is_subdir(old, new))
		return -ENOTEMPTY;
	return may_delete(new, isdir);
}

static int rename_locked(struct nameidata *from, struct nameidata *to, unsigned int flags)
{
	struct dentry *old = lookup_one(from->dentry, from->last.name, from->last.len);
	struct dentry *new, *old_parent = from->dentry;
	bool isdir;
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old);
	new = lookup_one(to->dentry, to->last.name, to->last.len);
	err = IS_ERR(new) && PTR_ERR(new) != -ENOENT ? PTR_ERR(new) : 0;
	if (IS_ERR(new))
		new = NULL;
	if (!err && new && (flags & RENAME_NOREPLACE))
		err = -EEXIST;
	if (!err)
		err = may_rename(old, to, new, from->last.slash);
	isdir = S_ISDIR(old->d_inode->i_mode);
	if (!err)
		err = d_move(old, to->dentry, to->last.name, to->last.len);
	if (!err) {
		if (new)
			remove_name(new);
		if (isdir) {
			old_parent->d_inode->i_nlink--;
			to->dentry->d_inode->i_nlink++;
		}
		old->d_inode->i_ctime = ktime_get_real();
		touch_dir(old_parent);
		touch_dir(to->dentry);
	}
	dput(new);
	dput(old);
	return err == 1 ? 0 : err;
}

static int do_renameat(int olddfd, char *old, int newdfd, char *new, unsigned int flags)
{
	struct nameidata from, to;
	int err = walk_begin(&from, olddfd, old);

	if (err)
		return err;
	err = walk_begin(&to, newdfd, new);
	if (err) {
		walk_end(&from);
		return err;
	}
	if (from.last.kind != PATH_NORM || to.last.kind != PATH_NORM) {
		err = from.last.kind == PATH_NORM && (flags & RENAME_NOREPLACE) ? -EEXIST : -EBUSY;
	} else {
		mutex_lock(&namespace_mutex);
		err = rename_locked(&from, &to, flags);
		mutex_unlock(&namespace_mutex);
	}
	walk_end(&to);
	walk_end(&from);
	return err;
}

/* ---- the calls ---- */

long sys_mkdirat(int dfd, const char *path, int mode)
{
	return WITH_USER_NAME(path, do_mkdirat(dfd, name, mode));
}

long sys_mknodat(int dfd, const char *path, int mode, unsigned int dev)
{
	return WITH_USER_NAME(path, do_mknodat(dfd, name, mode, dev));
}

long sys_symlinkat(const char *target, int dfd, const char *path)
{
	char *text = getname(target, 0);
	long err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = WITH_USER_NAME(path, do_symlinkat(text, dfd, name));
	putname(text);
	return err;
}

long sys_linkat(int olddfd, const char *old, int newdfd, const char *path, int flags)
{
	unsigned int lookup = (flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0) |
			      (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return WITH_USER_NAME(path, link_dentry(user_path_at(olddfd, old, lookup), newdfd, name));
}

long sys_unlinkat(int dfd, const char *path, int flags)
{
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return WITH_USER_NAME(path, unlink_at(dfd, name, flags & AT_REMOVEDIR));
}

long sys_renameat2(int olddfd, const char *old, int newdfd, const char *new, unsigned int flags)
{
	char *from;
	long err;

	if (flags & ~RENAME_NOREPLACE)
		return -EINVAL;
	from = getname(old, 0);
	if (IS_ERR(from))
		return PTR_ERR(from);
	err = WITH_USER_NAME(new, do_renameat(olddfd, from, newdfd, name, flags));
	putname(from);
	return err;
}
