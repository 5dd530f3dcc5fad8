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
