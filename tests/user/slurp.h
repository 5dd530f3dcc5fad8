/* A small file read whole: those of /proc above all. */
#ifndef TESTS_USER_SLURP_H
#define TESTS_USER_SLURP_H

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The file's text into buf, as far as size - 1 bytes hold it, with a NUL behind it. Its length, or -errno: buf is "" then. */
static inline int slurp(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY), n = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && n < (int)size - 1) {
		got = read(fd, buf + n, size - 1 - n);
		n += got > 0 ? got : 0;
	}
	if (got < 0)
		n = -errno;
	buf[n < 0 ? 0 : n] = '\0';
	close(fd);
	return n;
}

#endif
