/*
 * What calls do when memory runs out in their middle. Each is made again and again while its first, second, third...
 * allocation fails (/proc/self/fail-nth, as Linux has it with CONFIG_FAULT_INJECTION), until none is left to
 * fail: each time it works in spite of it, or says ENOMEM (or what its manual page has for that) and
 * has done nothing. What is lost on the way the audit after the program finds.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include "tests/user/probe.h"

#define LIMIT 500

static int control; /* /proc/self/fail-nth */
static char *area;  /* 16 pages, of which the first 4 are there */

static unsigned int armed;

static void arm(unsigned int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", nth);

	armed = nth;
	/* The write may be what fails; then nothing is armed any more. */
	while (pwrite(control, text, n, 0) < 0)
		;
}

static int hit; /* did the allocation fail that was to, before disarm()? */

static void disarm(void)
{
	char text[16] = "";

	if (!armed)
		return;
	hit |= pread(control, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;
	arm(0);
}

/* ---- the calls: 0, or an errno; undone if they worked ---- */

static int unmap(char *p)
{
	int error = p == MAP_FAILED ? errno : 0;

	disarm();
	return error ? error : munmap(p, 8 * PAGE);
}

static int do_mmap(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return unmap(p);
}

static int do_mmap_shared(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return unmap(p);
}

static int do_populate(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return unmap(p);
}

static int do_munmap(void)
{
	if (munmap(area + 8 * PAGE, PAGE))
		return errno;
	disarm();
	return mmap(area + 8 * PAGE, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static int do_mprotect(void)
{
	if (mprotect(area + 8 * PAGE, PAGE, PROT_READ))
		return errno;
	disarm();
	return mprotect(area + 8 * PAGE, PAGE, PROT_READ | PROT_WRITE) ? errno : 0;
}

static int do_mremap(void)
{
	char *p = mremap(area, 16 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);

	if (p == MAP_FAILED)
		return errno;
	disarm();
	area = mremap(p, 64 * PAGE, 16 * PAGE, 0);
	return area != p;
}

static int do_touch(void)
{
	int error = madvise(area + 4 * PAGE, 4 * PAGE, MADV_DONTNEED) ? errno : 0;

	for (int i = 4; i < 8 && !error; i++)
		area[i * PAGE] = i;
	return error;
}

static int do_fork(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (!pid)
		_exit(area[0]);
	disarm();
	return waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != area[0];
}

/* The child arms itself, and says what execve did, if it came back. */
static unsigned int nth_of_exec;

static int do_exec(void)
{
	char *argv[] = { "/proc/self/exe", "exec", NULL }, *envp[] = { NULL };
	int status;
	pid_t pid;

	arm(0);
	pid = fork();
	if (!pid) {
		control = open("/proc/self/fail-nth", O_RDWR);
		arm(nth_of_exec);
		execve(argv[0], argv, envp);
		_exit(errno);
	}
	waitpid(pid, &status, 0);
	hit = status != 0;
	/* Past the point of no return there is nobody to tell: SIGKILL, as Linux does. */
	return WIFSIGNALED(status) ? (WTERMSIG(status) == SIGKILL ? ENOMEM : 98)
				   : WEXITSTATUS(status);
}

static int do_open(void)
{
	int fd = open("failnth.tmp", O_RDWR | O_CREAT, 0600), error = errno;

	disarm();
	if (fd < 0)
		return error;
	return close(fd) || unlink("failnth.tmp") ? errno : 0;
}

static int do_write(void)
{
	int fd, error = 0;

	arm(0);
	fd = open("failnth.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
	arm(nth_of_exec);
	for (int i = 0; i < 4 && !error; i++)
		error = write(fd, area, PAGE) == PAGE ? 0 : errno;
	disarm();
	close(fd);
	unlink("failnth.tmp");
	return error;
}

static int do_pipe(void)
{
	int fds[2], error = pipe(fds) ? errno : 0;

	if (error)
		return error;
	error = write(fds[1], area, 3 * PAGE) > 0 ? 0 : errno;
	close(fds[0]);
	close(fds[1]);
	return error;
}

static int do_poll(void)
{
	struct pollfd fds[200];

	for (int i = 0; i < 200; i++)
		fds[i] = (struct pollfd){ .fd = control, .events = POLLIN };
	return poll(fds, 200, 0) < 0 ? errno : 0;
}

static int do_shm(void)
{
	int id = shmget(IPC_PRIVATE, 4 * PAGE, 0600), error = 0;
	char *p;

	if (id < 0)
		return errno;
	p = shmat(id, NULL, 0);
	if (p == (void *)-1)
		error = errno;
	else
		shmdt(p);
	shmctl(id, IPC_RMID, NULL);
	return error;
}

static int thread_main(void *arg)
{
	return *(char *)arg;
}

static int do_thread(void)
{
	static char stack[4096] __attribute__((aligned(16)));
	static volatile int tid;

	tid = 1;
	if (clone(thread_main, stack + sizeof(stack),
		  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			  CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID,
		  area, &tid, NULL, &tid) < 0)
		return errno;
	disarm();
	while (tid)
		sched_yield();
	return 0;
}

static int do_memfd(void)
{
	int fd = memfd_create("failnth", 0), error = 0;
	char *p;

	if (fd < 0)
		return errno;
	p = ftruncate(fd, 4 * PAGE)
		    ? MAP_FAILED
		    : mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	error = p == MAP_FAILED ? errno : 0;
	for (int i = 0; i < 4 && !error; i++)
		error = pwrite(fd, area, PAGE, i * PAGE) == (ssize_t)PAGE ? 0 : errno;
	if (!error && (p[0] != 1 || remap_file_pages(p, PAGE, 0, 3, 0) || p[0] != 1))
		error = errno;
	disarm();
	if (p != MAP_FAILED)
		munmap(p, 4 * PAGE);
	return close(fd) ? errno : error;
}

static int do_pty(void)
{
	char name[32];
	int unlock = 0, number, slave = -1, error = 0, fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);

	if (fd < 0)
		return errno;
	if (ioctl(fd, TIOCSPTLCK, &unlock) || ioctl(fd, TIOCGPTN, &number))
		error = errno;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	if (!error)
		slave = open(name, O_RDWR | O_NOCTTY);
	error = !error && slave < 0 ? errno : error;
	if (!error && write(slave, "x", 1) < 0)
		error = errno;
	disarm();
	if (slave >= 0)
		close(slave);
	close(fd);
	return error;
}

static int do_mount(void)
{
	int error;

	disarm();
	mkdir("failnth.dir", 0700);
	arm(nth_of_exec);
	error = mount("none", "failnth.dir", "tmpfs", 0, NULL) ? errno : 0;
	disarm();
	if (!error)
		umount("failnth.dir");
	rmdir("failnth.dir");
	return error;
}

static int do_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(control, &set);
	return select(1000, &set, NULL, NULL, &(struct timeval){ 0, 0 }) < 0 ? errno : 0;
}

static const struct {
	const char *name;
	int (*call)(void);
	int error; /* besides ENOMEM */
} calls[] = {
	{ "mmap", do_mmap, 0 },
	{ "mmap of shared memory", do_mmap_shared, 0 },
	{ "mmap with MAP_POPULATE", do_populate, 0 },
	{ "munmap of the middle", do_munmap, 0 },
	{ "mprotect of the middle", do_mprotect, 0 },
	{ "mremap to another place", do_mremap, 0 },
	{ "page faults", do_touch, 0 },
	{ "fork", do_fork, EAGAIN },
	{ "execve", do_exec, E2BIG },
	{ "open that creates", do_open, ENOSPC },
	{ "write to a file", do_write, 0 },
	{ "pipe and a write to it", do_pipe, 0 },
	{ "poll", do_poll, 0 },
	{ "shmget, shmat", do_shm, 0 },
	{ "clone of a thread", do_thread, EAGAIN },
	{ "memfd_create, write, remap_file_pages", do_memfd, ENOSPC },
	{ "a pseudo-terminal", do_pty, ENOSPC },
	{ "mount", do_mount, 0 },
	{ "select", do_select, 0 },
};

static void walk(unsigned int i)
{
	unsigned int nth, failures = 0, wrong = 0;
	int error = 0, last = 0;

	for (nth = 1, hit = 1; hit && nth < LIMIT; nth++) {
		nth_of_exec = nth;
		hit = 0;
		arm(nth);
		error = calls[i].call();
		disarm();
		failures += error != 0;
		if (error && error != ENOMEM && error != calls[i].error)
			wrong = nth, last = error;
		if (area[0] != 1 || area[3 * PAGE] != 4)
			wrong = nth, last = -1;
	}
	ok(!wrong,
	   "%s: every failure is ENOMEM and changes nothing (%u allocations, %u failures; wrong at %u: %d)",
	   calls[i].name, nth - 2, failures, wrong, last);
	ok(!error && !hit, "%s: works when nothing fails", calls[i].name);
}

/* 0: the shell did its work. */
static int work(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		/* Where its pipe fails, a program must not read the terminal instead. */
		if (null < 0 || dup2(null, 0) || dup2(null, 1) != 1 || dup2(null, 2) != 2)
			_exit(1);
		execl("/bin/sh", "sh", "-c", "ls -l /proc | cat | wc -l && mkdir -p o/n && rm -r o",
		      NULL);
		_exit(1);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		;
	return status;
}

static void set_one_in(const char *n)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/sys/vm/fail_one_in", O_WRONLY);
	while (pwrite(fd, n, strlen(n), 0) < 0 && errno == ENOMEM)
		;
}

/* One in n allocations of everybody's fails: programs end with an error, and that is all. */
static void one_in(const char *n)
{
	int failed = 0;

	set_one_in(n);
	for (int i = 0; i < 20; i++)
		failed += work() != 0;
	set_one_in("0");
	/* Those whose shell came to its end before them, too. */
	while (wait(NULL) > 0)
		;
	system("rm -rf o");
	ok(failed && !work(),
	   "one allocation in %s fails: %d of 20 shells do not end well, then all is well", n,
	   failed);
}

int main(int argc, char **argv __attribute__((unused)))
{
	if (argc > 1)
		return 0; /* what do_exec runs */
	control = open("/proc/self/fail-nth", O_RDWR);
	if (control < 0) {
		skip("this kernel cannot make allocations fail");
		return done();
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	disarm(); /* makes the buffer of the file */
	area = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 4; i++)
		area[i * PAGE] = i + 1;
	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		walk(i);
	one_in("100");
	one_in("23");
	return done();
}
