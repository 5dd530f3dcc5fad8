/*
 * The system calls on files: number, name, arguments, sorted by the file that has them. Whoever includes this says what
 * CALL makes of it: kernel/fs/syscalls.h prototypes, kernel/syscall.c entries of its table.
 */

/* kernel/ipc/process_vm.c */
CALL(347, process_vm_readv, pid_t pid, const struct iovec *local, unsigned long nr_local,
     const struct iovec *remote, unsigned long nr_remote, unsigned long flags)
CALL(348, process_vm_writev, pid_t pid, const struct iovec *local, unsigned long nr_local,
     const struct iovec *remote, unsigned long nr_remote, unsigned long flags)

/* kernel/ipc/shm.c: ipc(2) carries the others for i386 */
CALL(395, shmget, int key, size_t size, int flags)
CALL(396, shmctl, int id, int cmd, void *buf)
CALL(397, shmat, int id, unsigned long addr, int flags)
CALL(398, shmdt, unsigned long addr)
CALL(117, ipc, unsigned int call, int first, unsigned long second, unsigned long third, void *ptr)

/* kernel/fs/open.c */
CALL(295, openat, int dfd, const char *path, int flags, int mode)
CALL(6, close, unsigned int fd)
CALL(324, fallocate, unsigned int fd, int mode, u32 lo, u32 hi, u32 len_lo, u32 len_hi)
CALL(193, truncate64, const char *path, u32 lo, u32 hi)
CALL(194, ftruncate64, unsigned int fd, u32 lo, u32 hi)
CALL(12, chdir, const char *path)
CALL(61, chroot, const char *path)
CALL(133, fchdir, unsigned int fd)
CALL(60, umask, int mask)
CALL(36, sync, void)
CALL(118, fsync, unsigned int fd)
CALL(344, syncfs, unsigned int fd)
CALL(272, fadvise64_64, unsigned int fd, u32 lo, u32 hi, u32 len_lo, u32 len_hi, int advice)
CALL(225, readahead, unsigned int fd, u32 lo, u32 hi, size_t count)

/* kernel/fs/read_write.c */
CALL(3, read, unsigned int fd, char *buf, size_t count)
CALL(4, write, unsigned int fd, const char *buf, size_t count)
CALL(180, pread64, unsigned int fd, char *buf, size_t count, u32 lo, u32 hi)
CALL(181, pwrite64, unsigned int fd, const char *buf, size_t count, u32 lo, u32 hi)
CALL(145, readv, unsigned int fd, const struct iovec *iov, unsigned long nr)
CALL(146, writev, unsigned int fd, const struct iovec *iov, unsigned long nr)
CALL(333, preadv, unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi)
CALL(334, pwritev, unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi)
CALL(378, preadv2, unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
     int flags)
CALL(379, pwritev2, unsigned int fd, const struct iovec *iov, unsigned long nr, u32 lo, u32 hi,
     int flags)
CALL(19, lseek, unsigned int fd, long offset, int whence)
CALL(140, _llseek, unsigned int fd, u32 hi, u32 lo, loff_t *result, int whence)

/* kernel/fs/fcntl.c */
CALL(41, dup, unsigned int fd)
CALL(330, dup3, unsigned int oldfd, unsigned int newfd, int flags)
CALL(63, dup2, unsigned int oldfd, unsigned int newfd)
CALL(356, memfd_create, const char *name, unsigned int flags)
CALL(221, fcntl64, unsigned int fd, unsigned int cmd, unsigned long arg)
CALL(143, flock, unsigned int fd, unsigned int op)
CALL(54, ioctl, unsigned int fd, unsigned int cmd, unsigned long arg)

/* kernel/fs/fdtable.c */
CALL(436, close_range, unsigned int first, unsigned int last, unsigned int flags)

/* kernel/fs/stat.c */
CALL(300, fstatat64, int dfd, const char *path, struct stat64 *st, int flags)
CALL(197, fstat64, unsigned int fd, struct stat64 *st)
CALL(383, statx, int dfd, const char *path, int flags, unsigned int mask, struct statx *st)
CALL(268, statfs64, const char *path, size_t size, struct statfs64 *st)
CALL(269, fstatfs64, unsigned int fd, size_t size, struct statfs64 *st)
CALL(439, faccessat2, int dfd, const char *path, int mode, int flags)
CALL(306, fchmodat, int dfd, const char *path, unsigned int mode)
CALL(94, fchmod, unsigned int fd, unsigned int mode)
CALL(298, fchownat, int dfd, const char *path, u32 uid, u32 gid, int flags)
CALL(207, fchown32, unsigned int fd, u32 uid, u32 gid)
CALL(320, utimensat, int dfd, const char *path, const s32 *times, int flags)
CALL(412, utimensat_time64, int dfd, const char *path, const s64 *times, int flags)

/* kernel/fs/readdir.c */
CALL(220, getdents64, unsigned int fd, void *buf, unsigned int count)
CALL(305, readlinkat, int dfd, const char *path, char *buf, int size)
CALL(183, getcwd, char *buf, unsigned long size)

/* kernel/fs/link.c */
CALL(296, mkdirat, int dfd, const char *path, int mode)
CALL(297, mknodat, int dfd, const char *path, int mode, unsigned int dev)
CALL(304, symlinkat, const char *target, int dfd, const char *path)
CALL(303, linkat, int olddfd, const char *old, int newdfd, const char *path, int flags)
CALL(301, unlinkat, int dfd, const char *path, int flags)
CALL(353, renameat2, int olddfd, const char *old, int newdfd, const char *new, unsigned int flags)

/* kernel/fs/namespace.c */
CALL(21, mount, const char *devname, const char *dir, const char *type, unsigned long flags,
     const char *options)
CALL(52, umount2, const char *dir, int flags)

/* kernel/fs/eventfd.c */
CALL(328, eventfd2, unsigned int count, int flags)

/* kernel/fs/pipe.c */
CALL(331, pipe2, int *user, int flags)

/* kernel/fs/splice.c */
CALL(239, sendfile64, int out, int in, loff_t *offset, size_t count)
CALL(187, sendfile, int out, int in, long *offset, size_t count)
CALL(377, copy_file_range, int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count,
     unsigned int flags)
CALL(313, splice, int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count,
     unsigned int flags)
CALL(315, tee, int in, int out, size_t count, unsigned int flags)
CALL(316, vmsplice, int fd, const struct iovec *iov, unsigned long nr, unsigned int flags)

/* kernel/fs/select.c */
CALL(168, poll, struct pollfd *fds, unsigned int nr, int timeout)
CALL(309, ppoll, struct pollfd *fds, unsigned int nr, void *ts, const void *mask, size_t size)
CALL(414, ppoll_time64, struct pollfd *fds, unsigned int nr, void *ts, const void *mask,
     size_t size)
CALL(142, select, int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *tv)
CALL(308, pselect6, int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *ts,
     const void *sig)
CALL(413, pselect6_time64, int nr, unsigned long *in, unsigned long *out, unsigned long *except,
     void *ts, const void *sig)

/*
 * Calls that are another one with fewer arguments: number, name, what it says for that, arguments. kernel/fs/short_calls.c
 * makes functions of them.
 */
#ifndef SHORT_CALL
#define SHORT_CALL(nr, name, call, ...) CALL(nr, name, __VA_ARGS__)
#endif
SHORT_CALL(5, open, openat(AT_FDCWD, path, flags, mode), const char *path, int flags, int mode)
SHORT_CALL(8, creat, openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode), const char *path,
	   int mode)
SHORT_CALL(92, truncate, truncate64(path, size, size < 0 ? ~0u : 0), const char *path, long size)
SHORT_CALL(93, ftruncate, ftruncate64(fd, size, size < 0 ? ~0u : 0), unsigned int fd, long size)
SHORT_CALL(250, fadvise64, fadvise64_64(fd, lo, hi, len, 0, advice), unsigned int fd, u32 lo,
	   u32 hi, u32 len, int advice)
SHORT_CALL(195, stat64, fstatat64(AT_FDCWD, path, st, 0), const char *path, struct stat64 *st)
SHORT_CALL(196, lstat64, fstatat64(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW), const char *path,
	   struct stat64 *st)
SHORT_CALL(307, faccessat, faccessat2(dfd, path, mode, 0), int dfd, const char *path, int mode)
SHORT_CALL(33, access, faccessat2(AT_FDCWD, path, mode, 0), const char *path, int mode)
SHORT_CALL(15, chmod, fchmodat(AT_FDCWD, path, mode), const char *path, unsigned int mode)
SHORT_CALL(212, chown32, fchownat(AT_FDCWD, path, uid, gid, 0), const char *path, u32 uid, u32 gid)
SHORT_CALL(198, lchown32, fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW), const char *path,
	   u32 uid, u32 gid)
SHORT_CALL(85, readlink, readlinkat(AT_FDCWD, path, buf, size), const char *path, char *buf,
	   int size)
SHORT_CALL(39, mkdir, mkdirat(AT_FDCWD, path, mode), const char *path, int mode)
SHORT_CALL(14, mknod, mknodat(AT_FDCWD, path, mode, dev), const char *path, int mode,
	   unsigned int dev)
SHORT_CALL(83, symlink, symlinkat(target, AT_FDCWD, path), const char *target, const char *path)
SHORT_CALL(9, link, linkat(AT_FDCWD, old, AT_FDCWD, path, 0), const char *old, const char *path)
SHORT_CALL(10, unlink, unlinkat(AT_FDCWD, path, 0), const char *path)
SHORT_CALL(40, rmdir, unlinkat(AT_FDCWD, path, AT_REMOVEDIR), const char *path)
SHORT_CALL(302, renameat, renameat2(olddfd, old, newdfd, new, 0), int olddfd, const char *old,
	   int newdfd, const char *new)
SHORT_CALL(38, rename, renameat2(AT_FDCWD, old, AT_FDCWD, new, 0), const char *old, const char *new)
SHORT_CALL(323, eventfd, eventfd2(count, 0), unsigned int count)
SHORT_CALL(42, pipe, pipe2(user, 0), int *user)
#undef SHORT_CALL
