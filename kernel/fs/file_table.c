#include "kernel/fs/dentry.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/lib/err.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"

static struct kmem_cache *filp_cache;
static unsigned int file_stat[] = { 0, 0, 65536 }; /* open; 0; limit for others than root */

SYSCTL(file_sysctls) = {
	{ .path = "sys/fs/file-nr", .data = file_stat, .nr = 3 },
	{ .path = "sys/fs/file-max", .data = &file_stat[2], .max = LONG_MAX },
};

void files_init(void)
{
	filp_cache = kmem_cache_create("filp", sizeof(struct file), 0, SLAB_PANIC, NULL);
}

struct file *alloc_file(struct dentry *dentry, unsigned int mode, unsigned int flags,
			const struct file_operations *fops)
{
	struct file *file = kmem_cache_zalloc(filp_cache, GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	file_stat[0]++;
	atomic_set(&file->f_count, 1);
	file->f_mode = mode;
	file->f_flags = flags;
	file->f_op = fops;
	mutex_init(&file->f_pos_lock);
	if (S_ISREG(dentry->d_inode->i_mode) || S_ISDIR(dentry->d_inode->i_mode))
		file->f_mode |= FMODE_ATOMIC_POS;
	file->f_dentry = dget(dentry);
	file->f_inode = dentry->d_inode;
	file->f_mapping = file->f_inode->i_mapping;
	return file;
}

static void __fput(struct file *file)
{
	struct inode *inode = file->f_inode;

	locks_remove(file, file);
	if (file->f_op && file->f_op->release)
		file->f_op->release(inode, file);
	if ((file->f_mode & FMODE_WRITE) && S_ISREG(inode->i_mode))
		put_write_access(inode);
	if (file->f_mode & FMODE_EXEC)
		allow_write_access(inode);
	dput(file->f_dentry);
	file_stat[0]--;
	kmem_cache_free(filp_cache, file);
}

void fput(struct file *file)
{
	if (atomic_dec_and_test(&file->f_count))
		__fput(file);
}

/* Who shares the file with nobody need not keep others out: its references are the table's and ours. */
void lock_pos(struct file *file)
{
	if (atomic_read(&file->f_count) > 2 || atomic_read(&current->files->count) > 1)
		mutex_lock(&file->f_pos_lock);
}

void unlock_pos(struct file *file)
{
	if (file->f_pos_lock.owner == current)
		mutex_unlock(&file->f_pos_lock);
}
