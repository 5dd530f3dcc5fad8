/* Files: open and its flags, reading, writing, seeking, descriptors, truncation, vectors, stat. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "tests/user/probe.h"

static char dir[] = "/tmp/test-filesXXXXXX";

static const char *at(const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static long open_(const char *path, int flags, int mode)
{
	return sys(SYS_open, path, flags, mode);
}

static void test_open(void)
{
	int fd;

	is(open_(at("a"), O_RDONLY, 0), -ENOENT, "open what is not there");
	fd = open_(at("a"), O_RDWR | O_CREAT, 0644);
	ok(fd > 2, "O_CREAT makes it");
	is(open_(at("a"), O_RDWR | O_CREAT | O_EXCL, 0644), -EEXIST,
	   "O_EXCL refuses what is there");
	is(sys(SYS_write, fd, "hello", 5), 5, "write");
	close(fd);
	is(sys(SYS_write, fd, "x", 1), -EBADF, "a closed descriptor");
	is(sys(SYS_close, fd), -EBADF, "close it twice");
	is(open_(at("a/b"), O_RDONLY, 0), -ENOTDIR, "a file as a directory");
	is(open_(at("no/b"), O_CREAT | O_RDWR, 0600), -ENOENT, "O_CREAT in no directory");
	is(open_(dir, O_WRONLY, 0), -EISDIR, "write a directory");
	is(open_(at("a"), O_RDONLY | O_DIRECTORY, 0), -ENOTDIR, "O_DIRECTORY on a file");
	is(open_("", O_RDONLY, 0), -ENOENT, "empty path");
	is(open_((char *)8, O_RDONLY, 0), -EFAULT, "bad path pointer");
	fd = open_(at("a"), O_WRONLY, 0);
	is(sys(SYS_read, fd, &fd, 1), -EBADF, "read a write-only descriptor");
	close(fd);
	fd = open_(at("a"), O_RDONLY, 0);
	is(sys(SYS_write, fd, "x", 1), -EBADF, "write a read-only descriptor");
	close(fd);
	fd = open_(at("a"), O_RDWR | O_TRUNC, 0);
	is(lseek(fd, 0, SEEK_END), 0, "O_TRUNC empties it");
	close(fd);
	fd = sys(SYS_creat, at("b"), 0600);
	ok(fd > 2, "creat");
	close(fd);
	is(sys(SYS_openat, 999, "a", O_RDONLY), -EBADF, "openat below a bad descriptor");
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	ok(sys(SYS_openat, fd, "a", O_RDONLY) > 2, "openat below a directory");
	close(fd);
}

static void test_read_write(void)
{
	int fd = open(at("rw"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	char buf[16] = "";

	is(write(fd, "0123456789", 10), 10, "write ten bytes");
	is(read(fd, buf, 4), 0, "at the end there is nothing to read");
	is(lseek(fd, 3, SEEK_SET), 3, "seek");
	is(read(fd, buf, 4), 4, "read from there");
	is(memcmp(buf, "3456", 4), 0, "  the right bytes");
	is(read(fd, buf, 16), 3, "a short read at the end");
	is(pread(fd, buf, 3, 2), 3, "pread");
	ok(!memcmp(buf, "234", 3) && lseek(fd, 0, SEEK_CUR) == 10, "  leaves the position alone");
	is(pwrite(fd, "AB", 2, 4), 2, "pwrite");
	pread(fd, buf, 10, 0);
	is(memcmp(buf, "0123AB6789", 10), 0, "  in the middle");
	is(sys(SYS_pread64, fd, buf, 4, -1, -1), -EINVAL, "pread at a negative offset");
	is(lseek(fd, 20, SEEK_SET), 20, "seek past the end");
	is(write(fd, "Z", 1), 1, "write there");
	is(pread(fd, buf, 11, 10), 11, "the hole can be read");
	ok(buf[0] == 0 && buf[9] == 0 && buf[10] == 'Z', "  as zeros");
	is(lseek(fd, -30, SEEK_END), -1, "seek before the start");
	is(errno, EINVAL, "  EINVAL");
	is(lseek(fd, 0, 9), -1, "unknown whence");
	is(lseek(fd, -1, SEEK_END), 20, "SEEK_END");
	is(lseek(fd, -5, SEEK_CUR), 15, "SEEK_CUR");
	is(sys(SYS_lseek, fd, 2, SEEK_SET), 2, "lseek, the old call");
	close(fd);
}

static void test_append(void)
{
	int a = open(at("app"), O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0600);
	int b = open(at("app"), O_RDWR | O_APPEND);
	char buf[8] = "";

	write(a, "one", 3);
	write(b, "two", 3);
	write(a, "3", 1);
	is(pread(b, buf, 8, 0), 7, "two O_APPEND writers");
	is(memcmp(buf, "onetwo3", 7), 0, "  follow each other");
	is(fcntl(a, F_GETFL) & (O_APPEND | O_ACCMODE), O_APPEND | O_WRONLY, "F_GETFL");
	is(fcntl(b, F_SETFL, 0), 0, "F_SETFL takes O_APPEND away");
	lseek(b, 0, SEEK_SET);
	write(b, "X", 1);
	pread(b, buf, 1, 0);
	is(buf[0], 'X', "  then writes go where the position is");
	close(a);
	close(b);
}

static void test_descriptors(void)
{
	int fd = open(at("dup"), O_RDWR | O_CREAT | O_TRUNC, 0600), d, e;

	d = dup(fd);
	ok(d > fd, "dup takes a free number");
	write(fd, "abc", 3);
	is(lseek(d, 0, SEEK_CUR), 3, "both share one position");
	is(dup2(fd, 30), 30, "dup2");
	is(dup2(fd, fd), fd, "dup2 to itself");
	is(sys(SYS_dup3, fd, fd, 0), -EINVAL, "dup3 to itself");
	is(sys(SYS_dup3, fd, 31, O_CLOEXEC), 31, "dup3 with CLOEXEC");
	is(fcntl(31, F_GETFD), FD_CLOEXEC, "  sets it");
	is(fcntl(30, F_GETFD), 0, "dup2 does not");
	is(sys(SYS_dup, 999), -EBADF, "dup of a bad descriptor");
	is(sys(SYS_dup2, fd, -1), -EBADF, "dup2 to -1");
	is(sys(SYS_dup2, 999, 30), -EBADF, "dup2 of a bad descriptor");
	ok(fcntl(30, F_GETFD) >= 0, "  leaves the target open");
	e = fcntl(fd, F_DUPFD, 40);
	is(e, 40, "F_DUPFD from 40 on");
	is(fcntl(fd, F_DUPFD_CLOEXEC, 40), 41, "F_DUPFD_CLOEXEC: the next");
	is(sys(SYS_fcntl64, fd, 9999, 0), -EINVAL, "unknown fcntl");
	is(sys(SYS_fcntl64, 999, F_GETFD, 0), -EBADF, "fcntl of a bad descriptor");
	close(d);
	close(30);
	close(31);
	close(40);
	close(41);
	is(open("/dev/null", O_RDONLY), d, "open takes the lowest free number");
	close(d);
	close(fd);
}

static void test_truncate(void)
{
	int fd = open(at("tr"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	char buf[16] = "";
	struct stat st;

	write(fd, "0123456789", 10);
	is(ftruncate(fd, 4), 0, "ftruncate");
	fstat(fd, &st);
	is(st.st_size, 4, "  shrinks");
	is(ftruncate(fd, 8), 0, "ftruncate");
	is(pread(fd, buf, 16, 0), 8, "  grows");
	is(memcmp(buf, "0123\0\0\0\0", 8), 0, "  with zeros, not with what was there");
	is(truncate(at("tr"), 2), 0, "truncate by path");
	is(lseek(fd, 0, SEEK_END), 2, "  shrinks");
	is(sys(SYS_ftruncate64, fd, -1, -1), -EINVAL, "negative length");
	is(truncate(at("nope"), 0) < 0 ? errno : 0, ENOENT, "no such file");
	is(truncate(dir, 0) < 0 ? errno : 0, EISDIR, "a directory");
	close(fd);
	fd = open(at("tr"), O_RDONLY);
	is(ftruncate(fd, 0) < 0 ? errno : 0, EINVAL, "a read-only descriptor");
	close(fd);
}

static void test_vectors(void)
{
	int fd = open(at("vec"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct iovec v[3] = { { "one", 3 }, { "", 0 }, { "four", 4 } }, r[2];
	char a[5] = "", b[8] = "";

	is(writev(fd, v, 3), 7, "writev");
	lseek(fd, 0, SEEK_SET);
	r[0] = (struct iovec){ a, 4 };
	r[1] = (struct iovec){ b, 7 };
	is(readv(fd, r, 2), 7, "readv");
	ok(!memcmp(a, "onef", 4) && !memcmp(b, "our", 3), "  fills one after the other");
	is(sys(SYS_writev, fd, v, 0), 0, "no vectors");
	is(sys(SYS_writev, fd, v, -1), -EINVAL, "-1 vectors");
	is(sys(SYS_writev, fd, v, 1025), -EINVAL, "1025 vectors");
	v[1].iov_len = -1;
	is(sys(SYS_writev, fd, v, 3), -EINVAL, "a negative length");
	close(fd);
}

static void test_stat(void)
{
	int fd = open(at("st"), O_RDWR | O_CREAT | O_TRUNC, 0640);
	struct stat st, other;

	write(fd, "12345", 5);
	is(fstat(fd, &st), 0, "fstat");
	ok(S_ISREG(st.st_mode) && st.st_size == 5 && st.st_nlink == 1, "type, size, links");
	is(st.st_mode & 0777, 0640, "mode");
	is(stat(at("st"), &other), 0, "stat");
	ok(other.st_ino == st.st_ino && other.st_dev == st.st_dev, "  the same file");
	is(fchmod(fd, 0600), 0, "fchmod");
	is(chmod(at("st"), 04711), 0, "chmod");
	fstat(fd, &st);
	is(st.st_mode & 07777, 04711, "  changes the mode");
	is(stat(dir, &st), 0, "stat of a directory");
	ok(S_ISDIR(st.st_mode), "  says so");
	is(stat("/dev/null", &st), 0, "stat of a device");
	ok(S_ISCHR(st.st_mode) && st.st_rdev == 0x103, "  character 1:3");
	is(stat(at("nope"), &st) < 0 ? errno : 0, ENOENT, "stat of nothing");
	is(fstat(999, &st) < 0 ? errno : 0, EBADF, "fstat of a bad descriptor");
	is(umask(077), 022, "umask tells the old one");
	close(open(at("masked"), O_CREAT | O_RDWR, 0666));
	stat(at("masked"), &st);
	is(st.st_mode & 0777, 0600, "  and is taken from new modes");
	umask(022);
	is(access(at("st"), R_OK | W_OK), 0, "access");
	is(access(at("nope"), F_OK) < 0 ? errno : 0, ENOENT, "access of nothing");
	is(sys(SYS_access, at("st"), 99), -EINVAL, "access with an unknown mode");
	is(access(at("masked"), X_OK) < 0 ? errno : 0, EACCES, "no one may execute it");
	close(fd);
}

static void test_null_zero(void)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
	char buf[64], *p;

	memset(buf, 1, 64);
	is(write(null, buf, 64), 64, "/dev/null takes everything");
	is(read(null, buf, 64), 0, "  and gives nothing");
	is(read(zero, buf, 64), 64, "/dev/zero gives");
	ok(buf[0] == 0 && buf[63] == 0, "  zeros");
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
	ok(p != MAP_FAILED && *p == 0 && !write_faults(p), "  also when mapped");
	close(null);
	close(zero);
}

static void clean(void)
{
	static const char *const names[] = { "a",  "b",   "rw", "app",   "dup",
					     "tr", "vec", "st", "masked" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		is(unlink(at(names[i])), 0, "unlink %s", names[i]);
	is(rmdir(dir), 0, "the directory is empty at the end");
}

int main(void)
{
	umask(022);
	mkdtemp(dir);
	test_open();
	test_read_write();
	test_append();
	test_descriptors();
	test_truncate();
	test_vectors();
	test_stat();
	test_null_zero();
	clean();
	return done();
}
