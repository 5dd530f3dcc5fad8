/*
 * The kernel's own symbol table: from an address to the function's name. tools/kallsyms.py makes it from a first link
 * and it is linked in; a kernel without it prints bare numbers.
 */
#ifndef KERNEL_LIB_KALLSYMS_H
#define KERNEL_LIB_KALLSYMS_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Functions by ascending address, and for each the offset of its terminated name in kallsyms_names. */
extern const u32 kallsyms_count;
extern const u32 kallsyms_addresses[];
extern const u32 kallsyms_name_offsets[];
extern const char kallsyms_names[];

/*
 * Name of the function that holds `addr`, or NULL outside of kernel text. *size (if not NULL) is its length in bytes,
 * *offset (if not NULL) the distance of `addr` from its start.
 */
const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset);

/* True when `addr` is inside the kernel's text. */
bool kernel_text_address(unsigned long addr);

#endif
