/*
 * Programs that do what no program should. Each runs in a child: it gets its signal, and the kernel
 * and this process go on.
 */
#include <elf.h>
#include <errno.h>
#include <sys/auxv.h>
#include "tests/user/probe.h"

#define RWX (PROT_READ | PROT_WRITE | PROT_EXEC)

#define WILD(name) static __attribute__((noinline)) int name(void *arg __attribute__((unused)))

WILD(read_null)
{
	return *(volatile int *)arg;
}

WILD(write_null)
{
	*(volatile int *)arg = 1;
	return 0;
}

WILD(write_text)
{
	*(volatile char *)(uintptr_t)read_null = 0xc3;
	return 0;
}

WILD(write_rodata)
{
	static const char text[] = "constant";

	*(volatile char *)text = 'C';
	return 0;
}

WILD(jump_to)
{
	((void (*)(void))arg)();
	return 0;
}

WILD(recurse)
{
	volatile char frame[8192];

	frame[0] = 1;
	return arg == (void *)1 ? 0 : recurse(arg) + frame[0];
}

WILD(wild_esp_int80)
{
	long ret;

	__asm__ volatile("movl %%esp, %%ebx\n\tmovl %2, %%esp\n\tint $0x80\n\tmovl %%ebx, %%esp"
			 : "=a"(ret)
			 : "0"(SYS_getpid), "r"(arg)
			 : "ebx", "memory");
	return ret == getpid() ? 0 : 1;
}

WILD(wild_esp_push)
{
	__asm__ volatile("movl %0, %%esp\n\tpushl $1" : : "r"(arg));
	return 0;
}

/* A far return pops two words; QEMU 7.2 does it as if the kernel did. */
WILD(wild_esp_lret)
{
	__asm__ volatile("movl %0, %%esp\n\tlret" : : "r"(arg));
	return 0;
}

WILD(ignore_then_wild_esp)
{
	signal(SIGSEGV, SIG_IGN);
	return wild_esp_push(arg);
}

WILD(cold_sigreturn)
{
	sys(SYS_sigreturn);
	return 0;
}

WILD(cold_rt_sigreturn)
{
	sys(SYS_rt_sigreturn);
	return 0;
}

WILD(sigreturn_wild_esp)
{
	__asm__ volatile("movl %0, %%esp\n\tint $0x80" : : "r"(arg), "a"(SYS_rt_sigreturn));
	return 0;
}

#define PRIVILEGED(name, code)                                       \
	WILD(name)                                                   \
	{                                                            \
		__asm__ volatile(code : : : "eax", "edx", "memory"); \
		return 0;                                            \
	}

PRIVILEGED(do_hlt, "hlt")
PRIVILEGED(do_cli, "cli")
PRIVILEGED(do_sti, "sti")
PRIVILEGED(do_in, "inb $0x64, %%al")
PRIVILEGED(do_out, "outb %%al, $0x80")
PRIVILEGED(do_cr0, "movl %%cr0, %%eax")
PRIVILEGED(do_cr3, "xorl %%eax, %%eax\n\tmovl %%eax, %%cr3")
PRIVILEGED(do_lgdt, "pushl $0\n\tpushl $0\n\tlgdt (%%esp)")
PRIVILEGED(do_invlpg, "invlpg (%%esp)")
PRIVILEGED(do_ltr, "xorl %%eax, %%eax\n\tltr %%ax")
PRIVILEGED(do_clts, "clts")
PRIVILEGED(do_iret, "pushfl\n\tpushl $0x60\n\tpushl $0xc0100000\n\tiret")
PRIVILEGED(do_kernel_ds, "movl $0x68, %%eax\n\tmovw %%ax, %%ds")
PRIVILEGED(do_far_call, "lcall $0x60, $0")
PRIVILEGED(do_int14, "int $14")
PRIVILEGED(do_int32, "int $0x20")
PRIVILEGED(do_int255, "int $0xff")
PRIVILEGED(do_nested_task, "pushfl\n\torl $0x4000, (%%esp)\n\tpopfl\n\tiret")
PRIVILEGED(do_ud2, "ud2")
PRIVILEGED(do_div, "xorl %%edx, %%edx\n\txorl %%eax, %%eax\n\tdivl %%edx")

static void must_die(const char *what, int (*fn)(void *), unsigned long arg, int sig)
{
	int status = in_child(fn, (void *)arg);

	ok(dies(status, sig), "%s: signal %d (status %#x)", what, sig, status);
}

static void test_addresses(void)
{
	char *gap = hole(1);

	must_die("read NULL", read_null, 0, SIGSEGV);
	must_die("write NULL", write_null, 0, SIGSEGV);
	must_die("read 0xfff", read_null, 0xffc, SIGSEGV);
	must_die("read kernel text", read_null, 0xc0100000, SIGSEGV);
	must_die("write kernel text", write_null, 0xc0100000, SIGSEGV);
	must_die("read the last word", read_null, 0xfffffffc, SIGSEGV);
	must_die("read the vmalloc area", read_null, 0xf8800000, SIGSEGV);
	must_die("read an unmapped page", read_null, (unsigned long)gap, SIGSEGV);
	must_die("write own text", write_text, 0, SIGSEGV);
	must_die("write constants", write_rodata, 0, SIGSEGV);
	must_die("jump to NULL", jump_to, 0, SIGSEGV);
	must_die("jump to nowhere", jump_to, (unsigned long)gap, SIGSEGV);
	must_die("jump into the kernel", jump_to, 0xc0100000, SIGSEGV);
	must_die("jump to the last byte", jump_to, 0xffffffff, SIGSEGV);
	must_die("endless recursion", recurse, 0, SIGSEGV);
}

static int has_nx(void)
{
	char text[8192];

	slurp("/proc/cpuinfo", text, sizeof(text));
	return strstr(text, " nx ") || strstr(text, " nx\n");
}

static void test_execute_data(void)
{
	static char data[] = "\xc3", *p;

	p = anon(1, PROT_READ | PROT_WRITE);
	*p = 0xc3;
	if (has_nx()) {
		char local = 0xc3;

		must_die("execute data", jump_to, (unsigned long)data, SIGSEGV);
		must_die("execute anonymous memory", jump_to, (unsigned long)p, SIGSEGV);
		must_die("execute the stack", jump_to, (unsigned long)&local, SIGSEGV);
	} else {
		skip("this processor or kernel has no NX");
		skip("this processor or kernel has no NX");
		skip("this processor or kernel has no NX");
	}
	mprotect(p, PAGE, RWX);
	is(in_child(jump_to, p), 0, "memory made executable can be executed");
}

static void test_stack_pointer(void)
{
	unsigned long gap = (unsigned long)hole(1);

	is(in_child(wild_esp_int80, NULL), 0, "int 0x80 with esp 0");
	is(in_child(wild_esp_int80, (void *)0xc0100000), 0, "int 0x80 with esp in the kernel");
	is(in_child(wild_esp_int80, (void *)gap), 0, "int 0x80 with esp nowhere");
	is(in_child(wild_esp_int80, (void *)0xfffffffd), 0, "int 0x80 with esp at the top");
	must_die("far return with esp where nothing is", wild_esp_lret, 0xfffff000, SIGSEGV);
	must_die("far return with esp in the kernel", wild_esp_lret, 0xc0100000, SIGSEGV);
	must_die("push with esp 0", wild_esp_push, 0, SIGSEGV);
	must_die("push with esp in the kernel", wild_esp_push, 0xc0100000, SIGSEGV);
	must_die("push with esp nowhere", wild_esp_push, gap, SIGSEGV);
	must_die("the same with SIGSEGV ignored", ignore_then_wild_esp, gap, SIGSEGV);
	must_die("rt_sigreturn with esp 0", sigreturn_wild_esp, 0, SIGSEGV);
	must_die("rt_sigreturn with esp in the kernel", sigreturn_wild_esp, 0xc0100000, SIGSEGV);
	must_die("rt_sigreturn with esp nowhere", sigreturn_wild_esp, gap, SIGSEGV);
}

static void test_privileged(void)
{
	must_die("hlt", do_hlt, 0, SIGSEGV);
	must_die("cli", do_cli, 0, SIGSEGV);
	must_die("sti", do_sti, 0, SIGSEGV);
	must_die("in", do_in, 0, SIGSEGV);
	must_die("out", do_out, 0, SIGSEGV);
	must_die("read cr0", do_cr0, 0, SIGSEGV);
	must_die("write cr3", do_cr3, 0, SIGSEGV);
	must_die("lgdt", do_lgdt, 0, SIGSEGV);
	must_die("invlpg", do_invlpg, 0, SIGSEGV);
	must_die("ltr", do_ltr, 0, SIGSEGV);
	must_die("clts", do_clts, 0, SIGSEGV);
	must_die("iret to a kernel segment", do_iret, 0, SIGSEGV);
	must_die("a kernel segment in ds", do_kernel_ds, 0, SIGSEGV);
	must_die("far call into the kernel", do_far_call, 0, SIGSEGV);
	must_die("int 14", do_int14, 0, SIGSEGV);
	must_die("int 0x20", do_int32, 0, SIGSEGV);
	must_die("int 0xff", do_int255, 0, SIGSEGV);
	must_die("iret with NT set", do_nested_task, 0, SIGSEGV);
	must_die("ud2", do_ud2, 0, SIGILL);
	must_die("divide by zero", do_div, 0, SIGFPE);
}

/* A cold sigreturn restores whatever lies on the stack: it must end in a signal, not in a panic. */
static void test_sigreturn(void)
{
	int status = in_child(cold_sigreturn, NULL);

	ok(WIFSIGNALED(status), "cold sigreturn is killed (status %#x)", status);
	status = in_child(cold_rt_sigreturn, NULL);
	ok(WIFSIGNALED(status), "cold rt_sigreturn is killed (status %#x)", status);
}

/* A forged frame asks sigreturn for kernel segments and I/O rights. */
static void forge(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)si;
	uc->uc_mcontext.gregs[REG_EFL] |= 0x3000 | 0x20000 | 0x4000;
}

WILD(forged_flags)
{
	struct sigaction sa = { .sa_sigaction = forge, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	return do_cli(NULL);
}

static void forge_segments(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)si;
	uc->uc_mcontext.gregs[REG_CS] = 0x60;
	uc->uc_mcontext.gregs[REG_SS] = 0x68;
	uc->uc_mcontext.gregs[REG_DS] = 0x68;
}

WILD(forged_segments)
{
	struct sigaction sa = { .sa_sigaction = forge_segments, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	return do_cli(NULL);
}

static void test_forged(void)
{
	must_die("sigreturn gives no I/O rights", forged_flags, 0, SIGSEGV);
	must_die("sigreturn gives no kernel segments", forged_segments, 0, SIGSEGV);
}

int main(void)
{
	test_addresses();
	test_execute_data();
	test_stack_pointer();
	test_privileged();
	test_sigreturn();
	test_forged();
	is(sys(SYS_getpid), getpid(), "after all this the kernel answers");
	return done();
}
