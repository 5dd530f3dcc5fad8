/*
 * Scattered buffers of user space (readv(2)).
 */
#ifndef KERNEL_FS_UIO_H
#define KERNEL_FS_UIO_H

#include "kernel/lib/types.h"

struct iovec {
	void *iov_base;
	size_t iov_len;
};

/*
 * Copy @nr descriptions from user space, into @fast if they are at most @nr_fast, else into memory
 * that the caller kfree()s: *result. Returns their bytes together (cut to what one call may move),
 * -EINVAL (more than 1024, a negative length), -EFAULT, -ENOMEM.
 */
ssize_t import_iovec(const struct iovec *user, unsigned long nr, struct iovec *fast,
		     unsigned long nr_fast, struct iovec **result);

#endif
