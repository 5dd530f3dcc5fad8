/*
 * The vDSO as a program finds it: by the auxiliary vector, its symbols, calls through it, the sixth argument, single steps
 * and stack walks through it, handlers that return by it, and what becomes of it when it is moved or gone.
 */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <unwind.h>
#include "tests/user/probe.h"

#define SYS_MMAP2 192

static unsigned long base, vsyscall;

/* A call through __kernel_vsyscall at `entry`, which may be anywhere. */
static long vcall6(unsigned long entry, long nr, long a, long b, long c, long d, long e, long f)
{
	long args[8] = { nr, a, b, c, d, e, f, entry }, ret;

	__asm__ volatile(
		"pushl %%ebx\n\tpushl %%esi\n\tpushl %%edi\n\tpushl %%ebp\n\t"
		"movl 4(%%eax), %%ebx\n\tmovl 8(%%eax), %%ecx\n\tmovl 12(%%eax), %%edx\n\t"
		"movl 16(%%eax), %%esi\n\tmovl 20(%%eax), %%edi\n\tmovl 24(%%eax), %%ebp\n\t"
		"pushl 28(%%eax)\n\tmovl (%%eax), %%eax\n\tcall *(%%esp)\n\taddl $4, %%esp\n\t"
		"popl %%ebp\n\tpopl %%edi\n\tpopl %%esi\n\tpopl %%ebx"
		: "=a"(ret)
		: "0"(args)
		: "ecx", "edx", "memory");
	return ret;
}

#define VCALL_PAD(nr, a, b, c, d, e, f, ...)                                                \
	vcall6(vsyscall, (long)(nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
	       (long)(f))
#define vcall(...) VCALL_PAD(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/* ---- finding it ---- */

static const void *dynamic_entry(int tag)
{
	const ElfW(Ehdr) *ehdr = (void *)base;
	const ElfW(Phdr) *phdr = (void *)(base + ehdr->e_phoff);
	const ElfW(Dyn) * dyn;
	int i;

	for (i = 0; i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == PT_DYNAMIC)
			for (dyn = (void *)(base + phdr[i].p_vaddr); dyn->d_tag; dyn++)
				if (dyn->d_tag == tag)
					return (void *)(base + dyn->d_un.d_ptr);
	return NULL;
}

static const char *version_of(int symbol)
{
	const ElfW(Verdef) *def = dynamic_entry(DT_VERDEF);
	const ElfW(Half) *versions = dynamic_entry(DT_VERSYM);
	const char *strings = dynamic_entry(DT_STRTAB);

	while (def->vd_ndx != (versions[symbol] & 0x7fff) && def->vd_next)
		def = (void *)((char *)def + def->vd_next);
	return strings + ((ElfW(Verdaux) *)((char *)def + def->vd_aux))->vda_name;
}

/* The address of a symbol of version LINUX_2.5, by the hash table as a loader looks. */
static unsigned long symbol(const char *name)
{
	const uint32_t *hash = dynamic_entry(DT_HASH);
	const ElfW(Sym) *syms = dynamic_entry(DT_SYMTAB);
	const char *strings = dynamic_entry(DT_STRTAB);
	uint32_t h = 0, i;
	const char *c;

	for (c = name; *c; c++) {
		h = (h << 4) + (unsigned char)*c;
		h = (h ^ (h >> 24 & 0xf0)) & 0x0fffffff;
	}
	for (i = hash[2 + h % hash[0]]; i; i = hash[2 + hash[0] + i])
		if (!strcmp(strings + syms[i].st_name, name) && !strcmp(version_of(i), "LINUX_2.5"))
			return base + syms[i].st_value;
	return 0;
}

static int find_map(struct map *found)
{
	static struct map maps[64];
	int i, n = read_maps(maps, 64);

	for (i = 0; i < n; i++)
		if (!strcmp(maps[i].path, "[vdso]")) {
			*found = maps[i];
			return 1;
		}
	return 0;
}

static int test_found(void)
{
	const ElfW(Ehdr) * ehdr;
	struct map map;

	base = getauxval(AT_SYSINFO_EHDR);
	vsyscall = getauxval(AT_SYSINFO);
	if (!ok(base && vsyscall, "AT_SYSINFO and AT_SYSINFO_EHDR are there"))
		return 0;
	ehdr = (void *)base;
	ok(!memcmp(ehdr->e_ident, ELFMAG, SELFMAG), "an ELF file begins there");
	is(ehdr->e_type, ET_DYN, "  a shared object");
	is(base + ehdr->e_entry, vsyscall, "  whose entry is AT_SYSINFO");
	is(symbol("__kernel_vsyscall"), vsyscall, "__kernel_vsyscall@LINUX_2.5 is AT_SYSINFO");
	ok(symbol("__kernel_sigreturn"), "__kernel_sigreturn");
	ok(symbol("__kernel_rt_sigreturn"), "__kernel_rt_sigreturn");
	is(symbol("__kernel_nothing"), 0, "and no other");
	ok(dynamic_entry(DT_GNU_HASH) != NULL, "it has a GNU hash table");
	ok(!strcmp((char *)dynamic_entry(DT_STRTAB) +
			   ((unsigned long)dynamic_entry(DT_SONAME) - base),
		   "linux-gate.so.1"),
	   "its name");
	ok(find_map(&map) && map.start == base, "[vdso] is in /proc/self/maps");
	ok(!strcmp(map.perms, "r-xp"), "  with r-xp (%s)", map.perms);
	is(write_faults((void *)base), SIGSEGV, "  and cannot be written to");
	return 1;
}

/* ---- calls ---- */

static void bad_sysenter(void *unused)
{
	(void)unused;
	/* ebp, where the sixth argument is looked for, is no address of ours. */
	__asm__ volatile("pushl %%ebp\n\tmovl %%esp, %%edi\n\tmovl $-16, %%ebp\n\tsysenter"
			 :
			 : "a"(SYS_getpid)
			 : "edi");
}

static void test_calls(void)
{
	int fd = temp_file(3 * PAGE);
	char *p;

	is(vcall(SYS_getpid), getpid(), "getpid");
	is(vcall(9999), -ENOSYS, "a number that is no call");
	is(vcall(SYS_close, -1), -EBADF, "an error");
	is(vcall(SYS_write, fd, "hello", 5), 5, "three arguments");
	p = (char *)vcall(SYS_MMAP2, 0, PAGE, PROT_READ, MAP_SHARED, fd, 2);
	ok(p[0] == 3 && p[PAGE - 1] == 3, "six arguments: the page at the sixth is mapped");
	munmap(p, PAGE);
	close(fd);
}

static int child_of_fork(void *unused)
{
	pid_t pid = vcall(SYS_fork);
	int status = 0;

	(void)unused;
	if (pid == 0)
		_exit(vcall(SYS_getpid) == getpid() ? 7 : 8);
	waitpid(pid, &status, 0);
	return exits(status, 7) ? 0 : 1;
}

static int sysenter_astray(void *unused)
{
	(void)unused;
	bad_sysenter(NULL);
	return 0;
}

/* ---- interrupted calls ---- */

static volatile int alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* A child writes after the signal; read begins again if restart, else is told EINTR. */
static void test_interrupted(int restart)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = restart ? SA_RESTART : 0 };
	int fds[2];
	pid_t pid;
	char c = 0;

	alarms = 0;
	sigaction(SIGALRM, &sa, NULL);
	if (pipe(fds))
		return;
	pid = fork();
	if (pid == 0) {
		char stat[256] = "", path[32];
		int fd;

		/* Until the parent sleeps. */
		snprintf(path, sizeof(path), "/proc/%d/stat", getppid());
		do {
			fd = open(path, O_RDONLY);
			if (read(fd, stat, sizeof(stat) - 1) < 0)
				_exit(1);
			close(fd);
		} while (!strstr(stat, ") S "));
		kill(getppid(), SIGALRM);
		_exit(restart && write(fds[1], "x", 1) != 1);
	}
	is(vcall(SYS_read, fds[0], &c, 1), restart ? 1 : -EINTR, "read, a signal in it, %s",
	   restart ? "SA_RESTART" : "no SA_RESTART");
	ok(alarms == 1 && c == (restart ? 'x' : 0), "  the handler ran once");
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
}

/* ---- single steps, and walks from each ---- */

static volatile int steps, steps_inside, walks_lost;
static unsigned long outer; /* the function that a walk has to come to */

struct walk {
	int found;
	int frames;
};

static _Unwind_Reason_Code look(struct _Unwind_Context *context, void *arg)
{
	struct walk *walk = arg;

	walk->found |= (unsigned long)_Unwind_GetRegionStart(context) == outer;
	return walk->found || ++walk->frames > 50 ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

static void try_cmov(void *unused)
{
	(void)unused;
	__asm__ volatile("cmovz %%eax, %%eax" : : : "eax");
}

static int can_walk;

static int walk_finds_outer(void)
{
	struct walk walk = { 0, 0 };

	if (!can_walk)
		return 1;
	_Unwind_Backtrace(look, &walk);
	return walk.found;
}

static void on_step(int sig, siginfo_t *si, void *context)
{
	unsigned long eip = ((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP];

	(void)sig;
	(void)si;
	steps++;
	if (eip - base >= PAGE)
		return;
	steps_inside++;
	walks_lost += !walk_finds_outer();
}

static __attribute__((noinline)) long stepped_call(void)
{
	long ret, eax = SYS_getpid;

	__asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\t"
			 "call *%2\n\t"
			 "pushfl\n\tandl $~0x100, (%%esp)\n\tpopfl"
			 : "=a"(ret)
			 : "0"(eax), "r"(vsyscall)
			 : "memory", "cc");
	return ret;
}

/* The kernel's action: flags without SA_RESTORER, which libc would set. */
static void raw_sigaction(int sig, void *handler, unsigned long flags)
{
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		unsigned long mask[2];
	} action = { handler, flags, NULL, { 0, 0 } };

	sys(SYS_rt_sigaction, sig, &action, 0, 8);
}

extern void __register_frame(void *);

/* The unwinder asks this of a glibc, which is not here: it is to know what __register_frame told it, and no more. */
int _dl_find_object(void *address, void *result);
int _dl_find_object(void *address, void *result)
{
	(void)address;
	(void)result;
	return -1;
}

/* Tells the unwinder where .eh_frame begins: the header at PT_GNU_EH_FRAME points there, from its own byte 4. */
static int register_frames(const ElfW(Phdr) * phdr, int n, unsigned long bias)
{
	for (; n--; phdr++)
		if (phdr->p_type == PT_GNU_EH_FRAME) {
			int32_t *at = (void *)(bias + phdr->p_vaddr + 4);

			__register_frame((char *)at + *at);
			return 1;
		}
	return 0;
}

static void test_frames(void)
{
	const ElfW(Ehdr) *ehdr = (void *)base;

	can_walk = !probe(try_cmov, NULL);
	if (!can_walk) {
		skip("no walks over the stack: the unwinder is built for a 686");
		return;
	}
	ok(register_frames((void *)getauxval(AT_PHDR), getauxval(AT_PHNUM), 0),
	   "the program has unwinding tables");
	ok(register_frames((void *)(base + ehdr->e_phoff), ehdr->e_phnum, base), "so has the vDSO");
}

static void test_steps(void)
{
	outer = can_walk ? (unsigned long)_Unwind_FindEnclosingFunction((char *)stepped_call + 1)
			 : 0;
	raw_sigaction(SIGTRAP, on_step, SA_SIGINFO);
	is(stepped_call(), getpid(), "a call in single steps");
	ok(steps_inside >= 8, "  each of its instructions was seen (%d)", steps_inside);
	ok(steps >= steps_inside + 3, "  and those after it (%d)", steps);
	is(walks_lost, 0, "  and from each the stack could be walked to the caller");
	signal(SIGTRAP, SIG_DFL);
}

/* ---- handlers without a restorer ---- */

static volatile unsigned long returns_to;
static volatile int walked;

static void plain_handler(int sig)
{
	(void)sig;
	returns_to = (unsigned long)__builtin_return_address(0);
	walked = walk_finds_outer();
}

static __attribute__((noinline)) void raise_here(void)
{
	volatile long before = 0x1234, ret;

	ret = sys(SYS_kill, getpid(), SIGUSR1);
	is(ret + before, 0x1234, "  the interrupted function goes on");
}

static void test_return(unsigned long flags, const char *name)
{
	returns_to = 0;
	outer = can_walk ? (unsigned long)_Unwind_FindEnclosingFunction((char *)raise_here + 1) : 0;
	raw_sigaction(SIGUSR1, plain_handler, flags);
	raise_here();
	is(returns_to, symbol(name), "a handler with flags %#lx and no restorer returns to %s",
	   flags, name);
	ok(walked, "  and the stack can be walked through it");
	signal(SIGUSR1, SIG_DFL);
}

/* ---- moved, gone ---- */

/* From here on in a child, by int 0x80: libc calls through the vDSO where it found it. */
static void leave(int status)
{
	sys(SYS_exit_group, status);
}

static volatile int has_moved;

/* Another task in the same address space. */
static int beside(void *unused)
{
	(void)unused;
	while (!has_moved)
		sys(SYS_sched_yield);
	leave(vcall(SYS_getpid) == sys(SYS_getpid) ? 7 : 8);
	return 0;
}

static int moved(void *unused)
{
	static char stack[2 * PAGE] __attribute__((aligned(16)));
	unsigned long old = base, new = (unsigned long)hole(4);
	int status = 0;
	struct map map;
	pid_t pid;

	(void)unused;
	pid = clone(beside, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	if (pid < 0 || !find_map(&map))
		leave(1);
	if (sys(SYS_mremap, base, PAGE, 64 * PAGE, MREMAP_MAYMOVE) != -EFAULT)
		leave(2);
	if (sys(SYS_mremap, base, map.end - map.start, map.end - map.start,
		MREMAP_MAYMOVE | MREMAP_FIXED, new) != (long)new)
		leave(3);
	base = new;
	vsyscall += new - old;
	has_moved = 1;
	sys(SYS_waitpid, pid, &status, 0);
	if (!exits(status, 7))
		leave(9);
	if (vcall(SYS_getpid) != sys(SYS_getpid))
		leave(4);
	raw_sigaction(SIGUSR1, plain_handler, 0);
	sys(SYS_kill, sys(SYS_getpid), SIGUSR1);
	if (returns_to != symbol("__kernel_sigreturn"))
		leave(5);
	pid = vcall(SYS_fork);
	if (pid == 0)
		leave(vcall(SYS_getpid) == sys(SYS_getpid) ? 7 : 8);
	vcall(SYS_waitpid, pid, &status, 0);
	leave(exits(status, 7) ? 0 : 6);
	return 0;
}

static int patched(void *unused)
{
	static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 }; /* movl $42, %eax; ret */
	struct map map;

	(void)unused;
	if (!find_map(&map) ||
	    sys(SYS_mprotect, base, map.end - map.start, PROT_READ | PROT_WRITE | PROT_EXEC))
		leave(1);
	memcpy((void *)vsyscall, code, sizeof(code));
	leave(vcall(SYS_getpid) == 42 ? 0 : 2);
	return 0;
}

static int gone(void *unused)
{
	struct map map;

	(void)unused;
	if (!find_map(&map) || sys(SYS_munmap, map.start, map.end - map.start))
		leave(1);
	raw_sigaction(SIGUSR1, plain_handler, 0);
	sys(SYS_kill, sys(SYS_getpid), SIGUSR1);
	leave(2);
	return 0;
}

int main(void)
{
	if (getpid() == 1) /* where processors are too old for a shell, nobody has done it */
		mount("proc", "/proc", "proc", 0, NULL);
	if (!test_found())
		return done();
	test_calls();
	is(in_child(child_of_fork, NULL), 0, "fork through the vDSO, and a call in the child");
	test_interrupted(0);
	test_interrupted(1);
	test_frames();
	test_steps();
	test_return(0, "__kernel_sigreturn");
	test_return(SA_SIGINFO, "__kernel_rt_sigreturn");
	is(in_child(moved, NULL), 0, "moved by mremap it works at its new place");
	is(in_child(patched, NULL), 0, "a program may write into its own");
	is(vcall(SYS_getpid), getpid(), "  which is nobody else's");
	ok(dies(in_child(gone, NULL), SIGSEGV),
	   "without it int 0x80 works, a handler cannot return");
	is(in_child(sysenter_astray, NULL) & 0x7f & ~SIGSEGV & ~SIGILL, 0,
	   "sysenter with a wild ebp harms nobody else");
	return done();
}
