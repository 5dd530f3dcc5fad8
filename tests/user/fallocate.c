/*
 * fallocate(2) of shared memory (a memfd, as of tmpfs), and lseek(2) over its holes. Errors of the manual
 * page, and where they are checked:
 *
 *   EBADF       no descriptor, not open for writing, O_PATH        test_errors
 *   EFBIG       past the largest file                              test_errors
 *   EINTR       comes too late to be seen: the pages are there at once
 *   EINVAL      offset < 0, len <= 0                                test_errors
 *   EINVAL      modes that exclude others: EOPNOTSUPP since Linux 6.14
 *   EIO         no device behind it
 *   EISDIR      a directory (what the manual page leaves out)       test_errors
 *   ENODEV      a device                                           test_errors
 *   ENOSPC      a full file system: tests/user/tmpfs.c
 *   ENOSYS      it is there
 *   EOPNOTSUPP  modes that shared memory does not have             test_errors
 *   EPERM       a seal: tests/user/memfd.c; immutable and append-only files are not there
 *   ESPIPE      a pipe                                             test_errors
 *   ETXTBSY     only of modes that are not supported
 *   lseek ENXIO SEEK_DATA and SEEK_HOLE past the end               test_seek
 */
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define RW       (PROT_READ | PROT_WRITE)
#define KEEP     1
#define PUNCH    2
#define COLLAPSE 8
#define ZERO     16
#define INSERT   32
#define UNSHARE  64

static long falloc(int fd, int mode, long long offset, long long len)
{
	return sys(SYS_fallocate, fd, mode, offset, offset >> 32, len, len >> 32);
}

static int memory(size_t pages)
{
	int fd = sys(SYS_memfd_create, "fallocate", 0);
	char block[PAGE];
	size_t i;

	for (i = 0; i < pages; i++) {
		memset(block, i + 1, PAGE);
		write(fd, block, PAGE);
	}
	return fd;
}

static long size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? -1 : st.st_size;
}

static long pages_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? -1 : (long)st.st_blocks / 8;
}

static int byte_at(int fd, off_t at)
{
	unsigned char c;

	return pread(fd, &c, 1, at) == 1 ? c : -1;
}

static void test_errors(void)
{
	static const int alone[] = { COLLAPSE, ZERO, INSERT, ZERO | KEEP };
	int fd = memory(1), pipes[2], null = open("/dev/null", O_RDWR), dir = open("/", O_RDONLY);
	char path[40];
	int ro, name;
	unsigned int i;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ro = open(path, O_RDONLY);
	name = open(path, O_PATH);
	is(falloc(-1, 0, 0, 1), -EBADF, "EBADF: no descriptor");
	is(falloc(ro, 0, 0, 1), -EBADF, "EBADF: open for reading");
	is(falloc(name, 0, 0, 1), -EBADF, "EBADF: O_PATH");
	is(falloc(dir, 0, 0, 1), -EBADF, "EBADF: a directory, which nobody can open for writing");
	is(falloc(fd, 0, -1, 1), -EINVAL, "EINVAL: offset -1");
	is(falloc(fd, 0, 0, 0), -EINVAL, "EINVAL: length 0");
	is(falloc(fd, 0, 0, -1), -EINVAL, "EINVAL: length -1");
	is(falloc(fd, KEEP, 1LL << 62, 1LL << 62), -EFBIG, "EFBIG: past what an offset can say");
	is(falloc(fd, PUNCH | KEEP, 0x7fffffffffffffff, 1), -EFBIG, "EFBIG: the last offset");
	is(falloc(fd, PUNCH, 0, PAGE), -EOPNOTSUPP, "EOPNOTSUPP: PUNCH_HOLE without KEEP_SIZE");
	is(falloc(fd, PUNCH | KEEP | ZERO, 0, PAGE), -EOPNOTSUPP, "EOPNOTSUPP: two at once");
	is(falloc(fd, 0x1000, 0, PAGE), -EOPNOTSUPP, "EOPNOTSUPP: an unknown mode");
	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		is(falloc(fd, alone[i], 0, PAGE), -EOPNOTSUPP, "EOPNOTSUPP: mode %#x", alone[i]);
	is(falloc(fd, PUNCH | COLLAPSE, 0, PAGE), -EOPNOTSUPP,
	   "EOPNOTSUPP: PUNCH_HOLE comes first");
	is(falloc(ro, ZERO, 0, PAGE), -EBADF, "  but EBADF comes first");
	is(falloc(fd, 0x1000, 0, 0), -EINVAL, "  and EINVAL before that");
	is(falloc(null, 0, 0, 1), -ENODEV, "ENODEV: /dev/null");
	if (pipe(pipes) == 0) {
		is(falloc(pipes[1], 0, 0, 1), -ESPIPE, "ESPIPE: a pipe");
		is(falloc(pipes[0], 0, 0, 1), -EBADF, "  its other end is not for writing");
		close(pipes[0]);
		close(pipes[1]);
	}
	ok(size_of(fd) == (long)PAGE && byte_at(fd, 1) == 1, "nothing happened to the file");
	close(dir);
	close(null);
	close(name);
	close(ro);
	close(fd);
}

static void test_allocate(void)
{
	int fd = memory(1);

	is(falloc(fd, 0, PAGE - 1, 2), 0, "two bytes over the end of a page");
	ok(size_of(fd) == (long)PAGE + 1 && pages_of(fd) == 2,
	   "  grow the file, and it has two pages");
	ok(byte_at(fd, 5) == 1 && byte_at(fd, PAGE) == 0,
	   "  what was there stays, what is new is zero");
	is(falloc(fd, KEEP, 4 * PAGE, PAGE), 0, "KEEP_SIZE past the end");
	ok(size_of(fd) == (long)PAGE + 1 && pages_of(fd) == 3,
	   "  leaves the size, and adds a page");
	is(ftruncate(fd, PAGE + 1), 0, "ftruncate to the size it has");
	is(pages_of(fd), 2, "  gives up what lies behind");
	is(falloc(fd, KEEP, 4 * PAGE, PAGE), 0, "reserve it again");
	is(falloc(fd, 0, 0, PAGE), 0, "a range that is there");
	ok(size_of(fd) == (long)PAGE + 1 && pages_of(fd) == 3, "  changes nothing");
	is(ftruncate(fd, 5 * PAGE), 0, "ftruncate up to the page behind the end");
	is(byte_at(fd, 4 * PAGE + 3), 0, "  which is zero");
	is(ftruncate(fd, PAGE), 0, "ftruncate back");
	is(pages_of(fd), 1, "  gives up all that lies behind");
	close(fd);
}

static void test_punch(void)
{
	int fd = memory(6);
	unsigned char *p = mmap(NULL, 6 * PAGE, RW, MAP_SHARED, fd, 0);
	unsigned char *v = mmap(NULL, 6 * PAGE, RW, MAP_PRIVATE, fd, 0);

	v[2 * PAGE] = 99;
	ok(p[2 * PAGE] == 3 && v[3 * PAGE] == 4, "two mappings");
	is(falloc(fd, PUNCH | KEEP, PAGE + 10, 3 * PAGE), 0,
	   "a hole that begins and ends inside pages");
	is(pages_of(fd), 4, "  takes the two whole ones away");
	ok(p[PAGE + 9] == 2 && p[PAGE + 10] == 0 && p[2 * PAGE - 1] == 0,
	   "  zeroes the end of the first");
	ok(p[4 * PAGE + 9] == 0 && p[4 * PAGE + 10] == 5, "  and the beginning of the last");
	ok(v[2 * PAGE] == 99 && v[2 * PAGE + 1] == 3, "a private copy stays as it was");
	is(v[3 * PAGE], 0, "  a private mapping that was only read sees the hole");
	ok(p[2 * PAGE] == 0 && p[3 * PAGE + 7] == 0, "so does a shared one");
	is(size_of(fd), 6 * PAGE, "the size is the same");
	p[2 * PAGE] = 77;
	is(byte_at(fd, 2 * PAGE), 77, "a store fills it");
	is(falloc(fd, PUNCH | KEEP, 20, 10), 0, "a hole inside one page");
	ok(p[19] == 1 && p[20] == 0 && p[29] == 0 && p[30] == 1, "  zeroes just that");
	is(falloc(fd, PUNCH | KEEP, 5 * PAGE, 100 * PAGE), 0, "a hole over the end");
	ok(size_of(fd) == 6 * (long)PAGE && p[5 * PAGE] == 0, "  leaves the size");
	is(falloc(fd, PUNCH | KEEP, 50 * PAGE, PAGE), 0, "a hole behind the end");
	munmap(v, 6 * PAGE);
	munmap(p, 6 * PAGE);
	is(falloc(fd, PUNCH | KEEP, 0, 6 * PAGE), 0, "a hole of everything");
	ok(pages_of(fd) == 0 && byte_at(fd, 4 * PAGE + 10) == 0, "  no page, zeroes");
	is(pages_of(fd), 0, "reading a hole does not fill it");
	close(fd);
}

/* MADV_REMOVE is the same by address. */
static void test_remove(void)
{
	int fd = memory(3);
	unsigned char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);

	if (madvise(p + PAGE, PAGE, MADV_REMOVE)) {
		skip("no MADV_REMOVE: errno %d", errno);
	} else {
		ok(p[0] == 1 && p[PAGE] == 0 && p[2 * PAGE] == 3 && pages_of(fd) == 3,
		   "MADV_REMOVE takes one page away");
	}
	munmap(p, 3 * PAGE);
	close(fd);
}

static void test_seek(void)
{
	int fd = memory(2);

	ftruncate(fd, 10 * PAGE);
	pwrite(fd, "x", 1, 5 * PAGE + 8);
	is(lseek(fd, 0, SEEK_DATA), 0, "SEEK_DATA in data");
	is(lseek(fd, 100, SEEK_DATA), 100, "  stays");
	is(lseek(fd, 0, SEEK_HOLE), 2 * PAGE, "SEEK_HOLE finds the first");
	is(lseek(fd, 2 * PAGE + 9, SEEK_HOLE), 2 * PAGE + 9, "  in a hole it stays");
	is(lseek(fd, 2 * PAGE + 9, SEEK_DATA), 5 * PAGE, "SEEK_DATA finds the next page");
	is(lseek(fd, 5 * PAGE + 1, SEEK_HOLE), 6 * PAGE, "SEEK_HOLE behind it");
	is(lseek(fd, 6 * PAGE, SEEK_DATA) < 0 ? errno : 0, ENXIO, "ENXIO: no data behind");
	is(lseek(fd, 10 * PAGE, SEEK_DATA) < 0 ? errno : 0, ENXIO, "ENXIO: SEEK_DATA at the end");
	is(lseek(fd, 10 * PAGE, SEEK_HOLE) < 0 ? errno : 0, ENXIO, "ENXIO: SEEK_HOLE at the end");
	is(lseek(fd, -1, SEEK_DATA) < 0 ? errno : 0, ENXIO, "ENXIO: before the beginning");
	is(lseek(fd, 10 * PAGE - 1, SEEK_HOLE), 10 * PAGE - 1, "the last byte is a hole");
	falloc(fd, 0, 9 * PAGE, PAGE);
	is(lseek(fd, 9 * PAGE, SEEK_HOLE), 9 * PAGE,
	   "an allocated page that nobody wrote is one too");
	pwrite(fd, "x", 1, 9 * PAGE);
	is(lseek(fd, 9 * PAGE, SEEK_HOLE), 10 * PAGE, "behind data, the end of the file is a hole");
	close(fd);
}

/* What is only reserved is not there yet: reading leaves it so, a write brings it. */
static void test_reserved(void)
{
	int fd = memory(0);
	unsigned char there[2] = { 9, 9 };
	char byte = 5, *p;

	is(falloc(fd, 0, 0, 2 * PAGE), 0, "reserve two pages");
	p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	is(pread(fd, &byte, 1, 10), 1, "read a byte of it");
	is(byte, 0, "it is 0");
	is(sys(SYS_mincore, p, 2 * PAGE, there), 0, "mincore of both");
	ok(there[0] == 0 && there[1] == 0, "neither is resident");
	is(pwrite(fd, &byte, 1, PAGE), 1, "write a byte of the second");
	sys(SYS_mincore, p, 2 * PAGE, there);
	ok(there[0] == 0 && (there[1] & 1) == 1, "the second is resident");
	is(falloc(fd, 0, 0, 3 * PAGE), 0, "reserve them once more, and a third");
	sys(SYS_mincore, p, 2 * PAGE, there);
	ok((there[0] & 1) == 1, "what was reserved before is resident now");
	is(lseek(fd, 0, SEEK_HOLE), 2 * PAGE, "  which the third is not");
	munmap(p, 2 * PAGE);
	close(fd);
}

int main(void)
{
	test_errors();
	test_allocate();
	test_punch();
	test_remove();
	test_seek();
	test_reserved();
	return done();
}
