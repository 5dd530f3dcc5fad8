/*
 * Calls on descriptors: dup, fcntl, ioctl.
 */
#include "kernel/fs/fcntl.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/task.h"
#include "mm/uaccess.h"

/* ---- dup ---- */

static int dup_from(struct file *file, unsigned int start, unsigned int flags)
{
	int fd;

	if (start >= rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	fd = alloc_fd(start, flags);
	if (fd >= 0) {
		get_file(file);
		fd_install(fd, file);
	}
	return fd;
}

long sys_dup(unsigned int fd)
{
	struct file *file = fget(fd);
	long err;

	if (!file)
		return -EBADF;
	err = dup_from(file, 0, 0);
	fput(file);
	return err;
}

long sys_dup3(unsigned int oldfd, unsigned int newfd, int flags)
{
	struct file *file;
	int err;

	if (oldfd == newfd || (flags & ~O_CLOEXEC))
		return -EINVAL;
	if (newfd >= rlimit(RLIMIT_NOFILE))
		return -EBADF;
	file = fget(oldfd);
	if (!file)
		return -EBADF;
	err = replace_fd(newfd, file, flags);
	if (err < 0)
		fput(file);
	return err;
}

long sys_dup2(unsigned int oldfd, unsigned int newfd)
{
	struct file *file;

	if (oldfd != newfd)
		return sys_dup3(oldfd, newfd, 0);
	file = fget(oldfd);
	if (!file)
		return -EBADF;
	fput(file);
	return newfd;
}

/* ---- fcntl ---- */

/* What F_SETFL can change. */
#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME | FASYNC)

struct flock64 {
	short l_type, l_whence;
	loff_t l_start, l_len;
	int l_pid;
} __attribute__((packed, aligned(4)));

/* Nobody contends for locks that every program takes for itself: they are granted, and none is ever
 * found. */
static long fcntl_lock64(struct file *file, unsigned int cmd, struct flock64 *user)
{
	struct flock64 lock;

	if (copy_from_user(&lock, user, sizeof(lock)))
		return -EFAULT;
	if (lock.l_type < F_RDLCK || lock.l_type > F_UNLCK || lock.l_whence < 0 ||
	    lock.l_whence > SEEK_END)
		return -EINVAL;
	if (cmd != F_GETLK64) {
		if ((lock.l_type == F_RDLCK && !(file->f_mode & FMODE_READ)) ||
		    (lock.l_type == F_WRLCK && !(file->f_mode & FMODE_WRITE)))
			return -EBADF;
		return 0;
	}
	lock.l_type = F_UNLCK;
	return copy_to_user(user, &lock, sizeof(lock)) ? -EFAULT : 0;
}

struct flock {
	short l_type, l_whence;
	long l_start, l_len;
	int l_pid;
};

static long fcntl_lock(struct file *file, unsigned int cmd, struct flock *user)
{
	struct flock lock;

	if (copy_from_user(&lock, user, sizeof(lock)))
		return -EFAULT;
	if (lock.l_type < F_RDLCK || lock.l_type > F_UNLCK || lock.l_whence < 0 ||
	    lock.l_whence > SEEK_END)
		return -EINVAL;
	if (cmd != F_GETLK)
		return 0;
	lock.l_type = F_UNLCK;
	return copy_to_user(user, &lock, sizeof(lock)) ? -EFAULT : 0;
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
		file->f_flags = (file->f_flags & ~SETFL_MASK) | (arg & SETFL_MASK);
		return 0;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return fcntl_lock(file, cmd, (struct flock *)arg);
	case F_GETLK64:
	case F_SETLK64:
	case F_SETLKW64:
		return fcntl_lock64(file, cmd, (struct flock64 *)arg);
	case F_SETOWN:
	case F_GETOWN:
		return 0;
	case F_SETPIPE_SZ:
	case F_GETPIPE_SZ:
		return pipe_fcntl(file, cmd, arg);
	default:
		return -EINVAL;
	}
}

long sys_fcntl64(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct file *file = fget(fd);
	long err;

	if (!file)
		return -EBADF;
	err = do_fcntl(fd, file, cmd, arg);
	fput(file);
	return err;
}

long sys_fcntl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	return cmd >= F_GETLK64 && cmd <= F_SETLKW64 ? -EINVAL : sys_fcntl64(fd, cmd, arg);
}

/* Advisory locks of whole files: granted, like those above. */
long sys_flock(unsigned int fd, unsigned int operation)
{
	struct file *file = fget(fd);

	if (!file)
		return -EBADF;
	fput(file);
	operation &= ~4u; /* LOCK_NB */
	return operation == 1 || operation == 2 || operation == 8 ? 0 : -EINVAL;
}

/* ---- ioctl ---- */

#define FIONREAD 0x541b
#define FIONBIO  0x5421
#define FIONCLEX 0x5450
#define FIOCLEX  0x5451

static long file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int left = i_size_read(file->f_inode) - file->f_pos;

	if (cmd == FIONREAD && S_ISREG(file->f_inode->i_mode))
		return copy_to_user((int *)arg, &left, sizeof(left)) ? -EFAULT : 0;
	return file->f_op->ioctl ? file->f_op->ioctl(file, cmd, arg) : -ENOTTY;
}

static long do_ioctl(unsigned int fd, struct file *file, unsigned int cmd, unsigned long arg)
{
	int on;

	if (file->f_mode & FMODE_PATH)
		return -EBADF;
	switch (cmd) {
	case FIOCLEX:
		set_close_on_exec(fd, true);
		return 0;
	case FIONCLEX:
		set_close_on_exec(fd, false);
		return 0;
	case FIONBIO:
		if (copy_from_user(&on, (int *)arg, sizeof(on)))
			return -EFAULT;
		file->f_flags = on ? file->f_flags | O_NONBLOCK : file->f_flags & ~O_NONBLOCK;
		return 0;
	default:
		return file_ioctl(file, cmd, arg);
	}
}

long sys_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct file *file = fget(fd);
	long err;

	if (!file)
		return -EBADF;
	err = do_ioctl(fd, file, cmd, arg);
	fput(file);
	return err;
}
