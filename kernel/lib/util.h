/*
 * Arithmetic and pointer macros too small for a room of their own.
 */
#ifndef KERNEL_LIB_UTIL_H
#define KERNEL_LIB_UTIL_H

#include "kernel/lib/types.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The structure of type `type` whose field `member` is at `ptr`. */
#define container_of(ptr, type, member)                                           \
	({                                                                        \
		const __typeof__(((type *)0)->member) *__mptr = (ptr);            \
		(type *)((char *)(unsigned long)__mptr - offsetof(type, member)); \
	})

/* min and max want two operands of one type; min_t and max_t convert both to `t`. */
#define __pick(a, op, b)                 \
	({                               \
		__typeof__(a) __a = (a); \
		__typeof__(b) __b = (b); \
		(void)(&__a == &__b);    \
		__a op __b ? __a : __b;  \
	})
#define min(a, b)        __pick(a, <, b)
#define max(a, b)        __pick(a, >, b)
#define min_t(t, a, b)   min((t)(a), (t)(b))
#define max_t(t, a, b)   max((t)(a), (t)(b))
#define clamp(v, lo, hi) min(max(v, lo), hi)

#define swap(a, b)                          \
	do {                                \
		__typeof__(a) __swap = (a); \
		(a) = (b);                  \
		(b) = __swap;               \
	} while (0)

/* Rounding to a multiple of `a`, a power of two. Keeps the type of `x`. */
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN(x, a)      (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))

/* Rounding division of unsigned long or smaller; `d` need not be a power of two. */
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

/* True for 1, 2, 4, 8, ...; false for 0. */
static inline bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* Base-2 logarithm rounded down; `n` must not be 0. */
static inline unsigned int ilog2(unsigned long n)
{
	return sizeof(long) * 8 - 1 - __builtin_clzl(n);
}

/* The smallest power of two that is not below `n`; 1 for 0. */
static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (ilog2(n - 1) + 1);
}

#endif
