/*
 * Open files that no directory knows: pipes, event descriptors, anonymous memory.
 */
#include "kernel/fs/anon.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"

static struct super_block *anon_super;

static int anon_fill_super(struct super_block *sb, const char *options)
{
	return 0; /* its names are in no directory */
}

static struct file_system_type anon_fs = {
	.name = "anon_inodefs",
	.fs_magic = ANON_INODE_FS_MAGIC,
	.nomount = true,
	.fill_super = anon_fill_super,
};

void anon_init(void)
{
	anon_super = kern_mount(&anon_fs);
	BUG_ON(IS_ERR(anon_super));
}

struct super_block *anon_sb(void)
{
	return anon_super;
}

struct dentry *anon_dentry_for(struct inode *inode, const char *name)
{
	struct dentry *d = d_alloc(NULL, name, strlen(name));

	if (!d) {
		iput(inode);
		return NULL;
	}
	d->d_sb = anon_super;
	d_instantiate(d, inode);
	return d;
}

struct dentry *anon_dentry(const char *kind, umode_t mode)
{
	struct inode *inode = new_inode(anon_super, mode);
	char name[48];

	if (!inode)
		return NULL;
	if (strchr(kind, ':') || strchr(kind, '/'))
		strlcpy(name, kind, sizeof(name));
	else
		snprintf(name, sizeof(name), "%s:[%lu]", kind, (unsigned long)inode->i_ino);
	return anon_dentry_for(inode, name);
}

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *private,
				unsigned int flags)
{
	char full[48];
	struct dentry *d;
	struct file *file;

	snprintf(full, sizeof(full), "anon_inode:[%s]", name);
	d = anon_dentry(full, 0600);
	if (!d)
		return ERR_PTR(-ENOMEM);
	file = alloc_file(d, FMODE_READ | FMODE_WRITE, flags, fops);
	dput(d);
	if (!IS_ERR(file))
		file->private_data = private;
	return file;
}
