#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/syscalls.h"
#include "kernel/task/signal.h"
#include "mm/filemap.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* What one call moves at most, so that the count fits the result. */
#define MAX_RW_COUNT ((size_t)(INT_MAX & PAGE_MASK))

/* Who writes where RLIMIT_FSIZE ends files is sent a signal, too. Returns @n. */
static ssize_t after_write(ssize_t n)
{
	if (n == -EFBIG && file_size_limit() < MAX_LFS_FILESIZE)
		send_sig(SIGXFSZ, current);
	return n;
}

/* ---- one buffer ---- */

/* What is wrong with reading (@write: writing) @count bytes at @buf, or 0. */
static int rw_verify(const struct file *file, const char *buf, size_t count, bool write)
{
	if (!(file->f_mode & (write ? FMODE_WRITE : FMODE_READ)))
		return -EBADF;
	if (write ? !file->f_op->write : !file->f_op->read)
		return -EINVAL;
	if (!access_ok(buf, count))
		return -EFAULT;
	return (ssize_t)count < 0 ? -EINVAL : 0;
}

static ssize_t vfs_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	int err = rw_verify(file, buf, count, false);

	return err ? err : file->f_op->read(file, buf, min(count, MAX_RW_COUNT), pos);
}

static ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	int err = rw_verify(file, buf, count, true);

	return err ? err : after_write(file->f_op->write(file, buf, min(count, MAX_RW_COUNT), pos));
}

long sys_read(unsigned int fd, char *buf, size_t count)
{
	return WITH_FILE_POS(fd, vfs_read(file, buf, count, &file->f_pos));
}

long sys_write(unsigned int fd, const char *buf, size_t count)
{
	return WITH_FILE_POS(fd, vfs_write(file, buf, count, &file->f_pos));
}

long sys_pread64(unsigned int fd, char *buf, size_t count, u32 lo, u32 hi)
{
	loff_t pos = loff(lo, hi);

	if (pos < 0)
		return -EINVAL;
	return WITH_FILE(fd, file->f_op->llseek ? vfs_read(file, buf, count, &pos) : -ESPIPE);
}

long sys_pwrite64(unsigned int fd, const char *buf, size_t count, u32 lo, u32 hi)
{
	loff_t pos = loff(lo, hi);

	if (pos < 0)
		return -EINVAL;
	return WITH_FILE(fd, file->f_op->llseek ? vfs_write(file, buf, count, &pos) : -ESPIPE);
}

/* ---- many buffers ---- */

/* Cut the buffers to what one call may move. Their bytes together or -errno. */
static ssize_t check_iovec(struct iovec *iov, unsigned long nr, bool ours)
{
	size_t total = 0;

	for (unsigned long i = 0; i < nr; i++) {
		if ((ssize_t)iov[i].iov_len < 0)
			return -EINVAL;
		if (ours && !access_ok(iov[i].iov_base, iov[i].iov_len))
			return -EFAULT;
		iov[i].iov_len = min(iov[i].iov_len, MAX_RW_COUNT - total);
		total += iov[i].iov_len;
	}
	return total;
}

void free_iovec(struct iovec *iov, const struct iovec *fast)
{
	if (iov != fast)
		kfree(iov);
}

ssize_t import_iovec(const struct iovec *user, unsigned long nr, struct iovec *fast,
		     struct iovec **iov, bool ours)
{
	ssize_t total;

	*iov = fast;
	if (nr > UIO_MAXIOV)
		return -EINVAL;
	if (nr > UIO_FASTIOV)
		*iov = kmalloc(nr * sizeof(**iov), GFP_KERNEL);
	if (!*iov)
		return -ENOMEM;
	total = copy_from_user(*iov, user, nr * sizeof(**iov)) ? -EFAULT
							       : check_iovec(*iov, nr, ours);
	if (total >= 0)
		return total;
	free_iovec(*iov, fast);
	*iov = fast;
	return total;
}

static ssize_t rw_iovec(struct file *file, const struct iovec *iov, unsigned long nr, size_t total,
			loff_t *pos, bool write)
{
	ssize_t done = 0, n;

	if (write && file->f_op->writev)
		return file->f_op->writev(file, iov, total);
	for (; nr--; iov++) {
		if (!iov->iov_len)
			continue;
		n = write ? file->f_op->write(file, iov->iov_base, iov->iov_len, pos)
			  : file->f_op->read(file, iov->iov_base, iov->iov_len, pos);
		if (n < 0)
			return done ? done : write ? after_write(n) : n;
		done += n;
		if ((size_t)n < iov->iov_len)
			break;
	}
	return done;
}

static ssize_t vfs_iovec(struct file *file, const struct iovec *user, unsigned long nr, loff_t *pos,
			 bool write)
{
	struct iovec fast[UIO_FASTIOV], *iov;
	ssize_t n;

	n = rw_verify(file, NULL, 0, write);
	if (!n)
		n = import_iovec(user, nr, fast, &iov, true);
	if (n < 0)
		return n;
	if (n)
		n = rw_iovec(file, iov, nr, n, pos, write);
	free_iovec(iov, fast);
	return n;
}

long sys_readv(unsigned int fd, const struct iovec *iov, unsigned long nr)
{
	return WITH_FILE_POS(fd, vfs_iovec(file, iov, nr, &file->f_pos, false));
}

long sys_writev(unsigned int fd, const struct iovec *iov, unsigned long nr)
{
	return WITH_FILE_POS(fd, vfs_iovec(file, iov, nr, &file->f_pos, true));
}

static long iovec_at(unsigned int fd, const struct iovec *iov, unsigned long nr, loff_t pos,
		     bool write)
{
	if (pos < 0)
		return -EINVAL;
	return WITH_FILE(fd, file->f_op->llseek ? vfs_iovec(file, iov, nr, &pos, write) : -ESPIPE);
}

long sys_preadv(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi)
{
	return iovec_at(fd, iov, nr, loff(lo, hi), false);
}

long sys_pwritev(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi)
{
	return iovec_at(fd, iov, nr, loff(lo, hi), true);
}

/* RWF_HIPRI, RWF_DSYNC, RWF_SYNC: what is written here is as safe as it ever will be. */
#define RWF_SUPPORTED 7

/* Position -1 is that of the file. */
long sys_preadv2(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
		 int flags)
{
	if (flags & ~RWF_SUPPORTED)
		return -EOPNOTSUPP;
	return loff(lo, hi) == -1 ? sys_readv(fd, iov, nr) : sys_preadv(fd, iov, nr, lo, hi);
}

long sys_pwritev2(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
		  int flags)
{
	if (flags & ~RWF_SUPPORTED)
		return -EOPNOTSUPP;
	return loff(lo, hi) == -1 ? sys_writev(fd, iov, nr) : sys_pwritev(fd, iov, nr, lo, hi);
}

/* ---- position ---- */

loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t size = i_size_read(file->f_inode);

	if (whence == SEEK_CUR) {
		offset += file->f_pos;
	} else if (whence == SEEK_END) {
		offset += size;
	} else if (whence != SEEK_SET) {
		if (offset < 0 || offset >= size)
			return -ENXIO;
		offset = mapping_seek(file->f_mapping, offset, size, whence == SEEK_DATA);
		if (whence == SEEK_DATA && offset >= size)
			return -ENXIO;
	}
	if (offset < 0 || offset > MAX_LFS_FILESIZE)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

static loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence < 0 || whence > SEEK_HOLE)
		return -EINVAL;
	return file->f_op->llseek ? file->f_op->llseek(file, offset, whence) : -ESPIPE;
}

long sys_lseek(unsigned int fd, long offset, int whence)
{
	loff_t pos = WITH_FILE_POS(fd, vfs_llseek(file, offset, whence));

	return pos > LONG_MAX ? -EOVERFLOW : (long)pos;
}

long sys__llseek(unsigned int fd, u32 hi, u32 lo, loff_t *result, int whence)
{
	loff_t pos = WITH_FILE_POS(fd, vfs_llseek(file, loff(lo, hi), whence));

	if (pos < 0)
		return pos;
	return copy_to_user(result, &pos, sizeof(pos)) ? -EFAULT : 0;
}
