/*
 * From what the loader told to memblock: which memory there is, and what of it is taken.
 */
#ifndef BOOT_SETUP_H
#define BOOT_SETUP_H

/*
 * Print the firmware's map and fill memblock from boot_info: RAM added, everything else removed, mem= obeyed; the
 * kernel, the modules, page 0 and the BIOS areas reserved. memblock may allocate below BOOT_MAP_SIZE afterwards.
 */
void setup_memory(void);

/* The boot page tables are not in use any more: give them to memblock. After paging_init, before mem_init. */
void free_boot_tables(void);

#endif
