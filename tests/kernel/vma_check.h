/* The VMA tree's promises, walked by the suites that change it. */
#ifndef TESTS_KERNEL_VMA_CHECK_H
#define TESTS_KERNEL_VMA_CHECK_H

struct mm_struct;

/*
 * vma_check - is everything about this address space's VMAs as it should be?
 *
 * List and tree hold the same VMAs in the same order, ranges are sound and do not
 * overlap, the tree is red-black, every gap and count is right. Returns NULL, or
 * what is wrong. O(n). mmap_sem held.
 */
const char *vma_check(struct mm_struct *mm);

#endif
