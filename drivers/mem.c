#include "drivers/mem.h"

#include "kernel/fs/devfs.h"
#include "kernel/sched/sched.h"
#include "kernel/task/syscalls.h"
#include "mm/memory.h"
#include "mm/shmem.h"
#include "mm/uaccess.h"

#define MEM_MAJOR 1

/* ---- null, zero, full ---- */

static ssize_t read_null(struct file *file, char *buf, size_t count, loff_t *pos)
{
	return 0;
}

static ssize_t write_null(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	return count;
}

static ssize_t read_zero(struct file *file, char *buf, size_t count, loff_t *pos)
{
	size_t done = 0;

	while (done < count) {
		size_t n = min(count - done, (size_t)PAGE_SIZE), left = clear_user(buf + done, n);

		done += n - left;
		if (left)
			return done ? (ssize_t)done : -EFAULT;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	return done;
}

/* A private mapping of zeroes is anonymous memory; a shared one wants pages that all of its users
 * see. */
static int mmap_zero(struct file *file, struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_SHARED ? shmem_zero_setup(vma) : 0;
}

static ssize_t write_full(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	return -ENOSPC;
}

/* Any position is as good as another. */
static loff_t null_lseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos = 0;
}

static const struct file_operations null_operations = {
	.llseek = null_lseek,
	.read = read_null,
	.write = write_null,
};

static const struct file_operations zero_operations = {
	.llseek = null_lseek,
	.read = read_zero,
	.write = write_null,
	.mmap = mmap_zero,
};

static const struct file_operations full_operations = {
	.llseek = null_lseek,
	.read = read_zero,
	.write = write_full,
};

/* ---- random ---- */

static ssize_t read_random(struct file *file, char *buf, size_t count, loff_t *pos)
{
	return sys_getrandom(buf, count, 0);
}

static const struct file_operations random_operations = {
	.llseek = null_lseek,
	.read = read_random,
	.write = write_null,
};

/* ---- who owns which physical addresses ---- */

/* Claims are made at boot, one after the other, and stay: readers need no lock. */
static struct {
	u64 start, last; /* the last byte */
} regions[8];
static unsigned int nr_regions;

bool iomem_is_claimed(u64 start, u64 size)
{
	for (unsigned int i = 0; size && i < nr_regions; i++)
		if (regions[i].start <= start + size - 1 && regions[i].last >= start)
			return true;
	return false;
}

int request_mem_region(u64 start, u64 size)
{
	if (!size || start + size - 1 < start)
		return -EINVAL;
	if (iomem_is_claimed(start, size))
		return -EBUSY;
	if (nr_regions == ARRAY_SIZE(regions))
		return -ENOMEM;
	regions[nr_regions].start = start;
	regions[nr_regions].last = start + size - 1;
	nr_regions++;
	return 0;
}

/* ---- mem: physical addresses, to be mapped ---- */

#define BIOS_DATA_PFN 0 /* interrupt vectors and BIOS variables */
#define VGA_PFN       (0xa0000 >> PAGE_SHIFT)
#define LOW_END_PFN   (0x100000 >> PAGE_SHIFT)

/* VGA memory and ROMs in the first megabyte, which lowmem maps. */
static bool is_low_device(u64 pfn)
{
	return pfn == BIOS_DATA_PFN || (pfn >= VGA_PFN && pfn < LOW_END_PFN);
}

/* RAM belongs to the kernel, a claimed device to its driver; what is neither may be touched. */
static int may_access(u64 start, u64 size)
{
	u64 last = (start + size - 1) >> PAGE_SHIFT;

	if (iomem_is_claimed(start, size))
		return -EPERM;
	for (u64 pfn = start >> PAGE_SHIFT; pfn <= last && pfn < max_pfn; pfn++) {
		bool ram = pfn < max_low_pfn || !PageReserved(pfn_to_page(pfn));

		if (ram && !is_low_device(pfn))
			return -EPERM;
	}
	return 0;
}

static int mmap_mem(struct file *file, struct vm_area_struct *vma)
{
	u64 start = (u64)vma->vm_pgoff << PAGE_SHIFT, size = vma->vm_end - vma->vm_start;
	int err;

	if (boot_cpu.phys_bits < 64 && (start + size) >> boot_cpu.phys_bits)
		return -EINVAL;
	err = may_access(start, size);
	if (err)
		return err;
	if (!pfn_valid(vma->vm_pgoff))
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, size, vma->vm_page_prot);
}

static int open_mem(struct inode *inode, struct file *file)
{
	file->f_mode |= FMODE_UNSIGNED_OFFSET;
	return 0;
}

static const struct file_operations mem_operations = {
	.open = open_mem,
	.mmap = mmap_mem,
};

void mem_devices_init(void)
{
	static const struct {
		const char *name;
		unsigned int minor;
		umode_t mode;
		const struct file_operations *fops;
	} dev[] = {
		{ "mem", 1, 0640, &mem_operations },
		{ "null", 3, 0666, &null_operations },
		{ "zero", 5, 0666, &zero_operations },
		{ "full", 7, 0666, &full_operations },
		{ "random", 8, 0666, &random_operations },
		{ "urandom", 9, 0666, &random_operations },
	};

	for (size_t i = 0; i < ARRAY_SIZE(dev); i++)
		devfs_create(dev[i].name, S_IFCHR | dev[i].mode, MKDEV(MEM_MAJOR, dev[i].minor),
			     dev[i].fops, NULL);
}
