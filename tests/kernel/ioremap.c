/*
 * Device memory: RAM refused, cache policies, offsets. What is mapped is the BIOS
 * and the memory of the display adapter.
 */
#include "tests/kernel/ktest.h"

#include "drivers/pci.h"
#include "kernel/lib/string.h"
#include "kernel/x86/cpu.h"
#include "mm/ioremap.h"
#include "mm/layout.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"
#include "tests/kernel/lookup.h"

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
	KTEST(!ioremap(BIOS, 0), "no bytes are refused");
	KTEST(!ioremap(0xfffff000, ~0UL), "a length that wraps is refused");
	KTEST(!pfn_range_mappable(~0UL, 1) || boot_cpu.phys_bits > 43,
	      "a frame that the processor has no address for is not mappable");
	KTEST(!pfn_range_mappable(1, ~0UL), "nor a range that wraps");
	KTEST(!ioremap((phys_addr_t)0 - 0x1000, 0x2000), "an address that wraps is refused");
}

static void test_mapping(void)
{
	unsigned long used, used_after, hole;
	char *bios;

	vmalloc_usage(&used, &hole);
	bios = ioremap(BIOS, BIOS_SIZE);
	if (!KTEST(bios && is_vmalloc_addr(bios), "the BIOS can be mapped"))
		return;
	KTEST(!memcmp(bios, __va(BIOS), BIOS_SIZE), "and is what lowmem shows there");
	KTEST(cache_bits(bios) == CACHE_BITS, "ioremap: not cached");
	KTEST(pte_pfn(*kernel_pte((unsigned long)bios)) == BIOS >> PAGE_SHIFT,
	      "its entry has the frame");
	KTEST(!readable(bios + BIOS_SIZE), "a guard page behind it");
	iounmap(bios);
	KTEST(!readable(bios), "iounmap leaves nothing mapped");

	vmalloc_usage(&used_after, &hole);
	KTEST(used == used_after, "the area is free again");
}

/* The display adapter's memory, seen twice: what is written here is read there. */
static void test_two_views(void)
{
	struct pci_dev *vga = pci_get_device(0x1234, 0x1111, NULL);
	phys_addr_t phys;
	u32 *wc, *uc, old;

	if (!vga) {
		KTEST(true, "two views of video memory (skipped: no Bochs adapter)");
		return;
	}
	phys = vga->bar[0].start + 0x123456;
	wc = ioremap_wc(phys, 0x100);
	uc = ioremap(phys, 0x100);
	if (KTEST(wc && uc && ((unsigned long)wc & ~PAGE_MASK) == 0x456,
		  "an odd address keeps its offset")) {
		KTEST(cache_bits(wc) == pgprot_wc_bits,
		      "ioremap_wc: write-combining, or not cached");
		KTEST(cache_bits(uc) == CACHE_BITS, "ioremap: not cached");
		old = *uc;
		*(volatile u32 *)wc = 0x12345678;
		KTEST(*(volatile u32 *)uc == 0x12345678,
		      "what is written in one view is in the other");
		*(volatile u32 *)wc = old;
	}
	iounmap(wc);
	iounmap(uc);
}

KTEST_SUITE(ioremap)
{
	test_refusals();
	test_mapping();
	test_two_views();
}
