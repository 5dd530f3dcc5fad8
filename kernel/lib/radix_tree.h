/*
 * Radix trees: from an unsigned long index to a pointer, the index of the page cache. Wide and shallow; small indices
 * need one node. Callers lock. Memory comes from the allocator given to radix_tree_init, so this runs on the host too.
 */
#ifndef KERNEL_LIB_RADIX_TREE_H
#define KERNEL_LIB_RADIX_TREE_H

#include "kernel/lib/types.h"

#define RADIX_TREE_MAP_SHIFT 6
#define RADIX_TREE_MAP_SIZE  (1UL << RADIX_TREE_MAP_SHIFT)

struct radix_tree_node {
	struct radix_tree_node *parent; /* and the slot there; NULL: the root's */
	unsigned int offset;
	unsigned int count; /* slots in use */
	void *slots[RADIX_TREE_MAP_SIZE];
};

struct radix_tree_root {
	unsigned int height; /* levels of nodes; 0: rnode is the item of index 0, or NULL */
	gfp_t gfp_mask;      /* for the allocation of nodes */
	struct radix_tree_node *rnode;
};

static inline void INIT_RADIX_TREE(struct radix_tree_root *root, gfp_t mask)
{
	*root = (struct radix_tree_root){ .gfp_mask = mask };
}

/*
 * Give the library its memory, once, before the first insert: `alloc` returns sizeof(struct radix_tree_node) bytes,
 * all zero, or NULL; `free` takes them back.
 */
void radix_tree_init(struct radix_tree_node *(*alloc)(gfp_t gfp),
		     void (*free)(struct radix_tree_node *node));

/* Put `item` (not NULL) at `index`. Returns 0, -EEXIST when there is one, -ENOMEM (tree unchanged for readers). */
int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item);

/* The item at `index`, or NULL. */
void *radix_tree_lookup(struct radix_tree_root *root, unsigned long index);

/* Remove and return the item at `index`; NULL when there was none. Empty nodes are freed. */
void *radix_tree_delete(struct radix_tree_root *root, unsigned long index);

/*
 * Up to `max_items` items in ascending order of index, from `first_index` on. Returns how many were put in
 * `results`. The caller learns their indices from the items.
 */
unsigned int radix_tree_gang_lookup(struct radix_tree_root *root, void **results,
				    unsigned long first_index, unsigned int max_items);

#endif
