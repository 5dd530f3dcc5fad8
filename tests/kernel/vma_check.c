#include "tests/kernel/vma_check.h"

#include "mm/mm.h"
#include "mm/vma.h"

static bool is_black(const struct rb_node *node)
{
	return !node || (node->rb_parent_color & RB_BLACK);
}

/* Black nodes on every way from @node down, or -1 if ways differ, a red node has a red child, or a parent is wrong. */
static int black_height(const struct rb_node *node)
{
	int left, right;

	if (!node)
		return 0;
	if (!is_black(node) && !(is_black(node->rb_left) && is_black(node->rb_right)))
		return -1;
	if ((node->rb_left && rb_parent(node->rb_left) != node) ||
	    (node->rb_right && rb_parent(node->rb_right) != node))
		return -1;
	left = black_height(node->rb_left);
	right = black_height(node->rb_right);
	if (left < 0 || left != right)
		return -1;
	return left + (is_black(node) ? 1 : 0);
}

static bool gap_right(const struct vm_area_struct *vma)
{
	unsigned long gap = vma_gap(vma);

	gap = max(gap, subtree_gap(vma->vm_rb.rb_left));
	gap = max(gap, subtree_gap(vma->vm_rb.rb_right));
	return gap == vma->rb_subtree_gap;
}

static const char *check_one(const struct mm_struct *mm, const struct vm_area_struct *vma,
			     const struct vm_area_struct *prev)
{
	if (vma->vm_mm != mm)
		return "a VMA belongs to another mm";
	if (vma->vm_start >= vma->vm_end || (vma->vm_start | vma->vm_end) & ~PAGE_MASK)
		return "a VMA's range is empty or not of whole pages";
	if (vma->vm_prev != prev)
		return "a VMA's vm_prev is not the VMA before it";
	if (prev && prev->vm_end > vma->vm_start)
		return "two VMAs overlap or are out of order";
	if (!gap_right(vma))
		return "a VMA's rb_subtree_gap is wrong";
	return NULL;
}

const char *vma_check(struct mm_struct *mm)
{
	struct vm_area_struct *vma, *prev = NULL;
	struct rb_node *node = rb_first(&mm->mm_rb);
	bool cache_seen = !mm->mmap_cache;
	int count = 0;

	if (!is_black(mm->mm_rb.rb_node) || black_height(mm->mm_rb.rb_node) < 0)
		return "the tree is not red-black";
	for (vma = mm->mmap; vma; prev = vma, vma = vma->vm_next) {
		const char *wrong = check_one(mm, vma, prev);

		if (wrong)
			return wrong;
		if (node != &vma->vm_rb)
			return "tree and list differ";
		node = rb_next(node);
		cache_seen |= vma == mm->mmap_cache;
		count++;
	}
	if (node)
		return "the tree has more VMAs than the list";
	if (count != mm->map_count)
		return "map_count is wrong";
	return cache_seen ? NULL : "mmap_cache is not in the list";
}
