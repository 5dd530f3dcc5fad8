/* Shared memory that has no name: what stands behind MAP_SHARED | MAP_ANONYMOUS and a shared mapping of
 * /dev/zero. An unlinked file like any other, so it is mapped, faulted and copied by the same code. */
#ifndef MM_SHMEM_H
#define MM_SHMEM_H

#include "kernel/lib/types.h"

struct file;
struct vm_area_struct;

/* Where such files come from: kernel/fs/ lies above mm/ and puts itself in here. An open, unlinked file
 * called name (a path, for /proc/PID/maps), of size bytes of zeroes, readable and writable, its pages in
 * the page cache and promised to it (vm_enough_memory) unless flags say VM_NORESERVE; or
 * ERR_PTR(-ENOMEM, -ENFILE). */
extern struct file *(*shmem_file_setup)(const char *name, loff_t size, unsigned long flags);

/* Puts an object of zeroes of the VMA's length behind a new VMA, which has no file yet or one that this
 * replaces (its reference is given up). 0, -ENOMEM, -ENFILE. */
int shmem_zero_setup(struct vm_area_struct *vma);

#endif
