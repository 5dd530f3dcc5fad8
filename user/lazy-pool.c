/*
 * lazy-pool: a driver's memory arrives page by page, through nopage. Expected output on Pagoda:
 *
 *   mapped 16 pages: nopage was called 0 times
 *   touched 4 pages: 4 times, the last for offset 0x3000
 *   touched them again: 4 times
 *   in another mapping of the same pool page 0 says "written once"
 *   grown to 65 pages by mremap: 5 times, nobody was asked
 *   touched page 64, past the end of the pool: SIGBUS
 */
#include <signal.h>
#include <sys/mman.h>
#include "user/pool_stat.h"

#define PAGE 4096

static void on_sigbus(int sig)
{
	(void)sig;
	dprintf(1, "touched page 64, past the end of the pool: SIGBUS\n");
	_exit(0);
}

int main(void)
{
	int fd = open(POOL_DEV, O_RDWR), i, round;
	unsigned long base = pool_stat("pool").nopage;
	struct pool_stat s;
	char *p, *q;

	p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return fprintf(stderr, "no %s: this example needs Pagoda\n", POOL_DEV), 1;
	printf("mapped 16 pages: nopage was called %lu times\n", pool_stat("pool").nopage - base);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 4; i++)
			strcpy(p + i * PAGE, "written once");
		s = pool_stat("pool");
		if (round == 0)
			printf("touched 4 pages: %lu times, the last for offset %#lx\n",
			       s.nopage - base, s.last_offset);
		else
			printf("touched them again: %lu times\n", s.nopage - base);
	}
	q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	printf("in another mapping of the same pool page 0 says \"%s\"\n", q);
	p = mremap(p, 16 * PAGE, POOL_SIZE + PAGE, MREMAP_MAYMOVE);
	s = pool_stat("pool");
	printf("grown to 65 pages by mremap: %lu times, nobody was asked\n", s.nopage - base);
	fflush(stdout);
	signal(SIGBUS, on_sigbus);
	p[POOL_SIZE] = 1;
	return 1;
}
