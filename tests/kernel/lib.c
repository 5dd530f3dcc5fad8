/*
 * What kernel/lib and kernel/x86 do in assembly, and what needs the real kernel: string instructions, divisions, atomic
 * operations, symbols, the log.
 */
#include "kernel/lib/bitops.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/x86/atomic.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/fpu.h"
#include "kernel/x86/irq.h"
#include "kernel/x86/thread.h"
#include "tests/kernel/ktest.h"

static u32 seed = 12345;

static u32 random32(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed ^ seed >> 16;
}

/* Quotient and remainder are right when they multiply back and the remainder is small. */
static bool divisions_multiply_back(void)
{
	u32 divisor, rest;
	u64 n, q;
	int i;

	for (i = 0; i < 20000; i++) {
		n = ((u64)random32() << 32 | random32()) >> (random32() & 63);
		divisor = (random32() >> (random32() & 31)) | 1;
		q = div_u64_rem(n, divisor, &rest);
		if (rest >= divisor || q * divisor + rest != n)
			return false;
	}
	return true;
}

static bool moves_are_exact(void)
{
	static u8 area[96], copy[96];
	u32 i, j, from, to, n;

	for (i = 0; i < 5000; i++) {
		for (j = 0; j < sizeof(area); j++)
			area[j] = copy[j] = random32();
		from = random32() % 48;
		to = random32() % 48;
		n = random32() % 48;
		memmove(area + to, area + from, n);
		for (j = 0; j < sizeof(area); j++) {
			if (area[j] != (j >= to && j < to + n ? copy[j - to + from] : copy[j]))
				return false;
		}
		memset(area + to, 0x1a5, n);
		for (j = 0; j < n; j++) {
			if (area[to + j] != 0xa5)
				return false;
		}
	}
	return true;
}

static void test_atomics(void)
{
	atomic_t v = ATOMIC_INIT(2);
	int word = 5;

	KTEST(!atomic_dec_and_test(&v) && atomic_dec_and_test(&v),
	      "atomic_dec_and_test is true at zero only");
	KTEST(atomic_inc_return(&v) == 1 && atomic_inc_return(&v) == 2 && atomic_read(&v) == 2,
	      "increments");
	atomic_add(7, &v);
	atomic_sub(2, &v);
	KTEST(atomic_read(&v) == 7, "additions");
	KTEST(xchg(&word, 9) == 5 && word == 9, "xchg returns what was there");
}

static void test_symbols(void)
{
	unsigned long size = 0, offset = 0, addr = (unsigned long)memcmp;
	const char *name = kallsyms_lookup(addr + 3, &size, &offset);
	char text[64];

	KTEST(name && !strcmp(name, "memcmp") && offset == 3 && size > 3,
	      "an address in a function has its name");
	KTEST(!kallsyms_lookup((unsigned long)&seed, NULL, NULL), "data has none");
	snprintf(text, sizeof(text), "%pS", (void *)(addr + 1));
	KTEST(!strncmp(text, "memcmp+0x1/0x", 13), "%pS prints name, offset and size");
}

/* Bytes that a reader of the log finds from *pos on. */
static size_t read_all(char *buf, size_t size, u64 *pos)
{
	size_t n, len = 0;

	while (len < size - 1 && (n = log_read(buf + len, size - 1 - len, pos)))
		len += n;
	buf[len] = 0;
	return len;
}

static void test_log(void)
{
	static char text[512];
	int level = console_loglevel;
	u64 pos = ~0ULL;

	log_read(text, 1, &pos);
	console_loglevel = 0;
	printk(KERN_INFO "log test %d", 1);
	printk(KERN_ERR "second\nthird\n");
	console_loglevel = level;
	read_all(text, sizeof(text), &pos);
	KTEST(strstr(text, "log test 1\n"),
	      "a message without a newline ends its line all the same");
	KTEST(!strncmp(text, "<6>[", 4) && strstr(text, "\n<3>["),
	      "lines in the log begin with their level");
	KTEST(strstr(text, "] second\n<3>[") && strstr(text, "] third\n"),
	      "two lines in one message are two lines");
	pos = 0;
	KTEST(log_read(text, 16, &pos) == 16 && pos >= 16,
	      "reading from the beginning starts at what is left");
}

static void test_tls(void)
{
	struct thread_struct *t = NULL;
	static struct thread_struct space;
	struct user_desc info = { .entry_number = -1,
				  .base_addr = 0x12345678,
				  .limit = 0xfffff,
				  .seg_32bit = 1,
				  .limit_in_pages = 1,
				  .useable = 1 };
	struct user_desc third;

	t = &space;
	KTEST(tls_set(t, &info) == 0 && info.entry_number == 6, "the first free TLS entry is 6");
	KTEST(t->tls_array[0].a == 0x5678ffff && t->tls_array[0].b == 0x12dff234,
	      "its descriptor is made as the manual says");
	third = info;
	third.entry_number = -1;
	tls_set(t, &third);
	third.entry_number = -1;
	tls_set(t, &third);
	KTEST(third.entry_number == 8, "the third is 8");
	third.entry_number = -1;
	KTEST(tls_set(t, &third) < 0, "there is no fourth");
	third.entry_number = 12;
	KTEST(tls_set(t, &third) < 0, "the kernel's own descriptors are out of reach");
	third.entry_number = 7;
	third.contents = 2;
	KTEST(tls_set(t, &third) < 0, "code segments are refused");
}

static irqreturn_t handle_nothing(int irq, void *dev)
{
	return IRQ_NONE;
}

static void test_irq_lines(void)
{
	KTEST(request_irq(16, handle_nothing, 0, "test", NULL) == -EINVAL &&
		      request_irq(CASCADE_IRQ, handle_nothing, 0, "test", NULL) == -EINVAL,
	      "lines that do not exist are refused");
	KTEST(request_irq(TIMER_IRQ, handle_nothing, 0, "test", NULL) == -EBUSY,
	      "a line that is taken is refused");
	KTEST(irq_desc[TIMER_IRQ].count > 0, "its handler stays, and is called");
}

KTEST_SUITE(lib)
{
	KTEST(divisions_multiply_back(), "64-bit division by 20,000 random numbers");
	KTEST(moves_are_exact(), "memmove and memset move 5,000 random pieces and nothing else");
	test_atomics();
	test_symbols();
	test_log();
}

KTEST_SUITE(x86)
{
	test_tls();
	test_irq_lines();
	KTEST(!cpu_has(X86_FEATURE_SMEP) || (read_cr4() & X86_CR4_SMEP),
	      "SMEP is on where it exists");
	KTEST(!cpu_has(X86_FEATURE_SMAP) || (read_cr4() & X86_CR4_SMAP),
	      "SMAP is on where it exists");
	KTEST(read_cr0() & X86_CR0_WP, "ring 0 obeys read-only pages");
	KTEST(fpu_state_size() == (cpu_has(X86_FEATURE_FXSR)  ? 512u
				   : cpu_has(X86_FEATURE_FPU) ? 108u
							      : 0u),
	      "the size of the FPU state follows the processor");
}
