/* What the fuzzer's calls get: plausible arguments, wild ones, and those that are always harmless. */
#ifndef TESTS_JUDGE_FUZZ_ARGS_H
#define TESTS_JUDGE_FUZZ_ARGS_H

#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include "tests/user/tap.h"

#define WORKERS  6
#define THREADS  2
#define KIDS     4    /* blocks for children that share memory */
#define LIFE     6000 /* calls of one thread */
#define ROOT     "/tmp/fuzz"
#define BALLAST  "/tmp/ballast"
#define PAGE     4096UL
#define ARENA    0x20000000UL /* what the calls work on */
#define NPAGES   64
#define SCRATCH  0x28000000UL /* what pointers point to */
#define NSCRATCH 8
#define BLOCKS   0x30000000UL /* one of 64 KiB for each thread: its state, then its stacks */
#define BLOCK    0x10000UL
#define SHARED   ((volatile struct slot *)0x38000000)

/* What a worker tells the supervisor. */
struct slot {
	uint32_t calls[THREADS];
	uint32_t last[THREADS];
	uint32_t pad[16 - 2 * THREADS];
};

/* At the foot of a thread's block; any stack pointer of the thread leads here. */
struct task {
	unsigned long kid_stack; /* read by enter(): where a child goes on */
	uint64_t rng;
	volatile struct slot *slot;
	int thread, left, is_kid, next_kid;
	sigjmp_buf env;
};

static int full;

static struct task *self(void)
{
	unsigned long esp;

	__asm__ volatile("movl %%esp, %0" : "=r"(esp));
	return (struct task *)(esp & ~(BLOCK - 1));
}

static uint32_t rnd(uint32_t n)
{
	struct task *t = self();

	t->rng = t->rng * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)((t->rng >> 32) * n >> 32);
}

static uint32_t rnd32(void)
{
	return rnd(0x10000) << 16 | rnd(0x10000);
}

#define PICK(array) ((array)[rnd(sizeof(array) / sizeof((array)[0]))])

/* ---- arguments: one letter each -------------------------------------------------------------- */

static unsigned long wild(void)
{
	static const unsigned long odd[] = {
		0,          1,          -1,         -2,         0x7fffffff, 0x80000000, 0xc0000000,
		0xbffff000, 0xbfffffff, 0xfffff000, 0xffffe000, 0xc0100000, 4095,       4096,
		0x08048000, ARENA - 1,  -4096,      -100,       0x1000000,  0xf8000000, 64,
	};
	unsigned long esp;

	switch (rnd(4)) {
	case 0:
		return rnd32();
	case 1:
		__asm__ volatile("movl %%esp, %0" : "=r"(esp));
		return rnd(4) ? ARENA + rnd(NPAGES * PAGE) : esp - rnd(256);
	default:
		return PICK(odd) + (rnd(4) ? 0 : rnd(16) * 512);
	}
}

/* A place of n bytes for a structure: often at the very end of a page. */
static void *scratch(unsigned long n)
{
	unsigned long at = SCRATCH + rnd(NSCRATCH) * PAGE;

	return (void *)(at + (rnd(3) ? rnd((PAGE - n) / 4) * 4 : PAGE - n));
}

static unsigned long path(void)
{
	static const char *const paths[] = {
		"a",
		"b",
		"c",
		"d",
		"d/a",
		"d/b",
		"d/c",
		"l",
		"d/l",
		"loop",
		"fifo",
		"d/..",
		".",
		"",
		"/",
		"/x",
		"nowhere/a",
		"a/b",
		"m",
		"m/a",
		"m/b",
		"dev/null",
		"dev/zero",
		"dev/full",
		"dev/ptmx",
		"dev/fb0",
		"dev/pool",
		"dev/pool-vmalloc",
		"dev/tty",
		"dev/mem",
		"dev/urandom",
		"dev/pts/0",
		"dev/pts",
		"dev/shm/a",
		"dev/fd/5",
		"proc/self/maps",
		"proc/self/smaps",
		"proc/self/stat",
		"proc/self/status",
		"proc/self/statm",
		"proc/self/fd/3",
		"proc/self/fd",
		"proc/self/limits",
		"proc/self/cwd/a",
		"proc/self/task",
		"proc/self/pagemap",
		"proc/self/environ",
		"proc/self",
		"proc",
		"proc/meminfo",
		"proc/slabinfo",
		"proc/vmstat",
		"proc/stat",
		"proc/mounts",
		"proc/buddyinfo",
		"proc/sys/vm",
		"proc/self/mem",
		"proc/1/maps",
		"proc/self/cmdline",
	};
	char *p = scratch(128);

	if (!rnd(16)) {
		memset(p, 'a' + (int)rnd(3), 128);
		if (rnd(2))
			p[rnd(128)] = 0;
		return (unsigned long)p;
	}
	return (unsigned long)strcpy(p, rnd(3) ? paths[rnd(20)] : PICK(paths));
}

/* A timespec or timeval, with words of 32 or 64 bits. */
static unsigned long short_time(int words)
{
	int32_t *p = scratch(16), odd[] = { -1, -1, -1, 1000000 };

	memset(p, 0, 16);
	p[0] = rnd(8) ? 0 : -(int)rnd(2);
	p[words] = rnd(8) ? (int)rnd(2) : PICK(odd);
	if (words == 2)
		p[1] = p[0];
	return (unsigned long)p;
}

static unsigned long buffer(void)
{
	return rnd(2) ? (unsigned long)scratch(64) : ARENA + rnd(NPAGES * PAGE);
}

static unsigned long vectors(void)
{
	struct iovec *v = scratch(64);
	int i;

	for (i = 0; i < 8; i++) {
		v[i].iov_base = (void *)(rnd(8) ? buffer() : wild());
		v[i].iov_len = rnd(8) ? rnd(9000) : wild();
	}
	return (unsigned long)v;
}

static unsigned long polls(void)
{
	struct pollfd *p = scratch(64);
	int i;

	for (i = 0; i < 8; i++)
		p[i] = (struct pollfd){ .fd = (int)rnd(34) - 1, .events = (short)rnd32() };
	return (unsigned long)p;
}

static unsigned long noise(void)
{
	uint32_t *p = scratch(64);
	int i;

	for (i = 0; i < 16; i++)
		p[i] = rnd(2) ? rnd(64) : wild();
	return (unsigned long)p;
}

static unsigned long name(void)
{
	static const char *const names[] = { "tmpfs",   "proc",     "devtmpfs",    "devpts",
					     "ramfs",   "size=64k", "nr_inodes=8", "mode=700",
					     "size=1%", "x" };

	return (unsigned long)strcpy(scratch(16), PICK(names));
}

static unsigned long arguments(void)
{
	char **p = scratch(16);

	p[0] = "fuzz";
	p[1] = rnd(2) ? NULL : "x";
	p[2] = rnd(8) ? NULL : (char *)wild();
	p[3] = NULL;
	return (unsigned long)p;
}

static unsigned long ioctl_number(void)
{
	static const uint16_t numbers[] = {
		0x5401, 0x5402, 0x5403, 0x5404, 0x5405, 0x5406, 0x5409, 0x540a, 0x540b,
		0x540e, 0x540f, 0x5410, 0x5411, 0x5412, 0x5413, 0x5414, 0x541b, 0x5420,
		0x5421, 0x5422, 0x5429, 0x5441, 0x5450, 0x5451, 0x4600, 0x4601, 0x4602,
		0x4604, 0x4605, 0x4606, 0x4611, 0x5600, 0x4b3a, 0x4b44, 0x4b45,
	};

	switch (rnd(4)) {
	case 0:
		return (rnd(2) ? 0x80045430 : 0x40045431) + rnd(8);
	case 1:
		return rnd32();
	default:
		return PICK(numbers);
	}
}

/* Only what is surely ours: oneself, children, the worker's group, or nobody. */
static unsigned long own_pid(void)
{
	switch (rnd(8)) {
	case 0:
		return 0;
	case 1:
		return 0x7ffffff0;
	case 2:
		return sys(SYS_gettid);
	case 3:
		return -sys(SYS_getpid);
	default:
		return sys(SYS_getpid);
	}
}

static unsigned long bits(void)
{
	unsigned long set = 0;

	while (rnd(3))
		set |= 1UL << rnd(32);
	return set;
}

static unsigned long plausible(char kind)
{
	static const uint16_t lengths[] = { 0, 1, 4095, 4096, 4097, 8192, 512, 64 };
	static const unsigned char prots[] = { 0, 1, 3, 3, 3, 5, 7, 2, 4 };

	switch (kind) {
	case 'a': /* page of the arena */
		return ARENA + rnd(NPAGES) * PAGE;
	case 'l': /* length of a mapping */
		return rnd(6) ? (1 + rnd(rnd(4) ? 4 : 32)) * PAGE : PICK(lengths);
	case 'b':
		return buffer();
	case 'r': /* memory to read from, with something in it */
		return noise();
	case 'n': /* bytes */
		return rnd(2) ? rnd(64) : PICK(lengths);
	case 'f':
		return rnd(16) ? rnd(32) : PICK(((unsigned[]){ -1, -100, 33, 100 }));
	case 's':
		return path();
	case 'p':
		return PICK(prots);
	case 'i':
		return rnd(20);
	case 'x':
		return bits();
	case 'o': /* bytes or pages into a file, or the half of 64 bits */
		return rnd(2) ? rnd(32) : rnd(3) ? rnd(32) * PAGE : 0;
	case 'h': /* the other half */
		return rnd(8) ? 0 : rnd(2) ? 0xffffffff : rnd(8);
	case 'm': /* type and flags of mmap */
		return (rnd(8) ? 1 + rnd(3) : 0) | (rnd(2) ? 0x20 : 0) | (rnd(2) ? 0x10 : 0) |
		       (rnd(4) ? 0 : 0x100U << rnd(14));
	case 'v':
		return vectors();
	case 'P':
		return polls();
	case 'c':
		return ioctl_number();
	case 'q': /* fcntl: all but what waits for a lock, mostly */
		return rnd(6) ? PICK(((unsigned[]){ 0, 1, 2, 3, 4, 5, 6, 8, 9, 12, 13, 36, 37, 1030,
						    1031, 1032, 1033, 1034 }))
			      : rnd(16);
	case 'N':
		return name();
	case 'A':
		return arguments();
	case 'g':
		return rnd(8) ? rnd(65) : bits();
	default:
		return wild();
	}
}

static const unsigned clone_flags[] = { 0,     0x100, 0x4100,  0x200,   0x400,
					0x700, 0xf00, 0x10f00, 0x50f00, 0x3d0f00 };

static const char *const mount_points[] = { "m", "m/b", "d/b", "m/." };

/* Kinds that are never replaced by something wild. */
static unsigned long certain(char kind)
{
	switch (kind) {
	case 'K':
		return own_pid();
	case 'T':
		return short_time(1);
	case 'U':
		return short_time(2);
	case 'X': /* what to execute; elsewhere it could be changed under the supervisor */
		return rnd(2) ? path() : (unsigned long)strcpy(scratch(16), "proc/self/exe");
	case 'M': /* where to mount: not over what all live by */
		return (unsigned long)strcpy(scratch(16), PICK(mount_points));
	case 'Z': /* milliseconds */
		return rnd(2);
	case 'W': /* waitpid: do not wait */
		return 1 | (rnd(2) ? 0 : bits());
	case 'O': /* open without waiting for the other end of a FIFO */
		return 04000 | rnd(4) | (rnd(2) ? 0 : 0100) | (rnd(4) ? 0 : bits());
	case 'C': /* flags of clone; the supervisor shall not become the parent (CLONE_PARENT) */
		return PICK(clone_flags) | (rnd(2) ? SIGCHLD : rnd(65)) |
		       (rnd(4) ? 0 : bits() & 0xffff7f00);
	case 'S': { /* that stack */
		struct task *t = self();
		unsigned long block = BLOCKS + (THREADS + t->next_kid++ % KIDS) * BLOCK;
		struct task *kid = (struct task *)block;

		*kid = *t;
		kid->is_kid = 1;
		kid->left = (int)rnd(60);
		kid->rng ^= rnd32();
		t->kid_stack = kid->kid_stack = block + BLOCK - 64;
		return t->kid_stack;
	}
	case '0':
		return 0;
	default:
		return 0;
	}
}

#endif
