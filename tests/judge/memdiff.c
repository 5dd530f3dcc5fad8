/*
 * The same memory calls on Linux and on Pagoda: memdiff SEED OPS [FROM [UNTIL]].
 *
 * Draws random calls of the memory family, odd arguments included, on an arena of 64 pages, a heap
 * and a few files, forks children that go on with a sequence of their own, and notes all that can be
 * observed: results, signals with code, address and error code, contents, what is in memory, the
 * lines of maps and smaps. Every CHUNK operations it prints a hash of the notes, so that two kernels
 * can be compared cheaply; with FROM it prints the notes themselves from that operation on (and stops
 * at UNTIL), to be compared by diff. Addresses are noted relative to the arena.
 *
 * Left out, or noted with less detail, is what kernels of different years or word sizes answer
 * differently:
 *   - mremap and remap_file_pages across several mappings (6.17 moves several; Linux emulates
 *     nonlinear mappings by many linear ones): mremap gets one page, or what one call mapped;
 *     nonlinear mappings live in a window of their own, whose lines are not looked at.
 *   - where two private mappings meet, Linux joins them or not as their pages' history allows:
 *     such lines are joined here. System V segments are, too (6.7 joins what 6.1 does not).
 *   - the P bit of the error code where a file is mapped: Linux maps the pages around a fault.
 *   - MADV_FREE: the pages go at once or later; MADV_DONTNEED follows, so that they are gone.
 *   - the rest of a page past the end of a file may be written and then become visible or not:
 *     files end at page boundaries, but for a moment.
 *   - MAP_STACK of shared memory: since 6.7 it joins none but its like, where there are huge pages.
 *   - shared mappings of a file sealed against writing: refused before 6.7 even for reading.
 *   - MADV_REMOVE of what cannot be written: refused by 6.1, not by 6.18.
 *   - a page of zeros that was only read: Linux lets a child fault it again. Children begin with a
 *     read of all their parent's anonymous pages.
 *   - PROT_EXEC alone: unreadable where the processor has protection keys.
 */
#include "tests/judge/memdiff_mem.h"

/* ---- files ----------------------------------------------------------------------------------- */

static off_t size_of(int fd)
{
	return lseek(fd, 0, SEEK_END);
}

/* Brings the end of the file to a page boundary. */
static void round_up(int fd)
{
	off_t size = size_of(fd);

	if (size % (off_t)PAGE)
		note("  rounded up = %d\n", ftruncate(fd, (size + PAGE - 1) & -PAGE) ? errno : 0);
}

static void do_truncate(void)
{
	int fd = rnd(2) ? MEMFD : FILE_RW;
	off_t size = rnd(FILE_PAGES + 4) * PAGE, tail = rnd(4) ? 0 : (off_t)rnd(PAGE);

	if (!rnd(30))
		fd = PICK(((int[]){ FILE_RO, FILE_WO, PIPE_IN }));
	note("ftruncate %d %lx = %d", fd, (long)(size + tail),
	     ftruncate(fd, size + tail) ? errno : 0);
	note(", size %lx\n", (long)size_of(fd));
	round_up(fd);
}

static void do_fallocate(void)
{
	static const int modes[] = { 0, 0, 1, 3, 3, 3, 2, 8, 16, 64 };
	int fd = rnd(2) ? MEMFD : FILE_RW, mode = PICK(modes);
	off_t from = rnd(FILE_PAGES) * PAGE, len = (1 + rnd(6)) * PAGE;

	if (mode & 2) { /* holes may begin and end anywhere */
		from += rnd(2) ? 0 : rnd(PAGE);
		len += rnd(2) ? 0 : rnd(PAGE);
	}
	if (!rnd(30))
		len = rnd(2) ? 0 : -(off_t)PAGE;
	if (!rnd(30))
		fd = PICK(((int[]){ FILE_RO, FILE_WO, PIPE_IN }));
	note("fallocate %d %d %lx %lx = %d", fd, mode, (long)from, (long)len,
	     fallocate(fd, mode, from, len) ? errno : 0);
	note(", size %lx\n", (long)size_of(fd));
}

/* How many bytes from addr can be read. */
static size_t readable(unsigned long addr, size_t len)
{
	unsigned long at;

	for (at = addr; at < addr + len; at = (at & -PAGE) + PAGE)
		if (touch(at, -1) < 0)
			return at - addr;
	return len;
}

/*
 * Between a file and the arena, where anything may be mapped, or nothing. What cannot be read is not
 * written: newer kernels let the file grow up to where it would have been. But a write inside one
 * page of the file may stop half-way.
 */
static void do_transfer(void)
{
	unsigned long addr = some_page() + (rnd(2) ? 0 : rnd(PAGE)), other = some_page();
	size_t len = rnd(2) ? rnd(3 * PAGE) : PAGE * (1 + rnd(3)), some;
	off_t at = rnd(FILE_PAGES) * PAGE + (rnd(2) ? 0 : rnd(PAGE));
	struct iovec v[3] = { { (void *)addr, len / 2 },
			      { (void *)other, 600 },
			      { (void *)other, 100 } };
	int fd = some_file(), write = (int)rnd(2), vector = (int)rnd(2);
	long ret;

	if (write) {
		some = readable(addr, len);
		if (some == 0)
			fd = FILE_RO;
		else if (at % (off_t)PAGE + len > PAGE)
			len = some;
		v[0].iov_len = len / 2 ? len / 2 : 1;
		vector = vector && readable(other, 600) == 600 && some >= v[0].iov_len;
	}
	ret = vector ? sys(write ? SYS_pwritev : SYS_preadv, fd, v, 3, at, 0)
		     : sys(write ? SYS_pwrite64 : SYS_pread64, fd, addr, len, at, 0);
	note("transfer%s%s %d %lx %zx at %lx = %ld\n", write ? " out" : "", vector ? " vector" : "",
	     fd, addr - ARENA, len, (long)at, ret);
	if (fd != FILE_RO)
		round_up(fd);
}

static void do_pipe(void)
{
	unsigned long addr = some_page() + (rnd(2) ? 0 : rnd(PAGE)),
		      to = some_page() + (rnd(2) ? 0 : rnd(PAGE));
	size_t len = rnd(2) ? rnd(2 * PAGE) : PAGE;
	static char rest[4 * PAGE];
	long out, in, left;

	out = sys(SYS_write, PIPE_IN, addr, len);
	in = sys(SYS_read, PIPE_OUT, to, len);
	left = sys(SYS_read, PIPE_OUT, rest, sizeof(rest));
	note("pipe %lx %zx to %lx = %ld %ld %ld\n", addr - ARENA, len, to - ARENA, out, in, left);
}

/* With a buffer of its own on this side: on the other, Linux brings pages in before it looks at this one. */
static void do_process_vm(void)
{
	static char buffer[6 * PAGE];
	struct iovec here[2] = { { buffer, 5000 }, { buffer + 5000, sizeof(buffer) - 5000 } };
	struct iovec there[2] = { { (void *)some_page(), rnd(2 * PAGE) },
				  { (void *)some_addr(), rnd(2 * PAGE) } };
	int write = (int)rnd(2), flags = !rnd(20), i;
	uint32_t hash = 0;
	long ret;

	for (i = 0; i < (int)sizeof(buffer); i += 64)
		buffer[i] = (char)rnd(256);
	ret = sys(write ? SYS_process_vm_writev : SYS_process_vm_readv,
		  rnd(30) ? getpid() : 0x7ffffff0, here, 2, there, 2, flags);
	for (i = 0; i < (int)sizeof(buffer); i++)
		hash = hash * 31 + (unsigned char)buffer[i];
	note("process_vm %d %lx %zx, %lx %zx = %ld %x\n", write,
	     (unsigned long)there[0].iov_base - ARENA, there[0].iov_len,
	     (unsigned long)there[1].iov_base - ARENA, there[1].iov_len, ret, hash);
}

static void new_memfd(void)
{
	int fd = (int)sys(SYS_memfd_create, "sealed", rnd(8) ? MFD_ALLOW_SEALING : 0);

	if (fd < 0 || dup2(fd, MEMFD) < 0 || ftruncate(MEMFD, (off_t)(rnd(FILE_PAGES) * PAGE)))
		note("no memfd: %d\n", errno);
	close(fd);
}

static void do_memfd(void)
{
	static const int seals[] = { 0, 1, 2, 4, 8, 6, 16, 14 };
	int seal = PICK(seals);
	long ret;

	if (rnd(2)) {
		new_memfd();
		note("new memfd\n");
		return;
	}
	ret = sys(SYS_fcntl64, rnd(10) ? MEMFD : FILE_RO, F_ADD_SEALS, seal);
	note("seal %d = %ld, now %ld\n", seal, ret, sys(SYS_fcntl64, MEMFD, F_GET_SEALS));
}

/* A segment that goes with its last user. */
static void do_shm(void)
{
	unsigned long addr = some_addr(), at = 0;
	int flags = (rnd(4) ? 040000 : 0) | (rnd(4) ? 0 : 010000) | (rnd(2) ? 0 : 020000),
	    size = (int)rnd(5 * PAGE);
	long id, ret;

	if (rnd(3) == 0) {
		note("shmdt %lx = %ld\n", addr - ARENA, sys(SYS_ipc, 22, 0, 0, 0, addr));
		return;
	}
	id = sys(SYS_ipc, 23, 0, size, 01600);
	if (addr + size + PAGE > END)
		addr = ARENA;
	ret = sys(SYS_ipc, 21, id, flags, &at, addr);
	note("shm size %x at %lx %x = %s %ld %lx\n", size, addr - ARENA, flags,
	     id < 0 ? where(id, 0) : "", ret, ret ? 0 : at - ARENA);
	if (id >= 0)
		sys(SYS_ipc, 24, id, 0x100, 0, 0);
}

/* ---- nonlinear mappings ----------------------------------------------------------------------- */

static void do_nonlinear(void)
{
	unsigned page = rnd(NWINDOW), n = 1 + rnd(4), to = rnd(FILE_PAGES), i;
	unsigned long addr = WINDOW + page * PAGE;

	if (page + n > NWINDOW)
		n = NWINDOW - page;
	switch (rnd(6)) {
	case 0: /* anew */
		note("window = %s\n", where(sys(SYS_mmap2, WINDOW, NWINDOW * PAGE, 3,
						MAP_SHARED | MAP_FIXED, LINEAR, rnd(4)),
					    WINDOW));
		return;
	case 1:
		note("linear file: ftruncate = %d\n",
		     ftruncate(LINEAR, (off_t)(rnd(FILE_PAGES + 2) * PAGE)));
		return;
	case 2:
		i = touch(addr + rnd(1024), (int)rnd(256)) < 0;
		note("window store %x = %d %d\n", page, i ? fault.sig : 0, i ? fault.code : 0);
		return;
	case 3:
		note_contents(WINDOW, NWINDOW);
		return;
	default: /* where parts of the window are locked and others not, Linux gives up */
		sys(SYS_munlock, WINDOW, NWINDOW * PAGE);
		note("remap_file_pages %x %x %x = %ld\n", page, n, to,
		     sys(SYS_remap_file_pages, addr, n * PAGE, rnd(30) ? 0 : 1, to,
			 rnd(2) ? 0 : MAP_NONBLOCK));
	}
}

/* ---- all of them ------------------------------------------------------------------------------ */

static void run(uint32_t count);

static void do_fork(void)
{
	uint64_t seed = (uint64_t)rnd(1 << 30) << 32 | rnd(1 << 30);
	uint32_t count = 5 + rnd(40), i;
	unsigned char there[NPAGES];
	int status;
	pid_t pid;

	if (depth == 3) {
		note("fork: deep enough\n");
		return;
	}
	note("fork\n");
	for (i = 0; i < NPAGES; i++)
		there[i] = sys(SYS_mincore, ARENA + i * PAGE, PAGE, &there[i]) ? 0 : there[i] & 1;
	pid = fork();
	if (pid == 0) {
		state = seed;
		depth++;
		for (i = 0; i < NPAGES; i++)
			if (there[i] && touch(ARENA + i * PAGE, -1) < 0)
				sys(SYS_madvise, ARENA + i * PAGE, PAGE, MADV_DONTNEED);
		run(count);
		_exit(depth);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		note("fork: %d\n", errno);
	else
		note("child = %x\n", status);
}

static const struct {
	void (*call)(void);
	unsigned weight;
} calls[] = {
	{ do_mmap, 20 },     { do_munmap, 7 },   { do_mprotect, 12 }, { do_madvise, 12 },
	{ do_lock, 5 },      { do_msync, 3 },    { do_mincore, 3 },   { do_mremap, 8 },
	{ do_fresh, 7 },     { do_touch, 24 },   { do_brk, 4 },       { do_truncate, 5 },
	{ do_fallocate, 5 }, { do_transfer, 8 }, { do_pipe, 4 },      { do_process_vm, 4 },
	{ do_memfd, 3 },     { do_shm, 4 },      { do_nonlinear, 8 }, { do_fork, 2 },
};

/* Looks around now and then; without touching anything after every operation that is printed. */
static void look(void)
{
	int printed = all->op >= all->from;

	if (all->op % 25 == 0 || printed) {
		all->quiet = all->op % 25 != 0;
		note_lines("/proc/self/maps", ARENA, END);
		note_lines("/proc/self/maps", (unsigned long)heap, (unsigned long)heap + 32 * PAGE);
		note_residence(ARENA, NPAGES);
	}
	if (all->op % 75 == 0 || printed) {
		all->quiet = all->op % 75 != 0;
		note_lines("/proc/self/smaps", ARENA, END);
	}
	all->quiet = 0;
	if (all->op % 100 == 0) {
		note_contents(ARENA, NPAGES);
		note_contents((unsigned long)heap, 24);
		note("  sizes %lx %lx\n", (long)size_of(FILE_RW), (long)size_of(MEMFD));
	}
}

static void run(uint32_t count)
{
	unsigned total = 0, at, i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		total += calls[i].weight;
	while (count-- && all->op < all->ops) {
		all->op++;
		if (all->op > all->until)
			_exit(0);
		note("%u.%d ", all->op, depth);
		at = rnd(total);
		for (i = 0; at >= calls[i].weight; i++)
			at -= calls[i].weight;
		calls[i].call();
		look();
		if (all->op % CHUNK == 0 && all->from == UINT32_MAX) {
			char line[40];
			int n = snprintf(line, sizeof(line), "%u %08x\n", all->op, all->hash);

			if (write(1, line, n) != n)
				_exit(99);
		}
	}
}

static int keep(int fd, int as)
{
	if (fd < 0 || dup2(fd, as) != as)
		_exit(98);
	close(fd);
	return as;
}

static void prepare(void)
{
	struct sigaction sa = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_NODEFER };
	char path[32], block[PAGE];
	int ends[2], i;

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	keep((int)sys(SYS_memfd_create, "file", MFD_ALLOW_SEALING), FILE_RW);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", FILE_RW);
	keep(open(path, O_RDONLY), FILE_RO);
	keep(open(path, O_WRONLY), FILE_WO);
	keep((int)sys(SYS_memfd_create, "linear", 0), LINEAR);
	for (i = 0; i < (int)FILE_PAGES; i++) {
		memset(block, i + 1, PAGE);
		if (write(FILE_RW, block, PAGE) < 0 || write(LINEAR, block, PAGE) < 0)
			_exit(97);
	}
	if (pipe2(ends, O_NONBLOCK))
		_exit(96);
	keep(ends[0], PIPE_OUT);
	keep(ends[1], PIPE_IN);
	new_memfd();
	heap = (char *)((sys(SYS_brk, 0) + PAGE - 1) & -PAGE);
	sys(SYS_brk, heap);
	mmap((void *)WINDOW, NWINDOW * PAGE, 3, MAP_SHARED | MAP_FIXED, LINEAR, 0);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "memdiff SEED OPS [FROM [UNTIL]]\n");
		return 2;
	}
	all = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return 3;
	all->hash = 2166136261u;
	all->ops = strtoul(argv[2], NULL, 0);
	all->from = argc > 3 ? strtoul(argv[3], NULL, 0) : UINT32_MAX;
	all->until = argc > 4 ? strtoul(argv[4], NULL, 0) : UINT32_MAX;
	state = strtoul(argv[1], NULL, 0) * 0x9e3779b97f4a7c15ULL;
	prepare();
	run(UINT32_MAX);
	return 0;
}
