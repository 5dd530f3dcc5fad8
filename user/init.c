/*
 * init: the first program. It opens the console, keeps a shell on every terminal that the command
 * line names by console= (the first one begins with the program of run=), waits for orphans, and ends the machine when asked by BusyBox's
 * poweroff (SIGUSR2), halt (SIGUSR1) or reboot (SIGTERM).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SHELLS 4

struct shell {
	char tty[32];
	pid_t pid;
	time_t started;
};

static struct shell shells[MAX_SHELLS];
static int shell_count;
static char run[256]; /* run=PROGRAM: what the first shell does before it comes again as a shell */

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		return; /* nobody listens; there is nothing better to do */
}

static void mount_all(void)
{
	mkdir("/proc", 0555);
	mkdir("/dev", 0755);
	mkdir("/tmp", 01777);
	if (access("/proc/self", F_OK))
		mount("proc", "/proc", "proc", 0, NULL);
	if (access("/dev/console", F_OK) || access("/dev/null", F_OK))
		mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mkdir("/dev/shm", 01777);
	if (access("/dev/null", F_OK))
		mknod("/dev/null", S_IFCHR | 0666, 0x103);
	if (access("/dev/console", F_OK))
		mknod("/dev/console", S_IFCHR | 0600, 0x501);
}

/* A kernel that found no console starts init without descriptors. */
static void open_console(void)
{
	int fd;

	if (fcntl(2, F_GETFD) >= 0)
		return;
	fd = open("/dev/console", O_RDWR | O_NOCTTY);
	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 2)
		fd = dup(fd);
}

static void add_shell(const char *tty)
{
	struct shell *shell = &shells[shell_count];
	int i;

	snprintf(shell->tty, sizeof(shell->tty), "/dev/%s", tty);
	for (i = 0; i < shell_count; i++)
		if (!strcmp(shells[i].tty, shell->tty))
			return;
	if (access(shell->tty, F_OK) == 0)
		shell_count++;
}

/* console=ttyS0,115200 console=tty0: one shell each; tty0 means the screen, which is tty1. */
static void find_shells(void)
{
	char line[1024] = "", *word;
	int fd = open("/proc/cmdline", O_RDONLY);

	if (fd >= 0) {
		ssize_t n = read(fd, line, sizeof(line) - 1);

		line[n > 0 ? n : 0] = 0;
		close(fd);
	}
	for (word = strtok(line, " \n"); word && shell_count < MAX_SHELLS;
	     word = strtok(NULL, " \n")) {
		if (!strncmp(word, "run=", 4))
			snprintf(run, sizeof(run), "%s", word + 4);
		if (strncmp(word, "console=", 8))
			continue;
		word += 8;
		word[strcspn(word, ",")] = 0;
		add_shell(strcmp(word, "tty0") ? word : "tty1");
	}
	if (shell_count == 0)
		add_shell("console");
}

static void become_shell(const char *tty)
{
	sigset_t none;
	int fd;

	setsid();
	fd = open(tty, O_RDWR);
	if (fd < 0)
		_exit(1);
	ioctl(fd, TIOCSCTTY, 1);
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* handlers end with execve, masks do not */
	setenv("TERM", strstr(tty, "ttyS") ? "vt100" : "linux", 1);
	execl("/bin/sh", "-sh", *run ? "-c" : NULL, run, (char *)NULL);
	say("init: cannot start /bin/sh\n");
	_exit(127);
}

static void start_shell(struct shell *shell)
{
	if (shell->started && time(NULL) - shell->started < 1)
		sleep(1); /* a shell that ends at once must not keep the machine busy */
	shell->started = time(NULL);
	shell->pid = fork();
	if (shell->pid == 0)
		become_shell(shell->tty);
	*run = 0;
}

static void shut_down(int signal)
{
	int how = signal == SIGUSR1   ? RB_HALT_SYSTEM
		  : signal == SIGUSR2 ? RB_POWER_OFF
				      : RB_AUTOBOOT;
	struct timespec moment = { 0, 50 * 1000 * 1000 };

	say("init: ending all programs\n");
	kill(-1, SIGTERM);
	kill(-1, SIGCONT);
	nanosleep(&moment, NULL);
	kill(-1, SIGKILL);
	sync();
	reboot(how);
	for (;;)
		pause();
}

static void reap(void)
{
	pid_t pid;
	int i;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (i = 0; i < shell_count; i++)
			if (shells[i].pid == pid)
				start_shell(&shells[i]);
}

static volatile sig_atomic_t ending;

/* SIGCHLD only has to wake sigsuspend; the others say how to end. */
static void on_signal(int signal)
{
	if (signal != SIGCHLD)
		ending = signal;
}

/* Blocks what init waits for; returns the mask to wait with. */
static sigset_t catch_signals(void)
{
	static const int wanted[] = { SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGINT };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set, before;
	unsigned int i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		sigaddset(&set, wanted[i]);
		sigaction(wanted[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &set, &before);
	return before;
}

int main(void)
{
	sigset_t waiting;
	int i;

	if (getpid() != 1) {
		say("init: I must be process 1\n");
		return 1;
	}
	mount_all();
	open_console();
	say("Pagoda: init started\n");
	waiting = catch_signals();
	sethostname("pagoda", 6);
	setenv("PATH", "/bin:/sbin:/usr/bin:/tests", 1);
	setenv("HOME", "/root", 1);
	find_shells();
	for (i = 0; i < shell_count; i++)
		start_shell(&shells[i]);
	for (;;) {
		sigsuspend(&waiting);
		if (ending)
			shut_down(ending);
		reap();
	}
}
