#include "kernel/fs/devfs.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/device.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/ramfs.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/mutex.h"

static struct super_block *devfs_super;

static int devfs_fill_super(struct super_block *sb, const char *options)
{
	sb->s_root = d_make_root(sb, ramfs_get_inode(sb, S_IFDIR | 0755, 0));
	return sb->s_root ? 0 : -ENOMEM;
}

static struct file_system_type devfs_type = {
	.name = "devtmpfs",
	.fs_magic = TMPFS_MAGIC,
	.single = true,
	.fill_super = devfs_fill_super,
};

/* Another name of the same instance. */
static int devfs_alias_fill(struct super_block *sb, const char *options)
{
	return -EBUSY;
}

static struct file_system_type devfs_alias = { .name = "devfs",
					       .single = true,
					       .fill_super = devfs_alias_fill };

/* The directory of "dir/name" in devfs with a reference; *name becomes the last component. */
static struct dentry *parent_of(const char **name)
{
	struct dentry *dir = dget(devfs_super->s_root), *next;
	const char *slash;

	while ((slash = strchr(*name, '/'))) {
		next = lookup_one(dir, *name, slash - *name);
		dput(dir);
		if (IS_ERR(next))
			return next;
		dir = next;
		*name = slash + 1;
	}
	return dir;
}

/* @target NULL: a node or directory; else a link. namespace_mutex held. */
static int make_in(struct dentry *dir, const char *name, umode_t mode, dev_t dev,
		   const char *target)
{
	struct dentry *d = lookup_one(dir, name, strlen(name));
	int err;

	if (!IS_ERR(d)) {
		dput(d);
		return -EEXIST;
	}
	if (target)
		return vfs_symlink(dir, name, strlen(name), target);
	err = vfs_mknod(dir, name, strlen(name), mode, dev, &d);
	if (!err)
		dput(d);
	return err;
}

static int make_node(const char *name, umode_t mode, dev_t dev, const char *target)
{
	struct dentry *dir;
	int err;

	mutex_lock(&namespace_mutex);
	dir = parent_of(&name);
	err = IS_ERR(dir) ? PTR_ERR(dir) : make_in(dir, name, mode, dev, target);
	if (!IS_ERR(dir))
		dput(dir);
	mutex_unlock(&namespace_mutex);
	return err;
}

int devfs_create(const char *name, umode_t mode, dev_t dev, const struct file_operations *fops,
		 void *private)
{
	int err = make_node(name, mode, dev, NULL);

	return err ? err : register_device(mode & S_IFMT, dev, fops, private);
}

int devfs_mkdir(const char *name, umode_t mode)
{
	return make_node(name, S_IFDIR | mode, 0, NULL);
}

int devfs_symlink(const char *name, const char *target)
{
	return make_node(name, 0, 0, target);
}

void devfs_init(void)
{
	register_filesystem(&devfs_type);
	devfs_super = kern_mount(&devfs_type);
	BUG_ON(IS_ERR(devfs_super));
	devfs_alias.instance = devfs_super;
	register_filesystem(&devfs_alias);
	devfs_symlink("fd", "/proc/self/fd");
	devfs_symlink("stdin", "/proc/self/fd/0");
	devfs_symlink("stdout", "/proc/self/fd/1");
	devfs_symlink("stderr", "/proc/self/fd/2");
	devfs_mkdir("shm", 01777);
}

int devfs_mount(void)
{
	char *name = getname_kernel("/dev");
	struct dentry *d;
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = do_mkdirat(AT_FDCWD, name, 0755);
	putname(name);
	if (err && err != -EEXIST)
		return err;
	d = kern_path("/dev", LOOKUP_FOLLOW);
	if (IS_ERR(d))
		return PTR_ERR(d);
	err = do_mount("devtmpfs", d, "devtmpfs", 0, NULL);
	dput(d);
	return err;
}
