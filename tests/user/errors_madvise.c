/*
 * madvise and mincore: every error of madvise(2) and mincore(2), and every boundary of their arguments.
 *
 *   EACCES     REMOVE of what is not shared and written			test_remove
 *   EAGAIN     no structure for a split: errors_mmap.c (too many mappings)
 *   EBADF      WILLNEED of what is no file: only kernels without swap say so
 *   EBUSY, ENOMEM of COLLAPSE: there are no huge pages, it is EINVAL
 *   EFAULT     POPULATE of what would be SIGBUS				test_populate
 *   EINVAL     address, length, advice						test_arguments
 *   EINVAL     advice that the memory is not for				test_kinds
 *   EINVAL     (UN)MERGEABLE, (NO)HUGEPAGE, HWPOISON: a matter of how a kernel was built; here EINVAL
 *   EIO        WILLNEED beyond the resident size: no Linux of today says so
 *   ENOMEM     nothing is mapped						test_holes, test_populate
 *   ENOMEM     WILLNEED, POPULATE without memory: tests/kernel/mmap_oom.c
 *   EPERM      HWPOISON by others than root
 *   EHWPOISON  no page is poisoned here
 * mincore:
 *   EAGAIN     Linux has no page for its answers: here they are on the stack
 *   EFAULT     the vector is not there						test_mincore
 *   EINVAL     address inside a page						test_mincore
 *   ENOMEM     beyond user space, nothing mapped				test_mincore
 */
#include <errno.h>
#include "tests/user/limits.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif
#define MADV_DONTNEED_LOCKED 24

static const int advices[] = { MADV_NORMAL,         MADV_RANDOM,     MADV_SEQUENTIAL,
			       MADV_WILLNEED,       MADV_DONTNEED,   MADV_FREE,
			       MADV_DONTFORK,       MADV_DOFORK,     MADV_DONTDUMP,
			       MADV_DODUMP,         MADV_WIPEONFORK, MADV_KEEPONFORK,
			       MADV_COLD,           MADV_PAGEOUT,    MADV_POPULATE_READ,
			       MADV_POPULATE_WRITE, MADV_REMOVE,     MADV_DONTNEED_LOCKED };
#define ADVICES (sizeof(advices) / sizeof(advices[0]))

static long advise(volatile void *p, unsigned long len, int advice)
{
	return sys(SYS_madvise, p, len, advice);
}

static void test_arguments(void)
{
	char *p = anon(2, RW);
	unsigned int i;

	for (i = 0; i < ADVICES; i++) {
		is(advise(p + 1, PAGE, advices[i]), -EINVAL, "advice %d inside a page", advices[i]);
		is(advise(p + 1, 0, advices[i]), -EINVAL, "  also with length 0");
		is(advise(p, 0, advices[i]), 0, "  length 0");
		is(advise((void *)0xfffff000, 0, advices[i]), 0, "  length 0 of nothing");
		/* A kernel of 64 bits sees other ranges, which do not wrap. */
		if (user_has_4g())
			continue;
		is(advise((void *)0xfffff000, 2 * PAGE, advices[i]), -EINVAL,
		   "  a range that wraps");
		is(advise(p, 0xffffffff, advices[i]), -EINVAL, "  a length that rounds up to 0");
	}
	is(advise(p, PAGE, -1), -EINVAL, "advice -1");
	is(advise(p, PAGE, 5), -EINVAL, "advice 5");
	is(advise(p, PAGE, 1000), -EINVAL, "advice 1000");
	is(advise(p, 0, 1000), -EINVAL, "  also with length 0");
	p[PAGE] = 1;
	is(advise(p, PAGE + 1, MADV_DONTNEED), 0, "a page and a byte");
	is(p[PAGE], 0, "  are two pages");
	munmap(p, 2 * PAGE);
}

static void test_holes(void)
{
	char *gap = hole(8), *p = (char *)map(gap + PAGE, 5 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	unsigned int i;

	for (i = 0; i < ADVICES; i++)
		is(advise(gap, PAGE, advices[i]), -ENOMEM, "advice %d for a hole", advices[i]);
	p[0] = p[PAGE] = p[3 * PAGE] = p[4 * PAGE] = 1;
	munmap(p + 2 * PAGE, PAGE);
	is(advise(gap, 2 * PAGE, MADV_DONTNEED), -ENOMEM, "a hole before the mapping");
	is(p[0], 0, "  the mapping is done");
	is(advise(p + PAGE, 3 * PAGE, MADV_DONTNEED), -ENOMEM, "a hole inside");
	ok(!p[PAGE] && !p[3 * PAGE], "  both sides are done");
	is(advise(p + 4 * PAGE, 3 * PAGE, MADV_DONTNEED), -ENOMEM, "a hole behind");
	is(p[4 * PAGE], 0, "  the mapping is done");
	is(advise((void *)0xfffff000, PAGE, MADV_NORMAL), user_has_4g() ? -ENOMEM : -EINVAL,
	   "the last page of 4 GiB, whose end is 0");
	munmap(gap, 8 * PAGE);
}

/* Advice that some memory is not for, and what it was not done to. */
static void test_kinds(void)
{
	char *p = anon(3, RW), *shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = temp_file(PAGE);
	char *file = (char *)map(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);

	is(sys(SYS_mlock, p + PAGE, PAGE), 0, "lock a page");
	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	is(advise(p + PAGE, PAGE, MADV_DONTNEED), -EINVAL, "DONTNEED of locked memory");
	is(advise(p, 3 * PAGE, MADV_DONTNEED), -EINVAL, "  as part of a range");
	ok(!p[0] && p[PAGE] == 1 && p[2 * PAGE] == 1, "  what lies before it is done");
	is(advise(p + PAGE, PAGE, MADV_FREE), -EINVAL, "FREE of it");
	is(advise(p + PAGE, PAGE, MADV_COLD), -EINVAL, "COLD of it");
	is(advise(p + PAGE, PAGE, MADV_PAGEOUT), -EINVAL, "PAGEOUT of it");
	is(advise(p + PAGE, PAGE, MADV_REMOVE), -EINVAL, "REMOVE of it");
	is(advise(p + PAGE, PAGE, MADV_WIPEONFORK), 0, "WIPEONFORK of it");
	is(advise(p + PAGE, PAGE, MADV_DONTNEED_LOCKED), 0, "DONTNEED_LOCKED of it");
	is(p[PAGE], 0, "  is done");
	sys(SYS_munlock, p, 3 * PAGE);
	is(advise(p, PAGE, MADV_COLD), 0, "COLD");
	is(advise(p, PAGE, MADV_PAGEOUT), 0, "PAGEOUT");
	is(advise(file, PAGE, MADV_FREE), -EINVAL, "FREE of a private file mapping");
	is(advise(shared, PAGE, MADV_FREE), -EINVAL, "FREE of shared memory");
	is(advise(file, PAGE, MADV_WIPEONFORK), -EINVAL, "WIPEONFORK of a private file mapping");
	is(advise(shared, PAGE, MADV_WIPEONFORK), -EINVAL, "WIPEONFORK of shared memory");
	is(advise(file, PAGE, MADV_KEEPONFORK), 0, "KEEPONFORK of a file");
	is(advise(file, PAGE, MADV_DONTFORK), 0, "DONTFORK of a file");
	is(advise(shared, PAGE, MADV_WILLNEED), 0, "WILLNEED of shared memory");
	is(advise(file, PAGE, MADV_WILLNEED), 0, "WILLNEED of a file");
	munmap(p, 3 * PAGE);
	munmap(shared, PAGE);
	munmap(file, PAGE);
	close(fd);
}

static void test_remove(void)
{
	int fd = temp_file(3 * PAGE);
	char *p = (char *)map(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0), *q;
	long err;

	q = anon(1, RW);
	is(advise(q, PAGE, MADV_REMOVE), -EINVAL, "REMOVE of what is no file");
	munmap(q, PAGE);
	q = (char *)map(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	is(advise(q, PAGE, MADV_REMOVE), -EACCES, "REMOVE of a private mapping");
	munmap(q, PAGE);
	err = advise(p + PAGE, PAGE, MADV_REMOVE);
	ok(!err || err == -EOPNOTSUPP, "REMOVE, where the file system can do it");
	ok(p[0] == 1 && p[PAGE] == (err ? 2 : 0) && p[2 * PAGE] == 3, "  makes a hole of the page");
	munmap(p, 3 * PAGE);
	close(fd);
}

static void test_populate(void)
{
	char *gap = hole(8), *p = (char *)map(gap, 3 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	int fd = temp_file(PAGE);
	unsigned char vec[3];

	map(gap + 4 * PAGE, PAGE, PROT_NONE, ANON | MAP_FIXED, -1, 0);
	is(advise(p, 3 * PAGE, MADV_POPULATE_WRITE), -EINVAL, "POPULATE_WRITE of what is read");
	is(advise(p, 3 * PAGE, MADV_POPULATE_READ), 0, "POPULATE_READ of it");
	sys(SYS_mincore, p, 3 * PAGE, vec);
	ok(vec[0] & vec[1] & vec[2] & 1, "  brings all in");
	is(advise(p, 4 * PAGE, MADV_POPULATE_READ), -ENOMEM, "POPULATE_READ up to a hole");
	is(advise(gap + 4 * PAGE, PAGE, MADV_POPULATE_READ), -EINVAL, "of what has no right");
	map(gap, PAGE, PROT_WRITE, ANON | MAP_FIXED, -1, 0);
	is(advise(gap, PAGE, MADV_POPULATE_READ), -EINVAL, "of what can only be written");
	is(advise(gap, PAGE, MADV_POPULATE_WRITE), 0, "POPULATE_WRITE of it");
	is(advise(gap, 2 * PAGE, MADV_POPULATE_WRITE), -EINVAL, "  and what follows");
	munmap(gap, 8 * PAGE);
	p = (char *)map(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	is(advise(p, 2 * PAGE, MADV_POPULATE_READ), -EFAULT,
	   "POPULATE_READ past the end of a file");
	is(advise(p, 2 * PAGE, MADV_POPULATE_WRITE), -EFAULT, "POPULATE_WRITE past it");
	is(advise(p, PAGE, MADV_POPULATE_WRITE), 0, "  but not before it");
	munmap(p, 2 * PAGE);
	close(fd);
}

static void test_mincore(void)
{
	char *gap = hole(8), *p = (char *)map(gap + PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	char *wall = anon(2, RW);
	unsigned char vec[8] = { 0 };

	munmap(wall + PAGE, PAGE);
	is(sys(SYS_mincore, p + 1, PAGE, vec), -EINVAL, "mincore inside a page");
	is(sys(SYS_mincore, p + 1, 0, vec), -EINVAL, "  also with length 0");
	is(sys(SYS_mincore, p, 0, vec), 0, "length 0");
	is(sys(SYS_mincore, gap, 0, vec), 0, "length 0 of nothing");
	is(sys(SYS_mincore, p, 0, 8), 0, "length 0 into nothing");
	is(sys(SYS_mincore, p, 1, vec), 0, "one byte");
	is(sys(SYS_mincore, p, PAGE, 8), -EFAULT, "a vector that is not there");
	is(sys(SYS_mincore, p, 2 * PAGE, wall + PAGE - 1), -EFAULT, "its second byte is not");
	is(sys(SYS_mincore, p, 2 * PAGE, wall + PAGE - 2), 0, "a vector up to a hole");
	is(sys(SYS_mincore, p, PAGE, 0xfffffff0), -EFAULT, "a vector at the end of 4 GiB");
	is(sys(SYS_mincore, gap, PAGE, vec), -ENOMEM, "nothing is mapped");
	is(sys(SYS_mincore, gap, PAGE, 8), -ENOMEM, "  which is found before the vector");
	is(sys(SYS_mincore, gap, 3 * PAGE, vec), -ENOMEM, "a hole before the mapping");
	is(sys(SYS_mincore, p, 3 * PAGE, vec), -ENOMEM, "a hole behind it");
	is(sys(SYS_mincore, p, 0xffffffff, vec), -ENOMEM, "a negative length");
	is(sys(SYS_mincore, 0xfffff000, PAGE, vec), -ENOMEM, "the last page of 4 GiB");
	munmap(p, 2 * PAGE);
	munmap(wall, PAGE);
}

int main(void)
{
	test_arguments();
	test_holes();
	test_kinds();
	test_remove();
	test_populate();
	test_mincore();
	return done();
}
