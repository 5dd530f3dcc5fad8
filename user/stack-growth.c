/*
 * stack-growth: the stack's mapping grows when it is touched below its start, never before.
 * Expected output:
 *
 *   8 KiB deep:   the mapping did not grow
 *   512 KiB deep: the mapping grew by at least 256 KiB
 *   back again:   it keeps its size
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Length in KiB of the line "[stack]" of /proc/self/maps. */
static long stack_kib(void)
{
	unsigned long start, end, found = 0;
	char line[256];
	FILE *f = fopen("/proc/self/maps", "r");

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx", &start, &end) == 2)
			found = end - start;
	if (f)
		fclose(f);
	return found / 1024;
}

static __attribute__((noinline)) char dig(int kib)
{
	volatile char frame[1024];

	frame[0] = kib;
	return kib <= 1 ? frame[0] : dig(kib - 1) + frame[0];
}

int main(void)
{
	long first = stack_kib(), now;

	dig(8);
	now = stack_kib();
	printf("8 KiB deep:   the mapping %s\n", now == first ? "did not grow" : "grew");
	dig(512);
	now = stack_kib();
	printf("512 KiB deep: the mapping grew by %s 256 KiB\n",
	       now - first >= 256 ? "at least" : "less than");
	printf("back again:   it %s its size\n", stack_kib() == now ? "keeps" : "changes");
	return 0;
}
