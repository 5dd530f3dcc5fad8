/*
 * clear_page and copy_page. The kernel is compiled without SSE, and a task's
 * registers are live in the processor: so the few that are used here are put
 * aside first and brought back after.
 */
#include "kernel/x86/page_copy.h"

#include "kernel/x86/cpu.h"

#define PAGE_BYTES 4096

/* 256 bytes a round: the loop itself then costs next to nothing. */
static void clear_page_sse(void *page)
{
	const char *end = (char *)page + PAGE_BYTES;
	u8 save[16];

	__asm__ volatile("movups %%xmm0, %1\n\t"
			 "xorps %%xmm0, %%xmm0\n"
			 "1:\n\t"
			 ".set offset, 0\n\t"
			 ".rept 16\n\t"
			 "movaps %%xmm0, offset(%0)\n\t"
			 ".set offset, offset + 16\n\t"
			 ".endr\n\t"
			 "addl $256, %0\n\t"
			 "cmpl %2, %0\n\t"
			 "jne 1b\n\t"
			 "movups %1, %%xmm0"
			 : "+r"(page), "=m"(save)
			 : "r"(end)
			 : "memory", "cc");
}

unsigned long copy_blocks(void **to, const void **from, unsigned long n)
{
	u8 save[16];

	if (!have_sse() || n < COPY_BLOCK)
		return n;
	__asm__ volatile("movups %%xmm0, %3\n"
			 "1:\n\t"
			 ".set offset, 0\n\t"
			 ".rept 16\n"
			 "2:\tmovups offset(%1), %%xmm0\n"
			 "3:\tmovups %%xmm0, offset(%0)\n\t"
			 ".set offset, offset + 16\n\t"
			 ".pushsection __ex_table, \"a\"\n\t"
			 ".long 2b, 4f, 3b, 4f\n\t"
			 ".popsection\n\t"
			 ".endr\n\t"
			 "addl %4, %0\n\t"
			 "addl %4, %1\n\t"
			 "subl %4, %2\n\t"
			 "cmpl %4, %2\n\t"
			 "jae 1b\n"
			 "4:\tmovups %3, %%xmm0"
			 : "+r"(*to), "+r"(*from), "+r"(n), "=m"(save)
			 : "i"(COPY_BLOCK)
			 : "memory", "cc");
	return n;
}

void clear_page(void *page)
{
	unsigned long words = PAGE_BYTES / 4;

	if (have_sse()) {
		clear_page_sse(page);
		return;
	}
	__asm__ volatile("rep stosl" : "+D"(page), "+c"(words) : "a"(0) : "memory");
}

void copy_page(void *to, const void *from)
{
	unsigned long words = copy_blocks(&to, &from, PAGE_BYTES) / 4;

	__asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}
