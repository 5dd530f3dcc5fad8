/*
 * The vmalloc area: pages in and out, guard pages, alignment, many areas.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/string.h"
#include "kernel/x86/thread_info.h"
#include "mm/highmem.h"
#include "mm/ioremap.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

static bool readable(const void *addr)
{
	u32 word;

	return !probe_kernel_read(&word, addr, sizeof(word));
}

static void test_one_area(void)
{
	unsigned long before = nr_owned_pages(OWNER_VMALLOC);
	u32 *area = vmalloc(5 * PAGE_SIZE);
	bool ok = true;

	if (!KTEST(area && is_vmalloc_addr(area), "vmalloc of five pages"))
		return;
	KTEST(nr_owned_pages(OWNER_VMALLOC) == before + 5, "five pages in the ledger");
	for (u32 i = 0; i < 5 * PAGE_SIZE / 4; i++)
		area[i] = i * 2654435761u;
	for (u32 i = 0; i < 5 * PAGE_SIZE / 4; i++)
		ok &= area[i] == i * 2654435761u;
	KTEST(ok, "what was written is read");
	for (unsigned int i = 0; i < 5; i++) {
		struct page *page = vmalloc_to_page(area + i * PAGE_SIZE / 4);
		u32 *mapped = kmap(page);

		ok &= *mapped == area[i * PAGE_SIZE / 4];
		kunmap(page);
	}
	KTEST(ok, "vmalloc_to_page finds the page behind each address");
	KTEST(!readable((char *)area + 5 * PAGE_SIZE), "a guard page behind it");
	KTEST(!readable((char *)area - 4), "and none mapped before it");
	vfree(area);
	KTEST(!readable(area) && !vmalloc_to_page(area), "vfree leaves nothing mapped");
	KTEST(nr_owned_pages(OWNER_VMALLOC) == before, "and gives the pages back");
}

static void test_sizes(void)
{
	char *one, *zeroed;

	KTEST(!vmalloc(0), "no area of no bytes");
	KTEST(!vmalloc(~0UL) && !vmalloc(~0UL - PAGE_SIZE), "none of 4 GiB");
	KTEST(!vmalloc(VMALLOC_END - VMALLOC_START), "none as large as the whole");
	KTEST(!vmap(NULL, 0, VM_MAP, PAGE_KERNEL), "no vmap of no pages");
	vfree(NULL);
	vunmap(NULL);
	one = vmalloc(1);
	KTEST(one && !((unsigned long)one & ~PAGE_MASK), "one byte takes a page");
	memset(one, 0xff, PAGE_SIZE);
	vfree(one);
	zeroed = vzalloc(3 * PAGE_SIZE - 1);
	KTEST(zeroed && !memchr_inv(zeroed, 0, 3 * PAGE_SIZE), "vzalloc is all zeroes");
	vfree(zeroed);
	KTEST(!vmalloc_to_page(high_memory) && !vmalloc_to_page(_text),
	      "no page behind addresses outside the area");
}

static void test_vmap(void)
{
	struct page *pages[4], *chosen[4];
	char *area;
	bool ok = true;

	for (int i = 0; i < 4; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
		if (!KTEST(pages[i], "a page for vmap"))
			return;
		chosen[3 - i] = pages[i];
	}
	area = vmap(chosen, 4, VM_MAP, PAGE_KERNEL);
	if (KTEST(area, "vmap of four chosen pages")) {
		for (int i = 0; i < 4; i++) {
			char *mapped = kmap(chosen[i]);

			*mapped = 'a' + i;
			kunmap(chosen[i]);
			ok &= area[i * PAGE_SIZE] == 'a' + i;
			ok &= vmalloc_to_page(area + i * PAGE_SIZE) == chosen[i];
		}
		KTEST(ok, "they appear in the order chosen");
		vunmap(area);
		KTEST(!readable(area), "vunmap leaves nothing mapped");
	}
	for (int i = 0; i < 4; i++)
		ok &= page_count(pages[i]) == 1;
	KTEST(ok, "the pages are still the caller's");
	area = vmap(chosen, 4, VM_MAP, PAGE_KERNEL_RO);
	KTEST(area && readable(area) && probe_kernel_write(area, "x", 1),
	      "a read-only vmap refuses writes");
	vunmap(area);
	for (int i = 0; i < 4; i++)
		__free_page(pages[i]);
}

static void test_stacks(void)
{
	unsigned long before;
	char *stack, *again;

	shrink_caches(GFP_KERNEL);
	before = nr_owned_pages(OWNER_STACK);
	stack = alloc_thread_stack();
	if (!KTEST(stack, "a kernel stack"))
		return;
	KTEST(!((unsigned long)stack % THREAD_SIZE), "aligned to its size");
	KTEST(!readable(stack - 4), "a guard page below");
	KTEST(!readable(stack + THREAD_SIZE), "and one above");
	KTEST(nr_owned_pages(OWNER_STACK) == before + THREAD_SIZE / PAGE_SIZE,
	      "the ledger calls it a stack");
	memset(stack, 0, THREAD_SIZE);
	free_thread_stack(stack);
	again = alloc_thread_stack();
	KTEST(again == stack, "the next thread gets the stack just freed");
	free_thread_stack(again);
	KTEST(shrink_caches(GFP_KERNEL) >= THREAD_SIZE / PAGE_SIZE && !readable(stack),
	      "draining gives it back");
	KTEST(nr_owned_pages(OWNER_STACK) == before, "the ledger is as before");
}

#define NR_AREAS 300
#define ROUNDS   20000

struct model_area {
	struct vm_struct *area;
	unsigned long align;
};

static bool overlaps_none(const struct model_area *areas, const struct vm_struct *new)
{
	for (int i = 0; i < NR_AREAS; i++) {
		const struct vm_struct *a = areas[i].area;

		if (a && a != new &&
		    a->addr < new->addr + new->size &&new->addr < a->addr + a->size)
			return false;
	}
	return true;
}

struct walk {
	unsigned long end, count;
	bool sorted;
};

static void check_order(const struct vm_struct *area, void *arg)
{
	struct walk *walk = arg;

	walk->sorted &= area->addr >= walk->end;
	walk->end = area->addr + area->size;
	walk->count++;
}

/* Areas of random size and alignment come and go; none may overlap another. */
static void test_many_areas(void)
{
	struct model_area *areas = kzalloc(NR_AREAS * sizeof(*areas), GFP_KERNEL);
	unsigned long used, hole, used_after, hole_after;
	struct walk before = { 0, 0, true }, after = { 0, 0, true };
	bool aligned = true, apart = true, found = true;
	u32 random = 12345;

	if (!KTEST(areas, "memory for the model"))
		return;
	vmalloc_usage(&used, &hole);
	vmalloc_for_each(check_order, &before);
	for (int round = 0; round < ROUNDS; round++) {
		struct model_area *slot;

		random = random * 1664525u + 1013904223u;
		slot = &areas[(random >> 8) % NR_AREAS];
		if (slot->area) {
			remove_vm_area((void *)slot->area->addr, VM_MAP);
			slot->area = NULL;
			continue;
		}
		slot->align = PAGE_SIZE << (random >> 20) % 4;
		slot->area = get_vm_area_aligned((1 + (random >> 24) % 32) * PAGE_SIZE, slot->align,
						 VM_MAP, NULL);
		found &= !!slot->area;
		if (!slot->area)
			break;
		aligned &= !(slot->area->addr % slot->align);
		apart &= overlaps_none(areas, slot->area);
	}
	KTEST(found, "20000 random areas: there is always room");
	KTEST(aligned, "each is aligned as asked");
	KTEST(apart, "none overlaps another");
	vmalloc_for_each(check_order, &after);
	KTEST(after.sorted && after.count > before.count, "the list is sorted");
	for (int i = 0; i < NR_AREAS; i++)
		if (areas[i].area)
			remove_vm_area((void *)areas[i].area->addr, VM_MAP);
	vmalloc_usage(&used_after, &hole_after);
	KTEST(used == used_after && hole == hole_after, "all given back, the largest hole is back");
	kfree(areas);
}

/* Uses up the area: the end comes as NULL, and every byte comes back. */
static void test_exhaustion(void)
{
	unsigned long used, hole, used_after, hole_after, count = 0;
	struct vm_struct *area, *last = NULL;

	vmalloc_usage(&used, &hole);
	/* phys_addr chains the areas: nobody else looks at it. */
	while ((area = get_vm_area_aligned(4 << 20, PAGE_SIZE, VM_IOREMAP, NULL))) {
		area->phys_addr = (unsigned long)last;
		last = area;
		count++;
	}
	KTEST(count >= 2, "4 MiB areas until there is no room");
	while (last) {
		area = last;
		last = (struct vm_struct *)(unsigned long)area->phys_addr;
		remove_vm_area((void *)area->addr, VM_IOREMAP);
	}
	vmalloc_usage(&used_after, &hole_after);
	KTEST(used == used_after && hole == hole_after, "and all of it comes back");
}

static void vfree_inside(void *area)
{
	vfree((char *)area + 1);
}

static void *kept[600];

/* What a panic says about addresses for which there is no area, no next area, or only a guard page. */
static void test_describe(void)
{
	char *area = vmalloc(PAGE_SIZE);

	if (!KTEST(area, "an area to describe"))
		return;
	KTEST(strstr(describe_kernel_address((unsigned long)area), "area of 4096 bytes"),
	      "an address in an area is described by it");
	KTEST(strstr(describe_kernel_address((unsigned long)area + PAGE_SIZE), "guard page behind"),
	      "and one behind it as its guard page");
	KTEST(strstr(describe_kernel_address(VMALLOC_END - 1), "nothing is mapped"),
	      "the last page, with nothing above it, is described");
	KTEST(!vmap(NULL, ~0U, 0, PAGE_KERNEL), "more pages than there are do not fit");
	KTEST_PANICS(vfree_inside, area, "no such area begins there",
		     "an address inside an area is not given back");
	vfree(area);
}

static void test_places(void)
{
	const struct {
		unsigned long addr;
		const char *what;
	} places[] = {
		{ PAGE_OFFSET + 0xa0000, "low 1 MiB" },
		{ (unsigned long)kmalloc, "kernel text" },
		{ (unsigned long)mem_map, "lowmem" },
		{ (unsigned long)current_thread_info() + PAGE_SIZE, "kernel stack of task" },
		{ VMALLOC_END, "guard pages between" },
		{ PKMAP_BASE, "PKMAP, slot 0" },
		{ FIXADDR_START, "fixmap, slot 0" },
		{ FIXADDR_START - 1, "hole around the fixmap" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++)
		KTEST(strstr(describe_kernel_address(places[i].addr), places[i].what),
		      places[i].what);
}

/* Each allocation on the way fails once. */
static void test_no_memory(void)
{
	struct page *page = virt_to_page(current);
	unsigned int n, areas = 0;
	void *area;

	if (!CONFIG_DEBUG)
		return;
	for (n = 0; n < 600; n++) {
		/* Until the cache of areas needs a page, they come without one. */
		alloc_inject(0, 1000);
		area = vmap(&page, 1, 0, PAGE_KERNEL);
		alloc_inject(0, 0);
		if (!area)
			break;
		kept[areas++] = area;
	}
	alloc_inject(0, 1000);
	KTEST(n < 600 && !vmalloc(PAGE_SIZE) && !ioremap(0xfee00000, PAGE_SIZE),
	      "without memory there is no area");
	alloc_inject(0, 0);
	while (areas)
		vunmap(kept[--areas]);
}

/* The first allocation fails, then the second, until none of those that it makes is left. */
static void test_nth_failure(void)
{
	unsigned long before = nr_owned_pages(OWNER_VMALLOC);
	bool clean = true;
	void *area = NULL;
	unsigned int n;

	if (!CONFIG_DEBUG)
		return;
	for (n = 0; !area && n < 100; n++) {
		alloc_inject(n, 1);
		area = vmalloc(8 * PAGE_SIZE);
		alloc_inject(0, 0);
		clean &= area || nr_owned_pages(OWNER_VMALLOC) == before;
	}
	KTEST(area && n > 8 && clean, "vmalloc keeps nothing, whichever of its allocations fails");
	vfree(area);
}

KTEST_SUITE(vmalloc)
{
	test_describe();
	test_places();
	test_no_memory();
	test_nth_failure();
	test_one_area();
	test_sizes();
	test_vmap();
	test_stacks();
	test_many_areas();
	test_exhaustion();
}
