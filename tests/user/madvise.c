/* madvise, mincore, msync, mlock: what they answer, and what they do to contents. */
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static long advise(volatile void *p, unsigned long len, int advice)
{
	return sys(SYS_madvise, p, len, advice);
}

static int file_of(int pages)
{
	char path[] = "/tmp/madvise-XXXXXX", fill[PAGE];
	int i, fd = mkstemp(path);

	unlink(path);
	for (i = 0; i < pages; i++) {
		memset(fill, 'a' + i, PAGE);
		if (write(fd, fill, PAGE) != (ssize_t)PAGE)
			ok(0, "cannot write the file");
	}
	return fd;
}

/* ---- madvise ---- */

static void test_errors(void)
{
	char *p = anon(4, RW);

	is(advise(p + 1, PAGE, MADV_NORMAL), -EINVAL, "an address inside a page");
	is(advise(p, PAGE, 77), -EINVAL, "unknown advice");
	is(advise(p + 1, 0, 77), -EINVAL, "unknown advice for nothing");
	is(advise(p, 0xffffffff, MADV_NORMAL), user_has_4g() ? -ENOMEM : -EINVAL,
	   "a length that rounds up to 0, where lengths have 32 bits");
	is(advise(p, 0, MADV_DONTNEED), 0, "length 0");
	is(advise(p + PAGE, 0, MADV_RANDOM), 0, "length 0 inside a mapping");
	is(maps_in(p, p + 4 * PAGE), 1, "  does not cut it");
	is(advise(p, PAGE + 1, MADV_NORMAL), 0, "a length inside a page");
	is(advise((void *)0x10000, 0xe0000000, MADV_NORMAL), -ENOMEM, "holes are ENOMEM");
	is(advise(p, 4 * PAGE, MADV_REMOVE), -EINVAL, "REMOVE of anonymous private memory");
	munmap(p + PAGE, PAGE);
	p[0] = p[2 * PAGE] = 1;
	is(advise(p, 4 * PAGE, MADV_DONTNEED), -ENOMEM, "DONTNEED over a hole is ENOMEM");
	ok(!p[0] && !p[2 * PAGE], "  but is done on both sides");
	munmap(p, 4 * PAGE);
}

static void test_dontneed(void)
{
	int fd = file_of(3);
	char *p = anon(3, RW), *q;

	memset(p, 7, 3 * PAGE);
	is(advise(p + PAGE, PAGE, MADV_DONTNEED), 0, "DONTNEED of an anonymous page");
	ok(p[0] == 7 && p[PAGE] == 0 && p[2 * PAGE] == 7, "  makes exactly that page zero");
	p[PAGE] = 9;
	is(p[PAGE], 9, "  which can be written again");
	munmap(p, 3 * PAGE);
	q = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);
	q[PAGE] = 'x';
	is(advise(q, 3 * PAGE, MADV_DONTNEED), 0, "DONTNEED of a private file mapping");
	is(q[PAGE], 'b', "  shows the file again");
	munmap(q, 3 * PAGE);
	q = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	q[PAGE] = 'y';
	is(advise(q, 3 * PAGE, MADV_DONTNEED), 0, "DONTNEED of a shared file mapping");
	is(q[PAGE], 'y', "  loses nothing");
	is(advise(q, PAGE, MADV_FREE), -EINVAL, "FREE is for private memory");
	munmap(q, 3 * PAGE);
	close(fd);
}

static char *forked;

static int sees(void *want)
{
	return read_faults(forked) ? 100 : *(unsigned char *)forked != (uintptr_t)want;
}

static void test_fork(void)
{
	forked = anon(1, RW);
	*forked = 5;
	is(advise(forked, PAGE, MADV_DONTFORK), 0, "DONTFORK");
	ok(exits(in_child(sees, (void *)5), 100), "  the child has no such mapping");
	is(advise(forked, PAGE, MADV_DOFORK), 0, "DOFORK");
	ok(exits(in_child(sees, (void *)5), 0), "  the child has it again");
	is(advise(forked, PAGE, MADV_WIPEONFORK), 0, "WIPEONFORK");
	ok(exits(in_child(sees, (void *)0), 0), "  the child sees zeroes");
	is(*forked, 5, "  the parent does not");
	is(advise(forked, PAGE, MADV_KEEPONFORK), 0, "KEEPONFORK");
	ok(exits(in_child(sees, (void *)5), 0), "  the child sees the contents");
	munmap(forked, PAGE);
	forked = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	is(advise(forked, PAGE, MADV_WIPEONFORK), -EINVAL, "WIPEONFORK of shared memory");
	munmap(forked, PAGE);
}

static void test_maps(void)
{
	char *p = hole(8);

	mmap(p, 5 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is(advise(p + PAGE, PAGE, MADV_RANDOM), 0, "RANDOM for the second page of five");
	is(maps_in(p, p + 5 * PAGE), 3, "  makes three mappings");
	is(advise(p + PAGE, PAGE, MADV_NORMAL), 0, "NORMAL again");
	is(maps_in(p, p + 5 * PAGE), 1, "  makes them one");
	is(advise(p, 5 * PAGE, MADV_WILLNEED), 0, "WILLNEED");
	munmap(p, 5 * PAGE);
}

/* ---- mincore ---- */

static void test_mincore(void)
{
	unsigned char vec[8], *p = (unsigned char *)anon(4, RW);

	is(sys(SYS_mincore, p + 1, PAGE, vec), -EINVAL, "mincore: an address inside a page");
	is(sys(SYS_mincore, p, PAGE, 8), -EFAULT, "a vector that is not there");
	is(sys(SYS_mincore, p, PAGE, 0xfffff000), -EFAULT, "a vector in the kernel");
	is(sys(SYS_mincore, p, 0, vec), 0, "length 0");
	p[PAGE] = 1;
	memset(vec, 0xff, sizeof(vec));
	is(sys(SYS_mincore, p, 3 * PAGE + 1, vec), 0, "four pages by a length inside the fourth");
	ok(!(vec[0] & 1) && (vec[1] & 1) && !(vec[2] & 1) && !(vec[3] & 1),
	   "  the one that was touched is there");
	is(vec[4], 0xff, "  and no byte behind the vector is written");
	munmap(p + 2 * PAGE, PAGE);
	is(sys(SYS_mincore, p, 4 * PAGE, vec), -ENOMEM, "a hole is ENOMEM");
	munmap(p, 4 * PAGE);
}

/* ---- msync ---- */

static void test_msync(void)
{
	int fd = file_of(2);
	char c, *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);

	is(sys(SYS_msync, p, PAGE, 8), -EINVAL, "msync: an unknown flag");
	is(sys(SYS_msync, p, PAGE, MS_SYNC | MS_ASYNC), -EINVAL, "SYNC and ASYNC");
	is(sys(SYS_msync, p + 1, PAGE, MS_SYNC), -EINVAL, "an address inside a page");
	is(sys(SYS_msync, p, 0xffffffff - (unsigned long)p + 1, MS_SYNC), -ENOMEM,
	   "a range that ends above user space");
	is(sys(SYS_msync, p, 0, MS_SYNC), 0, "length 0");
	is(sys(SYS_msync, p, PAGE, 0), 0, "no flag at all");
	p[PAGE + 1] = 'z';
	is(sys(SYS_msync, p, 2 * PAGE, MS_SYNC), 0, "SYNC");
	ok(pread(fd, &c, 1, PAGE + 1) == 1 && c == 'z', "  the file has it");
	munmap(p, PAGE);
	is(sys(SYS_msync, p, 2 * PAGE, MS_SYNC), -ENOMEM, "a hole is ENOMEM");
	munmap(p, 2 * PAGE);
	close(fd);
}

/* ---- mlock ---- */

static void test_mlock(void)
{
	unsigned char vec[3];
	char *p = hole(8);

	mmap(p, 3 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is(sys(SYS_mlock, p + PAGE + 5, 1), 0, "mlock of one byte");
	is(maps_in(p, p + 3 * PAGE), 3, "  makes its page a mapping of its own");
	sys(SYS_mincore, p, 3 * PAGE, vec);
	ok(!(vec[0] & 1) && (vec[1] & 1) && !(vec[2] & 1), "  and brings it in");
	is(advise(p + PAGE, PAGE, MADV_DONTNEED), -EINVAL, "DONTNEED of it is EINVAL");
	is(sys(SYS_msync, p, 3 * PAGE, MS_INVALIDATE), -EBUSY, "msync INVALIDATE of it is EBUSY");
	is(sys(SYS_munlock, p, 3 * PAGE), 0, "munlock");
	is(maps_in(p, p + 3 * PAGE), 1, "  makes it one mapping again");
	is(sys(SYS_mlock, p + 3 * PAGE, PAGE), -ENOMEM, "mlock of a hole is ENOMEM");
	is(sys(SYS_mlock, p, 0), 0, "length 0");
	is(sys(SYS_mlock2, p, PAGE, 2), -EINVAL, "mlock2 with an unknown flag");
	is(sys(SYS_mlock2, p, 3 * PAGE, 1), 0, "mlock2 ONFAULT");
	sys(SYS_mincore, p, 3 * PAGE, vec);
	ok(!(vec[2] & 1), "  brings nothing in");
	is(sys(SYS_msync, p + PAGE, 0, MS_INVALIDATE), 0, "msync INVALIDATE of nothing in it");
	sys(SYS_munlock, p, 3 * PAGE);
	is(sys(SYS_mlockall, 0), -EINVAL, "mlockall without a flag");
	is(sys(SYS_mlockall, 8), -EINVAL, "with an unknown one");
	is(sys(SYS_munlockall), 0, "munlockall");
	munmap(p, 3 * PAGE);
}

int main(void)
{
	test_errors();
	test_dontneed();
	test_fork();
	test_maps();
	test_mincore();
	test_msync();
	test_mlock();
	return done();
}
