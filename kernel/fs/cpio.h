/*
 * The newc cpio format (cpio(5), "New ASCII Format"): the shape of an initial RAM file system.
 * Pure: it is fed bytes in pieces of any size and calls out for each member, and knows nothing of
 * files or memory.
 */
#ifndef KERNEL_FS_CPIO_H
#define KERNEL_FS_CPIO_H

#include "kernel/lib/types.h"

#define CPIO_HEADER   110  /* bytes of one header: "070701" and 13 fields of 8 hex digits */
#define CPIO_NAME_MAX 1024 /* longest name taken, with its final NUL */

struct cpio_entry {
	u32 ino, mode, uid, gid, nlink, mtime, filesize;
	u32 maj, min;   /* of the device the file was on: with ino, they identify hard links */
	u32 rmaj, rmin; /* of the device that the file is */
	const char *name;
};

/* All may return a negative errno, which cpio_feed() then returns. */
struct cpio_ops {
	/* A member begins; @entry->filesize bytes of data() follow, then end(). */
	int (*begin)(void *ctx, const struct cpio_entry *entry);
	int (*data)(void *ctx, const void *buf, size_t len);
	int (*end)(void *ctx);
};

struct cpio {
	const struct cpio_ops *ops;
	void *ctx;
	const char *error; /* a phrase saying what is wrong, after -EINVAL */
	u32 offset;        /* bytes seen so far, for the message and for alignment */
	enum {
		CPIO_BETWEEN, /* archives: nothing begun */
		CPIO_HEADER_FIELDS,
		CPIO_NAME,
		CPIO_NAME_PADDING,
		CPIO_DATA,
		CPIO_DATA_PADDING,
	} state;
	u32 left; /* bytes this state still wants */
	bool trailer;
	struct cpio_entry entry;
	size_t have; /* bytes of buf in use */
	char buf[CPIO_NAME_MAX];
};

void cpio_init(struct cpio *c, const struct cpio_ops *ops, void *ctx);

/* Take the next @len bytes of the archive. Returns 0, or -EINVAL with @c->error set, or an op's
 * error. */
int cpio_feed(struct cpio *c, const void *data, size_t len);

/* Say that no more comes. Returns 0, or -EINVAL if the archive ended in the middle of something. */
int cpio_finish(struct cpio *c);

#endif
