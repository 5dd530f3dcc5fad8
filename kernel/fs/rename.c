/*
 * Names move.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/err.h"
#include "kernel/sched/clock.h"

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
	int err = walk_init(&from, olddfd, old);

	if (err)
		return err;
	err = walk_init(&to, newdfd, new);
	if (err) {
		walk_end(&from);
		return err;
	}
	err = walk_parent(&from);
	if (!err)
		err = walk_parent(&to);
	if (!err && (from.last.kind != PATH_NORM || to.last.kind != PATH_NORM))
		err = -EBUSY;
	if (!err) {
		mutex_lock(&namespace_mutex);
		err = rename_locked(&from, &to, flags);
		mutex_unlock(&namespace_mutex);
	}
	walk_end(&to);
	walk_end(&from);
	return err;
}

/* ---- the calls ---- */

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

long sys_renameat(int olddfd, const char *old, int newdfd, const char *new)
{
	return sys_renameat2(olddfd, old, newdfd, new, 0);
}

long sys_rename(const char *old, const char *new)
{
	return sys_renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}
