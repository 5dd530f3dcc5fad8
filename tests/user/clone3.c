/* clone3: processes and threads by it, what it refuses, handlers that are not inherited. */
#include "tests/user/tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif

struct args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
	uint64_t set_tid, set_tid_size, cgroup, future[8];
};

static long clone3(struct args *args, size_t size)
{
	return sys(435, (long)args, (long)size);
}

static int wait_for(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static void processes(void)
{
	struct args args = { .exit_signal = SIGCHLD };
	int parent_tid = 0;
	long pid = clone3(&args, 64);

	if (pid == 0)
		_exit(7);
	is(WEXITSTATUS(wait_for(pid)), 7, "a process, its exit status");

	args.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID;
	args.parent_tid = args.child_tid = (uintptr_t)&parent_tid;
	pid = clone3(&args, 88);
	if (pid == 0)
		_exit(parent_tid == getpid() ? 3 : 4);
	is(parent_tid, pid, "the parent is told the number");
	is(WEXITSTATUS(wait_for(pid)), 3, "the child is told the number");
}

static void handler(int sig)
{
	_exit(sig);
}

static void handlers(void)
{
	struct args args = { .flags = CLONE_CLEAR_SIGHAND, .exit_signal = SIGCHLD };
	struct sigaction now;
	long pid;

	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	pid = clone3(&args, 64);
	if (pid == 0) {
		sigaction(SIGUSR1, NULL, &now);
		if (now.sa_handler != SIG_DFL)
			_exit(1);
		sigaction(SIGUSR2, NULL, &now);
		_exit(now.sa_handler == SIG_IGN ? 0 : 2);
	}
	is(wait_for(pid), 0, "CLONE_CLEAR_SIGHAND: handlers are gone, what is ignored stays so");
	sigaction(SIGUSR1, NULL, &now);
	ok(now.sa_handler == handler, "the parent keeps its handler");
}

/* A child with our memory and a stack of its own, which clone3 is given by its lowest address. */
static void stacks(void)
{
	size_t size = 65536;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct args args = { .flags = CLONE_VM | CLONE_VFORK,
			     .exit_signal = SIGCHLD,
			     .stack = (uintptr_t)stack,
			     .stack_size = size };
	int shared = 0;
	long pid;

	__asm__ volatile("int $0x80\n\t"
			 "test %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "movl $5, (%%edi)\n\t"
			 "mov %%esp, %%ebx\n\t" /* exit(esp - esi) */
			 "sub %%esi, %%ebx\n\t"
			 "mov $1, %%eax\n\t"
			 "int $0x80\n"
			 "1:"
			 : "=a"(pid)
			 : "a"(435), "b"(&args), "c"(64), "S"(stack + size - 9), "D"(&shared)
			 : "memory");
	is(shared, 5, "CLONE_VFORK waits, CLONE_VM shares");
	is(WEXITSTATUS(wait_for(pid)), 9, "the stack begins at its upper end");
	munmap(stack, size);
}

static void refusals(void)
{
	static const struct {
		struct args args;
		size_t size;
		int error;
		const char *why;
	} no[] = {
		{ { 0 }, 63, EINVAL, "a size below the first" },
		{ { 0 }, 4097, E2BIG, "a size above a page" },
		{ { .future = { 1 } }, sizeof(struct args), E2BIG, "a field of the future" },
		{ { .flags = 1ULL << 40 }, 64, EINVAL, "a flag of the future" },
		{ { .flags = SIGCHLD }, 64, EINVAL, "a signal among the flags" },
		{ { .flags = 0x400000 }, 64, EINVAL, "CLONE_DETACHED" },
		{ { .exit_signal = 65 }, 64, EINVAL, "no such signal" },
		{ { .exit_signal = 1ULL << 32 }, 64, EINVAL, "a signal of 33 bits" },
		{ { .stack = 4096 }, 64, EINVAL, "a stack without a size" },
		{ { .stack_size = 4096 }, 64, EINVAL, "a size without a stack" },
		{ { .flags = CLONE_SIGHAND }, 64, EINVAL, "CLONE_SIGHAND without CLONE_VM" },
		{ { .flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, .exit_signal = SIGCHLD },
		  64,
		  EINVAL,
		  "a thread with a signal" },
		{ { .flags = CLONE_CLEAR_SIGHAND | CLONE_SIGHAND | CLONE_VM },
		  64,
		  EINVAL,
		  "handlers shared and cleared" },
	};
	struct args args;

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		args = no[i].args;
		is(clone3(&args, no[i].size), -no[i].error, "%s", no[i].why);
	}
	is(clone3((struct args *)4, 64), -EFAULT, "no address");
}

int main(void)
{
	processes();
	handlers();
	stacks();
	refusals();
	return done();
}
