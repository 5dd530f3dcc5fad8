/* eventfd(2): a counter to add to and to wait for. */
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define EFD_SEMAPHORE 1
#define EVENTFD_MAX   (~0ull - 1)

struct eventfd_ctx {
	wait_queue_head_t wqh;
	spinlock_t lock; /* guards count */
	u64 count;
	bool semaphore; /* a read takes 1, not all */
};

/* Take what there is. False: nothing. */
static bool take(struct eventfd_ctx *ctx, u64 *n)
{
	spin_lock(&ctx->lock);
	*n = ctx->semaphore ? !!ctx->count : ctx->count;
	ctx->count -= *n;
	spin_unlock(&ctx->lock);
	return *n;
}

/* False: there is no room for @n. */
static bool add(struct eventfd_ctx *ctx, u64 n)
{
	bool room;

	spin_lock(&ctx->lock);
	room = n <= EVENTFD_MAX - ctx->count;
	if (room)
		ctx->count += n;
	spin_unlock(&ctx->lock);
	return room;
}

static ssize_t eventfd_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 n;

	if (count < sizeof(n))
		return -EINVAL;
	if (!take(ctx, &n)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(ctx->wqh, take(ctx, &n)))
			return -ERESTARTSYS;
	}
	wake_up_all(&ctx->wqh);
	return put_user(n, (u64 *)buf) ? -EFAULT : (ssize_t)sizeof(n);
}

static ssize_t eventfd_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 n;

	if (count < sizeof(n))
		return -EINVAL;
	if (get_user(n, (u64 *)buf))
		return -EFAULT;
	if (n > EVENTFD_MAX)
		return -EINVAL;
	if (!add(ctx, n)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(ctx->wqh, add(ctx, n)))
			return -ERESTARTSYS;
	}
	wake_up_all(&ctx->wqh);
	return sizeof(n);
}

static unsigned int eventfd_poll(struct file *file, struct poll_table *table)
{
	struct eventfd_ctx *ctx = file->private_data;

	poll_wait(file, &ctx->wqh, table);
	return (ctx->count ? POLLIN : 0) | (ctx->count < EVENTFD_MAX ? POLLOUT : 0);
}

static int eventfd_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations eventfd_fops = {
	.read = eventfd_read,
	.write = eventfd_write,
	.poll = eventfd_poll,
	.release = eventfd_release,
};

static struct file *eventfd_file(unsigned int count, int flags)
{
	static struct file_system_type type = { .name = "anon_inodefs", .fs_magic = 0x09041934 };
	static struct super_block sb = { .s_type = &type };
	struct eventfd_ctx *ctx = kmalloc(sizeof(*ctx), GFP_KERNEL);
	struct dentry *d = d_alloc_root(&sb, new_inode(&sb, 0600), "anon_inode:[eventfd]");
	struct file *file = d && ctx ? alloc_file(d, FMODE_READ | FMODE_WRITE,
						  O_RDWR | (flags & O_NONBLOCK), &eventfd_fops)
				     : ERR_PTR(-ENOMEM);

	dput(d);
	if (IS_ERR(file)) {
		kfree(ctx);
		return file;
	}
	init_waitqueue_head(&ctx->wqh);
	spin_lock_init(&ctx->lock);
	ctx->count = count;
	ctx->semaphore = flags & EFD_SEMAPHORE;
	file->private_data = ctx;
	return file;
}

long sys_eventfd2(unsigned int count, int flags)
{
	if (flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	return install_file(0, eventfd_file(count, flags), flags);
}
