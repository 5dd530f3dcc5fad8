#include "kernel/fs/fdtable.h"

#include "kernel/fs/fcntl.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"

/* ---- the table itself ---- */

static struct files_struct *new_files(void)
{
	struct files_struct *files = kzalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	atomic_set(&files->count, 1);
	spin_lock_init(&files->file_lock);
	files->max_fds = NR_OPEN_DEFAULT;
	files->fd = files->fd_array;
	files->close_on_exec = files->exec_bits;
	files->open_fds = files->open_bits;
	return files;
}

static void free_arrays(struct file **fd, unsigned long *exec, unsigned long *open)
{
	kfree(fd);
	kfree(exec);
	kfree(open);
}

static void free_files(struct files_struct *files)
{
	if (files->fd != files->fd_array)
		free_arrays(files->fd, files->close_on_exec, files->open_fds);
	kfree(files);
}

/* Make room for descriptor @nr. 0, -EMFILE, -ENOMEM. May sleep. */
static int expand_files(struct files_struct *files, unsigned int nr)
{
	unsigned int size = max_t(unsigned int, roundup_pow_of_two(nr + 1), 4 * NR_OPEN_DEFAULT),
		     old;
	struct file **fd;
	unsigned long *exec, *open;

	if (nr < files->max_fds)
		return 0;
	if (nr >= NR_OPEN_MAX)
		return -EMFILE;
	fd = kcalloc(size, sizeof(*fd), GFP_KERNEL);
	exec = kzalloc(size / 8, GFP_KERNEL);
	open = kzalloc(size / 8, GFP_KERNEL);
	if (!fd || !exec || !open) {
		free_arrays(fd, exec, open);
		return -ENOMEM;
	}
	spin_lock(&files->file_lock);
	old = files->max_fds;
	if (old < size) {
		memcpy(fd, files->fd, old * sizeof(*fd));
		memcpy(exec, files->close_on_exec, old / 8);
		memcpy(open, files->open_fds, old / 8);
		swap(fd, files->fd);
		swap(exec, files->close_on_exec);
		swap(open, files->open_fds);
		files->max_fds = size;
	}
	spin_unlock(&files->file_lock);
	if (fd != files->fd_array)
		free_arrays(fd, exec, open);
	return 0;
}

struct files_struct *dup_fd(struct files_struct *old)
{
	struct files_struct *files = new_files();
	unsigned int n;

	if (!files || !old)
		return files;
	if (expand_files(files, old->max_fds - 1)) {
		free_files(files);
		return NULL;
	}
	spin_lock(&old->file_lock);
	n = min(old->max_fds, files->max_fds);
	for (unsigned int i = find_next_bit(old->open_fds, n, 0); i < n;
	     i = find_next_bit(old->open_fds, n, i + 1)) {
		struct file *file = old->fd[i];

		if (!file)
			continue; /* another thread is about to open it */
		get_file(file);
		files->fd[i] = file;
		__set_bit(i, files->open_fds);
		if (test_bit(i, old->close_on_exec))
			__set_bit(i, files->close_on_exec);
	}
	spin_unlock(&old->file_lock);
	return files;
}

void put_files_struct(struct files_struct *files)
{
	if (!files || !atomic_dec_and_test(&files->count))
		return;
	for (unsigned int i = 0; i < files->max_fds; i++)
		if (files->fd[i])
			fput(files->fd[i]);
	free_files(files);
}

/* Take the file out of its slot. file_lock held. */
static struct file *remove_file(struct files_struct *files, unsigned int fd)
{
	struct file *file = fd < files->max_fds ? files->fd[fd] : NULL;

	if (!file)
		return NULL;
	files->fd[fd] = NULL;
	__clear_bit(fd, files->open_fds);
	__clear_bit(fd, files->close_on_exec);
	files->next_fd = min(files->next_fd, fd);
	return file;
}

void flush_old_files(struct files_struct *files)
{
	for (unsigned int i = 0; i < files->max_fds; i++) {
		struct file *file = NULL;

		spin_lock(&files->file_lock);
		if (test_bit(i, files->close_on_exec))
			file = remove_file(files, i);
		spin_unlock(&files->file_lock);
		if (file)
			fput(file);
	}
}

/* ---- descriptors ---- */

struct file *fget(unsigned int fd)
{
	struct files_struct *files = current->files;
	struct file *file = NULL;

	spin_lock(&files->file_lock);
	if (likely(fd < files->max_fds)) {
		file = files->fd[fd];
		if (file)
			get_file(file);
	}
	spin_unlock(&files->file_lock);
	return file;
}

int alloc_fd(unsigned int start, unsigned int flags)
{
	struct files_struct *files = current->files;
	unsigned long limit = rlimit(RLIMIT_NOFILE);
	unsigned int fd;
	int err;

	for (;;) {
		spin_lock(&files->file_lock);
		fd = max(start, files->next_fd);
		if (fd < files->max_fds)
			fd = find_next_zero_bit(files->open_fds, files->max_fds, fd);
		if (fd >= limit) {
			spin_unlock(&files->file_lock);
			return -EMFILE;
		}
		if (fd < files->max_fds)
			break;
		spin_unlock(&files->file_lock);
		err = expand_files(files, fd);
		if (err)
			return err;
	}
	if (start <= files->next_fd)
		files->next_fd = fd + 1;
	__set_bit(fd, files->open_fds);
	if (flags & O_CLOEXEC)
		__set_bit(fd, files->close_on_exec);
	else
		__clear_bit(fd, files->close_on_exec);
	spin_unlock(&files->file_lock);
	return fd;
}

int get_unused_fd_flags(unsigned int flags)
{
	return alloc_fd(0, flags);
}

void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	__clear_bit(fd, files->open_fds);
	files->next_fd = min(files->next_fd, fd);
	spin_unlock(&files->file_lock);
}

void fd_install(unsigned int fd, struct file *file)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	files->fd[fd] = file;
	spin_unlock(&files->file_lock);
}

int replace_fd(unsigned int fd, struct file *file, unsigned int flags)
{
	struct files_struct *files = current->files;
	struct file *old;
	int err = expand_files(files, fd);

	if (err)
		return err;
	spin_lock(&files->file_lock);
	old = files->fd[fd];
	if (!old && test_bit(fd, files->open_fds)) {
		spin_unlock(&files->file_lock);
		return -EBUSY;
	}
	files->fd[fd] = file;
	__set_bit(fd, files->open_fds);
	if (flags & O_CLOEXEC)
		__set_bit(fd, files->close_on_exec);
	else
		__clear_bit(fd, files->close_on_exec);
	spin_unlock(&files->file_lock);
	if (old)
		fput(old);
	return fd;
}

bool get_close_on_exec(unsigned int fd)
{
	struct files_struct *files = current->files;
	bool on;

	spin_lock(&files->file_lock);
	on = fd < files->max_fds && test_bit(fd, files->close_on_exec);
	spin_unlock(&files->file_lock);
	return on;
}

void set_close_on_exec(unsigned int fd, bool on)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	if (fd < files->max_fds && files->fd[fd]) {
		if (on)
			__set_bit(fd, files->close_on_exec);
		else
			__clear_bit(fd, files->close_on_exec);
	}
	spin_unlock(&files->file_lock);
}

int close_fd(unsigned int fd)
{
	struct files_struct *files = current->files;
	struct file *file;

	spin_lock(&files->file_lock);
	file = remove_file(files, fd);
	spin_unlock(&files->file_lock);
	if (!file)
		return -EBADF;
	fput(file);
	return 0;
}

struct file *fget_task(struct task_struct *task, unsigned int fd)
{
	struct files_struct *files = task->files;
	struct file *file = NULL;

	if (!files)
		return NULL;
	spin_lock(&files->file_lock);
	if (fd < files->max_fds && files->fd[fd]) {
		file = files->fd[fd];
		get_file(file);
	}
	spin_unlock(&files->file_lock);
	return file;
}

int next_fd_task(struct task_struct *task, unsigned int fd)
{
	struct files_struct *files = task->files;
	int found = -1;

	if (!files)
		return -1;
	spin_lock(&files->file_lock);
	for (; found < 0 && fd < files->max_fds; fd++)
		if (files->fd[fd])
			found = fd;
	spin_unlock(&files->file_lock);
	return found;
}
