/*
 * The only way (with get_user_pages) to touch user memory. Every address is
 * checked against TASK_SIZE; a fault that cannot be resolved ends the copy
 * instead of the kernel (exception table). Where the processor has SMAP, user
 * pages are open to the kernel inside these functions only.
 *
 * All may sleep, but for those whose name says _inatomic: they want
 * pagefault_disable(), and fail where a page would have to be brought in.
 */
#ifndef MM_UACCESS_H
#define MM_UACCESS_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"
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

/* The same, for a caller that may not sleep; the missing part is not zeroed. */
unsigned long copy_to_user_inatomic(void __user *to, const void *from, unsigned long n);
unsigned long copy_from_user_inatomic(void *to, const void __user *from, unsigned long n);

/* Length of the copied string without its NUL; n if there was none in n bytes; -EFAULT. */
long strncpy_from_user(char *to, const char __user *from, long n);
/* Length with the NUL; > n if there is none in n bytes; 0 on a fault. */
long strnlen_user(const char __user *s, long n);

/*
 * cmpxchg_user_inatomic - if *uaddr is @old make it @new, in one step
 *
 * *prev takes what was there. Returns 0 or -EFAULT. @uaddr is aligned to 4.
 */
int cmpxchg_user_inatomic(u32 __user *uaddr, u32 old, u32 new, u32 *prev);

/*
 * probe_kernel_read, probe_kernel_write - touch a kernel address that may not be there
 *
 * For debuggers, panics and tests. Returns 0, or -EFAULT if any byte could not be
 * accessed. Any context, any address; the hardware's rights are the judge.
 */
int probe_kernel_read(void *to, const void *from, unsigned long n);
int probe_kernel_write(void *to, const void *from, unsigned long n);

int __get_user_1(const void __user *addr, unsigned long *value);
int __get_user_2(const void __user *addr, unsigned long *value);
int __get_user_4(const void __user *addr, unsigned long *value);
int __get_user_8(const void __user *addr, u64 *value);
int __put_user_1(void __user *addr, unsigned long value);
int __put_user_2(void __user *addr, unsigned long value);
int __put_user_4(void __user *addr, unsigned long value);
int __put_user_8(void __user *addr, u64 value);

/* Not defined: the size of the object is not 1, 2, 4 or 8. */
int __user_access_bad(void);

/* get_user(x, ptr): x = *ptr, one value of 1, 2, 4 or 8 bytes. 0, or -EFAULT and x = 0. */
#define get_user(x, ptr)                                                                      \
	({                                                                                    \
		__typeof__(__builtin_choose_expr(sizeof(*(ptr)) == 8, 0ULL, 0UL)) __gu_v = 0; \
		int __gu_err;                                                                 \
		switch (sizeof(*(ptr))) {                                                     \
		case 1:                                                                       \
			__gu_err = __get_user_1((ptr), (unsigned long *)&__gu_v);             \
			break;                                                                \
		case 2:                                                                       \
			__gu_err = __get_user_2((ptr), (unsigned long *)&__gu_v);             \
			break;                                                                \
		case 4:                                                                       \
			__gu_err = __get_user_4((ptr), (unsigned long *)&__gu_v);             \
			break;                                                                \
		case 8:                                                                       \
			__gu_err = __get_user_8((ptr), (u64 *)&__gu_v);                       \
			break;                                                                \
		default:                                                                      \
			__gu_err = __user_access_bad();                                       \
		}                                                                             \
		(x) = (__typeof__(*(ptr)))__gu_v;                                             \
		__gu_err;                                                                     \
	})

/* put_user(x, ptr): *ptr = x, converted to its type. 0 or -EFAULT. */
#define put_user(x, ptr)                                                                   \
	({                                                                                 \
		__typeof__(*(ptr)) __pu_x = (x);                                           \
		__typeof__(__builtin_choose_expr(sizeof(*(ptr)) == 8, 0ULL, 0UL)) __pu_v = \
			(__typeof__(__pu_v))__pu_x;                                        \
		int __pu_err;                                                              \
		switch (sizeof(*(ptr))) {                                                  \
		case 1:                                                                    \
			__pu_err = __put_user_1((ptr), __pu_v);                            \
			break;                                                             \
		case 2:                                                                    \
			__pu_err = __put_user_2((ptr), __pu_v);                            \
			break;                                                             \
		case 4:                                                                    \
			__pu_err = __put_user_4((ptr), __pu_v);                            \
			break;                                                             \
		case 8:                                                                    \
			__pu_err = __put_user_8((ptr), __pu_v);                            \
			break;                                                             \
		default:                                                                   \
			__pu_err = __user_access_bad();                                    \
		}                                                                          \
		__pu_err;                                                                  \
	})

/* If a fault at regs->eip is expected (exception table), continues at its fixup and says true. */
bool fixup_exception(struct pt_regs *regs);

#endif
