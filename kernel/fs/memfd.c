/*
 * Files of shared memory without a name in any directory, and the seals that say what may not be
 * done to one any more.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "mm/shmem.h"
#include "mm/uaccess.h"
#include "mm/vma.h"

#define F_ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* Can somebody write to it through a mapping, now or after an mprotect? i_mmap_lock held. */
static bool mapped_writable(struct address_space *mapping)
{
	struct vm_area_struct *vma;
	bool found = false;

	list_for_each_entry(vma, &mapping->i_mmap, shared)
		found |= is_shared_maywrite(vma->vm_flags);
	return found;
}

long memfd_add_seals(struct file *file, unsigned int seals)
{
	struct address_space *mapping = file->f_mapping;
	long err = 0;

	if (!(file->f_mode & FMODE_WRITE))
		return -EPERM;
	if ((seals & ~F_ALL_SEALS) || !mapping || !mapping->limit)
		return -EINVAL;
	mutex_lock(&mapping->i_mutex);
	spin_lock(&mapping->i_mmap_lock); /* who maps it meanwhile is seen here, or sees the seal */
	if (mapping->seals & F_SEAL_SEAL)
		err = -EPERM;
	else if ((seals & ~mapping->seals & F_SEAL_WRITE) && mapped_writable(mapping))
		err = -EBUSY;
	else
		mapping->seals |= seals;
	spin_unlock(&mapping->i_mmap_lock);
	mutex_unlock(&mapping->i_mutex);
	return err;
}

long memfd_get_seals(struct file *file)
{
	return file->f_mapping && file->f_mapping->limit ? (long)file->f_mapping->seals : -EINVAL;
}

/* ---- memfd_create(2) ---- */

#define MFD_CLOEXEC       1u
#define MFD_ALLOW_SEALING 2u
#define MFD_HUGETLB       4u

#define MFD_PREFIX   "/memfd:"
#define MFD_NAME_MAX (NAME_MAX - (sizeof(MFD_PREFIX) - 2)) /* bytes, its NUL not among them */

long sys_memfd_create(const char *user, unsigned int flags)
{
	char name[NAME_MAX + 2] = MFD_PREFIX, *tail = name + strlen(name);
	struct file *file;
	long n;

	if (flags & MFD_HUGETLB)
		return -ENOSYS;
	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	n = strncpy_from_user(tail, user, MFD_NAME_MAX + 1);
	if (n > (long)MFD_NAME_MAX)
		return -EINVAL;
	if (n < 0)
		return n;
	file = shmem_file_setup(name, 0, 0);
	if (!IS_ERR(file) && (flags & MFD_ALLOW_SEALING))
		file->f_mapping->seals = 0;
	return install_file(0, file, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
}
