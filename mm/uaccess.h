/*
 * The only way (with get_user_pages) to touch user memory. Every address is
 * checked against TASK_SIZE; a fault that cannot be resolved ends the copy
 * instead of the kernel (exception table). Where the processor has SMAP, user
 * pages are open to the kernel inside these functions only.
 *
 * All may sleep, but for copy_from_user_inatomic under pagefault_disable().
 */
#ifndef MM_UACCESS_H
#define MM_UACCESS_H

#include "kernel/lib/errno.h"
#include "mm/page.h"

struct pt_regs;

/* Does [addr, addr+size) lie in user space? Says nothing about what is mapped there. */
static inline bool access_ok(const void __user *addr, unsigned long size)
{
	return size <= TASK_SIZE && (unsigned long)addr <= TASK_SIZE - size;
}

/*
 * Bytes that could NOT be copied: 0 is success; what comes before them is copied
 * to the byte. copy_from_user zeroes what is missing. n may be 0.
 */
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);

/* The same, but zeroes nothing. Under pagefault_disable() it fails where a page would have to be brought
 * in. */
unsigned long copy_from_user_inatomic(void *to, const void __user *from, unsigned long n);

/* Brings in the page of the first of n bytes, n > 0, and tries to bring in that of the last one. 0, or
 * -EFAULT: not one byte can be read. For what reads them under pagefault_disable(). */
int fault_in_readable(const char __user *from, unsigned long n);

/* Length of the copied string without its NUL; n if there was none in n bytes; -EFAULT. */
long strncpy_from_user(char *to, const char __user *from, long n);
/* Length with the NUL; > n if there is none in n bytes; 0 on a fault. */
long strnlen_user(const char __user *s, long n);

/* get_user(x, ptr): x = *ptr, a scalar. 0, or -EFAULT and x = 0. */
#define get_user(x, ptr)                                                                 \
	({                                                                               \
		__typeof__(({ *(ptr); })) __gu;                                          \
		int __gu_err = copy_from_user(&__gu, (ptr), sizeof(__gu)) ? -EFAULT : 0; \
		(x) = __gu_err ? 0 : __gu;                                               \
		__gu_err;                                                                \
	})

/* put_user(x, ptr): *ptr = x, converted to its type. 0 or -EFAULT. */
#define put_user(x, ptr)                                                \
	({                                                              \
		__typeof__(*(ptr)) __pu = (x);                          \
		copy_to_user((ptr), &__pu, sizeof(__pu)) ? -EFAULT : 0; \
	})

/*
 * probe_kernel_read - read or write kernel memory that may not be there
 *
 * For debuggers, panics and tests. Returns 0, or -EFAULT if any byte could not be
 * accessed. Any context, any address; the hardware's rights are the judge.
 */
int probe_kernel_read(void *to, const void *from, unsigned long n);
#define probe_kernel_write probe_kernel_read

/* If a fault at regs->eip is expected (exception table), continues at its fixup and says true. */
bool fixup_exception(struct pt_regs *regs);

#endif
