/* Memory runs out: the process that took it ends, and the others go on. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include "tests/user/probe.h"

#define CHUNK (64 * 4096)

/* Not a machine to be emptied by a test. */
static int too_big(void)
{
	struct sysinfo info;

	return sysinfo(&info) || (unsigned long long)info.totalram * info.mem_unit > 512u << 20;
}

/* All there is, without a fault: MAP_POPULATE just stops. */
static void take_everything(void)
{
	unsigned char in_core[CHUNK / 4096];
	char *p;

	do {
		p = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	} while (p != MAP_FAILED && !mincore(p, CHUNK, in_core) &&
		 (in_core[sizeof(in_core) - 1] & 1));
}

int main(void)
{
	int full[2], status, i;
	char *p, byte = 0;
	pid_t hog;

	if (too_big()) {
		skip("there is too much memory to use up");
		return done();
	}
	p = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pipe(full))
		return 1;
	hog = fork();
	if (hog == 0) {
		take_everything();
		write(full[1], &byte, 1);
		for (;;)
			pause();
	}
	read(full[0], &byte, 1);
	for (i = 0; i < CHUNK; i += 4096)
		p[i] = 1;
	ok(1, "a small process that needs memory goes on");
	is(waitpid(hog, &status, 0), hog, "the one that has it");
	is(status, SIGKILL, "is killed");
	return done();
}
