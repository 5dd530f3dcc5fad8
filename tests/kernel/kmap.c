/*
 * kmap and kmap_atomic. Slots are asked for by kmap_high, which maps any page, so
 * that all of it is tested on a machine without highmem too.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/completion.h"
#include "kernel/sched/kthread.h"
#include "kernel/sched/timer.h"
#include "kernel/x86/page_copy.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

static bool readable(const void *addr)
{
	u32 word;

	return !probe_kernel_read(&word, addr, sizeof(word));
}

static void test_one(struct page *page)
{
	char *low = page_address(page), *a, *b;

	KTEST(kmap(page) == low, "kmap of a lowmem page is its own address");
	kunmap(page);
	a = kmap_high(page);
	KTEST((unsigned long)a >= PKMAP_BASE, "a slot lies in PKMAP");
	strcpy(a, "through the slot");
	KTEST(!strcmp(low, "through the slot"), "what is written there is in the page");
	b = kmap_high(page);
	KTEST(a == b, "mapped twice: the same slot, counted");
	kunmap_high(page);
	KTEST(kmap_in_use() == 1 && readable(a), "unmapped once: still there");
	kunmap_high(page);
	KTEST(kmap_in_use() == 0, "unmapped twice: free");
	KTEST(kmap_high(page) == a, "mapped again before the flush: the same slot");
	kunmap_high(page);
	kmap_flush_unused();
	KTEST(!readable(a), "after the flush nothing is mapped there");
}

struct sleeper {
	struct page *page;
	char *addr;
	struct completion done;
};

static int map_one_more(void *arg)
{
	struct sleeper *s = arg;

	s->addr = kmap_high(s->page);
	complete(&s->done);
	return 0;
}

static unsigned int count_done(struct sleeper *s, unsigned int n)
{
	unsigned int done = 0;

	while (n--)
		done += !!READ_ONCE(s[n].addr);
	return done;
}

#define SLEEPERS 3

static void test_sleepers(struct page **pages)
{
	static struct sleeper s[SLEEPERS];

	memset(s, 0, sizeof(s));
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		s[i].page = pages[LAST_PKMAP + i];
		init_completion(&s[i].done);
		KTEST(!IS_ERR(kthread_run(map_one_more, &s[i], "kmap%u", i)),
		      "a thread that maps one more");
	}
	msleep(30);
	KTEST(count_done(s, SLEEPERS) == 0, "all slots taken: the threads sleep");
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		kunmap_high(pages[7 * i]);
		msleep(30);
		KTEST(count_done(s, SLEEPERS) == i + 1, "one slot given back: one thread goes on");
	}
	for (unsigned int i = 0; i < SLEEPERS; i++) {
		wait_for_completion(&s[i].done);
		KTEST(s[i].addr && *(u32 *)s[i].addr == LAST_PKMAP + i, "and sees its own page");
		kunmap_high(s[i].page);
	}
}

/* Pages carry their number. */
static struct page **make_pages(unsigned int n)
{
	struct page **pages = kzalloc(n * sizeof(*pages), GFP_KERNEL);

	for (unsigned int i = 0; pages && i < n; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (!pages[i])
			return NULL;
		*(u32 *)page_address(pages[i]) = i;
	}
	return pages;
}

static void test_exhaustion(struct page **pages)
{
	bool apart = true, right = true;

	for (unsigned int i = 0; i < LAST_PKMAP; i++) {
		u32 *addr = kmap_high(pages[i]);

		right &= *addr == i;
		apart &= (unsigned long)addr >= PKMAP_BASE && !((unsigned long)addr & ~PAGE_MASK);
	}
	KTEST(right && apart && kmap_in_use() == LAST_PKMAP, "every slot can be used at once");
	test_sleepers(pages);
	for (unsigned int i = 0; i < LAST_PKMAP; i++)
		if (i % 7 || i / 7 >= SLEEPERS)
			kunmap_high(pages[i]);
	KTEST(kmap_in_use() == 0, "all given back");
	for (unsigned int i = 0; i < 3 * LAST_PKMAP; i++) {
		u32 *addr = kmap_high(pages[i % (LAST_PKMAP + SLEEPERS)]);

		right &= *addr == i % (LAST_PKMAP + SLEEPERS);
		kunmap_high(pages[i % (LAST_PKMAP + SLEEPERS)]);
	}
	KTEST(right, "three times around: no stale translation is seen");
	kmap_flush_unused();
}

static void test_atomic(struct page **pages)
{
	void *addr[KM_SLOTS];
	bool right = true, apart = true;

	KTEST(kmap_atomic(pages[0]) == page_address(pages[0]),
	      "kmap_atomic of lowmem is its address");
	KTEST(preempt_count() == 1, "and counts as atomic");
	kunmap_atomic(page_address(pages[0]));
	KTEST(preempt_count() == 0, "until it is unmapped");
	for (unsigned int i = 0; i < KM_SLOTS; i++) {
		addr[i] = kmap_atomic_high(pages[i]);
		apart &= i == 0 || addr[i] != addr[i - 1];
	}
	for (unsigned int i = 0; i < KM_SLOTS; i++)
		right &= *(u32 *)addr[i] == i;
	KTEST(right && apart, "16 nested atomic mappings, each its own page");
	for (unsigned int i = KM_SLOTS; i-- > 0;)
		kunmap_atomic_high(addr[i]);
	for (unsigned int i = 0; i < 100; i++) {
		u32 *a = kmap_atomic_high(pages[i]);

		right &= *a == i;
		kunmap_atomic_high(a);
	}
	KTEST(right, "one slot used again and again shows the right page each time");
	if (CONFIG_DEBUG)
		KTEST(!readable(addr[0]), "a debug build unmaps the slot at once");
}

static void test_whole_pages(struct page **pages)
{
	u8 *a = page_address(pages[0]), *b = page_address(pages[1]);

	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		a[i] = (u8)(i * 7 + 1);
	memset(b, 0xee, PAGE_SIZE);
	copy_highpage(pages[1], pages[0]);
	KTEST(!memcmp(a, b, PAGE_SIZE), "copy_highpage copies the whole page");
	clear_highpage(pages[1]);
	KTEST(!memchr_inv(b, 0, PAGE_SIZE), "clear_highpage clears the whole page");
	KTEST(a[0] == 1 && a[PAGE_SIZE - 1] == (u8)((PAGE_SIZE - 1) * 7 + 1), "and no other");
}

/* The same with pages that really lie above lowmem, where there are any. */
static void test_highmem(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	u32 *addr, *atomic;

	if (!page || !PageHighMem(page)) {
		KTEST(true, "highmem page (skipped: no highmem)");
		if (page)
			__free_page(page);
		return;
	}
	addr = kmap(page);
	*addr = 0x12345678;
	atomic = kmap_atomic(page);
	KTEST((unsigned long)atomic >= FIXADDR_START && *atomic == 0x12345678,
	      "kmap and kmap_atomic show the same highmem page");
	kunmap_atomic(atomic);
	kunmap(page);
	clear_highpage(page);
	addr = kmap(page);
	KTEST(*addr == 0, "clear_highpage reaches a highmem page");
	kunmap(page);
	kmap_flush_unused();
	__free_page(page);
}

static void map_atomic(void *page)
{
	kmap_atomic_pfn(page_to_pfn(page));
}

static void unmap_atomic(void *address)
{
	kunmap_atomic((char *)address + PAGE_SIZE);
}

static void test_mistakes(struct page *page)
{
	void *address;

	if (!CONFIG_DEBUG)
		return;
	address = kmap_atomic_pfn(page_to_pfn(page));
	KTEST_PANICS(unmap_atomic, address, "was mapped last",
		     "kunmap_atomic out of order is caught");
	kunmap_atomic(address);
	set_pte(kernel_pte((unsigned long)address), mk_pte(page, PAGE_KERNEL));
	KTEST_PANICS(map_atomic, page, "slot holds entry", "a slot that was not given up is found");
	pagefault_disable();
	kunmap_atomic(address);
}

KTEST_SUITE(kmap)
{
	const unsigned int n = LAST_PKMAP + SLEEPERS;
	struct page **pages = make_pages(n);

	kmap_flush_unused();
	if (!KTEST(pages && kmap_in_use() == 0, "no slot is in use before"))
		return;
	test_one(pages[0]);
	*(u32 *)page_address(pages[0]) = 0;
	test_exhaustion(pages);
	test_atomic(pages);
	test_whole_pages(pages);
	test_highmem();
	test_mistakes(pages[0]);
	for (unsigned int i = 0; i < n; i++)
		__free_page(pages[i]);
	kfree(pages);
}
