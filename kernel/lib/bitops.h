/*
 * Single bits: atomic (set_bit...) and plain (__set_bit...) on arrays of unsigned long, searches.
 * Bit numbers count from 0 at the lowest bit of the first word.
 */
#ifndef KERNEL_LIB_BITOPS_H
#define KERNEL_LIB_BITOPS_H

#include "kernel/lib/util.h"

#define BITS_PER_LONG    (sizeof(long) * CHAR_BIT)
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define BIT(n)           (1UL << (n))
#define BIT_MASK(nr)     BIT((nr) % BITS_PER_LONG)
#define BIT_WORD(nr)     ((nr) / BITS_PER_LONG)

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Atomic; also a compiler barrier. */
static inline void set_bit(unsigned int nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(addr + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned int nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(addr + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

/* Set the bit atomically; return what it was. */
static inline bool test_and_set_bit(unsigned int nr, volatile unsigned long *addr)
{
	return __atomic_fetch_or(addr + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) &
	       BIT_MASK(nr);
}

static inline bool test_bit(unsigned int nr, const volatile unsigned long *addr)
{
	return addr[BIT_WORD(nr)] & BIT_MASK(nr);
}

/* Plain forms, for words that a lock protects. */
static inline void __set_bit(unsigned int nr, unsigned long *addr)
{
	addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void __clear_bit(unsigned int nr, unsigned long *addr)
{
	addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

/* Number of the lowest set bit, from 0; `word` must not be 0. */
static inline unsigned int __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

/*
 * Search `addr[0 .. size)` (bits) from bit `offset` on for the next set or clear bit.
 * Return its number, or `size` when there is none.
 */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset);

#endif
