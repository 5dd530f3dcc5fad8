/* mm/memblock.c on the host: odd firmware maps, limits, full lists, and random operations against a
 * bitmap.
 * link: mm/memblock.c */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm/memblock.h"

static int tests, failures;

static void check(bool ok, const char *text)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, text);
	failures += !ok;
}

static void reset(void)
{
	memset(&memblock, 0, sizeof(memblock));
}

/* Sorted, apart, inside the address space. */
static bool list_is_sound(const struct memblock_type *type)
{
	unsigned int i;

	if (type->cnt > MEMBLOCK_MAX_REGIONS)
		return false;
	for (i = 0; i < type->cnt; i++) {
		const struct memblock_region *r = &type->regions[i];

		if (!r->size || r->base >= MEMBLOCK_MAX_ADDRESS ||
		    r->size > MEMBLOCK_MAX_ADDRESS - r->base)
			return false;
		if (i && r[-1].base + r[-1].size >= r->base)
			return false;
	}
	return true;
}

static bool sound(void)
{
	return list_is_sound(&memblock.memory) && list_is_sound(&memblock.reserved);
}

/* Does any byte of [base, base + size) lie in the reserved list? */
static bool is_reserved(u64 base, u64 size)
{
	const struct memblock_region *r = memblock.reserved.regions;

	for (; r < memblock.reserved.regions + memblock.reserved.cnt; r++)
		if (r->base < base + size && base < r->base + r->size)
			return true;
	return false;
}

static bool is_memory(u64 base, u64 size)
{
	return memblock_ram_between(base, base + size) == size;
}

static bool memory_is(unsigned int n, const u64 (*want)[2])
{
	unsigned int i;

	if (memblock.memory.cnt != n)
		return false;
	for (i = 0; i < n; i++)
		if (memblock.memory.regions[i].base != want[i][0] ||
		    memblock.memory.regions[i].size != want[i][1])
			return false;
	return sound();
}

#define MEMORY_IS(...)                                                         \
	memory_is(sizeof((const u64[][2]){ __VA_ARGS__ }) / (2 * sizeof(u64)), \
		  (const u64[][2]){ __VA_ARGS__ })

static void test_odd_maps(void)
{
	reset();
	memblock_add(0x100000, 0xf00000);
	memblock_add(0, 0x9fc00);
	check(MEMORY_IS({ 0, 0x9fc00 }, { 0x100000, 0xf00000 }), "an unsorted map is sorted");

	memblock_add(0x80000, 0x90000);
	check(MEMORY_IS({ 0, 0x1000000 }), "an overlapping range joins what it bridges");
	memblock_add(0x1000, 0x1000);
	check(MEMORY_IS({ 0, 0x1000000 }), "a range inside another changes nothing");

	reset();
	memblock_add(0x1000, 0x1000);
	memblock_add(0x2000, 0x1000);
	memblock_add(0, 0x1000);
	check(MEMORY_IS({ 0, 0x3000 }), "touching ranges join on both sides");

	reset();
	memblock_add(0x1000, 0);
	check(memblock.memory.cnt == 0, "an empty range is ignored");
	memblock_add(0x1ffe, 3);
	check(MEMORY_IS({ 0x1ffe, 3 }), "a region of three bytes is kept to the byte");

	reset();
	memblock_add(UINT64_MAX - 5, UINT64_MAX);
	check(memblock.memory.cnt == 0, "a range past the address space is ignored");
	memblock_add(MEMBLOCK_MAX_ADDRESS - 0x1000, UINT64_MAX);
	check(MEMORY_IS({ MEMBLOCK_MAX_ADDRESS - 0x1000, 0x1000 }),
	      "a range that wraps is cut at the last address");

	reset();
	memblock_add(0, 0xc0000000);
	memblock_add(0x100000000, 0x140000000);
	check(memblock_ram_between(0, MEMBLOCK_MAX_ADDRESS) == 0x200000000 &&
		      memblock_end_of_DRAM() == 0x240000000,
	      "8 GiB with the hole below 4 GiB: size and end");
	check(is_memory(0x100000000, 0x1000) && !is_memory(0xbffff000, 0x2000) &&
		      !is_memory(0xc0000000, 1),
	      "is_region_memory at the edges of a hole");
	check(memblock_overlaps_memory(0xbfffffff, 0x1000) &&
		      !memblock_overlaps_memory(0xc0000000, 0x40000000) &&
		      memblock_overlaps_memory(0xc0000000, 0x40000001),
	      "overlaps_memory at the edges of a hole");
}

static void test_remove_and_limit(void)
{
	reset();
	memblock_add(0, 0x10000);
	memblock_remove(0x4000, 3);
	check(MEMORY_IS({ 0, 0x4000 }, { 0x4003, 0xbffd }), "removing the middle splits");
	memblock_remove(0, 0x1000);
	memblock_remove(0xf000, 0x10000);
	check(MEMORY_IS({ 0x1000, 0x3000 }, { 0x4003, 0xaffd }), "removing ends trims");
	memblock_remove(0x2000, 0x4000);
	check(MEMORY_IS({ 0x1000, 0x1000 }, { 0x6000, 0x9000 }), "removing across regions");
	memblock_remove(0x100000, 0x1000);
	check(MEMORY_IS({ 0x1000, 0x1000 }, { 0x6000, 0x9000 }), "removing a hole");
	memblock_remove(0, UINT64_MAX);
	check(memblock.memory.cnt == 0 && memblock_end_of_DRAM() == 0, "removing everything");

	reset();
	memblock_add(0, 0x9fc00);
	memblock_add(0x100000, 0xff00000);
	memblock_add(0x100000000, 0x40000000);
	memblock_enforce_limit(0x4000000);
	check(MEMORY_IS({ 0, 0x9fc00 }, { 0x100000, 0x3f00000 }), "mem=64M");
	memblock_enforce_limit(0x4000000);
	memblock_enforce_limit(MEMBLOCK_MAX_ADDRESS + 5);
	check(memblock_end_of_DRAM() == 0x4000000, "a limit above the end changes nothing");
}

static void test_alloc(void)
{
	u64 start, end, base;

	reset();
	check(memblock_phys_alloc(0x1000, 0x1000, 0, 1ULL << 32) == 0, "nothing without memory");
	memblock_add(0, 0x100000);
	memblock_add(0x100000000, 0x100000);
	check(memblock_phys_alloc(0x1000, 0x1000, 0, 1ULL << 40) == 0x1000ff000,
	      "allocation comes from the top");
	check(memblock_phys_alloc(0x1000, 0x1000, 0, 0xfff80) == 0xfe000,
	      "the limit is kept, and so is alignment");
	check(memblock_phys_alloc(0x1000, 0x1000, 0, 1ULL << 32) == 0xff000,
	      "the limit is exclusive");
	check(memblock_phys_alloc(0x1000, 0x40000, 0, 1ULL << 32) == 0xc0000, "alignment is kept");
	check(memblock_phys_alloc(0x200000, 1, 0, UINT64_MAX) == 0, "no region is large enough");
	check(memblock_phys_alloc(0x1000, 1, 0xc0000, 0xc1800) == 0,
	      "lower bound above what is free");
	base = memblock_phys_alloc(0xbffff, 1, 0, 1 << 20);
	check(base == 1, "all that is left below, except address 0");
	check(memblock_phys_alloc(1, 1, 0, 1) == 0, "address 0 is never handed out");
	memblock_free(base, 0xbffff);
	check(memblock_phys_alloc(0x1000, 0x1000, 0, 0xc0000) == 0xbf000,
	      "freed memory comes back");

	reset();
	memblock_add(0x1000, 0xf000);
	memblock_reserve(0, 0x2000);
	memblock_reserve(0x3001, 3);
	memblock_reserve(0xf000, 0x8000);
	check(memblock_next_free(0, &start, &end) && start == 0x2000 && end == 0x3001 &&
		      memblock_next_free(end, &start, &end) && start == 0x3004 && end == 0xf000 &&
		      !memblock_next_free(end, &start, &end),
	      "free ranges lie between the reserved ones");
	check(is_reserved(0x3003, 1) && !is_reserved(0x3004, 8) && is_reserved(0x3000, 2),
	      "is_region_reserved to the byte");
}

static void test_full_list(void)
{
	unsigned int i;
	bool ok = true;

	reset();
	for (i = 0; i < 600; i++)
		memblock_add(i * 0x10000ULL, 0x1000);
	check(sound() && memblock.memory.cnt == MEMBLOCK_MAX_REGIONS &&
		      is_memory(0xff0000, 0x1000) && !is_memory(0x1000000, 1),
	      "a full memory list takes no more regions");
	memblock_add(0xff0000, 0x2000);
	check(sound() && is_memory(0xff0000, 0x2000), "but lets them grow");

	reset();
	memblock_add(0, 1ULL << 30);
	for (i = 0; i < 600; i++)
		memblock_remove(i * 0x100000ULL + 0x8000, 0x1000);
	for (i = 0; i < 600; i++)
		ok &= !memblock_overlaps_memory(i * 0x100000ULL + 0x8000, 0x1000);
	check(ok && sound(), "removing from a full list removes");
}

/* ---- random operations against one byte per address -------------------------------------------- */

#define SPACE 2048
static unsigned char model_memory[SPACE], model_reserved[SPACE];

static bool agrees(void)
{
	unsigned char seen[SPACE] = { 0 };
	u64 start, end, a;

	for (end = 0; memblock_next_free(end, &start, &end);)
		for (a = start; a < end; a++)
			seen[a] = 1;
	for (a = 0; a < SPACE; a++) {
		if (seen[a] != (model_memory[a] && !model_reserved[a]))
			return false;
		if (memblock_overlaps_memory(a, 1) != model_memory[a] ||
		    is_reserved(a, 1) != model_reserved[a])
			return false;
	}
	return sound();
}

/* The highest fit, found the slow way. */
static u64 model_alloc(u64 size, u64 align, u64 lowest, u64 limit)
{
	u64 base, i;

	for (base = SPACE & ~(align - 1); base > 0; base -= align) {
		if (base < lowest || base + size > limit || base + size > SPACE)
			continue;
		for (i = 0; i < size; i++)
			if (!model_memory[base + i] || model_reserved[base + i])
				break;
		if (i == size)
			return base;
	}
	return 0;
}

static bool random_step(void)
{
	u64 base = rand() % SPACE, size = rand() % (rand() % 8 ? 40 : 500);
	u64 align, got;

	if (base + size > SPACE)
		size = SPACE - base;
	switch (rand() % 5) {
	case 0:
		memblock_add(base, size);
		memset(model_memory + base, 1, size);
		return true;
	case 1:
		memblock_remove(base, size);
		memset(model_memory + base, 0, size);
		return true;
	case 2:
		memblock_reserve(base, size);
		memset(model_reserved + base, 1, size);
		return true;
	case 3:
		memblock_free(base, size);
		memset(model_reserved + base, 0, size);
		return true;
	}
	align = 1 << rand() % 5;
	size = 1 + rand() % 60;
	got = memblock_phys_alloc(size, align, base, base + 800);
	if (got != model_alloc(size, align, base, base + 800))
		return false;
	if (got)
		memset(model_reserved + got, 1, size);
	return true;
}

static void test_random(void)
{
	bool ok = true;
	int i;

	reset();
	srand(1);
	for (i = 0; i < 20000 && ok; i++) {
		ok = random_step();
		if (i % 16 == 0)
			ok &= agrees();
	}
	check(ok && agrees(), "20000 random operations agree with a bitmap");
}

int main(void)
{
	test_odd_maps();
	test_remove_and_limit();
	test_alloc();
	test_full_list();
	test_random();
	printf("1..%d\n", tests);
	return failures != 0;
}
