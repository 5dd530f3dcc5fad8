/*
 * nopage-count: what a driver hears of its mapping. A hole cuts it twice and takes the middle away.
 * Expected output on Pagoda (and then the same for pool-vmalloc):
 *
 *   pool                 open close nopage
 *   mmap of 8 pages         0     0      0
 *   touch 3 pages           0     0      3
 *   fork, child exits       1     1      0
 *   unmap the middle        2     1      0
 *   mremap grows it         0     0      0
 *   touch the new page      0     0      1
 *   unmap the rest          0     2      0
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include "user/pool_stat.h"

static struct pool_stat last;

static void report(const char *name, const char *what)
{
	struct pool_stat now = pool_stat(name);

	dprintf(1, "%-18s %6lu %5lu %6lu\n", what, now.vma_opens - last.vma_opens,
		now.vma_closes - last.vma_closes, now.nopage - last.nopage);
	last = now;
}

static int show(const char *name, const char *device)
{
	char *p;

	last = pool_stat(name);
	p = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open(device, O_RDWR), 0);
	if (p == MAP_FAILED) /* this is not Pagoda */
		return 1;
	dprintf(1, "%-18s %6s %5s %6s\n", name, "open", "close", "nopage");
	report(name, "mmap of 8 pages");
	p[0] = p[4096] = p[8192] = 1;
	report(name, "touch 3 pages");
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	report(name, "fork, child exits");
	munmap(p + 4 * 4096, 4096);
	report(name, "unmap the middle");
	mremap(p, 4 * 4096, 5 * 4096, 0);
	report(name, "mremap grows it");
	p[4 * 4096] = 1;
	report(name, "touch the new page");
	munmap(p, 8 * 4096);
	report(name, "unmap the rest");
	return 0;
}

int main(void)
{
	return show("pool", POOL_DEV) || show("pool-vmalloc", POOL_VMALLOC_DEV);
}
