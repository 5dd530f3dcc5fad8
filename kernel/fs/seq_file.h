/*
 * Text files made on demand. A show function prints records without caring how much the reader
 * asked for, or where; the buffer grows until one record fits.
 */
#ifndef KERNEL_FS_SEQ_FILE_H
#define KERNEL_FS_SEQ_FILE_H

#include "kernel/fs/file.h"
#include "kernel/lib/compiler.h"
#include "kernel/sched/mutex.h"

struct seq_operations;

struct seq_file {
	char *buf;
	size_t size;     /* of buf */
	size_t from;     /* first byte not read yet */
	size_t count;    /* bytes from there on; count == size: overflown */
	loff_t index;    /* of the next record */
	loff_t read_pos; /* file position that goes with from */
	struct mutex lock;
	const struct seq_operations *op;
	void *private;
	void *data; /* second private pointer: single_open's */
};

/*
 * A sequence of records. start finds record *pos (NULL: there is none), next goes on and advances
 * *pos; both may return ERR_PTR. stop is always called after start. show prints one: 0 or -errno.
 */
struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

void seq_printf(struct seq_file *m, const char *fmt, ...) __printf(2, 3);
void seq_puts(struct seq_file *m, const char *s);
void seq_putc(struct seq_file *m, char c);
void seq_write(struct seq_file *m, const void *data, size_t len);
/* Blanks up to column @column of the text from @line_start (a former m->count) on. */
void seq_pad(struct seq_file *m, size_t line_start, size_t column);

/* For open: file->private_data becomes a struct seq_file. 0 or -ENOMEM. */
int seq_open(struct file *file, const struct seq_operations *op, void *private);
/* One record, printed by @show(m, data). */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *data), void *data);

ssize_t seq_read(struct file *file, char *buf, size_t count, loff_t *pos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);

#endif
