/* Threads that share descriptors: one position for all, a file that one closes while another is in it,
 * a table that one leaves. */
#include <errno.h>
#include <pthread.h>
#include "tests/user/probe.h"

#define BLOCK  64
#define BLOCKS 2000

static int file;
static char seen[BLOCKS];

static void *reads_blocks(void *unused)
{
	unsigned int block[BLOCK / sizeof(int)];

	while (read(file, block, BLOCK) == BLOCK)
		__sync_fetch_and_add(&seen[block[0]], 1);
	return unused;
}

static void test_position(void)
{
	unsigned int block[BLOCK / sizeof(int)] = { 0 }, i, once = 0;
	pthread_t t[3];

	file = temp_file(0);
	for (i = 0; i < BLOCKS; i++) {
		block[0] = i;
		write(file, block, BLOCK);
	}
	lseek(file, 0, SEEK_SET);
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, reads_blocks, NULL);
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (i = 0; i < BLOCKS; i++)
		once += seen[i] == 1;
	is(once, BLOCKS, "three threads read each block once");
	close(file);
}

/* ---- closing ---- */

static int ends[2];
static volatile long result;
static volatile int reader;

static void *reads_byte(void *unused)
{
	char c;

	reader = (int)syscall(SYS_gettid);
	result = read(ends[0], &c, 1);
	return unused;
}

/* Until the thread sleeps in the kernel. */
static void until_asleep(void)
{
	char path[64], state = 0;

	while (state != 'S') {
		FILE *f;

		sched_yield();
		snprintf(path, sizeof(path), "/proc/self/task/%d/stat", reader);
		f = fopen(path, "r");
		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			state = 0;
		if (f)
			fclose(f);
	}
}

static void test_close(void)
{
	pthread_t t;

	pipe(ends);
	result = -1;
	pthread_create(&t, NULL, reads_byte, NULL);
	until_asleep();
	is(close(ends[0]), 0, "a descriptor is closed under a reader");
	is(write(ends[1], "x", 1), 1, "  whose file is open as long as it reads");
	pthread_join(t, NULL);
	is(result, 1, "  and which gets its byte");
	signal(SIGPIPE, SIG_IGN);
	is(sys(SYS_write, ends[1], "x", 1), -EPIPE, "then nobody reads");
	signal(SIGPIPE, SIG_DFL);
	close(ends[1]);
}

static void *opens_and_closes(void *unused)
{
	int i;

	for (i = 0; i < 2000; i++) {
		int fd = open("/dev/null", O_RDWR);

		dup2(fd, 40);
		close(40);
		close(fd);
	}
	return unused;
}

static void test_race(void)
{
	pthread_t t[3];
	int i, low = open("/dev/null", O_RDWR);

	close(low);
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, opens_and_closes, NULL);
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	close(40);
	i = open("/dev/null", O_RDWR);
	is(i, low, "after 6000 opens in three threads the lowest descriptor is free");
	close(i);
}

/* ---- a table of one's own ---- */

static void *leaves(void *fd)
{
	result = sys(436, (int)(long)fd, ~0u, 2);
	result = result ? result : fcntl((int)(long)fd, F_GETFD);
	return NULL;
}

static void test_unshare(void)
{
	int fd = dup2(1, 50);
	pthread_t t;

	pthread_create(&t, NULL, leaves, (void *)(long)fd);
	pthread_join(t, NULL);
	is(result, -1, "a thread that unshares its table closes its own descriptors");
	is(fcntl(fd, F_GETFD), 0, "  not the others'");
	close(fd);
}

/* ---- locks belong to the process ---- */

static void *locks(void *fd)
{
	struct flock l = { .l_type = F_WRLCK };

	result = fcntl((int)(long)fd, F_SETLK, &l);
	return NULL;
}

static int is_locked(void *fd)
{
	struct flock l = { .l_type = F_WRLCK };

	fcntl((int)(long)fd, F_GETLK, &l);
	return l.l_type == F_WRLCK;
}

static void test_locks(void)
{
	int fd = temp_file(10);
	pthread_t t;

	pthread_create(&t, NULL, locks, (void *)(long)fd);
	pthread_join(t, NULL);
	is(result, 0, "a thread locks");
	ok(exits(in_child(is_locked, (void *)(long)fd), 1),
	   "  and when it has ended the process still does");
	locks((void *)(long)fd);
	is(result, 0, "  in any thread");
	close(fd);
}

int main(void)
{
	test_position();
	test_close();
	test_race();
	test_unshare();
	test_locks();
	return done();
}
