#include "kernel/fs/seq_file.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

/* ---- printing ---- */

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;
	size_t room = m->size - m->count, n;

	va_start(args, fmt);
	n = vsnprintf(m->buf + m->count, room, fmt, args);
	va_end(args);
	m->count = n < room ? m->count + n : m->size;
}

void seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (m->count + len >= m->size) {
		m->count = m->size;
		return;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
}

void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

void seq_escape(struct seq_file *m, const char *s, const char *special)
{
	for (; *s; s++)
		seq_printf(m, strchr(special, *s) ? "\\%03o" : "%c", *s);
}

void seq_pad(struct seq_file *m, size_t line_start, size_t column)
{
	while (!seq_overflow(m) && m->count - line_start < column)
		seq_putc(m, ' ');
}

void seq_figures(struct seq_file *m, const char *format, const struct seq_figure *f, unsigned int n)
{
	for (; n--; f++)
		seq_printf(m, format, f->name, f->value);
}

/* ---- reading ---- */

/* Long texts need more than kmalloc gives. */
static void free_buffer(struct seq_file *m)
{
	if (m->size <= KMALLOC_MAX_SIZE)
		kfree(m->buf);
	else
		vfree(m->buf);
	m->buf = NULL;
}

static int make_text(struct seq_file *m)
{
	size_t size = m->buf ? m->size : PAGE_SIZE;
	int err;

	for (;; size *= 2) {
		if (!m->buf) {
			m->buf = size <= KMALLOC_MAX_SIZE ? kmalloc(size, GFP_KERNEL)
							  : vmalloc(size);
			m->size = size;
		}
		if (!m->buf)
			return -ENOMEM;
		m->count = 0;
		err = m->show(m, m->data);
		if (err)
			m->count = 0;
		if (err || !seq_overflow(m))
			return err;
		free_buffer(m);
	}
}

ssize_t seq_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	ssize_t n = 0;

	mutex_lock(&m->lock);
	if (*pos == 0 || !m->buf)
		n = make_text(m);
	if (!n && *pos < (loff_t)m->count) {
		n = min(count, m->count - (size_t)*pos);
		if (copy_to_user(buf, m->buf + *pos, n))
			n = -EFAULT;
		else
			*pos += n;
	}
	mutex_unlock(&m->lock);
	return n;
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *data), void *data)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->show = show;
	m->data = data;
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
