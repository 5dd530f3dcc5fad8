/*
 * Names, files and their pages inside the kernel: what user programs cannot see of the file system.
 */
#include "tests/kernel/ktest.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "mm/filemap.h"
#include "mm/page_alloc.h"

static int mkdir_at(const char *path)
{
	return WITH_NAME(path, do_mkdirat(AT_FDCWD, name, 0755));
}

static int unlink_path(const char *path)
{
	return WITH_NAME(path, do_unlinkat(AT_FDCWD, name));
}

static int symlink_at(const char *target, const char *path)
{
	return WITH_NAME(path, do_symlinkat(target, AT_FDCWD, name));
}

static int walk_error(const char *path, unsigned int flags)
{
	struct dentry *d = kern_path(path, flags);

	if (IS_ERR(d))
		return PTR_ERR(d);
	dput(d);
	return 0;
}

static bool same(const char *a, const char *b)
{
	struct dentry *da = kern_path(a, LOOKUP_FOLLOW), *db = kern_path(b, LOOKUP_FOLLOW);
	bool equal = !IS_ERR(da) && da == db;

	if (!IS_ERR(da))
		dput(da);
	if (!IS_ERR(db))
		dput(db);
	return equal;
}

static void test_walk(void)
{
	KTEST(mkdir_at("/ktest") == 0 && mkdir_at("/ktest/a") == 0 && mkdir_at("/ktest/a/b/") == 0,
	      "mkdir");
	KTEST(mkdir_at("/ktest/a") == -EEXIST && mkdir_at("/") == -EEXIST,
	      "mkdir of what is there");
	KTEST(mkdir_at("/ktest/no/x") == -ENOENT, "mkdir below nothing");
	KTEST(same("/ktest/a/b", "//ktest/./a/../a/b/."), "dots and slashes");
	KTEST(same("/", "/../.."), "nothing is above the root");
	KTEST(symlink_at("../a/b", "/ktest/a/link") == 0 && same("/ktest/a/link/", "/ktest/a/b"),
	      "a relative link");
	KTEST(symlink_at("/ktest/a/link", "/ktest/link2") == 0 &&
		      same("/ktest/link2/..", "/ktest/a"),
	      "a link to a link");
	KTEST(symlink_at("loop", "/ktest/loop") == 0 &&
		      walk_error("/ktest/loop", LOOKUP_FOLLOW) == -ELOOP &&
		      walk_error("/ktest/loop", 0) == 0,
	      "a link to itself is a loop when followed");
	KTEST(walk_error("/ktest/link2", LOOKUP_DIRECTORY) == -ENOTDIR, "a link is no directory");
}

static void test_file(void)
{
	struct file *file = filp_open("/ktest/file", O_RDWR | O_CREAT | O_EXCL, 0644);
	char buf[64];
	struct dentry *d;

	if (!KTEST(!IS_ERR(file), "create a file"))
		return;
	KTEST(kernel_write(file, 4090, "across two pages", 16) == 16 &&
		      file->f_inode->i_mapping->nrpages == 2,
	      "a write across a page boundary makes two pages");
	KTEST(kernel_read(file, 4080, buf, 64) == 26 && !memcmp(buf + 10, "across two pages", 16) &&
		      !memchr_inv(buf, 0, 10),
	      "read gives it back, with zeroes before");
	KTEST(kernel_read(file, 5000, buf, 10) == 0, "reading behind the end gives nothing");
	KTEST(do_truncate(file->f_inode, 4092) == 0 && do_truncate(file->f_inode, 5000) == 0 &&
		      kernel_read(file, 4088, buf, 64) == 64 && !memcmp(buf, "\0\0ac\0\0\0", 7),
	      "what truncate cut off is zero when the file grows again");
	KTEST(IS_ERR(filp_open("/ktest/file", O_RDWR | O_CREAT | O_EXCL, 0644)), "O_EXCL");
	KTEST(PTR_ERR(filp_open("/ktest/file/x", O_RDONLY, 0)) == -ENOTDIR,
	      "a file is no directory");
	KTEST(PTR_ERR(filp_open("/ktest", O_WRONLY, 0)) == -EISDIR, "a directory is not written");
	KTEST(PTR_ERR(open_exec("/ktest/file")) == -EACCES, "no x bit: not executed");

	d = dget(file->f_dentry);
	KTEST(WITH_NAME("/ktest/hard", link_kernel("/ktest/file", name)) == 0 &&
		      file->f_inode->i_nlink == 2,
	      "a second name");
	KTEST(unlink_path("/ktest/file") == 0 && unlink_path("/ktest/hard") == 0 && d_unlinked(d) &&
		      file->f_inode->i_nlink == 0 && kernel_read(file, 4090, buf, 2) == 2,
	      "an unlinked file lives while it is open");
	dput(d);
	fput(file);
}

static void name_of(char *path, size_t size, int i)
{
	snprintf(path, size, i & 1 ? "/ktest/a/%d" : "/ktest/a/a-name-too-long-for-the-dentry-%d",
		 i);
}

static void test_many(void)
{
	int made = 0, found = 0, removed = 0;
	char path[64];

	for (int i = 0; i < 300; i++) {
		struct file *file;

		name_of(path, sizeof(path), i);
		file = filp_open(path, O_WRONLY | O_CREAT, 0600);
		made += !IS_ERR(file);
		if (!IS_ERR(file))
			fput(file);
	}
	for (int i = 0; i < 300; i++) {
		name_of(path, sizeof(path), i);
		found += walk_error(path, 0) == 0;
		removed += unlink_path(path) == 0 && walk_error(path, 0) == -ENOENT;
	}
	KTEST(made == 300 && found == 300 && removed == 300, "300 names come and go");
}

static int show_long(struct seq_file *m, void *data)
{
	for (int i = 0; i < 3000; i++)
		seq_printf(m, "%07d\n", i);
	return 0;
}

static void test_seq(void)
{
	struct seq_file m = { .buf = NULL };
	char small[10];

	m.buf = small;
	m.size = sizeof(small);
	seq_puts(&m, "12345");
	seq_printf(&m, "%d", 678);
	KTEST(m.count == 8 && !memcmp(small, "12345678", 8), "seq_file: text that fits");
	seq_putc(&m, '9');
	seq_putc(&m, 'x');
	KTEST(m.count == m.size, "seq_file: an overflow is remembered, not written");
	m.count = 0;
	show_long(&m, NULL);
	KTEST(m.count == m.size, "seq_file: a long record overflows without harm");
}

KTEST_SUITE(fs)
{
	unsigned long cache = nr_owned_pages(OWNER_CACHE);

	test_walk();
	test_file();
	test_many();
	test_seq();
	unlink_path("/ktest/a/link");
	unlink_path("/ktest/link2");
	unlink_path("/ktest/loop");
	KTEST(unlink_path("/ktest/a") == -EISDIR, "unlink leaves directories alone");
	KTEST(nr_owned_pages(OWNER_CACHE) == cache,
	      "no page of a removed file is left in the cache");
}
