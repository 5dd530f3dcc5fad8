/*
 * pmap PID: the mappings of a process, one line each with its size, and their totals. The kernel
 * lists them in /proc/PID/maps; here they are only added up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct totals {
	unsigned long mapped, writeable_private, shared;
};

static void print_line(const char *line, struct totals *sum)
{
	unsigned long start, end;
	char perms[5];
	int name = 0;

	if (sscanf(line, "%lx-%lx %4s %*x %*x:%*x %*u %n", &start, &end, perms, &name) < 3)
		return;
	if (!name || !line[name] || line[name] == '\n')
		line = "  [ anon ]\n", name = 2;
	printf("%08lx %6luK %s %s", start, (end - start) / 1024, perms, line + name);
	sum->mapped += (end - start) / 1024;
	if (perms[3] == 's')
		sum->shared += (end - start) / 1024;
	else if (perms[1] == 'w')
		sum->writeable_private += (end - start) / 1024;
}

static void print_command(long pid)
{
	char path[32], command[256];
	FILE *f;
	size_t n, i;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	f = fopen(path, "r");
	if (!f)
		return;
	n = fread(command, 1, sizeof(command) - 1, f);
	fclose(f);
	for (i = 0; i + 1 < n; i++)
		if (!command[i])
			command[i] = ' ';
	command[n] = 0;
	printf("%ld:   %s\n", pid, command);
}

int main(int argc, char **argv)
{
	long pid = argc > 1 ? strtol(argv[1], NULL, 10) : getpid();
	struct totals sum = { 0, 0, 0 };
	char path[32], line[512];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/maps", pid);
	f = fopen(path, "r");
	if (!f) {
		fprintf(stderr, "pmap: no process %s\n", argc > 1 ? argv[1] : "");
		return 1;
	}
	print_command(pid);
	while (fgets(line, sizeof(line), f))
		print_line(line, &sum);
	fclose(f);
	printf("mapped: %luK    writeable/private: %luK    shared: %luK\n", sum.mapped,
	       sum.writeable_private, sum.shared);
	return 0;
}
