/*
 * mremap: every error of mremap(2), and every boundary of its arguments.
 *
 *   EAGAIN  growing what is locked beyond RLIMIT_MEMLOCK			test_limits
 *   EFAULT  nothing is mapped at the old address, or not so much		test_old
 *   EINVAL  old address inside a page, new length 0, flags			test_arguments
 *   EINVAL  new address or length beyond user space, or overlapping the old	test_place
 *   EINVAL  DONTUNMAP: lengths differ, no MAYMOVE				test_keep
 *   EINVAL  DONTUNMAP of what is not anonymous: since Linux 5.13 it may be	test_keep
 *   EINVAL  old length 0 of what is not shared					test_double
 *   EINVAL  old length 0 without MAYMOVE: Linux finds no room in place		test_double
 *   ENOMEM  no room in place, or anywhere; RLIMIT_AS; RLIMIT_DATA		test_room, test_limits
 *   ENOMEM  too many mappings: errors_mmap.c. No memory for tables: tests/kernel/mmap_oom.c
 */
#include <errno.h>
#include "tests/user/limits.h"

#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define KEEP  (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static long remap(volatile void *p, unsigned long old, unsigned long new, int flags, void *to)
{
	return sys(SYS_mremap, p, old, new, flags, to);
}

static char *map_at(char *p, size_t pages, int flags)
{
	return (char *)map(p, pages * PAGE, RW, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void test_arguments(void)
{
	char *p = anon(4, RW), *gap = hole(8);
	unsigned int i;
	static const int flags[] = { 2, 4, 6, 8, 9, 16, 0x100, -1 };

	is(remap(p + 1, PAGE, PAGE, 0, 0), -EINVAL, "an address inside a page");
	is(remap(p + PAGE - 1, PAGE, PAGE, FIXED, gap), -EINVAL, "  also with FIXED");
	is(remap(p, PAGE, 0, 0, 0), -EINVAL, "new length 0");
	is(remap(p, 0, 0, MREMAP_MAYMOVE, 0), -EINVAL, "both lengths 0");
	is(remap(p, PAGE, 0, FIXED, gap), -EINVAL, "new length 0 with FIXED");
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		is(remap(p, PAGE, PAGE, flags[i], gap), -EINVAL, "flags %#x", flags[i]);
	is(remap(p, PAGE, PAGE, 0, gap), (long)p, "an address without FIXED means nothing");
	is(remap(p, 4 * PAGE - 1, 4 * PAGE, 0, 0), (long)p, "lengths inside a page are rounded up");
	is(remap(p, 4 * PAGE, 1, 0, 0), (long)p, "to one byte");
	ok(!read_faults(p + PAGE - 1) && read_faults(p + PAGE), "  leaves a page");
	munmap(p, PAGE);
}

static void test_old(void)
{
	char *gap = hole(8), *p = map_at(gap + 2 * PAGE, 2, MAP_PRIVATE);

	is(remap(gap, PAGE, PAGE, 0, 0), -EFAULT, "nothing is mapped there");
	is(remap(gap, 4 * PAGE, 2 * PAGE, 0, 0), -EFAULT, "shrinking what begins with a hole");
	is(remap(gap + 4 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0), -EFAULT, "growing a hole");
	is(remap(gap, 0, PAGE, MREMAP_MAYMOVE, 0), -EFAULT, "doubling a hole");
	is(remap((void *)0xfffff000, PAGE, PAGE, 0, 0), -EFAULT, "the last page of 4 GiB");
	is(remap(p, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE, 0), -EFAULT, "the mapping is shorter");
	is(remap(p + PAGE, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE, 0), -EFAULT,
	   "  from its second page");
	is(remap(p, 8 * PAGE, PAGE, 0, 0), (long)p, "shrinking does not mind that");
	ok(read_faults(p + PAGE) && !read_faults(p), "  and unmaps what is there");
	munmap(gap, 8 * PAGE);
}

static void test_place(void)
{
	char *p = anon(4, RW), *gap = hole(16);

	is(remap(p, PAGE, PAGE, FIXED, gap + 1), -EINVAL, "a new address inside a page");
	is(remap(p, PAGE, PAGE, FIXED, (void *)0xfffff000), -EINVAL, "the last page of 4 GiB");
	is(remap(p, PAGE, 2 * PAGE, FIXED, (void *)0xfffff000), -EINVAL, "a range that wraps");
	is(remap(p, PAGE, 0xfffff000, FIXED, gap), -EINVAL, "longer than user space");
	if (user_has_4g())
		skip("user space ends elsewhere");
	else
		is(remap(p, PAGE, 2 * PAGE, FIXED, (void *)0xbffff000), -EINVAL,
		   "over the end of user space");
	is(remap(p, PAGE, PAGE, FIXED, p), -EINVAL, "the same place");
	is(remap(p, 2 * PAGE, 2 * PAGE, FIXED, p + PAGE), -EINVAL, "over its last page");
	is(remap(p + PAGE, PAGE, 2 * PAGE, FIXED, p), -EINVAL, "over its first page");
	is(remap(p, 4 * PAGE, PAGE, FIXED, p + 3 * PAGE), -EINVAL, "into what it gives up");
	is(remap(p, 2 * PAGE, 2 * PAGE, FIXED, p + 2 * PAGE), (long)p + 2 * PAGE,
	   "right behind it");
	ok(read_faults(p) && !read_faults(p + 2 * PAGE), "  where it is now");
	is(remap(p + 2 * PAGE, 2 * PAGE, 2 * PAGE, FIXED, p), (long)p, "and right before it");
	is(remap(gap, PAGE, PAGE, FIXED, p), -EFAULT, "a hole to a mapping");
	ok(!read_faults(p), "  which stays");
	munmap(p, 4 * PAGE);
}

static void test_room(void)
{
	char *gap = hole(16), *p = map_at(gap, 2, MAP_PRIVATE),
	     *wall = map_at(gap + 4 * PAGE, 1, MAP_SHARED);

	is(remap(p, PAGE, 2 * PAGE, 0, 0), -ENOMEM, "growing the first of two pages in place");
	is(remap(p, 2 * PAGE, 5 * PAGE, 0, 0), -ENOMEM, "growing over another mapping");
	is(remap(p, 2 * PAGE, 4 * PAGE, 0, 0), (long)p, "growing up to it");
	is(remap(p, 4 * PAGE, user_has_4g() ? 0xff000000 : 0xbff00000, MREMAP_MAYMOVE, 0), -ENOMEM,
	   "growing to nearly all there is");
	is(remap(p, 4 * PAGE, 0xffffffff, MREMAP_MAYMOVE, 0), -EINVAL,
	   "to a length that rounds up to 0");
	is(remap(p, 4 * PAGE, 4 * PAGE, 0, 0), (long)p, "it is still there");
	munmap(p, 4 * PAGE);
	munmap(wall, PAGE);
}

static void test_double(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *gap = hole(8), *q;
	char *private = anon(1, RW);

	p[PAGE] = 1;
	is(remap(private, 0, PAGE, MREMAP_MAYMOVE, 0), -EINVAL, "doubling private memory");
	is(remap(private, 0, PAGE, FIXED, gap), -EINVAL, "  to a place");
	is(remap(private, 0, PAGE, 0, 0), -EINVAL, "  or without MAYMOVE");
	is(remap(p, 0, PAGE, 0, 0), -ENOMEM, "doubling shared memory without MAYMOVE");
	q = (char *)remap(p + PAGE, 0, 2 * PAGE, MREMAP_MAYMOVE, 0);
	ok(!is_error((long)q) && q[0] == 1, "doubling the second page of shared memory");
	q[1] = 2;
	ok(p[PAGE + 1] == 2, "  shows it twice");
	is(remap(p, 0, 8 * PAGE, FIXED, gap), (long)gap, "more than there is, to a place");
	ok(gap[PAGE] == 1 && read_faults(gap + 4 * PAGE) == SIGBUS, "  ends where the object ends");
	munmap(p, 4 * PAGE);
	munmap(q, 2 * PAGE);
	munmap(gap, 8 * PAGE);
	munmap(private, PAGE);
}

static void test_keep(void)
{
	char *p = anon(4, RW), *gap = hole(8), *q;
	int fd = temp_file(2 * PAGE);

	memset(p, 7, 4 * PAGE);
	is(remap(p, PAGE, PAGE, MREMAP_DONTUNMAP, 0), -EINVAL, "DONTUNMAP without MAYMOVE");
	is(remap(p, PAGE, 2 * PAGE, KEEP, 0), -EINVAL, "DONTUNMAP and grow");
	is(remap(p, 2 * PAGE, PAGE, KEEP, 0), -EINVAL, "DONTUNMAP and shrink");
	is(remap(p, 0, PAGE, KEEP, 0), -EINVAL, "DONTUNMAP and double");
	is(remap(p, 2 * PAGE, 2 * PAGE, KEEP | MREMAP_FIXED, p + PAGE), -EINVAL, "to itself");
	is(remap(p + 4 * PAGE, 0, 0, KEEP, 0), -EINVAL, "nothing");
	q = (char *)remap(p, 4 * PAGE, 4 * PAGE, KEEP, 0);
	ok(!is_error((long)q) && q != p && q[4 * PAGE - 1] == 7, "DONTUNMAP moves the bytes");
	ok(!p[0] && !p[3 * PAGE], "  and leaves zeroes");
	is(remap(q + PAGE, 2 * PAGE, 2 * PAGE, KEEP | MREMAP_FIXED, gap), (long)gap,
	   "the middle to a place");
	ok(q[0] == 7 && !q[PAGE] && gap[0] == 7 && q[3 * PAGE] == 7, "  moves exactly that");
	munmap(p, 4 * PAGE);
	munmap(q, 4 * PAGE);
	munmap(gap, 8 * PAGE);

	p = (char *)map(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	p[0] = 9;
	q = (char *)remap(p, 2 * PAGE, 2 * PAGE, KEEP, 0);
	ok(!is_error((long)q) && q[0] == 9 && q[PAGE] == 2, "DONTUNMAP of a private file mapping");
	is(p[0], 1, "  leaves the file to see");
	munmap(p, 2 * PAGE);
	munmap(q, 2 * PAGE);
	close(fd);
}

static void test_locked(char *gap)
{
	char *p = map_at(gap, 2, MAP_PRIVATE | MAP_LOCKED), *q;

	if (!capability(CAP_IPC_LOCK, 0)) {
		skip("capabilities cannot be dropped");
		return;
	}
	limit(RLIMIT_MEMLOCK, 4 * PAGE);
	is(remap(p, 2 * PAGE, 5 * PAGE, 0, 0), -EAGAIN, "growing what is locked beyond the limit");
	is(remap(p, 2 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, 0), -EAGAIN, "  also where it may move");
	is(remap(p, 2 * PAGE, 4 * PAGE, 0, 0), (long)p, "growing up to the limit");
	is(status("VmLck:"), 16, "VmLck says so");
	q = (char *)remap(p, 4 * PAGE, 4 * PAGE, KEEP, 0);
	ok(!is_error((long)q), "DONTUNMAP of what is locked");
	capability(CAP_IPC_LOCK, 1);
	limit(RLIMIT_MEMLOCK, RLIM_INFINITY);
	munmap(p, 4 * PAGE);
	munmap(q, 4 * PAGE);
}

static void test_limits(void)
{
	char *gap = hole(16), *p = map_at(gap, 2, MAP_PRIVATE);

	limit(RLIMIT_AS, (mapped_pages() + 2) * PAGE);
	is(remap(p, 2 * PAGE, 5 * PAGE, 0, 0), -ENOMEM, "growing beyond RLIMIT_AS");
	is(remap(p, 2 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, 0), -ENOMEM, "  also where it may move");
	is(remap(p, 2 * PAGE, 4 * PAGE, 0, 0), (long)p, "up to it");
	is(remap(p, 4 * PAGE, 4 * PAGE, FIXED, gap + 8 * PAGE), (long)gap + 8 * PAGE,
	   "moving does not count");
	is(remap(gap + 8 * PAGE, 4 * PAGE, 4 * PAGE, KEEP, 0), -ENOMEM, "DONTUNMAP does");
	limit(RLIMIT_AS, RLIM_INFINITY);
	p = gap + 8 * PAGE;
	limit(RLIMIT_DATA, status("VmData:") * 1024 + PAGE);
	is(remap(p, 4 * PAGE, 6 * PAGE, MREMAP_MAYMOVE, 0), -ENOMEM, "growing beyond RLIMIT_DATA");
	is(remap(p, 4 * PAGE, 5 * PAGE, 0, 0), (long)p, "up to it");
	limit(RLIMIT_DATA, RLIM_INFINITY);
	munmap(gap, 16 * PAGE);
	test_locked(gap);
}

int main(void)
{
	test_arguments();
	test_old();
	test_place();
	test_room();
	test_double();
	test_keep();
	test_limits();
	return done();
}
