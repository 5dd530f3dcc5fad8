/*
 * nopage-count: what a driver hears of each thing that happens to its mapping, for pages of the page
 * allocator and of vmalloc. Expected output on Pagoda, the same for both pools:
 *
 *   pool              open close nopage
 *   mmap of 8 pages      0     0      0
 *   touch 3 pages        0     0      3
 *   fork, child exits    1     1      0
 *   unmap the middle     2     1      0
 *   mremap grows it      0     0      0
 *   touch the new page   0     0      1
 *   unmap the rest       0     2      0
 *
 * (then the same for pool-vmalloc)
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include "user/pool_stat.h"

#define PAGE 4096

static struct pool_stat last;

static void report(const char *name, const char *what)
{
	struct pool_stat now = pool_stat(name);

	printf("%-18s %6lu %5lu %6lu\n", what, now.vma_opens - last.vma_opens,
	       now.vma_closes - last.vma_closes, now.nopage - last.nopage);
	fflush(stdout);
	last = now;
}

static int show(const char *name, const char *device)
{
	int fd = open(device, O_RDWR), i;
	char *p;

	last = pool_stat(name);
	p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return fprintf(stderr, "no %s: this example needs Pagoda\n", device), 1;
	printf("%-19s open close nopage\n", name);
	report(name, "mmap of 8 pages");
	for (i = 0; i < 3; i++)
		p[i * PAGE] = 1;
	report(name, "touch 3 pages");
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	report(name, "fork, child exits");
	munmap(p + 4 * PAGE, PAGE);
	report(name, "unmap the middle");
	if (mremap(p, 4 * PAGE, 5 * PAGE, 0) != p)
		return 1;
	report(name, "mremap grows it");
	p[4 * PAGE] = 1;
	report(name, "touch the new page");
	munmap(p, 8 * PAGE);
	report(name, "unmap the rest");
	return close(fd);
}

int main(void)
{
	return show("pool", POOL_DEV) || show("pool-vmalloc", POOL_VMALLOC_DEV);
}
