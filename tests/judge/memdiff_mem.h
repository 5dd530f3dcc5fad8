/* The calls of memdiff that change an address space, and the accesses to it. */
#ifndef TESTS_JUDGE_MEMDIFF_MEM_H
#define TESTS_JUDGE_MEMDIFF_MEM_H

#include "tests/judge/memdiff.h"

/* ---- arguments ------------------------------------------------------------------------------- */

static unsigned long some_page(void)
{
	return ARENA + rnd(NPAGES) * PAGE;
}

static unsigned long some_addr(void)
{
	return some_page() + (rnd(30) ? 0 : rnd(PAGE));
}

/* Mostly a few pages; never beyond the arena. */
static unsigned long some_len(unsigned long addr)
{
	unsigned long room = END - (addr & ~(PAGE - 1));
	unsigned long len = (1 + rnd(rnd(4) ? 6 : 24)) * PAGE;

	if (!rnd(40))
		len = rnd(4 * PAGE);
	return len < room ? len : room;
}

static unsigned some_prot(void)
{
	static const unsigned prots[] = { 0, 1, 3, 3, 3, 3, 1, 5, 7, 2 };

	return PICK(prots);
}

static int some_file(void)
{
	static const int fds[] = { FILE_RW, FILE_RW, FILE_RW, FILE_RO, FILE_WO, MEMFD, MEMFD };

	return PICK(fds);
}

static const char *where(long ret, unsigned long wanted)
{
	static char buf[32];

	if (ret < 0 && ret > -4096)
		snprintf(buf, sizeof(buf), "%ld", ret);
	else if ((unsigned long)ret == wanted)
		return "there";
	else if ((unsigned long)ret >= ARENA && (unsigned long)ret < END)
		snprintf(buf, sizeof(buf), "arena+%lx", ret - ARENA);
	else
		return "elsewhere";
	return buf;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void do_mmap(void)
{
	static const unsigned extras[] = { 0x8000, 0x4000, 0x2000, 0x20000, 0x10000,
					   0x800,  0x1000, 0xa000, 0x18000 };
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned prot = some_prot(), type = rnd(3) ? MAP_PRIVATE : MAP_SHARED, flags,
		 offset = rnd(FILE_PAGES);
	int file = rnd(3) ? some_file() : -1;
	long ret;

	if (!rnd(40))
		type = rnd(4) == 3 ? 3 : rnd(2) * 4;
	if (file == MEMFD && type != MAP_PRIVATE && sys(SYS_fcntl64, MEMFD, F_GET_SEALS) & 24)
		file = FILE_RW;
	flags = type | (rnd(8) ? MAP_FIXED : 0) | (file < 0 ? MAP_ANONYMOUS : 0) |
		(rnd(5) ? 0 : PICK(extras));
	if (type != MAP_PRIVATE)
		flags &= ~MAP_STACK;
	if (!rnd(20))
		flags |= 0x100000; /* MAP_FIXED_NOREPLACE */
	if (!rnd(40))
		len = rnd(2) ? 0 : 0xfffff001;
	if (!rnd(60))
		offset = 0xfff00000 + rnd(4096);
	ret = sys(SYS_mmap2, addr, len, prot, flags, file, offset);
	note("mmap %lx %lx %x %x file %d %x = %s\n", addr - ARENA, len, prot, flags, file, offset,
	     where(ret, addr & ~(PAGE - 1)));
	if (!strcmp(where(ret, addr & ~(PAGE - 1)), "elsewhere"))
		sys(SYS_munmap, ret, len);
}

static void do_munmap(void)
{
	unsigned long addr = some_addr(), len = some_len(addr);

	note("munmap %lx %lx = %ld\n", addr - ARENA, len, sys(SYS_munmap, addr, len));
}

static void do_mprotect(void)
{
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned prot = some_prot() | (rnd(30) ? 0 : 1u << (3 + rnd(10)));

	note("mprotect %lx %lx %x = %ld\n", addr - ARENA, len, prot,
	     sys(SYS_mprotect, addr, len, prot));
}

static void do_madvise(void)
{
	static const int advice[] = { 0,  1,  2,  3,  4,  4,  4,  8,  9,  10, 11,
				      16, 17, 18, 18, 19, 20, 22, 23, 24, 7,  99 };
	unsigned long addr = some_addr(), len = some_len(addr), at;
	int what = PICK(advice);

	for (at = addr & -PAGE; what == MADV_REMOVE && at < addr + len; at += PAGE)
		if (touch(at, touch(at, -1)) < 0)
			what = MADV_NORMAL;
	note("madvise %lx %lx %d = %ld\n", addr - ARENA, len, what,
	     sys(SYS_madvise, addr, len, what));
	if (what == 8)
		note("madvise DONTNEED after FREE = %ld\n",
		     sys(SYS_madvise, addr, len, MADV_DONTNEED));
}

static void do_lock(void)
{
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned flags = rnd(8) ? rnd(2) : rnd(4);

	switch (rnd(12)) {
	case 0 ... 3:
		note("mlock %lx %lx = %ld\n", addr - ARENA, len, sys(SYS_mlock, addr, len));
		return;
	case 4 ... 5:
		note("mlock2 %lx %lx %x = %ld\n", addr - ARENA, len, flags,
		     sys(SYS_mlock2, addr, len, flags));
		return;
	case 6 ... 9:
		note("munlock %lx %lx = %ld\n", addr - ARENA, len, sys(SYS_munlock, addr, len));
		return;
	case 10:
		flags = rnd(9);
		note("mlockall %x = %ld\n", flags, sys(SYS_mlockall, flags));
		return;
	default:
		note("munlockall = %ld\n", sys(SYS_munlockall));
	}
}

static void do_msync(void)
{
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned flags = rnd(9);

	note("msync %lx %lx %x = %ld\n", addr - ARENA, len, flags,
	     sys(SYS_msync, addr, len, flags));
}

static void do_mincore(void)
{
	unsigned long addr = some_addr(), len = some_len(addr);
	unsigned char there[NPAGES + 1];
	uint32_t hash = 0;
	unsigned i;
	long ret;

	memset(there, 0, sizeof(there));
	ret = sys(SYS_mincore, addr, len, rnd(30) ? there : (void *)16);
	for (i = 0; ret == 0 && i < (len + PAGE - 1) / PAGE; i++)
		hash = hash * 3 + (there[i] & 1);
	note("mincore %lx %lx = %ld %x\n", addr - ARENA, len, ret, hash);
}

/* What came out of mremap(from, ..., to); what lies elsewhere is brought back, or goes. */
static void after_mremap(long ret, unsigned long from, unsigned long len, unsigned long to)
{
	if ((unsigned long)ret == from)
		note("stays\n");
	else if ((unsigned long)ret == to)
		note("there\n");
	else if (ret < 0 && ret > -4096)
		note("%ld\n", ret);
	else if (rnd(2))
		note("elsewhere, unmapped %ld\n", sys(SYS_munmap, ret, len));
	else
		note("elsewhere, back %s\n",
		     where(sys(SYS_mremap, ret, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to), to));
}

/* One page, which surely lies in one mapping, to a place apart from it. */
static void do_mremap(void)
{
	unsigned long addr = some_page(), to = some_page(), len = some_len(to), old = PAGE;
	unsigned flags = rnd(4) ? MREMAP_MAYMOVE | MREMAP_FIXED : rnd(2);
	unsigned char there;

	if (sys(SYS_mincore, addr, PAGE, &there) || (to <= addr && addr < to + len) ||
	    (to > addr && addr + len > to)) {
		note("mremap: not here\n");
		return;
	}
	if (!(flags & MREMAP_FIXED) && !rnd(4))
		old = 0;
	if (!rnd(40))
		addr += rnd(PAGE);
	if (!rnd(40))
		flags = rnd(4);
	len = addr + len > END ? PAGE : len;
	note("mremap %lx %lx %lx %x %lx = ", addr - ARENA, old, len, flags, to - ARENA);
	after_mremap(sys(SYS_mremap, addr, old, len, flags, to), addr, len, to);
}

/* Maps some pages, fills some of them, and moves, shrinks or grows a part. */
static void do_fresh(void)
{
	unsigned pages = 2 + rnd(10), i, first, n, more;
	unsigned long addr = ARENA + rnd(NPAGES - pages) * PAGE, to, from;
	int file = rnd(2) ? FILE_RW : -1;
	unsigned type = rnd(2) ? MAP_PRIVATE : MAP_SHARED, flags = rnd(4) ? 3 : rnd(2);

	if (mmap((void *)addr, pages * PAGE, 3, type | MAP_FIXED | (file < 0 ? MAP_ANONYMOUS : 0),
		 file, rnd(10) * PAGE) == MAP_FAILED) {
		note("fresh: %d\n", errno);
		return;
	}
	for (i = 0; i < pages; i++)
		if (rnd(2))
			touch(addr + i * PAGE + rnd(1024), (int)rnd(256));
	first = rnd(pages);
	n = 1 + rnd(pages - first);
	more = rnd(3) ? n : 1 + rnd(12);
	from = addr + first * PAGE;
	to = ARENA + rnd(NPAGES - more + 1) * PAGE;
	if (from + more * PAGE > END)
		more = n;
	note("fresh %lx %x of %x %x type %d: mremap %x pages to %x pages, %x %lx = ", from - ARENA,
	     first, pages, file, type, n, more, flags, to - ARENA);
	after_mremap(sys(SYS_mremap, from, n * PAGE, more * PAGE, flags, to), from, more * PAGE,
		     to);
}

static void do_touch(void)
{
	unsigned long addr = some_page() + rnd(1024);
	int i, store = (int)rnd(3), value = store ? (int)rnd(256) : -1;

	for (i = 0; i < 2; i++, value = -1) {
		int got = touch(addr, value);

		if (got >= 0)
			note("%s %lx = %x\n", value < 0 ? "load" : "store", addr - ARENA, got);
		else /* the P bit of a file's page depends on what lies around it */
			note("%s %lx = signal %d code %d at %lx error %lx\n",
			     value < 0 ? "load" : "store", addr - ARENA, fault.sig, fault.code,
			     fault.addr - ARENA, fault.err & ~1UL);
	}
}

static void do_brk(void)
{
	unsigned long to = (unsigned long)heap + rnd(24) * PAGE + (rnd(2) ? 0 : rnd(PAGE)), now;

	if (!rnd(16))
		to = (unsigned long)heap - PAGE * (1 + rnd(2) * 0x1000);
	now = (unsigned long)sys(SYS_brk, to);
	note("brk %lx = %lx\n", to - (unsigned long)heap, now - (unsigned long)heap);
	to = (unsigned long)heap + rnd(24) * PAGE;
	if (touch(to, (int)rnd(256)) < 0)
		note("heap %lx: %d/%d\n", to - (unsigned long)heap, fault.sig, fault.code);
}

#endif
