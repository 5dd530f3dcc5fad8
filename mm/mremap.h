/*
 * Growing, shrinking and moving mappings. What moves is page-table entries, never pages.
 */
#ifndef MM_MREMAP_H
#define MM_MREMAP_H

#include "kernel/lib/types.h"

struct vm_area_struct;

#define MREMAP_MAYMOVE 1u
#define MREMAP_FIXED   2u

/*
 * move_page_tables - move the entries of @len bytes from @old_addr to @new_addr
 *
 * Inside one mm; the places may overlap if @new_addr is the lower one. Returns the
 * bytes moved: less than @len when there is no memory for a table. mmap_sem held
 * for writing.
 */
unsigned long move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
			       struct vm_area_struct *new_vma, unsigned long new_addr,
			       unsigned long len);

/* mremap(2) */
long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
		unsigned long flags, unsigned long new_addr);

#endif
