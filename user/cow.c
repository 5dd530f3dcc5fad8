/*
 * cow: after fork, parent and child share each page until one of them writes. The page faults that
 * the child takes are counted by getrusage. Expected output:
 *
 *   child reads 64 pages:  0 faults
 *   child writes 64 pages: 64 faults
 *   child writes again:    0 faults
 *   parent still has its own bytes: yes
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE  4096
#define PAGES 64

static long faults(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_minflt;
}

/* Touches every page; returns how many faults that took. */
static long touch(volatile char *p, int write)
{
	long before = faults();
	int i, sum = 0;

	for (i = 0; i < PAGES; i++) {
		if (write)
			p[i * PAGE] = 'c';
		else
			sum += p[i * PAGE];
	}
	return faults() - before;
}

int main(void)
{
	int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);

	memset(p, 'p', PAGES * PAGE);
	if (fork() == 0) {
		touch(p, 0); /* brings the code in */
		dprintf(1, "child reads %d pages:  %ld faults\n", PAGES, touch(p, 0));
		dprintf(1, "child writes %d pages: %ld faults\n", PAGES, touch(p, 1));
		dprintf(1, "child writes again:    %ld faults\n", touch(p, 1));
		_exit(0);
	}
	wait(NULL);
	printf("parent still has its own bytes: %s\n", p[0] == 'p' ? "yes" : "no");
	return 0;
}
