#include "drivers/init.h"

#include "drivers/termios.h"
#include "drivers/tty.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define PTY_SLAVE_MAJOR 136
#define PTY_MAX         64
#define OUT_SIZE        2048

#define DEVPTS_SUPER_MAGIC 0x1cd1

struct pty {
	struct tty_struct tty;  /* the slave; first, for it is private_data of both sides */
	bool master;            /* is open */
	bool locked;            /* the slave cannot be opened yet */
	bool slave_closed;      /* was open, is not any more */
	wait_queue_head_t wait; /* the master's side, for anything */
	/* What the slave's users wrote: a ring. Positions count for ever. tty.lock. */
	unsigned int head, tail;
	char path[16], out[OUT_SIZE];
};

/* Made at first use and kept, since a process may remember its terminal longer than it lives. */
static struct pty *ptys[PTY_MAX];
static DEFINE_MUTEX(ptys_lock);
static struct kmem_cache *pty_cache;

static struct pty *pty_of(struct tty_struct *tty)
{
	return container_of(tty, struct pty, tty);
}

/* ---- the slave's side ---- */

static unsigned int pty_room(struct tty_struct *tty)
{
	return OUT_SIZE - (pty_of(tty)->head - pty_of(tty)->tail);
}

static void pty_write(struct tty_struct *tty, const char *text, size_t len)
{
	struct pty *pty = pty_of(tty);

	for (len = min(len, pty_room(tty)); len; len--)
		pty->out[pty->head++ % OUT_SIZE] = *text++;
	wake_up_interruptible(&pty->wait);
}

static void pty_flush(struct tty_struct *tty)
{
	pty_of(tty)->tail = pty_of(tty)->head;
}

static void pty_taken(struct tty_struct *tty)
{
	wake_up_interruptible(&pty_of(tty)->wait);
}

static void pty_closed(struct tty_struct *tty)
{
	pty_of(tty)->slave_closed = true;
	wake_up_interruptible(&pty_of(tty)->wait);
}

static const struct tty_operations pty_operations = {
	.write = pty_write,
	.room = pty_room,
	.flush = pty_flush,
	.taken = pty_taken,
	.closed = pty_closed,
};

static int pts_open(struct inode *inode, struct file *file)
{
	struct pty *pty = file->private_data;

	if (!pty->master || pty->locked)
		return -EIO;
	pty->slave_closed = false;
	file->f_op = &tty_operations;
	return tty_open(inode, file);
}

static const struct file_operations pts_operations = { .open = pts_open };

/* ---- the master's side ---- */

static ssize_t ptm_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct pty *pty = file->private_data;
	char chunk[256];
	size_t done = 0, n;

	while (count && pty->head == pty->tail) { /* another reader may be quicker */
		if (pty->slave_closed)
			return -EIO;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(pty->wait,
					     pty->head != pty->tail || pty->slave_closed))
			return -ERESTARTSYS;
	}
	while (done < count && pty->head != pty->tail) {
		spin_lock_irq(&pty->tty.lock);
		for (n = 0; n < min(count - done, sizeof(chunk)) && pty->head != pty->tail; n++)
			chunk[n] = pty->out[pty->tail++ % OUT_SIZE];
		spin_unlock_irq(&pty->tty.lock);
		if (copy_to_user(buf + done, chunk, n))
			return -EFAULT;
		done += n;
	}
	wake_up_interruptible(&pty->tty.write_wait);
	return done;
}

static ssize_t ptm_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	struct pty *pty = file->private_data;
	u8 chunk[256];
	size_t done = 0, n;
	ssize_t err = 0;

	while (done < count && !err) {
		n = min(min(count - done, sizeof(chunk)), n_tty_room(&pty->tty));
		if (!n && (file->f_flags & O_NONBLOCK))
			err = -EAGAIN;
		else if (!n)
			err = wait_event_interruptible(pty->wait, n_tty_room(&pty->tty));
		else if (copy_from_user(chunk, buf + done, n))
			err = -EFAULT;
		else
			n_tty_receive(&pty->tty, chunk, n);
		done += err ? 0 : n;
	}
	return done ? (ssize_t)done : err;
}

static unsigned int ptm_poll(struct file *file, struct poll_table *table)
{
	struct pty *pty = file->private_data;

	poll_wait(file, &pty->wait, table);
	return (pty->head != pty->tail ? POLLIN | POLLRDNORM : 0) |
	       (pty->slave_closed ? POLLHUP : 0) |
	       (n_tty_room(&pty->tty) ? POLLOUT | POLLWRNORM : 0);
}

/* Most requests are about the slave. */
static long ptm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pty *pty = file->private_data;
	int n;

	switch (cmd) {
	case TIOCGPTN:
		return put_user(MINOR(pty->tty.dev), (int *)arg);
	case TIOCSPTLCK:
		if (get_user(n, (int *)arg))
			return -EFAULT;
		pty->locked = n;
		return 0;
	case TIOCGPTPEER:
		return install_file(0, filp_open(pty->path, arg, 0), arg);
	case TIOCGPGRP:
		return put_user(pty->tty.pgrp, (int *)arg);
	case TIOCGSID:
		return pty->tty.session ? put_user(pty->tty.session, (int *)arg) : -ENOTTY;
	case TIOCNOTTY:
		return -ENOTTY;
	case FIONREAD:
		return put_user((int)(pty->head - pty->tail), (int *)arg);
	case TCFLSH: /* its input is the slave's output */
		return tty_ioctl(file, cmd, arg < 2 ? !arg : arg);
	default:
		return tty_ioctl(file, cmd, arg);
	}
}

static int ptm_release(struct inode *inode, struct file *file)
{
	struct pty *pty = file->private_data;

	WITH_NAME(pty->path, do_unlinkat(AT_FDCWD, name));
	tty_hangup(&pty->tty);
	pty->master = false;
	return 0;
}

static const struct file_operations ptm_operations = {
	.read = ptm_read,
	.write = ptm_write,
	.poll = ptm_poll,
	.ioctl = ptm_ioctl,
	.release = ptm_release,
};

/* A pair of which nobody has either side, with a number as low as can be. ptys_lock held. */
static struct pty *get_pty(void)
{
	struct pty *pty;
	int i = 0;

	while (i < PTY_MAX && ptys[i] && (ptys[i]->master || ptys[i]->tty.count))
		i++;
	if (i == PTY_MAX)
		return ERR_PTR(-ENOSPC);
	if (!ptys[i]) {
		pty = kmem_cache_alloc(pty_cache, GFP_KERNEL);
		if (pty &&
		    register_device(S_IFCHR, MKDEV(PTY_SLAVE_MAJOR, i), &pts_operations, pty)) {
			kmem_cache_free(pty_cache, pty);
			pty = NULL;
		}
		if (!pty)
			return ERR_PTR(-ENOMEM);
		ptys[i] = pty;
	}
	pty = ptys[i];
	memset(pty, 0, sizeof(*pty));
	snprintf(pty->path, sizeof(pty->path), "/dev/pts/%d", i);
	pty->tty.name = pty->path + strlen("/dev/");
	pty->tty.dev = MKDEV(PTY_SLAVE_MAJOR, i);
	pty->tty.ops = &pty_operations;
	n_tty_init(&pty->tty);
	pty->tty.termios.c_cflag &= ~HUPCL;
	init_waitqueue_head(&pty->wait);
	pty->master = pty->locked = true;
	return pty;
}

static int ptmx_open(struct inode *inode, struct file *file)
{
	struct pty *pty;
	int err;

	mutex_lock(&ptys_lock);
	pty = get_pty();
	mutex_unlock(&ptys_lock);
	if (IS_ERR(pty))
		return PTR_ERR(pty);
	err = WITH_NAME(pty->path, do_mknodat(AT_FDCWD, name, S_IFCHR | 0620, pty->tty.dev));
	if (err) {
		pty->master = false;
		return err;
	}
	file->private_data = pty;
	file->f_op = &ptm_operations;
	return 0;
}

static const struct file_operations ptmx_operations = { .open = ptmx_open };

/* ---- devpts: a ramfs in which there is a node for each master that is open ---- */

static int devpts_fill_super(struct super_block *sb, char *options)
{
	return ramfs_fill_super(sb, NULL);
}

static struct file_system_type devpts_type = {
	.name = "devpts",
	.fs_magic = DEVPTS_SUPER_MAGIC,
	.fill_super = devpts_fill_super,
};

void pty_init(void)
{
	pty_cache = kmem_cache_create("pty", sizeof(struct pty), 0, SLAB_PANIC, NULL);
	register_filesystem(&devpts_type);
	devfs_create("ptmx", S_IFCHR | 0666, MKDEV(TTYAUX_MAJOR, 2), &ptmx_operations, NULL);
	devfs_mount("/dev/pts", &devpts_type, "devpts");
}
