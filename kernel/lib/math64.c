/*
 * The wide divisions.
 */
#include "kernel/lib/math64.h"

#include "kernel/lib/util.h"

u64 div64_u64(u64 dividend, u64 divisor)
{
	u64 quotient = 0, remainder = 0;
	int bit;

	if (!(divisor >> 32))
		return div_u64(dividend, divisor);
	/* The quotient has at most 32 bits, so the upper half is remainder from the start. */
	remainder = dividend >> 32;
	for (bit = 31; bit >= 0; bit--) {
		/* remainder < divisor, so the shift may lose its top bit only when the result exceeds divisor. */
		bool carry = remainder >> 63;

		remainder = remainder << 1 | ((dividend >> bit) & 1);
		if (carry || remainder >= divisor) {
			remainder -= divisor;
			quotient |= 1ULL << bit;
		}
	}
	return quotient;
}

u64 mul_u64_u32_div(u64 a, u32 mul, u32 divisor)
{
	u64 high = (a >> 32) * mul, low = (u64)(u32)a * mul;
	u32 remainder;
	u64 quotient;

	high += low >> 32;
	quotient = div_u64_rem(high, divisor, &remainder) << 32;
	return quotient + div_u64((u64)remainder << 32 | (u32)low, divisor);
}
