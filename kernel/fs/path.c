#include "kernel/fs/path.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"

const char *path_next(const char *path, struct path_part *part)
{
	const char *p, *after;

	while (*path == '/')
		path++;
	for (p = path; *p && *p != '/'; p++)
		;
	for (after = p; *after == '/'; after++)
		;
	part->name = path;
	part->len = p - path;
	part->slash = *p == '/';
	part->last = !*after;
	if (!part->len)
		part->kind = PATH_END;
	else if (path[0] == '.' && part->len == 1)
		part->kind = PATH_DOT;
	else if (path[0] == '.' && path[1] == '.' && part->len == 2)
		part->kind = PATH_DOTDOT;
	else
		part->kind = PATH_NORM;
	return p;
}

u32 path_hash(const char *name, size_t len)
{
	u32 h = 0x811c9dc5;

	while (len--)
		h = (h ^ (u8)*name++) * 0x01000193;
	return h;
}

int path_splice(char *buf, size_t size, const char *rest, const char *link, size_t len)
{
	size_t n = strlen(rest);

	if (len + n >= size)
		return -ENAMETOOLONG;
	memmove(buf + len, rest, n + 1);
	memcpy(buf, link, len);
	return 0;
}
