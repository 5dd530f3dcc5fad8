/*
 * The line discipline: from keystrokes to lines, from lines to what a terminal can show.
 */
#include "drivers/n_tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/ctype.h"
#include "kernel/lib/string.h"
#include "kernel/task/signal.h"
#include "mm/uaccess.h"

#define CTRL(c) ((c)&0x1f)

#define MAX_SHOWN 8 /* bytes that one byte written can become: a tab */

void n_tty_init(struct tty_struct *tty)
{
	static const u8 cc[NCCS] = {
		[VINTR] = CTRL('c'),    [VQUIT] = CTRL('\\'),   [VERASE] = 0x7f,
		[VKILL] = CTRL('u'),    [VEOF] = CTRL('d'),     [VMIN] = 1,
		[VSTART] = CTRL('q'),   [VSTOP] = CTRL('s'),    [VSUSP] = CTRL('z'),
		[VREPRINT] = CTRL('r'), [VDISCARD] = CTRL('o'), [VWERASE] = CTRL('w'),
		[VLNEXT] = CTRL('v'),
	};

	tty->termios.c_iflag = ICRNL | IXON;
	tty->termios.c_oflag = OPOST | ONLCR;
	tty->termios.c_cflag = B38400 | CS8 | CREAD | HUPCL;
	tty->termios.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
	memcpy(tty->termios.c_cc, cc, sizeof(cc));
	spin_lock_init(&tty->lock);
	mutex_init(&tty->write_lock);
	init_waitqueue_head(&tty->read_wait);
	init_waitqueue_head(&tty->write_wait);
}

/* ---- output ---- */

/* Bytes of UTF-8 behind the first take no place of their own. */
static bool is_continuation(struct tty_struct *tty, u8 c)
{
	return I_FLAG(tty, IUTF8) && (c & 0xc0) == 0x80;
}

/* How output processing shows @c, *space being a place for one byte; where the cursor is then. */
static const char *processed(struct tty_struct *tty, char c, char *space)
{
	u32 flags = O_FLAG(tty, OPOST) ? tty->termios.c_oflag : 0;
	const char *text = space;

	if (c == '\r' && (flags & ONOCR) && !tty->column)
		return "";
	if (c == '\r' && (flags & OCRNL))
		c = '\n';
	else if (c == '\n' && (flags & ONLCR))
		text = "\r\n";
	else if (c == '\t' && (flags & XTABS) == XTABS)
		text = &"        "[tty->column & 7];
	else if (flags & OLCUC)
		c = toupper(c);
	*space = c;
	if (c == '\r' || (c == '\n' && (flags & (ONLCR | ONLRET))))
		tty->column = 0;
	else if (c == '\b')
		tty->column -= tty->column > 0;
	else if (c == '\t')
		tty->column = (tty->column | 7) + 1;
	else if (!iscntrl((u8)c) && !is_continuation(tty, c))
		tty->column++;
	return text;
}

/* Show text through output processing; lock held. Pieces that stay as they are go out as one. */
static void put_chars(struct tty_struct *tty, const char *text, size_t len)
{
	const char *start = text, *end = text + len;

	for (; text < end; text++) {
		char same[2] = "";
		const char *shown = processed(tty, *text, same);

		if (shown == same && same[0] == *text)
			continue;
		tty->ops->write(tty, start, text - start);
		tty->ops->write(tty, shown, strlen(shown));
		start = text + 1;
	}
	tty->ops->write(tty, start, end - start);
}

static void put_char(struct tty_struct *tty, char c)
{
	put_chars(tty, &c, 1);
}

unsigned int n_tty_output_room(struct tty_struct *tty)
{
	if (tty->stopped)
		return 0;
	return tty->ops->room ? tty->ops->room(tty) / MAX_SHOWN : UINT_MAX;
}

ssize_t n_tty_write(struct tty_struct *tty, struct file *file, const char *buf, size_t count)
{
	char chunk[256];
	size_t done = 0;
	unsigned long flags;
	ssize_t err = 0;

	if (mutex_lock_interruptible(&tty->write_lock))
		return -ERESTARTSYS;
	while (done < count && !err) {
		size_t n = min(count - done, sizeof(chunk));

		if (tty->hung_up)
			err = -EIO;
		else if (copy_from_user(chunk, buf + done, n))
			err = -EFAULT;
		if (err)
			break;
		spin_lock_irqsave(&tty->lock, flags);
		n = min(n, n_tty_output_room(tty));
		put_chars(tty, chunk, n);
		spin_unlock_irqrestore(&tty->lock, flags);
		done += n;
		if (n)
			continue;
		if (file->f_flags & O_NONBLOCK)
			err = -EAGAIN;
		else
			err = wait_event_interruptible(tty->write_wait,
						       n_tty_output_room(tty) || tty->hung_up);
	}
	mutex_unlock(&tty->write_lock);
	return done ? (ssize_t)done : err;
}

/* ---- echo ---- */

static bool shown_as_control(struct tty_struct *tty, u8 c)
{
	return L_FLAG(tty, ECHOCTL) && iscntrl(c) && c != '\t';
}

static void echo(struct tty_struct *tty, u8 c)
{
	if (c != '\n' && shown_as_control(tty, c)) {
		put_char(tty, '^');
		put_char(tty, c ^ 0100);
	} else {
		put_char(tty, c);
	}
}

/* The column behind what is being edited, typed from line_column on. */
static unsigned int edit_column(struct tty_struct *tty)
{
	unsigned int column = tty->line_column;

	for (unsigned int i = tty->canon_head; i != tty->read_head; i++) {
		u8 c = tty->read_buf[i % TTY_BUF_SIZE];

		if (c == '\t')
			column = (column | 7) + 1;
		else if (shown_as_control(tty, c))
			column += 2;
		else if (!iscntrl(c) && !is_continuation(tty, c))
			column++;
	}
	return column;
}

/* ---- editing, lock held ---- */

/* Take the last character of the line being edited off the screen and out of the buffer. */
static void erase_char(struct tty_struct *tty)
{
	unsigned int target;
	bool blank;

	do {
		tty->read_head--;
	} while (tty->read_head != tty->canon_head &&
		 is_continuation(tty, tty->read_buf[tty->read_head % TTY_BUF_SIZE]));
	if (!L_FLAG(tty, ECHO))
		return;
	if (!L_FLAG(tty, ECHOE)) {
		echo(tty, CHAR_OF(tty, VERASE));
		return;
	}
	blank = tty->read_buf[tty->read_head % TTY_BUF_SIZE] == '\t';
	target = edit_column(tty);
	while (tty->column > target)
		put_chars(tty, "\b \b", blank ? 1 : 3);
}

/* VREPRINT: the line being edited once more, on a line of its own. */
static void reprint(struct tty_struct *tty, u8 c)
{
	echo(tty, c);
	put_char(tty, '\n');
	tty->line_column = tty->column;
	for (unsigned int i = tty->canon_head; i != tty->read_head; i++)
		echo(tty, tty->read_buf[i % TTY_BUF_SIZE]);
}

static void erase_word(struct tty_struct *tty)
{
	bool seen = false;

	while (tty->read_head != tty->canon_head) {
		u8 c = tty->read_buf[(tty->read_head - 1) % TTY_BUF_SIZE];

		if (isalnum(c) || c == '_' || c >= 0x80)
			seen = true;
		else if (seen)
			break;
		erase_char(tty);
	}
}

static void kill_line(struct tty_struct *tty)
{
	if (L_FLAG(tty, ECHO) &&
	    !(L_FLAG(tty, ECHOK) && L_FLAG(tty, ECHOKE) && L_FLAG(tty, ECHOE))) {
		tty->read_head = tty->canon_head;
		echo(tty, CHAR_OF(tty, VKILL));
		if (L_FLAG(tty, ECHOK))
			put_char(tty, '\n');
		tty->line_column = tty->column;
		return;
	}
	while (tty->read_head != tty->canon_head)
		erase_char(tty);
}

/* One place is kept, in canonical mode, for the end of the line. */
static bool store(struct tty_struct *tty, u8 c, bool line_end)
{
	unsigned int used = tty->read_head - tty->read_tail, at = tty->read_head % TTY_BUF_SIZE;

	if (used + (L_FLAG(tty, ICANON) && !line_end) >= TTY_BUF_SIZE)
		return false;
	tty->read_buf[at] = c;
	if (line_end)
		__set_bit(at, tty->line_end);
	else
		__clear_bit(at, tty->line_end);
	tty->read_head++;
	return true;
}

static void finish_line(struct tty_struct *tty, u8 c)
{
	if (!store(tty, c, true))
		return;
	tty->canon_head = tty->read_head;
	tty->lines++;
	tty->line_column = tty->column;
	wake_up_interruptible(&tty->read_wait);
}

/* ---- input, lock held ---- */

void n_tty_flush(struct tty_struct *tty)
{
	tty->read_tail = tty->canon_head = tty->read_head;
	tty->lines = 0;
}

/* Let output go on, unless TCXONC has stopped it. */
static void start(struct tty_struct *tty)
{
	if (tty->stopped && !tty->tco_stopped) {
		tty->stopped = false;
		wake_up_interruptible(&tty->write_wait);
	}
}

static void send_signal(struct tty_struct *tty, u8 c, int sig)
{
	if (!L_FLAG(tty, NOFLSH))
		n_tty_flush(tty);
	start(tty);
	if (L_FLAG(tty, ECHO))
		echo(tty, c);
	tty->line_column = tty->column;
	if (tty->pgrp)
		kill_pgrp(tty->pgrp, sig);
}

/* Is @c the special character @v? NUL switches one off. */
static bool is_char(struct tty_struct *tty, u8 c, int v)
{
	return c && c == CHAR_OF(tty, v);
}

/* Characters that stop and start output or raise signals. True if @c was one. */
static bool special_char(struct tty_struct *tty, u8 c)
{
	static const u8 signal[][2] = { { VINTR, SIGINT }, { VQUIT, SIGQUIT }, { VSUSP, SIGTSTP } };

	if (I_FLAG(tty, IXON) && (is_char(tty, c, VSTOP) || is_char(tty, c, VSTART))) {
		if (is_char(tty, c, VSTART) && (tty->stopped || !is_char(tty, c, VSTOP)))
			start(tty);
		else
			tty->stopped = true;
		return true;
	}
	for (size_t i = 0; L_FLAG(tty, ISIG) && i < ARRAY_SIZE(signal); i++) {
		if (is_char(tty, c, signal[i][0])) {
			send_signal(tty, c, signal[i][1]);
			return true;
		}
	}
	return false;
}

/* Characters that edit or end a line in canonical mode. True if @c was one. */
static bool editing_char(struct tty_struct *tty, u8 c)
{
	bool extended = L_FLAG(tty, IEXTEN);

	if (is_char(tty, c, VERASE)) {
		if (tty->read_head != tty->canon_head)
			erase_char(tty);
	} else if (is_char(tty, c, VKILL)) {
		kill_line(tty);
	} else if (extended && is_char(tty, c, VWERASE)) {
		erase_word(tty);
	} else if (extended && is_char(tty, c, VLNEXT)) {
		tty->lnext = true;
		if (L_FLAG(tty, ECHO) && L_FLAG(tty, ECHOCTL))
			put_chars(tty, "^\b", 2);
	} else if (extended && is_char(tty, c, VREPRINT) && L_FLAG(tty, ECHO)) {
		reprint(tty, c);
	} else if (c == '\n') {
		if (L_FLAG(tty, ECHO | ECHONL))
			put_char(tty, '\n');
		finish_line(tty, c);
	} else if (is_char(tty, c, VEOF)) {
		finish_line(tty, '\0');
	} else if (is_char(tty, c, VEOL) || (extended && is_char(tty, c, VEOL2))) {
		if (L_FLAG(tty, ECHO))
			echo(tty, c);
		finish_line(tty, c);
	} else {
		return false;
	}
	return true;
}

static void ordinary_char(struct tty_struct *tty, u8 c)
{
	bool canonical = L_FLAG(tty, ICANON);

	if (canonical && tty->read_head == tty->canon_head)
		tty->line_column = tty->column;
	if (!store(tty, c, false))
		return;
	if (L_FLAG(tty, ECHO))
		echo(tty, c);
	if (!canonical)
		wake_up_interruptible(&tty->read_wait);
}

static void receive_char(struct tty_struct *tty, u8 c)
{
	if (I_FLAG(tty, ISTRIP))
		c &= 0x7f;
	if (I_FLAG(tty, IUCLC) && L_FLAG(tty, IEXTEN))
		c = tolower(c);
	if (tty->lnext) {
		tty->lnext = false;
		ordinary_char(tty, c);
		return;
	}
	if (c == '\r' && I_FLAG(tty, IGNCR))
		return;
	if (c == '\r' && I_FLAG(tty, ICRNL))
		c = '\n';
	else if (c == '\n' && I_FLAG(tty, INLCR))
		c = '\r';
	if (special_char(tty, c))
		return;
	if (I_FLAG(tty, IXON) && I_FLAG(tty, IXANY))
		start(tty);
	if (L_FLAG(tty, ICANON) && editing_char(tty, c))
		return;
	ordinary_char(tty, c);
}

unsigned int n_tty_room(struct tty_struct *tty)
{
	unsigned int used = tty->read_head - tty->read_tail;

	if (used < TTY_BUF_SIZE - 1)
		return TTY_BUF_SIZE - 1 - used;
	/* A line that does not end loses what is too much: nobody could read it to make room. */
	return L_FLAG(tty, ICANON) && !tty->lines;
}

void n_tty_receive(struct tty_struct *tty, const u8 *data, size_t len)
{
	unsigned long flags;

	spin_lock_irqsave(&tty->lock, flags);
	while (len--)
		receive_char(tty, *data++);
	spin_unlock_irqrestore(&tty->lock, flags);
}

void n_tty_set_canonical(struct tty_struct *tty)
{
	unsigned int last = tty->read_head - 1;

	tty->lnext = false;
	tty->lines = 0;
	if (L_FLAG(tty, ICANON)) {
		/* What was typed raw becomes one line. */
		tty->canon_head = tty->read_tail;
		if (tty->read_head != tty->read_tail) {
			for (unsigned int i = tty->read_tail; i != last; i++)
				__clear_bit(i % TTY_BUF_SIZE, tty->line_end);
			__set_bit(last % TTY_BUF_SIZE, tty->line_end);
			tty->canon_head = tty->read_head;
			tty->lines = 1;
		}
	}
	tty->line_column = tty->column;
}
