/*
 * remap_file_pages(2). Linux gives each piece a VMA of its own today, Pagoda changes the entries of one VMA
 * as Linux 2.6 did: what /proc/self/maps says differs, what is seen through the mapping does not. Errors of
 * the manual page, and where they are checked:
 *
 *   EINVAL  not a mapping, not MAP_SHARED, beyond its end, across a hole   test_errors
 *   EINVAL  size 0 or wrapping, prot not 0                                 test_errors
 *   EINVAL  pgoff wrapping: on a kernel of 64 bits it does not
 */
#include <errno.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include "tests/user/probe.h"

#define RW    (PROT_READ | PROT_WRITE)
#define PAGES 16

static long remap(const volatile void *addr, size_t pages, long pgoff, int flags)
{
	return sys(SYS_remap_file_pages, addr, pages * PAGE, 0, pgoff, flags);
}

/* Memory whose page i begins with i + 1, mapped whole. */
static volatile unsigned char *memory(int *fd)
{
	volatile unsigned char *p;
	int i;

	*fd = sys(SYS_memfd_create, "remap", 0);
	ftruncate(*fd, PAGES * PAGE);
	p = mmap(NULL, PAGES * PAGE, RW, MAP_SHARED, *fd, 0);
	for (i = 0; i < PAGES; i++)
		p[i * PAGE] = i + 1;
	return p;
}

static int byte_at(int fd, off_t at)
{
	unsigned char c;

	return pread(fd, &c, 1, at) == 1 ? c : -1;
}

/* Do the pages begin with these numbers? */
static int shows(const volatile unsigned char *p, const int *want, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (p[i * PAGE] != want[i])
			return 0;
	return 1;
}

#define SHOWS(p, ...) shows(p, (int[]){ __VA_ARGS__ }, sizeof((int[]){ __VA_ARGS__ }) / sizeof(int))

static void test_errors(void)
{
	int fd, ro;
	volatile unsigned char *p = memory(&fd), *gap = (unsigned char *)hole(4);
	char *a = anon(2, RW), path[40], *r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ro = open(path, O_RDONLY);
	is(remap(p, 0, 0, 0), -EINVAL, "EINVAL: size 0");
	is(sys(SYS_remap_file_pages, p, PAGE - 1, 0, 0, 0), -EINVAL, "EINVAL: less than a page");
	is(remap(p, (0UL - (unsigned long)p) / PAGE, 0, 0), -EINVAL,
	   "EINVAL: up to the last address");
	is(sys(SYS_remap_file_pages, p, PAGE, PROT_READ, 0, 0), -EINVAL, "EINVAL: prot");
	is(remap(gap, 1, 0, 0), -EINVAL, "EINVAL: nothing is mapped");
	is(remap(a, 1, 0, 0), -EINVAL, "EINVAL: private memory");
	r = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	is(remap(r, 1, 1, 0), -EINVAL, "EINVAL: a private mapping of a file");
	munmap(r, 2 * PAGE);
	r = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, ro, 0);
	is(remap(r, 1, 1, 0), -EINVAL, "EINVAL: a shared one that can only be read");
	munmap(r, 2 * PAGE);
	mmap((void *)gap, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	is(remap(gap, 2, 0, 0), -EINVAL, "EINVAL: over the end of the mapping");
	mmap((void *)(gap + 2 * PAGE), PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 2 * PAGE);
	is(remap(gap, 3, 0, 0), -EINVAL, "EINVAL: over a hole");
	mmap((void *)(gap + PAGE), PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, PAGE);
	is(remap(gap, 3, 0, 0), -EINVAL, "EINVAL: over other rights");
	mprotect((void *)(gap + PAGE), PAGE, RW);
	is(remap(gap, 3, 4, 0), 0, "over three alike");
	ok(SHOWS(gap, 5, 6, 7), "  shows the pages");
	is(remap(gap + 7, 1, 0, 0), 0, "an address inside a page is rounded down");
	is(gap[0], 1, "  to the page's");
	is(sys(SYS_remap_file_pages, gap, PAGE + 99, 0, 9, 0x4000), 0,
	   "so is the size; unknown flags are fine");
	ok(SHOWS(gap, 10, 6, 7), "  one page is changed");
	munmap((void *)gap, 3 * PAGE);
	munmap(a, 2 * PAGE);
	munmap((void *)p, PAGES * PAGE);
	close(ro);
	close(fd);
}

static void test_order(void)
{
	int fd, i, right = 0;
	volatile unsigned char *p = memory(&fd);

	for (i = 0; i < PAGES; i++)
		remap(p + i * PAGE, 1, PAGES - 1 - i, i & 1 ? MAP_NONBLOCK : 0);
	for (i = 0; i < PAGES; i++)
		right += p[i * PAGE] == PAGES - i;
	is(right, PAGES, "all pages in reverse order");
	p[0] = 99;
	is(byte_at(fd, (PAGES - 1) * PAGE), 99, "a store goes to the page that is shown");
	pwrite(fd, "\x42", 1, 3 * PAGE);
	is(p[(PAGES - 4) * PAGE], 0x42, "a write is seen where it is shown");
	is(remap(p, 4, 2, 0), 0, "one page twice");
	ok(SHOWS(p, 3, 0x42, 5, 6), "  and four in a row");
	p[PAGE + 1] = 7;
	is(p[(PAGES - 4) * PAGE + 1], 7, "  both are the same memory");
	is(remap(p, PAGES, 0, 0), 0, "back in order");
	ok(SHOWS(p, 1, 2, 3, 0x42, 5) && p[(PAGES - 1) * PAGE] == 99, "  as at first");
	munmap((void *)p, PAGES * PAGE);
	close(fd);
}

static int child_checks(void *arg)
{
	volatile unsigned char *p = arg;

	if (!SHOWS(p, 9, 10, 3, 2))
		return 1;
	p[PAGE + 5] = 55;
	return 0;
}

/* Everything else that changes entries. */
static void test_lives(void)
{
	int fd;
	volatile unsigned char *p = memory(&fd), *q, *to = (unsigned char *)hole(4);
	unsigned char in[4] = { 9, 9, 9, 9 };

	remap(p, 2, 8, MAP_NONBLOCK);
	remap(p + 3 * PAGE, 1, 1, 0);
	ok(exits(in_child(child_checks, (void *)p), 0), "a child of fork sees the same order");
	is(p[PAGE + 5], 55, "  and its stores are shared");
	is(madvise((void *)p, 4 * PAGE, MADV_DONTNEED), 0, "MADV_DONTNEED");
	ok(SHOWS(p, 9, 10, 3, 2), "  the same pages come back");
	is(mprotect((void *)(p + PAGE), 2 * PAGE, PROT_READ), 0, "mprotect");
	ok(SHOWS(p, 9, 10, 3, 2), "  they are still the same");
	is(write_faults(p + PAGE), SIGSEGV, "  and protected");
	mprotect((void *)(p + PAGE), 2 * PAGE, RW);
	is(mincore((void *)p, 4 * PAGE, in), 0, "mincore");
	ok(in[0] == 1 && in[1] == 1 && in[3] == 1, "  they are there");
	is(mlock((void *)p, 4 * PAGE), 0, "mlock");
	ok(SHOWS(p, 9, 10, 3, 2), "  leaves the order");
	munlock((void *)p, 4 * PAGE);
	is(msync((void *)p, 4 * PAGE, MS_SYNC), 0, "msync");
	munmap((void *)(p + PAGE), PAGE);
	is(read_faults(p + PAGE), SIGSEGV, "munmap of one page");
	ok(p[0] == 9 && p[2 * PAGE] == 3 && p[3 * PAGE] == 2, "  leaves the others");
	q = (unsigned char *)sys(SYS_mremap, p + 3 * PAGE, PAGE, PAGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED, to);
	ok(q == to && q[0] == 2, "mremap takes the page along");
	munmap((void *)q, PAGE);
	munmap((void *)p, PAGES * PAGE);
	close(fd);
}

static void test_truncate(void)
{
	int fd, dark;
	volatile unsigned char *p = memory(&fd);

	remap(p, 1, 12, 0);
	remap(p + PAGE, 1, 13, MAP_NONBLOCK);
	remap(p + 2 * PAGE, 1, 1, 0);
	remap(p + 12 * PAGE, 1, 0, 0);
	is(ftruncate(fd, 12 * PAGE), 0, "ftruncate");
	is(read_faults(p), SIGBUS, "a page that is gone is SIGBUS where it was shown");
	is(read_faults(p + PAGE), SIGBUS, "  the other one too");
	is(read_faults(p + 13 * PAGE), SIGBUS, "  and at its own place");
	ok(p[2 * PAGE] == 2 && p[12 * PAGE] == 1, "a page that stays is seen everywhere");
	is(remap(p + 3 * PAGE, 2, 11, 0), 0, "over the end of the file");
	is(p[3 * PAGE], 12, "  the first is there");
	is(read_faults(p + 4 * PAGE), SIGBUS, "  the second is SIGBUS");
	sys(SYS_fallocate, fd, 1, 14 * PAGE, 0, PAGE, 0);
	is(remap(p + 5 * PAGE, 1, 14, MAP_NONBLOCK), 0, "a page that is kept behind the end");
	is(read_faults(p + 5 * PAGE), SIGBUS, "  is SIGBUS as well");
	is(ftruncate(fd, PAGES * PAGE), 0, "ftruncate back");
	ok(p[0] == 0 && p[PAGE] == 0 && p[4 * PAGE] == 0, "now they are zeros");
	p[PAGE] = 77;
	ok(p[13 * PAGE] == 77 && byte_at(fd, 13 * PAGE) == 77, "  of the right page");
	dark = sys(SYS_fallocate, fd, 3, PAGE, 0, PAGE, 0);
	is(dark, 0, "a hole is punched");
	ok(p[2 * PAGE] == 0 && p[12 * PAGE] == 1, "  seen where its page is shown");
	munmap((void *)p, PAGES * PAGE);
	close(fd);
}

/* Other shared memory: anonymous, and of System V. */
static void test_others(void)
{
	unsigned char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int id = shmget(IPC_PRIVATE, 2 * PAGE, 0600), file = temp_file(3 * PAGE);

	p[0] = 1;
	p[3 * PAGE] = 4;
	is(remap(p, 1, 3, 0), 0, "anonymous shared memory");
	is(p[0], 4, "  shows its fourth page first");
	munmap(p, 4 * PAGE);
	p = shmat(id, NULL, 0);
	p[0] = 1;
	p[PAGE] = 2;
	is(remap(p, 1, 1, 0), 0, "a segment of System V");
	is(p[0], 2, "  shows its second page first");
	shmctl(id, IPC_RMID, NULL);
	shmdt(p);
	p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, file, 0);
	is(remap(p, 2, 1, 0), 0, "a file");
	ok(p[0] == 2 && p[PAGE] == 3 && p[2 * PAGE] == 3, "  its pages");
	munmap(p, 3 * PAGE);
	close(file);
}

/* Far offsets, which an entry has to be able to hold. */
static void test_far(void)
{
	const unsigned long far[] = { 31, 32, 0x3ff, 0x12345, 0x7ffff, 0xabcdef, 0xfffffff };
	int fd = sys(SYS_memfd_create, "far", 0);
	volatile unsigned char *p;
	unsigned int i, n = sizeof(far) / sizeof(far[0]), right = 0;

	is(sys(SYS_ftruncate64, fd, 0, 0x100), 0, "a file of 1 TiB");
	p = mmap(NULL, n * PAGE, RW, MAP_SHARED, fd, 0);
	for (i = 0; i < n; i++)
		remap(p + i * PAGE, 1, far[i], MAP_NONBLOCK);
	for (i = 0; i < n; i++)
		p[i * PAGE] = i + 1;
	madvise((void *)p, n * PAGE, MADV_DONTNEED);
	for (i = 0; i < n; i++) {
		unsigned long long at = (unsigned long long)far[i] * PAGE;
		unsigned char c = 0;

		sys(SYS_pread64, fd, &c, 1, at, at >> 32);
		right += c == i + 1 && p[i * PAGE] == i + 1;
	}
	is(right, n, "pages from everywhere in it");
	munmap((void *)p, n * PAGE);
	close(fd);
}

int main(void)
{
	test_errors();
	test_order();
	test_lives();
	test_truncate();
	test_others();
	test_far();
	return done();
}
