/*
 * Red-black trees with the node inside the element. The caller walks down by its own order, links the new node with
 * rb_link_node and balances with rb_insert_color. Callers lock.
 */
#ifndef KERNEL_LIB_RBTREE_H
#define KERNEL_LIB_RBTREE_H

#include "kernel/lib/util.h"

/* Nodes are aligned to 4, so the lowest bit of the parent's address holds the colour: 0 red, 1 black. */
struct rb_node {
	unsigned long rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __attribute__((__aligned__(sizeof(long))));

#define RB_RED   0UL
#define RB_BLACK 1UL

struct rb_root {
	struct rb_node *rb_node;
};

#define RB_ROOT          \
	(struct rb_root) \
	{                \
		NULL     \
	}
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_parent(node)             ((struct rb_node *)((node)->rb_parent_color & ~3UL))

/* Hang a new red leaf at *link (a child field of `parent`, or the root's). */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->rb_parent_color = (unsigned long)parent;
	node->rb_left = node->rb_right = NULL;
	*link = node;
}

/* Restore the balance after rb_link_node. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);

/* Remove a node that is in the tree. */
void rb_erase(struct rb_node *node, struct rb_root *root);

/* The first and last in order, the next in order; NULL when there is none. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);

#endif
