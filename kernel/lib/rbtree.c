/*
 * Red-black trees (Cormen, Leiserson, Rivest, Stein: Introduction to Algorithms, ch. 13). The rules:
 *   1. the root and the missing leaves are black;
 *   2. a red node has black children;
 *   3. every way from the root to a leaf has the same number of black nodes.
 * Sides are handled once: child[0] is left, child[1] right.
 */
#include "kernel/lib/rbtree.h"

#define RED   0
#define BLACK 1

static bool is_red(const struct rb_node *n)
{
	return n && !(n->rb_parent_color & BLACK);
}

static void set_parent(struct rb_node *n, struct rb_node *parent)
{
	n->rb_parent_color = (n->rb_parent_color & 3) | (unsigned long)parent;
}

static void set_color(struct rb_node *n, unsigned long color)
{
	n->rb_parent_color = (n->rb_parent_color & ~1UL) | color;
}

static struct rb_node **child(struct rb_node *n, int side)
{
	return side ? &n->rb_right : &n->rb_left;
}

/* Where the tree points at `n`. */
static struct rb_node **link_of(struct rb_node *n, struct rb_root *root)
{
	struct rb_node *parent = rb_parent(n);

	if (!parent)
		return &root->rb_node;
	return parent->rb_left == n ? &parent->rb_left : &parent->rb_right;
}

/* `n` goes down to `side`, its child of the other side takes its place. */
static void rotate(struct rb_node *n, int side, struct rb_root *root)
{
	struct rb_node *up = *child(n, !side);
	struct rb_node *inner = *child(up, side);

	*link_of(n, root) = up;
	set_parent(up, rb_parent(n));
	*child(up, side) = n;
	set_parent(n, up);
	*child(n, !side) = inner;
	if (inner)
		set_parent(inner, n);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent, *grand, *uncle;
	int side;

	while ((parent = rb_parent(node)) && is_red(parent)) {
		/* A red parent is not the root, so there is a grandparent. */
		grand = rb_parent(parent);
		side = grand->rb_right == parent;
		uncle = *child(grand, !side);
		if (is_red(uncle)) {
			set_color(parent, BLACK);
			set_color(uncle, BLACK);
			set_color(grand, RED);
			node = grand;
			continue;
		}
		if (*child(parent, !side) == node) {
			rotate(parent, side, root);
			parent = node;
		}
		set_color(parent, BLACK);
		set_color(grand, RED);
		rotate(grand, !side, root);
		break;
	}
	set_color(root->rb_node, BLACK);
}

/* The ways through `node` (may be missing), child of `parent`, are one black short. */
static void erase_color(struct rb_node *node, struct rb_node *parent, struct rb_root *root)
{
	struct rb_node *sibling;
	int side;

	while (parent && !is_red(node)) {
		side = parent->rb_right == node;
		sibling = *child(parent, !side);
		if (is_red(sibling)) {
			set_color(sibling, BLACK);
			set_color(parent, RED);
			rotate(parent, side, root);
			sibling = *child(parent, !side);
		}
		if (!is_red(sibling->rb_left) && !is_red(sibling->rb_right)) {
			set_color(sibling, RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (!is_red(*child(sibling, !side))) {
			set_color(*child(sibling, side), BLACK);
			set_color(sibling, RED);
			rotate(sibling, !side, root);
			sibling = *child(parent, !side);
		}
		set_color(sibling, is_red(parent) ? RED : BLACK);
		set_color(parent, BLACK);
		set_color(*child(sibling, !side), BLACK);
		rotate(parent, side, root);
		node = root->rb_node;
		break;
	}
	if (node)
		set_color(node, BLACK);
}

/* Take out a node that has at most one child. */
static void unlink_node(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *only = node->rb_left ? node->rb_left : node->rb_right;
	struct rb_node *parent = rb_parent(node);

	*link_of(node, root) = only;
	if (only)
		set_parent(only, parent);
	if (!is_red(node))
		erase_color(only, parent, root);
}

/* `entry` takes the place of `victim`. */
static void replace_node(struct rb_node *victim, struct rb_node *entry, struct rb_root *root)
{
	*link_of(victim, root) = entry;
	if (victim->rb_left)
		set_parent(victim->rb_left, entry);
	if (victim->rb_right)
		set_parent(victim->rb_right, entry);
	*entry = *victim;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *next;

	if (node->rb_left && node->rb_right) {
		/* The next in order has no left child: take that out and put it in the place of `node`. */
		next = rb_next(node);
		unlink_node(next, root);
		replace_node(node, next, root);
		return;
	}
	unlink_node(node, root);
}

static struct rb_node *outermost(struct rb_node *n, int side)
{
	while (n && *child(n, side))
		n = *child(n, side);
	return n;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return outermost(root->rb_node, 0);
}

struct rb_node *rb_last(const struct rb_root *root)
{
	return outermost(root->rb_node, 1);
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right)
		return outermost(node->rb_right, 0);
	while ((parent = rb_parent(node)) && parent->rb_right == node)
		node = parent;
	return parent;
}
