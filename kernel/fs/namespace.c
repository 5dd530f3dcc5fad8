/*
 * Mounting: which file system hides which directory.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs_struct.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

static LIST_HEAD(super_blocks); /* mounted somewhere, oldest first; namespace_mutex */

void set_root_super(struct super_block *sb)
{
	strlcpy(sb->s_devname, "rootfs", sizeof(sb->s_devname));
	mutex_lock(&namespace_mutex);
	list_add(&sb->s_list, &super_blocks);
	mutex_unlock(&namespace_mutex);
	init_fs.root = dget(sb->s_root);
	init_fs.pwd = dget(sb->s_root);
}

/* Hang @sb over @covered, whose reference it takes over. namespace_mutex held. 0 or -errno. */
static int graft(struct super_block *sb, struct dentry *covered)
{
	if (sb->s_covered || covered->d_mounted)
		return -EBUSY;
	if (covered->d_parent != covered && hlist_unhashed(&covered->d_hash))
		return covered->d_sb->s_type->unpinned ? -EINVAL : -ENOENT;
	spin_lock(&dcache_lock);
	sb->s_covered = covered;
	covered->d_mounted = sb;
	spin_unlock(&dcache_lock);
	list_add_tail(&sb->s_list, &super_blocks);
	return 0;
}

static int remount(struct dentry *dir, unsigned long flags)
{
	if (dir->d_parent != dir)
		return -EINVAL;
	dir->d_sb->s_flags = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
	return 0;
}

static int mount_new(struct dentry *dir, const char *devname, const char *name, unsigned long flags,
		     const char *options)
{
	struct file_system_type *type = get_fs_type(name);
	struct super_block *sb;
	int err;

	if (!type)
		return -ENODEV;
	sb = type->instance ? type->instance : new_super(type, options);
	if (IS_ERR(sb))
		return PTR_ERR(sb);
	mutex_lock(&namespace_mutex);
	err = graft(sb, dget(dir));
	if (!err) {
		sb->s_flags = flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
		strlcpy(sb->s_devname, devname, sizeof(sb->s_devname));
	}
	mutex_unlock(&namespace_mutex);
	if (err) {
		dput(dir);
		if (!type->single)
			kill_super(sb);
	}
	return err;
}

int do_mount(const char *devname, struct dentry *dir, const char *type, unsigned long flags,
	     const char *options)
{
	if (!S_ISDIR(dir->d_inode->i_mode))
		return -ENOTDIR;
	if (flags & MS_REMOUNT)
		return remount(dir, flags);
	/* How mounts spread between name spaces: there is only one. */
	if (flags & (MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED))
		return 0;
	if (flags & (MS_BIND | MS_MOVE))
		return -EINVAL;
	return mount_new(dir, devname, type, flags, options);
}

/* Does anybody outside the tree hold one of its names? namespace_mutex held. */
static bool super_busy(struct super_block *sb)
{
	struct dentry *d = sb->s_root, *child;

	for (;;) {
		int expected = 1;

		list_for_each_entry(child, &d->d_subdirs, d_child)
			expected++;
		if (atomic_read(&d->d_count) != expected || d->d_mounted)
			return true;
		/* On to the next in preorder. */
		if (!list_empty(&d->d_subdirs)) {
			d = list_first_entry(&d->d_subdirs, struct dentry, d_child);
			continue;
		}
		while (d != sb->s_root && list_is_last(&d->d_child, &d->d_parent->d_subdirs))
			d = d->d_parent;
		if (d == sb->s_root)
			return false;
		d = list_next_entry(d, d_child);
	}
}

/* Take @sb out of the tree; value: the directory that it covered. namespace_mutex held. */
static struct dentry *ungraft(struct super_block *sb)
{
	struct dentry *covered = sb->s_covered;

	spin_lock(&dcache_lock);
	covered->d_mounted = NULL;
	sb->s_covered = NULL;
	spin_unlock(&dcache_lock);
	list_del_init(&sb->s_list);
	return covered;
}

int do_umount(struct dentry *root)
{
	struct super_block *sb = root->d_sb;
	struct dentry *covered = NULL;
	int err = 0;

	mutex_lock(&namespace_mutex);
	if (root != sb->s_root)
		err = -EINVAL;
	dput(root);
	if (!err && !sb->s_covered)
		err = -EBUSY; /* the root of all */
	if (!err && (sb->s_root->d_mounted || (!sb->s_type->single && super_busy(sb))))
		err = -EBUSY;
	if (!err)
		covered = ungraft(sb);
	mutex_unlock(&namespace_mutex);
	dput(covered);
	if (!err && !sb->s_type->single)
		kill_super(sb);
	return err;
}

/* ---- system calls ---- */

long sys_mount(const char *devname, const char *dir, const char *type, unsigned long flags,
	       const char *options)
{
	struct dentry *d;
	char dev[32] = "none", name[32] = "", opt[128] = "";
	long err = 0;

	if ((devname && strncpy_from_user(dev, devname, sizeof(dev)) < 0) ||
	    (type && strncpy_from_user(name, type, sizeof(name)) < 0) ||
	    (options && strncpy_from_user(opt, options, sizeof(opt)) < 0))
		return -EFAULT;
	dev[sizeof(dev) - 1] = name[sizeof(name) - 1] = opt[sizeof(opt) - 1] = '\0';
	d = user_path_at(AT_FDCWD, dir, LOOKUP_FOLLOW);
	if (IS_ERR(d))
		return PTR_ERR(d);
	err = do_mount(dev, d, name, flags, opt);
	dput(d);
	return err;
}

long sys_umount2(const char *dir, int flags)
{
	struct dentry *d;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	d = user_path_at(AT_FDCWD, dir, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
	return IS_ERR(d) ? PTR_ERR(d) : do_umount(d);
}

long sys_oldumount(const char *dir)
{
	return sys_umount2(dir, 0);
}

/* ---- what /proc says ---- */

static void show_mount(struct seq_file *m, struct super_block *sb, char *buf)
{
	struct dentry *root = get_fs_root();
	char *path = d_path(sb->s_root, root, buf, PATH_MAX, false);

	dput(root);
	if (IS_ERR(path))
		return;
	seq_printf(m, "%s %s %s %s%s%s%s 0 0\n", sb->s_devname, path, sb->s_type->name,
		   sb->s_flags & MS_RDONLY ? "ro" : "rw", sb->s_flags & MS_NOSUID ? ",nosuid" : "",
		   sb->s_flags & MS_NODEV ? ",nodev" : "",
		   sb->s_flags & MS_NOEXEC ? ",noexec" : "");
}

int show_mounts(struct seq_file *m, void *data)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);
	struct super_block *sb;

	if (!buf)
		return -ENOMEM;
	mutex_lock(&namespace_mutex);
	list_for_each_entry(sb, &super_blocks, s_list)
		show_mount(m, sb, buf);
	mutex_unlock(&namespace_mutex);
	kfree(buf);
	return 0;
}
