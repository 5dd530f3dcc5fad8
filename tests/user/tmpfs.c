/*
 * tmpfs: its limits, met by write, fault and fallocate, and what statfs(2) tells. Needs the right to mount.
 *
 *   ENOSPC  write, fallocate past size=; a name past nr_inodes=    test_blocks, test_inodes
 *   SIGBUS  a store or a load of a hole past size=                 test_faults
 *   EINVAL  options that are none; remount below what is in use    test_options, test_remount
 *   EBUSY   umount with an open file, a mapping, a directory       test_umount
 */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static char dir[] = "/tmp/tmpfs-XXXXXX";
static char buf[32 * PAGE];

static int attach(const char *where, const char *options)
{
	return mount("test", where, "tmpfs", 0, options) ? -errno : 0;
}

static int detach(const char *where)
{
	return umount(where) ? -errno : 0;
}

static int create(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	return fd < 0 ? -errno : fd;
}

static int drop(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return unlink(path);
}

static struct statfs figures(void)
{
	struct statfs st;

	memset(&st, 0, sizeof(st));
	statfs(dir, &st);
	return st;
}

static long free_pages(void)
{
	return figures().f_bfree;
}

static void test_options(void)
{
	static const char *const wrong[] = { "size=abc", "size=", "nr_inodes=x",
					     "bogus=1",  "bogus", "size=1q",
					     "mode=9",   "uid=x", "gid=-1" };
	unsigned int i;
	struct stat st;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		is(attach(dir, wrong[i]), -EINVAL, "EINVAL: %s", wrong[i]);
	is(attach(dir, "size=1m,nr_inodes=1k,mode=0751"), 0, "three options");
	is(figures().f_blocks, 256, "  1 MiB are 256 pages");
	is(figures().f_files, 1024, "  1k inodes");
	is(figures().f_type, 0x01021994, "  TMPFS_MAGIC");
	stat(dir, &st);
	is(st.st_mode, S_IFDIR | 0751, "  the mode of its root");
	is(detach(dir), 0, "umount");
	is(attach(dir, ",uid=5,,gid=6,"), 0, "an owner, and words that are empty");
	stat(dir, &st);
	is(st.st_uid * 10 + st.st_gid, 56, "  owns its root");
	detach(dir);
	is(attach(dir, "nr_blocks=7"), 0, "nr_blocks");
	is(figures().f_blocks, 7, "  counts pages");
	detach(dir);
	is(attach(dir, "size=10000"), 0, "a size of bytes");
	is(figures().f_blocks, 3, "  is rounded up");
	detach(dir);
	is(attach(dir, "size=1%"), 0, "a size of per cent");
	ok(figures().f_blocks > 10, "  of all memory");
	detach(dir);
	is(attach(dir, NULL), 0, "no options");
	ok(figures().f_blocks > 1000 && figures().f_ffree > 100, "  have limits too");
	stat(dir, &st);
	is(st.st_mode, S_IFDIR | 01777, "  and mode 1777");
	detach(dir);
}

static void test_blocks(void)
{
	int fd;

	attach(dir, "size=64k");
	fd = create("a");
	is(free_pages(), 16, "16 pages free");
	is(write(fd, buf, 14 * PAGE + 1), 14 * PAGE + 1, "write 14 pages and a byte");
	is(free_pages(), 1, "  one is left");
	is(write(fd, buf, 4 * PAGE), 2 * PAGE - 1, "write 4 more: what fits");
	is(free_pages(), 0, "  none is left");
	is(write(fd, buf, 1) < 0 ? errno : 0, ENOSPC, "ENOSPC: one byte more");
	is(pwrite(fd, buf, PAGE, 3), PAGE, "what is there can be written");
	is(sys(SYS_fallocate, fd, 0, 0, 0, 17 * PAGE, 0), -ENOSPC, "ENOSPC: fallocate");
	is(ftruncate(fd, 100 * PAGE), 0, "a size alone takes nothing");
	is(pread(fd, buf, PAGE, 50 * PAGE), PAGE, "  reading it neither");
	is(ftruncate(fd, 10 * PAGE), 0, "ftruncate");
	is(free_pages(), 6, "  gives pages back");
	is(sys(SYS_fallocate, fd, 1, 10 * PAGE, 0, 7 * PAGE, 0), -ENOSPC,
	   "ENOSPC: fallocate one too many");
	is(free_pages(), 6, "  takes none");
	is(sys(SYS_fallocate, fd, 1, 10 * PAGE, 0, 6 * PAGE, 0), 0, "  as many as there are");
	is(free_pages(), 0, "  takes them");
	is(sys(SYS_fallocate, fd, 3, 0, 0, 5 * PAGE, 0), 0, "a hole");
	is(free_pages(), 5, "  gives them back");
	is(sys(SYS_fallocate, fd, 1, 10 * PAGE, 0, 12 * PAGE, 0), -ENOSPC,
	   "ENOSPC: fallocate what is reserved, and one too many");
	is(free_pages(), 5, "  what was reserved stays so");
	drop("a");
	is(free_pages(), 5, "a name less, but the file is open");
	close(fd);
	is(free_pages(), 16, "  closed, all are free");
	detach(dir);
}

static void test_inodes(void)
{
	char path[64];
	int fd;

	attach(dir, "nr_inodes=4,size=1m");
	is(figures().f_ffree, 3, "the root is one of 4 inodes");
	close(create("a"));
	close(create("b"));
	snprintf(path, sizeof(path), "%s/c", dir);
	is(mkdir(path, 0700), 0, "two files and a directory");
	is(figures().f_ffree, 0, "  are all");
	is(create("d"), -ENOSPC, "ENOSPC: another file");
	snprintf(path, sizeof(path), "%s/e", dir);
	is(mkdir(path, 0700) ? errno : 0, ENOSPC, "ENOSPC: a directory");
	is(symlink("x", path) ? errno : 0, ENOSPC, "ENOSPC: a link");
	drop("a");
	fd = create("d");
	ok(fd >= 0, "one less, one more");
	close(fd);
	detach(dir);
}

static void test_faults(void)
{
	volatile char *p, *v;
	int fd;

	attach(dir, "size=16k");
	fd = create("a");
	ftruncate(fd, 8 * PAGE);
	p = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	v = mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE, fd, 0);
	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	is(free_pages(), 1, "three stores take three pages");
	is(v[3 * PAGE], 0, "a load of a hole takes one");
	is(free_pages(), 0, "  none is left");
	is(write_faults(p + 4 * PAGE), SIGBUS, "a store is SIGBUS");
	is(probe_fault.code, BUS_ADRERR, "  BUS_ADRERR");
	is(read_faults(p + 5 * PAGE), SIGBUS, "a load is SIGBUS");
	is(write_faults(v + 5 * PAGE), SIGBUS, "  a private store too");
	is(write_faults(v), 0, "a private copy is not the file's");
	is(sys(SYS_pread64, fd, p + 6 * PAGE, 8, 0, 0), -EFAULT, "EFAULT: read into such a page");
	is(pwrite(fd, buf, 1, 7 * PAGE) < 0 ? errno : 0, ENOSPC, "ENOSPC: write");
	sys(SYS_fallocate, fd, 3, 0, 0, PAGE, 0);
	is(write_faults(p + 4 * PAGE), 0, "after a hole was made there is a page");
	is(free_pages(), 0, "  the last");
	ok(v[0] == 0x5a && p[4 * PAGE] == 0x5a, "what was stored is there");
	munmap((void *)p, 8 * PAGE);
	munmap((void *)v, 8 * PAGE);
	close(fd);
	is(detach(dir), 0, "umount");
}

static void test_remount(void)
{
	int fd;

	attach(dir, "size=32k,nr_inodes=10");
	fd = create("a");
	write(fd, buf, 8 * PAGE);
	is(write(fd, buf, 1) < 0 ? errno : 0, ENOSPC, "a full one");
	is(mount("test", dir, "tmpfs", MS_REMOUNT, "size=16k") ? errno : 0, EINVAL,
	   "EINVAL: remount smaller");
	is(free_pages(), 0, "  changes nothing");
	is(mount("test", dir, "tmpfs", MS_REMOUNT, "size=40k"), 0, "remount larger");
	is(figures().f_blocks, 10, "  has two pages more");
	is(figures().f_files, 10, "  and as many inodes");
	is(write(fd, buf, 4 * PAGE), 2 * PAGE, "  that can be written");
	is(mount("test", dir, "tmpfs", MS_REMOUNT, "nr_inodes=1") ? errno : 0, EINVAL,
	   "EINVAL: fewer inodes");
	is(mount("test", dir, "tmpfs", MS_REMOUNT, "nr_inodes=2"), 0, "  just as many");
	is(create("b"), -ENOSPC, "  and no more");
	ftruncate(fd, 0);
	is(mount("test", dir, "tmpfs", MS_REMOUNT, "size=16k"), 0,
	   "emptied, it can be made smaller");
	close(fd);
	detach(dir);
}

static void test_umount(void)
{
	char other[] = "/tmp/tmpfs-XXXXXX", path[64];
	int fd;
	char *p;

	attach(dir, "size=1m");
	fd = create("a");
	write(fd, "first", 5);
	is(detach(dir), -EBUSY, "EBUSY: an open file");
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	close(fd);
	is(detach(dir), -EBUSY, "EBUSY: a mapping");
	munmap(p, PAGE);
	chdir(dir);
	is(detach(dir), -EBUSY, "EBUSY: a working directory");
	chdir("/");
	if (!mkdtemp(other))
		return;
	attach(other, "size=8k");
	snprintf(path, sizeof(path), "%s/a", other);
	is(open(path, O_RDONLY) < 0 ? errno : 0, ENOENT, "another mount is empty");
	is(free_pages(), 255, "  and has limits of its own");
	is(detach(dir), 0, "umount");
	is(detach(dir), -EINVAL, "EINVAL: once more");
	is(attach(dir, NULL), 0, "mounted again");
	is(drop("a") ? errno : 0, ENOENT, "  it is empty");
	is(detach(dir) | detach(other), 0, "both go");
	rmdir(other);
}

/* What a name contains cannot be taken for another field. */
static void test_mounts_escapes(void)
{
	static char text[65536];
	char point[64], line[96];
	int err;

	snprintf(point, sizeof(point), "%s/a b\tc\nd\\e#", dir);
	mkdir(point, 0700);
	err = mount("x y", point, "tmpfs", 0, NULL);
	slurp("/proc/self/mounts", text, sizeof(text));
	snprintf(line, sizeof(line), "\nx\\040y %s/a\\040b\\011c\\012d\\134e", dir);
	ok(!err && strstr(text, line), "blanks in the names of mounts");
	is(detach(point), 0, "  it goes by its name");
	rmdir(point);
}

static void test_dev_shm(void)
{
	int fd = open("/dev/shm/tmpfs-test", O_RDWR | O_CREAT | O_EXCL, 0600);
	struct statfs st;
	char *p;

	ok(fd >= 0, "a file in /dev/shm");
	fstatfs(fd, &st);
	is(st.f_type, 0x01021994, "  is of tmpfs");
	ftruncate(fd, PAGE);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	p[0] = 'x';
	pread(fd, buf, 1, 0);
	is(buf[0], 'x', "  is shared memory");
	munmap(p, PAGE);
	close(fd);
	unlink("/dev/shm/tmpfs-test");
}

int main(void)
{
	int err;

	test_dev_shm();
	if (!mkdtemp(dir))
		return 1;
	err = attach(dir, NULL);
	if (err) {
		skip("mount: %s", strerror(-err));
	} else {
		detach(dir);
		test_options();
		test_blocks();
		test_inodes();
		test_faults();
		test_remount();
		test_umount();
		test_mounts_escapes();
	}
	rmdir(dir);
	return done();
}
