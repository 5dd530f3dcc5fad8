/*
 * A path is components between slashes. Pure text, tested on the host; the walk is in
 * kernel/fs/namei.c.
 */
#ifndef KERNEL_FS_PATH_H
#define KERNEL_FS_PATH_H

#include "kernel/lib/types.h"

enum path_kind { PATH_END, PATH_NORM, PATH_DOT, PATH_DOTDOT };

struct path_part {
	enum path_kind kind; /* PATH_END: there was no further component */
	const char *name;
	size_t len;
	bool last;  /* nothing but slashes follows */
	bool slash; /* a slash follows: it must be a directory */
};

/* Take one component off the front of @path, slashes before it skipped. Returns the text behind it.
 */
const char *path_next(const char *path, struct path_part *part);

/* FNV-1a of a name. */
u32 path_hash(const char *name, size_t len);

/*
 * Put @link's text in front of the rest of a path: the NUL-terminated @rest, which lies inside @buf
 * of
 * @size bytes, becomes @link + @rest at the beginning of @buf. 0 or -ENAMETOOLONG.
 */
int path_splice(char *buf, size_t size, const char *rest, const char *link, size_t len);

#endif
