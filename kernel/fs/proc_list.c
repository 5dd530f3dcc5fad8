/*
 * Listing the directories of /proc. Places: 0 and 1 are . and .., then come the entries, and from
 * FIRST_NUMBER on pids or descriptors by their number.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/dir.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/proc_internal.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "kernel/task/pid.h"

struct proc_dir_entry proc_root = { .name = "proc", .mode = S_IFDIR | 0555, .ino = 1 };

/* The directories that every task has. */
struct proc_dir_entry proc_pid_dir = { .name = "pid", .mode = S_IFDIR | 0555, .ino = 2 };
struct proc_dir_entry proc_tid_dir = { .name = "tid", .mode = S_IFDIR | 0555, .ino = 7 };
struct proc_dir_entry proc_task_dir = { .name = "task", .mode = S_IFDIR | 0555, .ino = 3 };
struct proc_dir_entry proc_fd_dir = { .name = "fd", .mode = S_IFDIR | 0500, .ino = 4 };
struct proc_dir_entry proc_fd_link = { .name = "", .mode = S_IFLNK | 0700, .ino = 5 };

ino_t proc_ino(const struct proc_dir_entry *e, pid_t pid, int fd)
{
	return pid ? (ino_t)pid << 16 | (e == &proc_fd_link ? (ino_t)(0x8000 + fd) : e->ino)
		   : e->ino;
}

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

static void list_processes(struct dir_context *ctx)
{
	struct task_struct *task;

	while ((task = next_process(ctx->pos - FIRST_NUMBER))) {
		bool room =
			emit_number(ctx, task->pid, proc_ino(&proc_pid_dir, task->pid, 0), S_IFDIR);

		put_task_struct(task);
		if (!room)
			return;
	}
}

/* The thread of @leader's group with the lowest number that is at least @pid, or 0. */
static pid_t next_thread(struct task_struct *leader, pid_t pid)
{
	struct task_struct *t = leader;
	unsigned long flags;
	pid_t best = 0;

	spin_lock_irqsave(&tasklist_lock, flags);
	do {
		if (t->pid >= pid && (!best || t->pid < best))
			best = t->pid;
		t = list_next_entry(t, thread_group);
	} while (t != leader);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return best;
}

static void list_threads(struct dir_context *ctx, struct task_struct *task)
{
	pid_t pid;

	while ((pid = next_thread(task->group_leader, ctx->pos - FIRST_NUMBER)))
		if (!emit_number(ctx, pid, proc_ino(&proc_tid_dir, pid, 0), S_IFDIR))
			return;
}

static void list_fds(struct dir_context *ctx, struct task_struct *task)
{
	int fd;

	while ((fd = next_fd_task(task, ctx->pos - FIRST_NUMBER)) >= 0)
		if (!emit_number(ctx, fd, proc_ino(&proc_fd_link, task->pid, fd), S_IFLNK))
			return;
}

int proc_readdir(struct file *file, struct dir_context *ctx)
{
	const struct proc_inode *pi = proc_i(file->f_inode);
	const struct proc_dir_entry *e;
	int i = 2;

	if (!dir_emit_dots(file, ctx))
		return 0;
	for (e = pi->entry->children; e; e = e->next, i++) {
		if (ctx->pos > i)
			continue;
		if (!dir_emit(ctx, e->name, strlen(e->name), proc_ino(e, pi->pid, 0), e->mode))
			return 0;
		ctx->pos = i + 1;
	}
	if (ctx->pos < FIRST_NUMBER)
		ctx->pos = FIRST_NUMBER;
	if (pi->entry == &proc_root)
		list_processes(ctx);
	else if (pi->entry == &proc_task_dir)
		list_threads(ctx, pi->task);
	else if (pi->entry == &proc_fd_dir)
		list_fds(ctx, pi->task);
	return 0;
}
