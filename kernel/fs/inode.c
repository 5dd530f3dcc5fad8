#include "kernel/fs/inode.h"

#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/sched/clock.h"
#include "kernel/task/signal.h"
#include "mm/slab.h"

static struct kmem_cache *inode_cache;

void inode_init(void)
{
	inode_cache = kmem_cache_create("inode", sizeof(struct inode), 0, SLAB_PANIC, NULL);
}

ino_t get_next_ino(void)
{
	static atomic_t last = { 0 };

	return atomic_inc_return(&last);
}

struct inode *new_inode(struct super_block *sb, umode_t mode)
{
	struct inode *inode =
		limit_charge(&sb->s_inodes) ? NULL : kmem_cache_zalloc(inode_cache, GFP_KERNEL);

	if (!inode)
		return NULL;
	atomic_set(&inode->i_count, 1);
	inode->i_sb = sb;
	inode->i_mode = mode;
	inode->i_nlink = 1;
	inode->i_ino = get_next_ino();
	inode->i_atime = inode->i_mtime = inode->i_ctime = ktime_get_real();
	return inode;
}

void iput(struct inode *inode)
{
	if (!atomic_dec_and_test(&inode->i_count))
		return;
	if (inode->i_op && inode->i_op->evict)
		inode->i_op->evict(inode);
	if (inode->i_mapping == &inode->i_data)
		truncate_inode_pages(&inode->i_data, 0);
	limit_uncharge(&inode->i_sb->s_inodes);
	kfree(inode->i_link);
	kmem_cache_free(inode_cache, inode);
}

loff_t i_size_read(const struct inode *inode)
{
	return inode ? inode->i_size : 0;
}

void i_size_write(struct inode *inode, loff_t size)
{
	inode->i_size = size;
}

void file_update_time(struct inode *inode)
{
	inode->i_mtime = inode->i_ctime = ktime_get_real();
}

void file_accessed(struct inode *inode)
{
	inode->i_atime = ktime_get_real();
}

bool file_noexec(const struct file *file)
{
	return file->f_inode && file->f_inode->i_sb && file->f_inode->i_sb->s_flags & MS_NOEXEC;
}

dev_t file_dev(const struct file *file)
{
	return file->f_inode && file->f_inode->i_sb ? file->f_inode->i_sb->s_dev : 0;
}

ino_t file_ino(const struct file *file)
{
	return file->f_inode ? file->f_inode->i_ino : 0;
}

int permission(struct inode *inode, int mask)
{
	if ((mask & X_OK) && !S_ISDIR(inode->i_mode) &&
	    (!(inode->i_mode & S_IXUGO) || inode->i_sb->s_flags & MS_NOEXEC))
		return -EACCES;
	return 0;
}

int do_truncate(struct inode *inode, loff_t size)
{
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(inode->i_mode) || size < 0)
		return -EINVAL;
	if (!inode->i_op->truncate)
		return -EPERM;
	if (size > inode->i_size && size > file_size_limit()) {
		send_sig(SIGXFSZ, current);
		return -EFBIG;
	}
	err = inode->i_op->truncate(inode, size);
	if (!err)
		file_update_time(inode);
	return err;
}

int deny_write_access(struct inode *inode)
{
	if (atomic_read(&inode->i_writecount) > 0)
		return -ETXTBSY;
	atomic_dec(&inode->i_writecount);
	return 0;
}

void allow_write_access(struct inode *inode)
{
	atomic_inc(&inode->i_writecount);
}

int get_write_access(struct inode *inode)
{
	if (atomic_read(&inode->i_writecount) < 0)
		return -ETXTBSY;
	atomic_inc(&inode->i_writecount);
	return 0;
}

void put_write_access(struct inode *inode)
{
	atomic_dec(&inode->i_writecount);
}
