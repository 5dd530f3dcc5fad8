/*
 * mmap-private: a private mapping shows the file until a page is written; then that page is ours.
 * Expected output:
 *
 *   before: page 0 'a', page 1 'b'
 *   we write 'X' to page 0, somebody else writes 'Y' to both pages of the file
 *   after:  page 0 'X', page 1 'Y'
 *   file:   page 0 'Y', page 1 'Y'
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static char at(int fd, off_t offset)
{
	char c = '?';

	return pread(fd, &c, 1, offset) == 1 ? c : '?';
}

int main(void)
{
	char name[] = "/tmp/mmap-privateXXXXXX";
	int fd = mkstemp(name);
	char *p;

	if (fd < 0 || pwrite(fd, "a", 1, 0) != 1 || pwrite(fd, "b", 1, PAGE) != 1)
		return 1;
	unlink(name);
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return 1;
	printf("before: page 0 '%c', page 1 '%c'\n", p[0], p[PAGE]);

	/* The store faults: the page of the file is read-only here. do_wp_page copies it. */
	p[0] = 'X';
	if (pwrite(fd, "Y", 1, 0) != 1 || pwrite(fd, "Y", 1, PAGE) != 1)
		return 1;
	printf("we write 'X' to page 0, somebody else writes 'Y' to both pages of the file\n");
	printf("after:  page 0 '%c', page 1 '%c'\n", p[0], p[PAGE]);
	printf("file:   page 0 '%c', page 1 '%c'\n", at(fd, 0), at(fd, PAGE));
	return close(fd);
}
