/*
 * truncate(2), ftruncate(2) and their 64-bit forms, and what they do to live mappings. Errors of the manual
 * page, and where they are checked:
 *
 *   EACCES        everybody is root here
 *   EBADF         no descriptor, O_PATH                     test_descriptors
 *   EFAULT        bad path                                  test_paths
 *   EFBIG         largest files differ between kernels
 *   EINTR, EIO    nothing to wait for, no device
 *   EINVAL        negative length, not open for writing, not a regular file   test_paths, test_descriptors
 *   EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR            test_paths
 *   EPERM         a seal: tests/user/memfd.c
 *   EROFS         no file system here is read-only
 *   ETXTBSY       a running program                         test_paths
 */
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

/* Both forms of a call give the same. */
static void both(const char *path, long long size, long want, const char *what)
{
	is(sys(SYS_truncate, path, size), want, "truncate: %s", what);
	is(sys(SYS_truncate64, path, size, size >> 32), want, "truncate64: %s", what);
}

static void fboth(int fd, long long size, long want, const char *what)
{
	is(sys(SYS_ftruncate, fd, size), want, "ftruncate: %s", what);
	is(sys(SYS_ftruncate64, fd, size, size >> 32), want, "ftruncate64: %s", what);
}

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

static void test_paths(void)
{
	char dir[] = "/tmp/truncate-XXXXXX", path[64], sub[80], name[300];
	int fd;

	if (!mkdtemp(dir))
		return;
	snprintf(path, sizeof(path), "%s/file", dir);
	both(path, 0, -ENOENT, "ENOENT");
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	both(path, 5000, 0, "longer");
	is(size_of(path), 5000, "  its size");
	both(path, 10, 0, "shorter");
	both(path, 10, 0, "as it is");
	is(size_of(path), 10, "  its size");
	both(path, -1, -EINVAL, "EINVAL: -1");
	both("/nowhere", -1, -EINVAL, "EINVAL comes before ENOENT");
	is(sys(SYS_truncate64, path, 0, 0x80000000), -EINVAL, "truncate64: EINVAL: -2^63");
	both(NULL, 0, -EFAULT, "EFAULT");
	both("", 0, -ENOENT, "ENOENT: an empty path");
	both(dir, 0, -EISDIR, "EISDIR");
	snprintf(sub, sizeof(sub), "%s/x", path);
	both(sub, 0, -ENOTDIR, "ENOTDIR");
	snprintf(sub, sizeof(sub), "%s/loop", dir);
	symlink(sub, sub);
	both(sub, 0, -ELOOP, "ELOOP");
	unlink(sub);
	symlink(path, sub);
	both(sub, 7, 0, "a link is followed");
	is(size_of(path), 7, "  to the file");
	unlink(sub);
	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = 0;
	both(name, 0, -ENAMETOOLONG, "ENAMETOOLONG");
	both("/dev/null", 0, -EINVAL, "EINVAL: a device");
	both("/proc/self/exe", 0, -ETXTBSY, "ETXTBSY");
	is(sys(SYS_truncate64, path, 4096, 1), 0, "truncate64: more than 4 GiB");
	is(sys(SYS_truncate64, path, 0x7fffffff, 0), 0, "truncate64: 2 GiB less one");
	close(fd);
	unlink(path);
	rmdir(dir);
}

static void test_descriptors(void)
{
	int fd = temp_file(100), pipes[2], ro, name, dir = open("/", O_RDONLY | O_DIRECTORY);
	int null = open("/dev/null", O_RDWR);
	char path[40];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ro = open(path, O_RDONLY);
	name = open(path, O_PATH);
	fboth(-1, 0, -EBADF, "EBADF: -1");
	fboth(999, 0, -EBADF, "EBADF: 999");
	fboth(name, 0, -EBADF, "EBADF: O_PATH");
	fboth(ro, 0, -EINVAL, "EINVAL: open for reading");
	fboth(dir, 0, -EINVAL, "EINVAL: a directory");
	fboth(null, 0, -EINVAL, "EINVAL: a device");
	fboth(fd, -1, -EINVAL, "EINVAL: -1");
	fboth(-1, -1, -EINVAL, "EINVAL comes before EBADF");
	if (pipe(pipes) == 0)
		fboth(pipes[1], 0, -EINVAL, "EINVAL: a pipe");
	fstat(fd, &st);
	is(st.st_size, 100, "nothing happened to the file");
	lseek(fd, 50, SEEK_SET);
	fboth(fd, 10, 0, "shorter than the position");
	is(lseek(fd, 0, SEEK_CUR), 50, "  which stays");
	is(write(fd, "x", 1), 1, "a write there");
	fstat(fd, &st);
	is(st.st_size, 51, "  makes it longer again");
	close(fd);
	close(ro);
	close(name);
	close(dir);
	close(null);
}

/* Shared and private mappings at the ends of what is cut off. */
static void test_edges(void)
{
	static const struct {
		size_t size;
		int there; /* pages that can be touched then */
	} cuts[] = { { 4 * PAGE, 4 },     { 3 * PAGE + 1, 4 }, { 3 * PAGE, 3 }, { 3 * PAGE - 1, 3 },
		     { 2 * PAGE + 1, 3 }, { PAGE, 1 },         { 1, 1 },        { 0, 0 } };
	unsigned int i, n;
	int kind, page;

	for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		for (kind = MAP_SHARED; kind <= MAP_PRIVATE; kind++) {
			int fd = temp_file(4 * PAGE);
			volatile unsigned char *p = mmap(NULL, 4 * PAGE, RW, kind, fd, 0);

			for (page = 0; page < 4; page++)
				p[page * PAGE + 7] = 0x77;
			ftruncate(fd, cuts[i].size);
			for (page = 0, n = 0; page < 4; page++)
				n += read_faults(p + page * PAGE) == 0;
			is(n, cuts[i].there, "%s, cut to %zu: pages left",
			   kind == MAP_SHARED ? "SHARED" : "PRIVATE", cuts[i].size);
			if (n)
				is(write_faults(p + n * PAGE - 1), 0,
				   "  the last one can be written");
			munmap((void *)p, 4 * PAGE);
			close(fd);
		}
	}
}

static int touch_third(void *p)
{
	return read_faults((char *)p + 2 * PAGE);
}

static void test_others(void)
{
	int fd = temp_file(4 * PAGE), pipes[2], ready[2], status;
	volatile unsigned char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0), *at;
	char c = 0;
	pid_t pid;

	p[2 * PAGE] = 50;
	at = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
	ok(at[0] == 50 && at[PAGE] == 4, "a mapping of the last pages");
	if (pipe(pipes) || pipe(ready))
		return;
	pid = fork();
	if (pid == 0) {
		volatile unsigned char *v = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);

		v[2 * PAGE] = 1;
		write(ready[1], &c, 1);
		read(pipes[0], &c, 1);
		_exit(read_faults(p + 2 * PAGE) != SIGBUS || read_faults(v + 2 * PAGE) != SIGBUS ||
		      p[PAGE] != 2);
	}
	read(ready[0], &c, 1);
	is(ftruncate(fd, 2 * PAGE), 0, "cut in the middle");
	write(pipes[1], &c, 1);
	waitpid(pid, &status, 0);
	ok(exits(status, 0), "another process is SIGBUS too, and keeps the rest");
	is(read_faults(at), SIGBUS, "the mapping of the last pages is SIGBUS");
	is(mlock((void *)p, 4 * PAGE) ? errno : 0, ENOMEM, "mlock of what is gone: ENOMEM");
	ok(exits(in_child(touch_third, (void *)p), SIGBUS), "a child of fork is SIGBUS");
	is(ftruncate(fd, 4 * PAGE), 0, "longer again");
	ok(p[2 * PAGE] == 0 && at[0] == 0 && at[PAGE] == 0, "  zeros");
	p[3 * PAGE] = 9;
	is(at[PAGE], 9, "  the same memory for all");
	munlock((void *)p, 4 * PAGE);
	munmap((void *)p, 4 * PAGE);
	munmap((void *)at, 2 * PAGE);
	close(fd);
}

/* What a store left behind the end of the file in its last page does not come back. */
static void test_tail(void)
{
	int fd = temp_file(PAGE);
	volatile unsigned char *p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	unsigned char c[3];

	ftruncate(fd, 100);
	p[100] = p[200] = 5;
	ftruncate(fd, 99);
	ftruncate(fd, PAGE);
	is(p[100], 0, "what lay behind the end is zero when it was cut again");
	pread(fd, c, 3, 98);
	ok(c[0] == 1 && c[1] == 0 && c[2] == 0, "  read sees the same");
	munmap((void *)p, PAGE);
	close(fd);
}

int main(void)
{
	test_paths();
	test_descriptors();
	test_edges();
	test_others();
	test_tail();
	return done();
}
