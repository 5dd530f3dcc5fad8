/* kernel/lib/radix_tree.c on the host: random operations against a list, failing allocations, no node left behind.
 * link: kernel/lib/radix_tree.c */
#include "tests/host/check.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib/radix_tree.h"

#define MODEL 400

static struct radix_tree_root tree;
static long nodes;
static int fail_one_in; /* 0: never */

/* The model: indices in ascending order; an item is the address of its index's entry here. */
static unsigned long model[MODEL];
static unsigned int model_size;

static struct radix_tree_node *node_alloc(gfp_t gfp)
{
	if (fail_one_in && check_random() % fail_one_in == 0)
		return NULL;
	nodes++;
	return calloc(1, sizeof(struct radix_tree_node));
}

static void node_free(struct radix_tree_node *node)
{
	nodes--;
	free(node);
}

/* Items must not move, so they are numbers that look like pointers. */
static void *item_of(unsigned long index)
{
	return (void *)(index * 16 + 8);
}

static unsigned int model_find(unsigned long index)
{
	unsigned int i = 0;

	while (i < model_size && model[i] < index)
		i++;
	return i;
}

static bool model_has(unsigned long index)
{
	unsigned int i = model_find(index);

	return i < model_size && model[i] == index;
}

/* Near 0, around the borders of heights, and anywhere. */
static unsigned long random_index(void)
{
	switch (check_random() % 4) {
	case 0:
		return check_random() % 8;
	case 1:
		return (1UL << (6 * (check_random() % 5))) + check_random() % 3 - 1;
	case 2:
		return check_random() % 10000;
	default:
		return ((unsigned long)check_random() << 31 ^ check_random()) >> 5;
	}
}

static bool try_insert(unsigned long index)
{
	unsigned int i = model_find(index);
	bool had = model_has(index);
	int error = radix_tree_insert(&tree, index, item_of(index));

	if (had)
		return error == -EEXIST || (fail_one_in && error == -ENOMEM);
	if (error)
		return error == -ENOMEM && fail_one_in && !radix_tree_lookup(&tree, index);
	memmove(model + i + 1, model + i, (model_size - i) * sizeof(*model));
	model[i] = index;
	model_size++;
	return true;
}

static bool try_delete(unsigned long index)
{
	unsigned int i = model_find(index);
	bool had = model_has(index);
	void *item = radix_tree_delete(&tree, index);

	if (!had)
		return !item;
	memmove(model + i, model + i + 1, (model_size - i - 1) * sizeof(*model));
	model_size--;
	return item == item_of(index);
}

static bool same_as_model(void)
{
	void *found[MODEL + 1];
	unsigned int i, n = radix_tree_gang_lookup(&tree, found, 0, MODEL + 1);

	if (n != model_size)
		return false;
	for (i = 0; i < n; i++) {
		if (found[i] != item_of(model[i]) || radix_tree_lookup(&tree, model[i]) != found[i])
			return false;
	}
	return true;
}

static bool gang_is_right(unsigned long from)
{
	void *found[8];
	unsigned int i, first = model_find(from), n = radix_tree_gang_lookup(&tree, found, from, 8);

	if (n != (model_size - first < 8 ? model_size - first : 8))
		return false;
	for (i = 0; i < n; i++) {
		if (found[i] != item_of(model[first + i]))
			return false;
	}
	return true;
}

static bool random_operations(int rounds)
{
	unsigned long index;
	bool ok = true;
	int i;

	for (i = 0; i < rounds && ok; i++) {
		index = model_size && check_random() % 2 ? model[check_random() % model_size]
							 : random_index();
		if (model_size < MODEL && check_random() % 2)
			ok = try_insert(index);
		else
			ok = try_delete(index);
		ok = ok && gang_is_right(random_index());
		if (i % 64 == 0)
			ok = ok && same_as_model();
	}
	if (!ok)
		printf("# wrong after %d operations, %u items\n", i, model_size);
	return ok;
}

static bool empty_again(void)
{
	while (model_size) {
		if (!try_delete(model[check_random() % model_size]))
			return false;
	}
	return nodes == 0 && !tree.rnode;
}

int main(void)
{
	radix_tree_init(node_alloc, node_free);
	check(!radix_tree_lookup(&tree, 0) && !radix_tree_delete(&tree, ULONG_MAX),
	      "an empty tree has nothing");
	check(try_insert(0) && nodes == 0, "index 0 alone needs no node");
	check(try_insert(5) && nodes == 1, "small indices need one");
	check(try_insert(ULONG_MAX), "the largest index");
	check(same_as_model() && gang_is_right(6) && gang_is_right(ULONG_MAX),
	      "gang lookup up to the largest index");
	check(empty_again(), "no node is left when it is empty");
	check(random_operations(60000), "60000 operations against the model");
	check(empty_again(), "no node is left after them");
	fail_one_in = 5;
	check(random_operations(60000), "60000 operations with allocations that fail");
	check(same_as_model(), "failures left nothing wrong");
	check(empty_again(), "failures left no node");
	return check_done();
}
