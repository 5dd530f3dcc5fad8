/*
 * Searches in bit maps, a word at a time.
 */
#include "kernel/lib/bitops.h"

/* Words are turned over with `invert`, so that both searches look for a set bit. */
static unsigned long find_bit(const unsigned long *addr, unsigned long size, unsigned long offset,
			      unsigned long invert)
{
	unsigned long word;

	if (offset >= size)
		return size;
	word = (addr[offset / BITS_PER_LONG] ^ invert) & (~0UL << (offset % BITS_PER_LONG));
	offset -= offset % BITS_PER_LONG;
	while (!word) {
		offset += BITS_PER_LONG;
		if (offset >= size)
			return size;
		word = addr[offset / BITS_PER_LONG] ^ invert;
	}
	return min(offset + __ffs(word), size);
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
	return find_bit(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	return find_bit(addr, size, offset, ~0UL);
}
