/*
 * Random operations on one object, seen through a file descriptor, a shared mapping whose pages are
 * rearranged, and a private mapping, against a model of what each must show. Seed and rounds may be given
 * as arguments.
 */
#include <errno.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

#define RW    (PROT_READ | PROT_WRITE)
#define PAGES 10
#define CELL  512 /* bytes that always have one value: ends lie on its multiples */
#define CELLS ((int)PAGE / CELL)
#define ALL   (PAGES * CELLS)

static int fd;
static unsigned char *shared, *private;
static unsigned int state;

/* The model: the object, which of its pages the shared mapping shows, and the private mapping's copies. */
static unsigned char file[ALL], copy[ALL];
static int cells, shows[PAGES], copied[PAGES];

static unsigned int below(unsigned int n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* What a load of a cell is to give: a byte, or -1 for SIGBUS. */
static int expect_file(int cell)
{
	return cell / CELLS * CELLS < cells ? file[cell] : -1;
}

static int expect_private(int cell)
{
	return copied[cell / CELLS] ? copy[cell] : expect_file(cell);
}

static int load(volatile unsigned char *p)
{
	return read_faults(p) ? -1 : *p;
}

/* Compares everything; names the first difference. */
static int differs(char *what, size_t n)
{
	unsigned char c;
	struct stat st;
	int i;

	fstat(fd, &st);
	if (st.st_size != cells * CELL)
		return snprintf(what, n, "size %ld, not %d", (long)st.st_size, cells * CELL);
	for (i = 0; i < ALL; i++) {
		int at = shows[i / CELLS] * CELLS + i % CELLS, got;

		got = pread(fd, &c, 1, i * CELL + 7) == 1 ? c : -1;
		if (got != (i < cells ? file[i] : -1))
			return snprintf(what, n, "read of cell %d: %d", i, got);
		got = load(shared + i * CELL + 7);
		if (got != expect_file(at))
			return snprintf(what, n, "shared cell %d: %d, not %d", i, got,
					expect_file(at));
		got = load(private + i * CELL + 7);
		if (got != expect_private(i))
			return snprintf(what, n, "private cell %d: %d, not %d", i, got,
					expect_private(i));
	}
	return 0;
}

static void resize(int to)
{
	int i;

	for (i = to; i < ALL; i++)
		file[i] = 0;
	for (i = (to + CELLS - 1) / CELLS; to < cells && i < PAGES; i++)
		copied[i] = 0;
	cells = to;
}

static const char *do_write(void)
{
	static unsigned char buf[ALL * CELL];
	int at = below(ALL), n = 1 + below(ALL - at), i;

	memset(buf, 1 + below(255), n * CELL);
	if (pwrite(fd, buf, n * CELL, at * CELL) != n * CELL)
		return "write failed";
	for (i = at; i < at + n; i++)
		file[i] = buf[0];
	cells = at + n > cells ? at + n : cells;
	return "write";
}

static const char *do_truncate(void)
{
	int to = below(ALL + 1);

	if (ftruncate(fd, to * CELL))
		return "ftruncate failed";
	resize(to);
	return "ftruncate";
}

static const char *do_fallocate(void)
{
	static const int modes[] = { 0, 1, 3 };
	int mode = modes[below(3)], at = below(ALL), n = 1 + below(ALL - at), i;

	if (sys(SYS_fallocate, fd, mode, at * CELL, 0, n * CELL, 0))
		return "fallocate failed";
	for (i = at; mode == 3 && i < at + n; i++)
		file[i] = 0;
	if (mode == 0 && at + n > cells)
		cells = at + n;
	return mode == 3 ? "punch" : "fallocate";
}

/* A whole cell by a mapping. Past the end it is SIGBUS, behind it in the last page nobody ever sees it. */
static const char *do_store(void)
{
	int cell = below(ALL), value = 1 + below(255), i;
	int at = shows[cell / CELLS] * CELLS + cell % CELLS;

	if (below(2)) {
		if ((write_faults(shared + cell * CELL) == SIGBUS) != (expect_file(at) < 0))
			return "shared store failed: SIGBUS or not";
		if (expect_file(at) >= 0 && at < cells)
			memset(shared + cell * CELL, file[at] = value, CELL);
		else if (expect_file(at) >= 0)
			memset(shared + cell * CELL, 0, CELL);
		return "shared store";
	}
	if ((write_faults(private + cell * CELL) == SIGBUS) != (expect_private(cell) < 0))
		return "private store failed: SIGBUS or not";
	if (expect_private(cell) < 0)
		return "private store past the end";
	for (i = cell / CELLS * CELLS; !copied[cell / CELLS] && i < (cell / CELLS + 1) * CELLS; i++)
		copy[i] = file[i];
	copied[cell / CELLS] = 1;
	memset(private + cell * CELL, copy[cell] = value, CELL);
	return "private store";
}

static const char *do_remap(void)
{
	int page = below(PAGES), n = 1 + below(PAGES - page), pgoff = below(PAGES - n + 1), i;

	if (sys(SYS_remap_file_pages, shared + page * PAGE, n * PAGE, 0, pgoff,
		below(2) ? MAP_NONBLOCK : 0))
		return "remap_file_pages failed";
	for (i = 0; i < n; i++)
		shows[page + i] = pgoff + i;
	return "remap_file_pages";
}

static const char *do_forget(void)
{
	int page = below(PAGES), n = 1 + below(PAGES - page), i;

	if (below(2))
		return madvise(shared + page * PAGE, n * PAGE, MADV_DONTNEED) ? "failed"
									      : "shared DONTNEED";
	if (madvise(private + page * PAGE, n * PAGE, MADV_DONTNEED))
		return "DONTNEED failed";
	for (i = page; i < page + n; i++)
		copied[i] = 0;
	return "private DONTNEED";
}

/* A child sees the same as its parent, and what it stores in private memory nobody else does. */
static const char *do_fork(void)
{
	char what[80];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		status = differs(what, sizeof(what));
		write_faults(private + below(ALL) * CELL + 7);
		_exit(status != 0);
	}
	waitpid(pid, &status, 0);
	return status ? "fork failed: the child sees something else" : "fork";
}

int main(int argc, char **argv)
{
	static const char *(*const jobs[])(void) = { do_write, do_truncate, do_fallocate,
						     do_store, do_store,    do_store,
						     do_remap, do_forget,   do_fork };
	unsigned int seed, seeds = argc > 1 ? 1 : 8, rounds = argc > 2 ? atoi(argv[2]) : 120, round,
			   i;

	for (seed = argc > 1 ? atoi(argv[1]) : 1; seeds--; seed++) {
		char what[80] = "";
		const char *job = "";

		state = seed;
		memset(file, 0, sizeof(file));
		memset(copied, 0, sizeof(copied));
		cells = 0;
		fd = sys(SYS_memfd_create, "random", 0);
		shared = mmap(NULL, PAGES * PAGE, RW, MAP_SHARED, fd, 0);
		private = mmap(NULL, PAGES * PAGE, RW, MAP_PRIVATE, fd, 0);
		for (i = 0; i < PAGES; i++)
			shows[i] = i;
		for (round = 0; round < rounds && !what[0]; round++) {
			job = jobs[below(sizeof(jobs) / sizeof(jobs[0]))]();
			if (strstr(job, "failed"))
				snprintf(what, sizeof(what), "%s", job);
			else if (!differs(what, sizeof(what)))
				what[0] = 0;
		}
		ok(!what[0], "seed %u: %u operations%s%s: %s", seed, round,
		   what[0] ? ", then " : "", what[0] ? job : "", what);
		munmap(shared, PAGES * PAGE);
		munmap(private, PAGES * PAGE);
		close(fd);
	}
	return done();
}
