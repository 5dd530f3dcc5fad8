/* Names: mkdir, rmdir, link, unlink, rename, symlink, readlink, getdents, chdir, getcwd. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

static char top[] = "/tmp/test-dirsXXXXXX";

static void make(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ok(0, "cannot write %s", name);
	close(fd);
}

static int contains(const char *name, const char *text)
{
	char buf[32] = "";
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	close(fd);
	return n == (ssize_t)strlen(text) && !strcmp(buf, text);
}

static int links(const char *name)
{
	struct stat st;

	return lstat(name, &st) ? -1 : (int)st.st_nlink;
}

static void test_cwd(void)
{
	char buf[128];

	is(sys(SYS_chdir, top), 0, "chdir");
	is(sys(SYS_getcwd, buf, sizeof(buf)), strlen(top) + 1, "getcwd counts its 0 byte");
	is(strcmp(buf, top), 0, "  and tells where we are");
	is(sys(SYS_getcwd, buf, 3), -ERANGE, "a buffer too small");
	is(sys(SYS_chdir, "nope"), -ENOENT, "chdir to nothing");
	make("file", "x");
	is(sys(SYS_chdir, "file"), -ENOTDIR, "chdir to a file");
	is(sys(SYS_mkdir, "sub", 0755), 0, "mkdir");
	is(sys(SYS_chdir, "sub"), 0, "chdir, relative");
	is(access("../file", F_OK), 0, "..");
	is(access("./.././sub/../file", F_OK), 0, "a winding path");
	is(access("//..//../../../../../tmp", F_OK), 0, ".. stops at the root");
	is(chdir(".."), 0, "and back");
	is(sys(SYS_chdir, ""), -ENOENT, "empty path");
	unlink("file");
	rmdir("sub");
}

static void test_mkdir(void)
{
	is(sys(SYS_mkdir, "d", 0750), 0, "mkdir");
	is(sys(SYS_mkdir, "d", 0750), -EEXIST, "  again");
	is(sys(SYS_mkdir, "no/d", 0750), -ENOENT, "  below nothing");
	is(sys(SYS_mkdir, "d/e/", 0750), 0, "  with a slash behind");
	is(sys(SYS_rmdir, "d"), -ENOTEMPTY, "rmdir of one that is not empty");
	is(sys(SYS_unlink, "d"), -EISDIR, "unlink of a directory");
	is(sys(SYS_rmdir, "d/e"), 0, "rmdir");
	is(sys(SYS_rmdir, "d/e"), -ENOENT, "  again");
	is(sys(SYS_rmdir, "d/."), -EINVAL, "rmdir of .");
	is(sys(SYS_rmdir, "d"), 0, "rmdir");
	make("f", "");
	is(sys(SYS_rmdir, "f"), -ENOTDIR, "rmdir of a file");
	is(sys(SYS_mkdir, "f/x", 0700), -ENOTDIR, "mkdir below a file");
	unlink("f");
	is(sys(SYS_rmdir, "/"), -EBUSY, "rmdir of the root");
}

static void test_link(void)
{
	make("a", "text");
	is(sys(SYS_link, "a", "b"), 0, "link");
	ok(contains("b", "text") && links("a") == 2, "  two names, one file");
	is(sys(SYS_link, "a", "b"), -EEXIST, "  to a name that is there");
	is(sys(SYS_link, "nope", "c"), -ENOENT, "  of nothing");
	is(sys(SYS_link, top, "c"), -EPERM, "  of a directory");
	is(sys(SYS_unlink, "a"), 0, "unlink");
	ok(contains("b", "text") && links("b") == 1, "  leaves the other name");
	is(sys(SYS_unlink, "a"), -ENOENT, "  again");
	is(sys(SYS_unlink, "b/c"), -ENOTDIR, "  below a file");
	unlink("b");
}

static void test_unlinked_open(void)
{
	char buf[8];
	struct stat st;
	int fd;

	make("gone", "still");
	fd = open("gone", O_RDWR);
	unlink("gone");
	is(read(fd, buf, 8), 5, "an unlinked file can be read while it is open");
	fstat(fd, &st);
	is(st.st_nlink, 0, "  without a name");
	is(access("gone", F_OK) < 0 ? errno : 0, ENOENT, "  in no directory");
	close(fd);
}

static void test_rename(void)
{
	make("a", "A");
	make("b", "B");
	is(sys(SYS_rename, "a", "c"), 0, "rename");
	ok(contains("c", "A") && links("a") < 0, "  moves the name");
	is(sys(SYS_rename, "c", "b"), 0, "  over another file");
	ok(contains("b", "A") && links("c") < 0, "  replaces it");
	is(sys(SYS_rename, "nope", "x"), -ENOENT, "  of nothing");
	is(sys(SYS_rename, "b", "b"), 0, "  to itself");
	mkdir("d", 0700);
	mkdir("e", 0700);
	is(sys(SYS_rename, "b", "d"), -EISDIR, "  of a file over a directory");
	is(sys(SYS_rename, "d", "b"), -ENOTDIR, "  of a directory over a file");
	is(sys(SYS_rename, "d", "d/x"), -EINVAL, "  of a directory into itself");
	is(sys(SYS_rename, "b", "d/b"), 0, "  into another directory");
	is(sys(SYS_rename, "e", "d"), -ENOTEMPTY, "  over a directory that is not empty");
	is(sys(SYS_rename, "d", "e"), 0, "  over one that is");
	ok(contains("e/b", "A") && links("d") < 0, "  moves what is in it");
	is(sys(SYS_rename, "e/b", "e/b/c"), -ENOTDIR, "  below a file");
	unlink("e/b");
	rmdir("e");
}

static void test_symlink(void)
{
	char buf[64] = "";
	struct stat st;

	make("file", "inside");
	is(sys(SYS_symlink, "file", "link"), 0, "symlink");
	is(sys(SYS_symlink, "file", "link"), -EEXIST, "  again");
	ok(contains("link", "inside"), "open follows it");
	is(sys(SYS_readlink, "link", buf, 64), 4, "readlink");
	is(memcmp(buf, "file", 4), 0, "  tells where it points");
	is(sys(SYS_readlink, "link", buf, 2), 2, "  cut to the buffer");
	is(sys(SYS_readlink, "file", buf, 64), -EINVAL, "  of a file");
	is(sys(SYS_readlink, "link", buf, 0), -EINVAL, "  into 0 bytes");
	ok(!lstat("link", &st) && S_ISLNK(st.st_mode) && st.st_size == 4, "lstat sees the link");
	ok(!stat("link", &st) && S_ISREG(st.st_mode), "stat sees the file");
	is(sys(SYS_open, "link", O_RDONLY | O_NOFOLLOW), -ELOOP, "O_NOFOLLOW");
	symlink("nowhere", "dangling");
	is(sys(SYS_open, "dangling", O_RDONLY), -ENOENT, "a link to nothing");
	symlink("loop2", "loop1");
	symlink("loop1", "loop2");
	is(sys(SYS_open, "loop1", O_RDONLY), -ELOOP, "links in a circle");
	mkdir("d", 0700);
	make("d/x", "deep");
	symlink("d", "dl");
	ok(contains("dl/x", "deep"), "a link in the middle of a path");
	symlink("../file", "d/up");
	ok(contains("d/up", "inside"), "a relative link counts from its own directory");
	is(unlink("link"), 0, "unlink takes the link");
	ok(contains("file", "inside"), "  not the file");
	unlink("dangling");
	unlink("loop1");
	unlink("loop2");
	unlink("d/x");
	unlink("d/up");
	unlink("dl");
	unlink("file");
	rmdir("d");
}

static void test_getdents(void)
{
	char name[32], buf[512];
	struct dirent *d;
	int i, n = 0, dots = 0, seen[40] = { 0 }, wrong = 0;
	DIR *stream;

	mkdir("many", 0700);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "many/f%d", i);
		make(name, "");
	}
	stream = opendir("many");
	while ((d = readdir(stream)) != NULL) {
		if (d->d_name[0] == '.')
			dots++;
		else if (sscanf(d->d_name, "f%d", &i) == 1 && i < 40)
			seen[i]++;
		wrong += d->d_type != DT_UNKNOWN &&
			 d->d_type != (d->d_name[0] == '.' ? DT_DIR : DT_REG);
		n++;
	}
	ok(n == 42 && dots == 2, "a directory lists . and .. and each name");
	is(wrong, 0, "with the right types");
	rewinddir(stream);
	ok(readdir(stream) != NULL, "rewinddir");
	closedir(stream);
	i = open("many", O_RDONLY | O_DIRECTORY);
	is(sys(SYS_getdents64, i, buf, 4), -EINVAL, "a buffer for no entry");
	close(i);
	for (n = 0, i = 0; i < 40; i++) {
		n += seen[i] == 1;
		snprintf(name, sizeof(name), "many/f%d", i);
		unlink(name);
	}
	is(n, 40, "each exactly once");
	is(rmdir("many"), 0, "empty again");
	n = open("/dev/null", O_RDONLY);
	is(sys(SYS_getdents64, n, buf, sizeof(buf)), -ENOTDIR, "getdents of a file");
	close(n);
}

static void test_long_names(void)
{
	char name[300], path[5000];

	memset(name, 'n', 255);
	name[255] = 0;
	make(name, "long");
	ok(contains(name, "long"), "a name of 255 bytes");
	unlink(name);
	name[255] = 'n';
	name[256] = 0;
	is(sys(SYS_open, name, O_CREAT | O_RDWR, 0600), -ENAMETOOLONG, "one of 256 bytes");
	memset(path, '/', sizeof(path));
	path[4095] = 0;
	ok(sys(SYS_open, path, O_RDONLY) >= 0, "a path of 4095 bytes");
	path[4095] = '/';
	path[4096] = 0;
	is(sys(SYS_open, path, O_RDONLY), -ENAMETOOLONG, "one of 4096 bytes");
}

int main(void)
{
	umask(022);
	mkdtemp(top);
	test_cwd();
	test_mkdir();
	test_link();
	test_unlinked_open();
	test_rename();
	test_symlink();
	test_getdents();
	test_long_names();
	is(chdir("/"), 0, "chdir /");
	is(rmdir(top), 0, "nothing is left behind");
	return done();
}
