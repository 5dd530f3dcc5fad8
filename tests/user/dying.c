/* A fault that nobody catches ends the program by its signal, whatever its stack looks like. With `faultmsg` on, the
 * kernel says why and walks the stack: tests/boot/test_faults.py reads what it says. */
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/user/tap.h"

#define PAGE 4096

static const char constant[] = "not to be written";

static __attribute__((noinline)) void store(volatile char *where)
{
	*where = 1;
	__asm__ volatile("" ::: "memory");
}

static __attribute__((noinline)) void store_by(volatile char *where)
{
	store(where);
	__asm__ volatile("" ::: "memory");
}

static void null(void)
{
	store_by(NULL);
}

static void read_only(void)
{
	store_by((volatile char *)(uintptr_t)constant);
}

static void kernel(void)
{
	store_by((volatile char *)0xc0100000);
}

static void past_object(void)
{
	int fd = memfd_create("object", 0);

	store_by(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
}

static void nowhere(void)
{
	((void (*)(void))(uintptr_t)16)();
}

static void divide(void)
{
	__asm__ volatile("xorl %%eax, %%eax\n\txorl %%edx, %%edx\n\tdivl %%eax" ::: "eax", "edx");
}

/* Dies with that frame pointer. */
static void die_on(const void *frame)
{
	__asm__ volatile("movl %0, %%ebp\n\tud2" : : "r"(frame));
}

static void good_stack(void)
{
	__asm__ volatile("ud2");
}

static void loop(void)
{
	const void *frame[2] = { frame, (const void *)(uintptr_t)store };

	die_on(frame);
}

/* Down again: a loop of two. */
static void zigzag(void)
{
	const void *frames[4] = { &frames[2], (const void *)(uintptr_t)store, &frames[0],
				  (const void *)(uintptr_t)store };

	die_on(frames);
}

static void endless(void)
{
	static const void *frames[200][2];
	int i;

	for (i = 0; i < 199; i++) {
		frames[i][0] = frames[i + 1];
		frames[i][1] = (const void *)(uintptr_t)store;
	}
	die_on(frames);
}

static void unmapped(void)
{
	die_on((const void *)16);
}

static void kernel_stack(void)
{
	die_on((const void *)0xc0200000);
}

static void wraps(void)
{
	die_on((const void *)0xfffffffd);
}

/* Half a frame before what is not mapped. */
static void half(void)
{
	char *page =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(page + PAGE, PAGE);
	die_on(page + PAGE - 4);
}

static void no_rights(void)
{
	die_on(mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static const struct way {
	const char *name;
	void (*go)(void);
	int signal;
} ways[] = {
	{ "null", null, SIGSEGV },
	{ "read_only", read_only, SIGSEGV },
	{ "kernel", kernel, SIGSEGV },
	{ "past_object", past_object, SIGBUS },
	{ "nowhere", nowhere, SIGSEGV },
	{ "divide", divide, SIGFPE },
	{ "good_stack", good_stack, SIGILL },
	{ "loop", loop, SIGILL },
	{ "zigzag", zigzag, SIGILL },
	{ "endless", endless, SIGILL },
	{ "unmapped", unmapped, SIGILL },
	{ "kernel_stack", kernel_stack, SIGILL },
	{ "wraps", wraps, SIGILL },
	{ "half", half, SIGILL },
	{ "no_rights", no_rights, SIGILL },
};

int main(void)
{
	static const struct rlimit no_core = { 0, 0 };
	unsigned int i;
	int status;

	setrlimit(RLIMIT_CORE, &no_core);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		pid_t child = fork();

		if (child == 0) {
			ways[i].go();
			_exit(0);
		}
		status = 0;
		waitpid(child, &status, 0);
		ok(WIFSIGNALED(status) && WTERMSIG(status) == ways[i].signal,
		   "%s dies of signal %d", ways[i].name, ways[i].signal);
	}
	return done();
}
