/* Memory before there is an allocator: two sorted lists of ranges (see memblock.h). A list never holds
 * overlapping or touching ranges: whoever adds merges. */
#include "mm/memblock.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/string.h"
#include "mm/page.h"

struct memblock memblock;

static u64 region_end(const struct memblock_region *r)
{
	return r->base + r->size;
}

/* Cut [*base, *end) to addresses that exist. False when nothing is left. */
static bool clamp_range(u64 base, u64 size, u64 *end)
{
	if (!size || base >= MEMBLOCK_MAX_ADDRESS)
		return false;
	*end = size > MEMBLOCK_MAX_ADDRESS - base ? MEMBLOCK_MAX_ADDRESS : base + size;
	return true;
}

/* Index of the first region that ends at or after addr: the first one a range from addr may touch. */
static unsigned int first_touching(const struct memblock_type *type, u64 addr)
{
	unsigned int i = 0;

	while (i < type->cnt && region_end(&type->regions[i]) < addr)
		i++;
	return i;
}

static void delete_regions(struct memblock_type *type, unsigned int at, unsigned int n)
{
	memmove(&type->regions[at], &type->regions[at + n],
		(type->cnt - at - n) * sizeof(type->regions[0]));
	type->cnt -= n;
}

/* When the list is full memory is lost, which is safe; a lost reservation would not be. */
static void insert_region(struct memblock_type *type, unsigned int at, u64 base, u64 end)
{
	if (type->cnt == MEMBLOCK_MAX_REGIONS) {
		if (type == &memblock.reserved)
			panic("more than %u reserved ranges", MEMBLOCK_MAX_REGIONS);
		return;
	}
	memmove(&type->regions[at + 1], &type->regions[at],
		(type->cnt - at) * sizeof(type->regions[0]));
	type->regions[at].base = base;
	type->regions[at].size = end - base;
	type->cnt++;
}

static void add_range(struct memblock_type *type, u64 base, u64 size)
{
	unsigned int first, last;
	u64 end;

	if (!clamp_range(base, size, &end))
		return;
	first = first_touching(type, base);
	for (last = first; last < type->cnt && type->regions[last].base <= end; last++) {
		base = min(base, type->regions[last].base);
		end = max(end, region_end(&type->regions[last]));
	}
	delete_regions(type, first, last - first);
	insert_region(type, first, base, end);
}

static void remove_range(struct memblock_type *type, u64 base, u64 size)
{
	u64 end;
	unsigned int i;

	if (!clamp_range(base, size, &end))
		return;
	i = first_touching(type, base);
	while (i < type->cnt && type->regions[i].base < end) {
		u64 old_base = type->regions[i].base;
		u64 old_end = region_end(&type->regions[i]);

		delete_regions(type, i, 1);
		if (old_base < base)
			insert_region(type, i++, old_base, min(old_end, base));
		if (old_end > end)
			insert_region(type, i++, max(old_base, end), old_end);
	}
}

void memblock_add(u64 base, u64 size)
{
	add_range(&memblock.memory, base, size);
}

void memblock_remove(u64 base, u64 size)
{
	remove_range(&memblock.memory, base, size);
}

void memblock_reserve(u64 base, u64 size)
{
	add_range(&memblock.reserved, base, size);
}

void memblock_free(u64 base, u64 size)
{
	remove_range(&memblock.reserved, base, size);
}

void memblock_enforce_limit(u64 limit)
{
	memblock_remove(limit, MEMBLOCK_MAX_ADDRESS);
}

bool memblock_next_free(u64 from, u64 *start, u64 *end)
{
	const struct memblock_type *memory = &memblock.memory, *reserved = &memblock.reserved;
	unsigned int m, r;

	for (m = first_touching(memory, from); m < memory->cnt; m++) {
		u64 base = max(from, memory->regions[m].base);

		for (r = first_touching(reserved, base); r < reserved->cnt; r++) {
			if (reserved->regions[r].base > base)
				break;
			base = max(base, region_end(&reserved->regions[r]));
		}
		if (base >= region_end(&memory->regions[m]))
			continue;
		*start = base;
		*end = region_end(&memory->regions[m]);
		if (r < reserved->cnt)
			*end = min(*end, reserved->regions[r].base);
		return true;
	}
	return false;
}

u64 memblock_phys_alloc(u64 size, u64 align, u64 lowest, u64 limit)
{
	u64 start, end, best = 0;

	if (!size || size > limit)
		return 0;
	for (end = lowest; memblock_next_free(end, &start, &end);) {
		u64 top = min(end, limit);
		u64 base;

		if (start >= limit)
			break;
		if (top < size)
			continue;
		base = (top - size) & ~(align - 1);
		if (base >= start && base)
			best = base;
	}
	if (best)
		memblock_reserve(best, size);
	return best;
}

void *memblock_alloc(unsigned long size, unsigned long align)
{
	u64 base = memblock_phys_alloc(size, align, 0, memblock.current_limit);

	if (!base)
		return NULL;
	return memset(__va(base), 0, size);
}

bool memblock_overlaps_memory(u64 base, u64 size)
{
	unsigned int i = first_touching(&memblock.memory, base + 1);
	u64 end;

	return clamp_range(base, size, &end) && i < memblock.memory.cnt &&
	       memblock.memory.regions[i].base < end;
}

u64 memblock_ram_between(u64 start, u64 end)
{
	const struct memblock_region *r = memblock.memory.regions;
	u64 bytes = 0;

	for (; r < memblock.memory.regions + memblock.memory.cnt; r++) {
		u64 first = max(start, r->base), last = min(end, region_end(r));

		if (first < last)
			bytes += last - first;
	}
	return bytes;
}

u64 memblock_end_of_DRAM(void)
{
	unsigned int cnt = memblock.memory.cnt;

	return cnt ? region_end(&memblock.memory.regions[cnt - 1]) : 0;
}
