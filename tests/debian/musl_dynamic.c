/* A program with musl's shared library: threads, a library opened at run time, memory of many kinds. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static _Thread_local int mine;
static long sum;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *add(void *arg)
{
	for (int i = 0; i < 1000; i++) {
		mine += (int)(long)arg;
		pthread_mutex_lock(&lock);
		sum += (long)arg;
		pthread_mutex_unlock(&lock);
	}
	return (void *)(long)mine;
}

int main(void)
{
	pthread_t thread[4];
	long local = 0;
	char *shared, *blocks[64];
	int status, good = 1;

	for (long i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, add, (void *)(i + 1)))
			return 1;
	for (int i = 0; i < 4; i++) {
		void *result;

		pthread_join(thread[i], &result);
		local += (long)result;
	}
	printf("threads: %ld %ld\n", sum, local);

	for (int i = 0; i < 64; i++) {
		blocks[i] = malloc(1000 << (i % 10));
		memset(blocks[i], i, 1000 << (i % 10));
	}
	for (int i = 0; i < 64; i += 2)
		free(blocks[i]);
	for (int i = 1; i < 64; i += 2)
		good &= blocks[i][(1000 << (i % 10)) - 1] == i;
	printf("malloc: %d\n", good);

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fork() == 0) {
		strcpy(shared, "from the child");
		_exit(42);
	}
	wait(&status);
	printf("fork: %d %s\n", WEXITSTATUS(status), shared);

	void *self = dlopen(NULL, RTLD_NOW);
	long (*by_name)(const char *) = (long (*)(const char *))dlsym(self, "atol");

	printf("dlsym: %ld\n", by_name ? by_name("12345") : -1);
	return 0;
}
