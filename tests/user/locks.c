/* Advisory locks: fcntl(2)'s of a process, of an open file, in both widths, and flock(2)'s. */
#include <errno.h>
#include <sys/file.h>
#include "tests/user/probe.h"

#undef F_GETLK
#undef F_SETLK
#undef F_SETLKW
enum {
	GETLK = 5,
	SETLK,
	SETLKW,
	GETLK64 = 12,
	SETLK64,
	SETLKW64,
	OFD_GETLK = 36,
	OFD_SETLK,
	OFD_SETLKW
};

struct lock32 {
	short type, whence;
	int start, len, pid;
};

struct lock64 {
	short type, whence;
	long long start, len;
	int pid;
} __attribute__((packed));

static int fd;

static long lock(int file, int cmd, int type, long long start, long long len)
{
	struct lock64 l = { (short)type, SEEK_SET, start, len, 0 };

	return sys(SYS_fcntl64, file, cmd, &l);
}

/* What stands in the way of a lock, seen by a child: its type; the rest in *l. */
static struct lock64 *shared;

struct ask {
	int type;
	long long start, len;
};

static int child_asks(void *arg)
{
	struct ask *a = arg;

	*shared = (struct lock64){ (short)a->type, SEEK_SET, a->start, a->len, 0 };
	return sys(SYS_fcntl64, fd, GETLK64, shared) != 0;
}

static int seen(int type, long long start, long long len)
{
	struct ask a = { type, start, len };

	return exits(in_child(child_asks, &a), 0) ? shared->type : -1;
}

static void test_ranges(void)
{
	is(lock(fd, SETLK64, F_WRLCK, 100, 50), 0, "a lock for writing");
	is(seen(F_RDLCK, 0, 100), F_UNLCK, "  not before it");
	is(seen(F_RDLCK, 149, 1), F_WRLCK, "  on its last byte");
	ok(shared->start == 100 && shared->len == 50 && shared->pid == getpid() &&
		   shared->whence == SEEK_SET,
	   "  from 100 on, 50 bytes, ours");
	is(seen(F_RDLCK, 150, 0), F_UNLCK, "  not behind it");
	is(lock(fd, SETLK64, F_WRLCK, 150, 10), 0, "one that touches it");
	is(seen(F_RDLCK, 0, 0), F_WRLCK, "  becomes one with it:");
	ok(shared->start == 100 && shared->len == 60, "  60 bytes");
	is(lock(fd, SETLK64, F_RDLCK, 120, 10), 0, "its middle for reading");
	is(seen(F_RDLCK, 120, 10), F_UNLCK, "  others may read there");
	is(seen(F_WRLCK, 120, 10), F_RDLCK, "  but not write");
	ok(shared->start == 120 && shared->len == 10, "  for 10 bytes");
	is(seen(F_RDLCK, 0, 120), F_WRLCK, "the first part");
	ok(shared->start == 100 && shared->len == 20, "  stays");
	is(seen(F_RDLCK, 130, 0), F_WRLCK, "the last part");
	ok(shared->start == 130 && shared->len == 30, "  stays");
	is(lock(fd, SETLK64, F_UNLCK, 0, 110), 0, "a beginning is released");
	is(seen(F_RDLCK, 0, 110), F_UNLCK, "  and free");
	is(seen(F_RDLCK, 110, 1), F_WRLCK, "  the rest is not");
	is(lock(fd, SETLK64, F_WRLCK, 0, 0), 0, "the whole file");
	is(seen(F_RDLCK, 1000000, 1), F_WRLCK, "  as far as it may ever go");
	ok(shared->start == 0 && shared->len == 0, "  is one lock");
	is(lock(fd, SETLK64, F_UNLCK, 0, 0), 0, "all released");
	is(seen(F_WRLCK, 0, 0), F_UNLCK, "  and free");
	is(lock(fd, SETLK64, F_WRLCK, 100, -10), 0, "a negative length");
	seen(F_RDLCK, 0, 0);
	ok(shared->start == 90 && shared->len == 10, "  lies before its start");
	lock(fd, SETLK64, F_UNLCK, 0, 0);
}

static void test_errors(void)
{
	struct lock64 l = { F_WRLCK, SEEK_END, -5, 0, 0 };
	int ro = open("lock-file", O_RDONLY), wo = open("lock-file", O_WRONLY);
	int path = open("lock-file", O_PATH);

	is(sys(SYS_fcntl64, fd, SETLK64, &l), 0, "SEEK_END");
	seen(F_RDLCK, 0, 0);
	ok(shared->start == 95 && shared->len == 0, "  counts from the end");
	l.whence = SEEK_CUR;
	l.start = 3;
	l.len = 1;
	lseek(fd, 10, SEEK_SET);
	lock(fd, SETLK64, F_UNLCK, 0, 0);
	is(sys(SYS_fcntl64, fd, SETLK64, &l), 0, "SEEK_CUR");
	seen(F_RDLCK, 0, 0);
	is(shared->start, 13, "  counts from the position");
	l.whence = 3;
	is(sys(SYS_fcntl64, fd, SETLK64, &l), -EINVAL, "unknown whence");
	is(lock(fd, SETLK64, 3, 0, 0), -EINVAL, "unknown type");
	is(lock(fd, GETLK64, F_UNLCK, 0, 0), -EINVAL, "asking for no lock");
	is(lock(fd, SETLK64, F_WRLCK, -1, 0), -EINVAL, "a negative start");
	is(lock(fd, SETLK64, F_WRLCK, 5, -6), -EINVAL, "a beginning before 0");
	is(lock(fd, SETLK64, F_WRLCK, 5, 0x7fffffffffffffff), -EOVERFLOW, "an end too far");
	is(sys(SYS_fcntl64, fd, SETLK64, 8), -EFAULT, "a bad address");
	is(lock(999, SETLK64, F_WRLCK, 0, 0), -EBADF, "no file");
	is(lock(path, SETLK64, F_RDLCK, 0, 0), -EBADF, "one of O_PATH");
	is(lock(ro, SETLK64, F_WRLCK, 0, 0), -EBADF, "for writing what is open for reading");
	is(lock(wo, SETLK64, F_RDLCK, 0, 0), -EBADF, "and the reverse");
	is(lock(ro, SETLK64, F_RDLCK, 0, 0), 0, "for reading it is fine");
	close(path);
	close(wo);
	is(seen(F_WRLCK, 0, 0), F_UNLCK, "closing any descriptor of the file releases all");
	close(ro);
}

static void test_narrow(void)
{
	struct lock32 l = { F_WRLCK, SEEK_SET, 10, 20, 0 };

	is(sys(SYS_fcntl64, fd, SETLK, &l), 0, "a struct flock of 32 bits");
	seen(F_RDLCK, 0, 0);
	ok(shared->start == 10 && shared->len == 20, "  says the same");
	is(sys(SYS_fcntl64, fd, GETLK, &l), 0, "one's own lock");
	is(l.type, F_UNLCK, "  is in nobody's way");
	is(sys(SYS_fcntl64, fd, SETLK, 8), -EFAULT, "a bad address");
	lock(fd, SETLK64, F_UNLCK, 0, 0);
}

/* ---- between processes ---- */

static int child_locks(void *how)
{
	return (int)-lock(fd, (int)(long)how, F_WRLCK, 0, 10);
}

static int child_keeps(void *arg)
{
	int *p = arg;
	char c;

	if (lock(fd, SETLK64, F_WRLCK, 0, 10) || write(p[1], "x", 1) != 1)
		return 1;
	return read(p[2], &c, 1) != 1;
}

static void test_processes(void)
{
	int p[4], status;
	pid_t pid;
	char c;

	pipe(p);
	pipe(p + 2);
	lock(fd, SETLK64, F_WRLCK, 0, 0);
	ok(exits(in_child(child_locks, (void *)SETLK64), EAGAIN), "a child inherits no lock");
	lock(fd, SETLK64, F_UNLCK, 0, 0);
	pid = fork();
	if (!pid)
		_exit(child_keeps(p));
	read(p[0], &c, 1);
	is(lock(fd, SETLK64, F_RDLCK, 5, 1), -EAGAIN, "nor the parent the child's");
	is(lock(fd, SETLK64, F_RDLCK, 10, 1), 0, "  but behind it");
	write(p[3], "x", 1);
	is(lock(fd, SETLKW64, F_WRLCK, 0, 20), 0, "F_SETLKW waits until it exits");
	waitpid(pid, &status, 0);
	is(status, 0, "  and it did well");
	lock(fd, SETLK64, F_UNLCK, 0, 0);
	close(p[0]);
	close(p[1]);
	close(p[2]);
	close(p[3]);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void test_waiting(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	int p[2], q[2], status;
	pid_t pid;
	char c;

	pipe(p);
	pipe(q);
	pid = fork();
	if (!pid) {
		lock(fd, SETLK64, F_WRLCK, 0, 10);
		write(p[1], "x", 1);
		/* The parent has the second part, and wants the first. */
		status = (int)lock(fd, SETLKW64, F_WRLCK, 10, 10);
		lock(fd, SETLK64, F_UNLCK, 0, 0);
		_exit(status != 0 && status != -EDEADLK);
	}
	lock(fd, SETLK64, F_WRLCK, 10, 10);
	read(p[0], &c, 1);
	status = (int)lock(fd, SETLKW64, F_WRLCK, 0, 10);
	ok(status == 0 || status == -EDEADLK, "two who wait for each other: one is told (%d)",
	   status);
	lock(fd, SETLK64, F_UNLCK, 0, 0);
	waitpid(pid, &status, 0);
	is(status, 0, "  and the other gets what it wants");
	pid = fork();
	if (!pid) {
		lock(fd, SETLK64, F_WRLCK, 0, 10);
		write(p[1], "x", 1);
		_exit(read(q[0], &c, 1) != 1);
	}
	read(p[0], &c, 1);
	sigaction(SIGALRM, &sa, NULL);
	alarm(1);
	is(lock(fd, SETLKW64, F_WRLCK, 0, 10), -EINTR, "a signal ends the waiting");
	alarm(0);
	write(q[1], "x", 1);
	waitpid(pid, NULL, 0);
	close(p[0]);
	close(p[1]);
	close(q[0]);
	close(q[1]);
}

/* ---- locks of an open file ---- */

static void test_ofd(void)
{
	int a = open("lock-file", O_RDWR), b = open("lock-file", O_RDWR), again = dup(a);
	struct lock64 l = { F_WRLCK, SEEK_SET, 0, 10, 7 };

	is(lock(a, OFD_SETLK, F_WRLCK, 0, 10), 0, "an open file has a lock");
	is(lock(b, OFD_SETLK, F_RDLCK, 0, 10), -EAGAIN, "  another of the same process cannot");
	is(lock(again, OFD_SETLK, F_WRLCK, 0, 10), 0, "  a duplicate can");
	is(lock(fd, SETLK64, F_RDLCK, 0, 10), -EAGAIN, "the process itself cannot");
	is(sys(SYS_fcntl64, b, OFD_GETLK, &l), -EINVAL, "l_pid must be 0");
	l.pid = 0;
	is(sys(SYS_fcntl64, b, OFD_GETLK, &l), 0, "who is in the way?");
	ok(l.type == F_WRLCK && l.len == 10, "  a lock of 10 bytes");
	is(l.pid, -1, "  that belongs to no process");
	close(a);
	is(lock(b, OFD_SETLK, F_RDLCK, 0, 10), -EAGAIN, "while a duplicate is open it stays");
	close(again);
	is(lock(b, OFD_SETLKW, F_RDLCK, 0, 10), 0, "  and goes with the last");
	close(b);
}

/* ---- flock ---- */

static int child_unlocks(void *file)
{
	return sys(SYS_flock, (int)(long)file, LOCK_UN) != 0;
}

static void test_flock(void)
{
	int a = open("lock-file", O_RDWR), b = open("lock-file", O_RDONLY);
	int path = open("lock-file", O_PATH), status;
	pid_t pid;

	is(sys(SYS_flock, a, LOCK_SH), 0, "flock LOCK_SH");
	is(sys(SYS_flock, b, LOCK_SH | LOCK_NB), 0, "  twice");
	is(sys(SYS_flock, b, LOCK_EX | LOCK_NB), -EAGAIN, "LOCK_EX has to wait");
	is(sys(SYS_flock, a, LOCK_EX | LOCK_NB), 0, "  and the attempt cost the other its own");
	is(sys(SYS_flock, a, LOCK_EX | LOCK_NB), 0, "again is fine");
	is(sys(SYS_flock, b, LOCK_SH | LOCK_NB), -EAGAIN, "LOCK_EX excludes all");
	is(lock(fd, SETLK64, F_WRLCK, 0, 0), 0, "but not fcntl's locks");
	lock(fd, SETLK64, F_UNLCK, 0, 0);
	ok(exits(in_child(child_unlocks, (void *)(long)a), 0), "a child shares the file");
	is(sys(SYS_flock, b, LOCK_EX | LOCK_NB), 0, "  and could release its lock");
	pid = fork();
	if (!pid) {
		close(b);
		_exit(sys(SYS_flock, a, LOCK_EX) != 0);
	}
	close(b);
	waitpid(pid, &status, 0);
	is(status, 0, "one waits until the file is closed");
	is(sys(SYS_flock, a, LOCK_UN), 0, "LOCK_UN");
	is(sys(SYS_flock, a, LOCK_UN), 0, "  twice");
	is(sys(SYS_flock, a, 0), -EINVAL, "no operation");
	is(sys(SYS_flock, a, LOCK_SH | LOCK_EX), -EINVAL, "two at once");
	is(sys(SYS_flock, 999, LOCK_SH), -EBADF, "no file");
	is(sys(SYS_flock, path, LOCK_SH), -EBADF, "one of O_PATH");
	close(path);
	close(a);
}

int main(void)
{
	char block[100] = "";

	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fd = open("lock-file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	write(fd, block, sizeof(block));
	test_ranges();
	test_errors();
	test_narrow();
	test_processes();
	test_waiting();
	test_ofd();
	test_flock();
	unlink("lock-file");
	return done();
}
