/* munmap: errors, split, holes, partial ranges, and what is left of file mappings afterwards. */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static long unmap(const volatile void *p, unsigned long len)
{
	return sys(SYS_munmap, p, len);
}

static void test_errors(void)
{
	char *p = anon(2, RW);

	is(unmap(p + 1, PAGE), -EINVAL, "address inside a page");
	is(unmap(p, 0), -EINVAL, "length 0");
	is(unmap(p, 0xffffffff), -EINVAL, "length that rounds up to 0");
	is(unmap((void *)0xfffff000, PAGE), -EINVAL, "the last page of the address space");
	is(unmap((void *)0xfffff000, 2 * PAGE), -EINVAL, "a range that wraps");
	is(unmap(p, 0xfffff000), -EINVAL, "a range that ends above user space");
	is(write_faults(p), 0, "none of these unmapped anything");
	is(unmap(p, 2 * PAGE), 0, "the right call does");
	is(unmap(p, 2 * PAGE), 0, "unmapping nothing is no error");
	p = anon(2, RW);
	is(unmap(p, 1), 0, "length 1");
	ok(read_faults(p + PAGE - 1) == SIGSEGV && !read_faults(p + PAGE),
	   "  takes one whole page");
	unmap(p, 2 * PAGE);
}

static void test_split(void)
{
	unsigned char *p = anon(5, RW);
	int i;

	for (i = 0; i < 5; i++)
		p[i * PAGE] = i + 1;
	is(maps_in(p, p + 5 * PAGE), 1, "one mapping of five pages");
	is(unmap(p + 2 * PAGE, PAGE), 0, "unmap the middle");
	is(maps_in(p, p + 5 * PAGE), 2, "two mappings are left");
	ok(p[0] == 1 && p[PAGE] == 2 && p[3 * PAGE] == 4 && p[4 * PAGE] == 5,
	   "both keep their bytes");
	is(read_faults(p + 2 * PAGE), SIGSEGV, "the hole faults");
	is(probe_fault.code, SEGV_MAPERR, "  with SEGV_MAPERR");
	is(probe_fault.addr, (long)(p + 2 * PAGE), "  at its address");
	is(unmap(p, PAGE), 0, "unmap the head");
	is(unmap(p + 4 * PAGE, PAGE), 0, "unmap the tail");
	ok(read_faults(p) && !read_faults(p + PAGE) && !read_faults(p + 3 * PAGE) &&
		   read_faults(p + 4 * PAGE),
	   "exactly pages 1 and 3 are left");
	is(unmap(p, 5 * PAGE), 0, "one call over pieces and holes");
	is(maps_in(p, p + 5 * PAGE), 0, "nothing is left");
}

static void test_refill(void)
{
	unsigned char *p = anon(3, RW), *q;

	memset(p, 0xaa, 3 * PAGE);
	unmap(p + PAGE, PAGE);
	q = mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	is(q[0], 0, "a page mapped anew is zero, not what was there");
	ok(p[PAGE - 1] == 0xaa && p[2 * PAGE] == 0xaa, "its neighbours are untouched");
	unmap(p, 3 * PAGE);
}

static void test_many_mappings(void)
{
	char *p = anon(64, RW);
	int i, wrong = 0;

	for (i = 0; i < 64; i += 2)
		mprotect(p + i * PAGE, PAGE, PROT_READ);
	is(maps_in(p, p + 64 * PAGE), 64, "64 mappings side by side");
	is(unmap(p + 10 * PAGE + 0, 33 * PAGE), 0, "unmap 33 of them");
	for (i = 0; i < 64; i++)
		wrong += (read_faults(p + i * PAGE) != 0) != (i >= 10 && i < 43);
	is(wrong, 0, "exactly those are gone");
	unmap(p, 64 * PAGE);
}

static void test_file(void)
{
	int fd = temp_file(4 * PAGE);
	unsigned char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0), byte;

	p[3 * PAGE + 1] = 0x77;
	is(unmap(p + PAGE, PAGE), 0, "unmap page 1 of a file mapping");
	ok(p[0] == 1 && p[2 * PAGE] == 3, "the pages around it show the right part of the file");
	is(close(fd), 0, "close the descriptor");
	is(p[3 * PAGE], 4, "the mapping outlives it");
	is(unmap(p, 4 * PAGE), 0, "unmap the rest");

	fd = temp_file(PAGE);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	p[5] = 0x55;
	unmap(p, PAGE);
	pread(fd, &byte, 1, 5);
	is(byte, 0x55, "a store is in the file after munmap");
	close(fd);
}

int main(void)
{
	test_errors();
	test_split();
	test_refill();
	test_many_mappings();
	test_file();
	return done();
}
