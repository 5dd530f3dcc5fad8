/*
 * Ten million system calls that nobody meant: fuzz SEED CALLS [full].
 *
 * A supervisor keeps some workers going, processes with a few threads each, in a root directory of
 * their own. A worker draws calls from its own sequence (seed, serial number of the worker): either
 * any number of the table, or one from a list of those that have something to break, with arguments
 * that are plausible (its own descriptors, addresses, paths, children) or wild. Where a worker does
 * itself in, the next one takes its place; where it sleeps, it is killed. What would stop the machine
 * or the supervisor (reboot, signals to strangers) is not drawn, and time limits are always short.
 *
 * It ends with everything killed, unmounted and removed, so that the ledger must be back where it was.
 * `full' lifts the limits of memory, so that it runs out again and again.
 */
#include "tests/judge/fuzz_calls.h"
#include "tests/user/slurp.h"

/* ---- a worker -------------------------------------------------------------------------------- */

static void map(unsigned long at, unsigned long bytes)
{
	if (mmap((void *)at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) != (void *)at)
		_exit(90);
}

static void limit(int what, unsigned long value)
{
	setrlimit(what, &(struct rlimit){ value, value });
}

/* Some of each kind of descriptor; what is not there is not there. */
static void open_things(void)
{
	static const char *const names[] = { "a",        "b",
					     "d",        "dev/null",
					     "dev/zero", "dev/fb0",
					     "dev/pool", "dev/pool-vmalloc",
					     "dev/ptmx", "proc/self/maps",
					     "fifo",     "dev/shm/a",
					     "m/a" };
	unsigned i;
	int ends[2], unlock = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open(names[i],
			      O_RDWR | O_NONBLOCK | O_NOCTTY | (i < 2 || i > 10 ? O_CREAT : 0),
			      0600);

		if (fd < 0)
			open(names[i], O_RDONLY | O_NONBLOCK);
		else
			ioctl(fd, 0x40045431, &unlock); /* TIOCSPTLCK */
	}
	for (i = 0; i < 2; i++)
		if (pipe2(ends, O_NONBLOCK) < 0)
			break;
	sys(SYS_memfd_create, "memfd", 2);
	sys(SYS_eventfd2, 0, 04000);
}

/* Who goes first when memory runs out: the workers, never the supervisor or its shell. */
static void set_oom_score(const char *path, const char *score)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, score, strlen(score)) < 0)
		_exit(88);
	close(fd);
}

static void worker(uint64_t seed, int number)
{
	struct task *t;
	int i;

	for (i = 0; i < 3; i++)
		close(i);
	set_oom_score("/proc/self/oom_score_adj", "500");
	sys(SYS_setsid);
	if (chroot(ROOT) || chdir("/"))
		_exit(91);
	open_things();
	limit(RLIMIT_NOFILE, 32);
	limit(RLIMIT_CORE, 0);
	if (!full) {
		limit(RLIMIT_AS, 24UL << 20);
		limit(RLIMIT_FSIZE, 256UL << 10);
	}
	catch_signals();
	for (i = THREADS - 1; i >= 0; i--) {
		t = (struct task *)(BLOCKS + i * BLOCK);
		t->rng = (seed * 1000003 + number) * 1000003 + i;
		t->slot = &SHARED[number % WORKERS];
		t->thread = i;
		t->left = LIFE;
		if (i) { /* a thread begins in kid(), as any child does */
			struct task *main = (struct task *)BLOCKS;
			unsigned long args[6] = {
				0x50f00, BLOCKS + (i + 1) * BLOCK - 64, 0, 0, 0, 0
			};

			t->kid_stack = args[1];
			main->kid_stack = args[1];
			enter(SYS_clone, args);
		}
	}
	run();
	for (;;)
		sys(SYS_exit_group, 0);
}

/* ---- the supervisor -------------------------------------------------------------------------- */

static struct {
	pid_t pid;
	uint32_t seen;
	int idle;
} workers[WORKERS];

static void on_block(uint64_t seed, int number)
{
	map(ARENA, NPAGES * PAGE);
	map(SCRATCH, NSCRATCH * PAGE);
	map(BLOCKS, (THREADS + KIDS) * BLOCK);
	/* The stack of the first block, from here on. */
	__asm__ volatile("movl %0, %%esp\n\tpushl %3\n\tpushl %2\n\tpushl %1\n\tcall *%4"
			 :
			 : "r"(BLOCKS + BLOCK - 64), "r"((uint32_t)seed),
			   "r"((uint32_t)(seed >> 32)), "r"(number), "r"(worker)
			 : "memory");
}

static void start(int i, uint64_t seed, int number)
{
	workers[i].idle = 0;
	workers[i].pid = fork();
	if (workers[i].pid == 0)
		on_block(seed, number);
}

static uint32_t stuck_in[520]; /* how often, by the number of the call */

static void make_root(void)
{
	int fd;

	mkdir(ROOT, 0755);
	if (chdir(ROOT))
		_exit(92);
	if (mount("tmpfs", ROOT, "tmpfs", 0, full ? "" : "size=8m"))
		mount("tmpfs", ROOT, "tmpfs", 0, "");
	if (chdir(ROOT) || mkdir("d", 0755) || mkdir("m", 0755) || mkdir("proc", 0755) ||
	    mkdir("dev", 0755))
		_exit(93);
	mount("proc", "proc", "proc", 0, NULL);
	mount("devtmpfs", "dev", "devtmpfs", 0, NULL);
	fd = open("a", O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, 20 * PAGE))
		_exit(94);
	close(fd);
	if (symlink("a", "l") || symlink("loop", "loop") || mkfifo("fifo", 0600))
		fd = -1; /* no matter */
}

/* Processes that were not there at the start end; returns how many there were. */
static int kill_strangers(const unsigned char *known)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (proc && (e = readdir(proc))) {
		int pid = atoi(e->d_name);

		if (pid > 0 && pid < 65536 && !known[pid] && pid != getpid()) {
			kill(pid, SIGKILL);
			n++;
		}
	}
	closedir(proc);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return n;
}

static void know_all(unsigned char *known)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;

	while (proc && (e = readdir(proc)))
		if (atoi(e->d_name) > 0)
			known[atoi(e->d_name) & 65535] = 1;
	closedir(proc);
}

/* "a\040b" is "a b". */
static void unescape(char *s)
{
	for (char *to = s; (*to = *s); to++)
		if (*s++ == '\\') {
			*to = strtol((char[]){ s[0], s[1], s[2], 0 }, NULL, 8);
			s += 3;
		}
}

/* Takes down what is mounted at ROOT or below, the last first; returns whether anything went. */
static int unmount_all(void)
{
	static char text[65536];
	char *line = text, *points[1000];
	int n = 0, gone = 0;

	slurp("/proc/mounts", text, sizeof(text));
	while (n < 1000 && (line = strstr(line, " " ROOT))) {
		points[n++] = ++line;
		line += strcspn(line, " ");
		*line++ = 0;
		unescape(points[n - 1]);
	}
	while (n--)
		gone += umount2(points[n], MNT_DETACH) == 0;
	return gone;
}

/* What workers left in ROOT and elsewhere. */
static void clean_up(void)
{
	int id;

	if (chdir("/"))
		return;
	while (unmount_all())
		;
	umount2(BALLAST, MNT_DETACH);
	for (id = 0; id < 65536; id++) {
		struct shmid_ds ds;
		int shm = shmctl(id, 13 /* SHM_STAT */, &ds);

		if (shm < 0 && id > 256)
			break;
		if (shm >= 0)
			shmctl(shm, IPC_RMID, NULL);
	}
	if (system("rm -rf " ROOT " " BALLAST " /dev/shm/a"))
		printf("# %s is not removed\n", ROOT);
}

/* Takes nearly all memory that is free, so that the workers meet the end of it. */
static void fill_memory(void)
{
	const off_t room = 4 << 20;
	off_t size = 0;
	int fd;

	mkdir(BALLAST, 0700);
	mount("tmpfs", BALLAST, "tmpfs", 0, "size=100%");
	fd = open(BALLAST "/all", O_RDWR | O_CREAT, 0600);
	while (fallocate(fd, 0, size, 1 << 18) == 0)
		size += 1 << 18;
	if (size < room || ftruncate(fd, size - room))
		printf("# memory is not filled\n");
	printf("# %ld MiB are taken\n", (long)(size - room) >> 20);
	close(fd);
}

static uint32_t calls_of(int i)
{
	uint32_t n = 0;
	int t;

	for (t = 0; t < THREADS; t++)
		n += SHARED[i].calls[t];
	return n;
}

/* Ends who does not move, and starts anew who has ended. Returns the calls made by all. */
static uint32_t tend(uint64_t seed, int *born, uint32_t *stuck)
{
	uint32_t made = 0;
	int i, t;

	for (i = 0; i < WORKERS; i++) {
		uint32_t now = calls_of(i);

		made += now;
		workers[i].idle = now == workers[i].seen ? workers[i].idle + 1 : 0;
		workers[i].seen = now;
		if (workers[i].idle > 2 && workers[i].pid > 0) {
			kill(workers[i].pid, SIGKILL);
			++*stuck;
			for (t = 0; t < THREADS; t++)
				stuck_in[SHARED[i].last[t] % 520]++;
		}
		if (workers[i].pid <= 0 || waitpid(workers[i].pid, NULL, WNOHANG)) {
			if (workers[i].pid > 0)
				kill(-workers[i].pid, SIGKILL);
			start(i, seed, i + WORKERS * ((*born)++ / WORKERS + 1));
		}
	}
	return made;
}

int main(int argc, char **argv)
{
	static unsigned char known[65536];
	uint32_t wanted, made = 0, stuck = 0;
	uint64_t seed;
	char shell[40];
	int i, born = 0;

	if (argc < 3 || access("/proc/mm_audit", F_OK)) {
		fprintf(stderr, "fuzz SEED CALLS [full], on Pagoda only\n");
		return 2;
	}
	seed = strtoull(argv[1], NULL, 0);
	wanted = strtoul(argv[2], NULL, 0);
	full = argc > 3;
	if (mmap((void *)SHARED, PAGE, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != (void *)SHARED)
		return 3;
	snprintf(shell, sizeof(shell), "/proc/%d/oom_score_adj", getppid());
	set_oom_score(shell, "-1000");
	set_oom_score("/proc/self/oom_score_adj", "-1000");
	know_all(known);
	if (full)
		fill_memory();
	make_root();
	for (i = 0; i < WORKERS; i++)
		start(i, seed, born++);
	while (made < wanted) {
		nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
		made = tend(seed, &born, &stuck);
	}
	for (i = 0; i < 1000 && kill_strangers(known); i++)
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	clean_up();
	for (i = 0; i < 520; i++)
		if (stuck_in[i] > stuck / 20 + 2)
			printf("# %u stuck in %d\n", stuck_in[i], i);
	printf("fuzz: seed %llu, %u calls, %d workers, %u stuck\n", (unsigned long long)seed, made,
	       born, stuck);
	return 0;
}
