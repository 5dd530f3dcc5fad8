/* The buddy system: free blocks of 2^order frames, each aligned to its size.
 *
 * A block of order n has exactly one buddy: the block of the same size whose frame number differs in
 * bit n alone. When both are free they become one block of order n + 1.
 *
 *	frame      0   1   2   3   4   5   6   7
 *	order 0   [0] [1] [2] [3] [4] [5] [6] [7]	buddy of 5 is 4
 *	order 1   [0    ] [2    ] [4    ] [6    ]	buddy of 4 is 6
 *	order 2   [0            ] [4            ]	buddy of 4 is 0
 *
 * Only the first page of a free block is marked: PG_buddy, and its order in page->private. That mark
 * is all it takes to know whether a buddy is free. The caller locks. Pure: also compiled on the host.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include "mm/page_alloc.h"

struct free_area {
	struct list_head free_list; /* first pages of free blocks, by page->lru */
	unsigned long nr_free;      /* how many blocks */
};

struct buddy {
	unsigned long start_pfn; /* the frames it may hold: [start_pfn, end_pfn) */
	unsigned long end_pfn;
	unsigned long nr_free_pages;
	struct free_area free_area[MAX_ORDER];
};

/* An empty system for frames [start_pfn, end_pfn). */
void buddy_init(struct buddy *buddy, unsigned long start_pfn, unsigned long end_pfn);

/* Takes a block of 2^order frames out; NULL when no block is large enough. Splits the smallest that
 * is. */
struct page *buddy_alloc(struct buddy *buddy, unsigned int order);

/* Puts a block in and joins it with its buddies as far as they are free. The block lies inside the
 * system's frames, is aligned to its size and is not in it already. */
void buddy_free(struct buddy *buddy, struct page *page, unsigned int order);

#endif
