/* mprotect: errors, what changes up to a hole, split and merge, rights as the processor sees them. */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static long protect(void *p, unsigned long len, unsigned long prot)
{
	return sys(SYS_mprotect, p, len, prot);
}

static void test_errors(void)
{
	char *p = anon(2, RW);
	int fd;

	is(protect(p + 1, PAGE, PROT_READ), -EINVAL, "address inside a page");
	is(protect(p, 0, PROT_READ), 0, "length 0 succeeds");
	is(write_faults(p), 0, "  and changes nothing");
	is(protect(p, PAGE, 0x40), -EINVAL, "unknown protection bit");
	is(protect(p, PAGE, 0x03000000), -EINVAL, "GROWSDOWN and GROWSUP together");
	if (user_has_4g())
		skip("a 64-bit kernel does not wrap at 4 GiB");
	else
		is(protect(p, 0xffffffff, PROT_READ), -ENOMEM, "length that rounds up to 0");
	is(protect((void *)0xfffff000, 2 * PAGE, PROT_READ), -ENOMEM, "range that wraps");
	is(protect(p, PAGE, PROT_READ | PROT_GROWSDOWN), -EINVAL,
	   "GROWSDOWN on an ordinary mapping");
	munmap(p, 2 * PAGE);
	is(protect(p, PAGE, PROT_READ), -ENOMEM, "nothing mapped");

	fd = open("/proc/self/exe", O_RDONLY);
	if (fd >= 0) {
		p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
		is(protect(p, PAGE, RW), -EACCES, "write right to a shared O_RDONLY mapping");
		is(read_faults(p), 0, "  which can still be read");
		munmap(p, PAGE);
		p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
		is(protect(p, PAGE, RW), 0, "write right to a private O_RDONLY mapping");
		is(write_faults(p), 0, "  which can be written then");
		close(fd);
	}
}

/* Seen by a write to the file, which a copy does not follow. */
static void test_locked(void)
{
	int fd = temp_file(2 * PAGE);
	char *p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	is(mlock(p, PAGE), 0, "lock the first of two pages that cannot be written");
	is(protect(p, 2 * PAGE, RW), 0, "let both be written");
	pwrite(fd, "xx", 2, PAGE - 1);
	is(p[PAGE - 1], 1, "the locked one is copied at once");
	is(p[PAGE], 'x', "  the other at its first write");
	munmap(p, 2 * PAGE);
	close(fd);
}

static void test_hole(void)
{
	char *p = hole(5);

	mmap(p, 5 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	munmap(p + 2 * PAGE, PAGE);
	is(protect(p, 5 * PAGE, PROT_READ), -ENOMEM, "a hole inside the range");
	is(write_faults(p + PAGE), SIGSEGV, "pages before the hole have changed");
	is(write_faults(p + 3 * PAGE), 0, "pages after the hole have not");
	is(protect(p + 2 * PAGE, 2 * PAGE, PROT_READ), -ENOMEM, "a range that starts in the hole");
	is(write_faults(p + 3 * PAGE), 0, "  changes nothing");
	is(protect(p + 3 * PAGE, 100 * PAGE, PROT_NONE), -ENOMEM,
	   "a range that runs out of the end");
	munmap(p, 5 * PAGE);
}

static void test_split_merge(void)
{
	char *p = anon(5, RW);

	memset(p, 1, 5 * PAGE);
	is(protect(p + 2 * PAGE, PAGE, PROT_READ), 0, "change the middle page");
	is(maps_in(p, p + 5 * PAGE), 3, "three mappings");
	ok(!strcmp(perms_at(p + 2 * PAGE), "r--p") && !strcmp(perms_at(p + 3 * PAGE), "rw-p"),
	   "with the right permissions in maps");
	is(write_faults(p + 2 * PAGE), SIGSEGV, "the middle refuses writes");
	is(write_faults(p + PAGE), 0, "the page before takes them");
	is(write_faults(p + 3 * PAGE), 0, "the page after takes them");
	is(protect(p + 2 * PAGE, PAGE, RW), 0, "change it back");
	is(maps_in(p, p + 5 * PAGE), 1, "one mapping again");
	is(write_faults(p + 2 * PAGE), 0, "which takes writes");
	is(protect(p, 2 * PAGE, PROT_READ), 0, "change the head");
	is(protect(p + 3 * PAGE, 2 * PAGE, PROT_READ), 0, "change the tail");
	is(maps_in(p, p + 5 * PAGE), 3, "three mappings");
	is(protect(p, 5 * PAGE, PROT_READ), 0, "change them all");
	is(maps_in(p, p + 5 * PAGE), 1, "one mapping again");
	munmap(p, 5 * PAGE);
}

static void test_none(void)
{
	char *p = anon(2, RW);

	memset(p, 0x42, 2 * PAGE);
	is(protect(p, PAGE, PROT_NONE), 0, "PROT_NONE");
	is(read_faults(p), SIGSEGV, "a read faults");
	is(probe_fault.code, SEGV_ACCERR, "  with SEGV_ACCERR");
	is(sys(SYS_write, 1, p, 1), -EFAULT, "the kernel may not read it for us");
	is(protect(p, PAGE, PROT_READ), 0, "back to PROT_READ");
	is(p[PAGE - 1], 0x42, "the bytes are still there");
	is(write_faults(p), SIGSEGV, "a write faults");
	is(protect(p, PAGE, RW), 0, "back to read and write");
	is(write_faults(p), 0, "a write goes through");
	munmap(p, 2 * PAGE);
}

static void test_untouched(void)
{
	char *p = anon(2, PROT_NONE);

	is(protect(p, PAGE, RW), 0, "give rights to pages that were never touched");
	is(write_faults(p), 0, "they are made at the first touch");
	is(read_faults(p + PAGE), SIGSEGV, "the rest keeps PROT_NONE");
	is(protect(p, PAGE, PROT_READ), 0, "take the write right away at once");
	is(write_faults(p), SIGSEGV, "no stale translation lets a write through");
	munmap(p, 2 * PAGE);

	p = anon(1, PROT_READ);
	is(*p, 0, "read the zero page");
	is(protect(p, PAGE, RW), 0, "then ask for writes");
	*p = 5;
	is(*p, 5, "the write lands in a page of our own");
	munmap(p, PAGE);
	p = anon(1, PROT_READ);
	is(*p, 0, "the zero page is still zero");
	munmap(p, PAGE);
}

static int store_in_child(void *p)
{
	*(char *)p = 2;
	return *(char *)p != 2;
}

/* Write rights come and go on a page that is shared after fork: copy-on-write must survive that. */
static void test_cow(void)
{
	char *p = anon(1, RW);

	*p = 1;
	protect(p, PAGE, PROT_READ);
	is(in_child(store_in_child, p), SIGSEGV, "the child inherits PROT_READ");
	protect(p, PAGE, RW);
	ok(exits(in_child(store_in_child, p), 0), "the child writes its copy");
	is(*p, 1, "the parent's page is unchanged");
	munmap(p, PAGE);
}

static void test_shared_file(void)
{
	int fd = temp_file(PAGE);
	char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0), byte = 0;

	is(*p, 1, "read a shared mapping");
	is(protect(p, PAGE, RW), 0, "the descriptor is O_RDWR, so writes may be allowed");
	*p = 9;
	pread(fd, &byte, 1, 0);
	is(byte, 9, "the write reaches the file");
	munmap(p, PAGE);
	close(fd);
}

int main(void)
{
	test_errors();
	test_hole();
	test_locked();
	test_split_merge();
	test_none();
	test_untouched();
	test_cow();
	test_shared_file();
	return done();
}
