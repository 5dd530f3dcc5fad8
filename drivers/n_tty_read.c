/*
 * The reader's side of the line discipline: when a read is over, and with what.
 */
#include "drivers/n_tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/sched/timer.h"
#include "mm/uaccess.h"

bool n_tty_readable(struct tty_struct *tty)
{
	unsigned int min = CHAR_OF(tty, VTIME) || !CHAR_OF(tty, VMIN) ? 1 : CHAR_OF(tty, VMIN);

	if (L_FLAG(tty, ICANON))
		return tty->lines > 0;
	return tty->read_head - tty->read_tail >= min;
}

int n_tty_chars(struct tty_struct *tty)
{
	unsigned int n = 0;

	if (!L_FLAG(tty, ICANON))
		return tty->read_head - tty->read_tail;
	for (unsigned int i = tty->read_tail; i != tty->canon_head; i++) {
		unsigned int at = i % TTY_BUF_SIZE;

		/* An end of file takes a place, but nobody gets to read it. */
		n += !(test_bit(at, tty->line_end) && tty->read_buf[at] == '\0');
	}
	return n;
}

/* Move at most @room bytes of one line to @out. *ended: the line's end was among them. */
static size_t take_line(struct tty_struct *tty, char *out, size_t room, bool *ended)
{
	unsigned long flags;
	size_t n = 0;

	*ended = false;
	spin_lock_irqsave(&tty->lock, flags);
	while (n < room && tty->lines && !*ended) {
		unsigned int at = tty->read_tail++ % TTY_BUF_SIZE;

		*ended = test_bit(at, tty->line_end);
		if (*ended) {
			tty->lines--;
			if (tty->read_buf[at] == '\0')
				break;
		}
		out[n++] = tty->read_buf[at];
	}
	/* An end of file right behind a full buffer belongs to what was read. */
	if (n == room && !*ended && tty->lines) {
		unsigned int at = tty->read_tail % TTY_BUF_SIZE;

		if (test_bit(at, tty->line_end) && tty->read_buf[at] == '\0') {
			tty->read_tail++;
			tty->lines--;
			*ended = true;
		}
	}
	spin_unlock_irqrestore(&tty->lock, flags);
	return n;
}

static size_t take_raw(struct tty_struct *tty, char *out, size_t room)
{
	unsigned long flags;
	size_t n = 0;

	spin_lock_irqsave(&tty->lock, flags);
	while (n < room && tty->read_tail != tty->read_head)
		out[n++] = tty->read_buf[tty->read_tail++ % TTY_BUF_SIZE];
	tty->canon_head = tty->read_tail;
	spin_unlock_irqrestore(&tty->lock, flags);
	return n;
}

static ssize_t read_line(struct tty_struct *tty, struct file *file, char *buf, size_t count)
{
	char chunk[256];
	size_t done = 0;
	bool ended = false;

	if (!tty->lines && !tty->hung_up && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (wait_event_interruptible(tty->read_wait,
				     tty->lines || tty->hung_up || !L_FLAG(tty, ICANON)))
		return -ERESTARTSYS;
	if (!tty->lines)
		return tty->hung_up ? -EIO : -EAGAIN;
	while (done < count && !ended && tty->lines) {
		size_t n = take_line(tty, chunk, min(count - done, sizeof(chunk)), &ended);

		if (copy_to_user(buf + done, chunk, n))
			return -EFAULT;
		done += n;
	}
	return done;
}

#define available(tty) ((tty)->read_head - (tty)->read_tail)
/* Nothing more comes in this way. */
#define over(tty)      (L_FLAG(tty, ICANON) || (tty)->hung_up)

/*
 * VMIN bytes at least; VTIME tenths of a second: the longest pause after a byte, or, where VMIN is
 * 0, before the first.
 */
static int wait_raw(struct tty_struct *tty, struct file *file, size_t count)
{
	unsigned int min = min_t(size_t, CHAR_OF(tty, VMIN), count);
	long pause = CHAR_OF(tty, VTIME) * HZ / 10, left;

	if (file->f_flags & O_NONBLOCK)
		return available(tty) ? 0 : -EAGAIN;
	if (!min) {
		left = wait_event_interruptible_timeout(tty->read_wait, available(tty) || over(tty),
							pause);
		return left < 0 ? -ERESTARTSYS : 0;
	}
	/* The clock runs from the first byte on. */
	if (wait_event_interruptible(tty->read_wait,
				     available(tty) >= (pause ? 1 : min) || over(tty)))
		return -ERESTARTSYS;
	while (pause && available(tty) < min && !over(tty)) {
		unsigned int before = available(tty);

		left = wait_event_interruptible_timeout(
			tty->read_wait, available(tty) != before || over(tty), pause);
		if (left <= 0)
			break;
	}
	return 0;
}

static ssize_t read_raw(struct tty_struct *tty, struct file *file, char *buf, size_t count)
{
	char chunk[256];
	size_t done = 0, n;
	int err = wait_raw(tty, file, count);

	if (err)
		return err;
	if (!available(tty) && over(tty))
		return tty->hung_up ? -EIO : -EAGAIN;
	while (done < count && (n = take_raw(tty, chunk, min(count - done, sizeof(chunk))))) {
		if (copy_to_user(buf + done, chunk, n))
			return -EFAULT;
		done += n;
	}
	return done;
}

ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char *buf, size_t count)
{
	ssize_t n;

	if (!count)
		return 0;
	/* A sleeper without bytes starts again when lines became characters, or the reverse. */
	do {
		n = L_FLAG(tty, ICANON) ? read_line(tty, file, buf, count)
					: read_raw(tty, file, buf, count);
	} while (n == -EAGAIN && !(file->f_flags & O_NONBLOCK));
	if (tty->ops->taken)
		tty->ops->taken(tty);
	return n;
}
