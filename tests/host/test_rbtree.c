/* kernel/lib/rbtree.c on the host: random operations against a sorted array; the rules of red and black after each.
 * link: kernel/lib/rbtree.c */
#include "tests/host/check.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/lib/rbtree.h"

#define KEYS 600

struct item {
	int key;
	struct rb_node node;
};

static struct rb_root root = RB_ROOT;
static struct item items[KEYS];
static struct item *present[KEYS]; /* the model: by key */
static int count;

static void insert(struct item *item, int key)
{
	struct rb_node **link = &root.rb_node, *parent = NULL;

	item->key = key;
	while (*link) {
		parent = *link;
		link = key < rb_entry(parent, struct item, node)->key ? &parent->rb_left
								      : &parent->rb_right;
	}
	rb_link_node(&item->node, parent, link);
	rb_insert_color(&item->node, &root);
	present[key] = item;
	count++;
}

static void erase(int key)
{
	rb_erase(&present[key]->node, &root);
	present[key] = NULL;
	count--;
}

static bool red(struct rb_node *n)
{
	return n && !(n->rb_parent_color & 1);
}

/* Black height of a subtree, -1 when a rule is broken. */
static int black_height(struct rb_node *n, struct rb_node *parent)
{
	int left, right;

	if (!n)
		return 0;
	if (rb_parent(n) != parent || (red(n) && (red(n->rb_left) || red(n->rb_right))))
		return -1;
	left = black_height(n->rb_left, n);
	right = black_height(n->rb_right, n);
	if (left < 0 || left != right)
		return -1;
	return left + !red(n);
}

static bool rules_hold(void)
{
	return !red(root.rb_node) && black_height(root.rb_node, NULL) >= 0;
}

static bool order_holds(void)
{
	struct rb_node *n = rb_first(&root), *last = NULL;
	int key;

	for (key = 0; key < KEYS; key++) {
		if (!present[key])
			continue;
		if (!n || n != &present[key]->node)
			return false;
		last = n;
		n = rb_next(n);
	}
	return !n && rb_last(&root) == last;
}

static bool random_operations(int rounds, int keys)
{
	int i, key;

	for (i = 0; i < rounds; i++) {
		key = check_random() % keys;
		if (!present[key]) {
			insert(&items[key], key);
		} else {
			erase(key);
		}
		if (!rules_hold() || (i % 16 == 0 && !order_holds())) {
			printf("# broken after %d operations, %d items\n", i, count);
			return false;
		}
	}
	return order_holds();
}

int main(void)
{
	int key;

	check(!rb_first(&root) && !rb_last(&root) && !root.rb_node,
	      "an empty tree has no first and no last");
	check(random_operations(20000, 8), "20000 operations on up to 8 keys");
	check(random_operations(20000, 64), "20000 operations on up to 64 keys");
	check(random_operations(20000, KEYS), "20000 operations on up to 600 keys");
	for (key = 0; key < KEYS; key++) {
		if (present[key])
			erase(key);
	}
	check(!root.rb_node, "empty when all are erased");
	for (key = 0; key < KEYS; key++)
		insert(&items[key], key);
	check(rules_hold() && order_holds() && black_height(root.rb_node, NULL) <= 10,
	      "ascending keys stay balanced");
	for (key = KEYS - 1; key >= 0; key--)
		erase(key);
	for (key = KEYS - 1; key >= 0; key--)
		insert(&items[key], key);
	check(rules_hold() && order_holds(), "descending keys stay balanced");
	return check_done();
}
