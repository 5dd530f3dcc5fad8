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
#include "kernel/lib/util.h"

#define MAP_MASK   (RADIX_TREE_MAP_SIZE - 1)
#define INDEX_BITS (sizeof(unsigned long) * CHAR_BIT)
#define MAX_HEIGHT DIV_ROUND_UP(INDEX_BITS, RADIX_TREE_MAP_SHIFT)

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
	unsigned int height = root->height;

	while (index > max_index(height))
		height++;
	if (!root->rnode) {
		root->height = height;
		return 0;
	}
	while (root->height < height) {
		node = node_alloc(root->gfp_mask);
		if (!node)
			return -ENOMEM;
		node->slots[0] = root->rnode;
		node->count = 1;
		root->rnode = node;
		root->height++;
	}
	return 0;
}

/* Free the nodes from `path[level]` up to the root as far as they are empty. */
static void free_empty(struct radix_tree_root *root, struct radix_tree_node **path,
		       unsigned long index, int level)
{
	unsigned int shift;

	for (; level >= 0 && path[level]->count == 0; level--) {
		node_free(path[level]);
		if (level == 0) {
			root->rnode = NULL;
			root->height = 0;
			return;
		}
		shift = (root->height - level) * RADIX_TREE_MAP_SHIFT;
		path[level - 1]->slots[(index >> shift) & MAP_MASK] = NULL;
		path[level - 1]->count--;
	}
}

int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item)
{
	struct radix_tree_node *path[MAX_HEIGHT], *node = NULL;
	void **slot = (void **)&root->rnode;
	int level, shift;

	BUG_ON(!item);
	if (index > max_index(root->height) && grow(root, index))
		return -ENOMEM;
	shift = (int)root->height * RADIX_TREE_MAP_SHIFT;
	for (level = 0; shift > 0; level++) {
		shift -= RADIX_TREE_MAP_SHIFT;
		if (!*slot) {
			*slot = node_alloc(root->gfp_mask);
			if (!*slot) {
				free_empty(root, path, index, level - 1);
				if (!root->rnode)
					root->height = 0;
				return -ENOMEM;
			}
			if (node)
				node->count++;
		}
		node = path[level] = *slot;
		slot = &node->slots[(index >> shift) & MAP_MASK];
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
	unsigned int shift = root->height * RADIX_TREE_MAP_SHIFT;
	void *entry = root->rnode;

	if (index > max_index(root->height))
		return NULL;
	while (shift && entry) {
		shift -= RADIX_TREE_MAP_SHIFT;
		entry = ((struct radix_tree_node *)entry)->slots[(index >> shift) & MAP_MASK];
	}
	return entry;
}

void *radix_tree_delete(struct radix_tree_root *root, unsigned long index)
{
	struct radix_tree_node *path[MAX_HEIGHT];
	unsigned int shift = root->height * RADIX_TREE_MAP_SHIFT;
	void **slot = (void **)&root->rnode, *item;
	int level = 0;

	if (index > max_index(root->height))
		return NULL;
	for (; shift && *slot; level++) {
		shift -= RADIX_TREE_MAP_SHIFT;
		path[level] = *slot;
		slot = &path[level]->slots[(index >> shift) & MAP_MASK];
	}
	item = *slot;
	if (!item)
		return NULL;
	*slot = NULL;
	if (level == 0)
		return item;
	path[level - 1]->count--;
	free_empty(root, path, index, level - 1);
	return item;
}

/*
 * The item at *index or the next one behind it; *index is set to its place. NULL when there is none. An empty slot
 * of a high node skips all that it would cover.
 */
static void *find_from(struct radix_tree_root *root, unsigned long *index)
{
	unsigned int shift;
	unsigned long step;
	void *entry;

	while (*index <= max_index(root->height)) {
		entry = root->rnode;
		shift = root->height * RADIX_TREE_MAP_SHIFT;
		while (shift && entry) {
			shift -= RADIX_TREE_MAP_SHIFT;
			entry = ((struct radix_tree_node *)entry)
					->slots[(*index >> shift) & MAP_MASK];
		}
		if (entry)
			return entry;
		if (shift >= INDEX_BITS)
			return NULL;
		step = 1UL << shift;
		*index = (*index | (step - 1)) + 1;
		if (!*index)
			return NULL;
	}
	return NULL;
}

unsigned int radix_tree_gang_lookup(struct radix_tree_root *root, void **results,
				    unsigned long first_index, unsigned int max_items)
{
	unsigned long index = first_index;
	unsigned int found = 0;
	void *item;

	while (found < max_items) {
		item = find_from(root, &index);
		if (!item)
			break;
		results[found++] = item;
		if (++index == 0)
			break;
	}
	return found;
}
