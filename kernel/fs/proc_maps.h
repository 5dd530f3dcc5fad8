/*
 * What /proc/PID says about a process's VMAs and pages: maps, smaps, smaps_rollup, pagemap; and pagetables.
 */
#ifndef KERNEL_FS_PROC_MAPS_H
#define KERNEL_FS_PROC_MAPS_H

struct mm_struct;

/* Resident pages of @mm that are shared memory, by looking at all of its VMAs. Takes mmap_sem. */
unsigned long shmem_rss(struct mm_struct *mm);

/* Registers them. Once, at boot. */
void proc_maps_init(void);
void proc_pagetables_init(void);

#endif
