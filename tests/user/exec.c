/* execve: the new program's arguments, environment, auxv, descriptors, signals; #!; every error. */
#include <elf.h>
#include <errno.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include "tests/user/probe.h"

extern char **environ;

static const char *self;
static char dir[] = "/tmp/test-execXXXXXX";

static const char *in_dir(const char *name)
{
	static char path[4][128];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static const char *make_file(const char *name, const void *bytes, size_t len, int mode)
{
	const char *path = in_dir(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (write(fd, bytes, len) != (ssize_t)len)
		ok(0, "cannot write %s", path);
	fchmod(fd, mode);
	close(fd);
	return path;
}

/* Runs path in a child; the status of the program, or 200 + errno where execve came back. */
static int run(const char *path, char **argv, char **envp)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(200 - sys(SYS_execve, path, argv, envp));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* --- what the child program says of itself; its exit status 0 means all is well --- */

static int child_args(int argc, char **argv)
{
	if (argc != 5 || strcmp(argv[2], "two words") || strcmp(argv[3], "") ||
	    argv[4][0] != '\xff')
		return 1;
	if (argv[5] || strcmp(environ[0], "A=1") || strcmp(environ[1], "B=") || environ[2])
		return 2;
	return 0;
}

static int child_auxv(void)
{
	static const int wanted[] = { AT_PHDR,   AT_PHENT,  AT_PHNUM,  AT_PAGESZ, AT_ENTRY,
				      AT_UID,    AT_EUID,   AT_GID,    AT_EGID,   AT_SECURE,
				      AT_RANDOM, AT_EXECFN, AT_CLKTCK, AT_HWCAP };
	char **p = environ;
	Elf32_auxv_t *av;
	unsigned int i, seen = 0;

	while (*p++)
		;
	for (av = (Elf32_auxv_t *)p; av->a_type != AT_NULL; av++)
		for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (av->a_type == (unsigned int)wanted[i])
				seen |= 1u << i;
	if (seen != (1u << i) - 1)
		return 1 + __builtin_ctz(~seen);
	if (getauxval(AT_PAGESZ) != PAGE || getauxval(AT_PHENT) != sizeof(Elf32_Phdr))
		return 50;
	if (memcmp((char *)(getauxval(AT_PHDR) & -PAGE), ELFMAG, SELFMAG))
		return 51;
	if (getauxval(AT_SECURE) || strcmp((char *)getauxval(AT_EXECFN), self))
		return 52;
	return 0;
}

static int child_random(void)
{
	int fd = open(in_dir("random"), O_WRONLY | O_APPEND);

	return write(fd, (void *)getauxval(AT_RANDOM), 16) != 16;
}

static int child_stack(char **argv)
{
	long *argc = (long *)argv - 1;

	if (*argc != 3 || ((unsigned long)argc & 15))
		return 1;
	return argv[0] > (char *)environ ? 0 : 2;
}

static int child_state(void)
{
	struct sigaction sa;
	sigset_t mask;

	sigaction(SIGUSR1, NULL, &sa);
	if (sa.sa_handler != SIG_DFL)
		return 1;
	sigaction(SIGUSR2, NULL, &sa);
	if (sa.sa_handler != SIG_IGN)
		return 2;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	if (!sigismember(&mask, SIGHUP))
		return 3;
	if (fcntl(20, F_GETFD) < 0)
		return 4;
	return fcntl(21, F_GETFD) >= 0 ? 5 : 0;
}

static int child(int argc, char **argv)
{
	const char *what = argv[1];

	if (!strcmp(what, "args"))
		return child_args(argc, argv);
	if (!strcmp(what, "auxv"))
		return child_auxv();
	if (!strcmp(what, "stack"))
		return child_stack(argv);
	if (!strcmp(what, "state"))
		return child_state();
	return 99;
}

/* --- the parent's tests --- */

static void test_start(void)
{
	char *env[] = { "A=1", "B=", NULL }, *none[] = { NULL };
	char *args[] = { (char *)self, "args", "two words", "", "\xff\xfe", NULL };
	char *auxv[] = { (char *)self, "auxv", NULL },
	     *stack[] = { (char *)self, "stack", "x", NULL };
	char *odd[] = { "another name", "auxv", NULL };

	is(run(self, args, env), 0, "argv and envp arrive as given");
	is(run(self, auxv, env), 0, "auxv has every entry that programs need");
	is(run(self, stack, none), 0,
	   "argc stands on a 16-byte boundary, an environment may be empty");
	is(run(self, odd, none), 52, "AT_EXECFN is the path, argv[0] is free");
}

static void test_random(void)
{
	char *argv[] = { (char *)self, "random", dir, NULL };
	unsigned char bytes[32];
	int fd, i, used = 0;

	make_file("random", "", 0, 0600);
	run(self, argv, environ);
	run(self, argv, environ);
	fd = open(in_dir("random"), O_RDONLY);
	is(read(fd, bytes, 32), 32, "AT_RANDOM points at 16 bytes");
	ok(memcmp(bytes, bytes + 16, 16), "  which differ from start to start");
	for (i = 0; i < 32; i++)
		used += bytes[i] != 0;
	ok(used > 16, "  and are not zero");
	close(fd);
}

static void handler(int sig)
{
	_exit(sig);
}

static void test_inherit(void)
{
	char *argv[] = { (char *)self, "state", NULL };
	sigset_t hup;

	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, NULL);
	dup2(1, 20);
	dup2(1, 21);
	fcntl(21, F_SETFD, FD_CLOEXEC);
	is(run(self, argv, environ), 0, "handlers are reset, ignore and mask kept, CLOEXEC closed");
	sigprocmask(SIG_UNBLOCK, &hup, NULL);
	close(20);
	close(21);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

static void test_errors(void)
{
	char *argv[] = { "x", NULL }, *wild[] = { (char *)8, NULL };
	char *big = malloc(140000), *huge[] = { "x", big, NULL };
	char name[300];
	static const char elf[52] = "\x7f"
				    "ELF\x01\x01\x01";

	memset(big, 'a', 139999);
	big[139999] = 0;
	memset(name, 'n', 299);
	name[299] = 0;
	is(run(in_dir("absent"), argv, environ), 200 + ENOENT, "no such file");
	is(run("", argv, environ), 200 + ENOENT, "empty path");
	is(run(dir, argv, environ), 200 + EACCES, "a directory");
	is(run(make_file("plain", "abc", 3, 0600), argv, environ), 200 + EACCES, "not executable");
	is(run(make_file("junk", "abc", 3, 0700), argv, environ), 200 + ENOEXEC, "not a program");
	is(run(make_file("empty", "", 0, 0700), argv, environ), 200 + ENOEXEC, "an empty file");
	is(run(make_file("elf", elf, 52, 0700), argv, environ), 200 + ENOEXEC, "an ELF of no type");
	is(run(in_dir("junk/x"), argv, environ), 200 + ENOTDIR, "a file in the middle of the path");
	is(run(name, argv, environ), 200 + ENAMETOOLONG, "a name of 299 bytes");
	is(run(self, huge, environ), 200 + E2BIG, "a string above 128 KiB");
	is(run((char *)8, argv, environ), 200 + EFAULT, "path not mapped");
	is(run(self, (char **)8, environ), 200 + EFAULT, "argv not mapped");
	is(run(self, wild, environ), 200 + EFAULT, "a string of argv not mapped");
	is(run(self, argv, (char **)8), 200 + EFAULT, "envp not mapped");
	free(big);
}

/* What runs cannot be changed, by whatever door. */
static void test_text_busy(void)
{
	const char *me = "/proc/self/exe";

	is(sys(SYS_open, me, O_WRONLY), -ETXTBSY, "open a running program for writing");
	is(sys(SYS_open, me, O_RDONLY | O_TRUNC), -ETXTBSY, "open it with O_RDONLY | O_TRUNC");
	is(sys(SYS_truncate64, me, 0, 0), -ETXTBSY, "truncate it");
}

static const char *script(const char *name, const char *interpreter)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "#!%s\nrest\n", interpreter);

	return make_file(name, text, n, 0700);
}

static void test_script(void)
{
	char line[200], *argv[] = { "zero", "one", NULL };
	const char *path;

	snprintf(line, sizeof(line), "%s echo-args", self);
	path = script("script", line);
	is(run(path, argv, environ), 7, "#! with an argument: interpreter, argument, path, rest");
	snprintf(line, sizeof(line), " \t%s\techo-args  ", self);
	is(run(script("blanks", line), argv, environ), 7, "blanks around are skipped");
	is(run(script("outer", path), argv, environ), 8,
	   "a script may be the interpreter of another");
	is(run(script("lost", "/no/such/interpreter"), argv, environ), 200 + ENOENT,
	   "interpreter missing");
	is(run(script("loop", in_dir("loop")), argv, environ), 200 + ELOOP, "a script of itself");
	is(run(script("none", ""), argv, environ), 200 + ENOEXEC, "#! and nothing");
}

/* argv of an interpreter run for a script: self, "echo-args", the script's path, "one". */
static int echo_args(int argc, char **argv)
{
	if (argc == 4 && !strncmp(argv[2], "/tmp/", 5) && !strcmp(argv[3], "one"))
		return 7;
	if (argc == 5 && strstr(argv[2], "/script") && strstr(argv[3], "/outer"))
		return 8;
	return 1;
}

static void test_memory_replaced(void)
{
	char *argv[] = { (char *)self, "stack", "x", NULL }, *p = anon(1, PROT_READ | PROT_WRITE);
	int i, bad = 0;

	*p = 1;
	for (i = 0; i < 10; i++)
		bad += run(self, argv, environ) != 0;
	is(bad, 0, "ten children replace their copy of this program");
	is(*p, 1, "whose own memory stays");
}

static void clean(void)
{
	static const char *const names[] = { "random", "plain", "junk", "empty", "elf", "script",
					     "blanks", "outer", "lost", "loop",  "none" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_dir(names[i]));
	rmdir(dir);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1 && !strcmp(argv[1], "echo-args"))
		return echo_args(argc, argv);
	if (argc > 2 && !strcmp(argv[1], "random")) {
		strcpy(dir, argv[2]);
		return child_random();
	}
	if (argc > 1)
		return child(argc, argv);
	mkdtemp(dir);
	test_start();
	test_random();
	test_inherit();
	test_errors();
	test_text_busy();
	test_script();
	test_memory_replaced();
	clean();
	return done();
}
