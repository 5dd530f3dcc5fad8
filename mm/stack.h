/*
 * The user stack: made by exec, grown by faults down to RLIMIT_STACK, always
 * STACK_GUARD_GAP away from what lies below it.
 */
#ifndef MM_STACK_H
#define MM_STACK_H

#include "kernel/lib/types.h"

struct mm_struct;
struct vm_area_struct;

/* One past the highest byte of the stack. */
#define STACK_TOP 0xC0000000UL

/*
 * stack_vma_create - give a fresh address space its stack VMA
 *
 * One page below STACK_TOP, growing down by faults (or get_user_pages), so that
 * exec can copy arguments into it before the image is known. Returns the VMA, or
 * NULL without memory. Nobody else uses @mm yet.
 */
struct vm_area_struct *stack_vma_create(struct mm_struct *mm);

/*
 * setup_arg_pages - the stack's final rights and room
 * @executable: PT_GNU_STACK asks for it, or is missing
 *
 * Gives it 128 KiB of room below what is in use (RLIMIT_STACK allowing), as Linux
 * shows in /proc/PID/maps. Returns 0 or -errno. mmap_sem held for writing.
 */
int setup_arg_pages(struct vm_area_struct *vma, bool executable);

#endif
