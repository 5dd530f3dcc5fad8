/*
 * File systems, and where they are mounted.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

static struct file_system_type *file_systems;
static LIST_HEAD(super_blocks); /* mounted ones, oldest first; namespace_mutex */

void register_filesystem(struct file_system_type *type)
{
	type->next = file_systems;
	file_systems = type;
}

/* ---- instances ---- */

/* Free an instance that is mounted nowhere, with all its names: leaves first, without recursion. */
static void kill_super(struct super_block *sb)
{
	struct dentry *d = sb->s_root, *parent;

	while (d) {
		if (!list_empty(&d->d_subdirs)) {
			d = list_first_entry(&d->d_subdirs, struct dentry, d_child);
			continue;
		}
		parent = d == sb->s_root ? NULL : d->d_parent;
		if (parent)
			d_drop(d);
		else
			dput(d);
		d = parent;
	}
	kfree(sb);
}

/* A new instance, mounted nowhere; ERR_PTR. */
static struct super_block *new_super(struct file_system_type *type, const char *devname,
				     char *options)
{
	static unsigned int last_minor;
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);
	int err;

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_type = type;
	last_minor++;
	sb->s_dev = MKDEV(0, last_minor);
	strlcpy(sb->s_devname, devname, sizeof(sb->s_devname));
	err = type->fill_super(sb, options);
	if (err) {
		kill_super(sb);
		return ERR_PTR(err);
	}
	return sb;
}

void mount_root(struct file_system_type *type)
{
	struct super_block *sb = new_super(type, "rootfs", NULL);

	BUG_ON(IS_ERR(sb));
	list_add(&sb->s_list, &super_blocks);
	init_fs.root = dget(sb->s_root);
	init_fs.pwd = dget(sb->s_root);
}

/* ---- mount ---- */

/* Hang @sb over @covered, whose reference it takes over. namespace_mutex held. 0 or -errno. */
static int graft(struct super_block *sb, struct dentry *covered)
{
	if (covered->d_mounted)
		return -EBUSY;
	if (d_unlinked(covered))
		return covered->d_sb->s_type->unpinned ? -EINVAL : -ENOENT;
	spin_lock(&dcache_lock);
	sb->s_covered = covered;
	covered->d_mounted = sb;
	spin_unlock(&dcache_lock);
	list_add_tail(&sb->s_list, &super_blocks);
	return 0;
}

int do_mount(struct file_system_type *type, const char *devname, struct dentry *dir, char *options)
{
	struct super_block *sb;
	int err;

	if (!S_ISDIR(dir->d_inode->i_mode))
		return -ENOTDIR;
	sb = new_super(type, devname, options);
	if (IS_ERR(sb))
		return PTR_ERR(sb);
	mutex_lock(&namespace_mutex);
	err = graft(sb, dget(dir));
	mutex_unlock(&namespace_mutex);
	if (err) {
		dput(dir);
		kill_super(sb);
	}
	return err;
}

static int do_remount(struct dentry *root, char *options)
{
	struct super_block *sb = root->d_sb;
	int err = 0;

	if (root != sb->s_root)
		return -EINVAL;
	mutex_lock(&namespace_mutex);
	if (sb->s_type->remount)
		err = sb->s_type->remount(sb, options);
	mutex_unlock(&namespace_mutex);
	return err;
}

#define MS_REMOUNT 32ul
#define MS_BIND    4096ul
#define MS_MOVE    8192ul

long sys_mount(const char *devname, const char *dir, const char *type, unsigned long flags,
	       const char *options)
{
	struct file_system_type *t = file_systems;
	char dev[32] = "none", name[32] = "", opt[128] = "";
	struct dentry *d;
	long err;

	if ((devname && strncpy_from_user(dev, devname, sizeof(dev)) < 0) ||
	    (type && strncpy_from_user(name, type, sizeof(name)) < 0) ||
	    (options && strncpy_from_user(opt, options, sizeof(opt)) < 0))
		return -EFAULT;
	dev[sizeof(dev) - 1] = name[sizeof(name) - 1] = opt[sizeof(opt) - 1] = '\0';
	if (flags & (MS_BIND | MS_MOVE))
		return -EINVAL;
	d = user_path_at(AT_FDCWD, dir, LOOKUP_FOLLOW);
	if (IS_ERR(d))
		return PTR_ERR(d);
	while (t && strcmp(t->name, name))
		t = t->next;
	if (flags & MS_REMOUNT)
		err = do_remount(d, opt);
	else
		err = t ? do_mount(t, dev, d, opt) : -ENODEV;
	if (!err)
		(flags & MS_REMOUNT ? d->d_sb : d->d_mounted)->s_flags = flags & MS_NOEXEC;
	dput(d);
	return err;
}

/* ---- umount ---- */

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

/* Consumes the reference to @root. */
static int do_umount(struct dentry *root)
{
	struct super_block *sb = root->d_sb;
	struct dentry *covered = sb->s_covered;
	int err = 0;

	mutex_lock(&namespace_mutex);
	if (root != sb->s_root)
		err = -EINVAL;
	dput(root);
	if (!err && (!covered || super_busy(sb)))
		err = -EBUSY;
	if (!err) {
		spin_lock(&dcache_lock);
		covered->d_mounted = NULL;
		spin_unlock(&dcache_lock);
		list_del(&sb->s_list);
	}
	mutex_unlock(&namespace_mutex);
	if (!err) {
		dput(covered);
		kill_super(sb);
	}
	return err;
}

#define UMOUNT_FLAGS    15 /* MNT_FORCE, MNT_DETACH, MNT_EXPIRE and: */
#define UMOUNT_NOFOLLOW 8

long sys_umount2(const char *dir, int flags)
{
	struct dentry *d;

	if (flags & ~UMOUNT_FLAGS)
		return -EINVAL;
	d = user_path_at(AT_FDCWD, dir, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
	return IS_ERR(d) ? PTR_ERR(d) : do_umount(d);
}

/* ---- what /proc says ---- */

/* What it is mounted on. */
static dev_t parent_dev(const struct super_block *sb)
{
	return sb->s_covered ? sb->s_covered->d_sb->s_dev : 0;
}

/* One field: blanks and line breaks in a name would look like others. */
static void put_name(struct seq_file *m, const char *name)
{
	seq_escape(m, name, " \t\n\\");
	seq_putc(m, ' ');
}

int show_mounts(struct seq_file *m, void *data)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *path;
	struct super_block *sb;

	if (!buf)
		return -ENOMEM;
	mutex_lock(&namespace_mutex);
	list_for_each_entry(sb, &super_blocks, s_list) {
		path = d_path(sb->s_root, init_fs.root, buf, PATH_MAX, false);
		if (IS_ERR(path))
			continue;
		if (data)
			seq_printf(m, "%u %u 0:%u / ", (unsigned int)MINOR(sb->s_dev),
				   (unsigned int)MINOR(parent_dev(sb)),
				   (unsigned int)MINOR(sb->s_dev));
		else
			put_name(m, sb->s_devname);
		put_name(m, path);
		seq_printf(m, data ? "rw - %s " : "%s ", sb->s_type->name);
		if (data)
			put_name(m, sb->s_devname);
		seq_puts(m, "rw");
		if (sb->s_flags & MS_NOEXEC)
			seq_puts(m, ",noexec");
		if (sb->s_blocks.max)
			seq_printf(m, ",size=%luk", sb->s_blocks.max << (PAGE_SHIFT - 10));
		if (sb->s_inodes.max)
			seq_printf(m, ",nr_inodes=%lu", sb->s_inodes.max);
		seq_puts(m, data ? "\n" : " 0 0\n");
	}
	mutex_unlock(&namespace_mutex);
	kfree(buf);
	return 0;
}

int show_filesystems(struct seq_file *m, void *data)
{
	for (struct file_system_type *t = file_systems; t; t = t->next)
		seq_printf(m, "nodev\t%s\n", t->name);
	return 0;
}
