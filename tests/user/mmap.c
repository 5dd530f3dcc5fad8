/* mmap2 and old mmap without a file: errors in their order, placement, the flags, both calls. */
#include <errno.h>
#include "tests/user/probe.h"

#define AP (MAP_ANONYMOUS | MAP_PRIVATE)
#define RW (PROT_READ | PROT_WRITE)

static long map(void *addr, unsigned long len, int prot, int flags, int fd, unsigned long pgoff)
{
	return sys(SYS_mmap2, addr, len, prot, flags, fd, pgoff);
}

static int is_error(long ret)
{
	return (unsigned long)ret >= -4095UL;
}

static void test_errors(void)
{
	int fd = temp_file(PAGE);

	is(map(NULL, 0, RW, AP, -1, 0), -EINVAL, "length 0");
	is(map(NULL, 0xffffffff, RW, AP, -1, 0), -ENOMEM, "length that rounds up to 0");
	is(map(NULL, 0xfffff000, RW, AP, -1, 0), -ENOMEM, "length of all but one page");
	is(map(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), -EINVAL, "neither SHARED nor PRIVATE");
	is(map(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), -EBADF, "descriptor -1 without ANONYMOUS");
	is(map(NULL, PAGE, RW, MAP_PRIVATE, 999, 0), -EBADF, "descriptor that is not open");
	is(map(NULL, 0, RW, MAP_PRIVATE, 999, 0), -EBADF,
	   "bad descriptor is found before length 0");
	is(map(NULL, 0, RW, MAP_PRIVATE, fd, 0), -EINVAL, "length 0 of a file");
	is(map(NULL, PAGE, RW, 0, fd, 0), -EINVAL, "file, neither SHARED nor PRIVATE");
	is(map((void *)0x10000001, PAGE, RW, AP | MAP_FIXED, -1, 0), -EINVAL,
	   "FIXED at an address inside a page");
	is(map((void *)0xfffff000, PAGE, RW, AP | MAP_FIXED, -1, 0), -ENOMEM,
	   "FIXED at the last page");
	is(map((void *)0xfffff000, 2 * PAGE, RW, AP | MAP_FIXED, -1, 0), -ENOMEM,
	   "FIXED over the top of the address space");
	is(map((void *)0x40000000, 0xf0000000, RW, AP | MAP_FIXED, -1, 0), -ENOMEM,
	   "FIXED with a length that wraps");
	is(map(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0), -EINVAL,
	   "SHARED with GROWSDOWN");
	close(fd);
}

static void test_top(void)
{
	char *top = (char *)0xc0000000;

	if (user_has_4g()) {
		skip("user space does not end at 3 GiB");
		skip("user space does not end at 3 GiB");
		return;
	}
	is(map(top, PAGE, RW, AP | MAP_FIXED, -1, 0), -ENOMEM, "FIXED at 3 GiB");
	is(map(top - PAGE, 2 * PAGE, RW, AP | MAP_FIXED, -1, 0), -ENOMEM, "FIXED across 3 GiB");
}

static void test_offset(void)
{
	int fd = temp_file(4 * PAGE);
	struct {
		unsigned long addr, len, prot, flags, fd, offset;
	} old = { 0, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE };
	unsigned char *p;
	long ret;

	p = (unsigned char *)map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 3);
	ok(!is_error((long)p) && p[0] == 4, "mmap2 counts its sixth argument in pages");
	p = (unsigned char *)sys(SYS_mmap, &old);
	ok(!is_error((long)p) && p[0] == 3, "old mmap counts its offset in bytes");
	old.offset = PAGE + 1;
	is(sys(SYS_mmap, &old), -EINVAL, "old mmap: offset inside a page");
	old.offset = 0x800;
	old.fd = 999;
	is(sys(SYS_mmap, &old), -EINVAL, "old mmap: offset is checked before the descriptor");
	is(sys(SYS_mmap, NULL), -EFAULT, "old mmap: structure at NULL");
	is(sys(SYS_mmap, -8), -EFAULT, "old mmap: structure at the end of the address space");
	ret = map(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0xffffffff);
	ok(ret == -EOVERFLOW || user_has_4g(), "offset that wraps is EOVERFLOW (%ld)", ret);
	ret = map(NULL, PAGE, RW, AP, 999, 0);
	ok(!is_error(ret), "ANONYMOUS ignores the descriptor");
	close(fd);
}

static void test_anonymous(void)
{
	unsigned char *p = anon(16, RW);
	unsigned long i, sum = 0;

	for (i = 0; i < 16 * PAGE; i++)
		sum += p[i];
	is(sum, 0, "fresh pages read as zero");
	for (i = 0; i < 16; i++)
		p[i * PAGE + i] = i + 1;
	for (i = 0; i < 16; i++)
		sum += p[i * PAGE + i];
	is(sum, 136, "each page keeps its own bytes");
	is((long)p & (PAGE - 1), 0, "address is page-aligned");
	is(munmap(p, 16 * PAGE), 0, "unmap");
	is(read_faults(p), SIGSEGV, "gone after munmap");
	p = (unsigned char *)map(NULL, 1, RW, AP, -1, 0);
	ok(!is_error((long)p) && !write_faults(p + PAGE - 1), "length 1 maps a whole page");
}

static void test_prot(void)
{
	char *p = anon(1, PROT_NONE);

	is(read_faults(p), SIGSEGV, "PROT_NONE: a read faults");
	is(probe_fault.code, SEGV_ACCERR, "  with SEGV_ACCERR");
	p = anon(1, PROT_READ);
	is(read_faults(p), 0, "PROT_READ: a read goes through");
	is(write_faults(p), SIGSEGV, "PROT_READ: a write faults");
	is(probe_fault.code, SEGV_ACCERR, "  with SEGV_ACCERR");
	p = anon(1, PROT_WRITE);
	is(write_faults(p), 0, "PROT_WRITE: a write goes through");
	is(read_faults(p), 0, "PROT_WRITE alone can be read after a write");
	p = anon(1, PROT_WRITE);
	is(read_faults(p), 0, "PROT_WRITE alone can be read before a write");
}

static void test_hint(void)
{
	char *gap = hole(8);
	long p;

	is(map(gap, PAGE, RW, AP, -1, 0), (long)gap, "a free hint is taken");
	is(map(gap + PAGE + 5, PAGE, RW, AP, -1, 0), (long)gap + PAGE, "a hint is rounded down");
	p = map(gap, PAGE, RW, AP, -1, 0);
	ok(!is_error(p) && p != (long)gap, "a taken hint goes elsewhere");
	munmap((void *)p, PAGE);
	p = map(gap - PAGE, 2 * PAGE, RW, AP, -1, 0);
	ok(!is_error(p) && p != (long)(gap - PAGE), "a hint that only half fits goes elsewhere");
	munmap((void *)p, 2 * PAGE);
	p = map((void *)0xfffff000, PAGE, RW, AP, -1, 0);
	ok(!is_error(p) && p != (long)0xfffff000, "a hint above user space is ignored");
	munmap((void *)p, PAGE);
	munmap(gap, 8 * PAGE);
}

static void test_fixed(void)
{
	unsigned char *p = anon(4, RW);
	long ret;

	memset(p, 7, 4 * PAGE);
	is(map(p + PAGE, 2 * PAGE, RW, AP | MAP_FIXED, -1, 0), (long)p + PAGE,
	   "FIXED replaces what is there");
	ok(p[PAGE] == 0 && p[3 * PAGE - 1] == 0, "the middle is new");
	ok(p[PAGE - 1] == 7 && p[3 * PAGE] == 7, "both neighbours keep their bytes");
	ret = map(p, PAGE, RW, AP | MAP_FIXED_NOREPLACE, -1, 0);
	is(ret, -EEXIST, "FIXED_NOREPLACE refuses a taken address");
	munmap(p, PAGE);
	is(map(p, PAGE, RW, AP | MAP_FIXED_NOREPLACE, -1, 0), (long)p,
	   "FIXED_NOREPLACE takes a free one");
	munmap(p, 4 * PAGE);
}

static void test_failed_fixed_keeps(void)
{
	unsigned char *p = anon(2, RW);

	p[0] = 9;
	is(map(p, PAGE, RW, MAP_PRIVATE | MAP_FIXED, 999, 0), -EBADF,
	   "FIXED with a bad descriptor");
	is(p[0], 9, "  leaves the old mapping alone");
	is(map(p, 0, RW, AP | MAP_FIXED, -1, 0), -EINVAL, "FIXED with length 0");
	is(p[0], 9, "  leaves the old mapping alone");
	munmap(p, 2 * PAGE);
}

static void test_top_down(void)
{
	char *a = anon(600, PROT_READ), *b = anon(3, PROT_READ), *c;

	ok(b < a, "a later mapping lies below the earlier one");
	munmap(a + 100 * PAGE, 20 * PAGE);
	munmap(a + 300 * PAGE, 10 * PAGE);
	c = anon(10, PROT_READ);
	is((long)c, (long)(a + 300 * PAGE), "the highest hole that fits is used");
	c = anon(5, PROT_READ);
	is((long)c, (long)(a + 115 * PAGE), "the upper end of a larger hole is used");
	c = anon(15, PROT_READ);
	is((long)c, (long)(a + 100 * PAGE), "the rest of the hole is used");
	munmap(a, 600 * PAGE);
	munmap(b, 3 * PAGE);
}

static void test_merge(void)
{
	char *gap = hole(6);

	map(gap, PAGE, RW, AP | MAP_FIXED, -1, 0);
	map(gap + 2 * PAGE, PAGE, RW, AP | MAP_FIXED, -1, 0);
	is(maps_in(gap, gap + 3 * PAGE), 2, "two mappings with a hole between are two lines");
	map(gap + PAGE, PAGE, RW, AP | MAP_FIXED, -1, 0);
	is(maps_in(gap, gap + 3 * PAGE), 1, "filling the hole merges three into one");
	map(gap + 3 * PAGE, PAGE, PROT_READ, AP | MAP_FIXED, -1, 0);
	is(maps_in(gap, gap + 4 * PAGE), 2, "a neighbour with other rights stays apart");
	munmap(gap, 6 * PAGE);
}

static void test_shared(int flags, int fd)
{
	volatile int *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED | flags, fd, 0);
	volatile int *q = p + PAGE / sizeof(*p);
	pid_t pid;

	is(p[0], 0, "shared memory without a file, or of /dev/zero, starts as zero");
	p[0] = 1;
	pid = fork();
	if (pid == 0) {
		p[1] = p[0] + 41;
		q[5] = 77;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	is(p[1], 42, "the child's write to a touched page is seen");
	is(q[5], 77, "the child's write to an untouched page is seen");
	munmap((void *)p, 2 * PAGE);
}

static void test_flags(void)
{
	unsigned char vec[8] = { 0 }, *p;
	char *gap;
	int i, resident = 0;

	p = (unsigned char *)map(NULL, 8 * PAGE, RW, AP | MAP_POPULATE, -1, 0);
	if (sys(SYS_mincore, p, 8 * PAGE, vec) == -ENOSYS)
		memset(vec, 1, sizeof(vec));
	for (i = 0; i < 8; i++)
		resident += vec[i] & 1;
	is(resident, 8, "POPULATE brings every page in");
	ok(!write_faults(p + 7 * PAGE), "  and they can be written");
	munmap(p, 8 * PAGE);
	ok(!is_error(map(NULL, PAGE, RW, AP | MAP_NORESERVE, -1, 0)), "NORESERVE is accepted");
	ok(!is_error(map(NULL, PAGE, RW, AP | MAP_STACK, -1, 0)), "STACK is accepted");

	gap = hole(512) + 511 * PAGE;
	is(map(gap, PAGE, RW, AP | MAP_FIXED | MAP_GROWSDOWN, -1, 0), (long)gap, "GROWSDOWN");
	is(write_faults(gap - 1), 0, "a write just below it grows it");
	is(write_faults(gap - 8 * PAGE), 0, "so does one some pages below");
	is(maps_in(gap - 8 * PAGE, gap + PAGE), 1, "it is one mapping still");
	munmap(gap - 512 * PAGE, 513 * PAGE);
}

int main(void)
{
	test_errors();
	test_top();
	test_offset();
	test_anonymous();
	test_prot();
	test_hint();
	test_fixed();
	test_failed_fixed_keeps();
	test_top_down();
	test_merge();
	test_shared(MAP_ANONYMOUS, -1);
	test_shared(0, open("/dev/zero", O_RDWR));
	test_flags();
	return done();
}
