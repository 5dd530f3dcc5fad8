/* Pseudo-terminals: the pair, its flow of bytes, and hang-up of either side. */
#include "tests/user/pty.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>

static void test_pair(void)
{
	int fd, n, m, fds[2];
	struct stat st;
	struct statfs fs;
	char buf[8];

	m = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	ok(m >= 0, "/dev/ptmx opens");
	is(ioctl(m, TIOCGPTN, &n), 0, "TIOCGPTN");
	snprintf(slave_name, sizeof(slave_name), "/dev/pts/%d", n);
	is(open(slave_name, O_RDWR | O_NOCTTY) < 0 ? errno : 0, EIO, "a locked slave: EIO");
	fd = 0;
	is(ioctl(m, TIOCSPTLCK, &fd), 0, "TIOCSPTLCK");
	fd = ioctl(m, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ok(fd >= 0, "TIOCGPTPEER opens the slave");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "with close-on-exec");
	fstat(fd, &st);
	ok(S_ISCHR(st.st_mode) && st.st_rdev == makedev(136, n), "it is character device 136:%d",
	   n);
	ok(isatty(fd) && isatty(m), "both are terminals");
	ok(ttyname(fd) && !strcmp(ttyname(fd), slave_name), "ttyname is %s", slave_name);
	statfs("/dev/pts", &fs);
	is(fs.f_type, 0x1cd1, "/dev/pts is devpts");
	is(access("/dev/pts/4000", F_OK) ? errno : 0, ENOENT, "no other names there");
	for (int i = 0; i < 2; i++) {
		fds[i] = open("/dev/ptmx", O_RDWR | O_NOCTTY);
		ioctl(fds[i], TIOCGPTN, &n);
	}
	ok(fds[1] >= 0, "there are many pairs");
	close(fds[0]);
	close(fds[1]);
	is(fcntl(m, F_SETFL, O_NONBLOCK), 0, "the master does not wait");
	is(read(m, buf, 1) < 0 ? errno : 0, EAGAIN, "nothing to read: EAGAIN");
	is(lseek(m, 0, SEEK_SET) < 0 ? errno : 0, ESPIPE, "a terminal has no position");
	close(fd);
	close(m);
	is(access(slave_name, F_OK) ? errno : 0, ENOENT, "the name goes with the master");
}

static void test_defaults(void)
{
	struct termios t;

	open_pair();
	tcgetattr(slave, &t);
	is(t.c_iflag, ICRNL | IXON, "c_iflag of a new terminal");
	is(t.c_oflag, OPOST | ONLCR, "c_oflag");
	is(t.c_cflag & ~CBAUD, CS8 | CREAD, "c_cflag");
	is(t.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN, "c_lflag");
	is(t.c_cc[VINTR], 3, "VINTR");
	is(t.c_cc[VMIN], 1, "VMIN");
	is(t.c_cc[VREPRINT], 18, "VREPRINT");
	change(0, IUTF8, 0, 0, 0, 0);
	tcgetattr(master, &t);
	ok(t.c_iflag & IUTF8, "the master shows the slave's settings");
	close_pair();
}

/* Raw input is never lost: the master waits for the reader. */
static void test_flood(void)
{
	static char buf[1000];
	long total = 0, sum = 0, n;
	pid_t child;

	open_pair();
	change(ICRNL | IXON, 0, 0, 0, ICANON | ECHO | ISIG, 0);
	child = fork();
	if (!child) {
		for (int i = 0; i < 60; i++) {
			memset(buf, i, sizeof(buf));
			if (write(master, buf, sizeof(buf)) != sizeof(buf))
				_exit(1);
		}
		_exit(0);
	}
	while (total < 60000 && (n = read(slave, buf, sizeof(buf))) > 0) {
		total += n;
		while (n--)
			sum += buf[n];
	}
	is(total, 60000, "60000 raw bytes go through");
	is(sum, 1000 * 59 * 30, "each as it was");
	waitpid(child, NULL, 0);
	change(0, 0, OPOST, 0, 0, 0);
	child = fork();
	if (!child) {
		for (int i = 0; i < 60; i++) {
			memset(buf, i, sizeof(buf));
			if (write(slave, buf, sizeof(buf)) != sizeof(buf))
				_exit(1);
		}
		_exit(0);
	}
	for (total = sum = 0; total < 60000 && (n = read(master, buf, sizeof(buf))) > 0;) {
		total += n;
		while (n--)
			sum += buf[n];
	}
	is(total, 60000, "and 60000 bytes of output");
	is(sum, 1000 * 59 * 30, "each as it was");
	waitpid(child, NULL, 0);
	fcntl(slave, F_SETFL, O_NONBLOCK);
	memset(buf, 'z', sizeof(buf));
	for (total = 0; (n = write(slave, buf, sizeof(buf))) > 0 && total < 1 << 20;)
		total += n;
	ok(n < 0 && errno == EAGAIN, "a full pair refuses more output: EAGAIN");
	close_pair();
}

static int events(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	poll(&p, 1, 0);
	return p.revents;
}

static void test_slave_closes(void)
{
	char buf[10];

	open_pair();
	is(events(master), POLLOUT, "the master of a slave that is open");
	is(write(slave, "end", 3), 3, "the slave writes");
	close(slave);
	is(events(master) & (POLLIN | POLLHUP), POLLIN | POLLHUP, "and closes: POLLIN, POLLHUP");
	is(read(master, buf, 10), 3, "what was written is read");
	is(read(master, buf, 10) < 0 ? errno : 0, EIO, "then EIO");
	is(events(master) & (POLLIN | POLLHUP), POLLHUP, "POLLHUP");
	slave = open(slave_name, O_RDWR | O_NOCTTY);
	ok(slave >= 0, "the slave can be opened again");
	is(events(master), POLLOUT, "no POLLHUP any more");
	close_pair();
}

static void test_master_closes(void)
{
	char buf[10];
	struct termios t;
	pid_t child;
	int status;

	open_pair();
	is(write(master, "x\n", 2), 2, "a line");
	close(master);
	is(read(slave, buf, 10), 0, "reads give end of file");
	is(write(slave, "x", 1) < 0 ? errno : 0, EIO, "writes EIO");
	is(tcgetattr(slave, &t) ? errno : 0, EIO, "ioctl EIO");
	is(events(slave), POLLIN | POLLOUT | POLLERR | POLLHUP, "poll tells all");
	close(slave);

	open_pair();
	child = fork();
	if (!child) {
		close(master);
		_exit(read(slave, buf, 10) < 0 ? errno : 0);
	}
	usleep(50000);
	close(master);
	waitpid(child, &status, 0);
	is(WEXITSTATUS(status), EIO, "a sleeping reader gets EIO");
	close(slave);
}

/* Two processes sleep in a read of the same end; each gets what comes once, nobody nothing. */
static void two_readers(int fd, int other, const char *what)
{
	int status[2];
	char buf[10];

	for (int i = 0; i < 2; i++)
		if (!fork())
			_exit(read(fd, buf, 10));
	usleep(50000);
	is(write(other, "ab\n", 3), 3, "%s: a line for one of two readers", what);
	wait(&status[0]);
	is(write(other, "c\n", 2), 2, "%s: and one for the other", what);
	wait(&status[1]);
	is(WEXITSTATUS(status[0]), 3, "%s: the first is read whole", what);
	is(WEXITSTATUS(status[1]), 2, "%s: the second, too", what);
}

static void test_two_readers(void)
{
	open_pair();
	change(0, 0, OPOST, 0, ECHO, 0);
	two_readers(slave, master, "slave");
	two_readers(master, slave, "master");
	change(0, 0, 0, 0, ICANON, 0);
	two_readers(slave, master, "raw slave");
	close_pair();
}

int main(void)
{
	signal(SIGHUP, SIG_DFL);
	test_pair();
	test_defaults();
	test_flood();
	test_two_readers();
	test_slave_closes();
	test_master_closes();
	return done();
}
