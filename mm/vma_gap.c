/*
 * Looking for a hole: the tree knows the largest in each subtree, so the way to
 * one that is long enough is as short as the way to a VMA.
 */
#include "mm/vma.h"

#include "kernel/lib/errno.h"
#include "mm/mm.h"

/* Is there a VMA in this subtree with a gap of @length before it? Then the lowest or highest such. */
static struct vm_area_struct *gap_in_subtree(struct rb_node *node, unsigned long length,
					     bool highest)
{
	if (subtree_gap(node) < length)
		return NULL;
	for (;;) {
		struct rb_node *near = highest ? node->rb_right : node->rb_left;

		if (subtree_gap(near) >= length)
			node = near;
		else if (vma_gap(rb_vma(node)) >= length)
			return rb_vma(node);
		else
			node = highest ? node->rb_left : node->rb_right;
	}
}

/* The nearest VMA below (or above) @vma with a gap of @length before it, or NULL. */
static struct vm_area_struct *next_gap(struct vm_area_struct *vma, unsigned long length, bool below)
{
	struct rb_node *node = &vma->vm_rb, *parent;
	struct vm_area_struct *found;

	found = gap_in_subtree(below ? node->rb_left : node->rb_right, length, below);
	while (!found && (parent = rb_parent(node))) {
		bool came_from_far_side = node == (below ? parent->rb_right : parent->rb_left);

		node = parent;
		if (!came_from_far_side)
			continue;
		if (vma_gap(rb_vma(node)) >= length)
			return rb_vma(node);
		found = gap_in_subtree(below ? node->rb_left : node->rb_right, length, below);
	}
	return found;
}

/* The part of [start, end) that is inside the limits, or false if it is too short. */
static bool gap_fits(const struct vm_unmapped_area_info *info, unsigned long *start,
		     unsigned long *end)
{
	*start = max(*start, info->low_limit);
	*end = min(*end, info->high_limit);
	return *end > *start && *end - *start >= info->length;
}

/*
 * Only a gap that a limit cuts can be long enough in the tree and too short
 * here, and there are at most two such: the loops end after O(1) rounds.
 */
unsigned long unmapped_area_topdown(struct mm_struct *mm, const struct vm_unmapped_area_info *info)
{
	struct vm_area_struct *vma = __find_vma(mm, info->high_limit - 1);
	unsigned long start, end = info->high_limit;

	if (!vma) {
		vma = last_vma(mm);
		start = vma ? vma->vm_end : 0;
		if (gap_fits(info, &start, &end))
			return end - info->length;
	}
	for (; vma && vma->vm_end > info->low_limit; vma = next_gap(vma, info->length, true)) {
		start = vma->vm_prev ? vma->vm_prev->vm_end : 0;
		end = vm_start_gap(vma);
		if (gap_fits(info, &start, &end))
			return end - info->length;
	}
	return -ENOMEM;
}

unsigned long unmapped_area(struct mm_struct *mm, const struct vm_unmapped_area_info *info)
{
	struct vm_area_struct *vma = __find_vma(mm, info->low_limit);
	unsigned long start, end;

	for (; vma; vma = next_gap(vma, info->length, false)) {
		start = vma->vm_prev ? vma->vm_prev->vm_end : 0;
		if (start >= info->high_limit)
			return -ENOMEM;
		end = vm_start_gap(vma);
		if (gap_fits(info, &start, &end))
			return start;
	}
	vma = last_vma(mm);
	start = vma ? vma->vm_end : 0;
	end = info->high_limit;
	return gap_fits(info, &start, &end) ? start : (unsigned long)-ENOMEM;
}
