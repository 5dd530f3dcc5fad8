#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/syscalls.h"
#include "kernel/fs/uio.h"
#include "kernel/lib/err.h"
#include "kernel/lib/util.h"
#include "kernel/sched/task.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* What one call moves at most, so that the count fits the result. */
#define MAX_RW_COUNT ((size_t)(INT_MAX & PAGE_MASK))

#define UIO_FASTIOV 8
#define UIO_MAXIOV  1024

/* ---- one buffer ---- */

static ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!file->f_op->read)
		return -EINVAL;
	if (!access_ok(buf, count))
		return -EFAULT;
	if ((ssize_t)count < 0)
		return -EINVAL;
	return file->f_op->read(file, buf, min(count, MAX_RW_COUNT), pos);
}

static ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!file->f_op->write)
		return -EINVAL;
	if (!access_ok(buf, count))
		return -EFAULT;
	if ((ssize_t)count < 0)
		return -EINVAL;
	return file->f_op->write(file, buf, min(count, MAX_RW_COUNT), pos);
}

long sys_read(unsigned int fd, char *buf, size_t count)
{
	struct file *file = fget(fd);
	ssize_t n;

	if (!file)
		return -EBADF;
	n = vfs_read(file, buf, count, &file->f_pos);
	fput(file);
	return n;
}

long sys_write(unsigned int fd, const char *buf, size_t count)
{
	struct file *file = fget(fd);
	ssize_t n;

	if (!file)
		return -EBADF;
	n = vfs_write(file, buf, count, &file->f_pos);
	fput(file);
	return n;
}

/* A file that can be positioned, for the p calls; ERR_PTR. */
static struct file *fget_seekable(unsigned int fd, loff_t pos)
{
	struct file *file;

	if (pos < 0)
		return ERR_PTR(-EINVAL);
	file = fget(fd);
	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op->llseek || (file->f_mode & FMODE_PATH))
		return file;
	fput(file);
	return ERR_PTR(-ESPIPE);
}

static loff_t loff(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

long sys_pread64(unsigned int fd, char *buf, size_t count, u32 lo, u32 hi)
{
	loff_t pos = loff(lo, hi);
	struct file *file = fget_seekable(fd, pos);
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = vfs_read(file, buf, count, &pos);
	fput(file);
	return n;
}

long sys_pwrite64(unsigned int fd, const char *buf, size_t count, u32 lo, u32 hi)
{
	loff_t pos = loff(lo, hi);
	struct file *file = fget_seekable(fd, pos);
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = vfs_write(file, buf, count, &pos);
	fput(file);
	return n;
}

/* ---- many buffers ---- */

ssize_t import_iovec(const struct iovec *user, unsigned long nr, struct iovec *fast,
		     unsigned long nr_fast, struct iovec **result)
{
	struct iovec *iov = fast;
	size_t total = 0;
	ssize_t err = 0;

	if (nr > UIO_MAXIOV)
		return -EINVAL;
	if (nr > nr_fast) {
		iov = kmalloc(nr * sizeof(*iov), GFP_KERNEL);
		if (!iov)
			return -ENOMEM;
	}
	if (copy_from_user(iov, user, nr * sizeof(*iov)))
		err = -EFAULT;
	for (unsigned long i = 0; !err && i < nr; i++) {
		if ((ssize_t)iov[i].iov_len < 0)
			err = -EINVAL;
		else if (!access_ok(iov[i].iov_base, iov[i].iov_len))
			err = -EFAULT;
		iov[i].iov_len = min(iov[i].iov_len, MAX_RW_COUNT - total);
		total += iov[i].iov_len;
	}
	if (err) {
		if (iov != fast)
			kfree(iov);
		return err;
	}
	*result = iov;
	return total;
}

static ssize_t rw_iovec(struct file *file, const struct iovec *iov, unsigned long nr, loff_t *pos,
			bool write)
{
	ssize_t done = 0;

	for (unsigned long i = 0; i < nr; i++) {
		ssize_t n;

		if (!iov[i].iov_len)
			continue;
		n = write ? file->f_op->write(file, iov[i].iov_base, iov[i].iov_len, pos)
			  : file->f_op->read(file, iov[i].iov_base, iov[i].iov_len, pos);
		if (n < 0)
			return done ? done : n;
		done += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return done;
}

static ssize_t vfs_iovec(struct file *file, const struct iovec *user, unsigned long nr, loff_t *pos,
			 bool write)
{
	struct iovec fast[UIO_FASTIOV], *iov;
	ssize_t n;

	if (!(file->f_mode & (write ? FMODE_WRITE : FMODE_READ)))
		return -EBADF;
	if (write ? !file->f_op->write : !file->f_op->read)
		return -EINVAL;
	n = import_iovec(user, nr, fast, UIO_FASTIOV, &iov);
	if (n < 0)
		return n;
	if (n > 0)
		n = rw_iovec(file, iov, nr, pos, write);
	if (iov != fast)
		kfree(iov);
	return n;
}

static long do_vec(unsigned int fd, const struct iovec *iov, unsigned long nr, bool write)
{
	struct file *file = fget(fd);
	ssize_t n;

	if (!file)
		return -EBADF;
	n = vfs_iovec(file, iov, nr, &file->f_pos, write);
	fput(file);
	return n;
}

long sys_readv(unsigned int fd, const struct iovec *iov, unsigned long nr)
{
	return do_vec(fd, iov, nr, false);
}

long sys_writev(unsigned int fd, const struct iovec *iov, unsigned long nr)
{
	return do_vec(fd, iov, nr, true);
}

/* ---- position ---- */

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t size = i_size_read(file->f_inode);

	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		offset += file->f_pos;
		break;
	case SEEK_END:
		offset += size;
		break;
	case SEEK_DATA: /* all of a file is data */
	case SEEK_HOLE:
		if (offset < 0 || offset >= size)
			return -ENXIO;
		if (whence == SEEK_HOLE)
			offset = size;
		break;
	default:
		return -EINVAL;
	}
	if (offset < 0 || offset > MAX_FILE_SIZE)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

static loff_t vfs_llseek(unsigned int fd, loff_t offset, int whence)
{
	struct file *file = fget(fd);
	loff_t pos;

	if (!file || (file->f_mode & FMODE_PATH))
		pos = -EBADF;
	else if (whence < 0 || whence > SEEK_HOLE)
		pos = -EINVAL;
	else
		pos = file->f_op->llseek ? file->f_op->llseek(file, offset, whence) : -ESPIPE;
	if (file)
		fput(file);
	return pos;
}

long sys_lseek(unsigned int fd, long offset, int whence)
{
	loff_t pos = vfs_llseek(fd, offset, whence);

	return pos > LONG_MAX ? -EOVERFLOW : (long)pos;
}

long sys__llseek(unsigned int fd, u32 hi, u32 lo, loff_t *result, int whence)
{
	loff_t pos = vfs_llseek(fd, loff(lo, hi), whence);

	if (pos < 0)
		return pos;
	return copy_to_user(result, &pos, sizeof(pos)) ? -EFAULT : 0;
}
