/*
 * Calls on descriptors: dup, fcntl, ioctl.
 */
#include "kernel/fs/fcntl.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "kernel/fs/syscalls.h"
#include "mm/uaccess.h"

static int dup_from(struct file *file, unsigned int start, unsigned int flags)
{
	if (start >= rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	get_file(file);
	return install_file(start, file, flags);
}

long sys_dup(unsigned int fd)
{
	return WITH_FILE_RAW(fd, dup_from(file, 0, 0));
}

long sys_dup3(unsigned int oldfd, unsigned int newfd, int flags)
{
	struct file *file;
	int err;

	if (oldfd == newfd || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (newfd >= rlimit(RLIMIT_NOFILE))
		return -EBADF;
	file = fget_raw(oldfd);
	if (!file)
		return -EBADF;
	err = replace_fd(newfd, file, flags);
	if (err < 0)
		fput(file);
	return err;
}

long sys_dup2(unsigned int oldfd, unsigned int newfd)
{
	return oldfd == newfd ? WITH_FILE_RAW(oldfd, (long)newfd) : sys_dup3(oldfd, newfd, 0);
}

/* What F_SETFL can change. */
#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | FASYNC)

static long lock_by_descriptor(unsigned int fd, struct file *file, unsigned int cmd, void *user)
{
	long err = fcntl_lock(file, cmd, user);
	struct file *now = fget(fd);

	/* Another thread may have closed it meanwhile, and found no lock to remove. */
	if (now != file)
		locks_remove(file, current->files);
	if (now)
		fput(now);
	return err;
}

static long do_fcntl(unsigned int fd, struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case F_DUPFD:
		return dup_from(file, arg, 0);
	case F_DUPFD_CLOEXEC:
		return dup_from(file, arg, O_CLOEXEC);
	case F_GETFD:
		return get_close_on_exec(fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		set_close_on_exec(fd, arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return file->f_flags | (file->f_mode & FMODE_PATH ? O_PATH : O_LARGEFILE);
	}
	if (file->f_mode & FMODE_PATH)
		return -EBADF;
	switch (cmd) {
	case F_SETFL:
		if ((arg & O_DIRECT) && !get_pipe_info(file))
			return -EINVAL;
		file->f_flags = (file->f_flags & ~SETFL_MASK) | (arg & SETFL_MASK);
		return 0;
	case F_SETPIPE_SZ:
	case F_GETPIPE_SZ:
		return pipe_fcntl(file, cmd, arg);
	case F_ADD_SEALS:
		return memfd_add_seals(file, arg);
	case F_GET_SEALS:
		return memfd_get_seals(file);
	default:
		return lock_by_descriptor(fd, file, cmd, (void *)arg);
	}
}

long sys_fcntl64(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	return WITH_FILE_RAW(fd, do_fcntl(fd, file, cmd, arg));
}

long sys_flock(unsigned int fd, unsigned int op)
{
	return WITH_FILE(fd, flock_lock(file, op));
}

#define FIONCLEX 0x5450
#define FIOCLEX  0x5451

static long do_ioctl(unsigned int fd, struct file *file, unsigned int cmd, unsigned long arg)
{
	int on;

	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		set_close_on_exec(fd, cmd == FIOCLEX);
		return 0;
	case FIONBIO:
		if (copy_from_user(&on, (int *)arg, sizeof(on)))
			return -EFAULT;
		file->f_flags = on ? file->f_flags | O_NONBLOCK : file->f_flags & ~O_NONBLOCK;
		return 0;
	case FIONREAD:
		if (S_ISREG(file->f_inode->i_mode))
			return put_user((int)(file->f_inode->i_size - file->f_pos), (int *)arg);
		break;
	}
	return file->f_op->ioctl ? file->f_op->ioctl(file, cmd, arg) : -ENOTTY;
}

long sys_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	return WITH_FILE(fd, do_ioctl(fd, file, cmd, arg));
}
