#include "kernel/fs/stat.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* ---- stat ---- */

static u64 blocks(const struct inode *inode)
{
	return inode->i_mapping ? (u64)inode->i_mapping->nrpages * (PAGE_SIZE / 512) : 0;
}

static u32 seconds(u64 ns, u32 *rest)
{
	return div_u64_rem(ns, NSEC_PER_SEC, rest);
}

static long copy_stat64(const struct inode *inode, struct stat64 *user)
{
	struct stat64 st = {
		.st_dev = inode->i_sb->s_dev,
		.st_ino = inode->i_ino,
		.__st_ino = inode->i_ino,
		.st_mode = inode->i_mode,
		.st_nlink = inode->i_nlink,
		.st_uid = inode->i_uid,
		.st_gid = inode->i_gid,
		.st_rdev = inode->i_rdev,
		.st_size = inode->i_size,
		.st_blksize = PAGE_SIZE,
		.st_blocks = blocks(inode),
	};

	st.st_atime = seconds(inode->i_atime, &st.st_atime_nsec);
	st.st_mtime = seconds(inode->i_mtime, &st.st_mtime_nsec);
	st.st_ctime = seconds(inode->i_ctime, &st.st_ctime_nsec);
	return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

static struct statx_timestamp timestamp(u64 ns)
{
	struct statx_timestamp t = { 0 };

	t.tv_sec = seconds(ns, &t.tv_nsec);
	return t;
}

static long copy_statx(const struct inode *inode, struct statx *user)
{
	struct statx st;

	memset(&st, 0, sizeof(st));
	st.stx_mask = STATX_BASIC_STATS;
	st.stx_blksize = PAGE_SIZE;
	st.stx_nlink = inode->i_nlink;
	st.stx_uid = inode->i_uid;
	st.stx_gid = inode->i_gid;
	st.stx_mode = inode->i_mode;
	st.stx_ino = inode->i_ino;
	st.stx_size = inode->i_size;
	st.stx_blocks = blocks(inode);
	st.stx_atime = timestamp(inode->i_atime);
	st.stx_mtime = timestamp(inode->i_mtime);
	st.stx_ctime = timestamp(inode->i_ctime);
	st.stx_rdev_major = MAJOR(inode->i_rdev);
	st.stx_rdev_minor = MINOR(inode->i_rdev);
	st.stx_dev_major = MAJOR(inode->i_sb->s_dev);
	st.stx_dev_minor = MINOR(inode->i_sb->s_dev);
	return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

/* Walk as the flags of an *at call say; AT_EMPTY_PATH: the descriptor itself. */
#define AT_LOOKUP(flags)                                     \
	(((flags)&AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) | \
	 ((flags)&AT_EMPTY_PATH ? LOOKUP_EMPTY : 0))
#define AT_FLAGS (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)

long sys_fstatat64(int dfd, const char *path, struct stat64 *st, int flags)
{
	if (flags & ~(AT_FLAGS | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	return WITH_INODE_AT(dfd, path, AT_LOOKUP(flags), copy_stat64(inode, st));
}

long sys_fstat64(unsigned int fd, struct stat64 *st)
{
	return WITH_FILE_RAW(fd, copy_stat64(file->f_inode, st));
}

long sys_statx(int dfd, const char *path, int flags, unsigned int mask, struct statx *st)
{
	if ((mask & STATX__RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE ||
	    (flags & ~(AT_FLAGS | AT_STATX_SYNC_TYPE)))
		return -EINVAL;
	return WITH_INODE_AT(dfd, path, AT_LOOKUP(flags), copy_statx(inode, st));
}

/* ---- statfs ---- */

static unsigned long nr_blocks(const struct super_block *sb)
{
	if (sb->s_type->fs_magic != TMPFS_MAGIC)
		return 0;
	return sb->s_blocks.max ? sb->s_blocks.max : nr_total_pages();
}

static unsigned long nr_free_blocks(const struct super_block *sb)
{
	if (sb->s_blocks.max)
		return sb->s_blocks.max - atomic_read(&sb->s_blocks.used);
	return nr_blocks(sb) ? nr_free_pages() : 0;
}

static long copy_statfs64(const struct super_block *sb, size_t size, struct statfs64 *user)
{
	struct statfs64 st = {
		.f_type = sb->s_type->fs_magic,
		.f_bsize = PAGE_SIZE,
		.f_frsize = PAGE_SIZE,
		.f_namelen = NAME_MAX,
		.f_blocks = nr_blocks(sb),
		.f_bfree = nr_free_blocks(sb),
		.f_bavail = nr_free_blocks(sb),
		.f_files = sb->s_inodes.max,
		.f_flags = sb->s_flags,
		.f_ffree = sb->s_inodes.max ? sb->s_inodes.max - atomic_read(&sb->s_inodes.used)
					    : 0,
	};

	/* The structure has 84 bytes here and 88 where longs are aligned to 8. */
	if (size != sizeof(st) && size != sizeof(st) + 4)
		return -EINVAL;
	return copy_to_user(user, &st, sizeof(st)) ? -EFAULT : 0;
}

long sys_statfs64(const char *path, size_t size, struct statfs64 *st)
{
	return WITH_INODE_AT(AT_FDCWD, path, LOOKUP_FOLLOW, copy_statfs64(inode->i_sb, size, st));
}

long sys_fstatfs64(unsigned int fd, size_t size, struct statfs64 *st)
{
	return WITH_FILE_RAW(fd, copy_statfs64(file->f_inode->i_sb, size, st));
}

/* ---- rights ---- */

long sys_faccessat2(int dfd, const char *path, int mode, int flags)
{
	if ((mode & ~(R_OK | W_OK | X_OK)) || (flags & ~(AT_FLAGS | AT_EACCESS)))
		return -EINVAL;
	return WITH_INODE_AT(dfd, path, AT_LOOKUP(flags), permission(inode, mode));
}

static long change_mode(struct inode *inode, umode_t mode)
{
	if (S_ISLNK(inode->i_mode))
		return -EOPNOTSUPP;
	inode->i_mode = (inode->i_mode & S_IFMT) | (mode & S_IALLUGO);
	inode->i_ctime = ktime_get_real();
	return 0;
}

long sys_fchmodat(int dfd, const char *path, unsigned int mode)
{
	return WITH_INODE_AT(dfd, path, LOOKUP_FOLLOW, change_mode(inode, mode));
}

long sys_fchmod(unsigned int fd, unsigned int mode)
{
	return WITH_FILE(fd, change_mode(file->f_inode, mode));
}

static long change_owner(struct inode *inode, u32 uid, u32 gid)
{
	if (uid != ~0u)
		inode->i_uid = uid;
	if (gid != ~0u)
		inode->i_gid = gid;
	if (!S_ISDIR(inode->i_mode))
		inode->i_mode &= ~(S_ISUID | (inode->i_mode & 010 ? S_ISGID : 0));
	inode->i_ctime = ktime_get_real();
	return 0;
}

long sys_fchownat(int dfd, const char *path, u32 uid, u32 gid, int flags)
{
	if (flags & ~AT_FLAGS)
		return -EINVAL;
	return WITH_INODE_AT(dfd, path, AT_LOOKUP(flags), change_owner(inode, uid, gid));
}

long sys_fchown32(unsigned int fd, u32 uid, u32 gid)
{
	return WITH_FILE(fd, change_owner(file->f_inode, uid, gid));
}

/* ---- times ---- */

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

/* One of two times; *ns is left alone by UTIME_OMIT. */
static void set_time(u64 *ns, s64 sec, s64 nsec)
{
	if (nsec == UTIME_NOW)
		*ns = ktime_get_real();
	else if (nsec != UTIME_OMIT)
		*ns = (u64)sec * NSEC_PER_SEC + nsec;
}

static long change_times(struct inode *inode, const s64 t[4])
{
	set_time(&inode->i_atime, t[0], t[1]);
	set_time(&inode->i_mtime, t[2], t[3]);
	inode->i_ctime = ktime_get_real();
	return 0;
}

/* @t: access and modification time, each as seconds and nanoseconds. @path NULL: the file behind @dfd. */
static long do_utimes(int dfd, const char *path, const s64 t[4], int flags)
{
	for (int i = 1; i < 4; i += 2)
		if (t[i] != UTIME_NOW && t[i] != UTIME_OMIT && (u64)t[i] >= NSEC_PER_SEC)
			return -EINVAL;
	if (t[1] == UTIME_OMIT && t[3] == UTIME_OMIT)
		return 0;
	if ((flags & ~AT_FLAGS) || (!path && dfd != AT_FDCWD && flags))
		return -EINVAL;
	if (!path && dfd != AT_FDCWD)
		return WITH_FILE(dfd, change_times(file->f_inode, t));
	return WITH_INODE_AT(dfd, path, AT_LOOKUP(flags), change_times(inode, t));
}

long sys_utimensat(int dfd, const char *path, const s32 *times, int flags)
{
	s64 t[4] = { 0, UTIME_NOW, 0, UTIME_NOW };
	s32 t32[4];

	if (times && copy_from_user(t32, times, sizeof(t32)))
		return -EFAULT;
	for (int i = 0; times && i < 4; i++)
		t[i] = t32[i];
	return do_utimes(dfd, path, t, flags);
}

long sys_utimensat_time64(int dfd, const char *path, const s64 *times, int flags)
{
	s64 t[4] = { 0, UTIME_NOW, 0, UTIME_NOW };

	if (times && copy_from_user(t, times, sizeof(t)))
		return -EFAULT;
	t[1] = (u32)t[1];
	t[3] = (u32)t[3];
	return do_utimes(dfd, path, t, flags);
}
