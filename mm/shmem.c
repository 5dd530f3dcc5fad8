/* Shared memory that has no name (see shmem.h). */
#include "mm/shmem.h"

#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "mm/filemap.h"
#include "mm/vma.h"

struct file *(*shmem_file_setup)(const char *name, loff_t size, unsigned long flags);

int shmem_zero_setup(struct vm_area_struct *vma)
{
	struct file *file =
		shmem_file_setup("/dev/zero", vma->vm_end - vma->vm_start, vma->vm_flags);

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (vma->vm_file)
		fput(vma->vm_file);
	vma->vm_file = file;
	vma->vm_pgoff = 0;
	vma->vm_ops = &generic_file_vm_ops;
	return 0;
}
