#include "kernel/fs/dentry.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"

static struct file_system_type *file_systems;
static unsigned int last_dev_minor;

void register_filesystem(struct file_system_type *type)
{
	struct file_system_type **p = &file_systems;

	while (*p)
		p = &(*p)->next;
	*p = type;
}

struct file_system_type *get_fs_type(const char *name)
{
	struct file_system_type *type = file_systems;

	while (type && (type->nomount || strcmp(type->name, name)))
		type = type->next;
	return type;
}

void kill_super(struct super_block *sb)
{
	struct dentry *d = sb->s_root, *next;

	/* Leaves first, without recursion: a directory that has children left is climbed into. */
	while (d) {
		if (!list_empty(&d->d_subdirs)) {
			d = list_first_entry(&d->d_subdirs, struct dentry, d_child);
			continue;
		}
		next = d == sb->s_root ? NULL : d->d_parent;
		if (next)
			d_drop(d);
		else
			dput(d);
		d = next;
	}
	kfree(sb);
}

struct super_block *new_super(struct file_system_type *type, const char *options)
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);
	int err;

	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->s_type = type;
	last_dev_minor++;
	sb->s_dev = MKDEV(0, last_dev_minor);
	INIT_LIST_HEAD(&sb->s_list);
	err = type->fill_super(sb, options);
	if (err) {
		kill_super(sb);
		return ERR_PTR(err);
	}
	if (type->single)
		type->instance = sb;
	return sb;
}

struct super_block *kern_mount(struct file_system_type *type)
{
	return type->instance ? type->instance : new_super(type, NULL);
}

int show_filesystems(struct seq_file *m, void *data)
{
	for (struct file_system_type *t = file_systems; t; t = t->next)
		seq_printf(m, "nodev\t%s\n", t->name);
	return 0;
}
