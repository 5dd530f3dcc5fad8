/*
 * A pipe is a ring of page slots. Bytes come in at head, leave at tail; both count bytes for ever,
 * so their difference is what is inside. A page is allocated when the first byte falls into its
 * slot and freed when its last one leaves.
 */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/task/signal.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define PIPE_SLOTS 16
#define PIPE_SIZE  (PIPE_SLOTS * PAGE_SIZE)
#define PIPE_BUF   PAGE_SIZE /* a write of so many bytes is not mixed with another's */

struct pipe_inode_info {
	struct mutex lock;
	wait_queue_head_t wait; /* readers, writers, pollers */
	unsigned int head, tail;
	unsigned int readers, writers;  /* open files of each kind */
	unsigned long slot[PIPE_SLOTS]; /* addresses of pages, 0: none */
};

static void free_pipe(struct pipe_inode_info *pipe)
{
	for (int i = 0; i < PIPE_SLOTS; i++)
		if (pipe->slot[i])
			free_page(pipe->slot[i]);
	kfree(pipe);
}

static unsigned int used(const struct pipe_inode_info *pipe)
{
	return pipe->head - pipe->tail;
}

/* ---- moving bytes, lock held ---- */

/* Take out at most @count bytes that lie in one page. Bytes or -EFAULT. */
static ssize_t take_some(struct pipe_inode_info *pipe, char *buf, size_t count)
{
	unsigned int at = pipe->tail % PIPE_SIZE, offset = at % PAGE_SIZE;
	size_t n = min(min(count, (size_t)used(pipe)), (size_t)(PAGE_SIZE - offset));
	unsigned long *slot = &pipe->slot[at / PAGE_SIZE];

	n -= copy_to_user(buf, (void *)(*slot + offset), n);
	if (!n)
		return -EFAULT;
	pipe->tail += n;
	/* A full ring's newest bytes may lie in the same page, before those that were the oldest. */
	if (pipe->tail % PAGE_SIZE == 0 && used(pipe) <= PIPE_SIZE - PAGE_SIZE) {
		free_page(*slot);
		*slot = 0;
	}
	return n;
}

/* Put in at most @count bytes that fit in one page. */
static ssize_t put_some(struct pipe_inode_info *pipe, const char *buf, size_t count)
{
	unsigned int at = pipe->head % PIPE_SIZE, offset = at % PAGE_SIZE;
	size_t n = min(min(count, (size_t)(PIPE_SIZE - used(pipe))), (size_t)(PAGE_SIZE - offset));
	unsigned long *slot = &pipe->slot[at / PAGE_SIZE];

	if (!*slot)
		*slot = __get_free_page(GFP_KERNEL);
	if (!*slot)
		return -ENOMEM;
	n -= copy_from_user((void *)(*slot + offset), buf, n);
	if (!n)
		return -EFAULT;
	pipe->head += n;
	return n;
}

/* ---- read and write ---- */

static ssize_t pipe_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	ssize_t done = 0, n = 0;

	if (!count)
		return 0;
	mutex_lock(&pipe->lock);
	while (!used(pipe) && pipe->writers) {
		mutex_unlock(&pipe->lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(pipe->wait, used(pipe) || !pipe->writers))
			return -ERESTARTSYS;
		mutex_lock(&pipe->lock);
	}
	while ((size_t)done < count && used(pipe)) {
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

/* Is there room for what must stay together of @left bytes? */
static bool has_room(const struct pipe_inode_info *pipe, size_t left)
{
	return PIPE_SIZE - used(pipe) >= (left <= PIPE_BUF ? left : 1);
}

/* Wait, lock dropped meanwhile, until some of @left bytes fit. 0, -EPIPE, -EAGAIN, -ERESTARTSYS. */
static int wait_for_room(struct file *file, struct pipe_inode_info *pipe, size_t left)
{
	int err;

	while (pipe->readers && !has_room(pipe, left)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		mutex_unlock(&pipe->lock);
		err = wait_event_interruptible(pipe->wait, !pipe->readers || has_room(pipe, left));
		mutex_lock(&pipe->lock);
		if (err)
			return -ERESTARTSYS;
	}
	return pipe->readers ? 0 : -EPIPE;
}

static ssize_t pipe_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	struct pipe_inode_info *pipe = file->private_data;
	ssize_t done = 0, err = 0;

	if (!count)
		return 0;
	mutex_lock(&pipe->lock);
	while ((size_t)done < count) {
		ssize_t n;

		/* Only a whole small write is kept together; the end of a larger one takes what
		 * room there is. */
		err = wait_for_room(file, pipe, done ? PIPE_BUF + 1 : count);
		if (err)
			break;
		n = put_some(pipe, buf + done, count - done);
		if (n < 0) {
			err = n;
			break;
		}
		done += n;
		if (!has_room(pipe, PIPE_BUF + 1))
			wake_up_all(&pipe->wait);
	}
	mutex_unlock(&pipe->lock);
	if (done)
		wake_up_all(&pipe->wait);
	if (err == -EPIPE)
		send_sig(SIGPIPE, current);
	return done ? done : err;
}

static unsigned int pipe_poll(struct file *file, struct poll_table *table)
{
	struct pipe_inode_info *pipe = file->private_data;
	unsigned int mask = 0;

	poll_wait(file, &pipe->wait, table);
	if (file->f_mode & FMODE_READ) {
		if (used(pipe))
			mask |= POLLIN | POLLRDNORM;
		if (!pipe->writers)
			mask |= POLLHUP;
	}
	if (file->f_mode & FMODE_WRITE) {
		if (has_room(pipe, PIPE_BUF))
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}

#define FIONREAD 0x541b

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int n = used(file->private_data);

	if (cmd != FIONREAD)
		return -ENOTTY;
	return copy_to_user((int *)arg, &n, sizeof(n)) ? -EFAULT : 0;
}

static int pipe_release(struct inode *inode, struct file *file)
{
	struct pipe_inode_info *pipe = file->private_data;
	bool last;

	mutex_lock(&pipe->lock);
	pipe->readers -= file->f_mode & FMODE_READ ? 1 : 0;
	pipe->writers -= file->f_mode & FMODE_WRITE ? 1 : 0;
	last = !pipe->readers && !pipe->writers;
	mutex_unlock(&pipe->lock);
	wake_up_all(&pipe->wait);
	if (last)
		free_pipe(pipe);
	return 0;
}

static const struct file_operations pipe_fops = {
	.read = pipe_read,
	.write = pipe_write,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.release = pipe_release,
};

/* ---- pipe(2) ---- */

/* The inodes of pipes belong to no mounted file system. */
static struct file_system_type pipefs_type = { .name = "pipefs", .fs_magic = 0x50495045 };
static struct super_block pipefs = { .s_type = &pipefs_type };

/* One end: a file of its own for the name @d. NULL without memory. */
static struct file *pipe_end(struct dentry *d, struct pipe_inode_info *pipe, unsigned int mode,
			     int flags)
{
	struct file *file = alloc_file(d, mode, flags, &pipe_fops);

	if (IS_ERR(file))
		return NULL;
	file->private_data = pipe;
	return file;
}

/* Both ends of a new pipe. 0 or -ENOMEM. */
static int create_pipe(struct file *end[2], int flags)
{
	struct inode *inode = new_inode(&pipefs, S_IFIFO | 0600);
	struct pipe_inode_info *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);
	struct dentry *d;
	char name[24];

	snprintf(name, sizeof(name), "pipe:[%lu]", inode ? inode->i_ino : 0);
	d = d_alloc_root(&pipefs, inode, name);
	end[0] = d && pipe ? pipe_end(d, pipe, FMODE_READ, flags & O_NONBLOCK) : NULL;
	end[1] = end[0] ? pipe_end(d, pipe, FMODE_WRITE, O_WRONLY | (flags & O_NONBLOCK)) : NULL;
	dput(d);
	if (!end[0]) {
		kfree(pipe);
		return -ENOMEM;
	}
	mutex_init(&pipe->lock);
	init_waitqueue_head(&pipe->wait);
	pipe->readers = 1;
	pipe->writers = end[1] ? 1 : 0;
	if (!end[1])
		fput(end[0]);
	return end[1] ? 0 : -ENOMEM;
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

long sys_pipe(int *user)
{
	return sys_pipe2(user, 0);
}
