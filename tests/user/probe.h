/*
 * Looking at memory from outside the program's own logic: touch an address and say which signal
 * came, run a function in a child and say how it ended, count the lines of /proc/self/maps.
 */
#ifndef TESTS_USER_PROBE_H
#define TESTS_USER_PROBE_H

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "tests/user/slurp.h"
#include "tests/user/tap.h"

#define PAGE 4096UL

/* What a fault handler was told. sig is 0 where the access went through. */
struct fault {
	int sig, code;
	unsigned long addr;
	unsigned long trapno, err, cr2, eip;
};

static struct fault probe_fault;
static sigjmp_buf probe_env;

static inline void probe_handler(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	probe_fault.sig = sig;
	probe_fault.code = si->si_code;
	probe_fault.addr = (unsigned long)si->si_addr;
	probe_fault.trapno = uc->uc_mcontext.gregs[REG_TRAPNO];
	probe_fault.err = uc->uc_mcontext.gregs[REG_ERR];
	probe_fault.eip = uc->uc_mcontext.gregs[REG_EIP];
	probe_fault.cr2 = uc->uc_mcontext.cr2;
	siglongjmp(probe_env, 1);
}

static inline void probe_catch(void (*handler)(int, siginfo_t *, void *))
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER };
	unsigned int i;

	if (!handler)
		sa = (struct sigaction){ .sa_handler = SIG_DFL };
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}

/* Calls fn(arg) with every fault signal caught; returns the signal or 0, details in probe_fault. */
static inline int probe(void (*fn)(void *), void *arg)
{
	memset(&probe_fault, 0, sizeof(probe_fault));
	probe_catch(probe_handler);
	if (!sigsetjmp(probe_env, 0))
		fn(arg);
	probe_catch(NULL);
	return probe_fault.sig;
}

static inline void probe_load(void *p)
{
	(void)*(volatile unsigned char *)p;
}

static inline void probe_store(void *p)
{
	*(volatile unsigned char *)p = 0x5a;
}

/* The signal that reading (writing) one byte at p raises, 0 for none. A write stores 0x5a. */
static inline int read_faults(const volatile void *p)
{
	return probe(probe_load, (void *)(uintptr_t)p);
}

static inline int write_faults(volatile void *p)
{
	return probe(probe_store, (void *)(uintptr_t)p);
}

/* Runs fn(arg) in a child, which exits with its value; returns the status of wait4. */
static inline int in_child(int (*fn)(void *), void *arg)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static inline int exits(int status, int code)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static inline int dies(int status, int sig)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

static inline void *anon(size_t pages, int prot)
{
	void *p = mmap(NULL, pages * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		ok(0, "cannot map %zu anonymous pages", pages);
		exit(done());
	}
	return p;
}

/* A hole of that many pages with `margin' free pages left on both sides. */
static inline char *hole(size_t pages)
{
	const size_t margin = 512;
	char *p = anon(pages + 2 * margin, PROT_NONE);

	munmap(p, (pages + 2 * margin) * PAGE);
	return p + margin * PAGE;
}

/* A new, already unlinked file of that many bytes; byte i is (char)(i / 4096 + 1). */
static inline int temp_file(size_t bytes)
{
	static int serial;
	char path[64], block[PAGE];
	size_t at, n;
	int fd;

	mkdir("/tmp", 01777); /* a test that runs as init is the first there */
	snprintf(path, sizeof(path), "/tmp/test-%d-%d", getpid(), serial++);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0) {
		ok(0, "cannot create %s", path);
		exit(done());
	}
	unlink(path);
	for (at = 0; at < bytes; at += n) {
		n = bytes - at < PAGE ? bytes - at : PAGE;
		memset(block, (int)(at / PAGE + 1), n);
		if (write(fd, block, n) != (ssize_t)n)
			ok(0, "cannot fill %s", path);
	}
	return fd;
}

/* A kernel of 64 bits gives a 32-bit program the addresses above 3 GiB as well. */
static inline int user_has_4g(void)
{
	char *p = (char *)0xd0000000;

	if (mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != p)
		return 0;
	munmap(p, PAGE);
	return 1;
}

/* One line of /proc/self/maps. */
struct map {
	unsigned long start, end, offset, inode;
	char perms[5], path[128];
};

/*
 * Reads up to max lines into maps; returns how many there are. No stdio: malloc could map memory
 * into the very hole that a test is looking at.
 */
static inline int read_maps(struct map *maps, int max)
{
	static char text[16384];
	char *line, *end;
	int n = 0;

	slurp("/proc/self/maps", text, sizeof(text));
	for (line = text; n < max && (end = strchr(line, '\n')); line = end + 1) {
		struct map *m = &maps[n];

		*end = 0;
		m->path[0] = 0;
		if (sscanf(line, "%lx-%lx %4s %lx %*x:%*x %lu %127[^\n]", &m->start, &m->end,
			   m->perms, &m->offset, &m->inode, m->path) >= 5)
			n++;
	}
	return n;
}

/* How many maps lines touch [start, end). */
static inline int maps_in(const void *start, const void *end)
{
	static struct map maps[128];
	int i, hits = 0, n = read_maps(maps, 128);

	for (i = 0; i < n; i++)
		hits += maps[i].start < (unsigned long)end && maps[i].end > (unsigned long)start;
	return hits;
}

/* The permissions of the line that holds p, "" where none does. */
static inline const char *perms_at(const void *p)
{
	static struct map maps[128];
	int i, n = read_maps(maps, 128);

	for (i = 0; i < n; i++)
		if (maps[i].start <= (unsigned long)p && (unsigned long)p < maps[i].end)
			return maps[i].perms;
	return "";
}

#endif
