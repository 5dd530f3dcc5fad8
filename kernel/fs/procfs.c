/*
 * The tree of /proc. Its names are not kept: each look-up makes a dentry and an inode that live as
 * long as somebody holds them, so a process that ends leaves nothing behind.
 */
#include "kernel/fs/procfs.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/lib/ctype.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/task/pid.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* What an inode is: an entry, with the task whose it is, or a descriptor of that task. */
struct proc_inode {
	const struct proc_dir_entry *entry;
	struct task_struct *task; /* with a reference; NULL outside of /proc/PID */
	int fd;
	bool thread; /* below /proc/PID/task/TID: it is about this thread only */
};

#define FIXED(text, n, type_and_rights, ...)                                              \
	{                                                                                 \
		.name = text, .len = sizeof(text) - 1, .ino = n, .mode = type_and_rights, \
		__VA_ARGS__                                                               \
	}

static struct proc_dir_entry thread_self_link = FIXED("thread-self", 3, S_IFLNK | 0777);
static struct proc_dir_entry self_link =
	FIXED("self", 2, S_IFLNK | 0777, .next = &thread_self_link);
static struct proc_dir_entry proc_root = FIXED("", 1, S_IFDIR | 0555, .children = &self_link);

/* Of /proc/PID and /proc/PID/task/TID, which has the same but task; names that are numbers. */
static struct proc_dir_entry fdinfo_dir = FIXED("fdinfo", 5, S_IFDIR | 0500);
static struct proc_dir_entry fd_dir = FIXED("fd", 4, S_IFDIR | 0500, .next = &fdinfo_dir);
static struct proc_dir_entry task_dir = FIXED("task", 6, S_IFDIR | 0555, .next = &fd_dir);
static struct proc_dir_entry pid_dir = FIXED("", 7, S_IFDIR | 0555, .children = &task_dir);
static struct proc_dir_entry tid_dir = FIXED("", 8, S_IFDIR | 0555, .children = &fd_dir);
static struct proc_dir_entry fd_link = { .mode = S_IFLNK | 0700 };
static struct proc_dir_entry fd_info = { .mode = S_IFREG | 0400 };

static const struct inode_operations proc_inode_operations, self_inode_operations;
static const struct file_operations proc_dir_operations, proc_file_operations;

/* ---- entries ---- */

/* The last child of @parent from now on. */
static void add_entry(struct proc_dir_entry *parent, struct proc_dir_entry *e)
{
	struct proc_dir_entry **p = &parent->children;
	static ino_t last_ino = 16;

	e->ino = ++last_ino;
	e->len = e->len ? e->len : strlen(e->name);
	e->mode = e->mode ? e->mode : S_IFREG | 0444;
	while (*p)
		p = &(*p)->next;
	*p = e;
}

static struct proc_dir_entry *find_entry(const struct proc_dir_entry *parent, const char *name,
					 size_t len)
{
	struct proc_dir_entry *e = parent->children;

	while (e && (e->len != len || memcmp(e->name, name, len)))
		e = e->next;
	return e;
}

/* A copy of @template; NULL without memory. */
static struct proc_dir_entry *new_entry(struct proc_dir_entry template)
{
	struct proc_dir_entry *e = kmalloc(sizeof(*e), GFP_KERNEL);

	if (e)
		*e = template;
	return e;
}

/* Put @e where its name, a path, says; what it is left with is the last component. */
static void place(struct proc_dir_entry *e)
{
	struct proc_dir_entry *dir = &proc_root, *sub;
	const char *slash;

	for (; (slash = strchr(e->name, '/')); e->name = slash + 1, dir = sub) {
		sub = find_entry(dir, e->name, slash - e->name);
		if (sub)
			continue;
		sub = new_entry((struct proc_dir_entry){
			.name = e->name, .len = slash - e->name, .mode = S_IFDIR | 0555 });
		if (!sub)
			return;
		add_entry(dir, sub);
	}
	add_entry(dir, e);
}

void proc_create(const char *path, int (*show)(struct seq_file *m, void *data),
		 int (*write)(void *data, const char *text), void *data)
{
	struct proc_dir_entry *e =
		new_entry((struct proc_dir_entry){ .name = path,
						   .mode = S_IFREG | (write ? 0644 : 0444),
						   .show = show,
						   .write = write,
						   .data = data });

	if (e)
		place(e);
}

/* ---- files ---- */

/* Was the task of /proc/PID waited for? Then its number may be another's. */
static bool task_gone(const struct proc_inode *pi)
{
	struct task_struct *task = get_task_by_pid(pi->task->pid);

	if (task)
		put_task_struct(task);
	return task != pi->task;
}

static int show_pid(struct seq_file *m, void *data)
{
	const struct proc_inode *pi = data;

	m->thread = pi->thread;
	return task_gone(pi) ? -ESRCH : pi->entry->pid_show(m, pi->task);
}

static int show_fdinfo(struct seq_file *m, void *data)
{
	const struct proc_inode *pi = data;
	struct file *file = fget_task(pi->task, pi->fd);
	bool cloexec = pi->task->files == current->files && get_close_on_exec(pi->fd);

	if (!file)
		return -ENOENT;
	seq_printf(m, "pos:\t%lld\nflags:\t0%o\nmnt_id:\t%u\nino:\t%lu\n", file->f_pos,
		   file->f_flags | (cloexec ? O_CLOEXEC : 0), (unsigned int)MINOR(file_dev(file)),
		   (unsigned long)file_ino(file));
	fput(file);
	return 0;
}

static int proc_open(struct inode *inode, struct file *file)
{
	const struct proc_inode *pi = inode->i_private;

	if (pi->entry == &fd_info)
		return single_open(file, show_fdinfo, inode->i_private);
	if (pi->entry->pid_show)
		return single_open(file, show_pid, inode->i_private);
	return single_open(file, pi->entry->show, pi->entry->data);
}

static ssize_t proc_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	const struct proc_inode *pi = file->f_inode->i_private;

	if (!pi->entry->pid_read)
		return seq_read(file, buf, count, pos);
	return task_gone(pi) ? -ESRCH : pi->entry->pid_read(pi->task, buf, count, pos);
}

/* What does not come at the beginning is swallowed, as the rest of a line that was complete. */
static ssize_t proc_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	const struct proc_inode *pi = file->f_inode->i_private;
	const struct proc_dir_entry *e = pi->entry;
	char *text;
	int err;

	if (!e->write && !e->pid_write)
		return -EIO;
	if (!count || *pos)
		return count;
	if (count >= PAGE_SIZE)
		return -EINVAL;
	text = kmalloc(count + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	text[count] = '\0';
	if (copy_from_user(text, buf, count))
		err = -EFAULT;
	else if (e->write)
		err = e->write(e->data, text);
	else
		err = task_gone(pi) ? -ESRCH : e->pid_write(pi->task, text);
	kfree(text);
	if (err)
		return err;
	*pos += count;
	return count;
}

static const struct file_operations proc_file_operations = {
	.open = proc_open,
	.llseek = sizeless_llseek,
	.read = proc_read,
	.write = proc_write,
	.release = seq_release,
};

/* ---- links ---- */

static struct dentry *proc_follow_link(struct dentry *dentry)
{
	const struct proc_inode *pi = dentry->d_inode->i_private;
	struct dentry *d = NULL;
	struct file *file;

	if (pi->entry == &fd_link) {
		file = fget_task(pi->task, pi->fd);
		if (file) {
			d = dget(file->f_dentry);
			fput(file);
		}
	} else if (!task_gone(pi)) {
		d = pi->entry->target(pi->task);
	}
	return d ? d : ERR_PTR(-ENOENT);
}

static int proc_readlink(struct dentry *dentry, char *buf, int size)
{
	struct dentry *target, *root;
	char *path;
	int n;

	target = proc_follow_link(dentry);
	if (IS_ERR(target))
		return PTR_ERR(target);
	root = get_fs_root();
	path = d_path(target, root, buf, size, true);
	n = IS_ERR(path) ? PTR_ERR(path) : (int)strlen(path);
	if (n > 0)
		memmove(buf, path, n);
	dput(root);
	dput(target);
	return n;
}

static int self_readlink(struct dentry *dentry, char *buf, int size)
{
	const struct proc_inode *pi = dentry->d_inode->i_private;

	return snprintf(buf, size, pi->entry == &self_link ? "%d" : "%d/task/%d", current->tgid,
			current->pid);
}

/* ---- inodes ---- */

static void proc_evict(struct inode *inode)
{
	struct proc_inode *pi = inode->i_private;

	if (pi->task)
		put_task_struct(pi->task);
	kfree(pi);
}

/* Numbers tell entries of one process apart, descriptors too, and processes. */
static ino_t proc_ino(const struct proc_dir_entry *e, pid_t pid, int fd)
{
	if (e == &fd_link || e == &fd_info)
		return (ino_t)pid << 16 | 0x8000 | (e == &fd_info) << 14 | fd;
	return (ino_t)pid << 16 | e->ino;
}

/* The inode of @e of @task (reference taken; NULL: none) and descriptor @fd. NULL without memory. */
static struct inode *proc_get_inode(struct super_block *sb, const struct proc_dir_entry *e,
				    struct task_struct *task, int fd, bool thread)
{
	struct proc_inode *pi = kmalloc(sizeof(*pi), GFP_KERNEL);
	struct inode *inode = pi ? new_inode(sb, e->mode) : NULL;

	if (!inode) {
		kfree(pi);
		return NULL;
	}
	if (task)
		get_task_struct(task);
	*pi = (struct proc_inode){ e, task, fd, thread };
	inode->i_private = pi;
	inode->i_ino = proc_ino(e, task ? task->pid : 0, fd);
	inode->i_op = e == &self_link || e == &thread_self_link ? &self_inode_operations
								: &proc_inode_operations;
	inode->i_fop = S_ISDIR(e->mode) ? &proc_dir_operations : &proc_file_operations;
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

/* What the number @n names in a directory: a process, a thread, a descriptor. *task: whose it is, with a
 * reference. NULL: nothing. */
static const struct proc_dir_entry *numbered_child(const struct proc_inode *pi, int n,
						   struct task_struct **task)
{
	bool fds = pi->entry == &fd_dir || pi->entry == &fdinfo_dir;
	struct file *file;

	if (fds) {
		file = fget_task(pi->task, n);
		if (!file)
			return NULL;
		fput(file);
		get_task_struct(*task = pi->task);
		return pi->entry == &fd_dir ? &fd_link : &fd_info;
	}
	if ((pi->entry != &proc_root && pi->entry != &task_dir) || !n)
		return NULL;
	*task = get_task_by_pid(n);
	if (*task && pi->task && pi->task->tgid != (*task)->tgid) {
		put_task_struct(*task);
		*task = NULL;
	}
	if (!*task)
		return NULL;
	return pi->task ? &tid_dir : &pid_dir;
}

static int proc_lookup(struct inode *dir, struct dentry *dentry)
{
	const struct proc_inode *pi = dir->i_private;
	const struct proc_dir_entry *e = find_entry(pi->entry, dentry->d_name, dentry->d_len);
	struct task_struct *task = NULL;
	int number = name_number(dentry);

	if (!e && number >= 0)
		e = numbered_child(pi, number, &task);
	if (!e)
		return -ENOENT;
	dentry->d_inode = proc_get_inode(dir->i_sb, e, task ? task : pi->task, number,
					 pi->thread || e == &tid_dir);
	if (task)
		put_task_struct(task);
	return dentry->d_inode ? 0 : -ENOMEM;
}

static const struct inode_operations proc_inode_operations = {
	.lookup = proc_lookup,
	.readlink = proc_readlink,
	.follow_link = proc_follow_link,
	.evict = proc_evict,
};

/* The link whose text depends on who reads it. */
static const struct inode_operations self_inode_operations = {
	.readlink = self_readlink,
	.evict = proc_evict,
};

/* ---- listing ---- */

/* Places: 0 and 1 are . and .., then come the entries, and from here on pids or descriptors. */
#define FIRST_NUMBER 4096

static bool emit_number(struct dir_context *ctx, int n, ino_t ino, umode_t mode)
{
	char name[12];

	ctx->pos = FIRST_NUMBER + n;
	if (!dir_emit(ctx, name, snprintf(name, sizeof(name), "%d", n), ino, mode))
		return false;
	ctx->pos++;
	return true;
}

/* Processes, or the threads of one. */
static void list_tasks(struct dir_context *ctx, const struct proc_dir_entry *e, pid_t tgid)
{
	struct task_struct *task;
	bool room = true;

	while (room && (task = next_task(ctx->pos - FIRST_NUMBER, tgid))) {
		room = emit_number(ctx, task->pid, proc_ino(e, task->pid, 0), S_IFDIR);
		put_task_struct(task);
	}
}

static void list_fds(struct dir_context *ctx, const struct proc_dir_entry *e,
		     struct task_struct *task)
{
	bool room = true;

	for (int fd = ctx->pos - FIRST_NUMBER; room && fd < NR_OPEN_MAX; fd++) {
		struct file *file = fget_task(task, fd);

		if (!file)
			continue;
		fput(file);
		room = emit_number(ctx, fd, proc_ino(e, task->pid, fd), e->mode);
	}
}

static int proc_readdir(struct file *file, struct dir_context *ctx)
{
	const struct proc_inode *pi = file->f_inode->i_private;
	pid_t pid = pi->task ? pi->task->pid : 0;
	const struct proc_dir_entry *e;
	int i = 2;

	if (!dir_emit_dots(file, ctx))
		return 0;
	for (e = pi->entry->children; e; e = e->next, i++) {
		if (ctx->pos > i)
			continue;
		if (!dir_emit(ctx, e->name, e->len, proc_ino(e, pid, 0), e->mode))
			return 0;
		ctx->pos = i + 1;
	}
	ctx->pos = max(ctx->pos, (loff_t)FIRST_NUMBER);
	if (pi->entry == &proc_root)
		list_tasks(ctx, &pid_dir, 0);
	else if (pi->entry == &task_dir)
		list_tasks(ctx, &tid_dir, pi->task->tgid);
	else if (pi->entry == &fd_dir)
		list_fds(ctx, &fd_link, pi->task);
	else if (pi->entry == &fdinfo_dir)
		list_fds(ctx, &fd_info, pi->task);
	return 0;
}

static const struct file_operations proc_dir_operations = {
	.llseek = sizeless_llseek,
	.read = generic_read_dir,
	.readdir = proc_readdir,
};

/* ---- the file system ---- */

static int proc_fill_super(struct super_block *sb, char *options)
{
	sb->s_root = d_alloc_root(sb, proc_get_inode(sb, &proc_root, NULL, 0, false), "/");
	return sb->s_root ? 0 : -ENOMEM;
}

static struct file_system_type proc_type = {
	.name = "proc",
	.fs_magic = PROC_SUPER_MAGIC,
	.unpinned = true,
	.fill_super = proc_fill_super,
};

extern struct proc_dir_entry __proc_start[], __proc_end[];

void proc_init(void)
{
	register_filesystem(&proc_type);
	for (struct proc_dir_entry *e = __proc_start; e < __proc_end; e++) {
		if (e->show)
			place(e);
		else if (e->name)
			add_entry(&pid_dir, e);
	}
}
