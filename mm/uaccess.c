/*
 * Copies between kernel and user memory. Each instruction that touches user
 * memory has an entry in the exception table: where to go on when it faults and
 * the fault cannot be resolved. The string instructions leave in their registers
 * how far they came, so that partial copies are exact.
 */
#include "mm/uaccess.h"

#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "kernel/x86/page_copy.h"
#include "kernel/x86/smap.h"

struct exception_table_entry {
	unsigned long insn;  /* may fault */
	unsigned long fixup; /* goes on here */
};

/* In linker.ld. */
extern const struct exception_table_entry __start___ex_table[], __stop___ex_table[];

#define EX_TABLE(from, to)                       \
	"\n\t.pushsection __ex_table, \"a\"\n\t" \
	".balign 4\n\t"                          \
	".long " #from ", " #to "\n\t"           \
	".popsection\n\t"

bool fixup_exception(struct pt_regs *regs)
{
	const struct exception_table_entry *e;

	for (e = __start___ex_table; e < __stop___ex_table; e++) {
		if (e->insn == regs->eip) {
			regs->eip = e->fixup;
			return true;
		}
	}
	return false;
}

/* ---- blocks ----------------------------------------------------------------------------------- */

/*
 * Words first; what is left of them after a fault is tried byte by byte, because
 * the word that faulted may begin on a page that is there.
 */
static __always_inline unsigned long copy_bytes(void *to, const void *from, unsigned long n)
{
	unsigned long words, rest;

	if (n >= COPY_BLOCK)
		n = copy_blocks(&to, &from, n);
	words = n / 4;
	__asm__ volatile("1:\trep movsl\n"
			 "2:" EX_TABLE(1b, 2b)
			 : "+D"(to), "+S"(from), "+c"(words)
			 :
			 : "memory");
	rest = words * 4 + n % 4;
	if (rest)
		__asm__ volatile("1:\trep movsb\n"
				 "2:" EX_TABLE(1b, 2b)
				 : "+D"(to), "+S"(from), "+c"(rest)
				 :
				 : "memory");
	return rest;
}

static unsigned long copy_user(void *to, const void *from, unsigned long n)
{
	unsigned long left;

	stac();
	left = copy_bytes(to, from, n);
	clac();
	return left;
}

/* User addresses stay closed to it where there is SMAP: nothing is opened here. */
int probe_kernel_read(void *to, const void *from, unsigned long n)
{
	return copy_bytes(to, from, n) ? -EFAULT : 0;
}

unsigned long copy_from_user_inatomic(void *to, const void __user *from, unsigned long n)
{
	return likely(access_ok(from, n)) ? copy_user(to, from, n) : n;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_sleep();
	return likely(access_ok(to, n)) ? copy_user(to, from, n) : n;
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left;

	might_sleep();
	left = copy_from_user_inatomic(to, from, n);
	if (unlikely(left))
		memset((char *)to + n - left, 0, left);
	return left;
}

int fault_in_readable(const char __user *from, unsigned long n)
{
	char c;

	if (((unsigned long)from ^ (unsigned long)(from + n - 1)) & PAGE_MASK)
		copy_from_user(&c, from + n - 1, 1);
	return copy_from_user(&c, from, 1) ? -EFAULT : 0;
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	unsigned long words = n / 4, rest;

	might_sleep();
	if (unlikely(!access_ok(to, n)))
		return n;
	stac();
	__asm__ volatile("1:\trep stosl\n"
			 "2:" EX_TABLE(1b, 2b)
			 : "+D"(to), "+c"(words)
			 : "a"(0)
			 : "memory");
	rest = words * 4 + n % 4;
	__asm__ volatile("1:\trep stosb\n"
			 "2:" EX_TABLE(1b, 2b)
			 : "+D"(to), "+c"(rest)
			 : "a"(0)
			 : "memory");
	clac();
	return rest;
}

/* ---- strings ---------------------------------------------------------------------------------- */

/* Bytes of [addr, addr+n) that lie in user space. */
static unsigned long user_part(const void __user *addr, unsigned long n)
{
	unsigned long start = (unsigned long)addr;

	if (start >= TASK_SIZE)
		return 0;
	return n < TASK_SIZE - start ? n : TASK_SIZE - start;
}

/* Copies up to and with the NUL; *left counts down. 0 or -EFAULT. */
static __always_inline int copy_string(char *to, const char *from, unsigned long *left)
{
	int err = -EFAULT;
	char c = 1;

	stac();
	__asm__ volatile("1:\tmovb (%1), %b4\n\t"
			 "movb %b4, (%2)\n\t"
			 "testb %b4, %b4\n\t"
			 "jz 2f\n\t"
			 "incl %1\n\t"
			 "incl %2\n\t"
			 "decl %3\n\t"
			 "jnz 1b\n"
			 "2:\txorl %0, %0\n"
			 "3:" EX_TABLE(1b, 3b)
			 : "+&r"(err), "+&r"(from), "+&r"(to), "+&r"(*left), "+&q"(c)
			 :
			 : "memory", "cc");
	clac();
	return err;
}

static __always_inline int scan_string(const char *s, unsigned long *left)
{
	int err = -EFAULT;

	stac();
	__asm__ volatile("1:\tcmpb $0, (%1)\n\t"
			 "je 2f\n\t"
			 "incl %1\n\t"
			 "decl %2\n\t"
			 "jnz 1b\n"
			 "2:\txorl %0, %0\n"
			 "3:" EX_TABLE(1b, 3b)
			 : "+&r"(err), "+&r"(s), "+&r"(*left)
			 :
			 : "memory", "cc");
	clac();
	return err;
}

long strncpy_from_user(char *to, const char __user *from, long n)
{
	unsigned long max = n > 0 ? user_part(from, n) : 0, left = max;

	might_sleep();
	if (!max)
		return n > 0 ? -EFAULT : 0;
	if (copy_string(to, from, &left))
		return -EFAULT;
	/* No NUL up to the end of user space: what follows is not theirs to name. */
	if (!left && max < (unsigned long)n)
		return -EFAULT;
	return max - left;
}

long strnlen_user(const char __user *s, long n)
{
	unsigned long max = n > 0 ? user_part(s, n) : 0, left = max;

	might_sleep();
	if (!max)
		return n > 0 ? 0 : n + 1;
	if (scan_string(s, &left) || (!left && max < (unsigned long)n))
		return 0;
	return max - left + 1;
}
