/* /proc/meminfo, buddyinfo, zoneinfo, slabinfo, vmallocinfo: the formats that free, slabtop and their
 * like take apart, and that the numbers agree with each other. A file that the machine does not have,
 * or not for us, is skipped. */
#include <ctype.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "tests/user/slurp.h"
#include "tests/user/tap.h"

#define SIZE (1 << 20)

static char text[SIZE];

/* Is the file's text in text now? Else there was a skip. */
static int get(const char *path)
{
	if (slurp(path, text, SIZE) >= 0)
		return 1;
	skip("%s cannot be read here", path);
	return 0;
}

/* ---- meminfo ---- */

/* kB behind "NAME:" at the start of a line, or -1. */
static long value(const char *name)
{
	const char *line = text;
	size_t n = strlen(name);

	while (line) {
		if (!strncmp(line, name, n) && line[n] == ':')
			return strtol(line + n + 1, NULL, 10);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return -1;
}

/* "MemTotal:        8192 kB": the unit's column is the same in all lines that have one. */
static int lines_well_formed(void)
{
	char *line = text, *end;
	int lines = 0;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		char name[64], unit[8] = "";
		long long n;

		*end = 0;
		if (sscanf(line, "%63[A-Za-z0-9_()]: %lld %7s", name, &n, unit) < 2 || n < 0)
			return 0;
		if (unit[0] && (strcmp(unit, "kB") || end - line < 27))
			return 0;
		*end = '\n';
		lines++;
	}
	return lines;
}

static void test_meminfo(void)
{
	if (!get("/proc/meminfo"))
		return;
	ok(lines_well_formed() > 10, "meminfo: name, colon, number of eight columns, kB");
	ok(value("MemTotal") > 4096, "MemTotal is some MiB");
	ok(value("MemFree") >= 0 && value("MemFree") < value("MemTotal"), "MemFree is less");
	ok(value("MemAvailable") >= 0 && value("MemAvailable") <= value("MemTotal"),
	   "MemAvailable");
	ok(value("Buffers") >= 0 && value("Cached") >= 0 && value("Shmem") >= 0,
	   "what free(1) wants");
	ok(value("SwapTotal") >= 0 && value("SwapFree") <= value("SwapTotal"), "swap");
	ok(value("AnonPages") > 0 && value("Slab") > 0 && value("PageTables") > 0 &&
		   value("KernelStack") > 0,
	   "AnonPages, Slab, PageTables, KernelStack");
}

/* Shared memory is counted while it is there; mapped, once a page table shows it. */
static void test_shmem(void)
{
	const long mib = 1024, size = 8 * mib;
	int fd = syscall(SYS_memfd_create, "meminfo", 0);
	long shmem;
	char *p;

	if (!get("/proc/meminfo"))
		return;
	shmem = value("Shmem");
	if (ftruncate(fd, size * 1024))
		return;
	p = mmap(NULL, size * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memset(p, 1, size * 1024);
	get("/proc/meminfo");
	ok(value("Shmem") - shmem > size / 2, "8 MiB of shared memory are in Shmem");
	ok(value("Cached") >= value("Shmem"), "  which is a part of Cached");
	ok(value("Mapped") >= size, "  and, as it is mapped, in Mapped");
	munmap(p, size * 1024);
	close(fd);
	get("/proc/meminfo");
	ok(value("Shmem") - shmem < size / 2, "  and gone with their object");
}

/* ---- the others ---- */

static void test_buddyinfo(void)
{
	int zones = 0, bad = 0;
	char *line, *end;

	if (!get("/proc/buddyinfo"))
		return;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		char name[16];
		int node, at = 0, orders = 0;
		long n;

		*end = 0;
		bad |= sscanf(line, "Node %d, zone %15s%n", &node, name, &at) != 2 || at != 21;
		for (line += at; !bad && sscanf(line, "%ld%n", &n, &at) == 1; line += at)
			orders++;
		bad |= orders < 10;
		zones++;
	}
	ok(zones > 0 && !bad, "buddyinfo: a line for each zone, a number for each order");
}

static void test_zoneinfo(void)
{
	static const char *const words[] = { "Node 0, zone ",           "\n  pages free     ",
					     "\n        min      ",     "\n        low      ",
					     "\n        high     ",     "\n        spanned  ",
					     "\n        present  ",     "\n        managed  ",
					     "\n        protection: (", "\n  start_pfn: " };
	unsigned int i, found = 0;

	if (!get("/proc/zoneinfo"))
		return;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found += strstr(text, words[i]) != NULL;
	is(found, i, "zoneinfo: all lines are there");
}

static void test_slabinfo(void)
{
	int caches = 0, bad = 0;
	char *line, *end;

	if (!get("/proc/slabinfo") || !text[0])
		return;
	ok(!strncmp(text, "slabinfo - version: 2.1\n# name            <active_objs>", 55),
	   "slabinfo: version and head line");
	line = strchr(strchr(text, '\n') + 1, '\n') + 1;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		char name[64];
		long active, all, size, each, pages, slabs, all_slabs;

		*end = 0;
		if (sscanf(line,
			   "%63s %ld %ld %ld %ld %ld : tunables %*d %*d %*d : slabdata %ld %ld %*d",
			   name, &active, &all, &size, &each, &pages, &slabs, &all_slabs) != 8)
			bad++;
		else
			bad += active > all || slabs > all_slabs || !each || !pages || !size;
		caches++;
	}
	ok(caches > 5 && !bad, "slabinfo: %d caches, lines that add up", caches);
}

static void test_vmallocinfo(void)
{
	int areas = 0, bad = 0;
	char *line, *end;

	if (!get("/proc/vmallocinfo") || !text[0])
		return;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		unsigned long long from, to, size;

		*end = 0;
		bad |= sscanf(line, "0x%llx-0x%llx %llu", &from, &to, &size) != 3;
		areas++;
	}
	ok(areas > 0 && !bad, "vmallocinfo: address range and size of each area");
}

int main(void)
{
	test_meminfo();
	test_shmem();
	test_buddyinfo();
	test_zoneinfo();
	test_slabinfo();
	test_vmallocinfo();
	return done();
}
