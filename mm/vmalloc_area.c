/*
 * Each area knows the hole before it; each node of the tree knows the largest
 * such hole of its subtree. A search goes down where a hole is large enough, so
 * its cost does not grow with the number of areas. An area of no size at the end
 * stands for the hole behind the last one.
 */
#include "mm/vmalloc_area.h"

#include "kernel/lib/util.h"
#include "mm/layout.h"

unsigned long vmalloc_start = VMALLOC_START_DEFAULT;

static struct rb_root areas = RB_ROOT;
static LIST_HEAD(area_list);
static struct vm_struct area_end;
static unsigned long areas_start;

static struct vm_struct *rb_area(struct rb_node *node)
{
	return rb_entry(node, struct vm_struct, rb);
}

/* Start of the hole before an area. */
static unsigned long hole_start(const struct vm_struct *area)
{
	const struct vm_struct *prev;

	if (area->list.prev == &area_list)
		return areas_start;
	prev = list_entry(area->list.prev, struct vm_struct, list);
	return prev->addr + prev->size;
}

static unsigned long subtree_gap(struct rb_node *node)
{
	return node ? rb_area(node)->max_gap : 0;
}

static void update_gap(struct vm_struct *area)
{
	unsigned long gap = area->addr - hole_start(area);

	gap = max(gap, subtree_gap(area->rb.rb_left));
	area->max_gap = max(gap, subtree_gap(area->rb.rb_right));
}

/*
 * Makes max_gap right from a node up to the root. Balancing moves only nodes on
 * that path and their children, so the children are looked at too.
 */
static void update_path(struct rb_node *node)
{
	for (; node; node = rb_parent(node)) {
		if (node->rb_left)
			update_gap(rb_area(node->rb_left));
		if (node->rb_right)
			update_gap(rb_area(node->rb_right));
		update_gap(rb_area(node));
	}
}

/* The lowest area whose hole before it holds @need bytes, or NULL. */
static struct vm_struct *find_hole(unsigned long need)
{
	struct rb_node *node = areas.rb_node;

	while (node && subtree_gap(node) >= need) {
		struct vm_struct *area = rb_area(node);

		if (subtree_gap(node->rb_left) >= need)
			node = node->rb_left;
		else if (area->addr - hole_start(area) >= need)
			return area;
		else
			node = node->rb_right;
	}
	return NULL;
}

/* Links @area into list and tree just before @next. */
static void link_before(struct vm_struct *area, struct vm_struct *next)
{
	struct rb_node **link = &next->rb.rb_left, *parent = &next->rb;

	while (*link) {
		parent = *link;
		link = &parent->rb_right;
	}
	list_add_tail(&area->list, &next->list);
	rb_link_node(&area->rb, parent, link);
	rb_insert_color(&area->rb, &areas);
	update_path(area->rb.rb_left ?: &area->rb);
	update_path(&next->rb);
}

bool vm_area_insert(struct vm_struct *area, unsigned long align)
{
	struct vm_struct *next;

	/* Any hole this large has an aligned place, wherever it begins. */
	next = find_hole(area->size + align - PAGE_SIZE);
	if (!next)
		return false;
	area->addr = ALIGN(hole_start(next), align);
	link_before(area, next);
	return true;
}

void vm_area_erase(struct vm_struct *area)
{
	struct vm_struct *next = list_entry(area->list.next, struct vm_struct, list);
	struct rb_node *lowest = rb_parent(&area->rb), *successor = rb_next(&area->rb);

	/* The deepest node that balancing begins at: where the node that really leaves hung. */
	if (area->rb.rb_left && area->rb.rb_right) {
		lowest = rb_parent(successor);
		if (lowest == &area->rb)
			lowest = successor;
	}
	rb_erase(&area->rb, &areas);
	list_del(&area->list);
	update_path(lowest);
	update_path(&next->rb);
}

struct vm_struct *vm_area_find(unsigned long addr)
{
	struct rb_node *node = areas.rb_node;
	struct vm_struct *found = NULL;

	while (node) {
		struct vm_struct *area = rb_area(node);

		if (area->addr <= addr) {
			found = area;
			node = node->rb_right;
		} else {
			node = node->rb_left;
		}
	}
	return found == &area_end ? NULL : found;
}

struct vm_struct *vm_area_next(struct vm_struct *area)
{
	struct list_head *next = area ? area->list.next : area_list.next;
	struct vm_struct *found = list_entry(next, struct vm_struct, list);

	return found == &area_end ? NULL : found;
}

unsigned long vm_area_largest_hole(void)
{
	return subtree_gap(areas.rb_node);
}

void vm_areas_init(unsigned long start, unsigned long end)
{
	areas_start = start;
	area_end.addr = end;
	area_end.size = 0;
	list_add_tail(&area_end.list, &area_list);
	rb_link_node(&area_end.rb, NULL, &areas.rb_node);
	rb_insert_color(&area_end.rb, &areas);
	update_path(&area_end.rb);
}
