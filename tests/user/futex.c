/* futex(2) by itself and below pthreads: waiting, waking some, bit sets, requeueing, shared words, timeouts, errors, robust
 * locks of threads that ended. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>
#include "tests/user/probe.h"

#define SYS_futex_time64 422
#define WAIT             0
#define WAKE             1
#define REQUEUE          3
#define CMP_REQUEUE      4
#define WAKE_OP          5
#define LOCK_PI          6
#define WAIT_BITSET      9
#define WAKE_BITSET      10
#define PRIVATE          128
#define REALTIME         256

#define THREADS 4

static int word, word2;

/* ---- threads that wait ---- */

struct waiter {
	pthread_t thread;
	int *word, op;
	unsigned bits;
	volatile int tid, done;
	long result;
};

static void *waiter_main(void *arg)
{
	struct waiter *w = arg;

	w->tid = sys(SYS_gettid);
	w->result = sys(SYS_futex, w->word, w->op, *w->word, 0, 0, w->bits);
	w->done = 1;
	return NULL;
}

/* Until the kernel says that the thread sleeps. */
static void wait_asleep(pid_t pid, pid_t tid)
{
	char path[64], line[256], *state;
	int fd, n;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	(void)pid;
	do {
		sched_yield();
		fd = open(path, O_RDONLY);
		n = read(fd, line, sizeof(line) - 1);
		close(fd);
		line[n > 0 ? n : 0] = 0;
		state = strrchr(line, ')');
	} while (!state || state[2] != 'S');
}

static void start(struct waiter *w, int *at, int op, unsigned bits)
{
	*w = (struct waiter){ .word = at, .op = op, .bits = bits };
	pthread_create(&w->thread, NULL, waiter_main, w);
	while (!w->tid)
		sched_yield();
	wait_asleep(getpid(), w->tid);
}

static int count_done(struct waiter *w, int n)
{
	int i, done = 0;

	for (i = 0; i < n; i++)
		done += w[i].done;
	return done;
}

static void join_all(struct waiter *w, int n)
{
	while (n--)
		pthread_join(w[n].thread, NULL);
}

static void test_wake(int private)
{
	struct waiter w[THREADS];
	int i, right = 0;

	for (i = 0; i < THREADS; i++)
		start(&w[i], &word, WAIT | private, 0);
	is(sys(SYS_futex, &word2, WAKE | private, 1), 0, "nobody waits at another word");
	is(sys(SYS_futex, &word, WAKE | private, 1), 1, "wake one of four%s",
	   private ? ", private" : "");
	pthread_join(w[0].thread, NULL);
	is(count_done(w, THREADS), 1, "  the one that came first");
	is(sys(SYS_futex, &word, WAKE | private, INT_MAX), 3, "wake all");
	join_all(w + 1, THREADS - 1);
	for (i = 0; i < THREADS; i++)
		right += w[i].result == 0;
	is(right, THREADS, "who is woken hears 0");
	is(sys(SYS_futex, &word, WAKE | private, 1), 0, "nobody is left");
}

static void test_bitset(void)
{
	struct waiter w[3];
	int i;

	for (i = 0; i < 3; i++)
		start(&w[i], &word, WAIT_BITSET | PRIVATE, 1 << i);
	is(sys(SYS_futex, &word, WAKE_BITSET | PRIVATE, 10, 0, 0, 8), 0, "no waiter with that bit");
	is(sys(SYS_futex, &word, WAKE_BITSET | PRIVATE, 10, 0, 0, 4), 1, "one with that");
	pthread_join(w[2].thread, NULL);
	ok(w[2].done && !w[0].done && !w[1].done, "  it is the one");
	is(sys(SYS_futex, &word, WAKE | PRIVATE, 10), 2, "a wake-up without bits means all");
	join_all(w, 2);
	is(sys(SYS_futex, &word, WAKE_BITSET | PRIVATE, 1, 0, 0, 0), -EINVAL, "no bits to wake");
	is(sys(SYS_futex, &word, WAIT_BITSET | PRIVATE, word, 0, 0, 0), -EINVAL,
	   "none to wait for");
}

static void test_requeue(void)
{
	struct waiter w[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		start(&w[i], &word, WAIT | PRIVATE, 0);
	is(sys(SYS_futex, &word, CMP_REQUEUE | PRIVATE, 1, 2, &word2, word + 1), -EAGAIN,
	   "CMP_REQUEUE when the word is another");
	is(sys(SYS_futex, &word, CMP_REQUEUE | PRIVATE, 1, 2, &word2, word), 3,
	   "CMP_REQUEUE wakes one and moves two");
	is(sys(SYS_futex, &word2, WAKE | PRIVATE, 10), 2, "  the two wait at the second word");
	is(sys(SYS_futex, &word, REQUEUE | PRIVATE, 0, 5, &word2), 1, "REQUEUE moves the last");
	is(sys(SYS_futex, &word, WAKE | PRIVATE, 10), 0, "  nobody is at the first word");
	is(sys(SYS_futex, &word2, WAKE | PRIVATE, 10), 1, "  it is at the second");
	join_all(w, THREADS);
	is(sys(SYS_futex, &word, CMP_REQUEUE, -1, 1, &word2, word), -EINVAL, "fewer than none");
	is(sys(SYS_futex, &word, CMP_REQUEUE, 1, -1, &word2, word), -EINVAL,
	   "move fewer than none");
}

/* ---- between processes ---- */

static int wait_shared(void *at)
{
	int *shared = at;

	shared[1] = sys(SYS_getpid);
	return sys(SYS_futex, shared, WAIT, 0) ? 1 : 0;
}

static void test_shared(int *shared, int *alias, const char *what)
{
	int status = 77;
	pid_t pid;

	shared[0] = shared[1] = 0;
	pid = fork();
	if (!pid)
		_exit(wait_shared(shared));
	while (!*(volatile int *)&shared[1])
		sched_yield();
	wait_asleep(pid, pid);
	is(sys(SYS_futex, alias, WAKE | PRIVATE, 1), 0, "%s: no private waiter", what);
	is(sys(SYS_futex, alias, WAKE, 1), 1, "%s: a waiter in another process", what);
	waitpid(pid, &status, 0);
	is(status, 0, "  woken");
}

static void test_shared_memory(void)
{
	int fd = open("futex.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600), *a, *b;

	ftruncate(fd, 2 * PAGE);
	a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
	b = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	test_shared(a, b + PAGE / sizeof(int), "a file mapped twice");
	munmap(a, PAGE);
	munmap(b, 2 * PAGE);
	close(fd);
	unlink("futex.tmp");
	a = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	test_shared(a, a, "shared anonymous memory");
	munmap(a, PAGE);
}

/* ---- time and signals ---- */

static void nothing(int sig)
{
	(void)sig;
}

static void *interrupt(void *arg)
{
	wait_asleep(getpid(), getpid());
	sys(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	(void)arg;
	return NULL;
}

static void test_time(void)
{
	int now32[2], soon[2] = { 0, 1000000 };
	long long soon64[2] = { 0, 1000000 };
	struct sigaction sa = { .sa_handler = nothing };
	struct timespec now;
	pthread_t thread;

	is(sys(SYS_futex, &word, WAIT, word + 1, 0), -EAGAIN, "the word is another");
	is(sys(SYS_futex, &word, WAIT, word, soon), -ETIMEDOUT, "WAIT for a millisecond");
	is(sys(SYS_futex_time64, &word, WAIT, word, soon64), -ETIMEDOUT, "with 64 bits of seconds");
	clock_gettime(CLOCK_MONOTONIC, &now);
	now32[0] = now.tv_sec;
	now32[1] = now.tv_nsec;
	is(sys(SYS_futex, &word, WAIT_BITSET, word, now32, 0, -1), -ETIMEDOUT,
	   "WAIT_BITSET until now");
	clock_gettime(CLOCK_REALTIME, &now);
	now32[0] = now.tv_sec;
	now32[1] = now.tv_nsec;
	is(sys(SYS_futex, &word, WAIT_BITSET | REALTIME, word, now32, 0, -1), -ETIMEDOUT,
	   "  by the other clock");
	soon[1] = 1000000000;
	is(sys(SYS_futex, &word, WAIT, word, soon), -EINVAL, "a second of nanoseconds");
	is(sys(SYS_futex, &word, WAIT, word, 4096), -EFAULT, "no time there");
	is(sys(SYS_futex, &word, WAKE | REALTIME, 1), -ENOSYS, "a clock for a wake-up");

	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&thread, NULL, interrupt, NULL);
	is(sys(SYS_futex, &word, WAIT, word, 0), -EINTR, "a handler ends the wait");
	pthread_join(thread, NULL);
	soon[0] = 1000;
	soon[1] = 0;
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&thread, NULL, interrupt, NULL);
	is(sys(SYS_futex, &word, WAIT, word, soon), -EINTR, "with a limit even one that restarts");
	pthread_join(thread, NULL);
	signal(SIGUSR1, SIG_DFL);
}

/* WAKE_OP: the second word changes by op and arg; who waits there is woken where cmp and with say so of what it was. */
static void test_wake_op(void)
{
	static const struct {
		unsigned op, arg, cmp, with;
		int was, is, compares;
	} steps[] = {
		{ 0, 7, 0, 5, 5, 7, 1 },   { 0, 0xfff, 0, 5, 6, -1, 0 },
		{ 1, 3, 1, 5, 4, 7, 1 },   { 1, 0xffe, 1, 4, 4, 2, 0 },
		{ 2, 6, 2, 0, -1, -1, 1 }, { 2, 6, 2, 1, 1, 7, 0 },
		{ 3, 6, 3, 7, 7, 1, 1 },   { 3, 6, 3, 0xfff, 7, 1, 0 },
		{ 4, 6, 4, 2, 3, 5, 1 },   { 4, 6, 4, 3, 3, 5, 0 },
		{ 4, 1, 5, 3, 3, 2, 1 },   { 8 | 2, 4, 5, 1, 0, 16, 0 },
	};
	struct waiter w[2];
	unsigned i;

	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		unsigned how = steps[i].op << 28 | steps[i].cmp << 24 | steps[i].arg << 12 |
			       steps[i].with;

		word2 = steps[i].was;
		start(&w[0], &word, WAIT, 0);
		start(&w[1], &word2, WAIT, 0);
		is(sys(SYS_futex, &word, WAKE_OP, 1, 1, &word2, how), 1 + steps[i].compares,
		   "WAKE_OP %#x wakes one%s", how, steps[i].compares ? " at each word" : "");
		is(word2, steps[i].is, "  the second is changed");
		sys(SYS_futex, &word2, WAKE, 1);
		join_all(w, 2);
	}
	is(sys(SYS_futex, &word, WAKE_OP, 1, 1, &word2, 5 << 28), -ENOSYS, "no such change");
	is(sys(SYS_futex, &word, WAKE_OP, 1, 1, &word2, 6 << 24), -ENOSYS, "no such comparison");
	is(sys(SYS_futex, &word, WAKE_OP, 1, 1, 4096, 0), -EFAULT, "nothing is there");
	word2 = 0;
}

static void test_errors(void)
{
	is(sys(SYS_futex, (char *)&word + 1, WAKE, 1), -EINVAL, "not on a multiple of four");
	is(sys(SYS_futex, (char *)&word + 2, WAIT, 1), -EINVAL, "to wait neither");
	is(sys(SYS_futex, 4096, WAIT, 0), -EFAULT, "WAIT where nothing is");
	is(sys(SYS_futex, 4096, WAIT | PRIVATE, 0), -EFAULT, "  private");
	is(sys(SYS_futex, 4096, WAKE, 1), -EFAULT, "WAKE where nothing is");
	is(sys(SYS_futex, 4096, WAKE | PRIVATE, 1), 0, "  private: nobody waits");
	is(sys(SYS_futex, &word, 77, 0), -ENOSYS, "no such command");
}

/* ---- pthreads ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int turn, counter;

static void *count(void *arg)
{
	int i;

	for (i = 0; i < 1000; i++) {
		pthread_mutex_lock(&mutex);
		counter++;
		if (i % 16 == 0)
			sched_yield();
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *ping(void *arg)
{
	int me = !!arg, i;

	for (i = 0; i < 500; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != me)
			pthread_cond_wait(&cond, &mutex);
		turn = !me;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static void *come_and_go(void *arg)
{
	__sync_fetch_and_add((int *)arg, 1);
	return arg;
}

static void test_pthreads(void)
{
	pthread_t t[8];
	void *result;
	int i, round, came = 0;

	for (round = 0; round < 40; round++) {
		for (i = 0; i < 8; i++)
			pthread_create(&t[i], NULL, come_and_go, &came);
		for (i = 0; i < 8; i++)
			pthread_join(t[i], &result);
	}
	is(came, 320, "320 pthreads were created and joined");
	ok(result == &came, "  with their results");
	for (i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, count, NULL);
	for (i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	is(counter, 8000, "eight threads count under one mutex");
	for (i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, ping, (void *)(long)i);
	for (i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	is(turn, 0, "two threads took a thousand turns by a condition variable");
}

/* ---- robust locks ---- */

static void *die_with_lock(void *lock)
{
	pthread_mutex_lock(lock);
	return NULL;
}

static void *wait_for_lock(void *lock)
{
	long ret = pthread_mutex_lock(lock);

	if (ret == EOWNERDEAD)
		pthread_mutex_consistent(lock);
	pthread_mutex_unlock(lock);
	return (void *)ret;
}

static void robust_init(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(lock, &attr);
}

static void test_robust(void)
{
	pthread_mutex_t *lock =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, go[2];
	pthread_t t;
	void *result;
	pid_t pid;
	char c;

	robust_init(lock);
	pthread_create(&t, NULL, die_with_lock, lock);
	pthread_join(t, NULL);
	is(pthread_mutex_lock(lock), EOWNERDEAD, "the owner, a thread, has ended");
	pthread_mutex_consistent(lock);
	is(pthread_mutex_unlock(lock), 0, "  the lock can be mended");
	is(pthread_mutex_lock(lock), 0, "  and taken again");
	pthread_mutex_unlock(lock);

	pipe(go);
	pid = fork();
	if (!pid) {
		pthread_mutex_lock(lock);
		write(go[1], "", 1);
		pause();
	}
	read(go[0], &c, 1);
	pthread_create(&t, NULL, wait_for_lock, lock);
	sched_yield();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	pthread_join(t, &result);
	is((long)result, EOWNERDEAD, "a killed process's lock goes to a waiter in another");

	pid = fork();
	if (!pid) {
		char *argv[] = { "true", "exit", NULL };

		pthread_mutex_lock(lock);
		execv("/proc/self/exe", argv);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	is(pthread_mutex_lock(lock), EOWNERDEAD, "execve leaves a dead owner, too");
	munmap(lock, PAGE);
	close(go[0]);
	close(go[1]);
}

/* A lock in the middle of being taken, a list that bites its tail, one that leads nowhere. */
struct robust {
	void *next;
	long offset;
	void *pending;
	unsigned word;
};

static void *bad_list(void *arg)
{
	struct robust *r = arg;

	if (!r->word)
		r->word = sys(SYS_gettid);
	sys(SYS_set_robust_list, r, 12);
	return NULL;
}

static void test_robust_lists(void)
{
	struct robust r = { &r, offsetof(struct robust, word) - offsetof(struct robust, next), &r,
			    0 };
	void *head = NULL;
	size_t len = 0;
	pthread_t t;

	pthread_create(&t, NULL, bad_list, &r);
	pthread_join(t, NULL);
	is(r.word, 0x40000000, "a lock that was being taken when its owner ended");
	r = (struct robust){ &r.pending, 0, NULL, 1 };
	r.pending = &r.pending; /* a ring that does not lead back */
	pthread_create(&t, NULL, bad_list, &r);
	is(pthread_join(t, NULL), 0, "a ring without its head");
	r = (struct robust){ (void *)4096, 4, (void *)8192, 1 };
	pthread_create(&t, NULL, bad_list, &r);
	is(pthread_join(t, NULL), 0, "a list that leads nowhere");
	is(sys(SYS_set_robust_list, &r, 13), -EINVAL, "a head of another size");
	is(sys(SYS_set_robust_list, &r, 12), 0, "set_robust_list");
	is(sys(SYS_get_robust_list, 0, &head, &len), 0, "get_robust_list");
	ok(head == &r && len == 12, "  says what was set");
	is(sys(SYS_get_robust_list, getpid(), 4096, &len), -EFAULT, "nowhere to say it");
	is(sys(SYS_get_robust_list, 32767, &head, &len), -ESRCH, "of nobody");
	sys(SYS_set_robust_list, 0, 12);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 0;
	test_wake(PRIVATE);
	test_wake(0);
	test_bitset();
	test_requeue();
	test_shared_memory();
	test_time();
	test_wake_op();
	test_errors();
	test_pthreads();
	test_robust();
	test_robust_lists();
	return done();
}
