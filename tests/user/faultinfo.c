/* What a fault's handler is told: signal, code, address, and the trap number, error code and cr2. */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

/* One page fault: everything a handler sees of it. err has the present, write, user bits. */
static void page_fault(const char *what, int code, unsigned long addr, unsigned long err)
{
	is(probe_fault.sig, SIGSEGV, "%s: SIGSEGV", what);
	is(probe_fault.code, code, "%s: si_code", what);
	is(probe_fault.addr, addr, "%s: si_addr", what);
	is(probe_fault.trapno, 14, "%s: trapno", what);
	is(probe_fault.err & 7, err, "%s: err", what);
	is(probe_fault.cr2, addr, "%s: cr2", what);
}

static void test_page_faults(void)
{
	char *p = anon(3, RW);

	p[0] = 1;
	munmap(p + PAGE, PAGE);
	read_faults(p + PAGE + 123);
	page_fault("read of nothing", SEGV_MAPERR, (long)(p + PAGE + 123), 4);
	write_faults(p + PAGE + 1);
	page_fault("write of nothing", SEGV_MAPERR, (long)(p + PAGE + 1), 6);
	mprotect(p, PAGE, PROT_READ);
	write_faults(p + 5);
	page_fault("write of a read-only page", SEGV_ACCERR, (long)(p + 5), 7);
	read_faults(NULL);
	page_fault("read of NULL", SEGV_MAPERR, 0, 4);
	write_faults((void *)8);
	page_fault("write near NULL", SEGV_MAPERR, 8, 6);
	mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
	read_faults(p + 2 * PAGE);
	is(probe_fault.code, SEGV_ACCERR, "untouched PROT_NONE page: SEGV_ACCERR");
	is(probe_fault.err & 6, 4, "  a read from user mode");
	munmap(p, 3 * PAGE);
}

static void jump(void *p)
{
	((void (*)(void))(uintptr_t)p)();
}

static void test_jump(void)
{
	char *gap = hole(1);

	is(probe(jump, gap + 16), SIGSEGV, "jump to nowhere: SIGSEGV");
	is(probe_fault.addr, (long)gap + 16, "  si_addr is the target");
	is(probe_fault.eip, (long)gap + 16, "  so is eip");
	is(probe_fault.code, SEGV_MAPERR, "  SEGV_MAPERR");
	is(probe(jump, NULL), SIGSEGV, "call of NULL: SIGSEGV");
	ok(probe_fault.eip == 0 && probe_fault.addr == 0, "  eip and si_addr are 0");
}

extern const char fault_div[], fault_ud2[], fault_hlt[], fault_after_int3[];

static void divide(void *p)
{
	(void)p;
	__asm__ volatile("xorl %%ecx, %%ecx\n\tmovl $1, %%eax\n\tcltd\n\t"
			 ".globl fault_div\nfault_div:\tidivl %%ecx"
			 :
			 :
			 : "eax", "ecx", "edx");
}

static void undefined(void *p)
{
	(void)p;
	__asm__ volatile(".globl fault_ud2\nfault_ud2:\tud2");
}

static void halt(void *p)
{
	(void)p;
	__asm__ volatile(".globl fault_hlt\nfault_hlt:\thlt");
}

static void breakpoint(void *p)
{
	(void)p;
	__asm__ volatile("int3\n\t.globl fault_after_int3\nfault_after_int3:");
}

static void single_step(void *p)
{
	(void)p;
	__asm__ volatile("pushfl\n\torl $0x100, (%esp)\n\tpopfl\n\tnop\n\tnop");
}

static void test_exceptions(void)
{
	is(probe(divide, NULL), SIGFPE, "division by zero: SIGFPE");
	is(probe_fault.code, FPE_INTDIV, "  FPE_INTDIV");
	is(probe_fault.addr, (long)fault_div, "  si_addr is the instruction");
	is(probe_fault.eip, (long)fault_div, "  eip too");
	is(probe_fault.trapno, 0, "  trapno 0");
	is(probe(undefined, NULL), SIGILL, "ud2: SIGILL");
	is(probe_fault.code, ILL_ILLOPN, "  ILL_ILLOPN");
	is(probe_fault.addr, (long)fault_ud2, "  si_addr is the instruction");
	is(probe_fault.trapno, 6, "  trapno 6");
	is(probe(halt, NULL), SIGSEGV, "hlt: SIGSEGV");
	is(probe_fault.code, SI_KERNEL, "  SI_KERNEL");
	is(probe_fault.addr, 0, "  no address");
	is(probe_fault.eip, (long)fault_hlt, "  eip is the instruction");
	is(probe_fault.trapno, 13, "  trapno 13");
	is(probe(breakpoint, NULL), SIGTRAP, "int3: SIGTRAP");
	is(probe_fault.code, SI_KERNEL, "  SI_KERNEL");
	is(probe_fault.eip, (long)fault_after_int3, "  eip is after it");
	is(probe_fault.trapno, 3, "  trapno 3");
	is(probe(single_step, NULL), SIGTRAP, "trap flag: SIGTRAP");
	is(probe_fault.trapno, 1, "  trapno 1");
}

static char *repair_page;
static volatile int repairs;

static void repair(int sig, siginfo_t *si, void *context)
{
	(void)context;
	repairs++;
	if (sig != SIGSEGV || (char *)si->si_addr != repair_page + 10 || repairs > 1)
		_exit(77);
	mprotect(repair_page, PAGE, RW);
}

/* The handler mends the mapping and returns: the faulting store runs again. */
static void test_repair(void)
{
	repair_page = anon(1, PROT_READ);
	probe_catch(repair);
	repair_page[10] = 42;
	probe_catch(NULL);
	ok(repairs == 1 && repair_page[10] == 42,
	   "a handler mends the page and the store runs again");
}

static void skip_insn(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)si;
	uc->uc_mcontext.gregs[REG_EIP] += 2;
	uc->uc_mcontext.gregs[REG_EAX] = 0x1234;
}

static void test_context_edit(void)
{
	long eax = 0, ebx = 0x55, esi = 0x66;

	probe_catch(skip_insn);
	__asm__ volatile("ud2" : "+a"(eax), "+b"(ebx), "+S"(esi));
	probe_catch(NULL);
	is(eax, 0x1234, "a handler may change eip and eax");
	ok(ebx == 0x55 && esi == 0x66, "the other registers come back");
}

static int fault_while_blocked(void *p)
{
	sigset_t set;

	probe_catch(probe_handler);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	*(volatile char *)p = 1;
	return 0;
}

static int fault_while_ignored(void *p)
{
	signal(SIGSEGV, SIG_IGN);
	*(volatile char *)p = 1;
	return 0;
}

static void bad_handler_stack(int sig)
{
	(void)sig;
	_exit(3);
}

static int handler_without_stack(void *p)
{
	signal(SIGSEGV, bad_handler_stack);
	__asm__ volatile("movl %0, %%esp\n\tpushl $0" : : "r"(p));
	return 0;
}

static void test_forced(void)
{
	char *gap = hole(4);

	ok(dies(in_child(fault_while_blocked, gap), SIGSEGV), "a fault kills though it is blocked");
	ok(dies(in_child(fault_while_ignored, gap), SIGSEGV), "a fault kills though it is ignored");
	ok(dies(in_child(handler_without_stack, gap + 2 * PAGE), SIGSEGV),
	   "no stack for the handler's frame: killed");
}

int main(void)
{
	test_page_faults();
	test_jump();
	test_exceptions();
	test_repair();
	test_context_edit();
	test_forced();
	return done();
}
