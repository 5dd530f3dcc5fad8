/*
 * Random calls of the mmap family, odd arguments included, in an arena of 64 pages. All that
 * can be observed (results, faults, rights, offsets, contents) goes into a hash, which must be
 * the one that Linux gives. `mmap_random SEED' prints what is hashed, to be compared by diff.
 */
#include <errno.h>
#include "tests/user/probe.h"

#define ARENA  0x20000000UL
#define NPAGES 64u
#define CALLS  2000

static uint64_t state;
static uint32_t hash;
static int verbose;
static int fds[3]; /* read-write, read-only, write-only */

static unsigned rnd(unsigned n)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(state >> 33) % n;
}

/* Enters one observation. */
static __attribute__((format(printf, 1, 2))) void note(const char *fmt, ...)
{
	char line[160], *p;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (p = line; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	if (verbose && write(1, line, strlen(line)) < 0)
		_exit(99);
}

/* ---- arguments ---- */

static unsigned long some_addr(void)
{
	return ARENA + rnd(NPAGES) * PAGE + (rnd(30) ? 0 : rnd(PAGE));
}

/* Mostly a few pages; never beyond the arena. */
static unsigned long some_len(unsigned long addr)
{
	unsigned long room = ARENA + NPAGES * PAGE - (addr & ~(PAGE - 1));
	unsigned long len = (1 + rnd(rnd(4) ? 6 : 24)) * PAGE;

	if (!rnd(40))
		len = rnd(4 * PAGE);
	return len < room ? len : room;
}

static unsigned some_prot(void)
{
	static const unsigned prots[] = { 0, 1, 3, 3, 3, 1, 5, 7, 2 };

	return prots[rnd(9)];
}

/* ---- calls ---- */

static void call_mmap(unsigned long addr, unsigned long len)
{
	static const int types[] = { MAP_SHARED, MAP_PRIVATE, MAP_PRIVATE };
	unsigned prot = some_prot(), flags = MAP_FIXED | types[rnd(3)], offset = rnd(20);
	int file = rnd(3) ? -1 : (int)rnd(3);
	long ret;

	if (file < 0)
		flags |= MAP_ANONYMOUS;
	if (!rnd(40))
		flags = (flags & ~MAP_TYPE) | rnd(8); /* newer kernels know type 8 */
	if (!rnd(30))
		flags |= 0x100000; /* MAP_FIXED_NOREPLACE */
	if (!rnd(40))
		len = rnd(2) ? 0 : 0xfffff001;
	if (!rnd(60))
		offset = 0xfff00000 + rnd(4096);
	ret = sys(SYS_mmap2, addr, len, prot, flags, file < 0 ? file : fds[file], offset);
	note("mmap %lx %lx %x %x file %d %x = %ld\n", addr, len, prot, flags, file, offset,
	     ret == (long)addr ? 0 : ret);
}

/*
 * One page at a time, which surely lies in one mapping, to a place apart from it: what else
 * happens, kernels of different years answer differently.
 */
static void call_mremap(unsigned long addr)
{
	unsigned long to = ARENA + rnd(NPAGES) * PAGE, len = some_len(to), old = PAGE;
	unsigned flags = rnd(4) ? MREMAP_MAYMOVE | MREMAP_FIXED : rnd(2);
	unsigned char there;
	long ret;

	addr &= ~(PAGE - 1);
	if (sys(SYS_mincore, addr, PAGE, &there) || (to <= addr && addr < to + len))
		return;
	if (!(flags & MREMAP_FIXED))
		old = rnd(4) ? PAGE : 0;
	ret = sys(SYS_mremap, addr, old, len, flags, to);
	note("mremap %lx %lx %lx %x %lx = ", addr, old, len, flags, to);
	if (ret < 0 && ret > -4096)
		note("%ld\n", ret);
	else if (ret == (long)addr || ret == (long)to)
		note("%s\n", ret == (long)addr ? "stays" : "there");
	else
		note("elsewhere, %s\n", munmap((void *)ret, len) ? "lost" : "unmapped");
}

static void call_madvise(unsigned long addr, unsigned long len)
{
	static const int advice[] = { 0, 1, 2, 3, 4, 4, 4, 10, 11, 16, 17, 18, 19, 7, 99 };
	int what = advice[rnd(15)];

	note("madvise %lx %lx %d = %ld\n", addr, len, what, sys(SYS_madvise, addr, len, what));
}

static void call_other(unsigned long addr, unsigned long len)
{
	static unsigned char there[NPAGES + 1];
	unsigned flags = rnd(9);

	switch (rnd(4)) {
	case 0:
		note("msync %lx %lx %x = %ld\n", addr, len, flags,
		     sys(SYS_msync, addr, len, flags));
		return;
	case 1:
		note("mincore %lx %lx = %ld\n", addr, len, sys(SYS_mincore, addr, len, there));
		return;
	case 2:
		note("mlock %lx %lx = %ld\n", addr, len, sys(SYS_mlock, addr, len));
		return;
	default:
		note("munlock %lx %lx = %ld\n", addr, len, sys(SYS_munlock, addr, len));
	}
}

static void touch(unsigned long addr, int value)
{
	unsigned char *p = (unsigned char *)(addr & ~(PAGE - 1));
	int sig = write_faults(p);

	note("write %p = %d %d", (void *)p, sig, sig ? probe_fault.code : 0);
	if (!sig)
		*p = value;
	sig = read_faults(p);
	note(", read = %d %d %d\n", sig, sig ? probe_fault.code : 0, sig ? 0 : *p);
}

static void one_call(int i)
{
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned prot;

	switch (rnd(16)) {
	case 0 ... 2:
		call_mmap(addr, len);
		return;
	case 3 ... 4:
		note("munmap %lx %lx = %ld\n", addr, len, sys(SYS_munmap, addr, len));
		return;
	case 5 ... 7:
		prot = some_prot() | (rnd(40) ? 0 : 1u << rnd(24));
		note("mprotect %lx %lx %x = %ld\n", addr, len, prot,
		     sys(SYS_mprotect, addr, len, prot));
		return;
	case 8 ... 9:
		call_mremap(addr);
		return;
	case 10:
		call_madvise(addr, len);
		return;
	case 11 ... 12:
		call_other(addr, len);
		return;
	default:
		touch(addr, i & 255);
	}
}

/* Every page of the arena: its rights and offset in maps, and its first byte. */
static void look(void)
{
	static struct map maps[256];
	int i, n = read_maps(maps, 256);
	unsigned long at;

	for (i = 0; i < n; i++) {
		for (at = maps[i].start; at < maps[i].end; at += PAGE) {
			int sig;

			if (at < ARENA || at >= ARENA + NPAGES * PAGE)
				continue;
			sig = read_faults((void *)at);
			note("%lx %s %lx %d %d\n", at, maps[i].perms,
			     maps[i].offset + (maps[i].inode ? at - maps[i].start : 0), sig,
			     sig ? 0 : *(unsigned char *)at);
		}
	}
}

static uint32_t run(unsigned seed)
{
	char path[32];
	int i;

	fds[0] = temp_file(16 * PAGE);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	fds[1] = open(path, O_RDONLY);
	fds[2] = open(path, O_WRONLY);
	state = seed;
	hash = 2166136261u;
	for (i = 0; i < CALLS; i++) {
		one_call(i);
		if (i % 50 == 49)
			look();
	}
	munmap((void *)ARENA, NPAGES * PAGE);
	for (i = 0; i < 3; i++)
		close(fds[i]);
	return hash;
}

int main(int argc, char **argv)
{
	/* What Linux 6.18 said. */
	static const uint32_t linux_says[] = { 0xb8133677, 0xbcd6777b, 0x3df0a0ac, 0xee37a7a8,
					       0xa556b739, 0x7956bf78, 0x4ee9750a, 0x6a871889 };
	unsigned seed;

	if (argc > 1) {
		verbose = 1;
		printf("%#x\n", run(atoi(argv[1])));
		return 0;
	}
	for (seed = 0; seed < sizeof(linux_says) / sizeof(linux_says[0]); seed++)
		is(run(seed + 1), linux_says[seed], "%d random calls, seed %u", CALLS, seed + 1);
	return done();
}
