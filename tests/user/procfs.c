/* /proc: what it says of processes, threads and the system, against what system calls say. */
#include "tests/user/slurp.h"
#include "tests/user/tap.h"

#include <dirent.h>
#include <elf.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>

static long put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), n = fd < 0 ? -1 : (int)write(fd, text, strlen(text)),
	    err = n < 0 ? -errno : 0;

	close(fd);
	return err;
}

/* The number behind a key of a file of lines "key value"; -1: no such line. */
static long long value_of(const char *path, const char *key)
{
	static char text[65536];
	char *line;

	slurp(path, text, sizeof(text));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, key, strlen(key)))
			return atoll(line + strlen(key));
	return -1;
}

enum {
	PID = 1,
	STATE = 3,
	PPID,
	PGRP,
	SESSION,
	TTY,
	TPGID,
	MINFLT = 10,
	UTIME = 14,
	STIME,
	PRIO = 18,
	NICE,
	THREADS,
	START = 22,
	VSIZE,
	RSS,
	RSSLIM,
	STARTCODE,
	ENDCODE,
	STARTSTACK,
	BLOCKED = 32,
	IGNORED,
	CAUGHT,
	WCHAN,
	EXIT_SIGNAL = 38,
	STARTDATA = 45,
	ARG_START = 48,
	ARG_END,
	ENV_START,
	ENV_END,
	LAST
};

static unsigned long long field[60];
static char state, comm[32];

/* Fields as proc(5) numbers them; how many there are. */
static int read_stat(const char *path)
{
	char text[1024], *p, *end;
	int n = 3;

	slurp(path, text, sizeof(text));
	field[PID] = atoi(text);
	p = strrchr(text, ')');
	if (!p)
		return 0;
	*p = '\0';
	snprintf(comm, sizeof(comm), "%s", strchr(text, '(') + 1);
	state = p[2];
	for (p += 3; n < 59; n++) {
		field[n + 1] = strtoull(p, &end, 10);
		if (end == p)
			break;
		p = end;
	}
	return n;
}

static void burn(int ms)
{
	clock_t end = clock() + ms * (CLOCKS_PER_SEC / 1000);

	while (clock() < end)
		for (volatile int i = 0; i < 100; i++)
			getppid();
}

static void nothing(int sig)
{
	(void)sig;
}

static void test_stat(void)
{
	struct rusage use;
	struct timespec now;
	unsigned long long ticks;
	char path[40];

	signal(SIGUSR1, nothing);
	signal(SIGUSR2, SIG_IGN);
	prctl(PR_SET_NAME, "a (b) c");
	burn(200);
	is(read_stat("/proc/self/stat"), 52, "stat has 52 fields");
	ok(!strcmp(comm, "a (b) c"), "comm is what prctl set (%s)", comm);
	is(state, 'R', "who reads is running");
	is(field[PID], getpid(), "pid");
	is(field[PPID], getppid(), "ppid");
	is(field[PGRP], getpgrp(), "pgrp");
	is(field[SESSION], getsid(0), "session");
	is(field[NICE], getpriority(PRIO_PROCESS, 0), "nice");
	is(field[PRIO], field[NICE] + 20, "priority");
	is(field[THREADS], 1, "one thread");
	is(field[EXIT_SIGNAL], SIGCHLD, "exit signal");
	ok(field[CAUGHT] & 1 << (SIGUSR1 - 1), "a caught signal");
	ok(field[IGNORED] & 1 << (SIGUSR2 - 1), "an ignored one");
	getrusage(RUSAGE_SELF, &use);
	ticks = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 100 +
		(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 10000;
	ok(field[UTIME] + field[STIME] <= ticks + 2 && field[UTIME] + field[STIME] + 4 >= ticks,
	   "times are getrusage's: %llu + %llu, %llu", field[UTIME], field[STIME], ticks);
	ok(field[UTIME] + field[STIME] >= 15, "and some were used");
	ok(use.ru_minflt - (long)field[MINFLT] < 10, "faults are: %llu, %ld", field[MINFLT],
	   use.ru_minflt);
	clock_gettime(CLOCK_BOOTTIME, &now);
	ok(field[START] <= now.tv_sec * 100ull + 100 &&
		   now.tv_sec * 100ull < field[START] + 60 * 100,
	   "started lately");
	ok((unsigned long)&use < field[STARTSTACK] &&
		   field[STARTSTACK] - (unsigned long)&use < 1 << 20,
	   "the stack is where it is");
	ok((unsigned long)test_stat > field[STARTCODE] && (unsigned long)test_stat < field[ENDCODE],
	   "the code, too");
	is(field[ARG_END], field[ENV_START], "the environment is behind the arguments");
	snprintf(path, sizeof(path), "/proc/%d/stat", getppid());
	ok(read_stat(path) == 52 && field[PID] == (unsigned)getppid(), "the parent has one, too");
}

static void test_states(void)
{
	char path[40], text[100];
	pid_t child;

	ok(slurp("/proc/self/wchan", text, sizeof(text)) == 1 && *text == '0', "we wait nowhere");
	child = fork();

	if (!child) {
		raise(SIGSTOP);
		_exit(3);
	}
	waitpid(child, NULL, WUNTRACED);
	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	read_stat(path);
	is(state, 'T', "a stopped process");
	kill(child, SIGCONT);
	waitid(P_PID, child, NULL, WEXITED | WNOWAIT);
	is(read_stat(path), 52, "a zombie has all fields");
	is(state, 'Z', "and its letter");
	is(field[VSIZE] | field[RSS] | field[STARTCODE], 0, "and no memory");
	snprintf(path, sizeof(path), "/proc/%d/cmdline", child);
	is(slurp(path, text, sizeof(text)), 0, "nor command line");
	waitpid(child, NULL, 0);
	is(slurp(path, text, sizeof(text)), -ENOENT, "after wait there is nothing");
}

static void test_memory(void)
{
	unsigned long statm[7];
	char text[4096];
	long kb;

	slurp("/proc/self/statm", text, sizeof(text));
	is(sscanf(text, "%lu %lu %lu %lu %lu %lu %lu", statm, statm + 1, statm + 2, statm + 3,
		  statm + 4, statm + 5, statm + 6),
	   7, "statm has 7 numbers");
	read_stat("/proc/self/stat");
	is(field[VSIZE], statm[0] * 4096, "vsize is statm's size");
	kb = value_of("/proc/self/status", "VmSize:");
	is(kb, statm[0] * 4, "and status's VmSize");
	ok(labs((long)field[RSS] - (long)statm[1]) < 70, "rss is statm's resident");
	ok(statm[1] <= statm[0] && statm[2] <= statm[1], "shared <= resident <= size");
	is(value_of("/proc/self/status", "Pid:"), getpid(), "status: Pid");
	is(value_of("/proc/self/status", "PPid:"), getppid(), "PPid");
	is(value_of("/proc/self/status", "Threads:"), 1, "Threads");
}

static void test_arguments(char **argv)
{
	char text[8192], *env;
	int n = slurp("/proc/self/cmdline", text, sizeof(text));

	is(n, strlen(argv[0]) + 1, "cmdline is as long as the arguments");
	ok(!strcmp(text, argv[0]), "and begins with argv[0]");
	n = slurp("/proc/self/environ", text, sizeof(text));
	for (env = text; env < text + n && strncmp(env, "MARK=", 5);)
		env += strlen(env) + 1;
	ok(env < text + n && !strcmp(env, "MARK=x"), "environ has what execve was given");
	n = slurp("/proc/self/auxv", text, sizeof(text));
	Elf32_auxv_t *aux = (Elf32_auxv_t *)text;
	while (aux->a_type != AT_NULL && aux->a_type != AT_RANDOM)
		aux++;
	is(aux->a_un.a_val, getauxval(AT_RANDOM), "auxv has AT_RANDOM");
	is(((Elf32_auxv_t *)(text + n))[-1].a_type, AT_NULL, "and ends with AT_NULL");
}

static void test_links(void)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct stat st, exe;
	int n = readlink("/proc/self", a, sizeof(a) - 1);

	a[n] = '\0';
	is(atoi(a), getpid(), "/proc/self");
	n = readlink("/proc/thread-self", a, sizeof(a) - 1);
	a[n] = '\0';
	snprintf(b, sizeof(b), "%d/task/%d", getpid(), getpid());
	ok(!strcmp(a, b), "/proc/thread-self is %s", a);
	n = readlink("/proc/self/cwd", a, sizeof(a) - 1);
	a[n] = '\0';
	ok(!strcmp(a, getcwd(b, sizeof(b))), "cwd is getcwd's");
	ok(!stat("/proc/self/root", &st) && !stat("/", &exe) && st.st_ino == exe.st_ino, "root");
	ok(!stat("/proc/self/exe", &exe) && S_ISREG(exe.st_mode), "exe");
}

static void test_fds(void)
{
	char path[64], text[512];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), seen = 0;
	struct dirent *d;
	DIR *dir = opendir("/proc/self/fd");
	struct stat a, b;

	while ((d = readdir(dir)))
		seen |= atoi(d->d_name) == fd && d->d_name[0] != '.';
	closedir(dir);
	ok(seen, "fd lists descriptor %d", fd);
	lseek(fd, 1234, SEEK_SET);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ok(!stat(path, &a) && !fstat(fd, &b) && a.st_ino == b.st_ino, "it leads to the file");
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	is(value_of(path, "pos:\t"), 1234, "fdinfo: the position");
	slurp(path, text, sizeof(text));
	ok(strstr(text, "flags:") && strtoul(strstr(text, "flags:") + 7, NULL, 8) & O_CLOEXEC,
	   "and the flags");
	close(fd);
	is(slurp(path, text, sizeof(text)), -ENOENT, "a closed descriptor has none");
}

static void test_comm(void)
{
	char text[64];

	is(put("/proc/self/comm", "renamed, with a name that is too long"), 0, "comm is written");
	slurp("/proc/self/comm", text, sizeof(text));
	ok(!strcmp(text, "renamed, with a\n"), "15 characters are kept");
	prctl(PR_GET_NAME, text);
	ok(!strcmp(text, "renamed, with a"), "and prctl sees them");
	prctl(PR_SET_NAME, "a\nb\\c d)");
	slurp("/proc/self/status", text, sizeof(text));
	ok(!strncmp(text, "Name:\ta\\nb\\\\c d)\nUmask:", 23), "status keeps it on a line");
	slurp("/proc/self/comm", text, sizeof(text));
	ok(!strcmp(text, "a\nb\\c d)\n"), "comm shows it as it is");
}

static void test_limits(void)
{
	struct rlimit rl = { 77, 99 };
	char text[4096], *line;

	setrlimit(RLIMIT_NOFILE, &rl);
	slurp("/proc/self/limits", text, sizeof(text));
	line = strstr(text, "Max open files            77                   99                   "
			    "files     \n");
	ok(line != NULL, "limits has what setrlimit set, in columns");
	getrlimit(RLIMIT_CORE, &rl);
	rl.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &rl);
	slurp("/proc/self/limits", text, sizeof(text));
	line = strstr(text, "\nMax core file size        0                    ");
	ok(line != NULL, "whatever it is");
}

static void test_oom(void)
{
	static const char path[] = "/proc/self/oom_score_adj";
	int status;

	if (!fork()) {
		int before = value_of("/proc/self/oom_score", "");
		int bad = put(path, "1001") != -EINVAL;

		bad |= (put(path, "many") != -EINVAL) << 1;
		bad |= (put(path, "1000\n") != 0) << 2;
		bad |= (value_of(path, "") != 1000) << 3;
		bad |= (value_of("/proc/self/oom_score", "") <= before) << 4;
		_exit(bad);
	}
	wait(&status);
	is(status, 0, "oom_score_adj is set, bounded, and changes oom_score");
}

static pthread_barrier_t barrier;
static volatile int tid;

static void *thread(void *arg)
{
	(void)arg;
	tid = syscall(SYS_gettid);
	prctl(PR_SET_NAME, "second");
	burn(150);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void test_threads(void)
{
	unsigned long long whole, leader;
	char path[64], text[64];
	struct dirent *d;
	pthread_t t;
	int n = 0;
	DIR *dir;

	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&t, NULL, thread, NULL)) {
		ok(0, "a thread starts");
		return;
	}
	pthread_barrier_wait(&barrier);
	dir = opendir("/proc/self/task");
	while ((d = readdir(dir)))
		n += d->d_name[0] != '.';
	closedir(dir);
	is(n, 2, "task has two threads");
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	is(read_stat(path), 52, "with all fields");
	is(field[PID], tid, "a thread's stat bears its tid");
	is(field[THREADS], 2, "of two");
	ok(!strcmp(comm, "second"), "its own name");
	ok(field[UTIME] + field[STIME] >= 10, "its own times");
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	read_stat(path);
	leader = field[UTIME] + field[STIME];
	read_stat("/proc/self/stat");
	whole = field[UTIME] + field[STIME];
	ok(whole >= leader + 10, "the process has both's: %llu, %llu", leader, whole);
	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
	is(put(path, "third"), 0, "a thread can be renamed");
	slurp(path, text, sizeof(text));
	ok(!strcmp(text, "third\n"), "it has the name");
	snprintf(path, sizeof(path), "/proc/self/task/%d/task", tid);
	is(access(path, F_OK) ? errno : 0, ENOENT, "a thread has no threads");
	is(access("/proc/self/task/1", F_OK) ? errno : 0, ENOENT, "a stranger is none of ours");
	pthread_barrier_wait(&barrier);
	pthread_join(t, NULL);
	/* It may take a moment to vanish from the list. */
	for (int i = 0; i < 1000 && value_of("/proc/self/status", "Threads:") != 1; i++)
		usleep(1000);
	is(value_of("/proc/self/status", "Threads:"), 1, "one is left");
}

static void test_system(void)
{
	unsigned long long a[10], b[10], before, one[10];
	char text[65536], *p;
	double up[2], load[3];
	int running, total, last;

	slurp("/proc/stat", text, sizeof(text));
	is(sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", a, a + 1, a + 2,
		  a + 3, a + 4, a + 5, a + 6, a + 7, a + 8, a + 9),
	   10, "stat: cpu has ten times");
	p = strstr(text, "cpu0 ");
	ok(p && sscanf(p, "cpu0 %llu %llu %llu %llu", one, one + 1, one + 2, one + 3) == 4,
	   "and each processor");
	burn(200);
	slurp("/proc/stat", text, sizeof(text));
	sscanf(text, "cpu %llu %llu %llu %llu", b, b + 1, b + 2, b + 3);
	ok(b[0] + b[1] + b[2] >= a[0] + a[1] + a[2] + 10, "time passes in user and system");
	before = value_of("/proc/stat", "processes ");
	if (!fork())
		_exit(0);
	wait(NULL);
	ok(value_of("/proc/stat", "processes ") > (long long)before, "processes counts forks");
	before = value_of("/proc/stat", "ctxt ");
	usleep(1000);
	ok(value_of("/proc/stat", "ctxt ") > (long long)before, "ctxt counts switches");
	is(llabs(value_of("/proc/stat", "btime ") - (time(NULL) - value_of("/proc/uptime", ""))) <=
		   1,
	   1, "btime and uptime agree");
	slurp("/proc/uptime", text, sizeof(text));
	is(sscanf(text, "%lf %lf", up, up + 1), 2, "uptime has two");
	slurp("/proc/loadavg", text, sizeof(text));
	is(sscanf(text, "%lf %lf %lf %d/%d %d", load, load + 1, load + 2, &running, &total, &last),
	   6, "loadavg has six");
	ok(running >= 1 && total >= running, "of which %d of %d tasks run", running, total);
}

static void test_system_memory(void)
{
	static const char *const keys[] = { "MemFree:", "MemAvailable:", "Buffers:",
					    "Cached:",  "SReclaimable:", "SwapTotal:",
					    "Shmem:",   "Active:",       "Committed_AS:" };
	long long total = value_of("/proc/meminfo", "MemTotal:"), faults;
	char *map;

	ok(total > 1000, "MemTotal is %lld kB", total);
	for (unsigned int i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		long long kb = value_of("/proc/meminfo", keys[i]);

		ok(kb >= 0, "%s %lld kB", keys[i], kb);
	}
	faults = value_of("/proc/vmstat", "pgfault ");
	map = mmap(NULL, 400 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(map, 400 * 4096, MADV_NOHUGEPAGE);
	for (int i = 0; i < 400; i++)
		map[i * 4096] = 1;
	faults = value_of("/proc/vmstat", "pgfault ") - faults;
	ok(faults >= 400, "vmstat counts faults: %lld", faults);
}

static void test_files(void)
{
	static const char *const names[] = { "cpuinfo",     "devices",        "diskstats",
					     "filesystems", "interrupts",     "mounts",
					     "self/mounts", "self/mountinfo", "version",
					     "cmdline",     "swaps" };
	char path[64], text[65536];

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%s", names[i]);
		ok(slurp(path, text, sizeof(text)) >= 0, "%s", path);
	}
	slurp("/proc/mounts", text, sizeof(text));
	ok(strstr(text, " /proc proc rw") != NULL, "mounts has /proc");
	slurp("/proc/self/mountinfo", text, sizeof(text));
	ok(strstr(text, " / /proc rw") && strstr(text, " - proc proc rw"), "mountinfo, too");
}

int main(int argc, char **argv)
{
	(void)argc;
	char *again[] = { argv[0], NULL }, *env[] = { "MARK=x", NULL };

	if (!getenv("MARK"))
		execve("/proc/self/exe", again, env);
	test_arguments(argv);
	test_stat();
	test_states();
	test_memory();
	test_links();
	test_fds();
	test_comm();
	test_oom();
	test_threads();
	test_system();
	test_system_memory();
	test_files();
	test_limits();
	return done();
}
