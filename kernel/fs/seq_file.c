#include "kernel/fs/seq_file.h"

#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/page.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

/* ---- printing ---- */

static void overflow(struct seq_file *m)
{
	m->count = m->size;
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;
	size_t room = m->size - m->count, n;

	va_start(args, fmt);
	n = vsnprintf(m->buf + m->count, room, fmt, args);
	va_end(args);
	if (n < room)
		m->count += n;
	else
		overflow(m);
}

void seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (m->count + len < m->size) {
		memcpy(m->buf + m->count, data, len);
		m->count += len;
	} else {
		overflow(m);
	}
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_pad(struct seq_file *m, size_t line_start, size_t column)
{
	while (m->count < m->size && m->count - line_start < column)
		seq_putc(m, ' ');
}

/* ---- the buffer ---- */

/* Large records need more than kmalloc gives. */
static char *alloc_buffer(size_t size)
{
	return size <= KMALLOC_MAX_SIZE / 2 ? kmalloc(size, GFP_KERNEL) : vmalloc(size);
}

static void free_buffer(struct seq_file *m)
{
	if (m->size <= KMALLOC_MAX_SIZE / 2)
		kfree(m->buf);
	else
		vfree(m->buf);
	m->buf = NULL;
}

static int grow_buffer(struct seq_file *m)
{
	size_t size = m->buf ? 2 * m->size : PAGE_SIZE;

	if (m->buf)
		free_buffer(m);
	m->buf = alloc_buffer(size);
	m->size = m->buf ? size : 0;
	m->count = 0;
	return m->buf ? 0 : -ENOMEM;
}

/*
 * Print record m->index at the buffer's beginning, growing it until the record fits. 1: there it
 * is, 0: there is no further one, -errno.
 */
static int first_record(struct seq_file *m)
{
	for (;;) {
		loff_t pos = m->index;
		void *v;
		int err;

		if (!m->buf && grow_buffer(m))
			return -ENOMEM;
		m->from = m->count = 0;
		v = m->op->start(m, &pos);
		err = IS_ERR_OR_NULL(v) ? (int)PTR_ERR(v) : m->op->show(m, v);
		if (!err && v && m->count < m->size) {
			/* As many more as fit. */
			for (;;) {
				size_t before = m->count;

				m->index = pos;
				v = m->op->next(m, v, &pos);
				m->index = pos;
				if (IS_ERR_OR_NULL(v) || before >= m->size / 2)
					break;
				err = m->op->show(m, v);
				if (err || m->count == m->size) {
					m->count = before;
					break;
				}
			}
			m->op->stop(m, v);
			return 1;
		}
		m->op->stop(m, v);
		if (err || !v)
			return err;
		if (grow_buffer(m))
			return -ENOMEM;
	}
}

/* Begin again and skip to byte @pos. */
static int traverse(struct seq_file *m, loff_t pos)
{
	loff_t at = 0;
	int got;

	m->index = 0;
	m->from = m->count = 0;
	m->read_pos = pos;
	while (at < pos) {
		got = first_record(m);
		if (got <= 0) {
			m->from = m->count = 0;
			return got;
		}
		if (at + (loff_t)m->count > pos) {
			m->from = pos - at;
			m->count -= m->from;
			return 0;
		}
		at += m->count;
		m->count = 0;
	}
	return 0;
}

ssize_t seq_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	size_t done = 0, n;
	int err = 0;

	mutex_lock(&m->lock);
	if (*pos == 0 || *pos != m->read_pos)
		err = traverse(m, *pos);
	while (!err && done < count) {
		if (!m->count) {
			int got = first_record(m);

			if (got <= 0) {
				err = got;
				break;
			}
			if (!m->count)
				continue;
		}
		n = min(m->count, count - done);
		n -= copy_to_user(buf + done, m->buf + m->from, n);
		if (!n) {
			err = -EFAULT;
			break;
		}
		m->from += n;
		m->count -= n;
		done += n;
	}
	*pos += done;
	m->read_pos = *pos;
	mutex_unlock(&m->lock);
	return done ? (ssize_t)done : err;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

/* ---- opening ---- */

int seq_open(struct file *file, const struct seq_operations *op, void *private)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->op = op;
	m->private = private;
	file->private_data = m;
	return 0;
}

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	if (m->buf)
		free_buffer(m);
	kfree(m);
	return 0;
}

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos == 0 ? m : NULL;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

static int single_show(struct seq_file *m, void *v)
{
	int (*show)(struct seq_file *, void *) = m->private;

	return show(m, m->data);
}

static const struct seq_operations single_ops = {
	.start = single_start,
	.next = single_next,
	.stop = single_stop,
	.show = single_show,
};

int single_open(struct file *file, int (*show)(struct seq_file *m, void *data), void *data)
{
	int err = seq_open(file, &single_ops, show);

	if (!err)
		((struct seq_file *)file->private_data)->data = data;
	return err;
}
