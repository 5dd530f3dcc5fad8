/*
 * What a program can do to the processor's own state: thread-local segments, segment registers, flags, and signal
 * frames in which all of them are wild. Whatever it is, the program dies by a signal or goes on, and the kernel lives.
 */
#include <errno.h>
#include <sys/time.h>
#include "tests/user/probe.h"

#define CANARY 0x5eed1e55UL

/* asm/ldt.h */
struct user_desc {
	unsigned int entry_number, base_addr, limit;
	unsigned int seg_32bit : 1, contents : 2, read_exec_only : 1, limit_in_pages : 1,
		seg_not_present : 1, useable : 1;
};

static unsigned long tls_word = CANARY;

static unsigned int random_state = 2463534242u;

static unsigned int random32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static struct user_desc segment(int entry, void *base)
{
	struct user_desc d = { 0 };

	d.entry_number = entry;
	d.base_addr = (unsigned long)base;
	d.limit = 0xfffff;
	d.seg_32bit = 1;
	d.limit_in_pages = 1;
	d.useable = 1;
	return d;
}

static void load_fs(unsigned int selector)
{
	__asm__ volatile("movw %w0, %%fs" ::"r"(selector));
}

static unsigned int read_fs(void)
{
	unsigned int selector;

	__asm__ volatile("movl %%fs, %0" : "=r"(selector));
	return selector & 0xffff;
}

static unsigned long fs_word(void)
{
	unsigned long word;

	__asm__ volatile("movl %%fs:0, %0" : "=r"(word));
	return word;
}

static int child_reads_fs(void *arg)
{
	struct user_desc d = segment((int)(long)arg, &tls_word);

	if (fs_word() != CANARY)
		return 1;
	tls_word = 7;
	sched_yield();
	if (fs_word() != 7)
		return 2;
	d.base_addr += sizeof(long);
	return sys(SYS_set_thread_area, &d) == 0 ? 0 : 3;
}

static volatile unsigned long seen_in_handler;

static void fs_handler(int sig)
{
	(void)sig;
	seen_in_handler = fs_word();
	load_fs(0);
}

static void test_segments(void)
{
	struct user_desc d = segment(-1, &tls_word);
	int entry, i;

	is(sys(SYS_set_thread_area, &d), 0, "set_thread_area finds a free entry");
	entry = d.entry_number;
	load_fs(entry * 8 + 3);
	is(fs_word(), CANARY, "the segment leads to its base");
	for (i = 0; i < 20; i++)
		sched_yield();
	usleep(20000);
	is(fs_word(), CANARY, "  after others have run, too");
	is(in_child(child_reads_fs, (void *)(long)entry), 0,
	   "a child has it, and changes only its own");
	is(fs_word(), CANARY, "  the parent's stays");
	signal(SIGUSR1, fs_handler);
	raise(SIGUSR1);
	is(seen_in_handler, CANARY, "a handler sees it");
	is(read_fs(), entry * 8 + 3, "  and cannot lose it: sigreturn puts the selector back");

	load_fs(0);
}

static void test_arguments(void)
{
	struct user_desc d = segment(3, &tls_word);

	is(sys(SYS_set_thread_area, &d), -EINVAL, "an entry that is not for threads");
	d = segment(-1, &tls_word);
	d.seg_32bit = 0;
	is(sys(SYS_set_thread_area, &d), -EINVAL, "a 16-bit segment");
	d = segment(-1, &tls_word);
	d.contents = 2;
	is(sys(SYS_set_thread_area, &d), -EINVAL, "a code segment");
	d = segment(-1, &tls_word);
	d.seg_not_present = 1;
	is(sys(SYS_set_thread_area, &d), -EINVAL, "a segment that is not present");
	is(sys(SYS_set_thread_area, 8), -EFAULT, "no structure");
	d = segment(100, &tls_word);
	is(sys(SYS_set_thread_area, &d), -EINVAL, "an entry far away");
}

static int load_selector(void *arg)
{
	unsigned int selector = (unsigned long)arg;

	__asm__ volatile("movw %w0, %%fs; movw %w0, %%es" ::"r"(selector));
	__asm__ volatile("pushl %%ds; popl %%es" ::: "memory");
	return 0;
}

static void test_selectors(void)
{
	int strange = 0, loaded = 0, status;
	unsigned long s;

	for (s = 0; s < 0x120; s++) {
		status = in_child(load_selector, (void *)s);
		loaded += exits(status, 0);
		strange += !exits(status, 0) && !dies(status, SIGSEGV) && !dies(status, SIGBUS);
	}
	is(strange, 0, "every selector is loaded or refused by SIGSEGV or SIGBUS");
	ok(loaded >= 5, "  some are loaded (%d)", loaded);
}

static int all_ones_flags(void *arg)
{
	unsigned long flags;

	(void)arg;
	/* But for the trap flag: IOPL, interrupt flag and VM are not the program's to change. */
	__asm__ volatile("pushfl; pushl %1; popfl; pushfl; popl %0; popfl"
			 : "=&r"(flags)
			 : "i"(0xfffffeff));
	return (flags & 0x3000) == 0 && (flags & 0x200) && !(flags & 0x20000) ? 0 : 1;
}

static int no_flags(void *arg)
{
	unsigned long flags;

	(void)arg;
	__asm__ volatile("pushl $0; popfl; pushfl; popl %0" : "=r"(flags)::"cc");
	getppid();
	return flags & 0x200 ? 0 : 1;
}

static int direction_flag(void *arg)
{
	volatile char *fresh = anon(1, PROT_READ | PROT_WRITE);
	char b[512];

	(void)arg;
	__asm__ volatile("std; int $0x80; cld" : : "a"(SYS_getpid), "b"(0) : "memory");
	if (sys(SYS_uname, b))
		return 1;
	__asm__ volatile("std" ::: "cc");
	*fresh = 1;
	__asm__ volatile("cld" ::: "cc");
	return 0;
}

static void test_flags(void)
{
	is(in_child(all_ones_flags, NULL), 0,
	   "popf of ones gives no privilege and no virtual mode");
	is(in_child(no_flags, NULL), 0, "popf of zeros does not stop interrupts");
	is(in_child(direction_flag, NULL), 0, "the direction flag does not lead the kernel astray");
}

/* Which part of the frame is made wild. */
static int wild_part;

static const int segment_regs[] = { REG_CS, REG_SS, REG_DS, REG_ES, REG_FS, REG_GS };
static const unsigned short selectors[] = { 0,    3,    0x60, 0x63, 0x68, 0x6b, 0x70,   0x73,  0x78,
					    0x7b, 0x80, 0x83, 0xf8, 0xfb, 0x33, 0x1000, 0xffff };

static void wild_handler(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;
	unsigned int i;

	(void)sig;
	(void)si;
	switch (wild_part) {
	case 0:
		regs[segment_regs[random32() % 6]] = selectors[random32() % 17];
		break;
	case 1:
		regs[REG_EFL] = random32();
		break;
	case 2:
		for (i = 0; i < 6; i++)
			regs[segment_regs[i]] = random32() & 0xffff;
		break;
	case 3:
		for (i = 0; i < 512 && uc->uc_mcontext.fpregs; i++)
			((unsigned char *)uc->uc_mcontext.fpregs)[i] = random32();
		break;
	case 4:
		uc->uc_mcontext.fpregs = (void *)(unsigned long)random32();
		break;
	case 5:
		regs[REG_ESP] = random32();
		regs[REG_EIP] = random32();
		break;
	case 6:
		for (i = 0; i < 19; i++)
			regs[i] = random32();
		break;
	}
}

static int wild_return(void *arg)
{
	struct sigaction sa = { .sa_sigaction = wild_handler, .sa_flags = SA_SIGINFO };
	struct itimerval second = { .it_value = { .tv_sec = 1 } };

	random_state ^= (unsigned long)arg * 2654435761u;
	random32();
	setitimer(ITIMER_REAL, &second, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	return 0;
}

static void test_frames(void)
{
	static const char *const parts[] = { "one segment register",
					     "flags",
					     "all segment registers",
					     "an FPU image",
					     "the place of the FPU image",
					     "stack and instruction pointer",
					     "every register" };
	unsigned long i;
	int status, lost;

	for (wild_part = 0; wild_part < 7; wild_part++) {
		lost = 0;
		for (i = 0; i < 60; i++) {
			status = in_child(wild_return, (void *)(i + 1));
			lost += !WIFEXITED(status) && !WIFSIGNALED(status);
		}
		is(lost, 0, "60 returns from handlers with %s wild", parts[wild_part]);
	}
}

int main(void)
{
	test_segments();
	test_arguments();
	test_selectors();
	test_flags();
	test_frames();
	is(sys(SYS_getpid), getpid(), "after all this the kernel answers");
	return done();
}
