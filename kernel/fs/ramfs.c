#include "kernel/fs/ramfs.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/filemap.h"
#include "mm/shmem.h"
#include "mm/slab.h"

/* ---- contents ---- */

const struct file_operations ramfs_file_operations = {
	.llseek = generic_file_llseek,
	.read = generic_file_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
};

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	loff_t old = inode->i_size;

	if (size > MAX_FILE_SIZE)
		return -EFBIG;
	if (size < old)
		vmtruncate(inode->i_mapping, size);
	i_size_write(inode, size);
	return 0;
}

const struct inode_operations ramfs_file_inode_operations = { .truncate = ramfs_truncate };

/* ---- links ---- */

static int ramfs_readlink(struct dentry *dentry, char *buf, int size)
{
	const char *link = dentry->d_inode->i_link;
	int n = min(size, (int)strlen(link));

	memcpy(buf, link, n);
	return n;
}

static const struct inode_operations ramfs_symlink_operations = { .readlink = ramfs_readlink };

/* ---- inodes ---- */

struct inode *ramfs_get_inode(struct super_block *sb, umode_t mode, dev_t dev)
{
	static const struct inode_operations none;
	struct inode *inode = new_inode(sb, mode);

	if (!inode)
		return NULL;
	inode->i_op = &none;
	if (S_ISREG(mode)) {
		inode->i_op = &ramfs_file_inode_operations;
		inode->i_fop = &ramfs_file_operations;
		inode->i_mapping = &inode->i_data;
		address_space_init(&inode->i_data, inode, &simple_aops);
	} else if (S_ISDIR(mode)) {
		inode->i_op = &ramfs_dir_inode_operations;
		inode->i_fop = &simple_dir_operations;
		inode->i_nlink = 2;
	} else if (S_ISLNK(mode)) {
		inode->i_op = &ramfs_symlink_operations;
	} else {
		init_special_inode(inode, mode, dev);
	}
	return inode;
}

static int ramfs_mknod(struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev)
{
	struct inode *inode = ramfs_get_inode(dir->i_sb, mode, dev);

	if (!inode)
		return -ENOSPC;
	if (dir->i_mode & S_ISGID) {
		inode->i_gid = dir->i_gid;
		inode->i_mode |= S_ISDIR(mode) ? S_ISGID : 0;
	}
	d_instantiate(dentry, inode);
	return 0;
}

static int ramfs_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	struct inode *inode = ramfs_get_inode(dir->i_sb, S_IFLNK | 0777, 0);

	if (!inode)
		return -ENOSPC;
	inode->i_link = kstrdup(target, GFP_KERNEL);
	if (!inode->i_link) {
		iput(inode);
		return -ENOSPC;
	}
	inode->i_size = strlen(target);
	d_instantiate(dentry, inode);
	return 0;
}

const struct inode_operations ramfs_dir_inode_operations = {
	.mknod = ramfs_mknod,
	.symlink = ramfs_symlink,
	.may_change = true,
};

/* ---- the file system ---- */

/* mode=1777 among the mount options is the root's mode. */
static umode_t root_mode(const char *options)
{
	const char *p = options ? strstr(options, "mode=") : NULL;

	return S_IFDIR | (p ? simple_strtoul(p + 5, NULL, 8) & S_IALLUGO : 0755);
}

static int ramfs_fill_super(struct super_block *sb, const char *options)
{
	sb->s_root = d_make_root(sb, ramfs_get_inode(sb, root_mode(options), 0));
	return sb->s_root ? 0 : -ENOMEM;
}

static int tmpfs_fill_super(struct super_block *sb, const char *options)
{
	int err = ramfs_fill_super(sb, options);

	if (!err && !(options && strstr(options, "mode=")))
		sb->s_root->d_inode->i_mode = S_IFDIR | 01777;
	return err;
}

struct file_system_type ramfs_type = {
	.name = "ramfs",
	.fs_magic = RAMFS_MAGIC,
	.fill_super = ramfs_fill_super,
};

static struct file_system_type tmpfs_type = {
	.name = "tmpfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = tmpfs_fill_super,
};

/* ---- files without a name ---- */

static struct super_block *shmem_super;

static struct dentry *shmem_dentry(const char *name, loff_t size)
{
	struct inode *inode = ramfs_get_inode(shmem_super, S_IFREG | 0777, 0);
	struct dentry *d;

	if (!inode)
		return NULL;
	d = d_alloc(NULL, name, strlen(name));
	if (!d) {
		iput(inode);
		return NULL;
	}
	inode->i_nlink = 0;
	i_size_write(inode, size);
	d->d_sb = shmem_super;
	d_instantiate(d, inode);
	return d;
}

static struct file *ramfs_shmem_file(const char *name, loff_t size)
{
	struct dentry *d = shmem_dentry(name, size);
	struct file *file;

	if (!d)
		return ERR_PTR(-ENOMEM);
	get_write_access(d->d_inode);
	file = alloc_file(d, FMODE_READ | FMODE_WRITE, O_RDWR, &ramfs_file_operations);
	if (IS_ERR(file))
		put_write_access(d->d_inode);
	dput(d);
	return file;
}

void ramfs_init(void)
{
	register_filesystem(&ramfs_type);
	register_filesystem(&tmpfs_type);
	shmem_super = kern_mount(&tmpfs_type);
	BUG_ON(IS_ERR(shmem_super));
	shmem_file_setup = ramfs_shmem_file;
}
