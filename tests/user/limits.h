/*
 * What a process may have, set and taken back: resource limits, capabilities, the number of mappings; and
 * the figures of /proc/self that say where it stands.
 */
#ifndef TESTS_USER_LIMITS_H
#define TESTS_USER_LIMITS_H

#include <sys/resource.h>
#include "tests/user/probe.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

#define CAP_IPC_LOCK  14
#define CAP_SYS_RAWIO 17

static inline int is_error(long ret)
{
	return (unsigned long)ret >= -4095UL;
}

static inline long map(const volatile void *addr, unsigned long len, int prot, int flags, int fd,
		       unsigned long pgoff)
{
	return sys(SYS_mmap2, addr, len, prot, flags, fd, pgoff);
}

/* The soft limit becomes that many bytes; RLIM_INFINITY: as much as the hard one allows. */
static inline void limit(int which, unsigned long long bytes)
{
	struct rlimit lim;

	getrlimit(which, &lim);
	lim.rlim_cur = bytes < lim.rlim_max ? bytes : lim.rlim_max;
	if (setrlimit(which, &lim))
		ok(0, "setrlimit %d", which);
}

/* Gives the process a capability, or takes it away for a while. Had it one, or may it have one? */
static inline int capability(int cap, int on)
{
	unsigned int header[2] = { 0x20080522, 0 }, sets[2][3] = { { 0 } };

	if (sys(SYS_capget, header, sets) || !(sets[0][1] >> cap & 1))
		return 0;
	sets[0][0] = (sets[0][0] & ~(1u << cap)) | (unsigned int)on << cap;
	return sys(SYS_capset, header, sets) == 0;
}

/* The text of a small file in /proc. */
static inline char *proc_text(const char *path)
{
	static char text[8192];

	slurp(path, text, sizeof(text));
	return text;
}

/* A figure of /proc/self/status, "VmData:" say, in its unit (kB); -1 where there is none. */
static inline long status(const char *name)
{
	char *line = strstr(proc_text("/proc/self/status"), name);

	return line ? strtol(line + strlen(name), NULL, 10) : -1;
}

/* Pages that are mapped. */
static inline unsigned long mapped_pages(void)
{
	return status("VmSize:") * 1024 / PAGE;
}

static inline long max_map_count(void)
{
	return atol(proc_text("/proc/sys/vm/max_map_count"));
}

/* How many mappings there are now. */
static inline long map_count(void)
{
	int fd = open("/proc/self/maps", O_RDONLY);
	static char text[65536];
	long lines = 0;
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0)
		while (n)
			lines += text[--n] == '\n';
	close(fd);
	return lines;
}

/*
 * Fills the table of mappings until `left' more fit: every second page of a range of pages becomes
 * a mapping of its own. Returns the range, of *size bytes, for munmap; NULL where that takes too many.
 */
static inline char *fill_map_count(long left, unsigned long *size)
{
	long i, pairs = (max_map_count() - left - map_count() - 1) / 2;
	char *p;

	if (pairs < 0 || pairs > 40000)
		return NULL;
	*size = (2 * pairs + 3) * PAGE;
	p = anon(2 * pairs + 3, PROT_NONE);
	for (i = 0; i < pairs; i++)
		if (mprotect(p + (2 * i + 1) * PAGE, PAGE, PROT_READ))
			break;
	/* The last pages are one mapping, whose first one makes the number even or odd. */
	if (max_map_count() - map_count() > left)
		mprotect(p + 2 * pairs * PAGE, PAGE, PROT_READ | PROT_EXEC);
	return p;
}

#endif
