/*
 * The only way (with get_user_pages) to touch user memory. Every address is
 * checked against TASK_SIZE; a fault that cannot be resolved ends the copy
 * instead of the kernel (exception table).
 */
#ifndef MM_UACCESS_H
#define MM_UACCESS_H

#include "kernel/lib/types.h"

#define __user /* marks pointers into user space, for the reader */

struct pt_regs;

/* Does [addr, addr+size) lie in user space? Says nothing about what is mapped there. */
bool access_ok(const void __user *addr, unsigned long size);

/* Bytes that could NOT be copied: 0 is success. copy_from_user zeroes what is missing. May sleep. */
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);

/* Length of the copied string without its NUL; n if there was none in n bytes; -EFAULT. */
long strncpy_from_user(char *to, const char __user *from, long n);
/* Length with the NUL; > n if there is none in n bytes; 0 on a fault. */
long strnlen_user(const char __user *s, long n);

int __get_user_bad(void);
/* get_user(x, ptr), put_user(x, ptr): one value of 1, 2, 4 or 8 bytes; 0 or -EFAULT. Macros of kvm's. */

/* If a fault at regs->eip is expected (exception table), continues at its fixup and says true. */
bool fixup_exception(struct pt_regs *regs);

#endif
