/*
 * The VMAs of an address space: a red-black tree by address for finding, a
 * sorted list for walking. Every node knows the largest hole before any VMA of
 * its subtree, so that a free range is found without walking the list.
 */
#include "mm/vma.h"

#include "kernel/fs/file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "mm/filemap.h"
#include "mm/mm.h"

int sysctl_max_map_count = 65530;

/* ---- holes ---- */

static unsigned long compute_subtree_gap(struct vm_area_struct *vma)
{
	unsigned long gap = vma_gap(vma);

	gap = max(gap, subtree_gap(vma->vm_rb.rb_left));
	return max(gap, subtree_gap(vma->vm_rb.rb_right));
}

/*
 * The gap before @node changed, or the tree was rebalanced above it. Rotations move only
 * nodes on the path to the root and their siblings, so recomputing those makes every
 * gap right.
 */
static void gap_update_path(struct rb_node *node)
{
	struct rb_node *parent, *sibling;

	for (; node; node = parent) {
		rb_vma(node)->rb_subtree_gap = compute_subtree_gap(rb_vma(node));
		parent = rb_parent(node);
		if (!parent)
			return;
		sibling = parent->rb_left == node ? parent->rb_right : parent->rb_left;
		if (sibling)
			rb_vma(sibling)->rb_subtree_gap = compute_subtree_gap(rb_vma(sibling));
	}
}

/* The lowest node that rb_erase(node) will leave with another subtree. */
static struct rb_node *deepest_after_erase(struct rb_node *node)
{
	struct rb_node *next;

	if (!node->rb_left && !node->rb_right)
		return rb_parent(node);
	if (!node->rb_right)
		return node->rb_left;
	if (!node->rb_left)
		return node->rb_right;
	next = rb_next(node);
	if (next->rb_right)
		return next->rb_right;
	return rb_parent(next) == node ? next : rb_parent(next);
}

/* ---- tree and list ---- */

struct vm_area_struct *__find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *vma = NULL;

	while (node) {
		struct vm_area_struct *here = rb_vma(node);

		if (addr >= here->vm_end) {
			node = node->rb_right;
			continue;
		}
		vma = here;
		if (addr >= here->vm_start)
			break;
		node = node->rb_left;
	}
	return vma;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = mm->mmap_cache;

	if (vma && vma->vm_start <= addr && addr < vma->vm_end)
		return vma;
	vma = __find_vma(mm, addr);
	if (vma)
		mm->mmap_cache = vma;
	return vma;
}

struct vm_area_struct *last_vma(struct mm_struct *mm)
{
	struct rb_node *node = rb_last(&mm->mm_rb);

	return node ? rb_vma(node) : NULL;
}

struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **prev)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	*prev = vma ? vma->vm_prev : last_vma(mm);
	return vma;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

void vma_list_link(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *prev)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;

	vma->vm_prev = prev;
	vma->vm_next = next;
	if (prev)
		prev->vm_next = vma;
	else
		mm->mmap = vma;
	if (next)
		next->vm_prev = vma;
	mm->map_count++;
	vma_link_file(vma);
}

void insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct rb_node **link = &mm->mm_rb.rb_node, *parent = NULL;
	struct vm_area_struct *prev = NULL;

	while (*link) {
		struct vm_area_struct *here = rb_vma(*link);

		parent = *link;
		if (here->vm_end > vma->vm_start) {
			BUG_ON(here->vm_start < vma->vm_end);
			link = &parent->rb_left;
		} else {
			prev = here;
			link = &parent->rb_right;
		}
	}
	vma_list_link(mm, vma, prev);
	rb_link_node(&vma->vm_rb, parent, link);
	vma->rb_subtree_gap = vma_gap(vma);
	rb_insert_color(&vma->vm_rb, &mm->mm_rb);
	/* If the balancing left it children, they are those that made room for it. */
	gap_update_path(vma->vm_rb.rb_left ? vma->vm_rb.rb_left : &vma->vm_rb);
}

static void vma_unlink(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma->vm_prev, *next = vma->vm_next;
	struct rb_node *deepest = deepest_after_erase(&vma->vm_rb);

	vma_unlink_file(vma);
	rb_erase(&vma->vm_rb, &mm->mm_rb);
	if (prev)
		prev->vm_next = next;
	else
		mm->mmap = next;
	if (next)
		next->vm_prev = prev;
	gap_update_path(deepest);
	if (mm->mmap_cache == vma)
		mm->mmap_cache = NULL;
	mm->map_count--;
}

/*
 * A tree of the next @n VMAs of the list. Halving keeps all levels but the lowest
 * full, so all nodes are black but those of the lowest level.
 */
static struct rb_node *build_subtree(struct vm_area_struct **next, int n, int levels,
				     struct rb_node *parent)
{
	struct vm_area_struct *vma;
	struct rb_node *left, *node;

	if (!n)
		return NULL;
	left = build_subtree(next, n / 2, levels - 1, NULL);
	vma = *next;
	*next = vma->vm_next;
	node = &vma->vm_rb;
	node->rb_parent_color = (unsigned long)parent | (levels > 0 ? RB_BLACK : RB_RED);
	node->rb_left = left;
	if (left)
		left->rb_parent_color |= (unsigned long)node;
	node->rb_right = build_subtree(next, n - n / 2 - 1, levels - 1, node);
	vma->rb_subtree_gap = compute_subtree_gap(vma);
	return node;
}

void vma_build_tree(struct mm_struct *mm)
{
	struct vm_area_struct *next = mm->mmap;
	int levels = 0;

	while (mm->map_count >> (levels + 1))
		levels++;
	mm->mm_rb.rb_node = build_subtree(&next, mm->map_count, levels, NULL);
	if (mm->mm_rb.rb_node)
		mm->mm_rb.rb_node->rb_parent_color = RB_BLACK;
}

void vma_set_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   pgoff_t pgoff)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;
	bool next_sees = vma->vm_next && vma->vm_end != end;

	if (mapping)
		spin_lock(&mapping->i_mmap_lock);
	vma->vm_start = start;
	vma->vm_end = end;
	vma->vm_pgoff = pgoff;
	if (mapping)
		spin_unlock(&mapping->i_mmap_lock);

	gap_update_path(&vma->vm_rb);
	if (next_sees)
		gap_update_path(&vma->vm_next->vm_rb);
}

struct vm_area_struct *detach_vmas(struct mm_struct *mm, struct vm_area_struct *vma,
				   unsigned long end)
{
	struct vm_area_struct *first = NULL, **tail = &first;

	while (vma && vma->vm_start < end) {
		struct vm_area_struct *next = vma->vm_next;

		vma_unlink(mm, vma);
		vma->vm_next = NULL;
		*tail = vma;
		tail = &vma->vm_next;
		vma = next;
	}
	return first;
}

void vma_open(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		get_file(vma->vm_file);
	if (vma->vm_ops && vma->vm_ops->open)
		vma->vm_ops->open(vma);
}

struct vm_area_struct *remove_vma(struct vm_area_struct *vma)
{
	struct vm_area_struct *next = vma->vm_next;

	if (vma->vm_ops && vma->vm_ops->close)
		vma->vm_ops->close(vma);
	if (vma->vm_file)
		fput(vma->vm_file);
	vm_area_free(vma);
	return next;
}

/* ---- split and merge ---- */

int __split_vma(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr,
		bool new_below)
{
	struct vm_area_struct *new = vm_area_dup(vma);
	unsigned long pages_below = (addr - vma->vm_start) >> PAGE_SHIFT;

	if (!new)
		return -ENOMEM;
	if (new_below) {
		new->vm_end = addr;
	} else {
		new->vm_start = addr;
		new->vm_pgoff += pages_below;
	}
	vma_open(new);
	if (new_below)
		vma_set_range(vma, addr, vma->vm_end, vma->vm_pgoff + pages_below);
	else
		vma_set_range(vma, vma->vm_start, addr, vma->vm_pgoff);
	insert_vm_struct(mm, new);
	return 0;
}

int split_vma(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, bool new_below)
{
	if (mm->map_count >= sysctl_max_map_count)
		return -ENOMEM;
	return __split_vma(mm, vma, addr, new_below);
}

/* One that its driver is told the end of keeps the boundaries that the driver knows. */
static bool is_watched(const struct vm_area_struct *vma)
{
	return vma->vm_ops && vma->vm_ops->close;
}

/* Are these the same anonymous pages, or has one none? What is new keeps apart from what a fork gave. */
static bool anon_vmas_match(unsigned long a, unsigned long b)
{
	return a == b || ((!a || !b) && !((a | b) & ANON_VMA_FORKED));
}

/* May @vma stretch over memory of these flags, this file and these anonymous pages? */
static bool can_merge(const struct vm_area_struct *vma, unsigned long vm_flags,
		      const struct file *file, unsigned long anon_vma)
{
	if (vma->vm_flags != vm_flags || vma->vm_file != file ||
	    !anon_vmas_match(vma->anon_vma, anon_vma))
		return false;
	return !vma->vm_ops || (file && !is_watched(vma));
}

/* @vma gives up [start, end), which is all of it, its head or its tail. */
static void vma_give_up(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long start,
			unsigned long end)
{
	if (start == vma->vm_start && end == vma->vm_end) {
		vma_unlink(mm, vma);
		if (vma->vm_file)
			fput(vma->vm_file);
		vm_area_free(vma);
	} else if (start == vma->vm_start) {
		vma_set_range(vma, end, vma->vm_end, vma->vm_pgoff + ((end - start) >> PAGE_SHIFT));
	} else {
		vma_set_range(vma, vma->vm_start, start, vma->vm_pgoff);
	}
}

/*
 * Eight cases, from two questions. Who takes the range [addr, end)?
 *
 *	prev and next, growing together | prev grows up | next grows down
 *
 * And who had it, and gives it up?
 *
 *	nobody, it is a hole	| any of the three
 *	one VMA, all of it	| any of the three; it disappears
 *	one VMA, its head	| prev grows up over it
 *	one VMA, its tail	| next grows down over it; that VMA is @prev then
 */
struct vm_area_struct *vma_merge(struct mm_struct *mm, struct vm_area_struct *prev,
				 unsigned long addr, unsigned long end, unsigned long vm_flags,
				 struct file *file, pgoff_t pgoff, unsigned long anon_vma)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap, *owner = NULL, *taker;
	pgoff_t pgoff_end = pgoff + ((end - addr) >> PAGE_SHIFT);
	bool up, down;

	if (prev && prev->vm_end > addr)
		owner = prev;
	else if (next && next->vm_start == addr)
		owner = next;
	if ((vm_flags & VM_SPECIAL) || (owner && is_watched(owner)))
		return NULL;
	if (owner && owner == next && owner->vm_end == end)
		next = owner->vm_next;

	up = prev && prev->vm_end == addr && can_merge(prev, vm_flags, file, anon_vma) &&
	     prev->vm_pgoff + vma_pages(prev) == pgoff;
	down = next && next->vm_start == end && can_merge(next, vm_flags, file, anon_vma) &&
	       next->vm_pgoff == pgoff_end &&
	       (!up || anon_vmas_match(prev->anon_vma, next->anon_vma));
	if (!up && !down)
		return NULL;
	taker = up ? prev : next;
	taker->anon_vma |= anon_vma | (down ? next->anon_vma : 0);

	/* First to take, then to give up: a truncation finds every page through one VMA at least. */
	if (up)
		vma_set_range(prev, prev->vm_start, down ? next->vm_end : end, prev->vm_pgoff);
	else
		vma_set_range(next, addr, next->vm_end, pgoff);
	if (owner)
		vma_give_up(mm, owner, addr, end);
	if (up && down)
		vma_give_up(mm, next, end, next->vm_end);
	return taker;
}

/* ---- identities of anonymous pages ---- */

unsigned long anon_vma_new(void)
{
	static atomic_t last;

	return atomic_add_return(2, &last);
}

/* That of @owner, one of two VMAs side by side, if they would be one but for their rights; or 0. */
static unsigned long common_anon_vma(const struct vm_area_struct *owner,
				     const struct vm_area_struct *low,
				     const struct vm_area_struct *high)
{
	const unsigned long rights = VM_READ | VM_WRITE | VM_EXEC;

	if (!low || !high || low->vm_end != high->vm_start || low->vm_file != high->vm_file ||
	    ((low->vm_flags ^ high->vm_flags) & ~rights) ||
	    low->vm_pgoff + vma_pages(low) != high->vm_pgoff)
		return 0;
	return owner->anon_vma & ANON_VMA_FORKED ? 0 : owner->anon_vma;
}

void anon_vma_prepare(struct vm_area_struct *vma)
{
	vma->anon_vma = common_anon_vma(vma->vm_next, vma, vma->vm_next);
	if (!vma->anon_vma)
		vma->anon_vma = common_anon_vma(vma->vm_prev, vma->vm_prev, vma);
	if (!vma->anon_vma)
		vma->anon_vma = anon_vma_new();
}

const char *vma_name(struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_ops && vma->vm_ops->name)
		return vma->vm_ops->name(vma);
	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		return "[stack]";
	return NULL;
}
