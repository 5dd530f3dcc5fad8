/*
 * mmap, mmap2 and munmap: every error of mmap(2), and every boundary of their arguments.
 *
 *   EACCES     not open for reading; shared and written, but not open for that	test_access
 *   EACCES     an append-only file: no file system here has that attribute
 *   EACCES     not a regular file: Linux says ENODEV				test_objects
 *   EAGAIN     more locked than RLIMIT_MEMLOCK					test_locked
 *   EBADF      no such descriptor, or one that is only a path			test_objects
 *   EEXIST     FIXED_NOREPLACE over a mapping					test_noreplace
 *   EINVAL     address, length, offset, type					test_arguments, test_munmap
 *   ENFILE     root has no limit of open files
 *   ENODEV     what cannot be mapped						test_objects
 *   ENOMEM     addresses, number of mappings, RLIMIT_AS, RLIMIT_DATA		test_range, test_count, test_limits
 *   ENOMEM     more than the machine has: machines differ; tests/kernel/commit.c
 *   EOPNOTSUPP SHARED_VALIDATE with a flag that is not known			test_arguments
 *   EOVERFLOW  offset and length wrap						test_range
 *   EPERM      a file of a file system without exec, a sealed file		test_noexec, test_sealed
 *   EPERM      MAP_LOCKED without the right to lock; addresses near 0		test_locked, test_low
 *   EPERM      MAP_HUGETLB: there are no huge pages, so it is EINVAL		test_arguments
 *   ETXTBSY    MAP_DENYWRITE has meant nothing for long			test_access
 *   SIGSEGV, SIGBUS								test_signals
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "tests/user/limits.h"

#define AT ((char *)0x30000000)

static void test_arguments(void)
{
	unsigned long old[6] = { 0, PAGE, PROT_READ, ANON, -1, 0 };
	int fd = temp_file(PAGE);

	is(map(NULL, 0, RW, ANON, -1, 0), -EINVAL, "length 0");
	is(map(AT, 0, RW, ANON | MAP_FIXED, -1, 0), -EINVAL, "length 0, FIXED");
	is(map(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), -EINVAL, "no type");
	is(map(NULL, PAGE, RW, MAP_ANONYMOUS | 4, -1, 0), -EINVAL, "type 4");
	is(map(NULL, PAGE, RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0), -EINVAL,
	   "SHARED_VALIDATE of no file");
	is(map(NULL, PAGE, RW, 0, fd, 0), -EINVAL, "no type for a file");
	is(map(NULL, PAGE, RW, 15, fd, 0), -EINVAL, "type 15 for a file");
	is(map(AT + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0), -EINVAL, "FIXED inside a page");
	is(map(AT + PAGE - 1, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), -EINVAL,
	   "FIXED_NOREPLACE inside a page");
	is(map(NULL, PAGE, RW, MAP_PRIVATE | MAP_HUGETLB, fd, 0), -EINVAL,
	   "huge pages of a file without them");
	is(map(NULL, PAGE, RW, MAP_SHARED | MAP_GROWSDOWN, fd, 0), -EINVAL, "a file growing down");
	is(map(NULL, PAGE, RW, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0), -EINVAL,
	   "a private one neither");
	is(map(NULL, PAGE, RW, MAP_SHARED_VALIDATE | 0x800000, fd, 0), -EOPNOTSUPP,
	   "SHARED_VALIDATE with an unknown flag");
	is(map(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0), -EOPNOTSUPP,
	   "SHARED_VALIDATE with SYNC for a file in memory");
	ok(!is_error(map(NULL, PAGE, RW, MAP_SHARED | 0x800000, fd, 0)),
	   "SHARED does not mind an unknown flag");
	ok(!is_error(map(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_NORESERVE, fd, 0)),
	   "SHARED_VALIDATE with a known one");
	ok(!is_error(map(NULL, PAGE, 0x40, ANON, -1, 0)), "an unknown right is ignored");
	is(sys(SYS_mmap, 8), -EFAULT, "old mmap: its words are not there");
	old[5] = PAGE - 1;
	is(sys(SYS_mmap, old), -EINVAL, "old mmap: offset inside a page");
	old[5] = 0;
	ok(!is_error(sys(SYS_mmap, old)), "old mmap: offset 0");
	close(fd);
}

static void test_range(void)
{
	int fd = temp_file(PAGE), high = user_has_4g();
	char *p = hole(8);

	is(map(NULL, 0xffffffff, RW, ANON, -1, 0), -ENOMEM, "a length that rounds up to 0");
	is(map(NULL, 0xfffff000, RW, ANON, -1, 0), -ENOMEM, "all but one page");
	is(map(AT, 0xfffff000, PROT_NONE, ANON | MAP_FIXED, -1, 0), -ENOMEM,
	   "FIXED that wraps around");
	is(map((void *)0xfffff000, PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM,
	   "FIXED at the last page of 4 GiB");
	if (high) {
		skip("user space ends elsewhere");
		skip("user space ends elsewhere");
		skip("offsets have more bits");
		skip("offsets have more bits");
	} else {
		is(map((void *)0xbffff000, 2 * PAGE, PROT_NONE, ANON | MAP_FIXED, -1, 0), -ENOMEM,
		   "FIXED over the end of user space");
		is(map(NULL, 0xc0000000, PROT_NONE, ANON, -1, 0), -ENOMEM, "all of user space");
		is(map(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0xffffffff), -EOVERFLOW,
		   "the page after the last one that a file can have");
		is(map(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0xffffffff), -EOVERFLOW,
		   "offset and length wrap");
	}
	ok(!is_error(map(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0xffff0000)),
	   "an offset of nearly 16 TiB");
	is(map(p, PAGE + 1, RW, ANON | MAP_FIXED, -1, 0), (long)p, "a length inside a page");
	ok(!read_faults(p + 2 * PAGE - 1) && read_faults(p + 2 * PAGE), "  is rounded up");
	munmap(p, 2 * PAGE);
	close(fd);
}

static void test_access(void)
{
	char path[] = "/tmp/errors-XXXXXX";
	int rw = mkstemp(path), ro = open(path, O_RDONLY), wo = open(path, O_WRONLY);

	unlink(path);
	ftruncate(rw, PAGE);
	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), -EACCES, "private, O_WRONLY");
	is(map(NULL, PAGE, PROT_WRITE, MAP_SHARED, wo, 0), -EACCES, "shared, O_WRONLY");
	is(map(NULL, PAGE, PROT_NONE, MAP_SHARED, wo, 0), -EACCES, "  even with no right");
	is(map(NULL, PAGE, RW, MAP_SHARED, ro, 0), -EACCES, "shared and written, O_RDONLY");
	is(map(NULL, PAGE, RW, MAP_SHARED_VALIDATE, ro, 0), -EACCES, "  and validated");
	ok(!is_error(map(NULL, PAGE, RW, MAP_PRIVATE, ro, 0)), "private and written, O_RDONLY");
	ok(!is_error(map(NULL, PAGE, PROT_READ, MAP_SHARED, ro, 0)), "shared and read, O_RDONLY");
	ok(!is_error(map(NULL, PAGE, PROT_READ, MAP_PRIVATE | 0x800, ro, 0)),
	   "DENYWRITE of a file that is open for writing");
	close(rw);
	close(ro);
	close(wo);
}

static void test_objects(void)
{
	int fds[2], dir = open("/tmp", O_RDONLY), path = open("/tmp", O_PATH);

	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0), -EBADF, "descriptor -1");
	is(map(NULL, PAGE, PROT_READ, MAP_SHARED, 1 << 20, 0), -EBADF, "a descriptor too large");
	is(map(NULL, 0, PROT_READ, 0, -1, 0), -EBADF, "it is looked at first");
	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, path, 0), -EBADF, "O_PATH");
	ok(!is_error(map(NULL, PAGE, PROT_READ, ANON, 1 << 20, 0)), "ANONYMOUS needs none");
	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0), -ENODEV, "a directory");
	if (pipe(fds))
		ok(0, "no pipe");
	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fds[0], 0), -ENODEV, "a pipe");
	is(map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fds[1], 0), -EACCES,
	   "its writing end cannot be read, which is found first");
	close(fds[0]);
	close(fds[1]);
	close(dir);
	close(path);
}

static void test_noreplace(void)
{
	char *p = hole(8);
	int how = ANON | MAP_FIXED_NOREPLACE;

	map(p + 2 * PAGE, 2 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	is(map(p + 2 * PAGE, 2 * PAGE, RW, how, -1, 0), -EEXIST, "NOREPLACE of the same range");
	is(map(p, 3 * PAGE, RW, how, -1, 0), -EEXIST, "its last page is taken");
	is(map(p + 3 * PAGE, 3 * PAGE, RW, how, -1, 0), -EEXIST, "its first page is taken");
	is(map(p, 8 * PAGE, RW, how, -1, 0), -EEXIST, "the middle is taken");
	is(map(p, 2 * PAGE, RW, how, -1, 0), (long)p, "up to a mapping");
	is(map(p + 4 * PAGE, PAGE, RW, how, -1, 0), (long)p + 4 * PAGE, "right after a mapping");
	munmap(p, 8 * PAGE);
}

static void test_low(void)
{
	is(map((void *)0x40000000, PAGE, RW, ANON | MAP_FIXED, -1, 0), 0x40000000, "some place");
	munmap((void *)0x40000000, PAGE);
	if (!capability(CAP_SYS_RAWIO, 0)) {
		skip("capabilities cannot be dropped");
		return;
	}
	is(map(NULL, PAGE, RW, ANON | MAP_FIXED, -1, 0), -EPERM, "FIXED at 0");
	ok(!is_error(map((void *)1, PAGE, RW, ANON, -1, 0)), "a hint near 0 is raised");
	capability(CAP_SYS_RAWIO, 1);
}

static void test_locked(void)
{
	int how = ANON | MAP_LOCKED;
	long p, q;

	if (!capability(CAP_IPC_LOCK, 0)) {
		skip("capabilities cannot be dropped");
		return;
	}
	limit(RLIMIT_MEMLOCK, 4 * PAGE);
	is(map(NULL, 5 * PAGE, RW, how, -1, 0), -EAGAIN, "LOCKED, a page more than RLIMIT_MEMLOCK");
	p = map(NULL, 4 * PAGE, RW, how, -1, 0);
	ok(!is_error(p), "as much as that");
	is(map(NULL, 1, RW, how, -1, 0), -EAGAIN, "then no byte more");
	is(map((void *)p, 4 * PAGE, RW, how | MAP_FIXED, -1, 0), -EAGAIN,
	   "not even in place of what is locked");
	munmap((void *)p, PAGE);
	q = map(NULL, PAGE, RW, how, -1, 0);
	ok(!is_error(q), "munmap gives back what may be locked");
	limit(RLIMIT_MEMLOCK, 0);
	is(map(NULL, PAGE, RW, how, -1, 0), -EPERM, "LOCKED with a limit of 0");
	ok(!is_error(map(NULL, PAGE, RW, ANON, -1, 0)), "the limit is for locked memory only");
	capability(CAP_IPC_LOCK, 1);
	ok(!is_error(map(NULL, 8 * PAGE, RW, how, -1, 0)), "CAP_IPC_LOCK knows no limit");
	limit(RLIMIT_MEMLOCK, RLIM_INFINITY);
	munlockall();
}

static void test_limits(void)
{
	long p = (long)hole(8);

	limit(RLIMIT_AS, (mapped_pages() + 4) * PAGE);
	is(map(NULL, 5 * PAGE, PROT_NONE, ANON, -1, 0), -ENOMEM, "a page more than RLIMIT_AS");
	is(map((void *)p, 4 * PAGE, PROT_NONE, ANON | MAP_FIXED, -1, 0), p, "as much as that");
	is(map(NULL, 1, PROT_NONE, ANON, -1, 0), -ENOMEM, "then no byte more");
	is(map((void *)p, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0), p, "but in place of another");
	is(map((void *)p, 5 * PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM, "if it is as long");
	ok(!munmap((void *)(p + PAGE), PAGE), "munmap of a part");
	ok(!is_error(map(NULL, PAGE, RW, ANON, -1, 0)), "  gives its pages back");
	limit(RLIMIT_AS, RLIM_INFINITY);
	munmap((void *)p, 4 * PAGE);

	limit(RLIMIT_DATA, status("VmData:") * 1024 + 4 * PAGE);
	is(map(NULL, 5 * PAGE, RW, ANON, -1, 0), -ENOMEM, "a page more than RLIMIT_DATA");
	p = map(NULL, 4 * PAGE, RW, ANON, -1, 0);
	ok(!is_error(p), "as much as that");
	is(map(NULL, 1, PROT_WRITE, ANON, -1, 0), -ENOMEM, "then no byte more");
	ok(!is_error(map(NULL, PAGE, PROT_READ, ANON, -1, 0)), "what is read is no data");
	ok(!is_error(map(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)), "nor what is shared");
	limit(RLIMIT_DATA, 0);
	ok(!is_error(map(NULL, PAGE, RW, ANON, -1, 0)),
	   "a limit of 0 means brk only: mmap may go to the hard limit");
	limit(RLIMIT_DATA, RLIM_INFINITY);
	munmap((void *)p, 4 * PAGE);
}

static void test_munmap(void)
{
	char *p = anon(4, RW);

	is(sys(SYS_munmap, p + 1, PAGE), -EINVAL, "munmap inside a page");
	is(sys(SYS_munmap, p, 0), -EINVAL, "length 0");
	is(sys(SYS_munmap, p, 0xffffffff), -EINVAL, "a length that rounds up to 0");
	is(sys(SYS_munmap, p, 0xfffff000), -EINVAL, "a range that ends above user space");
	is(sys(SYS_munmap, 0xfffff000, PAGE), -EINVAL, "the last page of 4 GiB");
	is(sys(SYS_munmap, 0xfffff000, 2 * PAGE), -EINVAL, "a range that wraps around");
	if (user_has_4g())
		skip("user space ends elsewhere");
	else
		is(sys(SYS_munmap, 0xc0000000, 1), -EINVAL, "right above user space");
	is(sys(SYS_munmap, p, 4 * PAGE), 0, "a mapping");
	is(sys(SYS_munmap, p, 4 * PAGE), 0, "and nothing at all");
}

static void test_count(void)
{
	unsigned long size;
	char *p, *table = fill_map_count(2, &size), *last;

	if (!table) {
		skip("too many mappings fit");
		return;
	}
	p = anon(5, PROT_READ | PROT_EXEC);
	last = mmap(NULL, 3 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	is(map_count(), max_map_count(), "as many mappings as may be");
	is(sys(SYS_munmap, p + PAGE, PAGE), -ENOMEM, "a hole in one needs another: ENOMEM");
	is(sys(SYS_munmap, p, PAGE), 0, "its head does not");
	is(sys(SYS_munmap, p + 4 * PAGE, PAGE), 0, "its tail neither");
	is(sys(SYS_mprotect, p + 2 * PAGE, PAGE, PROT_NONE), -ENOMEM, "mprotect of its middle");
	is(sys(SYS_mprotect, p + PAGE, PAGE, PROT_NONE), -ENOMEM, "of its head");
	ok(!strcmp(perms_at(p + PAGE), "r-xp"), "  changes nothing");
	is(sys(SYS_mremap, p + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE), -ENOMEM, "mremap of a part");
	is(sys(SYS_mlock, p + 2 * PAGE, PAGE), -ENOMEM, "mlock of its middle");
	is(sys(SYS_madvise, p + 2 * PAGE, PAGE, MADV_RANDOM), -EAGAIN, "madvise of its middle");
	/* Linux looks at the number before it makes one, so one more fits. */
	ok(!is_error(map(NULL, PAGE, PROT_WRITE, ANON, -1, 0)), "mmap makes one too many");
	is(map(NULL, PAGE, PROT_EXEC, ANON, -1, 0), -ENOMEM, "but not two");
	munmap(table, size);
	is(sys(SYS_munmap, p + 2 * PAGE, PAGE), 0, "with room again it works");
	munmap(p, 5 * PAGE);
	munmap(last, 3 * PAGE);
}

static void test_signals(void)
{
	int fd = temp_file(PAGE + 1);
	char *p = (char *)map(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, fd, 0);

	is(write_faults(p), SIGSEGV, "a write to what may only be read");
	is(read_faults(p + 2 * PAGE - 1), 0, "the rest of the file's last page");
	is(read_faults(p + 2 * PAGE), SIGBUS, "the page after it");
	munmap(p, 3 * PAGE);
	close(fd);
}

static void test_sealed(void)
{
	long fd = sys(SYS_memfd_create, "sealed", 2);

	if (fd == -ENOSYS) {
		skip("no memfd_create");
		return;
	}
	ftruncate(fd, PAGE);
	is(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0, "seal against writes");
	is(map(NULL, PAGE, RW, MAP_SHARED, fd, 0), -EPERM, "then it cannot be mapped for them");
	ok(!is_error(map(NULL, PAGE, RW, MAP_PRIVATE, fd, 0)), "but privately");
	close(fd);
}

static void test_noexec(void)
{
	char dir[] = "/tmp/errors-noexec-XXXXXX", path[64];
	struct statvfs fs;
	long p;
	int fd;

	if (!mkdtemp(dir) || mount("none", dir, "tmpfs", MS_NOEXEC, NULL)) {
		skip("cannot mount");
		return;
	}
	if (statvfs(dir, &fs) || !(fs.f_flag & ST_NOEXEC)) {
		skip("mounts know no flags");
		umount(dir);
		rmdir(dir);
		return;
	}
	snprintf(path, sizeof(path), "%s/file", dir);
	fd = open(path, O_RDWR | O_CREAT, 0755);
	ftruncate(fd, PAGE);
	is(map(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0), -EPERM,
	   "code from a file system without exec");
	is(access(path, X_OK) ? errno : 0, EACCES, "  it cannot be executed either");
	p = map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	ok(!is_error(p), "data from it");
	is(sys(SYS_mprotect, p, PAGE, PROT_READ | PROT_EXEC), -EACCES, "  cannot become code");
	munmap((void *)p, PAGE);
	close(fd);
	umount(dir);
	rmdir(dir);
}

int main(void)
{
	test_arguments();
	test_range();
	test_access();
	test_objects();
	test_noreplace();
	test_low();
	test_locked();
	test_limits();
	test_munmap();
	test_count();
	test_signals();
	test_sealed();
	test_noexec();
	return done();
}
