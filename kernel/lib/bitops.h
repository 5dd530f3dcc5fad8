/*
 * Single bits: atomic (set_bit...) and plain (__set_bit...) on arrays of unsigned long, searches, counts.
 * Bit numbers count from 0 at the lowest bit of the first word.
 */
#ifndef KERNEL_LIB_BITOPS_H
#define KERNEL_LIB_BITOPS_H

#include "kernel/lib/types.h"
#include "kernel/lib/util.h"

#define BITS_PER_LONG    (sizeof(long) * CHAR_BIT)
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define BIT(n)           (1UL << (n))

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* The 32-bit word that holds bit `nr`; x86 is little-endian, so this serves 64-bit hosts too. */
static inline volatile u32 *__bit_word(unsigned int nr, const volatile unsigned long *addr)
{
	return (volatile u32 *)(unsigned long)addr + nr / 32;
}

/* Atomic; also a compiler barrier. */
static inline void set_bit(unsigned int nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock btsl %1, %0"
			     : "+m"(*__bit_word(nr, addr))
			     : "Ir"(nr & 31)
			     : "memory", "cc");
}

static inline void clear_bit(unsigned int nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock btrl %1, %0"
			     : "+m"(*__bit_word(nr, addr))
			     : "Ir"(nr & 31)
			     : "memory", "cc");
}

static inline void change_bit(unsigned int nr, volatile unsigned long *addr)
{
	__asm__ __volatile__("lock btcl %1, %0"
			     : "+m"(*__bit_word(nr, addr))
			     : "Ir"(nr & 31)
			     : "memory", "cc");
}

/* Set the bit atomically; return what it was. */
static inline bool test_and_set_bit(unsigned int nr, volatile unsigned long *addr)
{
	bool old;

	__asm__ __volatile__("lock btsl %2, %1; setc %0"
			     : "=qm"(old), "+m"(*__bit_word(nr, addr))
			     : "Ir"(nr & 31)
			     : "memory", "cc");
	return old;
}

/* Clear the bit atomically; return what it was. */
static inline bool test_and_clear_bit(unsigned int nr, volatile unsigned long *addr)
{
	bool old;

	__asm__ __volatile__("lock btrl %2, %1; setc %0"
			     : "=qm"(old), "+m"(*__bit_word(nr, addr))
			     : "Ir"(nr & 31)
			     : "memory", "cc");
	return old;
}

static inline bool test_bit(unsigned int nr, const volatile unsigned long *addr)
{
	return (*__bit_word(nr, addr) >> (nr & 31)) & 1;
}

/* Plain forms, for words that a lock protects. */
static inline void __set_bit(unsigned int nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned int nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

static inline bool __test_and_set_bit(unsigned int nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__set_bit(nr, addr);
	return old;
}

static inline bool __test_and_clear_bit(unsigned int nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__clear_bit(nr, addr);
	return old;
}

/* Number of the lowest (__ffs) or highest (__fls) set bit, from 0; `word` must not be 0. */
static inline unsigned int __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned int __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

/* The same counted from 1; 0 for a zero word. */
#if !__STDC_HOSTED__
static inline int ffs(int x)
{
	return __builtin_ffs(x);
}
#endif

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/* Number of set bits. */
static inline unsigned int hweight32(u32 w)
{
	w -= (w >> 1) & 0x55555555;
	w = (w & 0x33333333) + ((w >> 2) & 0x33333333);
	return (((w + (w >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
}

/*
 * Search `addr[0 .. size)` (bits) from bit `offset` on for the next set or clear bit.
 * Return its number, or `size` when there is none.
 */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset);

static inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

static inline unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

#endif
