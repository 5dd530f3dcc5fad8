/*
 * Which neighbours /proc/self/maps shows as one mapping: those that are alike in rights, flags, object and
 * offset, and whose anonymous pages Linux keeps in one anon_vma, or that have none yet.
 */
#include "tests/user/limits.h"

#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)

static char *at(char *p, int pages, int prot, int flags, int fd, int offset)
{
	return (char *)map(p, pages * PAGE, prot, flags | MAP_FIXED, fd, offset);
}

static char *anon_at(char *p, int pages)
{
	return at(p, pages, RW, ANON, -1, 0);
}

static int lines(char *p)
{
	return maps_in(p, p + 16 * PAGE);
}

static void test_kinds(char *p)
{
	int fd = temp_file(8 * PAGE);

	anon_at(p, 1);
	at(p + PAGE, 1, PROT_READ, ANON, -1, 0);
	is(lines(p), 2, "other rights");
	at(p + PAGE, 1, RW, ANON | MAP_NORESERVE, -1, 0);
	is(lines(p), 2, "without reserve");
	at(p + PAGE, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	is(lines(p), 2, "shared");
	at(p + 2 * PAGE, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	is(lines(p), 3, "shared, of another object");
	munmap(p, 16 * PAGE);
	at(p, 1, RW, MAP_SHARED, fd, 0);
	at(p + PAGE, 1, RW, MAP_SHARED, fd, 1);
	is(lines(p), 1, "a file, whose pages follow");
	at(p + 2 * PAGE, 1, RW, MAP_SHARED, fd, 3);
	is(lines(p), 2, "a file, whose pages do not follow");
	at(p + 3 * PAGE, 1, RW, MAP_PRIVATE, fd, 4);
	is(lines(p), 3, "a file, privately");
	munmap(p, 16 * PAGE);
	at(p, 1, PROT_READ, ANON, -1, 0);
	anon_at(p + PAGE, 1)[0] = 1;
	mprotect(p + PAGE, PAGE, PROT_READ);
	is(lines(p), 2, "what was written once is promised still");
	munmap(p, 16 * PAGE);
	close(fd);
}

/* Pages that were written before the neighbours met. */
static void test_written(char *p)
{
	anon_at(p, 1)[0] = 1;
	anon_at(p + PAGE, 1);
	is(lines(p), 1, "written, and new");
	anon_at(p + 3 * PAGE, 1)[0] = 1;
	anon_at(p + 2 * PAGE, 1);
	is(lines(p), 2, "a new one between two that were written apart goes with one of them");
	munmap(p, 16 * PAGE);

	anon_at(p, 2)[PAGE] = 1;
	mprotect(p, PAGE, PROT_READ);
	mprotect(p, PAGE, RW);
	is(lines(p), 1, "two halves");
	mprotect(p, PAGE, PROT_READ);
	p[PAGE] = 2;
	mprotect(p, PAGE, RW);
	is(lines(p), 1, "  also when one was written meanwhile");
	munmap(p, 16 * PAGE);

	at(p, 1, PROT_READ, ANON, -1, 0);
	at(p + PAGE, 1, PROT_READ | PROT_EXEC, ANON, -1, 0);
	mprotect(p, 2 * PAGE, RW);
	is(lines(p), 1, "alike before they are written");
	munmap(p, 16 * PAGE);

	anon_at(p, 1);
	at(p + PAGE, 1, RW | PROT_EXEC, ANON, -1, 0);
	p[0] = p[PAGE] = 1;
	mprotect(p + PAGE, PAGE, RW);
	is(lines(p), 1, "different only in rights when they are written");
	munmap(p, 16 * PAGE);

	anon_at(p, 1)[0] = 1;
	anon_at(p + 2 * PAGE, 1)[0] = 1;
	at(p + PAGE, 1, PROT_READ, ANON, -1, 0);
	mprotect(p + PAGE, PAGE, RW);
	is(lines(p), 2, "the gap between two that were written");
	munmap(p, 16 * PAGE);
}

static void test_moved(char *p)
{
	anon_at(p, 1);
	anon_at(p + 8 * PAGE, 1);
	is(sys(SYS_mremap, p + 8 * PAGE, PAGE, PAGE, FIXED, p + PAGE), (long)p + PAGE, "a move");
	is(lines(p), 1, "beside another, not written");
	munmap(p, 16 * PAGE);

	anon_at(p, 1)[0] = 1;
	anon_at(p + 8 * PAGE, 1)[0] = 1;
	sys(SYS_mremap, p + 8 * PAGE, PAGE, PAGE, FIXED, p + PAGE);
	is(lines(p), 2, "beside another, both written");
	munmap(p, 16 * PAGE);

	anon_at(p, 1);
	anon_at(p + 8 * PAGE, 1)[0] = 1;
	sys(SYS_mremap, p + 8 * PAGE, PAGE, PAGE, FIXED, p + PAGE);
	is(lines(p), 2, "one that was written keeps its offset");
	sys(SYS_mremap, p + PAGE, PAGE, PAGE, FIXED, p + 8 * PAGE);
	anon_at(p + 9 * PAGE, 1);
	is(lines(p), 2, "and finds its place again");
	munmap(p, 16 * PAGE);

	anon_at(p, 4)[0] = 1;
	sys(SYS_mremap, p + PAGE, PAGE, PAGE, FIXED, p + 8 * PAGE);
	is(lines(p), 3, "the middle out");
	sys(SYS_mremap, p + 8 * PAGE, PAGE, PAGE, FIXED, p + PAGE);
	is(lines(p), 1, "and in again");
	munmap(p, 16 * PAGE);

	anon_at(p, 2)[0] = 1;
	is(sys(SYS_mremap, p, 2 * PAGE, 4 * PAGE, 0), (long)p, "growing in place");
	is(lines(p), 1, "  is one mapping");
	munmap(p, 16 * PAGE);
}

/* What a child has from its parent is not joined by what it maps itself. */
static int child(void *arg)
{
	char *p = arg;

	if (lines(p) != 4)
		return 1;
	anon_at(p + PAGE, 1);
	if (lines(p) != 5)
		return 2;
	mprotect(p + 4 * PAGE, PAGE, RW);
	if (lines(p) != 5)
		return 3;
	mprotect(p + 8 * PAGE, PAGE, PROT_READ);
	mprotect(p + 8 * PAGE, PAGE, RW);
	if (lines(p) != 5)
		return 4;
	anon_at(p + 11 * PAGE, 1);
	return lines(p) == 5 ? 0 : 5;
}

static void test_fork(char *p)
{
	anon_at(p, 1)[0] = 1;            /* written */
	anon_at(p + 3 * PAGE, 2)[0] = 1; /* written, then cut */
	p[4 * PAGE] = 1;
	mprotect(p + 4 * PAGE, PAGE, PROT_READ);
	anon_at(p + 8 * PAGE, 3); /* not written */
	is(in_child(child, p) >> 8, 0, "a child's");
	mprotect(p + 4 * PAGE, PAGE, RW);
	is(lines(p), 3, "the parent's halves are one again");
	anon_at(p + PAGE, 1);
	is(lines(p), 3, "and join what is new");
	munmap(p, 16 * PAGE);
}

int main(void)
{
	char *p = hole(16);

	test_kinds(p);
	test_written(p);
	test_moved(p);
	test_fork(p);
	return done();
}
