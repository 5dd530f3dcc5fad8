/*
 * Radix trees. A tree of height h holds indices below 64^h; every node looks at six bits of the index:
 *
 *	index   ... | 6 bits: slot of the root node | ... | 6 bits: slot of the lowest node |
 *
 * The tree grows at the root, and is low again when it has been empty.
 */
#include "kernel/lib/radix_tree.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"

#define MAP_MASK   (RADIX_TREE_MAP_SIZE - 1)
#define INDEX_BITS (sizeof(unsigned long) * CHAR_BIT)

static struct radix_tree_node *(*node_alloc)(gfp_t gfp);
static void (*node_free)(struct radix_tree_node *node);

void radix_tree_init(struct radix_tree_node *(*alloc)(gfp_t gfp),
		     void (*free)(struct radix_tree_node *node))
{
	node_alloc = alloc;
	node_free = free;
}

/* The largest index that a tree of this height can hold. */
static unsigned long max_index(unsigned int height)
{
	unsigned int bits = height * RADIX_TREE_MAP_SHIFT;

	return bits >= INDEX_BITS ? ~0UL : (1UL << bits) - 1;
}

/* Put nodes above the root until `index` fits. */
static int grow(struct radix_tree_root *root, unsigned long index)
{
	struct radix_tree_node *node;

	while (index > max_index(root->height)) {
		if (root->rnode) {
			node = node_alloc(root->gfp_mask);
			if (!node)
				return -ENOMEM;
			node->slots[0] = root->rnode;
			node->count = 1;
			if (root->height)
				root->rnode->parent = node;
			root->rnode = node;
		}
		root->height++;
	}
	return 0;
}

/* Free a node and those above it as far as they are empty. */
static void free_empty(struct radix_tree_root *root, struct radix_tree_node *node)
{
	while (node && !node->count) {
		struct radix_tree_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
		} else {
			root->rnode = NULL;
		}
		node_free(node);
		node = parent;
	}
	if (!root->rnode)
		root->height = 0;
}

/* The slot for `index`, and the node that it is in (NULL: the root). NULL: a node on the way is missing, and could not
 * be made, if `make`; *owner is the one above it then. */
static __always_inline void **find_slot(struct radix_tree_root *root, unsigned long index,
					struct radix_tree_node **owner, bool make)
{
	unsigned int shift = root->height * RADIX_TREE_MAP_SHIFT, offset = 0;
	struct radix_tree_node *node = NULL, *next;
	void **slot = (void **)&root->rnode;

	while (shift) {
		next = *slot;
		if (!next) {
			next = make ? node_alloc(root->gfp_mask) : NULL;
			if (!next)
				break;
			*slot = next;
			next->parent = node;
			next->offset = offset;
			if (node)
				node->count++;
		}
		node = next;
		shift -= RADIX_TREE_MAP_SHIFT;
		offset = (index >> shift) & MAP_MASK;
		slot = &node->slots[offset];
	}
	*owner = node;
	return shift ? NULL : slot;
}

int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item)
{
	struct radix_tree_node *node;
	void **slot;

	BUG_ON(!item);
	if (grow(root, index))
		return -ENOMEM;
	slot = find_slot(root, index, &node, true);
	if (!slot) {
		free_empty(root, node);
		return -ENOMEM;
	}
	if (*slot)
		return -EEXIST;
	*slot = item;
	if (node)
		node->count++;
	return 0;
}

void *radix_tree_lookup(struct radix_tree_root *root, unsigned long index)
{
	struct radix_tree_node *node;
	void **slot = index > max_index(root->height) ? NULL : find_slot(root, index, &node, false);

	return slot ? *slot : NULL;
}

void *radix_tree_delete(struct radix_tree_root *root, unsigned long index)
{
	struct radix_tree_node *node;
	void **slot = index > max_index(root->height) ? NULL : find_slot(root, index, &node, false);
	void *item = slot ? *slot : NULL;

	if (item) {
		*slot = NULL;
		if (node)
			node->count--;
		free_empty(root, node);
	}
	return item;
}

/*
 * The item at *index or the next one behind it; *index is set to its place. NULL when there is none. An empty slot
 * of a high node skips all that it would cover.
 */
static void *find_from(struct radix_tree_root *root, unsigned long *index)
{
	unsigned int shift;
	void *entry;

	while (*index <= max_index(root->height)) {
		entry = root->rnode;
		shift = root->height * RADIX_TREE_MAP_SHIFT;
		while (shift && entry) {
			shift -= RADIX_TREE_MAP_SHIFT;
			entry = ((struct radix_tree_node *)entry)
					->slots[(*index >> shift) & MAP_MASK];
		}
		if (entry || shift >= INDEX_BITS)
			return entry;
		*index = (*index | ((1UL << shift) - 1)) + 1;
		if (!*index)
			break;
	}
	return NULL;
}

unsigned int radix_tree_gang_lookup(struct radix_tree_root *root, void **results,
				    unsigned long first_index, unsigned int max_items)
{
	unsigned int found = 0;

	while (found < max_items && (results[found] = find_from(root, &first_index))) {
		found++;
		if (!++first_index)
			break;
	}
	return found;
}
