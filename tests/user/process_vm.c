/*
 * process_vm_readv(2), process_vm_writev(2). Errors of the manual page, and where they are checked, for both:
 *
 *   EFAULT  local_iov, remote_iov or a local buffer not there    test_errors, test_partial
 *   EFAULT  remote memory not there or without the right         test_errors, test_partial
 *   EINVAL  flags, counts above 1024, lengths below 0            test_errors
 *   ENOMEM  no memory for copies of the iovecs: not to be had by a test
 *   EPERM   everybody is root here
 *   ESRCH   no such process, a zombie                            test_errors
 */
#include <errno.h>
#include <sys/uio.h>
#include "tests/user/probe.h"

#define RW       (PROT_READ | PROT_WRITE)
#define READV    347
#define WRITEV   348
#define IOV(...) ((struct iovec[]){ __VA_ARGS__ })

static char *remote; /* of the child: 3 pages, then a hole, then one to be read only */
static pid_t child;

static long move(int call, struct iovec *l, unsigned long nl, struct iovec *r, unsigned long nr)
{
	return sys(call, child, l, nl, r, nr, 0);
}

static long one(int call, void *l, size_t ll, void *r, size_t rl)
{
	return move(call, IOV({ l, ll }), 1, IOV({ r, rl }), 1);
}

static void start_child(void)
{
	int pipes[2];
	char c = 0;

	remote = anon(8, RW);
	memset(remote, 'p', 3 * PAGE);
	if (pipe(pipes))
		exit(1);
	child = fork();
	if (child == 0) {
		memset(remote, 'a', PAGE);
		memset(remote + PAGE, 'b', PAGE);
		memset(remote + 2 * PAGE, 'c', PAGE);
		munmap(remote + 3 * PAGE, PAGE);
		memset(remote + 4 * PAGE, 'r', PAGE);
		mprotect(remote + 4 * PAGE, PAGE, PROT_READ);
		mprotect(remote + 5 * PAGE, PAGE, PROT_NONE);
		write(pipes[1], &c, 1);
		pause();
		_exit(0);
	}
	read(pipes[0], &c, 1);
	close(pipes[0]);
	close(pipes[1]);
}

static void test_errors(void)
{
	static struct iovec many[1025];
	char buf[64], *none = hole(1);
	int call, i, zombie, status;

	for (i = 0; i < 1025; i++)
		many[i] = (struct iovec){ buf, 0 };
	zombie = fork();
	if (zombie == 0)
		_exit(0);
	waitid(P_PID, zombie, NULL, WEXITED | WNOWAIT);
	for (call = READV; call <= WRITEV; call++) {
		const char *name = call == READV ? "readv" : "writev";
		struct iovec *l = IOV({ buf, 8 }), *r = IOV({ remote, 8 });

		is(sys(call, child, l, 1, r, 1, 1), -EINVAL, "%s EINVAL: flags", name);
		is(sys(call, -1, l, 1, r, 1, 0), -ESRCH, "%s ESRCH: process -1", name);
		is(sys(call, 0, l, 1, r, 1, 0), -ESRCH, "%s ESRCH: process 0", name);
		is(sys(call, zombie, l, 1, r, 1, 0), -ESRCH, "%s ESRCH: a zombie", name);
		is(move(call, NULL, 1, r, 1), -EFAULT, "%s EFAULT: no local iovec", name);
		is(move(call, l, 1, (void *)none, 1), -EFAULT, "%s EFAULT: no remote iovec", name);
		is(move(call, many, 1025, r, 1), -EINVAL, "%s EINVAL: 1025 local buffers", name);
		is(move(call, l, 1, many, 1025), -EINVAL, "%s EINVAL: 1025 remote buffers", name);
		is(move(call, IOV({ buf, -1 }), 1, r, 1), -EINVAL, "%s EINVAL: local length -1",
		   name);
		is(move(call, l, 1, IOV({ remote, 0x80000000 }), 1), -EINVAL,
		   "%s EINVAL: remote length", name);
		is(one(call, none, 8, remote, 8), -EFAULT, "%s EFAULT: local buffer", name);
		is(one(call, buf, 8, remote + 3 * PAGE, 8), -EFAULT, "%s EFAULT: remote hole",
		   name);
		is(one(call, buf, 8, (void *)0xfffff000, 8), -EFAULT, "%s EFAULT: above user space",
		   name);
		is(one(call, buf, 8, remote + 5 * PAGE, 8), -EFAULT, "%s EFAULT: PROT_NONE", name);
		is(move(call, l, 0, r, 1), 0, "%s: no local buffer", name);
		is(move(call, l, 1, r, 0), 0, "%s: no remote buffer", name);
		is(sys(call, -1, l, 0, r, 1, 0), 0, "%s: nothing to do, so no process", name);
		is(sys(call, -1, l, 1, many, 1024, 0), 0, "%s: nor with 1024 empty ones", name);
		is(one(call, buf, 0, remote, 8), 0, "%s: length 0", name);
	}
	is(one(WRITEV, buf, 8, remote + 4 * PAGE, 8), -EFAULT, "writev EFAULT: read only");
	is(one(READV, buf, 8, remote + 4 * PAGE, 8), 8, "  readv reads it");
	is(buf[7], 'r', "  and finds it");
	waitpid(zombie, &status, 0);
	is(sys(READV, zombie, IOV({ buf, 8 }), 1, IOV({ remote, 8 }), 1, 0), -ESRCH, "ESRCH: gone");
}

static void test_move(void)
{
	static char buf[3 * PAGE], back[3 * PAGE];

	is(one(READV, buf, 3 * PAGE, remote, 3 * PAGE), 3 * PAGE, "three pages");
	ok(buf[0] == 'a' && buf[PAGE - 1] == 'a' && buf[PAGE] == 'b' && buf[3 * PAGE - 1] == 'c',
	   "  come over");
	is(remote[0], 'p', "  from the child, not from here");
	is(one(READV, buf, 100, remote + PAGE - 50, 200), 100, "the shorter length decides");
	ok(buf[49] == 'a' && buf[50] == 'b', "  over the end of a page");
	is(one(READV, buf, 200, remote + PAGE - 50, 100), 100, "  from either side");
	memset(buf, 0, sizeof(buf));
	is(move(READV, IOV({ buf, 3 }, { NULL, 0 }, { buf + 10, 5 }), 3,
		IOV({ remote, 2 }, { remote + PAGE, 2 }, { remote + 2 * PAGE, 9 }), 3),
	   8, "three pieces into three");
	ok(!memcmp(buf, "aab\0\0\0\0\0\0\0bcccc", 15), "  all in order");
	memset(buf, 'w', sizeof(buf));
	is(one(WRITEV, buf, PAGE, remote + PAGE + 100, PAGE), PAGE,
	   "writev over the end of a page");
	one(READV, back, 3 * PAGE, remote, 3 * PAGE);
	ok(back[PAGE + 99] == 'b' && back[PAGE + 100] == 'w' && back[2 * PAGE + 99] == 'w' &&
		   back[2 * PAGE + 100] == 'c',
	   "  is what readv reads");
	is(remote[PAGE + 100], 'p', "  and is the child's own copy");
	is(sys(READV, getpid(), IOV({ buf, 4 }), 1, IOV({ remote, 4 }), 1, 0), 4, "from itself");
	is(buf[3], 'p', "  as well");
}

/* What was moved before an error counts. */
static void test_partial(void)
{
	char *buf = anon(2, RW), kept[16];

	memset(buf, 'x', 2 * PAGE);
	is(one(READV, buf, 200, remote + 3 * PAGE - 10, 100), 10, "readv up to the hole");
	ok(buf[9] == 'c' && buf[10] == 'x', "  and no further");
	is(one(WRITEV, buf, 100, remote + 3 * PAGE - 10, 100), 10, "writev up to the hole");
	is(move(READV, IOV({ buf, 100 }), 1,
		IOV({ remote, 5 }, { remote + 3 * PAGE, 5 }, { remote, 5 }), 3),
	   5, "a bad remote buffer ends it");
	munmap(buf + PAGE, PAGE);
	is(one(READV, buf + PAGE - 20, 100, remote, 100), 20,
	   "readv up to the end of the local buffer");
	one(READV, kept, 16, remote + 40, 16);
	is(one(WRITEV, buf + PAGE - 20, 100, remote + 30, 100), 20, "writev from it");
	one(READV, kept, 16, remote + 50, 16);
	is(kept[0], 'a', "  leaves what it could not write as it was");
	is(move(READV, IOV({ buf, 4 }, { buf + PAGE, 4 }), 2, IOV({ remote, 8 }), 1), 4,
	   "a bad local buffer ends it");
	munmap(buf, PAGE);
}

/* Memory that the other process did not touch yet, and memory of files. */
static void test_faults(void)
{
	char buf[16];

	is(one(READV, buf, 16, remote + 6 * PAGE, 16), 16, "an untouched page");
	is(buf[3], 0, "  is zeros");
	is(one(WRITEV, "hello", 5, remote + 6 * PAGE + 3, 5), 5, "  can be written");
	is(one(READV, buf, 16, remote + 6 * PAGE, 16), 16, "  and read again");
	ok(!memcmp(buf, "\0\0\0hello\0", 9), "  is there");
	is(one(READV, buf, 16, (void *)test_errors, 16), 16, "program text");
	ok(!memcmp(buf, (void *)test_errors, 16), "  is the same as here");
	is(one(WRITEV, buf, 16, (void *)test_errors, 16), -EFAULT, "  and is not written");
}

int main(void)
{
	start_child();
	test_errors();
	test_move();
	test_partial();
	test_faults();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return done();
}
