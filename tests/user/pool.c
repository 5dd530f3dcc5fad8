/*
 * /dev/pool and /dev/pool-vmalloc: every call that reaches the driver is counted, and none that
 * should not. Only on Pagoda.
 */
#include <errno.h>
#include "tests/user/probe.h"
#include "user/pool_stat.h"

#define RW (PROT_READ | PROT_WRITE)

static const char *name, *device;
static struct pool_stat last;

/* What happened since the last call: opens, closes of VMAs, and nopage. */
static void heard(unsigned long opens, unsigned long closes, unsigned long nopage, const char *what)
{
	struct pool_stat now = pool_stat(name);

	ok(now.vma_opens - last.vma_opens == opens && now.vma_closes - last.vma_closes == closes &&
		   now.nopage - last.nopage == nopage,
	   "%s: %s: open %lu, close %lu, nopage %lu (heard %lu, %lu, %lu)", name, what, opens,
	   closes, nopage, now.vma_opens - last.vma_opens, now.vma_closes - last.vma_closes,
	   now.nopage - last.nopage);
	last = now;
}

static long map(int fd, unsigned long pages, int prot, int flags, unsigned long pgoff)
{
	return sys(SYS_mmap2, 0, pages * PAGE, prot, flags, fd, pgoff);
}

static void test_ranges(int fd)
{
	is(map(fd, POOL_PAGES + 1, RW, MAP_SHARED, 0), -EINVAL, "%s: one page too many", name);
	is(map(fd, 1, RW, MAP_SHARED, POOL_PAGES), -EINVAL, "%s: past the end", name);
	is(map(fd, 2, RW, MAP_SHARED, POOL_PAGES - 1), -EINVAL, "%s: over the end", name);
	ok(map(fd, 2, RW, MAP_SHARED, 0xffffffff) < 0, "%s: an offset that wraps", name);
	ok(map(fd, 1, RW, MAP_SHARED, 0x100000) < 0, "%s: an offset of 4 GiB", name);
	heard(0, 0, 0, "refused mappings");
}

static void test_lazy(int fd)
{
	volatile unsigned char *p = (void *)map(fd, 16, RW, MAP_SHARED, 4);
	int i, bad = 0;

	heard(0, 0, 0, "mmap");
	is(p[3 * PAGE], 0, "%s: a page is zero at first", name);
	heard(0, 0, 1, "the first touch");
	is(last.last_offset, 7 * PAGE, "%s: nopage was told the offset in the pool", name);
	p[3 * PAGE] = 9;
	bad = p[3 * PAGE + 1];
	heard(0, 0, 0, "further touches of the same page");
	for (i = 0; i < 16; i++)
		p[i * PAGE + 1] = i + 1;
	heard(0, 0, 15, "a touch of every page");
	is(last.pages, 16, "%s: the pool holds what was touched", name);
	for (i = 0; i < 16; i++)
		bad += p[i * PAGE + 1] != i + 1;
	is(bad, 0, "%s: each page is its own", name);
	munmap((void *)p, 16 * PAGE);
	heard(0, 1, 0, "munmap");
	p = (void *)map(fd, 16, PROT_READ, MAP_SHARED, 4);
	is(p[3 * PAGE], 9, "%s: the bytes stay while the device is open", name);
	heard(0, 0, 1, "another mapping asks again");
	is(write_faults(p + 3 * PAGE), SIGSEGV, "%s: a read-only mapping", name);
	munmap((void *)p, 16 * PAGE);
	heard(0, 1, 0, "munmap");
}

static void test_pieces(int fd)
{
	volatile unsigned char *p = (void *)map(fd, 8, RW, MAP_SHARED, 0);

	p[0] = 1;
	p[7 * PAGE] = 7;
	heard(0, 0, 2, "two touches");
	munmap((void *)(p + 3 * PAGE), PAGE);
	heard(2, 1, 0, "a hole: cut at both ends, the middle goes");
	mprotect((void *)p, PAGE, PROT_READ);
	heard(1, 0, 0, "other rights for a part make three");
	ok(p[0] == 1 && p[7 * PAGE] == 7, "%s: the pages are where they were", name);
	p[5 * PAGE] = 5;
	is(pool_stat(name).last_offset, 5 * PAGE, "%s: offsets count from the pool's start", name);
	heard(0, 0, 1, "a touch behind the hole");
	munmap((void *)p, 8 * PAGE);
	heard(0, 3, 0, "all three go");
}

static void test_grow(int fd)
{
	char *gap = hole(POOL_PAGES + 8);
	volatile unsigned char *p = mmap(gap, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);

	p[PAGE] = 2;
	heard(0, 0, 1, "mmap and a touch");
	is(sys(SYS_mremap, p, 2 * PAGE, 4 * PAGE, 0), (long)p, "%s: mremap grows it in place",
	   name);
	heard(0, 0, 0, "and asks nobody");
	p[3 * PAGE] = 4;
	heard(0, 0, 1, "a touch of the new page");
	is(sys(SYS_mremap, p, 4 * PAGE, (POOL_PAGES + 2) * PAGE, 0), (long)p,
	   "%s: mremap grows it past the pool's end", name);
	is(read_faults(p + (POOL_PAGES - 1) * PAGE), 0, "%s: the pool's last page", name);
	heard(0, 0, 1, "mremap and that touch");
	is(read_faults(p + POOL_PAGES * PAGE + 5), SIGBUS, "%s: a touch past the end", name);
	is(probe_fault.code, BUS_ADRERR, "%s:   BUS_ADRERR", name);
	is(probe_fault.addr, (long)p + POOL_PAGES * PAGE + 5, "%s:   with its address", name);
	is(sys(SYS_write, 1, p + POOL_PAGES * PAGE, 1), -EFAULT, "%s: EFAULT for the kernel", name);
	ok(p[PAGE] == 2 && p[3 * PAGE] == 4, "%s: the bytes are still there", name);
	heard(0, 0, 2, "two refused touches");
	munmap((void *)p, (POOL_PAGES + 2) * PAGE);
	heard(0, 1, 0, "munmap");
}

static void test_move(int fd)
{
	volatile unsigned char *p = (void *)map(fd, 2, RW, MAP_SHARED, 8);
	char *gap = hole(8);

	p[PAGE] = 77;
	heard(0, 0, 1, "mmap and a touch");
	is(sys(SYS_mremap, p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, gap), (long)gap,
	   "%s: mremap moves it", name);
	is(gap[PAGE], 77, "%s: with its pages", name);
	heard(1, 1, 0, "a new mapping opened, the old one closed, nothing asked");
	munmap(gap, 2 * PAGE);
	heard(0, 1, 0, "munmap");
}

static int child(void *arg)
{
	volatile unsigned char *p = arg;

	p[1] = 22;
	p[PAGE] = 33;
	return p[0] != 11;
}

static void test_fork(int fd)
{
	volatile unsigned char *p = (void *)map(fd, 2, RW, MAP_SHARED, 20);

	p[0] = 11;
	last = pool_stat(name);
	is(in_child(child, (void *)p), 0, "%s: a child shares the pool", name);
	ok(p[1] == 22 && p[PAGE] == 33, "%s: the parent sees its writes", name);
	ok(pool_stat(name).vma_opens - last.vma_opens == 1 &&
		   pool_stat(name).vma_closes - last.vma_closes == 1,
	   "%s: fork opened the mapping, exit closed it", name);
	munmap((void *)p, 2 * PAGE);
	last = pool_stat(name);
}

static void test_private(int fd)
{
	volatile unsigned char *s = (void *)map(fd, 1, RW, MAP_SHARED, 30);
	volatile unsigned char *p = (void *)map(fd, 1, RW, MAP_PRIVATE, 30);

	s[0] = 1;
	is(p[0], 1, "%s: a private mapping shows the pool", name);
	p[0] = 2;
	ok(s[0] == 1 && p[0] == 2, "%s: a write to it does not", name);
	munmap((void *)s, PAGE);
	munmap((void *)p, PAGE);
	last = pool_stat(name);
}

static void test_lifetime(int fd)
{
	volatile unsigned char *p = (void *)map(fd, 1, RW, MAP_SHARED, 40);

	p[0] = 3;
	close(fd);
	is(p[0], 3, "%s: the mapping survives its descriptor", name);
	ok(pool_stat(name).pages > 0, "%s: so do the pool's pages", name);
	munmap((void *)p, PAGE);
	is(pool_stat(name).pages, 0, "%s: with the last mapping they are given back", name);
	fd = open(device, O_RDWR);
	p = (void *)map(fd, 1, RW, MAP_SHARED, 40);
	is(p[0], 0, "%s: a new user finds zeros", name);
	munmap((void *)p, PAGE);
	close(fd);
}

static void test_pool(const char *its_name, const char *its_device)
{
	unsigned long opens = pool_stat(its_name).opens, mmaps;
	int fd = open(its_device, O_RDWR);

	name = its_name;
	device = its_device;
	last = pool_stat(name);
	is(last.opens - opens, 1, "%s: open is counted", name);
	is(last.pages, 0, "%s: and brings no page", name);
	mmaps = last.mmaps;
	test_ranges(fd);
	is(last.mmaps, mmaps, "%s: refused mappings are not counted", name);
	test_lazy(fd);
	is(last.mmaps - mmaps, 2, "%s: mmaps are", name);
	test_pieces(fd);
	test_grow(fd);
	test_move(fd);
	test_fork(fd);
	test_private(fd);
	test_lifetime(fd);
}

int main(void)
{
	if (access(POOL_DEV, F_OK)) {
		skip("no %s here", POOL_DEV);
		return done();
	}
	test_pool("pool", POOL_DEV);
	test_pool("pool-vmalloc", POOL_VMALLOC_DEV);
	return done();
}
