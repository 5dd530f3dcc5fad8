/*
 * mmap-file: a shared mapping and the file are one memory. Expected output:
 *
 *   the file says: Hello, file
 *   after a store through the mapping, read says: hELLO, file
 *   after write, the mapping says: hELLO, MMAP
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	char name[] = "/tmp/mmap-fileXXXXXX", text[12] = "";
	int fd = mkstemp(name);
	char *p;
	int i;

	if (fd < 0 || write(fd, "Hello, file", 11) != 11)
		return 1;
	unlink(name);

	/* Not a byte is copied here: the page that write() filled becomes ours, too. */
	p = mmap(NULL, 11, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return 1;
	printf("the file says: %.11s\n", p);

	for (i = 0; i < 5; i++)
		p[i] ^= 'a' ^ 'A';
	if (pread(fd, text, 11, 0) != 11)
		return 1;
	printf("after a store through the mapping, read says: %s\n", text);

	if (pwrite(fd, "MMAP", 4, 7) != 4)
		return 1;
	printf("after write, the mapping says: %.11s\n", p);
	munmap(p, 11);
	return close(fd);
}
