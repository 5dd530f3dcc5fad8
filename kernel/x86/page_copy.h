/*
 * Whole pages cleared and copied as fast as this processor can: 16 bytes at a
 * time where it has SSE. The registers used are saved on the stack, so this is
 * allowed anywhere in the kernel, interrupt handlers included.
 */
#ifndef KERNEL_X86_PAGE_COPY_H
#define KERNEL_X86_PAGE_COPY_H

/* Fill the 4096 bytes at a page-aligned, mapped address with zeroes. */
void clear_page(void *page);

/* Copy 4096 bytes between two page-aligned, mapped addresses that do not overlap. */
void copy_page(void *to, const void *from);

/*
 * Copies as many blocks of COPY_BLOCK bytes as there are in @n, moves *to and *from behind them, and returns what is left:
 * all of it without SSE. The memory may fault, and the task sleep and be switched away from. A fault that cannot be
 * mended ends it before its block.
 */
#define COPY_BLOCK 256UL
unsigned long copy_blocks(void **to, const void **from, unsigned long n);

#endif
