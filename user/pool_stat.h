/* Reads the counters of /proc/pool, for programs that show or test what the driver was asked. */
#ifndef USER_POOL_STAT_H
#define USER_POOL_STAT_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "user/pool.h"

struct pool_stat {
	unsigned long opens, mmaps, vma_opens, vma_closes, nopage, last_offset, pages;
};

/* The counters of "pool" or "pool-vmalloc"; all zero where there is no such line. */
static inline struct pool_stat pool_stat(const char *name)
{
	struct pool_stat s = { 0 };
	char text[1024], word[32], *line;
	int fd = open("/proc/pool", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = 0;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (sscanf(line, "%31s", word) == 1 && !strcmp(word, name))
			sscanf(line,
			       "%*s opens %lu mmaps %lu vma_opens %lu vma_closes %lu nopage %lu "
			       "last_offset 0x%lx pages %lu",
			       &s.opens, &s.mmaps, &s.vma_opens, &s.vma_closes, &s.nopage,
			       &s.last_offset, &s.pages);
	return s;
}

#endif
