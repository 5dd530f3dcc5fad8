/* mm/buddy.c on the host: random allocations and frees against a model, in address spaces with odd
 * ends and holes.
 * link: mm/buddy.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm/buddy.h"

#define FRAMES 5000
#define BLOCKS 2000

struct page *mem_map;
unsigned long max_pfn = FRAMES, max_low_pfn = FRAMES;

static int tests, failures;
static struct buddy buddy;
static unsigned long start_pfn, end_pfn;

/* The model: who has each frame. 0 free, -1 never given, else number of the block. */
static int owner[FRAMES];
static struct {
	struct page *page;
	unsigned int order;
} blocks[BLOCKS];
static unsigned int nr_blocks;

static bool check(bool ok, const char *text)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, text);
	failures += !ok;
	return ok;
}

/* This is linked where bad_page() is not: nothing here gives a reference up. */
void bad_page(struct page *page, const char *reason)
{
	abort();
}

void __put_page(struct page *page)
{
	abort();
}

static void reset(unsigned long start, unsigned long end)
{
	unsigned long pfn;

	memset(mem_map, 0, FRAMES * sizeof(*mem_map));
	buddy_init(&buddy, start, end);
	start_pfn = start;
	end_pfn = end;
	nr_blocks = 0;
	for (pfn = 0; pfn < FRAMES; pfn++)
		owner[pfn] = -1;
}

/* Give single frames, the hardest way. */
static void give(unsigned long pfn, unsigned long end)
{
	for (; pfn < end; pfn++) {
		owner[pfn] = 0;
		buddy_free(&buddy, pfn_to_page(pfn), 0);
	}
}

/* The largest blocks must have formed: no two free buddies side by side, every frame accounted for. */
static bool sound(void)
{
	static unsigned char seen[FRAMES];
	unsigned long free_frames = 0, i, pfn;
	unsigned int order;
	struct page *page;

	memset(seen, 0, sizeof(seen));
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks_here = 0;

		list_for_each_entry(page, &buddy.free_area[order].free_list, lru) {
			pfn = page_to_pfn(page);
			if (pfn & ((1UL << order) - 1) || pfn < start_pfn ||
			    pfn + (1UL << order) > end_pfn)
				return false;
			for (i = 0; i < 1UL << order; i++)
				if (owner[pfn + i] || seen[pfn + i]++)
					return false;
			pfn ^= 1UL << order;
			if (order < MAX_ORDER - 1 && pfn >= start_pfn && pfn < end_pfn &&
			    page_test(pfn_to_page(pfn), PG_buddy) &&
			    pfn_to_page(pfn)->private == order)
				return false;
			blocks_here++;
		}
		if (blocks_here != buddy.free_area[order].nr_free)
			return false;
		free_frames += blocks_here << order;
	}
	for (pfn = 0; pfn < FRAMES; pfn++)
		if (!owner[pfn] && !seen[pfn])
			return false;
	return free_frames == buddy.nr_free_pages;
}

/* Is there an aligned run of 2^order free frames? Then a sound buddy system can serve it. */
static bool model_has(unsigned int order)
{
	unsigned long size = 1UL << order, pfn, i;

	for (pfn = (start_pfn + size - 1) & ~(size - 1); pfn + size <= end_pfn; pfn += size) {
		for (i = 0; i < size && !owner[pfn + i]; i++)
			;
		if (i == size)
			return true;
	}
	return false;
}

static bool take(unsigned int order)
{
	struct page *page = buddy_alloc(&buddy, order);
	unsigned long pfn, i;

	if (!page)
		return !model_has(order);
	pfn = page_to_pfn(page);
	if (pfn & ((1UL << order) - 1) || page_test(page, PG_buddy))
		return false;
	for (i = 0; i < 1UL << order; i++) {
		if (owner[pfn + i])
			return false;
		owner[pfn + i] = 1;
	}
	blocks[nr_blocks].page = page;
	blocks[nr_blocks++].order = order;
	return true;
}

static void put(unsigned int which)
{
	unsigned long pfn = page_to_pfn(blocks[which].page), i;

	for (i = 0; i < 1UL << blocks[which].order; i++)
		owner[pfn + i] = 0;
	buddy_free(&buddy, blocks[which].page, blocks[which].order);
	blocks[which] = blocks[--nr_blocks];
}

static bool random_run(unsigned int steps, unsigned int max_order)
{
	while (steps--) {
		bool alloc = rand() % 100 < (steps / 300 % 2 ? 60 : 40);

		if (alloc && nr_blocks < BLOCKS) {
			if (!take(rand() % (max_order + 1)))
				return false;
		} else if (nr_blocks) {
			put(rand() % nr_blocks);
		}
		if (steps % 64 == 0 && !sound())
			return false;
	}
	return sound();
}

static void put_all(void)
{
	while (nr_blocks)
		put(rand() % nr_blocks);
}

static void test_space(unsigned long start, unsigned long end, unsigned long hole, const char *name)
{
	unsigned long before[MAX_ORDER], order;
	char text[100];
	bool same = true;

	reset(start, end);
	give(start, hole);
	give(hole + 1, end);
	snprintf(text, sizeof(text), "%s: frames given one by one form the largest blocks", name);
	check(sound(), text);
	for (order = 0; order < MAX_ORDER; order++)
		before[order] = buddy.free_area[order].nr_free;
	snprintf(text, sizeof(text), "%s: random single pages agree with the model", name);
	check(random_run(10000, 0), text);
	snprintf(text, sizeof(text), "%s: random blocks of all orders agree with the model", name);
	check(random_run(20000, MAX_ORDER - 1), text);
	snprintf(text, sizeof(text), "%s: random small blocks agree with the model", name);
	check(random_run(20000, 3), text);
	put_all();
	for (order = 0; order < MAX_ORDER; order++)
		same &= before[order] == buddy.free_area[order].nr_free;
	snprintf(text, sizeof(text), "%s: everything freed joins to what it was", name);
	check(same && sound(), text);
}

static void test_edges(void)
{
	struct page *page;

	reset(0, 4096);
	check(!buddy_alloc(&buddy, 0) && !buddy_alloc(&buddy, 10), "an empty system gives nothing");
	give(0, 1024);
	check(buddy.free_area[10].nr_free == 1, "1024 frames are one block of order 10");
	give(1024, 2048);
	check(buddy.free_area[10].nr_free == 2, "blocks of the highest order do not join");
	page = buddy_alloc(&buddy, 0);
	check(page && buddy.nr_free_pages == 2047 && buddy.free_area[0].nr_free == 1 &&
		      buddy.free_area[9].nr_free == 1 && buddy.free_area[10].nr_free == 1,
	      "splitting a block leaves one free block of each smaller order");
	buddy_free(&buddy, page, 0);
	check(buddy.free_area[10].nr_free == 2 && buddy.free_area[0].nr_free == 0,
	      "freeing the page joins all of them again");
}

int main(void)
{
	mem_map = calloc(FRAMES, sizeof(*mem_map));
	srand(2);
	test_edges();
	test_space(0, FRAMES, 777, "from frame 0 with a hole");
	test_space(3, 4999, 4096, "odd ends");
	test_space(1030, 1100, 1064, "a small zone");
	printf("1..%d\n", tests);
	free(mem_map);
	return failures != 0;
}
