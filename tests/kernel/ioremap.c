/*
 * Device memory: RAM refused, cache policies, offsets. What is mapped is the BIOS
 * and the VGA text buffer, which every PC has.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/string.h"
#include "mm/ioremap.h"
#include "mm/layout.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

#define VGA_TEXT   0xb8000
#define BIOS       0xf0000
#define BIOS_SIZE  0x10000
#define CACHE_BITS (_PAGE_PCD | _PAGE_PWT)

static unsigned long cache_bits(const void *addr)
{
	enum pg_level level;

	return pgprot_val(pte_pgprot(*lookup_address((unsigned long)addr, &level))) & CACHE_BITS;
}

static bool readable(const void *addr)
{
	u32 word;

	return !probe_kernel_read(&word, addr, sizeof(word));
}

static void test_refusals(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);
	phys_addr_t ram;

	if (!KTEST(page, "a page of RAM"))
		return;
	ram = page_to_phys(page);
	KTEST(!ioremap(ram, PAGE_SIZE), "a page of RAM is refused");
	KTEST(!ioremap(ram + 5, 1), "one byte of RAM is refused");
	KTEST(!ioremap_wc(ram, PAGE_SIZE), "by ioremap_wc too");
	__free_page(page);
	KTEST(!ioremap(__pa(_text), 16), "the kernel's own frames are refused");
	KTEST(!ioremap(BIOS, 0x200000),
	      "a range that begins outside RAM and ends in it is refused");
	KTEST(!ioremap(VGA_TEXT, 0), "no bytes are refused");
	KTEST(!ioremap(0xfffff000, ~0UL), "a length that wraps is refused");
	KTEST(!ioremap((phys_addr_t)0 - 0x1000, 0x2000), "an address that wraps is refused");
}

static void test_mapping(void)
{
	unsigned long used, used_after, hole;
	char *bios, *vga;
	u16 *cell;
	u16 old;

	vmalloc_usage(&used, &hole);
	bios = ioremap(BIOS, BIOS_SIZE);
	if (!KTEST(bios && is_vmalloc_addr(bios), "the BIOS can be mapped"))
		return;
	KTEST(!memcmp(bios, __va(BIOS), BIOS_SIZE), "and is what lowmem shows there");
	KTEST(cache_bits(bios) == CACHE_BITS, "ioremap: not cached");
	KTEST(!vmalloc_to_page(bios) || vmalloc_to_pfn(bios) == BIOS >> PAGE_SHIFT,
	      "vmalloc_to_pfn gives the frame");
	KTEST(!readable(bios + BIOS_SIZE), "a guard page behind it");
	iounmap(bios);
	KTEST(!readable(bios), "iounmap leaves nothing mapped");

	vga = ioremap_wc(VGA_TEXT + 0x123, 0x100);
	if (!KTEST(vga && ((unsigned long)vga & ~PAGE_MASK) == 0x123,
		   "an odd address keeps its offset"))
		return;
	KTEST(cache_bits(vga) == pgprot_wc_bits, "ioremap_wc: write-combining, or not cached");
	cell = (u16 *)(vga + 1);
	old = *cell;
	*cell = 0x0741;
	KTEST(*(volatile u16 *)__va(VGA_TEXT + 0x124) == 0x0741, "what is written arrives");
	*cell = old;
	iounmap(vga);
	vmalloc_usage(&used_after, &hole);
	KTEST(used == used_after, "the area is free again");
}

KTEST_SUITE(ioremap)
{
	test_refusals();
	test_mapping();
}
