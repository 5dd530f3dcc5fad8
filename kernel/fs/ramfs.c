#include "kernel/fs/dentry.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/lib/err.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "mm/mm.h"
#include "mm/shmem.h"
#include "mm/slab.h"
#include "mm/vma.h"

static const struct inode_operations ramfs_dir_inode_operations;

/* ---- contents ---- */

static const struct file_operations ramfs_file_operations = {
	.llseek = generic_file_llseek,
	.read = generic_file_read,
	.write = generic_file_write,
	.mmap = generic_file_mmap,
	.fallocate = generic_fallocate,
};

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (size > MAX_LFS_FILESIZE)
		return -EFBIG;
	return vmtruncate(inode->i_mapping, size);
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
	/* Names cannot be thrown away, either. */
	struct inode *inode = page_cache_full() ? NULL : new_inode(sb, mode);

	if (!inode)
		return NULL;
	inode->i_op = &none;
	if (S_ISREG(mode)) {
		inode->i_op = &ramfs_file_inode_operations;
		inode->i_fop = &ramfs_file_operations;
		inode->i_mapping = &inode->i_data;
		address_space_init(&inode->i_data, inode, &simple_aops);
		if (sb->s_type == &tmpfs_type)
			inode->i_data.limit = &sb->s_blocks;
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

/* A number with a suffix: of bytes (in pages), of per cent of RAM, or of things. */
static int parse_number(const char *text, bool bytes, unsigned long *value)
{
	static const char units[] = "kmg";
	char *end;
	u64 n = simple_strtoull(text, &end, 0);
	const char *unit = *end ? strchr(units, *end | 0x20) : NULL;

	if (end == text)
		return -EINVAL;
	if (bytes && *end == '%') {
		n = (u64)nr_total_pages() * (u32)n;
		*value = div_u64(n, 100);
		return end[1] ? -EINVAL : 0;
	}
	if (unit)
		n <<= 10 * (unit - units + 1);
	if (*end && (!unit || end[1]))
		return -EINVAL;
	*value = bytes ? (n + PAGE_SIZE - 1) >> PAGE_SHIFT : n;
	return 0;
}

/* Is more in use than @max would let? */
static bool over(const struct fs_limit *limit, unsigned long max)
{
	return max && (unsigned long)atomic_read(&limit->used) > max;
}

/* "size=1m,nr_inodes=100,mode=1777,uid=0,gid=0"; size 0 is no limit. None may be below what is in use. */
static int parse_options(struct super_block *sb, char *options, struct inode *root)
{
	unsigned long blocks = sb->s_blocks.max, inodes = sb->s_inodes.max;
	int err = 0;

	while (!err && options && *options) {
		char *name = options, *value = strchr(name, '=');

		options = strchr(name, ',');
		if (options)
			*options++ = '\0';
		if (!*name)
			continue;
		if (!value || (options && value > options))
			return -EINVAL;
		*value++ = '\0';
		if (!strcmp(name, "size") || !strcmp(name, "nr_blocks"))
			err = parse_number(value, *name == 's', &blocks);
		else if (!strcmp(name, "nr_inodes"))
			err = parse_number(value, false, &inodes);
		else if (!strcmp(name, "mode"))
			root->i_mode = S_IFDIR | (simple_strtoull(value, &value, 8) & S_IALLUGO);
		else if (!strcmp(name, "uid"))
			root->i_uid = simple_strtoull(value, &value, 10);
		else if (!strcmp(name, "gid"))
			root->i_gid = simple_strtoull(value, &value, 10);
		else
			return -EINVAL;
		if (strchr("mug", *name) && *value)
			return -EINVAL;
	}
	if (err || over(&sb->s_blocks, blocks) || over(&sb->s_inodes, inodes))
		return -EINVAL;
	sb->s_blocks.max = blocks;
	sb->s_inodes.max = inodes;
	return 0;
}

int ramfs_fill_super(struct super_block *sb, char *options)
{
	umode_t mode = sb->s_type == &tmpfs_type ? 01777 : 0755;
	struct inode *root = ramfs_get_inode(sb, S_IFDIR | mode, 0);
	int err = root ? parse_options(sb, options, root) : -ENOMEM;

	if (err) {
		if (root)
			iput(root);
		return err;
	}
	sb->s_root = d_alloc_root(sb, root, "/");
	return sb->s_root ? 0 : -ENOMEM;
}

static int tmpfs_fill_super(struct super_block *sb, char *options)
{
	sb->s_blocks.max = sb->s_inodes.max = nr_total_pages() / 2;
	return ramfs_fill_super(sb, options);
}

static int tmpfs_remount(struct super_block *sb, char *options)
{
	struct inode ignored;

	return parse_options(sb, options, &ignored);
}

static struct file_system_type ramfs_type = {
	.name = "ramfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = ramfs_fill_super,
};

struct file_system_type tmpfs_type = {
	.name = "tmpfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = tmpfs_fill_super,
	.remount = tmpfs_remount,
};

/* ---- files without a name: shared anonymous memory ---- */

static struct super_block shmem_super = { .s_type = &tmpfs_type };

/* The memory that was promised to it is everybody's again. */
static void shmem_evict(struct inode *inode)
{
	vm_unacct_memory(VM_ACCOUNT, (unsigned long)inode->i_private);
}

static const struct inode_operations shmem_inode_operations = {
	.truncate = ramfs_truncate,
	.evict = shmem_evict,
};

static struct file *ramfs_shmem_file(const char *name, loff_t size, unsigned long flags)
{
	unsigned long pages = flags & VM_NORESERVE ? 0 : (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct inode *inode;
	struct dentry *d;
	struct file *file;

	if (vm_enough_memory(VM_ACCOUNT, pages))
		return ERR_PTR(-ENOMEM);
	inode = ramfs_get_inode(&shmem_super, S_IFREG | 0777, 0);
	if (!inode) {
		vm_unacct_memory(VM_ACCOUNT, pages);
		return ERR_PTR(-ENOMEM);
	}
	inode->i_op = &shmem_inode_operations;
	inode->i_private = (void *)pages;
	inode->i_nlink = 0;
	inode->i_size = size;
	d = d_alloc_root(&shmem_super, inode, name);
	if (!d)
		return ERR_PTR(-ENOMEM);
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
