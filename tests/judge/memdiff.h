/*
 * What memdiff sees: faults with their details, the lines of maps and smaps, contents, residence; and
 * how it notes that.
 */
#ifndef TESTS_JUDGE_MEMDIFF_H
#define TESTS_JUDGE_MEMDIFF_H

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "tests/user/slurp.h"
#include "tests/user/tap.h"

#define PAGE    4096UL
#define ARENA   0x20000000UL
#define NPAGES  64u
#define END     (ARENA + NPAGES * PAGE)
#define WINDOW  0x24000000UL /* nonlinear mappings */
#define NWINDOW 16u
#define CHUNK   50

/* Descriptors: a file for reading and writing, only for one of them, one to be sealed, a pipe. */
enum { FILE_RW = 10, FILE_RO, FILE_WO, MEMFD, PIPE_OUT, PIPE_IN, LINEAR };

#define FILE_PAGES 20u

/* What parent and children have in common. */
static struct {
	uint32_t hash;
	uint32_t op, ops, from, until;
	int quiet; /* notes are printed, but not entered */
} * all;

static uint64_t state;
static int depth;
static char *heap; /* where brk began */

static uint32_t rnd(uint32_t n)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)((state >> 32) * n >> 32);
}

#define PICK(array) ((array)[rnd(sizeof(array) / sizeof((array)[0]))])

/* Enters one observation. */
static __attribute__((format(printf, 1, 2))) void note(const char *fmt, ...)
{
	char line[300], *p;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (p = line; *p && !all->quiet; p++)
		all->hash = (all->hash ^ (unsigned char)*p) * 16777619u;
	if (all->op >= all->from && write(1, line, strlen(line)) < 0)
		_exit(99);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static sigjmp_buf env;
static struct {
	int sig, code;
	unsigned long addr, err;
} fault;

static void caught(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	fault.sig = sig;
	fault.code = si->si_code;
	fault.addr = (unsigned long)si->si_addr;
	fault.err = uc->uc_mcontext.gregs[REG_ERR];
	siglongjmp(env, 1);
}

/* Loads (value < 0) or stores a byte; what was loaded, or -1 with the details in fault. */
static int touch(unsigned long addr, int value)
{
	volatile unsigned char *p = (unsigned char *)addr;

	fault.sig = 0;
	if (sigsetjmp(env, 0))
		return -1;
	if (value < 0)
		return *p;
	*p = (unsigned char)value;
	return value;
}

/* A hash of some words of the page, -1 with the details in fault. */
static long sum(volatile unsigned long page)
{
	volatile uint32_t hash = 2166136261u;
	volatile int i;

	fault.sig = 0;
	if (sigsetjmp(env, 0))
		return -1;
	for (i = 0; i < 1024; i += 16)
		hash = (hash ^ ((volatile uint32_t *)page)[i]) * 16777619u;
	return hash >> 8;
}

/* ---- what is mapped -------------------------------------------------------------------------- */

struct line {
	unsigned long start, end, offset, rss, anonymous;
	char perms[5], flags[80], name[40];
};

static char text[1 << 18];

/* Of the letters of VmFlags, those that both sides know. */
static void take_flags(struct line *l, const char *from)
{
	static const char known[] = "rd wr sh mr mw ms lo dc wf sr rr dd nr ";
	char flag[4] = "?? ";
	size_t n = 0;

	for (; from[0] && from[0] != '\n' && from[1] && n < sizeof(l->flags) - 4; from += 3) {
		memcpy(flag, from, 2);
		if (strstr(known, flag)) {
			memcpy(l->flags + n, flag, 3);
			n += 3;
		}
	}
	l->flags[n] = 0;
}

/* The lines of maps or smaps, at most max. */
static int read_lines(const char *path, struct line *lines, int max)
{
	char *at, *next;
	int n = 0;

	slurp(path, text, sizeof(text));
	for (at = text; (next = strchr(at, '\n')); at = next + 1) {
		struct line *l = &lines[n];
		unsigned long inode;

		*next = 0;
		if (n && !strncmp(at, "Rss:", 4))
			l[-1].rss = strtoul(at + 4, NULL, 10) / 4;
		else if (n && !strncmp(at, "Anonymous:", 10))
			l[-1].anonymous = strtoul(at + 10, NULL, 10) / 4;
		else if (n && !strncmp(at, "VmFlags: ", 9))
			take_flags(l - 1, at + 9);
		if (n == max)
			break;
		memset(l, 0, sizeof(*l));
		if (sscanf(at, "%lx-%lx %4s %lx %*x:%*x %lu %39[^\n]", &l->start, &l->end, l->perms,
			   &l->offset, &inode, l->name) >= 5 &&
		    strlen(l->perms) == 4)
			n++;
	}
	return n;
}

static int may_join(const struct line *a, const struct line *b)
{
	int loose = a->perms[3] == 'p' || strstr(a->name, "SYSV");
	int anon = !a->name[0] || a->name[0] == '[';

	return loose && a->end == b->start && !strcmp(a->perms, b->perms) &&
	       !strcmp(a->name, b->name) && !strcmp(a->flags, b->flags) &&
	       (anon || a->offset + (a->end - a->start) == b->offset);
}

/* The lines between start and end, cut off there, joined where that is a matter of taste. */
static void note_lines(const char *path, unsigned long start, unsigned long end)
{
	static struct line lines[256];
	int i, j, n = read_lines(path, lines, 256), smaps = !!strstr(path, "smaps");

	for (i = j = 0; i < n; i++) {
		struct line *l = &lines[i];

		if (l->end <= start || l->start >= end)
			continue;
		if (l->start < start)
			l->start = start;
		if (j && may_join(&lines[j - 1], l)) {
			lines[j - 1].end = l->end;
			lines[j - 1].rss += l->rss;
			lines[j - 1].anonymous += l->anonymous;
		} else {
			lines[j++] = *l;
		}
	}
	for (i = 0; i < j; i++) {
		struct line *l = &lines[i];
		int anon = l->perms[3] == 'p' && (!l->name[0] || l->name[0] == '[');

		note("  %lx-%lx %s %lx %s", l->start - start, l->end - start, l->perms, l->offset,
		     l->name);
		if (smaps)
			note(" rss %ld anon %ld %s", anon ? (long)l->rss : -1L, l->anonymous,
			     l->flags);
		note("\n");
	}
}

static void note_contents(unsigned long start, unsigned pages)
{
	unsigned i;

	for (i = 0; i < pages; i++) {
		long hash = sum(start + i * PAGE);

		if (i % 8 == 0)
			note("  %03x:", i);
		if (hash < 0)
			note(" %d/%d@%lx", fault.sig, fault.code, fault.addr - start);
		else
			note(" %06lx", hash);
		if (i % 8 == 7 || i == pages - 1)
			note("\n");
	}
}

/* Which pages are there, in the parts of the arena that are mapped. */
static void note_residence(unsigned long start, unsigned pages)
{
	char map[NPAGES + 1];
	unsigned char there;
	unsigned i;

	for (i = 0; i < pages; i++)
		map[i] = (char)(sys(SYS_mincore, start + i * PAGE, PAGE, &there)
					? '-'
					: '0' + (there & 1));
	map[pages] = 0;
	note("  %s\n", map);
}

#endif
