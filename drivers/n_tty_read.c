/*
 * The reader's side of the line discipline: when a read is over, and with what.
 */
#include "drivers/n_tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/sched/timer.h"
#include "mm/uaccess.h"

static unsigned int available(const struct tty_struct *tty)
{
	return tty->read_head - tty->read_tail;
}

bool n_tty_readable(struct tty_struct *tty)
{
	unsigned int min = CHAR_OF(tty, VTIME) || !CHAR_OF(tty, VMIN) ? 1 : CHAR_OF(tty, VMIN);

	return L_FLAG(tty, ICANON) ? tty->lines > 0 : available(tty) >= min;
}

/* An end of file takes a place, but nobody gets to read it. */
static bool is_eof(const struct tty_struct *tty, unsigned int at)
{
	return test_bit(at % TTY_BUF_SIZE, tty->line_end) && !tty->read_buf[at % TTY_BUF_SIZE];
}

int n_tty_chars(struct tty_struct *tty)
{
	unsigned int n = 0;

	if (!L_FLAG(tty, ICANON))
		return available(tty);
	for (unsigned int i = tty->read_tail; i != tty->canon_head; i++)
		n += !is_eof(tty, i);
	return n;
}

/* Move at most @room bytes to @out, of one line if there are lines. *ended: its end was among them. */
static size_t take(struct tty_struct *tty, char *out, size_t room, bool *ended)
{
	bool canonical = L_FLAG(tty, ICANON), eof = false;
	unsigned long flags;
	size_t n = 0;

	spin_lock_irqsave(&tty->lock, flags);
	while (!*ended && (canonical ? tty->lines : available(tty))) {
		unsigned int at = tty->read_tail;

		/* An end of file right behind a full buffer belongs to what was read. */
		eof = canonical && is_eof(tty, at);
		if (n == room && !eof)
			break;
		*ended = canonical && test_bit(at % TTY_BUF_SIZE, tty->line_end);
		tty->lines -= *ended;
		tty->read_tail++;
		if (!eof)
			out[n++] = tty->read_buf[at % TTY_BUF_SIZE];
	}
	if (!canonical)
		tty->canon_head = tty->read_tail;
	spin_unlock_irqrestore(&tty->lock, flags);
	return n;
}

/* For bytes or lines, as was the case before? Nothing more comes in this way. */
static bool over(const struct tty_struct *tty, bool canonical)
{
	return !L_FLAG(tty, ICANON) != !canonical || tty->hung_up;
}

/*
 * VMIN bytes at least; VTIME tenths of a second: the longest pause after a byte, or, where VMIN is
 * 0, before the first.
 */
static int wait_raw(struct tty_struct *tty, size_t count)
{
	unsigned int min = min_t(size_t, CHAR_OF(tty, VMIN), count), seen = 0;
	long pause = CHAR_OF(tty, VTIME) * HZ / 10, left = min ? MAX_SCHEDULE_TIMEOUT : pause;

	do {
		unsigned int want = min && !pause ? min : seen + 1;

		left = wait_event_interruptible_timeout(
			tty->read_wait, available(tty) >= want || over(tty, false), left);
		if (left < 0)
			return available(tty) ? 0 : -ERESTARTSYS;
		if (available(tty) <= seen)
			return 0;
		seen = available(tty);
		left = pause;
	} while (seen < min && !over(tty, false));
	return 0;
}

/* Wait until a read has something to say: 0, or -errno. -EAGAIN: not now, or (in a sleeper) once more. */
static int wait_input(struct tty_struct *tty, struct file *file, size_t count)
{
	bool canonical = L_FLAG(tty, ICANON);
	int err = 0;

	if (!(file->f_flags & O_NONBLOCK))
		err = canonical ? wait_event_interruptible(tty->read_wait,
							   tty->lines || over(tty, true))
				: wait_raw(tty, count);
	if (err || (canonical ? tty->lines : available(tty)))
		return err;
	if (tty->hung_up)
		return -EIO;
	/* Nothing is an answer only where characters were not waited for: else another reader was quicker. */
	if (canonical || over(tty, canonical) || CHAR_OF(tty, VMIN))
		return -EAGAIN;
	return (file->f_flags & O_NONBLOCK) && CHAR_OF(tty, VTIME) ? -EAGAIN : 0;
}

ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char *buf, size_t count)
{
	char chunk[256];
	bool ended = false;
	size_t done = 0, n;
	ssize_t err;

	if (!count)
		return 0;
	do {
		err = wait_input(tty, file, count);
	} while (err == -EAGAIN && !(file->f_flags & O_NONBLOCK));
	while (!err && done < count && !ended &&
	       (n = take(tty, chunk, min(count - done, sizeof(chunk)), &ended))) {
		if (copy_to_user(buf + done, chunk, n))
			err = -EFAULT;
		done += n;
	}
	if (tty->ops->taken)
		tty->ops->taken(tty);
	return err ? err : (ssize_t)done;
}
