#include "drivers/tty.h"

#include "drivers/termios.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/poll.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/task/exit.h"
#include "kernel/task/signal.h"

static struct tty_struct *ttys; /* in the order they came; only grows */

/* ---- an open terminal ---- */

static ssize_t tty_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct tty_struct *tty = file->private_data;
	int err;

	if (tty->hung_up)
		return 0;
	err = tty_check_change(tty, SIGTTIN);
	return err ? err : n_tty_read(tty, file, buf, count);
}

static ssize_t tty_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	struct tty_struct *tty = file->private_data;
	int err = tty->termios.c_lflag & TOSTOP ? tty_check_change(tty, SIGTTOU) : 0;

	return err ? err : n_tty_write(tty, file, buf, count);
}

static unsigned int tty_poll(struct file *file, struct poll_table *table)
{
	struct tty_struct *tty = file->private_data;

	poll_wait(file, &tty->read_wait, table);
	poll_wait(file, &tty->write_wait, table);
	if (tty->hung_up)
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLERR | POLLHUP;
	return (n_tty_readable(tty) ? POLLIN | POLLRDNORM : 0) |
	       (n_tty_output_room(tty) ? POLLOUT | POLLWRNORM : 0);
}

long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty_struct *tty = file->private_data;
	long err = tty->hung_up ? -EIO : tty_jobctrl_ioctl(tty, cmd, arg);

	if (err == -ENOTTY)
		err = tty_termios_ioctl(tty, cmd, arg);
	if (err == -ENOTTY && tty->ops->ioctl)
		err = tty->ops->ioctl(tty, cmd, arg);
	return err;
}

/* The first terminal that a session leader without one opens becomes its controlling terminal. */
int tty_open(struct inode *inode, struct file *file)
{
	struct tty_struct *tty = file->private_data;

	tty->count++;
	if (!(file->f_mode & FMODE_NOCTTY) && current->signal->leader && !current_tty() &&
	    !tty->session)
		tty_set_controlling(tty);
	return 0;
}

static int tty_release(struct inode *inode, struct file *file)
{
	struct tty_struct *tty = file->private_data;

	if (!--tty->count && tty->ops->closed)
		tty->ops->closed(tty);
	return 0;
}

const struct file_operations tty_operations = {
	.open = tty_open,
	.release = tty_release,
	.read = tty_read,
	.write = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
};

/* Names that stand for another terminal, which does not become a controlling one by being opened so. */
static int open_alias(struct file *file, struct tty_struct *tty)
{
	if (tty)
		tty->count++;
	file->private_data = tty;
	file->f_op = &tty_operations;
	return tty ? 0 : -ENXIO;
}

static int own_tty_open(struct inode *inode, struct file *file)
{
	return open_alias(file, current_tty());
}

static int console_open(struct inode *inode, struct file *file)
{
	return open_alias(file, console_tty()) ? -ENODEV : 0;
}

static const struct file_operations own_tty_operations = { .open = own_tty_open };
static const struct file_operations console_operations = { .open = console_open };

/* ---- terminals ---- */

void tty_register(struct tty_struct *tty)
{
	struct tty_struct **p = &ttys;

	n_tty_init(tty);
	while (*p)
		p = &(*p)->next;
	*p = tty;
	if (devfs_create(tty->name, S_IFCHR | 0620, tty->dev, &tty_operations, tty))
		pr_err("%s: no device node\n", tty->name);
}

void tty_hangup(struct tty_struct *tty)
{
	tty->hung_up = true;
	if (tty->session) {
		kill_pid_info(SIGHUP, NULL, tty->session);
		kill_pid_info(SIGCONT, NULL, tty->session);
	}
	wake_up_interruptible(&tty->read_wait);
	wake_up_interruptible(&tty->write_wait);
}

/* console=ttyS0,115200 names ttyS0; tty0 is whichever screen terminal there is: tty1. */
struct tty_struct *console_tty(void)
{
	const char *name = cmdline_get("console");
	size_t len = name ? strcspn(name, ",") : 0;

	if (len == 4 && !memcmp(name, "tty0", 4))
		name = "tty1";
	for (struct tty_struct *tty = ttys; name && tty; tty = tty->next)
		if (strlen(tty->name) == len && !memcmp(tty->name, name, len))
			return tty;
	return ttys;
}

void tty_init(void)
{
	disassociate_ctty_hook = disassociate_ctty;
	devfs_create("tty", S_IFCHR | 0666, MKDEV(TTYAUX_MAJOR, 0), &own_tty_operations, NULL);
	devfs_create("console", S_IFCHR | 0600, MKDEV(TTYAUX_MAJOR, 1), &console_operations, NULL);
}
