/*
 * Text files made on demand. A show function prints the whole text without caring how much the reader
 * asked for, or where; the buffer grows until all of it fits. The text is made anew whenever a reader
 * begins at the beginning.
 */
#ifndef KERNEL_FS_SEQ_FILE_H
#define KERNEL_FS_SEQ_FILE_H

#include "kernel/fs/file.h"
#include "kernel/lib/compiler.h"
#include "kernel/sched/mutex.h"

struct seq_file {
	char *buf;
	size_t size;  /* of buf */
	size_t count; /* bytes printed; count == size: overflown */
	struct mutex lock;
	int (*show)(struct seq_file *m, void *data); /* 0 or -errno */
	void *data;
	bool thread; /* in /proc: asked about one thread, not its process */
};

void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
void seq_write(struct seq_file *m, const void *data, size_t len);
/* @s with those of its characters that stand in @special as a backslash and three octal digits. */
void seq_escape(struct seq_file *m, const char *s, const char *special);
/* A line for each figure: @format wants a string and an unsigned long. */
struct seq_figure {
	const char *name;
	unsigned long value;
};
void seq_figures(struct seq_file *m, const char *format, const struct seq_figure *f,
		 unsigned int n);
/* Blanks up to column @column of the text from @line_start (a former m->count) on. */
void seq_pad(struct seq_file *m, size_t line_start, size_t column);

/* No more fits: what is printed from here on is thrown away. A show function may stop. */
static inline bool seq_overflow(const struct seq_file *m)
{
	return m->count == m->size;
}

/* For open: file->private_data becomes a struct seq_file whose text @show(m, data) prints. 0, -ENOMEM. */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *data), void *data);

ssize_t seq_read(struct file *file, char *buf, size_t count, loff_t *pos);
int seq_release(struct inode *inode, struct file *file);

#endif
