/*
 * process_vm_readv, process_vm_writev: bytes of another process's memory, copied once, from page to page.
 */
#include "kernel/fs/syscalls.h"
#include "kernel/task/pid.h"
#include "kernel/task/task_mm.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

/* The caller's buffers, as much of them as is left. */
struct local {
	struct iovec *iov;
	size_t left;
};

/* Moves n bytes, not more than are left, between @address and them. How many, up to a fault. */
static size_t copy_local(struct local *local, char *address, size_t n, bool write)
{
	size_t done = 0, fault = 0;

	while (done < n && !fault) {
		struct iovec *iov = local->iov;
		size_t step = min(n - done, iov->iov_len);

		fault = write ? copy_from_user_inatomic(address + done, iov->iov_base, step)
			      : copy_to_user(iov->iov_base, address + done, step);
		done += step - fault;
		iov->iov_base = (char *)iov->iov_base + step;
		iov->iov_len -= step;
		if (!iov->iov_len)
			local->iov++;
	}
	local->left -= done;
	return done;
}

/* One buffer of the other process. 0 or -errno. */
static int copy_remote(struct mm_struct *mm, const struct iovec *remote, struct local *local,
		       bool write)
{
	unsigned long addr = (unsigned long)remote->iov_base;
	size_t len = min(remote->iov_len, local->left), n, done;
	struct page *page;
	long got;

	for (; len; len -= n, addr += n) {
		n = min_t(size_t, len, PAGE_SIZE - (addr & ~PAGE_MASK));
		down_read(&mm->mmap_sem);
		got = get_user_pages(mm, addr, 1, write, false, &page);
		up_read(&mm->mmap_sem);
		if (got != 1)
			return -EFAULT;
		done = copy_local(local, (char *)kmap(page) + (addr & ~PAGE_MASK), n, write);
		kunmap(page);
		if (write)
			SetPageDirty(page);
		put_page(page);
		if (done < n)
			return -EFAULT;
	}
	return 0;
}

static long copy_process(pid_t pid, struct local local, const struct iovec *remote,
			 unsigned long nr, bool write)
{
	struct task_struct *task = get_task_by_pid(pid);
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;
	size_t all = local.left;
	int err = mm ? 0 : -ESRCH;

	for (; nr-- && local.left && !err; remote++)
		err = copy_remote(mm, remote, &local, write);
	if (mm)
		mmput(mm);
	if (task)
		put_task_struct(task);
	return all > local.left ? (long)(all - local.left) : err;
}

static long process_vm_rw(pid_t pid, const struct iovec *lvec, unsigned long nr_local,
			  const struct iovec *rvec, unsigned long nr_remote, unsigned long flags,
			  bool write)
{
	struct iovec fast_local[UIO_FASTIOV], fast_remote[UIO_FASTIOV], *local,
		*remote = fast_remote;
	ssize_t ret, n = flags ? -EINVAL : import_iovec(lvec, nr_local, fast_local, &local, true);

	if (n < 0)
		return n;
	ret = n ? import_iovec(rvec, nr_remote, fast_remote, &remote, false) : 0;
	if (ret > 0)
		ret = copy_process(pid, (struct local){ local, n }, remote, nr_remote, write);
	free_iovec(remote, fast_remote);
	free_iovec(local, fast_local);
	return ret;
}

long sys_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long nr_local,
			  const struct iovec *remote, unsigned long nr_remote, unsigned long flags)
{
	return process_vm_rw(pid, local, nr_local, remote, nr_remote, flags, false);
}

long sys_process_vm_writev(pid_t pid, const struct iovec *local, unsigned long nr_local,
			   const struct iovec *remote, unsigned long nr_remote, unsigned long flags)
{
	return process_vm_rw(pid, local, nr_local, remote, nr_remote, flags, true);
}
