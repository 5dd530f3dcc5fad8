/*
 * Advisory locks on files: fcntl(2)'s, which belong to a process or to an open file description (OFD),
 * and flock(2)'s, which know nothing of those.
 */
#ifndef KERNEL_FS_LOCKS_H
#define KERNEL_FS_LOCKS_H

#include "kernel/fs/file.h"

/* The lock commands of fcntl(2); @user is a struct flock or flock64. -EINVAL if @cmd is none of them. */
long fcntl_lock(struct file *file, unsigned int cmd, void *user);

/* flock(2). */
long flock_lock(struct file *file, unsigned int op);

/* Whatever @owner has locked of the file is free: the struct files_struct that closes a descriptor of
 * it, or the struct file itself at its end. Sleeps. */
void locks_remove(struct file *file, const void *owner);

#endif
