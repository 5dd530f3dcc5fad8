/*
 * The mmap family: system calls that make, move and remove VMAs. Arguments are
 * checked first, then the change is made.
 */
#ifndef MM_MMAP_H
#define MM_MMAP_H

#include "kernel/lib/types.h"

struct file;
struct mm_struct;
struct vm_area_struct;
struct vm_operations_struct;

#define PROT_NONE      0u
#define PROT_READ      1u
#define PROT_WRITE     2u
#define PROT_EXEC      4u
#define PROT_GROWSDOWN 0x01000000u
#define PROT_GROWSUP   0x02000000u

#define MAP_SHARED          0x01u
#define MAP_PRIVATE         0x02u
#define MAP_SHARED_VALIDATE 0x03u
#define MAP_TYPE            0x0fu
#define MAP_FIXED           0x10u
#define MAP_ANONYMOUS       0x20u
#define MAP_GROWSDOWN       0x0100u
#define MAP_DENYWRITE       0x0800u
#define MAP_EXECUTABLE      0x1000u
#define MAP_LOCKED          0x2000u
#define MAP_NORESERVE       0x4000u
#define MAP_POPULATE        0x8000u
#define MAP_NONBLOCK        0x10000u
#define MAP_STACK           0x20000u
#define MAP_FIXED_NOREPLACE 0x100000u

#define MAP_HUGETLB    0x40000u
#define MAP_HUGE_SIZES 0x7c000000u /* which of the two sizes of huge pages */

#define MREMAP_MAYMOVE   1u
#define MREMAP_FIXED     2u
#define MREMAP_DONTUNMAP 4u

/* Nothing can be mapped below: a NULL pointer plus an offset faults too. EPERM. /proc/sys/vm/mmap_min_addr. */
extern unsigned long mmap_min_addr;

/*
 * do_mmap_pgoff - map @len bytes of @file from page @pgoff (or anonymous memory)
 * @addr: where, or a hint without MAP_FIXED; @prot: PROT_*; @flags: MAP_*
 *
 * In the current task's mm, whose mmap_sem is held for writing. Returns the
 * address or -errno (mmap(2)). MAP_POPULATE is the caller's: mm_populate().
 */
unsigned long do_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len,
			    unsigned long prot, unsigned long flags, unsigned long pgoff);

/* do_mmap_pgoff with mmap_sem taken and MAP_POPULATE done: a whole mmap2. For exec and drivers. */
unsigned long vm_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len,
			    unsigned long prot, unsigned long flags, unsigned long pgoff);

/*
 * install_special_mapping - @len bytes of the kernel's own (vDSO), at an address that the kernel chooses
 *
 * @ops->nopage has the pages. Never merged, never grown. mmap_sem held for writing. The VMA, or ERR_PTR(-ENOMEM).
 */
struct vm_area_struct *install_special_mapping(struct mm_struct *mm, unsigned long len,
					       unsigned long vm_flags,
					       const struct vm_operations_struct *ops);

/*
 * do_munmap - remove the mappings of [start, start+len)
 *
 * Returns 0; -EINVAL for an unaligned start, length 0 or a range beyond user
 * space; -ENOMEM when a split would pass sysctl_max_map_count. mmap_sem held for writing.
 */
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len);

/*
 * expand_stack - grow a VM_GROWSDOWN VMA down to the page of @address, which lies below it
 *
 * Returns 0; -EPERM below mmap_min_addr; -ENOMEM beyond RLIMIT_STACK or within
 * STACK_GUARD_GAP of the mapping below. mmap_sem held, for reading at least.
 */
int expand_stack(struct vm_area_struct *vma, unsigned long address);

/*
 * get_unmapped_area - a free range of @len bytes, or the range that MAP_FIXED demands
 *
 * Top-down below mmap_base; bottom-up above it when nothing is left there.
 * Returns its address; -ENOMEM, -EINVAL or -EPERM. mmap_sem held.
 */
unsigned long get_unmapped_area(unsigned long addr, unsigned long len, unsigned long flags);

/* Pages of [start, end) in VMAs with one of these flags; ~0UL: in any. mmap_sem held. */
unsigned long count_pages_in(struct mm_struct *mm, unsigned long start, unsigned long end,
			     unsigned long flags);

/*
 * mprotect_fixup - give [start, end) of a VMA new VM_* flags, and its entries the rights
 * @pvma: takes the VMA that holds the range afterwards
 *
 * Merges with neighbours that are alike now, or splits. Returns 0, or -ENOMEM
 * with nothing lost. mmap_sem held for writing.
 */
int mprotect_fixup(struct vm_area_struct *vma, struct vm_area_struct **pvma, unsigned long start,
		   unsigned long end, unsigned long newflags);

/*
 * vma_change_flags - the same without touching entries or accounts
 *
 * For flags that no entry shows (advice, locks). Returns the VMA that holds the
 * range now, or NULL without memory.
 */
struct vm_area_struct *vma_change_flags(struct vm_area_struct *vma, unsigned long start,
					unsigned long end, unsigned long newflags);

/* The system calls; man pages by these names, section 2. */
long sys_mmap2(unsigned long addr, unsigned long len, unsigned long prot, unsigned long flags,
	       unsigned long fd, unsigned long pgoff);
struct mmap_arg_struct;
long sys_old_mmap(
	struct mmap_arg_struct *arg); /* number 90: six words in user memory, offset in bytes */
long sys_munmap(unsigned long addr, unsigned long len);
/* What lies before a hole or a refusal has been changed, as on Linux. */
long sys_mprotect(unsigned long start, unsigned long len, unsigned long prot);
long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
		unsigned long flags, unsigned long new_addr);
long sys_brk(unsigned long brk);
long sys_remap_file_pages(unsigned long start, unsigned long size, unsigned long prot,
			  unsigned long pgoff, unsigned long flags);

#endif
