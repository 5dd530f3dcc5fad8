/*
 * Directory entries on their way to a reader.
 */
#ifndef KERNEL_FS_DIR_H
#define KERNEL_FS_DIR_H

#include "kernel/fs/stat.h"
#include "kernel/lib/types.h"

struct file;

/* What file_operations.readdir fills. pos is the place of the next entry, 0 and 1 being . and .. */
struct dir_context {
	/* Take an entry. False when there is no more room: it must be offered again. */
	bool (*actor)(struct dir_context *ctx, const char *name, size_t len, loff_t pos, ino_t ino,
		      umode_t mode);
	loff_t pos;
};

/* Offer one entry; ctx->pos is still that of this entry. True if it was taken. */
static inline bool dir_emit(struct dir_context *ctx, const char *name, size_t len, ino_t ino,
			    umode_t mode)
{
	return ctx->actor(ctx, name, len, ctx->pos, ino, mode);
}

/* read of directories: -EISDIR. llseek of what has no size: SEEK_SET and SEEK_CUR. */
ssize_t generic_read_dir(struct file *file, char *buf, size_t count, loff_t *pos);
loff_t sizeless_llseek(struct file *file, loff_t offset, int whence);

/* Offer . and .. where ctx->pos says that they are due, moving pos to 2. True if there was room. */
bool dir_emit_dots(struct file *file, struct dir_context *ctx);

#endif
