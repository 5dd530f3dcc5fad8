/*
 * The system calls on files, as kernel/syscall.c enters them in its table. Arguments, results and
 * errors are those of the manual pages, section 2; every pointer is a user address. A 64-bit
 * argument comes as two words, the low one first (but _llseek has the high one first).
 */
#ifndef KERNEL_FS_SYSCALLS_H
#define KERNEL_FS_SYSCALLS_H

#include "kernel/fs/stat.h"
#include "kernel/lib/types.h"

struct pollfd;

/* How readv(2) and its like take buffers: at most UIO_MAXIOV of them. */
#define UIO_MAXIOV  1024
#define UIO_FASTIOV 8
struct iovec {
	void *iov_base;
	size_t iov_len;
};

/*
 * Copies them into *iov: @fast, which has room for UIO_FASTIOV, or memory for free_iovec(). @ours: they are the
 * caller's buffers. Their bytes together, to which they are cut, or -EINVAL, -EFAULT, -ENOMEM and nothing to free.
 */
ssize_t import_iovec(const struct iovec *user, unsigned long nr, struct iovec *fast,
		     struct iovec **iov, bool ours);
void free_iovec(struct iovec *iov, const struct iovec *fast);

#define CALL(nr, name, ...) long sys_##name(__VA_ARGS__);
#include "kernel/fs/calls.h"
#undef CALL

#endif
