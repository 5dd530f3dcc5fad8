/* /proc/sys: what is shown, and which writes are refused. A write here stores what was there. */
#include "tests/user/slurp.h"
#include "tests/user/tap.h"

#include <stdlib.h>
#include <sys/utsname.h>

/* The file's text without its line end; "" where it cannot be read. */
static const char *text_of(const char *path)
{
	static char text[2][256];
	static int turn;
	char *t = text[turn ^= 1];

	slurp(path, t, sizeof(text[0]));
	t[strcspn(t, "\n")] = '\0';
	return t;
}

/* 0, the bytes that a write has over, or -errno. */
static long put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC), n = write(fd, text, strlen(text)),
	    err = n < 0 ? -errno : (int)strlen(text) - n;

	close(fd);
	return err;
}

static void test_names(void)
{
	struct utsname uts;

	uname(&uts);
	ok(!strcmp(text_of("/proc/sys/kernel/ostype"), uts.sysname), "ostype is uname's");
	ok(!strcmp(text_of("/proc/sys/kernel/osrelease"), uts.release), "osrelease is uname's");
	ok(!strcmp(text_of("/proc/sys/kernel/hostname"), uts.nodename), "hostname is uname's");
	ok(strlen(text_of("/proc/sys/kernel/random/uuid")) == 36, "a UUID has 36 characters");
	ok(strcmp(text_of("/proc/sys/kernel/random/uuid"), text_of("/proc/sys/kernel/random/uuid")),
	   "each is another");
	ok(!strcmp(text_of("/proc/sys/kernel/random/boot_id"),
		   text_of("/proc/sys/kernel/random/boot_id")),
	   "the boot has one");
}

static void test_numbers(void)
{
	int before, nr, free, max, fd;

	sscanf(text_of("/proc/sys/fs/file-nr"), "%d", &before);
	fd = open("/proc/self/stat", O_RDONLY);
	is(sscanf(text_of("/proc/sys/fs/file-nr"), "%d\t%d\t%d", &nr, &free, &max), 3,
	   "file-nr has three numbers");
	ok(nr > 0 && before > 0, "files are open");
	close(fd);
	is(atoi(text_of("/proc/sys/fs/file-max")), max, "the third is file-max");
	ok(atoi(text_of("/proc/sys/kernel/pid_max")) > getpid(), "pid_max is above our number");
}

static void test_writes(void)
{
	static const char pid_max[] = "/proc/sys/kernel/pid_max";
	char old[32];
	int fd = open(pid_max, O_WRONLY);

	if (fd < 0) {
		skip("may not change /proc/sys");
		return;
	}
	snprintf(old, sizeof(old), "%s", text_of(pid_max));
	is(put(pid_max, old), 0, "a value within the bounds is taken");
	is(put(pid_max, "  32 "), -EINVAL, "one below them is EINVAL");
	is(put(pid_max, "99999999"), -EINVAL, "one above them is EINVAL");
	is(put(pid_max, "-4000"), -EINVAL, "a negative one is EINVAL");
	is(put(pid_max, "many"), -EINVAL, "a word is EINVAL");
	is(put(pid_max, "4000x"), -EINVAL, "a number with a tail is EINVAL");
	is(put(pid_max, " \n"), -EINVAL, "nothing but blanks is EINVAL");
	is(sys(SYS_write, fd, old, 0), 0, "an empty write does nothing");
	is(sys(SYS_write, fd, (void *)1, 4), -EFAULT, "what cannot be read is EFAULT");
	ok(!strcmp(text_of(pid_max), old), "and the value is the old one");
	close(fd);
}

int main(void)
{
	test_names();
	test_numbers();
	test_writes();
	is(sys(SYS_openat, AT_FDCWD, "/proc/sys/kernel/none", O_RDONLY), -ENOENT,
	   "no such entry: ENOENT");
	return done();
}
