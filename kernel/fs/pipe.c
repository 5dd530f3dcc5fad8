/*
 * Bytes of write(2) are copied to pages of the pipe's own, small ones together in one page. A page is
 * given back when its last byte was read; one of them waits for the next write.
 */
#include "kernel/fs/pipe.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/sysctl.h"
#include "kernel/task/signal.h"
#include "mm/highmem.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define PIPE_DEF_BUFFERS 16
#define PIPE_MAX_SIZE    (1u << 31)

static unsigned int pipe_max_size = 1 << 20; /* for others than root */

SYSCTL(pipe_sysctls) = {
	{ .path = "sys/fs/pipe-max-size",
	  .data = &pipe_max_size,
	  .min = PAGE_SIZE,
	  .max = PIPE_MAX_SIZE },
};

static const struct file_operations pipe_fops;

static LIST_HEAD(all_pipes);
static DEFINE_MUTEX(pipes_mutex); /* guards all_pipes; taken before a pipe's lock */

struct pipe_inode_info *get_pipe_info(const struct file *file)
{
	return file->f_op == &pipe_fops ? file->f_inode->i_pipe : NULL;
}

static void drop_buffer(struct pipe_inode_info *pipe, struct pipe_buffer *buf)
{
	if ((buf->flags & PIPE_BUF_OWN) && !pipe->tmp_page && page_count(buf->page) == 1)
		pipe->tmp_page = buf->page;
	else
		put_page(buf->page);
}

void pipe_consume(struct pipe_inode_info *pipe, unsigned int n)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->tail);

	buf->offset += n;
	buf->len -= n;
	if (!buf->len) {
		drop_buffer(pipe, buf);
		pipe->tail++;
	}
}

int broken_pipe(void)
{
	send_sig(SIGPIPE, current);
	return -EPIPE;
}

static struct pipe_inode_info *alloc_pipe(void)
{
	struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

	if (!pipe)
		return NULL;
	pipe->bufs = kmalloc(PIPE_DEF_BUFFERS * sizeof(*pipe->bufs), GFP_KERNEL);
	if (!pipe->bufs) {
		kfree(pipe);
		return NULL;
	}
	pipe->ring_size = PIPE_DEF_BUFFERS;
	mutex_init(&pipe->lock);
	init_waitqueue_head(&pipe->wait);
	mutex_lock(&pipes_mutex);
	list_add(&pipe->pipes, &all_pipes);
	mutex_unlock(&pipes_mutex);
	return pipe;
}

static void drain(struct pipe_inode_info *pipe)
{
	while (!pipe_empty(pipe))
		put_page(pipe_buf(pipe, pipe->tail++)->page);
	if (pipe->tmp_page)
		put_page(pipe->tmp_page);
	pipe->tmp_page = NULL;
}

void pipe_pages(u16 *held)
{
	struct pipe_inode_info *pipe;

	mutex_lock(&pipes_mutex);
	list_for_each_entry(pipe, &all_pipes, pipes) {
		mutex_lock(&pipe->lock);
		for (unsigned int at = pipe->tail; at != pipe->head; at++)
			held[page_to_pfn(pipe_buf(pipe, at)->page)]++;
		mutex_unlock(&pipe->lock);
	}
	mutex_unlock(&pipes_mutex);
}

static void free_pipe(struct pipe_inode_info *pipe)
{
	mutex_lock(&pipes_mutex);
	list_del(&pipe->pipes);
	mutex_unlock(&pipes_mutex);
	drain(pipe);
	kfree(pipe->bufs);
	kfree(pipe);
}

/* ---- read and write ---- */

/* Take out at most @count bytes of the oldest buffer. Bytes or -EFAULT. lock held. */
static ssize_t take_some(struct pipe_inode_info *pipe, char *user, size_t count)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->tail);
	size_t n = min(count, (size_t)buf->len);
	size_t left = copy_to_user(user, (char *)kmap(buf->page) + buf->offset, n);

	kunmap(buf->page);
	if (left)
		return -EFAULT; /* all or nothing of a buffer, as Linux does it */
	pipe_consume(pipe, buf->flags & PIPE_BUF_PACKET ? buf->len : n);
	return n;
}

static ssize_t pipe_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->f_inode->i_pipe;
	ssize_t done = 0, n = 0;
	bool packet = false;

	if (!count)
		return 0;
	mutex_lock(&pipe->lock);
	while (pipe_empty(pipe) && pipe->writers) {
		mutex_unlock(&pipe->lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(pipe->wait, !pipe_empty(pipe) || !pipe->writers))
			return -ERESTARTSYS;
		mutex_lock(&pipe->lock);
	}
	while ((size_t)done < count && !pipe_empty(pipe) && !packet) {
		packet = pipe_buf(pipe, pipe->tail)->flags & PIPE_BUF_PACKET;
		n = take_some(pipe, buf + done, count - done);
		if (n < 0)
			break;
		done += n;
	}
	mutex_unlock(&pipe->lock);
	if (done)
		wake_up_all(&pipe->wait);
	return done ? done : n;
}

/* Room in the newest buffer for @n bytes more, which stay together; or NULL. */
static struct pipe_buffer *joinable(const struct pipe_inode_info *pipe, size_t n)
{
	struct pipe_buffer *buf = pipe_buf(pipe, pipe->head - 1);

	return n && !pipe_empty(pipe) && buf->flags == PIPE_BUF_OWN &&
			       buf->offset + buf->len + n <= PAGE_SIZE
		       ? buf
		       : NULL;
}

/* What a write has not taken yet of its buffers. */
struct source {
	const struct iovec *iov;
	size_t done; /* of the first */
};

static int copy_from_source(char *to, struct source *from, size_t n)
{
	while (n) {
		size_t piece = min(n, from->iov->iov_len - from->done);

		if (copy_from_user(to, (char *)from->iov->iov_base + from->done, piece))
			return -EFAULT;
		to += piece;
		n -= piece;
		from->done += piece;
		if (from->done == from->iov->iov_len)
			*from = (struct source){ from->iov + 1, 0 };
	}
	return 0;
}

/* Put in at most @left bytes: @join is where they fit, or NULL. Bytes or -errno. A slot is free; lock held. */
static ssize_t put_some(struct pipe_inode_info *pipe, struct pipe_buffer *join, struct source *from,
			size_t left, unsigned int flags)
{
	size_t n = join ? left & ~PAGE_MASK : min(left, (size_t)PAGE_SIZE);

	if (join) {
		char *end = (char *)page_address(join->page) + join->offset + join->len;

		if (copy_from_source(end, from, n))
			return -EFAULT;
		join->len += n;
		return n;
	}
	if (!pipe->tmp_page)
		pipe->tmp_page = alloc_page(GFP_KERNEL);
	if (!pipe->tmp_page)
		return -ENOMEM;
	if (copy_from_source(page_address(pipe->tmp_page), from, n))
		return -EFAULT;
	*pipe_buf(pipe, pipe->head++) = (struct pipe_buffer){ pipe->tmp_page, 0, n, flags };
	pipe->tmp_page = NULL;
	return n;
}

/* Sleep, lock dropped meanwhile, until something left the pipe. 0 or -ERESTARTSYS. */
static int wait_for_room(struct pipe_inode_info *pipe)
{
	int err;

	mutex_unlock(&pipe->lock);
	wake_up_all(&pipe->wait); /* who reads may not know yet of what is in it */
	err = wait_event_interruptible(pipe->wait, !pipe->readers || !pipe_full(pipe));
	mutex_lock(&pipe->lock);
	return err;
}

static ssize_t pipe_writev(struct file *file, const struct iovec *iov, size_t count)
{
	struct source from = { iov, 0 };
	struct pipe_inode_info *pipe = file->f_inode->i_pipe;
	unsigned int flags = file->f_flags & O_DIRECT ? PIPE_BUF_PACKET : PIPE_BUF_OWN;
	ssize_t done = 0, n = 0;

	mutex_lock(&pipe->lock);
	for (; (size_t)done < count && n >= 0; done += max(n, (ssize_t)0)) {
		size_t left = count - done;
		struct pipe_buffer *join = flags == PIPE_BUF_OWN ? joinable(pipe, left & ~PAGE_MASK)
								 : NULL;

		if (!pipe->readers)
			n = broken_pipe();
		else if (join || !pipe_full(pipe))
			n = put_some(pipe, join, &from, left, flags);
		else
			n = file->f_flags & O_NONBLOCK ? -EAGAIN : wait_for_room(pipe);
	}
	mutex_unlock(&pipe->lock);
	if (done)
		wake_up_all(&pipe->wait);
	return done ? done : n;
}

static ssize_t pipe_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	return pipe_writev(file, &(struct iovec){ (void *)buf, count }, count);
}

static unsigned int pipe_poll(struct file *file, struct poll_table *table)
{
	struct pipe_inode_info *pipe = file->f_inode->i_pipe;
	unsigned int mask = 0;

	poll_wait(file, &pipe->wait, table);
	if (file->f_mode & FMODE_READ) {
		if (!pipe_empty(pipe))
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers && file->f_pos != pipe->w_counter)
			mask |= POLLHUP;
	}
	if (file->f_mode & FMODE_WRITE) {
		if (!pipe_full(pipe))
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe_inode_info *pipe = file->f_inode->i_pipe;
	int n = 0;

	if (cmd != FIONREAD)
		return -ENOTTY;
	mutex_lock(&pipe->lock);
	for (unsigned int at = pipe->tail; at != pipe->head; at++)
		n += pipe_buf(pipe, at)->len;
	mutex_unlock(&pipe->lock);
	return put_user(n, (int *)arg);
}

/* ---- its size ---- */

static long resize(struct pipe_inode_info *pipe, unsigned int slots)
{
	unsigned int used = pipe->head - pipe->tail;
	struct pipe_buffer *bufs;

	if (used > slots)
		return -EBUSY;
	bufs = slots <= KMALLOC_MAX_SIZE / sizeof(*bufs)
		       ? kmalloc(slots * sizeof(*bufs), GFP_KERNEL)
		       : NULL;
	if (!bufs)
		return -ENOMEM;
	for (unsigned int i = 0; i < used; i++)
		bufs[i] = *pipe_buf(pipe, pipe->tail + i);
	swap(bufs, pipe->bufs);
	kfree(bufs);
	pipe->ring_size = slots;
	pipe->tail = 0;
	pipe->head = used;
	wake_up_all(&pipe->wait);
	return slots * PAGE_SIZE;
}

long pipe_fcntl(struct file *file, unsigned int cmd, unsigned int arg)
{
	struct pipe_inode_info *pipe = get_pipe_info(file);
	long n;

	if (!pipe)
		return -EBADF;
	if (cmd == F_GETPIPE_SZ)
		return pipe->ring_size * PAGE_SIZE;
	if (arg > PIPE_MAX_SIZE)
		return -EINVAL;
	mutex_lock(&pipe->lock);
	n = resize(pipe, roundup_pow_of_two(max(PAGE_ALIGN(arg) >> PAGE_SHIFT, 1ul)));
	mutex_unlock(&pipe->lock);
	return n;
}

/* ---- opening and closing ---- */

/* The inodes of pipes belong to no mounted file system. */
static struct file_system_type pipefs_type = { .name = "pipefs", .fs_magic = 0x50495045 };
static struct super_block pipefs = { .s_type = &pipefs_type };

/* One more (@n 1) or less (-1) that has it open as @file. */
static void count_file(struct pipe_inode_info *pipe, const struct file *file, int n)
{
	mutex_lock(&pipe->lock);
	if (file->f_mode & FMODE_READ)
		pipe->readers += n;
	if (file->f_mode & FMODE_WRITE)
		pipe->writers += n;
	if (n > 0) {
		pipe->r_counter += file->f_mode & FMODE_READ ? 1 : 0;
		pipe->w_counter += file->f_mode & FMODE_WRITE ? 1 : 0;
	} else if (!pipe->readers && !pipe->writers) {
		drain(pipe);
	}
	mutex_unlock(&pipe->lock);
	wake_up_all(&pipe->wait);
}

static int pipe_release(struct inode *inode, struct file *file)
{
	count_file(inode->i_pipe, file, -1);
	return 0;
}

static const struct file_operations pipe_fops = {
	.read = pipe_read,
	.write = pipe_write,
	.writev = pipe_writev,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.release = pipe_release,
};

/* Sleep until the other side, of which there are @partners, has been opened once more. */
static int wait_for_partner(struct pipe_inode_info *pipe, unsigned int partners,
			    const unsigned int *counter)
{
	unsigned int seen = *counter;

	return partners ? 0 : wait_event_interruptible(pipe->wait, *counter != seen);
}

static void pipe_evict(struct inode *inode)
{
	free_pipe(inode->i_pipe);
}

/* Of an inode that has a pipe. */
static const struct inode_operations pipe_inode_operations = { .evict = pipe_evict };

static int fifo_open(struct inode *inode, struct file *file)
{
	unsigned int mode = file->f_mode & (FMODE_READ | FMODE_WRITE);
	bool fifo = inode->i_sb != &pipefs, wait = fifo && !(file->f_flags & O_NONBLOCK);
	struct pipe_inode_info *pipe = inode->i_pipe ? NULL : alloc_pipe();
	int err = 0;

	if (pipe && inode->i_pipe) {
		free_pipe(pipe); /* somebody was faster */
	} else if (pipe) {
		inode->i_pipe = pipe;
		inode->i_op = &pipe_inode_operations;
	}
	pipe = inode->i_pipe;
	if (!pipe)
		return -ENOMEM;
	if (mode == FMODE_WRITE && fifo && !wait && !pipe->readers)
		return -ENXIO;
	file->f_op = &pipe_fops;
	count_file(pipe, file, 1);
	if (mode == FMODE_READ && wait)
		err = wait_for_partner(pipe, pipe->writers, &pipe->w_counter);
	else if (mode == FMODE_READ && fifo && !pipe->writers)
		file->f_pos = pipe->w_counter; /* no POLLHUP before a writer came and went */
	else if (mode == FMODE_WRITE && wait)
		err = wait_for_partner(pipe, pipe->readers, &pipe->r_counter);
	if (err)
		count_file(pipe, file, -1);
	return err;
}

const struct file_operations def_fifo_fops = { .open = fifo_open };

/* ---- pipe(2) ---- */

/* Both ends of a new pipe. 0 or -errno. */
static int create_pipe(struct file *end[2], int flags)
{
	struct inode *inode = new_inode(&pipefs, S_IFIFO | 0600);
	struct dentry *d;
	char name[24];

	snprintf(name, sizeof(name), "pipe:[%lu]", inode ? inode->i_ino : 0);
	d = d_alloc_root(&pipefs, inode, name);
	if (!d)
		return -ENOMEM;
	inode->i_fop = &def_fifo_fops;
	end[0] = dentry_open(d, O_RDONLY | (flags & O_NONBLOCK));
	end[1] = IS_ERR(end[0]) ? end[0] : dentry_open(d, O_WRONLY | (flags & O_NONBLOCK));
	dput(d);
	if (!IS_ERR(end[1])) {
		end[0]->f_flags |= flags & O_DIRECT;
		end[1]->f_flags |= flags & O_DIRECT;
		return 0;
	}
	if (!IS_ERR(end[0]))
		fput(end[0]);
	return PTR_ERR(end[1]);
}

long sys_pipe2(int *user, int flags)
{
	struct file *end[2];
	int fd[2], err;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	err = create_pipe(end, flags);
	if (err)
		return err;
	fd[0] = alloc_fd(0, flags);
	fd[1] = fd[0] < 0 ? fd[0] : alloc_fd(0, flags);
	err = fd[1] < 0 ? fd[1] : copy_to_user(user, fd, sizeof(fd)) ? -EFAULT : 0;
	for (int i = 0; i < 2; i++) {
		if (!err) {
			fd_install(fd[i], end[i]);
			continue;
		}
		if (fd[i] >= 0)
			put_unused_fd(fd[i]);
		fput(end[i]);
	}
	return err;
}
