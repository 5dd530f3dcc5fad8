/* Mappings of files: private and shared, seen through read and write, truncation, SIGBUS. */
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static int byte_at(int fd, off_t at)
{
	unsigned char c;

	return pread(fd, &c, 1, at) == 1 ? c : -1;
}

static void test_errors(void)
{
	char path[] = "/tmp/test-mapXXXXXX";
	int fd = mkstemp(path), ro = open(path, O_RDONLY), wo = open(path, O_WRONLY), pipes[2];
	int dir = open("/", O_RDONLY | O_DIRECTORY);

	is(sys(SYS_mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), -EACCES,
	   "O_WRONLY, PRIVATE read");
	is(sys(SYS_mmap2, 0, PAGE, PROT_WRITE, MAP_SHARED, wo, 0), -EACCES,
	   "O_WRONLY, SHARED write");
	is(sys(SYS_mmap2, 0, PAGE, RW, MAP_SHARED, ro, 0), -EACCES, "O_RDONLY, SHARED write");
	ok(mmap(0, PAGE, RW, MAP_PRIVATE, ro, 0) != MAP_FAILED, "O_RDONLY, PRIVATE write");
	is(sys(SYS_mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE, dir, 0), -ENODEV, "a directory");
	if (pipe(pipes) == 0)
		is(sys(SYS_mmap2, 0, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0), -ENODEV, "a pipe");
	is(sys(SYS_mmap2, 0, 0, PROT_READ, MAP_PRIVATE, fd, 0), -EINVAL, "length 0");
	close(wo);
	close(ro);
	close(dir);
	close(fd);
	unlink(path);
}

static void test_private(void)
{
	int fd = temp_file(3 * PAGE);
	unsigned char *p = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);
	unsigned char *q = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);

	ok(p[0] == 1 && p[PAGE] == 2 && p[3 * PAGE - 1] == 3, "PRIVATE shows the file");
	p[0] = 100;
	q[PAGE + 1] = 101;
	ok(p[0] == 100 && p[1] == 1, "a write is seen by the writer");
	ok(q[0] == 1 && byte_at(fd, 0) == 1, "  but not by another mapping, nor in the file");
	pwrite(fd, "\x07", 1, 2 * PAGE);
	is(p[2 * PAGE], 7, "a page never written follows the file");
	pwrite(fd, "\x08", 1, 5);
	is(p[5], 1, "a page written keeps its copy");
	munmap(p, 3 * PAGE);
	munmap(q, 3 * PAGE);
	p = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	p[9] = 1;
	ok(p[9] == 1 && p[5] == 8, "a first touch that writes copies the page");
	munmap(p, PAGE);
	close(fd);
}

static void test_shared(void)
{
	int fd = temp_file(3 * PAGE);
	unsigned char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	unsigned char *q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1);
	unsigned char *r;

	munmap(q, PAGE);
	q = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	p[PAGE + 3] = 0x99;
	is(q[3], 0x99, "two SHARED mappings are one memory");
	is(byte_at(fd, PAGE + 3), 0x99, "read sees the store at once");
	pwrite(fd, "\x66", 1, PAGE + 4);
	ok(p[PAGE + 4] == 0x66 && q[4] == 0x66, "the mappings see a write at once");
	r = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
	is(r[3], 0x99, "an untouched PRIVATE mapping sees it too");
	is(msync(p, 3 * PAGE, MS_SYNC), 0, "msync");
	is(msync(p + 1, PAGE, MS_SYNC) < 0 ? errno : 0, EINVAL, "msync inside a page");
	is(msync(p, PAGE, MS_SYNC | MS_ASYNC) < 0 ? errno : 0, EINVAL, "msync SYNC and ASYNC");
	is(write_faults(q), SIGSEGV, "a SHARED mapping without write right refuses a store");
	munmap(p, 3 * PAGE);
	munmap(q, PAGE);
	munmap(r, PAGE);
	close(fd);
}

static void test_shared_fork(void)
{
	int fd = temp_file(PAGE), status;
	volatile unsigned char *p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	volatile unsigned char *v = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	pid_t pid;

	v[0] = 20;
	pid = fork();
	if (pid == 0) {
		p[1] = 11;
		v[1] = 21;
		_exit(v[0] != 20 || p[0] != 1);
	}
	waitpid(pid, &status, 0);
	is(status, 0, "a child has the parent's mappings");
	ok(p[1] == 11 && byte_at(fd, 1) == 11, "its SHARED store is seen by parent and file");
	is(v[1], 1, "its PRIVATE store is not");
	munmap((void *)p, PAGE);
	munmap((void *)v, PAGE);
	close(fd);
}

static void test_beyond_end(void)
{
	int fd = temp_file(PAGE + 100);
	unsigned char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	unsigned char *v = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	struct stat st;

	ok(p[PAGE + 99] == 2 && p[PAGE + 100] == 0 && p[2 * PAGE - 1] == 0,
	   "the last partial page ends in zeros");
	is(read_faults(p + 2 * PAGE), SIGBUS, "a read past the end is SIGBUS");
	is(probe_fault.code, BUS_ADRERR, "  BUS_ADRERR");
	is(probe_fault.addr, (long)(p + 2 * PAGE), "  with the address");
	is(write_faults(p + 3 * PAGE + 7), SIGBUS, "a write past the end is SIGBUS");
	is(probe_fault.addr, (long)(p + 3 * PAGE + 7), "  with the address to the byte");
	is(write_faults(v + 2 * PAGE), SIGBUS, "a PRIVATE write past the end is SIGBUS");
	p[2 * PAGE - 1] = 1;
	fstat(fd, &st);
	is(st.st_size, PAGE + 100, "a store in the partial page does not grow the file");
	is(byte_at(fd, PAGE + 100), -1, "  nor can it be read");
	ftruncate(fd, 3 * PAGE);
	is(read_faults(p + 2 * PAGE), 0, "after ftruncate grew the file the page is there");
	is(p[2 * PAGE], 0, "  and zero");
	is(read_faults(p + 3 * PAGE), SIGBUS, "the page after it is still past the end");
	munmap(p, 4 * PAGE);
	munmap(v, 4 * PAGE);
	close(fd);
}

static void test_truncate(void)
{
	int fd = temp_file(3 * PAGE);
	unsigned char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	unsigned char *v = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0);

	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	v[2 * PAGE] = 5;
	is(ftruncate(fd, PAGE + 50), 0, "truncate under the mappings");
	is(read_faults(p + 2 * PAGE), SIGBUS, "the SHARED page past the end is SIGBUS");
	is(read_faults(v + 2 * PAGE), SIGBUS, "so is the PRIVATE copy that was written");
	ok(p[0] == 1 && p[PAGE + 49] == 2, "pages before the end stay");
	is(p[PAGE + 50], 0, "the rest of the last page became zero");
	is(ftruncate(fd, 3 * PAGE), 0, "grow it again");
	ok(p[2 * PAGE] == 0 && v[2 * PAGE] == 0, "what was cut off comes back as zeros");
	munmap(p, 3 * PAGE);
	munmap(v, 3 * PAGE);
	close(fd);
}

static void test_kernel_touch(void)
{
	int fd = temp_file(PAGE), null = open("/dev/null", O_WRONLY), src = temp_file(2 * PAGE);
	unsigned char *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);

	is(sys(SYS_pread64, src, p + PAGE, 16, 0, 0), -EFAULT,
	   "pread into a page past the end is EFAULT");
	is(sys(SYS_pread64, src, p + PAGE - 8, 16, 0, 0), 8, "half in the file: a short count");
	is(sys(SYS_pread64, src, p + 10, 16, PAGE, 0), 16, "pread into a mapping");
	ok(p[10] == 2 && byte_at(fd, 25) == 2, "  lands in the file");
	is(pwrite(fd, p, 64, 100), 64, "write(2) of a file from a mapping of itself");
	is(p[110], 2, "  copies the bytes");
	munmap(p, 2 * PAGE);
	close(fd);
	close(src);
	close(null);
}

/* The buffer of a write is a mapping of the very page that is written. */
static void test_write_from_itself(void)
{
	int fd = temp_file(2 * PAGE);
	unsigned char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);

	is(sys(SYS_pwrite64, fd, p, PAGE, 0, 0), PAGE,
	   "write of a page from its own, untouched mapping");
	is(byte_at(fd, 77), 1, "  leaves it as it was");
	is(sys(SYS_pwrite64, fd, p + PAGE - 16, 2 * PAGE, 8, 0), PAGE + 16,
	   "write from a mapping that the file ends in copies up to the end");
	is(byte_at(fd, 7) << 8 | byte_at(fd, 24), 0x102, "  and what came before");
	ftruncate(fd, 4 * PAGE);
	is(sys(SYS_pwrite64, fd, p + 3 * PAGE, 100, 3 * PAGE + 5, 0), 100,
	   "write of a hole from itself");
	is(byte_at(fd, 3 * PAGE + 5), 0, "  makes zeros of it");
	mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
	is(sys(SYS_pwrite64, fd, p + 2 * PAGE, 10, 0, 0), -EFAULT,
	   "from a page without rights: EFAULT");
	is(sys(SYS_pwrite64, fd, p + 2 * PAGE - 3, 10, PAGE, 0), 3, "three bytes before it: 3");
	is(byte_at(fd, PAGE + 3), 2, "  and the fourth is as it was");
	munmap(p, 4 * PAGE);
	close(fd);
}

static void test_neighbours(void)
{
	int fd = temp_file(8 * PAGE), fixed = MAP_SHARED | MAP_FIXED;
	unsigned char *gap = (unsigned char *)hole(8), *p;

	mmap(gap, PAGE, RW, fixed, fd, 0);
	mmap(gap + PAGE, PAGE, RW, fixed, fd, 4 * PAGE);
	is(maps_in(gap, gap + 2 * PAGE), 2, "neighbours whose offsets do not follow stay two");
	gap[0] = 50;
	gap[PAGE] = 51;
	munmap(gap, 2 * PAGE);
	ok(byte_at(fd, 0) == 50 && byte_at(fd, 4 * PAGE) == 51 && byte_at(fd, PAGE) == 2,
	   "each store went to its own page of the file");
	p = mmap(gap, PAGE, RW, fixed, fd, 2 * PAGE);
	mmap(gap + PAGE, PAGE, RW, fixed, fd, 3 * PAGE);
	is(maps_in(p, p + 2 * PAGE), 1, "neighbours whose offsets follow become one");
	ok(p[0] == 3 && p[PAGE] == 4, "  and show the right pages");
	mmap(gap + 2 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 4 * PAGE);
	is(maps_in(p, p + 3 * PAGE), 2, "SHARED and PRIVATE stay two");
	munmap(p, 3 * PAGE);
	close(fd);
}

int main(void)
{
	test_errors();
	test_private();
	test_shared();
	test_shared_fork();
	test_beyond_end();
	test_truncate();
	test_kernel_touch();
	test_write_from_itself();
	test_neighbours();
	return done();
}
