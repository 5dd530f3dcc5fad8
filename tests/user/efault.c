/*
 * A bad pointer is EFAULT in every call that takes one: never a signal, never a panic, and nothing
 * of the kernel is read or written. Each call is tried with NULL, an address near NULL, the first
 * and last kernel address, an unmapped page, PROT_NONE and, where the kernel writes, with a
 * read-only page.
 */
#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include "tests/user/probe.h"

#define RW     (PROT_READ | PROT_WRITE)
/* Above what any user program can have, with 32 and with 64 bits of kernel. */
#define KERNEL ((char *)0xfffff000)

static char *unmapped, *no_access, *read_only;
static int null_fd, zero_fd, file_fd, pipe_fd[2];

enum direction { IN, OUT };

/* Makes the call with each bad pointer at position `slot' (0 is the first argument). */
static void every(const char *name, enum direction dir, int slot, long nr, const long *args)
{
	void *bad[] = { (void *)8, KERNEL, (char *)-1UL - 3, unmapped + 16, no_access, read_only };
	int i, n = dir == OUT ? 6 : 5, wrong = 0;
	long a[6], ret;

	for (i = 0; i < n; i++) {
		memcpy(a, args, sizeof(a));
		a[slot] = (long)bad[i];
		ret = sys6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		if (ret != -EFAULT) {
			wrong++;
			printf("# %s: %p gave %ld\n", name, bad[i], ret);
			fflush(stdout);
		}
	}
	is(wrong, 0, "%s: EFAULT for each of %d bad pointers", name, n);
}

#define EVERY(name, dir, slot, nr, ...) every(name, dir, slot, nr, (long[6]){ __VA_ARGS__ })

static void test_paths(void)
{
	EVERY("open path", IN, 0, SYS_open, 0, O_RDONLY);
	EVERY("openat path", IN, 1, SYS_openat, AT_FDCWD, 0, O_RDONLY);
	EVERY("mkdir path", IN, 0, SYS_mkdir, 0, 0700);
	EVERY("rmdir path", IN, 0, SYS_rmdir, 0);
	EVERY("unlink path", IN, 0, SYS_unlink, 0);
	EVERY("chdir path", IN, 0, SYS_chdir, 0);
	EVERY("access path", IN, 0, SYS_access, 0, R_OK);
	EVERY("chmod path", IN, 0, SYS_chmod, 0, 0700);
	EVERY("truncate path", IN, 0, SYS_truncate64, 0, 0, 0);
	EVERY("link old", IN, 0, SYS_link, 0, (long)"/tmp/x");
	EVERY("link new", IN, 1, SYS_link, (long)"/tmp", 0);
	EVERY("rename old", IN, 0, SYS_rename, 0, (long)"/tmp/x");
	EVERY("rename new", IN, 1, SYS_rename, (long)"/tmp", 0);
	EVERY("symlink target", IN, 0, SYS_symlink, 0, (long)"/tmp/x");
	EVERY("readlink path", IN, 0, SYS_readlink, 0, (long)&(char[8]){ 0 }, 8);
	EVERY("stat path", IN, 0, SYS_stat64, 0, (long)&(struct stat){ 0 });
	EVERY("execve path", IN, 0, SYS_execve, 0, 0, 0);
}

static void test_results(void)
{
	EVERY("stat result", OUT, 1, SYS_stat64, (long)"/", 0);
	EVERY("fstat result", OUT, 1, SYS_fstat64, file_fd, 0);
	EVERY("lstat result", OUT, 1, SYS_lstat64, (long)"/", 0);
	EVERY("getcwd", OUT, 0, SYS_getcwd, 0, 64);
	EVERY("getdents", OUT, 1, SYS_getdents64, open("/", O_RDONLY), 0, 512);
	EVERY("pipe", OUT, 0, SYS_pipe, 0);
	EVERY("uname", OUT, 0, SYS_uname, 0);
	EVERY("llseek result", OUT, 3, SYS__llseek, file_fd, 0, 0, 0, SEEK_SET);
	EVERY("clock_gettime", OUT, 1, SYS_clock_gettime32, CLOCK_MONOTONIC, 0);
	EVERY("clock_gettime64", OUT, 1, 403, CLOCK_MONOTONIC, 0);
	EVERY("nanosleep", IN, 0, SYS_nanosleep, 0, 0);
	EVERY("sigprocmask set", IN, 1, SYS_rt_sigprocmask, SIG_BLOCK, 0, 0, 8);
	EVERY("sigprocmask old", OUT, 2, SYS_rt_sigprocmask, SIG_BLOCK, 0, 0, 8);
	EVERY("sigaction act", IN, 1, SYS_rt_sigaction, SIGUSR1, 0, 0, 8);
	EVERY("sigaction old", OUT, 2, SYS_rt_sigaction, SIGUSR1, 0, 0, 8);
	EVERY("sigpending", OUT, 0, SYS_rt_sigpending, 0, 8);
	EVERY("poll", OUT, 0, SYS_poll, 0, 1, 0);
	EVERY("old mmap", IN, 0, SYS_mmap, 0);
	EVERY("set_thread_area", IN, 0, SYS_set_thread_area, 0);
	EVERY("ioctl FIONREAD", OUT, 2, SYS_ioctl, pipe_fd[0], 0x541b, 0);
	EVERY("ugetrlimit", OUT, 1, SYS_ugetrlimit, 3, 0);
}

static void test_io(void)
{
	EVERY("read of /dev/zero", OUT, 1, SYS_read, zero_fd, 0, 16);
	EVERY("read of a file", OUT, 1, SYS_pread64, file_fd, 0, 16, 0, 0);
	EVERY("read of a pipe", OUT, 1, SYS_read, pipe_fd[0], 0, 4);
	EVERY("write of a file", IN, 1, SYS_pwrite64, file_fd, 0, 16, 0, 0);
	EVERY("write of a pipe", IN, 1, SYS_write, pipe_fd[1], 0, 16);
	EVERY("readv vectors", IN, 1, SYS_readv, zero_fd, 0, 1);
	EVERY("writev vectors", IN, 1, SYS_writev, file_fd, 0, 1);
}

static int pointed_read(void *p)
{
	struct iovec v = { p, 64 };

	return sys(SYS_readv, zero_fd, &v, 1) == -EFAULT;
}

static int pointed_write(void *p)
{
	struct iovec v = { p, 64 };

	return sys(SYS_writev, pipe_fd[1], &v, 1) == -EFAULT;
}

static void test_iovecs(void)
{
	char good[4] = "";
	struct iovec v[2] = { { good, 4 }, { KERNEL, 64 } };

	ok(pointed_read(KERNEL) && pointed_write(KERNEL), "a vector into the kernel");
	ok(pointed_read(unmapped) && pointed_write(unmapped), "a vector into nothing");
	ok(pointed_read(read_only), "a vector into a read-only page, to be read into");
	ok(pointed_read((char *)0xfffffff0), "a vector over the top of the address space");
	is(sys(SYS_writev, pipe_fd[1], v, 2) < 0 ? 4 : 4, 4,
	   "a good vector, then a bad one, survives");
	is(sys(SYS_write, pipe_fd[1], good, 0x7fffffff) == -EFAULT ||
		   fcntl(pipe_fd[1], F_GETFD) >= 0,
	   1, "a length far beyond the buffer survives");
}

/* The kernel copies what it can and says how much, or EFAULT where it could copy nothing. */
static void test_half(void)
{
	char *two = anon(2, RW), *edge = two + PAGE - 8;
	int p[2];
	long ret;

	munmap(two + PAGE, PAGE);
	memset(two, 'h', PAGE);
	ret = sys(SYS_pread64, file_fd, edge, 16, 0, 0);
	ok(ret == 8 && edge[7] == 1, "read over the edge of a mapping: a short count (%ld)", ret);
	ret = sys(SYS_pwrite64, file_fd, edge, 16, 0, 0);
	ok(ret == 8 || ret == -EFAULT, "write over the edge: short or EFAULT (%ld)", ret);
	pipe(p);
	ret = sys(SYS_write, p[1], edge, 16);
	ok(ret == 8 || ret == -EFAULT, "the same into a pipe (%ld)", ret);
	strcpy(two + PAGE - 5, "/tmp");
	is(sys(SYS_access, two + PAGE - 5, F_OK), 0, "a path that ends at the edge is fine");
	two[PAGE - 1] = 'x';
	is(sys(SYS_access, two + PAGE - 5, F_OK), -EFAULT, "one that runs over it is not");
	is(sys(SYS_stat64, "/", two + PAGE - 16), -EFAULT, "a result that runs over it");
	is(sys(SYS_pipe, two + PAGE - 4), -EFAULT, "pipe with room for one number");
	close(p[0]);
	close(p[1]);
	munmap(two, PAGE);
}

/* An address in the user half whose length runs into the kernel's. */
static void test_wrap(void)
{
	char *high = (char *)0xbffff000;

	is(sys(SYS_read, zero_fd, (char *)0xfffff000, 0x2000), -EFAULT, "a range that wraps");
	is(sys(SYS_write, pipe_fd[1], (char *)0x1000, -1) < 0, 1, "a length of 4 GiB - 1");
	if (!user_has_4g()) {
		is(sys(SYS_read, zero_fd, (char *)0xc0100000, 4096), -EFAULT,
		   "read over kernel text");
		is(sys(SYS_write, pipe_fd[1], (char *)0xc0100000, 4), -EFAULT,
		   "write of kernel text");
		is(sys(SYS_open, (char *)0xc0100000, 0), -EFAULT, "a path in kernel text");
		ok(sys(SYS_read, zero_fd, high, 8192) < 8192, "read across 3 GiB");
	}
}

int main(void)
{
	unmapped = hole(1);
	no_access = anon(1, PROT_NONE);
	read_only = anon(1, PROT_READ);
	null_fd = open("/dev/null", O_RDWR);
	zero_fd = open("/dev/zero", O_RDWR);
	file_fd = temp_file(PAGE);
	pipe(pipe_fd);
	fcntl(pipe_fd[1], F_SETFL, O_NONBLOCK);
	write(pipe_fd[1], "some", 4);
	test_paths();
	test_results();
	test_io();
	test_iovecs();
	test_half();
	test_wrap();
	is(sys(SYS_wait4, -1, 8, 0, 0), -ECHILD, "wait4 without children looks at no pointer");
	is(sys(SYS_write, null_fd, KERNEL, 16) <= 16, 1, "/dev/null does not look, or says EFAULT");
	is(*(volatile char *)read_only, 0, "the read-only page is unwritten");
	return done();
}
