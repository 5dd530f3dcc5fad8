/* /proc/self/smaps, smaps_rollup, pagemap, status: that they tell what happened to pages. */
#include "tests/user/limits.h"

static char text[1 << 18];

/* A figure of the record that begins at @record, in kB; -1 where there is none. */
static long figure(const char *record, const char *name)
{
	char line[40];
	const char *at;

	snprintf(line, sizeof(line), "\n%s:", name);
	at = record ? strstr(record, line) : NULL;
	return at ? strtol(at + strlen(line), NULL, 10) : -1;
}

/* The record of the mapping that begins at p; NULL: there is none. */
static char *record_of(const void *p)
{
	char start[16];

	slurp("/proc/self/smaps", text, sizeof(text));
	snprintf(start, sizeof(start), "%08lx-", (unsigned long)p);
	if (!strncmp(text, start, strlen(start)))
		return text;
	snprintf(start, sizeof(start), "\n%08lx-", (unsigned long)p);
	return strstr(text, start);
}

/* Has the mapping at p this flag? */
static int flagged(const void *p, const char *flag)
{
	char *record = record_of(p), *flags = record ? strstr(record, "\nVmFlags: ") : NULL, *end;
	char word[8];

	if (!flags || !(end = strchr(flags + 1, '\n')))
		return -1;
	*end = 0;
	snprintf(word, sizeof(word), " %s ", flag);
	return strstr(flags, word) != NULL;
}

static char *map_apart(int pages, int prot, int flags)
{
	return mmap(hole(pages + 2) + PAGE, pages * PAGE, prot, flags | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0);
}

static int half_is_shared(void *p)
{
	char *record = record_of(p);

	if (figure(record, "Rss") != 12 || figure(record, "Shared_Dirty") != 8)
		return 1;
	if (figure(record, "Private_Dirty") != 4 || figure(record, "Pss") != 8)
		return 2;
	((char *)p)[0] = 2;
	return figure(record_of(p), "Pss") == 10 ? 0 : 3;
}

static void test_counts(void)
{
	char *p = map_apart(4, RW, MAP_PRIVATE), *record = record_of(p);

	ok(record != NULL, "a mapping has a record");
	is(figure(record, "Size"), 16, "Size");
	is(figure(record, "KernelPageSize"), 4, "KernelPageSize");
	is(figure(record, "Rss"), 0, "nothing is resident");
	p[0] = p[PAGE] = 1;
	record = record_of(p);
	is(figure(record, "Rss"), 8, "two pages that were written are: Rss");
	is(figure(record, "Pss"), 8, "Pss");
	is(figure(record, "Private_Dirty"), 8, "Private_Dirty");
	is(figure(record, "Private_Clean"), 0, "Private_Clean");
	is(figure(record, "Shared_Clean") + figure(record, "Shared_Dirty"), 0, "nothing shared");
	is(figure(record, "Referenced"), 8, "Referenced");
	is(figure(record, "Anonymous"), 8, "Anonymous");
	is(figure(record, "Locked"), 0, "Locked");
	is(figure(record, "Swap"), 0, "Swap");
	read_faults(p + 2 * PAGE);
	is(figure(record_of(p), "Rss"), 8, "a page of zeroes does not count");
	if (!fork()) {
		p[2 * PAGE] = 1;
		_exit(half_is_shared(p));
	}
	int state;
	wait(&state);
	is(state >> 8, 0, "a child shares two of its three pages, then one");
	is(figure(record_of(p), "Pss"), 8, "they are the parent's alone again");
	munmap(p, 4 * PAGE);
}

static void test_file(void)
{
	int fd = temp_file(4 * PAGE);
	char *p = mmap(hole(6) + PAGE, 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0), *record;

	read_faults(p);
	p[PAGE] = 9;
	record = record_of(p);
	ok(figure(record, "Rss") >= 8, "two pages of a file, or what was mapped around them");
	is(figure(record, "Anonymous"), 4, "one of them was copied");
	munmap(p, 4 * PAGE);
	close(fd);
}

static void test_flags(void)
{
	static const struct {
		int advice;
		const char *set, *clear;
	} advices[] = {
		{ MADV_SEQUENTIAL, "sr", "rr" }, { MADV_RANDOM, "rr", "sr" },
		{ MADV_NORMAL, "rd", "rr" },     { MADV_DONTFORK, "dc", "lo" },
		{ MADV_DOFORK, "rd", "dc" },     { MADV_WIPEONFORK, "wf", "dc" },
		{ MADV_KEEPONFORK, "rd", "wf" }, { MADV_DONTDUMP, "dd", "wf" },
		{ MADV_DODUMP, "rd", "dd" },
	};
	char *p = map_apart(2, RW, MAP_PRIVATE), *q = map_apart(1, PROT_READ, MAP_SHARED);
	unsigned int i;

	ok(flagged(p, "rd") && flagged(p, "wr") && !flagged(p, "ex") && !flagged(p, "sh"),
	   "rights");
	ok(flagged(p, "mr") && flagged(p, "mw") && flagged(p, "me") && !flagged(p, "ms"),
	   "rights to be had");
	ok(flagged(q, "sh") && flagged(q, "ms") && !flagged(q, "wr"), "those of shared memory");
	ok(flagged(p, "ac") && !flagged(q, "ac"), "what is promised");
	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		madvise(p, 2 * PAGE, advices[i].advice);
		ok(flagged(p, advices[i].set) == 1 && flagged(p, advices[i].clear) == 0,
		   "advice %d", advices[i].advice);
	}
	sys(SYS_mlock2, p, 2 * PAGE, 1);
	ok(flagged(p, "lo") && flagged(p, "lf"), "locked when touched");
	is(figure(record_of(p), "Locked"), 0, "nothing was touched");
	sys(SYS_mlock, p, 2 * PAGE);
	ok(flagged(p, "lo") && !flagged(p, "lf"), "locked");
	is(figure(record_of(p), "Locked"), 8, "Locked");
	munlock(p, 2 * PAGE);
	munmap(p, 2 * PAGE);
	munmap(q, PAGE);
	p = map_apart(1, RW, MAP_PRIVATE | MAP_NORESERVE);
	ok(flagged(p, "nr") && !flagged(p, "ac"), "not reserved");
	munmap(p, PAGE);
	p = map_apart(1, RW, MAP_PRIVATE | MAP_GROWSDOWN);
	ok(flagged(p, "gd"), "growing down");
	munmap(p, PAGE);
}

static void test_rollup(void)
{
	static const char *const names[] = { "Rss", "Private_Dirty", "Anonymous", "Referenced" };
	long sums[4] = { 0 }, before;
	char *p = mmap(NULL, 3 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *at;
	int i;

	memset(text, 1, sizeof(text));
	slurp("/proc/self/smaps_rollup", text, sizeof(text));
	before = figure(text, "Pss_Shmem");
	memset(p, 1, 3 * PAGE);
	record_of(p);
	for (i = 0; i < 4; i++)
		for (at = text; at && figure(at, names[i]) >= 0;) {
			char line[40];

			sums[i] += figure(at, names[i]);
			snprintf(line, sizeof(line), "\n%s:", names[i]);
			at = strstr(at, line) + 1;
		}
	slurp("/proc/self/smaps_rollup", text, sizeof(text));
	ok(strstr(text, "[rollup]\n") != NULL, "a line for all mappings");
	for (i = 0; i < 4; i++)
		is(figure(text, names[i]), sums[i], "%s of all", names[i]);
	is(figure(text, "Pss_Shmem"), before + 12, "Pss_Shmem");
	munmap(p, 3 * PAGE);
}

/* ---- pagemap ---- */

static unsigned long long page_word(const volatile void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long long word = 0;

	if (pread64(fd, &word, 8, (unsigned long)p / PAGE * 8) != 8)
		word = ~0ull;
	close(fd);
	return word & ~(1ull << 55);
}

#define PRESENT   (1ull << 63)
#define OF_FILE   (1ull << 61)
#define EXCLUSIVE (1ull << 56)
#define FLAGS(w)  ((w) & (PRESENT | OF_FILE | EXCLUSIVE))

static int shared_word(void *p)
{
	return FLAGS(page_word(p)) != PRESENT;
}

static void test_pagemap(void)
{
	char *p = anon(4, RW), *q = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long long words[4];

	is(page_word(p) >> 32, 0, "a page that was not touched is 0");
	p[0] = 1;
	ok(FLAGS(page_word(p)) == (PRESENT | EXCLUSIVE), "one that was written is ours");
	ok(page_word(p) & 0xffffff, "  and has a frame");
	ok(!in_child(shared_word, p), "a child shares it");
	read_faults(p + PAGE);
	ok(FLAGS(page_word(p + PAGE)) == PRESENT, "a page of zeroes is nobody's");
	mprotect(p, PAGE, PROT_NONE);
	ok(FLAGS(page_word(p)) == (PRESENT | EXCLUSIVE), "without rights it is still there");
	q[0] = 1;
	ok(FLAGS(page_word(q)) == (PRESENT | OF_FILE | EXCLUSIVE), "a page of shared memory");
	is(pread64(fd, words, 32, (unsigned long)p / PAGE * 8), 32, "four words at once");
	ok((words[0] & PRESENT) && (words[1] & PRESENT) && !words[2] && !words[3],
	   "  for four pages");
	is(sys(SYS_read, fd, words, 7), -EINVAL, "a part of a word");
	is(sys(SYS_read, fd, words, 0), 0, "nothing");
	is(sys(SYS_read, fd, 8, 8), -EFAULT, "to nowhere");
	is(sys(SYS_pread64, fd, words, 8, 4, 0), -EINVAL, "from inside a word");
	is(sys(SYS_pread64, fd, words, 8, (1u << 31), 0), 0, "beyond 4 GiB");
	munmap(p, 4 * PAGE);
	is(page_word(p), 0, "what is not mapped is 0");
	munmap(q, PAGE);
	close(fd);
}

static void test_status(void)
{
	long size = status("VmSize:"), data = status("VmData:"), peak = status("VmPeak:");
	char *p = anon(256, RW), *q = anon(4, PROT_READ);

	is(status("VmSize:") - size, 1040, "VmSize counts what is mapped");
	is(status("VmData:") - data, 1024, "VmData what is written");
	ok(peak >= size && status("VmPeak:") >= status("VmSize:"), "VmPeak is the most there was");
	munmap(q, 4 * PAGE);
	munmap(p, 256 * PAGE);
	is(status("VmSize:"), size, "all goes back");
	is(status("VmData:"), data, "  VmData too");
	ok(status("VmPeak:") >= size + 1024, "  but not VmPeak");
	is(status("VmLck:"), 0, "VmLck");
	is(status("VmPin:"), 0, "VmPin");
	is(status("VmSwap:"), 0, "VmSwap");
	is(status("Threads:"), 1, "Threads");
	ok(status("VmExe:") > 0 && status("VmStk:") > 0 && status("VmPTE:") > 0,
	   "VmExe, VmStk, VmPTE");
	ok(status("VmRSS:") > 0 && status("VmHWM:") > 0 && status("RssAnon:") >= 0 &&
		   status("RssFile:") >= 0 && status("RssShmem:") >= 0,
	   "VmRSS, VmHWM, RssAnon, RssFile, RssShmem");
}

int main(void)
{
	test_counts();
	test_file();
	test_flags();
	test_rollup();
	test_pagemap();
	test_status();
	return done();
}
