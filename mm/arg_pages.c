/*
 * The stack that exec makes before it knows where it will be.
 */
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/rlimit.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/mprotect.h"
#include "mm/mremap.h"
#include "mm/pgtable.h"
#include "mm/stack.h"
#include "mm/vma.h"

/* Room that a fresh stack shows below its contents. */
#define STACK_ROOM (128UL * 1024)

#define STACK_FLAGS (VM_GROWSDOWN | VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)

struct vm_area_struct *stack_vma_create(struct mm_struct *mm)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);

	if (!vma)
		return NULL;
	vma->vm_end = STACK_TOP;
	vma->vm_start = STACK_TOP - PAGE_SIZE;
	vma->vm_flags = STACK_FLAGS;
	vma->vm_page_prot = vm_get_page_prot(STACK_FLAGS);
	vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	if (insert_vm_struct(mm, vma)) {
		vm_area_free(vma);
		return NULL;
	}
	vm_stat_account(mm, vma->vm_flags, 1);
	return vma;
}

/* Moves the whole stack @shift bytes down, into what must be free space. Its pages are not copied. */
static int shift_stack(struct vm_area_struct *vma, unsigned long shift)
{
	unsigned long old_start = vma->vm_start, old_end = vma->vm_end;
	unsigned long new_start = old_start - shift, new_end = old_end - shift;
	unsigned long length = old_end - old_start;
	struct mm_struct *mm = vma->vm_mm;

	if (new_start > old_start || find_vma(mm, new_start) != vma)
		return -EFAULT;
	/* For a moment it covers both places. */
	vma_set_range(vma, new_start, old_end, vma->vm_pgoff - (shift >> PAGE_SHIFT));
	if (move_page_tables(vma, old_start, vma, new_start, length) != length)
		return -ENOMEM;
	free_pgtables(mm, max(new_end, old_start), old_end, new_end,
		      vma->vm_next ? vma->vm_next->vm_start : 0);
	vma_set_range(vma, new_start, new_end, vma->vm_pgoff);
	return 0;
}

/* As much room as asked for, or as RLIMIT_STACK leaves. */
static int make_room(struct vm_area_struct *vma)
{
	unsigned long limit = rlimit(RLIMIT_STACK) & PAGE_MASK;
	unsigned long size = vma->vm_end - vma->vm_start;
	unsigned long room = STACK_ROOM;

	if (size + room > limit)
		room = limit > size ? limit - size : 0;
	return room ? expand_stack(vma, vma->vm_start - room) : 0;
}

int setup_arg_pages(struct vm_area_struct *vma, unsigned long stack_top, bool executable)
{
	unsigned long flags = vma->vm_flags | (executable ? VM_EXEC : 0);
	int err;

	err = mprotect_fixup(vma, &vma, vma->vm_start, vma->vm_end, flags);
	if (!err && stack_top < vma->vm_end)
		err = shift_stack(vma, vma->vm_end - stack_top);
	if (!err && make_room(vma))
		err = -EFAULT;
	return err;
}
