/*
 * Looking for a hole: the tree knows the largest in each subtree, so the way to
 * one that is long enough is as short as the way to a VMA.
 */
#include "mm/vma.h"

#include "kernel/lib/errno.h"

/* The highest VMA of this subtree with a gap of @length before it, or NULL. */
static struct vm_area_struct *last_gap(struct rb_node *node, unsigned long length)
{
	if (subtree_gap(node) < length)
		return NULL;
	for (;;) {
		if (subtree_gap(node->rb_right) >= length)
			node = node->rb_right;
		else if (vma_gap(rb_vma(node)) >= length)
			return rb_vma(node);
		else
			node = node->rb_left;
	}
}

/* The nearest VMA below @vma with a gap of @length before it, or NULL. */
static struct vm_area_struct *prev_gap(struct vm_area_struct *vma, unsigned long length)
{
	struct rb_node *node = &vma->vm_rb, *parent;
	struct vm_area_struct *found = last_gap(node->rb_left, length);

	for (; !found && (parent = rb_parent(node)); node = parent) {
		if (node == parent->rb_left)
			continue;
		if (vma_gap(rb_vma(parent)) >= length)
			return rb_vma(parent);
		found = last_gap(parent->rb_left, length);
	}
	return found;
}

/*
 * Only a gap that a limit cuts can be long enough in the tree and too short
 * here, and there are at most two such: the loop ends after O(1) rounds.
 */
unsigned long unmapped_area_topdown(struct mm_struct *mm, unsigned long length, unsigned long low,
				    unsigned long high)
{
	struct vm_area_struct *vma = __find_vma(mm, high - 1);
	unsigned long start, end = high;

	if (!vma) {
		vma = last_vma(mm);
		start = vma ? max(vma->vm_end, low) : low;
		if (start < high && high - start >= length)
			return high - length;
	}
	for (; vma && vma->vm_end > low; vma = prev_gap(vma, length)) {
		start = vma->vm_prev ? max(vma->vm_prev->vm_end, low) : low;
		end = min(vm_start_gap(vma), high);
		if (start < end && end - start >= length)
			return end - length;
	}
	return -ENOMEM;
}
