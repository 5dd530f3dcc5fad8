/* mremap: shrink, grow in place, move, FIXED, the doubling of shared memory, and every error. */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static long remap(void *p, unsigned long old, unsigned long new, int flags, void *to)
{
	return sys(SYS_mremap, p, old, new, flags, to);
}

static void fill(unsigned char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		memset(p + i * PAGE, i + 1, PAGE);
}

static int holds(const unsigned char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		if (p[i * PAGE] != i + 1 || p[(i + 1) * PAGE - 1] != i + 1)
			return 0;
	return 1;
}

static void test_errors(void)
{
	unsigned char *p = anon(4, RW), *gap = (unsigned char *)hole(8);
	int fixed = MREMAP_MAYMOVE | MREMAP_FIXED;

	fill(p, 4);
	is(remap(p + 1, PAGE, PAGE, 0, 0), -EINVAL, "address inside a page");
	is(remap(p, PAGE, 0, 0, 0), -EINVAL, "new length 0");
	is(remap(p, PAGE, 0xffffffff, MREMAP_MAYMOVE, 0), -EINVAL,
	   "new length that rounds up to 0");
	is(remap(p, PAGE, PAGE, 0x80, 0), -EINVAL, "unknown flag");
	is(remap(p, PAGE, PAGE, MREMAP_FIXED, gap), -EINVAL, "FIXED without MAYMOVE");
	is(remap(p, PAGE, PAGE, fixed, gap + 1), -EINVAL, "FIXED to an address inside a page");
	is(remap(p, 2 * PAGE, 2 * PAGE, fixed, p + PAGE), -EINVAL, "FIXED over its own tail");
	is(remap(p + PAGE, PAGE, 2 * PAGE, fixed, p), -EINVAL, "FIXED over its own head");
	is(remap(p, PAGE, PAGE, fixed, (void *)0xfffff000), -EINVAL, "FIXED above user space");
	is(remap(gap, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0), -EFAULT, "nothing mapped there");
	is(remap(p, 600 * PAGE, 700 * PAGE, MREMAP_MAYMOVE, 0), -EFAULT,
	   "old length beyond the mapping");
	is(remap(p, 0, PAGE, MREMAP_MAYMOVE, 0), -EINVAL, "old length 0 of private memory");
	is(remap(p, PAGE, 2 * PAGE, 0, 0), -ENOMEM, "no room in place: the mapping goes on");
	ok(holds(p, 4), "none of these changed anything");
	munmap(p, 4 * PAGE);
}

static void test_shrink(void)
{
	unsigned char *p = anon(4, RW);

	fill(p, 4);
	is(remap(p, 4 * PAGE, 2 * PAGE, 0, 0), (long)p, "shrink in place");
	ok(holds(p, 2), "the head keeps its bytes");
	is(read_faults(p + 2 * PAGE), SIGSEGV, "the tail is gone");
	is(remap(p, 2 * PAGE, PAGE + 1, 0, 0), (long)p, "lengths are rounded up");
	is(read_faults(p + PAGE), 0, "  so the second page stays");
	is(remap(p, 2 * PAGE, 2 * PAGE, 0, 0), (long)p, "same length");
	munmap(p, 2 * PAGE);
}

static void test_grow(void)
{
	unsigned char *gap = (unsigned char *)hole(16), *p;

	p = mmap(gap, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	fill(p, 2);
	is(remap(p, 2 * PAGE, 4 * PAGE, 0, 0), (long)p, "grow into free space");
	ok(holds(p, 2) && p[2 * PAGE] == 0 && p[4 * PAGE - 1] == 0, "old bytes, then zeros");
	is(maps_in(p, p + 4 * PAGE), 1, "one mapping");
	mmap(p + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is(remap(p, 4 * PAGE, 6 * PAGE, 0, 0), -ENOMEM, "a neighbour stops it");
	is(remap(p, 4 * PAGE, 5 * PAGE, 0, 0), (long)p, "up to the neighbour it may grow");
	is(read_faults(p + 4 * PAGE), 0, "  and does");
	munmap(gap, 16 * PAGE);
}

static void test_move(void)
{
	unsigned char *p = anon(4, RW), *q;

	fill(p, 4);
	q = (unsigned char *)remap(p, 3 * PAGE, 8 * PAGE, MREMAP_MAYMOVE, 0);
	ok(q != p && (unsigned long)q < -4095UL, "MAYMOVE finds another place");
	ok(holds(q, 3) && q[3 * PAGE] == 0 && q[8 * PAGE - 1] == 0, "the bytes went with it");
	is(read_faults(p + PAGE), SIGSEGV, "the old place is empty");
	is(p[3 * PAGE], 4, "the rest of the old mapping stays");
	q[7 * PAGE] = 1;
	munmap(q, 8 * PAGE);
	munmap(p, 4 * PAGE);
}

static void test_fixed(void)
{
	unsigned char *p = anon(4, RW), *gap = (unsigned char *)hole(64);
	int fixed = MREMAP_MAYMOVE | MREMAP_FIXED;

	fill(p, 4);
	is(remap(p, 4 * PAGE, 4 * PAGE, fixed, gap), (long)gap, "FIXED to a free place");
	ok(holds(gap, 4) && read_faults(p), "the bytes moved");
	p = mmap(gap + 32 * PAGE, 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	p[0] = 99;
	is(remap(gap, 4 * PAGE, 4 * PAGE, fixed, p), (long)p, "FIXED over another mapping");
	ok(holds(p, 4), "what was there is replaced");
	is(remap(p, 4 * PAGE, 2 * PAGE, fixed, gap), (long)gap, "FIXED and shrink");
	ok(holds(gap, 2) && read_faults(gap + 2 * PAGE) && read_faults(p + 3 * PAGE),
	   "the head moved, the tail is gone in both places");
	is(remap(gap, 2 * PAGE, 5 * PAGE, fixed, p), (long)p, "FIXED and grow");
	ok(holds(p, 2) && p[4 * PAGE] == 0, "old bytes, then zeros");
	munmap(p, 5 * PAGE);
}

static void test_partial(void)
{
	unsigned char *p = anon(6, RW), *gap = (unsigned char *)hole(8);

	fill(p, 6);
	is(remap(p + 2 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, gap), (long)gap,
	   "move the middle out");
	ok(gap[0] == 3 && gap[PAGE] == 4, "it has the middle's bytes");
	ok(p[PAGE] == 2 && p[4 * PAGE] == 5 && read_faults(p + 2 * PAGE), "both sides stay");
	is(remap(gap, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + 2 * PAGE),
	   (long)p + 2 * PAGE, "move it back");
	ok(holds(p, 6), "all bytes in order");
	munmap(p, 6 * PAGE);
}

static void test_shared(void)
{
	unsigned char *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *q;
	int fd = temp_file(4 * PAGE);

	p[0] = 1;
	q = (unsigned char *)remap(p, 0, 2 * PAGE, MREMAP_MAYMOVE, 0);
	ok((unsigned long)q < -4095UL && q != p, "old length 0 maps shared memory twice");
	q[1] = 2;
	ok(q[0] == 1 && p[1] == 2, "both show the same pages");
	munmap(p, 2 * PAGE);
	munmap(q, 2 * PAGE);

	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	q = (unsigned char *)remap(p, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE, 0);
	ok(q[0] == 2 && q[2 * PAGE] == 4, "a grown file mapping shows the next page of the file");
	q = (unsigned char *)remap(q, 3 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, 0);
	ok((unsigned long)q < -4095UL, "it may grow past the end of the file");
	is(read_faults(q + 3 * PAGE), SIGBUS, "  where a touch is SIGBUS");
	close(fd);
}

static void test_cow(void)
{
	unsigned char *p = anon(2, RW), *q;
	pid_t pid;
	int status;

	fill(p, 2);
	pid = fork();
	if (pid == 0) {
		q = (unsigned char *)remap(p, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, 0);
		if (!holds(q, 2))
			_exit(1);
		q[0] = 50;
		_exit(q[0] != 50 || q[PAGE] != 2);
	}
	waitpid(pid, &status, 0);
	is(status, 0, "a child moves and writes pages it shares with its parent");
	ok(holds(p, 2), "the parent's are unchanged");
	munmap(p, 2 * PAGE);
}

int main(void)
{
	test_errors();
	test_shrink();
	test_grow();
	test_move();
	test_fixed();
	test_partial();
	test_shared();
	test_cow();
	return done();
}
