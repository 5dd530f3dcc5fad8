/*
 * The kernel's own symbol table: from an address to the function's name. The table is made after the first link by
 * a tool and linked in (weak symbols: a kernel without it prints bare numbers).
 */
#ifndef KERNEL_LIB_KALLSYMS_H
#define KERNEL_LIB_KALLSYMS_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Start addresses in ascending order, and for each the offset of its name (terminated by 0) in kallsyms_names. */
extern const u32 kallsyms_num_syms __weak;
extern const u32 kallsyms_addresses[] __weak;
extern const u32 kallsyms_name_offsets[] __weak;
extern const char kallsyms_names[] __weak;

/*
 * Name of the function that holds `addr`, or NULL outside of kernel text. *size (if not NULL) is its length in bytes,
 * *offset (if not NULL) the distance of `addr` from its start.
 */
const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset);

/* Address of the symbol called `name`, or 0. */
unsigned long kallsyms_lookup_name(const char *name);

/* True when `addr` is inside the kernel's text. */
bool kernel_text_address(unsigned long addr);

#endif
