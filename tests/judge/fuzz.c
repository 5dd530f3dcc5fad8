/*
 * Ten million system calls that nobody meant: fuzz SEED CALLS [full].
 *
 * A supervisor keeps some workers going, processes with a few threads each, in a root directory of
 * their own. A worker draws calls from its own sequence (seed, serial number of the worker): either
 * any number of the table, or one from a list of those that have something to break, with arguments
 * that are plausible (its own descriptors, addresses, paths, children) or wild. Where a worker does
 * itself in, the next one takes its place; where it sleeps, it is killed. What would stop the machine
 * or the supervisor (reboot, signals to strangers) is not drawn, and time limits are always short.
 *
 * It ends with everything killed, unmounted and removed, so that the ledger must be back where it was.
 * `full' lifts the limits of memory, so that it runs out again and again.
 */
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

/* Those that have something to break, with the letters of their arguments and how often. */
static const struct call {
	uint16_t nr, weight;
	const char *args;
} calls[] = {
	{ 3, 20, "fbn" },     { 4, 20, "fbn" },     { 5, 12, "sOi" },     { 6, 6, "f" },
	{ 7, 8, "KbW" },      { 8, 2, "si" },       { 9, 6, "ss" },       { 10, 6, "s" },
	{ 11, 1, "XAA" },     { 12, 2, "s" },       { 14, 3, "sxi" },     { 15, 2, "si" },
	{ 19, 6, "foi" },     { 21, 1, "NMNxN" },   { 22, 1, "M" },       { 27, 1, "0" },
	{ 33, 4, "si" },      { 36, 1, "" },        { 37, 3, "Kg" },      { 38, 6, "ss" },
	{ 39, 4, "si" },      { 40, 4, "s" },       { 41, 6, "f" },       { 42, 1, "b" },
	{ 43, 2, "b" },       { 45, 6, "l" },       { 52, 2, "Mx" },      { 54, 20, "fcr" },
	{ 55, 4, "fqi" },     { 57, 2, "KK" },      { 61, 1, "s" },       { 63, 4, "ff" },
	{ 66, 1, "" },        { 67, 2, "grb" },     { 75, 0, "ir" },      { 76, 2, "ib" },
	{ 77, 2, "ib" },      { 78, 2, "bb" },      { 82, 2, "r" },       { 83, 4, "ss" },
	{ 85, 4, "sbn" },     { 90, 2, "r" },       { 91, 12, "al" },     { 92, 2, "so" },
	{ 93, 4, "fo" },      { 94, 2, "fi" },      { 96, 2, "iK" },      { 97, 1, "iKi" },
	{ 99, 2, "sb" },      { 102, 1, "ir" },     { 103, 2, "ibn" },    { 104, 2, "iTb" },
	{ 105, 2, "ib" },     { 106, 2, "sb" },     { 114, 8, "KbWb" },   { 116, 2, "b" },
	{ 117, 8, "iiiibi" }, { 119, 0, "" },       { 120, 2, "CSbbb" },  { 122, 2, "b" },
	{ 125, 16, "alp" },   { 126, 2, "irb" },    { 132, 2, "K" },      { 133, 2, "f" },
	{ 136, 1, "x" },      { 140, 4, "fhobi" },  { 141, 4, "fbn" },    { 142, 4, "irrrT" },
	{ 143, 4, "fi" },     { 144, 8, "ali" },    { 145, 8, "fvi" },    { 146, 8, "fvi" },
	{ 147, 2, "K" },      { 150, 8, "al" },     { 151, 6, "al" },     { 152, 3, "i" },
	{ 153, 3, "" },       { 154, 1, "Kb" },     { 155, 1, "Kb" },     { 156, 0, "Kib" },
	{ 157, 1, "K" },      { 158, 2, "" },       { 162, 1, "Tb" },     { 163, 16, "allia" },
	{ 168, 6, "PiZ" },    { 172, 4, "ibiii" },  { 173, 0, "" },       { 174, 2, "grbi" },
	{ 175, 2, "irbi" },   { 176, 2, "bi" },     { 177, 2, "rbTi" },   { 178, 2, "Kgr" },
	{ 180, 8, "fbnoh" },  { 181, 8, "fbnoh" },  { 183, 2, "bn" },     { 186, 1, "rb" },
	{ 187, 4, "ffbn" },   { 190, 2, "S" },      { 191, 2, "ib" },     { 192, 30, "alpmfo" },
	{ 193, 4, "soh" },    { 194, 8, "foh" },    { 195, 4, "sb" },     { 196, 4, "sb" },
	{ 197, 4, "fb" },     { 205, 1, "ib" },     { 206, 1, "ir" },     { 207, 2, "fii" },
	{ 212, 2, "sii" },    { 217, 1, "ss" },     { 218, 8, "alb" },    { 219, 16, "ali" },
	{ 220, 6, "fbn" },    { 221, 10, "fqr" },   { 221, 6, "fqi" },    { 224, 2, "" },
	{ 225, 2, "foon" },   { 238, 2, "Kg" },     { 239, 6, "ffbn" },   { 240, 8, "biiTbi" },
	{ 241, 1, "Kir" },    { 242, 1, "Kib" },    { 243, 1, "r" },      { 244, 1, "r" },
	{ 250, 2, "fohi" },   { 257, 10, "al0om" }, { 258, 1, "b" },      { 264, 1, "ir" },
	{ 265, 2, "ib" },     { 266, 2, "ib" },     { 267, 1, "iiTb" },   { 268, 2, "snb" },
	{ 269, 2, "fnb" },    { 270, 3, "KKg" },    { 271, 2, "sb" },     { 272, 2, "fohohi" },
	{ 284, 4, "iKbWb" },  { 295, 16, "fsOi" },  { 296, 4, "fsi" },    { 297, 4, "fsxi" },
	{ 298, 2, "fsiix" },  { 300, 4, "fsbx" },   { 301, 4, "fsx" },    { 302, 4, "fsfs" },
	{ 303, 4, "fsfsx" },  { 304, 4, "sfs" },    { 305, 4, "fsbn" },   { 306, 2, "fsi" },
	{ 307, 2, "fsi" },    { 308, 4, "irrrTr" }, { 309, 4, "PiTri" },  { 310, 1, "x" },
	{ 311, 2, "bn" },     { 312, 1, "Kbb" },    { 313, 6, "fbfbni" }, { 314, 1, "fohohi" },
	{ 315, 4, "ffni" },   { 316, 4, "fvii" },   { 320, 4, "fsri" },   { 323, 2, "i" },
	{ 324, 6, "fiohoh" }, { 328, 2, "ix" },     { 330, 4, "ffx" },    { 331, 4, "bO" },
	{ 333, 4, "fvioh" },  { 334, 4, "fvioh" },  { 335, 2, "KKgr" },   { 340, 2, "Ki0b" },
	{ 347, 6, "Kviviz" }, { 348, 6, "Kviviz" }, { 353, 4, "fsfsi" },  { 355, 2, "bni" },
	{ 356, 4, "Ni" },     { 374, 1, "i" },      { 375, 1, "i" },      { 376, 4, "ali" },
	{ 377, 4, "fbfbni" }, { 378, 4, "fviohi" }, { 379, 4, "fviohi" }, { 383, 4, "fsxib" },
	{ 386, 1, "bniw" },   { 393, 1, "ini" },    { 395, 4, "iini" },   { 396, 4, "iib" },
	{ 397, 6, "iai" },    { 398, 4, "a" },      { 403, 2, "ib" },     { 406, 2, "ib" },
	{ 407, 1, "iiUb" },   { 412, 2, "fsri" },   { 413, 2, "irrrUr" }, { 414, 2, "PiUri" },
	{ 421, 2, "rbUi" },   { 422, 4, "biiUbi" }, { 434, 1, "Kx" },     { 436, 1, "iix" },
	{ 437, 1, "fsrn" },   { 439, 2, "fsix" },   { 0, 1, "" },         { 1, 0, "i" },
	{ 2, 1, "S" },        { 252, 0, "i" },      { 26, 0, "" },        { 88, 0, "" },
	{ 29, 0, "" },        { 72, 0, "" },        { 179, 0, "rn" },     { 74, 0, "bn" },
	{ 283, 0, "" },       { 435, 0, "rn" },     { 424, 0, "" },       { 79, 0, "" },
	{ 25, 0, "" },
};

/* Never drawn: they stop the machine, sleep for ever, or change what others live by. */
static int harmful(unsigned nr)
{
	static const uint16_t list[] = { 88,  29, 72, 179, 26,  283, 74,
					 121, 79, 25, 264, 404, 424, 111 };
	unsigned i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i] == nr)
			return 1;
	return 0;
}

/* They end the worker, or make it useless: once in a while only. */
static int final(unsigned nr)
{
	return nr == 1 || nr == 252 || nr == 119 || nr == 173 || nr == 75 || nr == 11 ||
	       nr == 358 || nr == 435 || nr == 172;
}

/* ---- entering the kernel -------------------------------------------------------------------- */

/*
 * int 0x80. In a child (0 from a call that makes one) the stack may be the parent's: it goes on in
 * kid() on the stack that the block's first word names.
 */
long enter(unsigned nr, const unsigned long *args);
void kid(void);
__asm__(".text\nenter:\n"
	"	pushl %ebx\n	pushl %esi\n	pushl %edi\n	pushl %ebp\n"
	"	movl 20(%esp), %eax\n	movl 24(%esp), %ebp\n"
	"	movl (%ebp), %ebx\n	movl 4(%ebp), %ecx\n	movl 8(%ebp), %edx\n"
	"	movl 12(%ebp), %esi\n	movl 16(%ebp), %edi\n	movl 20(%ebp), %ebp\n"
	"	int $0x80\n"
	"	testl %eax, %eax\n	jz 2f\n"
	"1:	popl %ebp\n	popl %edi\n	popl %esi\n	popl %ebx\n	ret\n"
	"2:	movl %esp, %ecx\n	andl $0xffff0000, %ecx\n	movl (%ecx), %ecx\n"
	"	testl %ecx, %ecx\n	jz 1b\n	movl %ecx, %esp\n	call kid\n");

static void caught(int sig)
{
	(void)sig;
	if (--self()->left < -99)
		_exit(95); /* a loop of faults: its state is spoilt */
	siglongjmp(self()->env, 1);
}

static void shrug(int sig)
{
	(void)sig;
}

/* Faults go back to the loop; of the others every second comes to a handler, the rest are ignored. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_flags = SA_NODEFER };
	int sig;

	for (sig = 1; sig <= 64; sig++) {
		int fault = sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL ||
			    sig == SIGTRAP;

		sa.sa_handler = fault ? caught : sig & 1 ? shrug : SIG_IGN;
		sa.sa_flags = SA_NODEFER | (sig & 2 ? SA_RESTART : 0) | (sig & 4 ? SA_SIGINFO : 0);
		if (sig != SIGCHLD)
			sigaction(sig, &sa, NULL);
	}
	sigemptyset(&sa.sa_mask);
	sigprocmask(SIG_SETMASK, &sa.sa_mask, NULL);
}

static const struct call *draw(unsigned *nr)
{
	static unsigned total;
	const struct call *c;
	const unsigned n = sizeof(calls) / sizeof(calls[0]);
	unsigned i, at;

	if (!total)
		for (i = 0; i < n; i++)
			total += calls[i].weight;
	if (!rnd(4)) {
		*nr = rnd(8) ? rnd(450) : rnd(8) ? rnd(520) : wild();
		for (i = 0; i < n; i++)
			if (calls[i].nr == *nr)
				return &calls[i];
		return NULL;
	}
	at = rnd(total);
	for (c = calls; at >= c->weight; c++)
		at -= c->weight;
	*nr = c->nr;
	return c;
}

/* One call. Names a process only where the list says so: an unlisted number gets no such call. */
static void one_call(struct task *t)
{
	unsigned long args[6];
	const char *letters;
	const struct call *c;
	unsigned nr, i;
	long ret;

	do
		c = draw(&nr);
	while (harmful(nr) || (final(nr) && rnd(24)) ||
	       (t->is_kid && (nr == 120 || nr == 2 || nr == 190)));
	letters = c ? c->args : "wwwwww";
	t->kid_stack = 0;
	for (i = 0; i < 6; i++) {
		char kind = *letters ? *letters++ : 'w';

		if (kind == '0' || (kind >= 'A' && kind <= 'Z' && !strchr("PNA", kind)))
			args[i] = certain(kind);
		else
			args[i] = rnd(12) ? plausible(kind) : wild();
	}
	t->slot->last[t->thread] = nr;
	t->slot->calls[t->thread]++;
	ret = enter(nr, args);
	if (nr == 91 || nr == 125 || nr == 11)
		return;
	if (ret == 0 && !rnd(16)) /* leave something in the arena, and look at it */
		*(volatile char *)(ARENA + rnd(NPAGES * PAGE)) = (char)rnd(256);
}

static void run(void)
{
	sigsetjmp(self()->env, 0); /* a fault comes back here */
	while (self()->left-- > 0)
		one_call(self());
}

void kid(void)
{
	run();
	for (;;)
		sys(SYS_exit, 0);
}

/* ---- a worker -------------------------------------------------------------------------------- */

static void map(unsigned long at, unsigned long bytes)
{
	if (mmap((void *)at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) != (void *)at)
		_exit(90);
}

static void limit(int what, unsigned long value)
{
	setrlimit(what, &(struct rlimit){ value, value });
}

/* Some of each kind of descriptor; what is not there is not there. */
static void open_things(void)
{
	static const char *const names[] = { "a",        "b",
					     "d",        "dev/null",
					     "dev/zero", "dev/fb0",
					     "dev/pool", "dev/pool-vmalloc",
					     "dev/ptmx", "proc/self/maps",
					     "fifo",     "dev/shm/a",
					     "m/a" };
	unsigned i;
	int ends[2], unlock = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open(names[i],
			      O_RDWR | O_NONBLOCK | O_NOCTTY | (i < 2 || i > 10 ? O_CREAT : 0),
			      0600);

		if (fd < 0)
			open(names[i], O_RDONLY | O_NONBLOCK);
		else
			ioctl(fd, 0x40045431, &unlock); /* TIOCSPTLCK */
	}
	for (i = 0; i < 2; i++)
		if (pipe2(ends, O_NONBLOCK) < 0)
			break;
	sys(SYS_memfd_create, "memfd", 2);
	sys(SYS_eventfd2, 0, 04000);
}

static void worker(uint64_t seed, int number)
{
	struct task *t;
	int i;

	for (i = 0; i < 3; i++)
		close(i);
	sys(SYS_setsid);
	if (chroot(ROOT) || chdir("/"))
		_exit(91);
	open_things();
	limit(RLIMIT_NOFILE, 32);
	limit(RLIMIT_CORE, 0);
	if (!full) {
		limit(RLIMIT_AS, 24UL << 20);
		limit(RLIMIT_FSIZE, 256UL << 10);
	}
	catch_signals();
	for (i = THREADS - 1; i >= 0; i--) {
		t = (struct task *)(BLOCKS + i * BLOCK);
		t->rng = (seed * 1000003 + number) * 1000003 + i;
		t->slot = &SHARED[number % WORKERS];
		t->thread = i;
		t->left = LIFE;
		if (i) { /* a thread begins in kid(), as any child does */
			struct task *main = (struct task *)BLOCKS;
			unsigned long args[6] = {
				0x50f00, BLOCKS + (i + 1) * BLOCK - 64, 0, 0, 0, 0
			};

			t->kid_stack = args[1];
			main->kid_stack = args[1];
			enter(SYS_clone, args);
		}
	}
	run();
	for (;;)
		sys(SYS_exit_group, 0);
}

/* ---- the supervisor -------------------------------------------------------------------------- */

static struct {
	pid_t pid;
	uint32_t seen;
	int idle;
} workers[WORKERS];

static void on_block(uint64_t seed, int number)
{
	map(ARENA, NPAGES * PAGE);
	map(SCRATCH, NSCRATCH * PAGE);
	map(BLOCKS, (THREADS + KIDS) * BLOCK);
	/* The stack of the first block, from here on. */
	__asm__ volatile("movl %0, %%esp\n\tpushl %3\n\tpushl %2\n\tpushl %1\n\tcall *%4"
			 :
			 : "r"(BLOCKS + BLOCK - 64), "r"((uint32_t)seed),
			   "r"((uint32_t)(seed >> 32)), "r"(number), "r"(worker)
			 : "memory");
}

static void start(int i, uint64_t seed, int number)
{
	workers[i].idle = 0;
	workers[i].pid = fork();
	if (workers[i].pid == 0)
		on_block(seed, number);
}

static void make_root(void)
{
	int fd;

	mkdir(ROOT, 0755);
	if (chdir(ROOT))
		_exit(92);
	if (mount("tmpfs", ROOT, "tmpfs", 0, full ? "" : "size=8m"))
		mount("tmpfs", ROOT, "tmpfs", 0, "");
	if (chdir(ROOT) || mkdir("d", 0755) || mkdir("m", 0755) || mkdir("proc", 0755) ||
	    mkdir("dev", 0755))
		_exit(93);
	mount("proc", "proc", "proc", 0, NULL);
	mount("devtmpfs", "dev", "devtmpfs", 0, NULL);
	fd = open("a", O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, 20 * PAGE))
		_exit(94);
	close(fd);
	if (symlink("a", "l") || symlink("loop", "loop") || mkfifo("fifo", 0600))
		fd = -1; /* no matter */
}

/* Processes that were not there at the start end; returns how many there were. */
static int kill_strangers(const unsigned char *known)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (proc && (e = readdir(proc))) {
		int pid = atoi(e->d_name);

		if (pid > 0 && pid < 65536 && !known[pid] && pid != getpid()) {
			kill(pid, SIGKILL);
			n++;
		}
	}
	closedir(proc);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return n;
}

static void know_all(unsigned char *known)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;

	while (proc && (e = readdir(proc)))
		if (atoi(e->d_name) > 0)
			known[atoi(e->d_name) & 65535] = 1;
	closedir(proc);
}

/* Takes down what is mounted at ROOT or below, the last first; returns whether anything went. */
static int unmount_all(void)
{
	static char text[65536];
	char *line = text, *points[1000];
	int n = 0, gone = 0, fd = open("/proc/mounts", O_RDONLY);
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += got;
	close(fd);
	text[len] = 0;
	while (n < 1000 && (line = strstr(line, " " ROOT))) {
		points[n++] = ++line;
		line += strcspn(line, " ");
		*line++ = 0;
	}
	while (n--)
		gone += umount2(points[n], MNT_DETACH) == 0;
	return gone;
}

/* What workers left in ROOT and elsewhere. */
static void clean_up(void)
{
	int id;

	if (chdir("/"))
		return;
	while (unmount_all())
		;
	umount2(BALLAST, MNT_DETACH);
	for (id = 0; id < 65536; id++) {
		struct shmid_ds ds;
		int shm = shmctl(id, 13 /* SHM_STAT */, &ds);

		if (shm < 0 && id > 256)
			break;
		if (shm >= 0)
			shmctl(shm, IPC_RMID, NULL);
	}
	if (system("rm -rf " ROOT " " BALLAST " /dev/shm/a"))
		printf("# %s is not removed\n", ROOT);
}

/* Takes nearly all memory that is free, so that the workers meet the end of it. */
static void fill_memory(void)
{
	const off_t room = 4 << 20;
	off_t size = 0;
	int fd;

	mkdir(BALLAST, 0700);
	mount("tmpfs", BALLAST, "tmpfs", 0, "size=100%");
	fd = open(BALLAST "/all", O_RDWR | O_CREAT, 0600);
	while (fallocate(fd, 0, size, 1 << 18) == 0)
		size += 1 << 18;
	if (size < room || ftruncate(fd, size - room))
		printf("# memory is not filled\n");
	printf("# %ld MiB are taken\n", (long)(size - room) >> 20);
	close(fd);
}

static uint32_t calls_of(int i)
{
	uint32_t n = 0;
	int t;

	for (t = 0; t < THREADS; t++)
		n += SHARED[i].calls[t];
	return n;
}

int main(int argc, char **argv)
{
	static unsigned char known[65536];
	uint32_t wanted, made = 0, stuck = 0, stuck_in[520] = { 0 };
	uint64_t seed;
	int i, born = 0, tick = 0;

	if (argc < 3 || access("/proc/mm_audit", F_OK)) {
		fprintf(stderr, "fuzz SEED CALLS [full], on Pagoda only\n");
		return 2;
	}
	seed = strtoull(argv[1], NULL, 0);
	wanted = strtoul(argv[2], NULL, 0);
	full = argc > 3;
	if (mmap((void *)SHARED, PAGE, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != (void *)SHARED)
		return 3;
	know_all(known);
	if (full)
		fill_memory();
	make_root();
	for (i = 0; i < WORKERS; i++)
		start(i, seed, born++);
	while (made < wanted) {
		nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
		for (i = 0, made = 0; i < WORKERS; i++) {
			uint32_t now = calls_of(i);

			made += now;
			workers[i].idle = now == workers[i].seen ? workers[i].idle + 1 : 0;
			workers[i].seen = now;
			if (workers[i].idle > 2 && workers[i].pid > 0) {
				int t;

				kill(workers[i].pid, SIGKILL);
				stuck++;
				for (t = 0; t < THREADS; t++)
					stuck_in[SHARED[i].last[t] % 520]++;
			}
			if (workers[i].pid <= 0 || waitpid(workers[i].pid, NULL, WNOHANG)) {
				if (workers[i].pid > 0)
					kill(-workers[i].pid, SIGKILL);
				start(i, seed, i + WORKERS * (born++ / WORKERS + 1));
			}
		}
		if (++tick % 100 == 0) {
			int n;

			printf("# %u calls, %d workers, %u stuck\n", made, born, stuck);
			fflush(stdout);
			(void)n;
		}
	}
	for (i = 0; i < 1000 && kill_strangers(known); i++)
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	clean_up();
	for (i = 0; i < 520; i++)
		if (stuck_in[i] > stuck / 20 + 2)
			printf("# %u stuck in %d\n", stuck_in[i], i);
	printf("fuzz: seed %llu, %u calls, %d workers, %u stuck\n", (unsigned long long)seed, made,
	       born, stuck);
	return 0;
}
