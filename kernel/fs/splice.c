/*
 * From file to file without a detour through user space: sendfile, copy_file_range.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "mm/highmem.h"
#include "mm/uaccess.h"

/* Write from kernel memory at *pos. Regular files take it into their pages, others by their own means. */
static ssize_t write_out(struct file *out, const void *buf, size_t n, loff_t *pos)
{
	ssize_t done;

	if (out->f_op->write_kernel)
		return out->f_op->write_kernel(out, buf, n, pos);
	done = kernel_write(out, *pos, buf, n);
	if (done > 0) {
		*pos += done;
		file_update_time(out->f_inode);
	}
	return done;
}

/* Move what one page of @in has at *from. Bytes, 0 at the end, or -errno. */
static ssize_t move_page(struct file *in, loff_t *from, struct file *out, loff_t *to, size_t count)
{
	unsigned int offset = *from & ~PAGE_MASK;
	loff_t left = i_size_read(in->f_inode) - *from;
	struct page *page;
	ssize_t n;
	char *address;

	if (left <= 0)
		return 0;
	page = read_cache_page(in->f_mapping, *from >> PAGE_SHIFT, in);
	if (IS_ERR(page))
		return PTR_ERR(page);
	n = min_t(loff_t, min(count, (size_t)(PAGE_SIZE - offset)), left);
	address = kmap(page);
	n = write_out(out, address + offset, n, to);
	kunmap(page);
	put_page(page);
	if (n > 0)
		*from += n;
	return n;
}

static ssize_t move_bytes(struct file *in, loff_t *from, struct file *out, loff_t *to, size_t count)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < count) {
		n = move_page(in, from, out, to, count - done);
		if (n <= 0)
			break;
		done += n;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	return done ? (ssize_t)done : n;
}

static int check_files(const struct file *in, const struct file *out)
{
	if (!in || !out || !(in->f_mode & FMODE_READ) || !(out->f_mode & FMODE_WRITE))
		return -EBADF;
	/* Devices with a mapping of their own have no pages to read. */
	if (!in->f_mapping || !S_ISREG(in->f_inode->i_mode))
		return -EINVAL;
	if (out->f_flags & O_APPEND)
		return -EINVAL;
	return out->f_op->write_kernel || S_ISREG(out->f_inode->i_mode) ? 0 : -EINVAL;
}

/* @in_pos, @out_pos: NULL where the file's own position counts and moves. */
static ssize_t transfer(int in_fd, loff_t *in_pos, int out_fd, loff_t *out_pos, size_t count)
{
	struct file *in = fget(in_fd), *out = fget(out_fd);
	ssize_t n = check_files(in, out);

	if (!n && ((ssize_t)count < 0 || (in_pos && *in_pos < 0) || (out_pos && *out_pos < 0)))
		n = -EINVAL;
	if (!n)
		n = move_bytes(in, in_pos ? in_pos : &in->f_pos, out,
			       out_pos ? out_pos : &out->f_pos, count);
	if (in)
		fput(in);
	if (out)
		fput(out);
	return n;
}

long sys_sendfile64(int out_fd, int in_fd, loff_t *user, size_t count)
{
	loff_t pos;
	long n;

	if (!user)
		return transfer(in_fd, NULL, out_fd, NULL, count);
	if (copy_from_user(&pos, user, sizeof(pos)))
		return -EFAULT;
	n = transfer(in_fd, &pos, out_fd, NULL, count);
	return copy_to_user(user, &pos, sizeof(pos)) ? -EFAULT : n;
}

long sys_sendfile(int out_fd, int in_fd, long *user, size_t count)
{
	loff_t pos;
	long narrow, n;

	if (!user)
		return transfer(in_fd, NULL, out_fd, NULL, count);
	if (copy_from_user(&narrow, user, sizeof(narrow)))
		return -EFAULT;
	pos = narrow;
	n = transfer(in_fd, &pos, out_fd, NULL, count);
	narrow = pos;
	return copy_to_user(user, &narrow, sizeof(narrow)) ? -EFAULT : n;
}

static int get_pos(loff_t *pos, const loff_t *user)
{
	return user && copy_from_user(pos, user, sizeof(*pos)) ? -EFAULT : 0;
}

static int put_pos(loff_t *user, const loff_t *pos)
{
	return user && copy_to_user(user, pos, sizeof(*pos)) ? -EFAULT : 0;
}

long sys_copy_file_range(int in_fd, loff_t *in_user, int out_fd, loff_t *out_user, size_t count,
			 unsigned int flags)
{
	loff_t from = 0, to = 0;
	struct file *out;
	long n;

	if (flags)
		return -EINVAL;
	if (get_pos(&from, in_user) || get_pos(&to, out_user))
		return -EFAULT;
	out = fget(out_fd);
	n = !out ? -EBADF : !S_ISREG(out->f_inode->i_mode) ? -EINVAL : 0;
	if (out)
		fput(out);
	if (!n)
		n = transfer(in_fd, in_user ? &from : NULL, out_fd, out_user ? &to : NULL, count);
	if (n > 0 && (put_pos(in_user, &from) || put_pos(out_user, &to)))
		n = -EFAULT;
	return n;
}
