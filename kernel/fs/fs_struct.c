#include "kernel/fs/dentry.h"
#include "kernel/fs/fdtable.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"

struct fs_struct init_fs = { .count = { 1 }, .lock = __SPIN_LOCK_UNLOCKED("&fs->lock") };

struct fs_struct *copy_fs_struct(struct fs_struct *old)
{
	struct fs_struct *fs = kmalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	atomic_set(&fs->count, 1);
	spin_lock_init(&fs->lock);
	spin_lock(&old->lock);
	fs->umask = old->umask;
	fs->root = old->root ? dget(old->root) : NULL;
	fs->pwd = old->pwd ? dget(old->pwd) : NULL;
	spin_unlock(&old->lock);
	return fs;
}

void put_fs_struct(struct fs_struct *fs)
{
	if (!fs || !atomic_dec_and_test(&fs->count))
		return;
	dput(fs->root);
	dput(fs->pwd);
	kfree(fs);
}

/* A task that has none (a kernel thread) sees what the first task sees. */
static struct dentry *get_dir(bool root)
{
	struct fs_struct *fs = current->fs ? current->fs : &init_fs;
	struct dentry *d;

	spin_lock(&fs->lock);
	d = dget(root ? fs->root : fs->pwd);
	spin_unlock(&fs->lock);
	return d;
}

struct dentry *get_fs_root(void)
{
	return get_dir(true);
}

struct dentry *get_fs_pwd(void)
{
	return get_dir(false);
}

char *file_path(struct file *file, char *buf, size_t size)
{
	struct dentry *root = get_fs_root();
	char *path = d_path(file->f_dentry, root, buf, size, true);

	dput(root);
	return path;
}
