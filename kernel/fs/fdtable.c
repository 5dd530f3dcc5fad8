#include "kernel/fs/fdtable.h"

#include "kernel/fs/fcntl.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"

/* ---- the table itself ---- */

static void free_slots(struct files_struct *files, struct fd_slot *slot)
{
	if (slot != files->first_slots)
		kfree(slot);
}

/* Make room for descriptor @nr. 0, -EMFILE, -ENOMEM. May sleep. */
static int expand_files(struct files_struct *files, unsigned int nr)
{
	unsigned int size = max_t(unsigned int, roundup_pow_of_two(nr + 1), 4 * NR_OPEN_DEFAULT);
	struct fd_slot *slot;

	if (nr < files->max_fds)
		return 0;
	if (nr >= NR_OPEN_MAX)
		return -EMFILE;
	slot = kzalloc(size * sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;
	spin_lock(&files->file_lock);
	if (files->max_fds < size) {
		memcpy(slot, files->slot, files->max_fds * sizeof(*slot));
		swap(slot, files->slot);
		files->max_fds = size;
	}
	spin_unlock(&files->file_lock);
	free_slots(files, slot);
	return 0;
}

/* A process gives up a descriptor of @file: its locks go, whatever other descriptors it has (fcntl(2)). */
static void filp_close(struct file *file, struct files_struct *files)
{
	locks_remove(file, files);
	fput(file);
}

struct files_struct *dup_fd(struct files_struct *old)
{
	struct files_struct *files = kzalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	atomic_set(&files->count, 1);
	spin_lock_init(&files->file_lock);
	files->max_fds = NR_OPEN_DEFAULT;
	files->slot = files->first_slots;
	if (!old)
		return files;
	if (expand_files(files, old->max_fds - 1)) {
		kfree(files);
		return NULL;
	}
	spin_lock(&old->file_lock);
	for (unsigned int i = 0; i < min(old->max_fds, files->max_fds); i++) {
		if (!old->slot[i].file)
			continue; /* free, or another thread is about to open it */
		get_file(old->slot[i].file);
		files->slot[i] = old->slot[i];
	}
	spin_unlock(&old->file_lock);
	return files;
}

void put_files_struct(struct files_struct *files)
{
	if (!files || !atomic_dec_and_test(&files->count))
		return;
	for (unsigned int i = 0; i < files->max_fds; i++)
		if (files->slot[i].file)
			filp_close(files->slot[i].file, files);
	free_slots(files, files->slot);
	kfree(files);
}

/* ---- descriptors ---- */

struct file *fget_task(struct task_struct *task, unsigned int fd)
{
	struct files_struct *files = task->files;
	struct file *file = NULL;

	if (unlikely(!files))
		return NULL; /* it is dying */
	spin_lock(&files->file_lock);
	if (likely(fd < files->max_fds)) {
		file = files->slot[fd].file;
		if (file)
			get_file(file);
	}
	spin_unlock(&files->file_lock);
	return file;
}

struct file *fget_raw(unsigned int fd)
{
	return fget_task(current, fd);
}

struct file *fget(unsigned int fd)
{
	struct file *file = fget_task(current, fd);

	if (likely(!file || !(file->f_mode & FMODE_PATH)))
		return file;
	fput(file);
	return NULL;
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
		while (fd < files->max_fds && files->slot[fd].taken)
			fd++;
		if (fd < files->max_fds && fd < limit)
			break;
		spin_unlock(&files->file_lock);
		err = fd >= limit ? -EMFILE : expand_files(files, fd);
		if (err)
			return err;
	}
	if (start <= files->next_fd)
		files->next_fd = fd + 1;
	files->slot[fd] = (struct fd_slot){ NULL, true, flags & O_CLOEXEC };
	spin_unlock(&files->file_lock);
	return fd;
}

void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	files->slot[fd].taken = false;
	files->next_fd = min(files->next_fd, fd);
	spin_unlock(&files->file_lock);
}

void fd_install(unsigned int fd, struct file *file)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	files->slot[fd].file = file;
	spin_unlock(&files->file_lock);
}

int install_file(unsigned int start, struct file *file, unsigned int flags)
{
	int fd = IS_ERR(file) ? PTR_ERR(file) : alloc_fd(start, flags);

	if (fd >= 0)
		fd_install(fd, file);
	else if (!IS_ERR(file))
		fput(file);
	return fd;
}

int replace_fd(unsigned int fd, struct file *file, unsigned int flags)
{
	struct files_struct *files = current->files;
	struct file *old;
	int err = expand_files(files, fd);

	if (err)
		return err;
	spin_lock(&files->file_lock);
	old = files->slot[fd].file;
	if (!old && files->slot[fd].taken) {
		spin_unlock(&files->file_lock);
		return -EBUSY;
	}
	files->slot[fd] = (struct fd_slot){ file, true, flags & O_CLOEXEC };
	spin_unlock(&files->file_lock);
	if (old)
		filp_close(old, files);
	return fd;
}

bool get_close_on_exec(unsigned int fd)
{
	struct files_struct *files = current->files;

	return fd < files->max_fds && files->slot[fd].close_on_exec;
}

void set_close_on_exec(unsigned int fd, bool on)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	if (fd < files->max_fds && files->slot[fd].file)
		files->slot[fd].close_on_exec = on;
	spin_unlock(&files->file_lock);
}

int close_fd(unsigned int fd)
{
	struct files_struct *files = current->files;
	struct file *file;

	spin_lock(&files->file_lock);
	file = fd < files->max_fds ? files->slot[fd].file : NULL;
	if (file) {
		files->slot[fd] = (struct fd_slot){ NULL, false, false };
		files->next_fd = min(files->next_fd, fd);
	}
	spin_unlock(&files->file_lock);
	if (!file)
		return -EBADF;
	filp_close(file, files);
	return 0;
}

void flush_old_files(void)
{
	struct files_struct *files = current->files;

	for (unsigned int i = 0; i < files->max_fds; i++)
		if (files->slot[i].close_on_exec)
			close_fd(i);
}

int unshare_files(void)
{
	struct files_struct *old = current->files, *files;

	if (atomic_read(&old->count) == 1)
		return 0;
	files = dup_fd(old);
	if (!files)
		return -ENOMEM;
	task_lock(current);
	current->files = files;
	task_unlock(current);
	put_files_struct(old);
	return 0;
}

#define CLOSE_RANGE_UNSHARE 2
#define CLOSE_RANGE_CLOEXEC 4

long sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
	int err;

	if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) || first > last)
		return -EINVAL;
	err = flags & CLOSE_RANGE_UNSHARE ? unshare_files() : 0;
	for (; !err && first <= last && first < current->files->max_fds; first++) {
		if (flags & CLOSE_RANGE_CLOEXEC)
			set_close_on_exec(first, true);
		else
			close_fd(first);
	}
	return err;
}
