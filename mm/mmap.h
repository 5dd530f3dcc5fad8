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

#define PROT_NONE      0u
#define PROT_READ      1u
#define PROT_WRITE     2u
#define PROT_EXEC      4u
#define PROT_GROWSDOWN 0x01000000u
#define PROT_GROWSUP   0x02000000u

#define MAP_SHARED	    0x01u
#define MAP_PRIVATE	    0x02u
#define MAP_SHARED_VALIDATE 0x03u
#define MAP_TYPE	    0x0fu
#define MAP_FIXED	    0x10u
#define MAP_ANONYMOUS	    0x20u
#define MAP_GROWSDOWN	    0x0100u
#define MAP_DENYWRITE	    0x0800u
#define MAP_EXECUTABLE	    0x1000u
#define MAP_LOCKED	    0x2000u
#define MAP_NORESERVE	    0x4000u
#define MAP_POPULATE	    0x8000u
#define MAP_NONBLOCK	    0x10000u
#define MAP_STACK	    0x20000u
#define MAP_FIXED_NOREPLACE 0x100000u

/*
 * do_mmap_pgoff - map @len bytes of @file from page @pgoff (or anonymous memory)
 *
 * In the current task's mm, whose mmap_sem is held for writing. Returns the
 * address or -errno (mmap(2)). MAP_POPULATE is the caller's.
 */
unsigned long do_mmap_pgoff(struct file *file, unsigned long addr, unsigned long len,
			    unsigned long prot, unsigned long flags, unsigned long pgoff);

/* Removes [start, start+len); 0 or -errno (munmap(2)). mmap_sem held for writing. */
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len);

/* Maps anonymous private memory for brk and exec's bss; address or -errno. mmap_sem held for writing. */
unsigned long do_brk(unsigned long addr, unsigned long len);

/* Grows a VM_GROWSDOWN VMA down to @address; 0 or -ENOMEM. mmap_sem as for a fault. */
int expand_stack(struct vm_area_struct *vma, unsigned long address);

/* A free range of @len bytes; address or -errno. mmap_sem held. */
unsigned long get_unmapped_area(struct file *file, unsigned long addr, unsigned long len,
				unsigned long pgoff, unsigned long flags);

#endif
