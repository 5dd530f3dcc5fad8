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

/* kernel/ipc/process_vm.c */
long sys_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long nr_local,
			  const struct iovec *remote, unsigned long nr_remote, unsigned long flags);
long sys_process_vm_writev(pid_t pid, const struct iovec *local, unsigned long nr_local,
			   const struct iovec *remote, unsigned long nr_remote,
			   unsigned long flags);

/* kernel/fs/open.c */
long sys_openat(int dfd, const char *path, int flags, int mode);
long sys_open(const char *path, int flags, int mode);
long sys_creat(const char *path, int mode);
long sys_close(unsigned int fd);
long sys_truncate(const char *path, long size);
long sys_ftruncate(unsigned int fd, long size);
long sys_fallocate(unsigned int fd, int mode, u32 lo, u32 hi, u32 len_lo, u32 len_hi);
long sys_truncate64(const char *path, u32 lo, u32 hi);
long sys_ftruncate64(unsigned int fd, u32 lo, u32 hi);
long sys_chdir(const char *path);
long sys_chroot(const char *path);
long sys_fchdir(unsigned int fd);
long sys_umask(int mask);
long sys_sync(void);
long sys_fsync(unsigned int fd);
long sys_syncfs(unsigned int fd);
long sys_fadvise64_64(unsigned int fd, u32 lo, u32 hi, u32 len_lo, u32 len_hi, int advice);
long sys_fadvise64(unsigned int fd, u32 lo, u32 hi, u32 len, int advice);
long sys_readahead(unsigned int fd, u32 lo, u32 hi, size_t count);

/* kernel/fs/read_write.c */
long sys_read(unsigned int fd, char *buf, size_t count);
long sys_write(unsigned int fd, const char *buf, size_t count);
long sys_pread64(unsigned int fd, char *buf, size_t count, u32 lo, u32 hi);
long sys_pwrite64(unsigned int fd, const char *buf, size_t count, u32 lo, u32 hi);
long sys_readv(unsigned int fd, const struct iovec *iov, unsigned long nr);
long sys_writev(unsigned int fd, const struct iovec *iov, unsigned long nr);
long sys_preadv(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi);
long sys_pwritev(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi);
long sys_preadv2(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
		 int flags);
long sys_pwritev2(unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
		  int flags);
long sys_lseek(unsigned int fd, long offset, int whence);
long sys__llseek(unsigned int fd, u32 hi, u32 lo, loff_t *result, int whence);

/* kernel/fs/fcntl.c */
long sys_dup(unsigned int fd);
long sys_dup3(unsigned int oldfd, unsigned int newfd, int flags);
long sys_dup2(unsigned int oldfd, unsigned int newfd);
long sys_memfd_create(const char *name, unsigned int flags);
long sys_fcntl64(unsigned int fd, unsigned int cmd, unsigned long arg);
long sys_flock(unsigned int fd, unsigned int op);
long sys_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg);

/* kernel/fs/fdtable.c */
long sys_close_range(unsigned int first, unsigned int last, unsigned int flags);

/* kernel/fs/stat.c */
long sys_fstatat64(int dfd, const char *path, struct stat64 *st, int flags);
long sys_stat64(const char *path, struct stat64 *st);
long sys_lstat64(const char *path, struct stat64 *st);
long sys_fstat64(unsigned int fd, struct stat64 *st);
long sys_statx(int dfd, const char *path, int flags, unsigned int mask, struct statx *st);
long sys_statfs64(const char *path, size_t size, struct statfs64 *st);
long sys_fstatfs64(unsigned int fd, size_t size, struct statfs64 *st);
long sys_faccessat2(int dfd, const char *path, int mode, int flags);
long sys_faccessat(int dfd, const char *path, int mode);
long sys_access(const char *path, int mode);
long sys_fchmodat(int dfd, const char *path, unsigned int mode);
long sys_chmod(const char *path, unsigned int mode);
long sys_fchmod(unsigned int fd, unsigned int mode);
long sys_fchownat(int dfd, const char *path, u32 uid, u32 gid, int flags);
long sys_chown32(const char *path, u32 uid, u32 gid);
long sys_lchown32(const char *path, u32 uid, u32 gid);
long sys_fchown32(unsigned int fd, u32 uid, u32 gid);
long sys_utimensat(int dfd, const char *path, const s32 *times, int flags);
long sys_utimensat_time64(int dfd, const char *path, const s64 *times, int flags);

/* kernel/fs/readdir.c */
long sys_getdents64(unsigned int fd, void *buf, unsigned int count);
long sys_readlinkat(int dfd, const char *path, char *buf, int size);
long sys_readlink(const char *path, char *buf, int size);
long sys_getcwd(char *buf, unsigned long size);

/* kernel/fs/link.c */
long sys_mkdirat(int dfd, const char *path, int mode);
long sys_mknodat(int dfd, const char *path, int mode, unsigned int dev);
long sys_symlinkat(const char *target, int dfd, const char *path);
long sys_linkat(int olddfd, const char *old, int newdfd, const char *path, int flags);
long sys_unlinkat(int dfd, const char *path, int flags);
long sys_mkdir(const char *path, int mode);
long sys_mknod(const char *path, int mode, unsigned int dev);
long sys_symlink(const char *target, const char *path);
long sys_link(const char *old, const char *path);
long sys_unlink(const char *path);
long sys_rmdir(const char *path);

long sys_renameat2(int olddfd, const char *old, int newdfd, const char *new, unsigned int flags);
long sys_rename(const char *old, const char *new);
long sys_renameat(int olddfd, const char *old, int newdfd, const char *new);

/* kernel/fs/namespace.c */
long sys_mount(const char *devname, const char *dir, const char *type, unsigned long flags,
	       const char *options);
long sys_umount2(const char *dir, int flags);

/* kernel/fs/eventfd.c */
long sys_eventfd2(unsigned int count, int flags);
long sys_eventfd(unsigned int count);

/* kernel/fs/pipe.c */
long sys_pipe2(int *user, int flags);
long sys_pipe(int *user);

/* kernel/fs/splice.c */
long sys_sendfile64(int out, int in, loff_t *offset, size_t count);
long sys_sendfile(int out, int in, long *offset, size_t count);
long sys_copy_file_range(int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count,
			 unsigned int flags);
long sys_splice(int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count, unsigned int flags);
long sys_tee(int in, int out, size_t count, unsigned int flags);
long sys_vmsplice(int fd, const struct iovec *iov, unsigned long nr, unsigned int flags);

/* kernel/fs/select.c */
long sys_poll(struct pollfd *fds, unsigned int nr, int timeout);
long sys_ppoll(struct pollfd *fds, unsigned int nr, void *ts, const void *mask, size_t size);
long sys_ppoll_time64(struct pollfd *fds, unsigned int nr, void *ts, const void *mask, size_t size);
long sys_select(int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *tv);
long sys_pselect6(int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *ts,
		  const void *sig);
long sys_pselect6_time64(int nr, unsigned long *in, unsigned long *out, unsigned long *except,
			 void *ts, const void *sig);

#endif
