/*
 * A program that wants all there is, and somebody beside it who wants an answer.
 *
 *   hog KIND...     starts one greedy process group for each KIND. Meanwhile, again and again, it naps, starts /bin/true
 *                   and waits for it, as a shell does, until each KIND was refused or killed and three times more; then
 *                   it says what became of them and how long the slowest round took (on the guest's clock), and
 *                   ends all that is left.
 *   hog kinds       lists them
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define MIB  (1UL << 20)

/* What greedy ones say when they are refused. There from the start, since a message might find no memory. */
static struct notice {
	volatile int errors[64]; /* an errno each */
	volatile int count;
} * notice;

static void tell(int error)
{
	notice->errors[__sync_fetch_and_add(&notice->count, 1) % 64] = error;
}

/* ---- the kinds: one step each; 0 or an errno ---- */

static int touch(char *p, size_t size, size_t stride)
{
	if (p == MAP_FAILED)
		return errno;
	for (size_t i = 0; i < size; i += stride)
		p[i] = 1;
	return 0;
}

static void *map(size_t size, int flags)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
}

static int anon(int n)
{
	(void)n;
	return touch(map(MIB, MAP_PRIVATE), MIB, PAGE);
}

/* A real-time task, beside one of its group that is none and has most: it must let that one end. */
static int urgent(int n)
{
	struct sched_param param = { .sched_priority = 1 };
	volatile char *full;
	struct sysinfo info;
	size_t half;

	if (!n) {
		sysinfo(&info);
		half = (size_t)info.freeram * info.mem_unit / 2;
		full = map(PAGE, MAP_SHARED);
		if (!fork()) {
			*full = !touch(map(half, MAP_PRIVATE), half, PAGE);
			for (;;)
				pause();
		}
		while (!*full)
			usleep(1000);
		syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &param); /* libc has none */
	}
	return anon(n);
}

/* Neighbours of different rights do not merge. */
static int vmas(int n)
{
	return mmap(NULL, PAGE, n & 1 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) == MAP_FAILED
		       ? errno
		       : 0;
}

/* Each page wants a page table of its own. */
static int tables(int n)
{
	(void)n;
	return touch(map(64 * MIB, MAP_PRIVATE | MAP_NORESERVE), 64 * MIB, 2 * MIB);
}

static int shared(int n)
{
	(void)n;
	return touch(map(MIB, MAP_SHARED), MIB, PAGE);
}

static int segments(int n)
{
	int id = shmget(IPC_PRIVATE, MIB, 0600), error;
	char *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	(void)n;
	error = errno;
	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	return p == (void *)-1 ? error : touch(p, MIB, PAGE);
}

static int stack(int n)
{
	char frame[MIB];

	if (!n)
		setrlimit(RLIMIT_STACK, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
	touch(frame, sizeof(frame), PAGE);
	return n < 0 ? 0 : stack(n + 1) + frame[0];
}

static int heap(int n)
{
	char *p = (char *)syscall(SYS_brk, 0);

	(void)n;
	return (char *)syscall(SYS_brk, p + MIB) != p + MIB ? ENOMEM : touch(p, MIB, PAGE);
}

static void raise_limit(int n)
{
	if (!n)
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4096, 4096 });
}

static int files(int n)
{
	raise_limit(n);
	return open("/", O_RDONLY) < 0 ? errno : 0;
}

static int pipes(int n)
{
	static char full[65536];
	int fds[2];

	raise_limit(n);
	if (pipe2(fds, O_NONBLOCK))
		return errno;
	return write(fds[1], full, sizeof(full)) < 0 ? errno : 0;
}

static int terminals(int n)
{
	(void)n;
	return open("/dev/ptmx", O_RDWR | O_NOCTTY) < 0 ? errno : 0;
}

static int memfd(int n)
{
	static char text[65536];
	static int fd;

	if (!n)
		fd = memfd_create("hog", 0);
	return write(fd, text, sizeof(text)) < 0 ? errno : 0;
}

/* A file of holes, filled through a mapping. */
static int sparse(int n)
{
	static int fd;

	if (!n)
		fd = memfd_create("sparse", 0);
	return ftruncate(fd, (n + 1) * MIB)
		       ? errno
		       : touch(mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, n * MIB),
			       MIB, PAGE);
}

static int processes(int n)
{
	pid_t pid = fork();

	(void)n;
	if (!pid)
		for (;;)
			pause();
	return pid < 0 ? errno : 0;
}

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static int threads(int n)
{
	pthread_attr_t small;
	pthread_t thread;

	(void)n;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 2 * PAGE);
	return pthread_create(&thread, &small, idle, NULL);
}

static int names(int n)
{
	char path[300];

	snprintf(path, sizeof(path), "/tmp/hog/%0200d-%d", n, getpid());
	return mkdir(path, 0700) && errno != EEXIST ? errno : 0;
}

static int signals(int n)
{
	sigset_t set;

	if (!n) {
		sigemptyset(&set);
		sigaddset(&set, SIGRTMIN + 1);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	return sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = n }) ? errno : 0;
}

/* Its children do the same: nobody's step fails for ever. */
static int bomb(int n)
{
	static int told;
	pid_t pid = fork();

	(void)n;
	if (pid < 0 && !told) {
		told = 1;
		tell(errno);
	}
	return 0;
}

static const struct kind {
	const char *name;
	int (*step)(int n);
} kinds[] = {
	{ "anon", anon },       { "heap", heap },         { "stack", stack },
	{ "shared", shared },   { "segments", segments }, { "memfd", memfd },
	{ "sparse", sparse },   { "tables", tables },     { "vmas", vmas },
	{ "files", files },     { "pipes", pipes },       { "terminals", terminals },
	{ "names", names },     { "signals", signals },   { "processes", processes },
	{ "threads", threads }, { "bomb", bomb },         { "urgent", urgent },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Until the first step of a new process is refused: a limit for one process is not the end. */
static void be_greedy(const struct kind *kind)
{
	int error, status;
	pid_t pid;

	for (int n = 0;; n++) {
		error = kind->step(n);
		if (!error)
			continue;
		pid = n ? fork() : -1;
		if (pid < 0)
			break;
		if (pid) {
			while (waitpid(pid, &status, 0) != pid)
				;
			if (WIFSIGNALED(status))
				raise(WTERMSIG(status));
			_exit(WEXITSTATUS(status));
		}
		n = -1;
	}
	tell(error);
	for (;;)
		pause();
}

/* ---- the one beside it ---- */

static struct {
	pid_t pid;
	const struct kind *kind;
} hogs[KINDS];

static int nr_hogs;

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ll + now.tv_nsec / 1000;
}

/* Returns 1 where the program ran. */
static int one_round(void)
{
	struct timespec nap = { 0, 20 * 1000 * 1000 };
	int status = 0;
	pid_t pid;

	nanosleep(&nap, NULL);
	pid = fork();
	if (!pid) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static int ended(void)
{
	static int told;
	int count = 0, status;

	for (; told < notice->count; told++, count++)
		printf("refused: %s\n", strerror(notice->errors[told % 64]));
	for (int i = 0; i < nr_hogs; i++) {
		if (hogs[i].pid > 0 && waitpid(hogs[i].pid, &status, WNOHANG) == hogs[i].pid) {
			printf("%s: ended by signal %d, status %d\n", hogs[i].kind->name,
			       WTERMSIG(status), WEXITSTATUS(status));
			count++;
		}
	}
	return count;
}

static void start(const char *name)
{
	const struct kind *kind = kinds;
	pid_t pid;

	while (kind < kinds + KINDS && strcmp(kind->name, name))
		kind++;
	if (kind == kinds + KINDS || nr_hogs == KINDS)
		exit(2);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		be_greedy(kind);
	}
	if (pid < 0)
		exit(3);
	setpgid(pid, pid);
	hogs[nr_hogs].kind = kind;
	hogs[nr_hogs++].pid = pid;
}

static void end_all(void)
{
	for (int i = 0; i < nr_hogs; i++) {
		kill(-hogs[i].pid, SIGKILL);
		waitpid(hogs[i].pid, NULL, 0);
		while (!kill(-hogs[i].pid, SIGKILL))
			nanosleep(&(struct timespec){ 0, 1000 * 1000 }, NULL);
	}
	if (system("rm -rf /tmp/hog"))
		printf("cannot clean up\n");
}

int main(int argc, char **argv)
{
	int rounds = 0, failed = 0, last = 3, over = 0;
	long long slowest = 0, began, us;

	if (argc < 2 || !strcmp(argv[1], "kinds")) {
		for (unsigned int i = 0; i < KINDS; i++)
			printf("%s\n", kinds[i].name);
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir("/tmp/hog", 0700);
	notice = mmap(NULL, sizeof(*notice), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (notice == MAP_FAILED)
		return 4;
	notice->count = 0;
	while (*++argv)
		start(*argv);
	for (; last; last -= over >= nr_hogs, rounds++) {
		began = now_us();
		failed += !one_round();
		us = now_us() - began;
		if (us > slowest)
			slowest = us;
		over += ended();
	}
	end_all();
	printf("rounds %d, slowest %lld ms, %d without a program\n", rounds, slowest / 1000,
	       failed);
	return 0;
}
