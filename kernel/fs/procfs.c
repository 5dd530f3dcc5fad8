/*
 * The tree of /proc. Its names are not kept: each look-up makes a dentry and an inode that live as
 * long as somebody holds them, so a process that ends leaves nothing behind. What is behind an
 * inode is its struct proc_inode.
 */
#include "kernel/fs/proc_internal.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/dir.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/lib/ctype.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "kernel/task/pid.h"
#include "mm/slab.h"

static struct proc_dir_entry self_link = { .name = "self", .mode = S_IFLNK | 0777, .ino = 6 };
static ino_t last_ino = 16;

static const struct inode_operations proc_dir_inode_operations, proc_link_inode_operations,
	proc_file_inode_operations;
static const struct file_operations proc_dir_operations, proc_show_operations;

/* ---- entries ---- */

static struct proc_dir_entry *add_entry(const char *name, umode_t mode,
					struct proc_dir_entry *parent)
{
	struct proc_dir_entry *e = kzalloc(sizeof(*e), GFP_KERNEL),
			      **p = &(parent ? parent : &proc_root)->children;

	if (!e)
		return NULL;
	e->name = name;
	e->mode = mode;
	e->ino = ++last_ino;
	while (*p)
		p = &(*p)->next;
	*p = e;
	return e;
}

struct proc_dir_entry *proc_create(const char *name, struct proc_dir_entry *parent,
				   int (*show)(struct seq_file *m, void *data), void *data)
{
	struct proc_dir_entry *e = add_entry(name, S_IFREG | 0444, parent);

	if (e) {
		e->show = show;
		e->data = data;
	}
	return e;
}

struct proc_dir_entry *proc_create_fops(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fops, void *data)
{
	struct proc_dir_entry *e = add_entry(name, S_IFREG | mode, parent);

	if (e) {
		e->fops = fops;
		e->data = data;
	}
	return e;
}

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
	return add_entry(name, S_IFDIR | 0555, parent);
}

void proc_pid_create(const char *name, umode_t mode,
		     int (*show)(struct seq_file *m, struct task_struct *task))
{
	struct proc_dir_entry *e = add_entry(name, S_IFREG | mode, &proc_pid_dir);

	if (e)
		e->pid_show = show;
}

void proc_pid_create_fops(const char *name, umode_t mode, const struct file_operations *fops)
{
	struct proc_dir_entry *e = add_entry(name, S_IFREG | mode, &proc_pid_dir);

	if (e)
		e->fops = fops;
}

void proc_pid_create_link(const char *name, struct dentry *(*target)(struct task_struct *task))
{
	struct proc_dir_entry *e = add_entry(name, S_IFLNK | 0777, &proc_pid_dir);

	if (e)
		e->target = target;
}

void *proc_inode_data(const struct inode *inode)
{
	return proc_i(inode)->entry->data;
}

struct task_struct *proc_inode_task(const struct inode *inode)
{
	const struct proc_inode *pi = proc_i(inode);
	struct task_struct *task = pi->pid ? get_task_by_pid(pi->pid) : NULL;

	if (task && task != pi->task) {
		put_task_struct(task);
		task = NULL;
	}
	return task;
}

/* ---- files ---- */

/* seq_file record of a /proc/PID file; @data is its inode. */
static int show_pid(struct seq_file *m, void *data)
{
	const struct inode *inode = data;
	struct task_struct *task = proc_inode_task(inode);
	int err;

	if (!task)
		return -ESRCH;
	err = proc_i(inode)->entry->pid_show(m, task);
	put_task_struct(task);
	return err;
}

static int proc_open(struct inode *inode, struct file *file)
{
	const struct proc_dir_entry *e = proc_i(inode)->entry;

	if (e->pid_show)
		return single_open(file, show_pid, inode);
	return single_open(file, e->show, e->data);
}

static const struct file_operations proc_show_operations = {
	.open = proc_open,
	.llseek = seq_lseek,
	.read = seq_read,
	.release = seq_release,
};

/* ---- links ---- */

static struct dentry *link_target(const struct inode *inode)
{
	const struct proc_inode *pi = proc_i(inode);
	struct task_struct *task = proc_inode_task(inode);
	struct dentry *d = NULL;
	struct file *file;

	if (!task)
		return ERR_PTR(-ENOENT);
	if (pi->entry == &proc_fd_link) {
		file = fget_task(task, pi->fd);
		if (file) {
			d = dget(file->f_dentry);
			fput(file);
		}
	} else {
		d = pi->entry->target(task);
	}
	put_task_struct(task);
	return d ? d : ERR_PTR(-ENOENT);
}

static struct dentry *proc_follow_link(struct dentry *dentry)
{
	return link_target(dentry->d_inode);
}

static int proc_readlink(struct dentry *dentry, char *buf, int size)
{
	struct dentry *target = link_target(dentry->d_inode), *root;
	char *text, *path;
	int n;

	if (IS_ERR(target))
		return PTR_ERR(target);
	root = get_fs_root();
	text = kmalloc(PATH_MAX, GFP_KERNEL);
	path = text ? d_path(target, root, text, PATH_MAX, true) : ERR_PTR(-ENOMEM);
	n = IS_ERR(path) ? PTR_ERR(path) : min(size, (int)strlen(path));
	if (n > 0)
		memcpy(buf, path, n);
	kfree(text);
	dput(root);
	dput(target);
	return n;
}

static int self_readlink(struct dentry *dentry, char *buf, int size)
{
	char text[12];
	int n = min(size, snprintf(text, sizeof(text), "%d", current->tgid));

	memcpy(buf, text, n);
	return n;
}

/* ---- inodes ---- */

static void proc_evict(struct inode *inode)
{
	struct proc_inode *pi = inode->i_private;

	if (pi && pi->task)
		put_task_struct(pi->task);
	kfree(pi);
}

static const struct inode_operations self_inode_operations = {
	.readlink = self_readlink,
	.evict = proc_evict,
};

static const struct inode_operations proc_link_inode_operations = {
	.readlink = proc_readlink,
	.follow_link = proc_follow_link,
	.evict = proc_evict,
};

static const struct inode_operations proc_file_inode_operations = { .evict = proc_evict };

static void set_operations(struct inode *inode, const struct proc_dir_entry *e)
{
	if (S_ISDIR(e->mode)) {
		inode->i_op = &proc_dir_inode_operations;
		inode->i_fop = &proc_dir_operations;
		inode->i_nlink = 2;
	} else if (e == &self_link) {
		inode->i_op = &self_inode_operations;
	} else if (S_ISLNK(e->mode)) {
		inode->i_op = &proc_link_inode_operations;
	} else {
		inode->i_op = &proc_file_inode_operations;
		inode->i_fop = e->fops ? e->fops : &proc_show_operations;
	}
}

/* The inode of @e of @task (reference taken; NULL: none) and descriptor @fd. NULL without memory.
 */
static struct inode *proc_get_inode(struct super_block *sb, const struct proc_dir_entry *e,
				    struct task_struct *task, int fd)
{
	struct proc_inode *pi = kzalloc(sizeof(*pi), GFP_KERNEL);
	struct inode *inode = pi ? new_inode(sb, e->mode) : NULL;

	if (!inode) {
		kfree(pi);
		return NULL;
	}
	pi->entry = e;
	pi->fd = fd;
	if (task) {
		get_task_struct(task);
		pi->task = task;
		pi->pid = task->pid;
	}
	inode->i_ino = proc_ino(e, pi->pid, fd);
	inode->i_private = pi;
	set_operations(inode, e);
	return inode;
}

/* ---- look-up ---- */

/* A name that is a number without superfluous zeroes, or -1. */
static int name_number(const struct dentry *d)
{
	int n = 0;

	if (d->d_len > 9 || (d->d_name[0] == '0' && d->d_len > 1))
		return -1;
	for (u32 i = 0; i < d->d_len; i++) {
		if (!isdigit(d->d_name[i]))
			return -1;
		n = n * 10 + d->d_name[i] - '0';
	}
	return n;
}

static int found(struct inode *dir, struct dentry *dentry, const struct proc_dir_entry *e,
		 struct task_struct *task, int fd)
{
	struct inode *inode = proc_get_inode(dir->i_sb, e, task, fd);

	if (!inode)
		return -ENOMEM;
	d_instantiate(dentry, inode);
	return 0;
}

/* /proc/NUMBER, /proc/PID/task/NUMBER */
static int lookup_task(struct inode *dir, struct dentry *dentry, struct task_struct *leader)
{
	int pid = name_number(dentry), err = -ENOENT;
	struct task_struct *task = pid > 0 ? get_task_by_pid(pid) : NULL;

	if (!task)
		return -ENOENT;
	if (!leader || task->tgid == leader->tgid)
		err = found(dir, dentry, leader ? &proc_tid_dir : &proc_pid_dir, task, 0);
	put_task_struct(task);
	return err;
}

static int lookup_fd(struct inode *dir, struct dentry *dentry, struct task_struct *task)
{
	int fd = name_number(dentry);
	struct file *file = fd >= 0 ? fget_task(task, fd) : NULL;

	if (!file)
		return -ENOENT;
	fput(file);
	return found(dir, dentry, &proc_fd_link, task, fd);
}

static int proc_lookup(struct inode *dir, struct dentry *dentry)
{
	const struct proc_inode *pi = proc_i(dir);
	const struct proc_dir_entry *e;

	for (e = pi->entry->children; e; e = e->next)
		if (!strcmp(e->name, dentry->d_name))
			return found(dir, dentry, e, pi->task, 0);
	if (pi->entry == &proc_root)
		return lookup_task(dir, dentry, NULL);
	if (pi->entry == &proc_task_dir)
		return lookup_task(dir, dentry, pi->task);
	if (pi->entry == &proc_fd_dir)
		return lookup_fd(dir, dentry, pi->task);
	return -ENOENT;
}

static const struct inode_operations proc_dir_inode_operations = { .lookup = proc_lookup,
								   .evict = proc_evict };

static const struct file_operations proc_dir_operations = {
	.llseek = dir_llseek,
	.read = generic_read_dir,
	.readdir = proc_readdir,
};

/* ---- the file system ---- */

static int proc_fill_super(struct super_block *sb, const char *options)
{
	sb->s_root = d_make_root(sb, proc_get_inode(sb, &proc_root, NULL, 0));
	return sb->s_root ? 0 : -ENOMEM;
}

static struct file_system_type proc_type = {
	.name = "proc",
	.fs_magic = PROC_SUPER_MAGIC,
	.unpinned = true,
	.fill_super = proc_fill_super,
};

static void adopt(struct proc_dir_entry *parent, struct proc_dir_entry *e)
{
	e->next = parent->children;
	parent->children = e;
}

void proc_init(void)
{
	adopt(&proc_root, &self_link);
	/* A thread has all that a process has, but for the list of threads. */
	adopt(&proc_pid_dir, &proc_fd_dir);
	proc_tid_dir.children = &proc_fd_dir;
	adopt(&proc_pid_dir, &proc_task_dir);
	register_filesystem(&proc_type);
}
