/* /proc/self/maps: the format to the column, order, names, offsets, permissions, the child's file. */
#include <ctype.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static char text[16384];

/*
 * "08048000-08049000 r-xp 00000000 00:02 15         /init": name, if any, in column 49,
 * or 73 where the kernel's pointers have eight bytes.
 */
static int well_formed(const char *line, size_t len)
{
	static const char shape[] = "xxxxxxxx-xxxxxxxx pppp xxxxxxxx xx:xx ";
	size_t i;

	if (len < sizeof(shape) - 1)
		return 0;
	for (i = 0; i < sizeof(shape) - 1; i++) {
		int fits = shape[i] == 'x'   ? isxdigit((unsigned char)line[i]) && !isupper(line[i])
			   : shape[i] == 'p' ? strchr("rwxps-", line[i]) != NULL
					     : line[i] == shape[i];

		if (!fits)
			return 0;
	}
	while (i < len && isdigit((unsigned char)line[i]))
		i++;
	if (i == len)
		return 1;
	if (line[i] != ' ' || i + 1 == len)
		return line[i] == ' ';
	while (i < len && line[i] == ' ')
		i++;
	return (i == 49 || i == 73) && i < len;
}

static void test_format(void)
{
	struct map maps[64];
	char *line, *end;
	int i, n, bad = 0, disorder = 0, lines = 0;

	ok(slurp("/proc/self/maps", text, sizeof(text)) > 0, "it can be read");
	for (line = text; (end = strchr(line, '\n')); line = end + 1, lines++)
		if (!well_formed(line, end - line)) {
			printf("# %.*s\n", (int)(end - line), line);
			bad++;
		}
	fflush(stdout);
	is(bad, 0, "each of its lines has the columns of Linux");
	n = read_maps(maps, 64);
	is(n, lines, "each line parses");
	for (i = 0; i < n; i++) {
		disorder += maps[i].start >= maps[i].end || (maps[i].start | maps[i].end) & 4095;
		disorder += i && maps[i].start < maps[i - 1].end;
	}
	is(disorder, 0, "in order of address, whole pages, no overlap");
}

static const struct map *line_of(const void *p)
{
	static const struct map none;
	static struct map maps[64];
	int i, n = read_maps(maps, 64);

	for (i = 0; i < n; i++)
		if (maps[i].start <= (unsigned long)p && (unsigned long)p < maps[i].end)
			return &maps[i];
	return &none;
}

static int main_data = 1;

static void test_program(const char *self)
{
	const struct map *m = line_of((void *)(uintptr_t)test_program);
	const char *base = strrchr(self, '/') ? strrchr(self, '/') + 1 : self;
	struct stat st;
	int local;

	is(strcmp(m->perms, "r-xp"), 0, "text is r-xp");
	ok(strlen(m->path) >= strlen(base) &&
		   !strcmp(m->path + strlen(m->path) - strlen(base), base),
	   "and bears the program's name: %s", m->path);
	ok(stat(m->path, &st) == 0 && st.st_ino == m->inode, "and its inode");
	m = line_of(&main_data);
	is(strcmp(m->perms, "rw-p"), 0, "data is rw-p");
	m = line_of(&local);
	ok(!strcmp(m->path, "[stack]"), "the stack is named");
	local = sys(SYS_brk, 0);
	sys(SYS_brk, local + PAGE);
	m = line_of((void *)local);
	ok(!strcmp(m->path, "[heap]"), "the heap is named");
}

static void test_mappings(void)
{
	char path[64], *gap = hole(16), *p;
	struct stat st;
	const struct map *m;
	int fd;

	snprintf(path, sizeof(path), "/tmp/maps-%d", getpid());
	fd = open(path, O_RDWR | O_CREAT, 0600);
	ftruncate(fd, 8 * PAGE);
	fstat(fd, &st);
	p = mmap(gap + PAGE, 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 5 * PAGE);
	m = line_of(p);
	ok(m->start == (unsigned long)p && m->end == m->start + 2 * PAGE,
	   "a file mapping: its range");
	is(strcmp(m->perms, "rw-s"), 0, "  rw-s");
	is(m->offset, 5 * PAGE, "  its offset in bytes");
	is(strcmp(m->path, path), 0, "  its path");
	is(m->inode, st.st_ino, "  its inode");
	munmap(p, PAGE);
	is(line_of(p + PAGE)->offset, 6 * PAGE, "with its head cut off the offset moves on");
	unlink(path);
	ok(strstr(line_of(p + PAGE)->path, " (deleted)") != NULL, "an unlinked file: (deleted)");
	munmap(p, 2 * PAGE);
	close(fd);
	p = mmap(gap + PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	m = line_of(p);
	ok(!strcmp(m->perms, "---p") && !m->path[0] && !m->inode, "anonymous: ---p, no name");
	p = mmap(gap + 3 * PAGE, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	m = line_of(p);
	ok(!strcmp(m->perms, "rw-s") && !strcmp(m->path, "/dev/zero (deleted)"),
	   "shared anonymous memory is /dev/zero (deleted)");
}

static void test_others(void)
{
	char path[64];
	int gate[2], n;
	pid_t pid;
	char c;

	pipe(gate);
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		_exit((int)read(gate[0], &c, 1));
	}
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	n = slurp(path, text, sizeof(text));
	ok(n > 0 && strstr(text, "[stack]"), "a child's maps can be read");
	close(gate[1]);
	waitpid(pid, NULL, 0);
	is(open(path, O_RDONLY), -1, "and are gone with it");
	close(gate[0]);
}

/* Read one byte at a time: the file must not change its mind between the calls. */
static void test_small_reads(void)
{
	static char slow[16384];
	int fd, n = 0, whole;
	ssize_t got;

	whole = slurp("/proc/self/maps", text, sizeof(text));
	fd = open("/proc/self/maps", O_RDONLY);
	while ((got = read(fd, slow + n, 7)) > 0)
		n += got;
	close(fd);
	is(n, whole, "read seven bytes at a time it is as long");
	is(memcmp(slow, text, whole), 0, "  and the same");
}

int main(int argc, char **argv)
{
	(void)argc;
	test_format();
	test_program(argv[0]);
	test_mappings();
	test_others();
	test_small_reads();
	return done();
}
