/*
 * Look-ups in the symbol table.
 */
#include "kernel/lib/kallsyms.h"

extern const char _text[], _etext[];

bool kernel_text_address(unsigned long addr)
{
	return addr >= (unsigned long)_text && addr < (unsigned long)_etext;
}

const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset)
{
	u32 low = 0, high = kallsyms_count, mid;
	unsigned long next;

	if (!kernel_text_address(addr) || !high || addr < kallsyms_addresses[0])
		return NULL;
	while (high - low > 1) {
		mid = (low + high) / 2;
		if (kallsyms_addresses[mid] <= addr)
			low = mid;
		else
			high = mid;
	}
	next = high < kallsyms_count ? kallsyms_addresses[high] : (unsigned long)_etext;
	if (size)
		*size = next - kallsyms_addresses[low];
	if (offset)
		*offset = addr - kallsyms_addresses[low];
	return kallsyms_names + kallsyms_name_offsets[low];
}
