#include "kernel/fs/ramfs.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/device.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/shmem.h"
#include "mm/slab.h"

static const struct inode_operations ramfs_dir_inode_operations;

/* ---- contents ---- */

static const struct file_operations ramfs_file_operations = {
	.llseek = generic_file_llseek,
	.read = generic_file_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
};

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (size > MAX_FILE_SIZE)
		return -EFBIG;
	vmtruncate(inode->i_mapping, size);
	return 0;
}

static const struct inode_operations ramfs_file_inode_operations = { .truncate = ramfs_truncate };

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

static struct inode *ramfs_get_inode(struct super_block *sb, umode_t mode, dev_t dev)
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
		init_special_inode(inode, dev);
	}
	return inode;
}

static struct inode *ramfs_make(struct inode *dir, umode_t mode, dev_t dev, const char *target)
{
	struct inode *inode = ramfs_get_inode(dir->i_sb, mode, dev);

	if (!inode || !target)
		return inode;
	inode->i_size = strlen(target);
	inode->i_link = kstrdup(target, GFP_KERNEL);
	if (inode->i_link)
		return inode;
	iput(inode);
	return NULL;
}

static const struct inode_operations ramfs_dir_inode_operations = { .make = ramfs_make };

/* ---- the file system ---- */

int ramfs_fill_super(struct super_block *sb, const char *options)
{
	/* mode=1777 among the mount options is the root's mode. */
	const char *p = options ? strstr(options, "mode=") : NULL;
	umode_t mode = p ? simple_strtoull(p + 5, NULL, 8) & S_IALLUGO : 0755;

	sb->s_root = d_alloc_root(sb, ramfs_get_inode(sb, S_IFDIR | mode, 0), "/");
	return sb->s_root ? 0 : -ENOMEM;
}

static struct file_system_type ramfs_type = {
	.name = "ramfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = ramfs_fill_super,
};

static struct file_system_type tmpfs_type = {
	.name = "tmpfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = ramfs_fill_super,
};

/* ---- files without a name: shared anonymous memory ---- */

static struct super_block shmem_super = { .s_type = &tmpfs_type };

static struct file *ramfs_shmem_file(const char *name, loff_t size)
{
	struct inode *inode = ramfs_get_inode(&shmem_super, S_IFREG | 0777, 0);
	struct dentry *d = d_alloc_root(&shmem_super, inode, name);
	struct file *file;

	if (!d)
		return ERR_PTR(-ENOMEM);
	inode->i_nlink = 0;
	i_size_write(inode, size);
	get_write_access(inode);
	file = alloc_file(d, FMODE_READ | FMODE_WRITE, O_RDWR, &ramfs_file_operations);
	if (IS_ERR(file))
		put_write_access(inode);
	dput(d);
	return file;
}

void ramfs_init(void)
{
	register_filesystem(&ramfs_type);
	register_filesystem(&tmpfs_type);
	shmem_file_setup = ramfs_shmem_file;
	mount_root(&ramfs_type);
}
