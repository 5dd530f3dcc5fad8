/*
 * memfd_create(2) and the seals of fcntl(2). Errors of the manual pages, and where they are checked:
 *
 *   memfd_create EFAULT         bad name                     test_create
 *   memfd_create EINVAL         unknown flags, name too long test_create
 *   memfd_create EMFILE         RLIMIT_NOFILE                test_create
 *   memfd_create ENFILE, ENOMEM the whole machine would have to run out: not here
 *   memfd_create EPERM          MFD_HUGETLB: there are no huge pages here
 *   F_ADD_SEALS  EPERM          sealed, not allowed, fd not writable   test_add
 *   F_ADD_SEALS  EINVAL         unknown seal, not a memfd    test_add
 *   F_ADD_SEALS  EBUSY          F_SEAL_WRITE and a shared writable mapping   test_seal_write
 *   F_GET_SEALS  EINVAL         not a memfd                  test_add
 *   EPERM of ftruncate, O_TRUNC, write, fallocate, mmap, mprotect (EACCES) under each seal
 *                               test_shrink, test_grow, test_seal_write, test_future_write
 */
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include "tests/user/probe.h"

#define RW         (PROT_READ | PROT_WRITE)
#define CLOEXEC    1
#define SEALING    2
#define ADD_SEALS  1033
#define GET_SEALS  1034
#define SEAL       0x01
#define SHRINK     0x02
#define GROW       0x04
#define SEAL_WRITE 0x08
#define FUTURE     0x10

static int memfd(const char *name, unsigned int flags)
{
	return sys(SYS_memfd_create, name, flags);
}

/* One of three pages that can be sealed. */
static int sealable(void)
{
	int fd = memfd("seals", SEALING);

	ftruncate(fd, 3 * PAGE);
	return fd;
}

static int add(int fd, unsigned int seals)
{
	return sys(SYS_fcntl64, fd, ADD_SEALS, seals);
}

static int get(int fd)
{
	return sys(SYS_fcntl64, fd, GET_SEALS);
}

/* Another open file of the same memfd. */
static int reopen(int fd, int flags)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return sys(SYS_open, path, flags);
}

static long map(int fd, int prot, int flags)
{
	return sys(SYS_mmap2, 0, PAGE, prot, flags, fd, 0);
}

static int mapped(long addr)
{
	return (unsigned long)addr < -4095UL;
}

static void test_create(void)
{
	struct rlimit old, few;
	char name[300], link[300];
	int fd = memfd("a name", CLOEXEC), other = memfd("a name", 0);
	struct stat st;
	ssize_t n;

	ok(fd >= 0 && other >= 0, "two of the same name");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "MFD_CLOEXEC");
	is(fcntl(other, F_GETFD), 0, "  and without it");
	is(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR, "open for reading and writing");
	fstat(fd, &st);
	ok(S_ISREG(st.st_mode) && st.st_size == 0 && st.st_nlink == 0,
	   "an empty file without a name");
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = readlink(name, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = 0;
	is(strcmp(link, "/memfd:a name (deleted)"), 0, "its name in /proc/self/fd");
	is(write(fd, "hello", 5), 5, "write");
	is(pread(other, name, 5, 0), 0, "the other one is another file");
	close(other);
	close(fd);

	is(memfd(NULL, 0), -EFAULT, "EFAULT: no name");
	is(memfd((char *)0xffffff00, 0), -EFAULT, "EFAULT: a name of the kernel's");
	is(memfd("x", 0x80), -EINVAL, "EINVAL: an unknown flag");
	is(memfd("x", 0x80000000), -EINVAL, "EINVAL: the last flag");
	memset(name, 'x', sizeof(name));
	name[249] = 0;
	fd = memfd(name, 0);
	ok(fd >= 0, "a name of 249 bytes");
	name[249] = 'x';
	name[250] = 0;
	is(memfd(name, 0), -EINVAL, "EINVAL: a name of 250 bytes");
	close(fd);
	fd = memfd("", 0);
	ok(fd >= 0, "an empty name");
	getrlimit(RLIMIT_NOFILE, &old);
	few = (struct rlimit){ fd + 1, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &few);
	is(memfd("x", 0), -EMFILE, "EMFILE");
	setrlimit(RLIMIT_NOFILE, &old);
	close(fd);
}

static void test_add(void)
{
	int fd = memfd("plain", 0), sealed = sealable(), ro, pipes[2];

	is(get(fd), SEAL, "without MFD_ALLOW_SEALING it is sealed against seals");
	is(add(fd, SHRINK), -EPERM, "  EPERM");
	is(get(sealed), 0, "with it, no seals");
	is(add(sealed, 0), 0, "adding none");
	is(add(sealed, 0x40000000), -EINVAL, "EINVAL: an unknown seal");
	is(add(sealed, SHRINK), 0, "F_SEAL_SHRINK");
	is(add(sealed, SHRINK | GROW), 0, "again, with F_SEAL_GROW");
	is(get(sealed), SHRINK | GROW, "F_GET_SEALS tells both");
	ro = reopen(sealed, O_RDONLY);
	is(get(ro), SHRINK | GROW, "another open file has the same");
	is(add(ro, SEAL), -EPERM, "EPERM: not open for writing");
	is(add(sealed, SEAL), 0, "F_SEAL_SEAL");
	is(add(sealed, SEAL_WRITE), -EPERM, "EPERM: no more seals");
	is(add(sealed, 0), -EPERM, "  not even none");
	close(ro);
	close(sealed);
	close(fd);
	if (pipe(pipes) == 0) {
		is(add(pipes[1], SEAL), -EINVAL, "EINVAL: seals of a pipe");
		is(get(pipes[0]), -EINVAL, "EINVAL: F_GET_SEALS of a pipe");
		close(pipes[0]);
		close(pipes[1]);
	}
	is(add(-1, SEAL), -EBADF, "EBADF: F_ADD_SEALS");
	is(get(-1), -EBADF, "EBADF: F_GET_SEALS");
}

static void test_shrink(void)
{
	int fd = sealable(), other;
	struct stat st;

	add(fd, SHRINK);
	is(sys(SYS_ftruncate64, fd, 3 * PAGE - 1, 0), -EPERM,
	   "F_SEAL_SHRINK: ftruncate by one byte");
	is(reopen(fd, O_RDWR | O_TRUNC), -EPERM, "  O_TRUNC");
	is(sys(SYS_ftruncate64, fd, 3 * PAGE, 0), 0, "  the size it has");
	is(sys(SYS_ftruncate64, fd, 4 * PAGE, 0), 0, "  growing");
	is(sys(SYS_fallocate, fd, 3, 0, 0, PAGE, 0), 0, "  punching a hole");
	is(sys(SYS_pwrite64, fd, "x", 1, 5 * PAGE, 0), 1, "  writing past the end");
	other = reopen(fd, O_RDONLY);
	fstat(other, &st);
	is(st.st_size, 5 * PAGE + 1, "  the size is as expected");
	close(other);
	close(fd);
}

static void test_grow(void)
{
	static char buf[2 * PAGE];
	int fd = sealable();
	struct stat st;

	add(fd, GROW);
	is(sys(SYS_ftruncate64, fd, 3 * PAGE + 1, 0), -EPERM, "F_SEAL_GROW: ftruncate by one byte");
	is(sys(SYS_pwrite64, fd, "x", 1, 3 * PAGE, 0), -EPERM, "  a write past the end");
	is(sys(SYS_pwrite64, fd, buf, 2 * PAGE, 2 * PAGE, 0), PAGE,
	   "  of two pages the one inside");
	is(sys(SYS_pwrite64, fd, "x", 1, 3 * PAGE - 1, 0), 1, "  a write up to the end");
	is(sys(SYS_fallocate, fd, 0, 0, 0, 3 * PAGE + 1, 0), -EPERM, "  fallocate past the end");
	is(sys(SYS_fallocate, fd, 0, 0, 0, 3 * PAGE, 0), 0, "  fallocate up to the end");
	is(sys(SYS_ftruncate64, fd, PAGE, 0), 0, "  shrinking");
	is(sys(SYS_ftruncate64, fd, 2 * PAGE, 0), -EPERM, "  and back");
	fstat(fd, &st);
	is(st.st_size, PAGE, "  the size is as expected");
	close(fd);
}

/* What both seals against writing refuse. */
static void check_not_written(int fd, const char *seal)
{
	long p;

	is(sys(SYS_pwrite64, fd, "x", 1, 0, 0), -EPERM, "%s: write", seal);
	is(sys(SYS_fallocate, fd, 3, 0, 0, PAGE, 0), -EPERM, "  fallocate PUNCH_HOLE");
	is(map(fd, RW, MAP_SHARED), -EPERM, "  a shared writable mapping");
	p = map(fd, RW, MAP_PRIVATE);
	ok(mapped(p) && !write_faults((char *)p), "  a private one is allowed");
	sys(SYS_munmap, p, PAGE);
	p = map(reopen(fd, O_RDONLY), PROT_READ, MAP_SHARED);
	ok(mapped(p) && *(volatile char *)p == 7, "  a shared mapping of an fd to read shows it");
	is(sys(SYS_mprotect, p, PAGE, RW), -EACCES, "  mprotect does not make it writable");
	sys(SYS_munmap, p, PAGE);
	is(sys(SYS_ftruncate64, fd, 4 * PAGE, 0), 0, "  the size may change");
	is(sys(SYS_fallocate, fd, 0, 0, 0, PAGE, 0), 0, "  pages may be allocated");
}

static void test_seal_write(void)
{
	int fd = sealable(), ro = reopen(fd, O_RDONLY);
	long p = map(fd, PROT_READ, MAP_SHARED), v = map(fd, RW, MAP_PRIVATE), r, q;

	pwrite(fd, "\7", 1, 0);
	is(add(fd, SEAL_WRITE), -EBUSY,
	   "F_SEAL_WRITE, a shared mapping that may become writable: EBUSY");
	sys(SYS_munmap, p, PAGE);
	p = map(fd, RW, MAP_SHARED);
	is(add(fd, SEAL_WRITE | GROW), -EBUSY, "  one that is");
	is(get(fd), 0, "  nothing is sealed then");
	q = sys(SYS_mremap, p, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	sys(SYS_munmap, q, PAGE);
	is(add(fd, SEAL_WRITE), -EBUSY, "  a part of it, moved");
	sys(SYS_munmap, q + PAGE, PAGE);
	r = map(ro, PROT_READ, MAP_SHARED);
	is(add(fd, SEAL_WRITE), 0, "private ones, and those of an fd to read, do not matter");
	sys(SYS_munmap, v, PAGE);
	sys(SYS_munmap, r, PAGE);
	check_not_written(fd, "F_SEAL_WRITE");
	close(ro);
	close(fd);
}

static void test_future_write(void)
{
	int fd = sealable();
	volatile char *p = (char *)map(fd, RW, MAP_SHARED);
	char c = 0;

	is(add(fd, FUTURE), 0, "F_SEAL_FUTURE_WRITE under a writable mapping");
	is(get(fd), FUTURE, "  F_GET_SEALS");
	p[0] = 7;
	p[9] = 8;
	pread(fd, &c, 1, 9);
	is(c, 8, "  which still writes");
	is(sys(SYS_mprotect, p, PAGE, PROT_READ), 0, "  may lose the right");
	is(sys(SYS_mprotect, p, PAGE, RW), 0, "  and get it again");
	is(map(fd, RW, MAP_SHARED), -EPERM, "  beside it there is no other");
	is(add(fd, SEAL_WRITE), -EBUSY, "  F_SEAL_WRITE has to wait for its end");
	munmap((void *)p, PAGE);
	check_not_written(fd, "F_SEAL_FUTURE_WRITE");
	p = (char *)map(fd, PROT_READ, MAP_SHARED);
	ok(mapped((long)p), "  a shared mapping to read");
	is(sys(SYS_mprotect, p, PAGE, RW), -EACCES, "  stays one");
	is(add(fd, SEAL_WRITE), 0, "  and is no reason against F_SEAL_WRITE");
	munmap((void *)p, PAGE);
	close(fd);
}

static volatile int target = -1;

static void *sealer(void *unused)
{
	while (target >= -1) {
		nanosleep(&(struct timespec){ 0, 1 }, NULL);
		add(target, SEAL_WRITE);
	}
	return unused;
}

/*
 * A writable mapping and a seal that meet half-way: never both. The mapping takes the place of the last one of
 * a large file, whose end gives the other thread time to come in.
 */
static void test_race(void)
{
	const unsigned int pages = 8192;
	char *place = hole(1);
	int i, fd, large, sealed, both = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, sealer, NULL);
	for (i = 0; i < 12; i++) {
		large = memfd("large", 0);
		sys(SYS_fallocate, large, 0, 0, 0, pages * PAGE, 0);
		sys(SYS_mmap2, place, PAGE, RW, MAP_SHARED | MAP_FIXED, large, 0);
		close(large);
		fd = sealable();
		target = fd;
		if (mapped(sys(SYS_mmap2, place, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0))) {
			sealed = get(fd) & SEAL_WRITE;
			both += !!sealed;
		}
		target = -1;
		munmap(place, PAGE);
		close(fd);
	}
	target = -2;
	pthread_join(thread, NULL);
	is(both, 0, "no file is sealed against writing while mmap makes it writable");
}

int main(void)
{
	test_create();
	test_add();
	test_shrink();
	test_grow();
	test_seal_write();
	test_future_write();
	test_race();
	return done();
}
