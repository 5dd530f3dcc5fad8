/*
 * Threads that read, write, map, cut and rearrange one object at the same time. The buffers of read and
 * write are mappings of that object, so a page lock that waits for a fault, or the reverse, ends in a
 * deadlock here; what else goes wrong the audit sees afterwards.
 */
#include <errno.h>
#include <pthread.h>
#include "tests/user/probe.h"

#define RW     (PROT_READ | PROT_WRITE)
#define PAGES  8
#define ROUNDS 300

static int fd;
static char *map; /* of the object, for all */

/* Random numbers of one thread. */
static unsigned int next(unsigned int *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 16;
}

/* pread and pwrite between the object and its mapping. They may fail, where it is too short now. */
static void *copier(void *arg)
{
	unsigned int state = (unsigned long)arg, i;
	long odd = 0, n;

	for (i = 0; i < ROUNDS * 4; i++) {
		unsigned int at = next(&state) % (PAGES * PAGE), to = next(&state) % (PAGES * PAGE);
		unsigned int len = next(&state) % (2 * PAGE);

		if (len > PAGES * PAGE - to)
			len = PAGES * PAGE - to;
		n = sys(i & 1 ? SYS_pread64 : SYS_pwrite64, fd, map + to, len, at, 0);
		odd += n > (long)len || (n < 0 && n != -EFAULT);
	}
	return (void *)odd;
}

static void *cutter(void *arg)
{
	unsigned int state = (unsigned long)arg, i;
	long odd = 0;

	for (i = 0; i < ROUNDS; i++) {
		odd += ftruncate(fd, next(&state) % (PAGES * PAGE + 1)) != 0;
		odd += sys(SYS_fallocate, fd, i & 1 ? 3 : 0, (next(&state) % PAGES) * PAGE, 0,
			   PAGE + 7, 0) != 0;
	}
	return (void *)odd;
}

static void *mapper(void *arg)
{
	unsigned int state = (unsigned long)arg, i;
	long odd = 0;

	for (i = 0; i < ROUNDS; i++) {
		unsigned int page = next(&state) % (PAGES - 1);
		char *p = mmap(NULL, PAGES * PAGE, RW, i & 1 ? MAP_PRIVATE : MAP_SHARED, fd, 0);

		sys(SYS_remap_file_pages, map + page * PAGE, 2 * PAGE, 0, next(&state) % PAGES, 0);
		odd += sys(SYS_pread64, fd, p, 16, 0, 0) < -EFAULT;
		odd += madvise(map + page * PAGE, PAGE, MADV_DONTNEED) != 0;
		odd += munmap(p, PAGES * PAGE) != 0;
	}
	return (void *)odd;
}

static void *forker(void *arg)
{
	long odd = 0, i;

	for (i = 0; i < ROUNDS / 10 + (long)arg; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(sys(SYS_pwrite64, fd, map, PAGE, PAGE, 0) < -EFAULT);
		odd += waitpid(pid, &status, 0) != pid || status;
	}
	return (void *)odd;
}

int main(void)
{
	static void *(*const jobs[])(void *) = { copier, copier, cutter, mapper, forker };
	pthread_t threads[5];
	unsigned long i;
	void *odd;

	fd = sys(SYS_memfd_create, "threads", 0);
	ftruncate(fd, PAGES * PAGE);
	map = mmap(NULL, PAGES * PAGE, RW, MAP_SHARED, fd, 0);
	for (i = 0; i < 5; i++)
		if (pthread_create(&threads[i], NULL, jobs[i], (void *)(i + 1)))
			return 1;
	for (i = 0; i < 5; i++) {
		pthread_join(threads[i], &odd);
		is((long)odd, 0, "thread %lu ends, and nothing odd happened to it", i);
	}
	munmap(map, PAGES * PAGE);
	close(fd);
	return done();
}
