/*
 * Division of 64-bit numbers by 32-bit ones: the compiler would call a library that the kernel does not have.
 */
#ifndef KERNEL_LIB_MATH64_H
#define KERNEL_LIB_MATH64_H

#include "kernel/lib/types.h"

/* dividend / divisor; the remainder goes to *remainder. `divisor` must not be 0. */
static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
#ifdef __i386__
	u32 high = dividend >> 32, low = dividend, qhigh = 0;

	if (high >= divisor) {
		qhigh = high / divisor;
		high %= divisor;
	}
	__asm__("divl %4"
		: "=a"(low), "=d"(*remainder)
		: "0"(low), "1"(high), "rm"(divisor)
		: "cc");
	return (u64)qhigh << 32 | low;
#else
	*remainder = dividend % divisor;
	return dividend / divisor;
#endif
}

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	u32 remainder;

	return div_u64_rem(dividend, divisor, &remainder);
}

#endif
