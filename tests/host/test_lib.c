/* The small rooms of kernel/lib on the host: list, bit operations, 64-bit arithmetic, rounding.
 * link: kernel/lib/bitops.c */
#include "tests/host/check.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/lib/bitops.h"
#include "kernel/lib/err.h"
#include "kernel/lib/list.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/util.h"

struct element {
	int value;
	struct list_head link;
	struct hlist_node chain;
};

/* The list holds exactly the digits of `expected`, in both directions. */
static bool holds(struct list_head *head, const char *expected)
{
	struct list_head *link;
	struct element *e;
	const char *p = expected;

	list_for_each_entry(e, head, link) {
		if (*p++ != '0' + e->value)
			return false;
	}
	if (*p)
		return false;
	for (link = head->prev; link != head; link = link->prev) {
		if (*--p != '0' + list_entry(link, struct element, link)->value)
			return false;
	}
	return p == expected;
}

static void lists(void)
{
	struct element e[6], *pos, *next;
	LIST_HEAD(a);
	LIST_HEAD(b);
	int i;

	for (i = 0; i < 6; i++)
		e[i].value = i;
	check(list_empty(&a) && holds(&a, ""), "an empty list");
	list_add_tail(&e[1].link, &a);
	list_add_tail(&e[2].link, &a);
	list_add(&e[0].link, &a);
	check(holds(&a, "012"), "list_add in front, list_add_tail behind");
	list_add_tail(&e[3].link, &b);
	list_add_tail(&e[4].link, &b);
	list_splice_init(&b, &a);
	check(holds(&a, "34012") && list_empty(&b), "splice in front");
	list_add_tail(&e[5].link, &b);
	list_splice_init(&b, a.prev);
	check(holds(&a, "340125") && list_empty(&b), "splice behind");
	list_splice_init(&b, &a);
	check(holds(&a, "340125"), "splice of nothing");
	list_move(&e[0].link, &b);
	list_move_tail(&e[3].link, &b);
	check(holds(&a, "4125") && holds(&b, "03"), "moves");
	list_for_each_entry_safe(pos, next, &a, link) {
		if (pos->value % 2 == 0)
			list_del_init(&pos->link);
	}
	check(holds(&a, "15") && list_empty(&e[2].link), "removal while walking");
	check(list_first_entry(&a, struct element, link) == &e[1] && list_is_last(&e[5].link, &a),
	      "first and last");
	list_del(&e[5].link);
	check(e[5].link.next == LIST_POISON1 && holds(&a, "1"), "removal poisons");
}

static void chains(void)
{
	struct hlist_head head = { NULL };
	struct element e[3], *pos;
	int sum = 0, i;

	for (i = 0; i < 3; i++) {
		e[i].value = i + 1;
		hlist_add_head(&e[i].chain, &head);
	}
	hlist_del_init(&e[1].chain);
	hlist_for_each_entry(pos, &head, chain)
		sum = sum * 10 + pos->value;
	check(sum == 31 && hlist_unhashed(&e[1].chain), "a chain with one taken out");
	hlist_del_init(&e[0].chain);
	hlist_del_init(&e[2].chain);
	check(!head.first, "a chain emptied");
}

static bool bit_searches(void)
{
	unsigned long map[4];
	unsigned int i, size, from, set, clear;

	for (i = 0; i < 20000; i++) {
		memset(map, check_random() % 2 ? 0 : 0xff, sizeof(map));
		map[check_random() % 3] ^= BIT(check_random() % 64);
		map[check_random() % 3] ^= BIT(check_random() % 64);
		size = check_random() % 200;
		from = check_random() % 220;
		for (set = from; set < size && !test_bit(set, map); set++)
			;
		for (clear = from; clear < size && test_bit(clear, map); clear++)
			;
		if (find_next_bit(map, size, from) != min(set, from < size ? set : size) &&
		    from < size)
			return false;
		if (from < size && find_next_zero_bit(map, size, from) != clear)
			return false;
		if (from >= size && find_next_bit(map, size, from) != size)
			return false;
	}
	return true;
}

static void bits(void)
{
	unsigned long map[2] = { 0, 0 };

	check(!test_and_set_bit(40, map) && test_and_set_bit(40, map) && test_bit(40, map),
	      "test and set");
	set_bit(0, map);
	__set_bit(31, map);
	clear_bit(0, map);
	clear_bit(40, map);
	check(map[0] == 1UL << 31 && !test_bit(40, map), "set and clear");
	__clear_bit(31, map);
	check(!map[0] && !map[1], "clear");
	check(bit_searches(), "searches for set and clear bits against a loop");
	check(__ffs(0x8000) == 15 && __ffs(0x8001) == 0, "first bit");
}

static u64 random64(void)
{
	return ((u64)check_random() << 42 ^ (u64)check_random() << 21 ^ check_random()) >>
	       check_random() % 64;
}

static bool divisions(void)
{
	int i;

	for (i = 0; i < 200000; i++) {
		u64 a = random64();
		u32 d = (u32)random64() | 1, rest;

		if (div_u64(a, d) != a / d)
			return false;
		if (div_u64_rem(a, d, &rest) != a / d || rest != a % d)
			return false;
	}
	return true;
}

static void arithmetic(void)
{
	check(divisions(), "64-bit divisions against the compiler's");
	check(ALIGN(4097UL, 4096) == 8192 && ALIGN(4096ULL, 4096) == 4096 &&
		      ALIGN_DOWN(4095u, 4096) == 0 && ALIGN(0xffffffff1ULL, 16) == 0x1000000000ULL,
	      "alignment keeps the type's width");
	check(DIV_ROUND_UP(10, 4) == 3 && DIV_ROUND_UP(8, 4) == 2, "rounding division");
	check(ilog2(1) == 0 && ilog2(4095) == 11 && ilog2(4096) == 12, "logarithm");
	check(roundup_pow_of_two(0) == 1 && roundup_pow_of_two(1) == 1 &&
		      roundup_pow_of_two(5) == 8 && roundup_pow_of_two(8) == 8 &&
		      is_power_of_2(64) && !is_power_of_2(0) && !is_power_of_2(6),
	      "powers of two");
	check(IS_ERR(ERR_PTR(-12)) && PTR_ERR(ERR_PTR(-12)) == -12 && !IS_ERR((void *)8) &&
		      !IS_ERR(ERR_PTR(-4096)),
	      "errors in pointers");
}

int main(void)
{
	lists();
	chains();
	bits();
	arithmetic();
	return check_done();
}
