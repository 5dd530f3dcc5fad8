/*
 * The page tables that entry.S builds: physical [0, BOOT_MAP_SIZE) is seen at PAGE_OFFSET until paging_init replaces
 * them. The last page of that range is a window onto any frame, for reading what the loader left above.
 */
#ifndef BOOT_EARLY_MAP_H
#define BOOT_EARLY_MAP_H

/*
 * Enough for the kernel, a large initramfs behind it, and what paging_init needs behind that. Mapped by small pages, for
 * any processor has those: 64 KiB of tables, 128 with PAE, which are free memory afterwards.
 */
#define BOOT_MAP_SIZE 0x4000000

#ifndef __ASSEMBLER__
/* The tables: page-aligned, in .bss. */
extern char boot_tables[], boot_tables_end[];
#endif

#endif
