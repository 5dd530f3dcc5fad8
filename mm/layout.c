/*
 * Saying what an address is.
 */
#include "mm/layout.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "mm/highmem.h"
#include "mm/vmalloc.h"

static char description[128];

#define describe(...) snprintf(description, sizeof(description), __VA_ARGS__)

static const char *lowmem_part(unsigned long addr)
{
	if (CONFIG_DEBUG && mem_map && page_owner(virt_to_page((void *)addr)) == OWNER_FREE)
		return "a page that was freed";
	if (addr < (unsigned long)_text)
		return "low 1 MiB";
	if (addr < (unsigned long)_etext)
		return "kernel text, read-only";
	if (addr < (unsigned long)__end_rodata)
		return "kernel read-only data";
	if (addr < (unsigned long)_end)
		return "kernel data";
	return "lowmem";
}

const char *describe_kernel_address(unsigned long addr)
{
	if (addr < PAGE_SIZE)
		describe("NULL page, which is never mapped");
	else if (addr < TASK_SIZE)
		describe("user space");
	else if (addr < (unsigned long)high_memory)
		describe("%s, physical address %08lx", lowmem_part(addr), addr - PAGE_OFFSET);
	else if (addr < VMALLOC_START)
		describe("hole between lowmem and the vmalloc area");
	else if (addr < VMALLOC_END)
		vmalloc_describe(addr, description, sizeof(description));
	else if (addr < PKMAP_BASE)
		describe("guard pages between the vmalloc area and PKMAP");
	else if (addr < PKMAP_BASE + LAST_PKMAP * PAGE_SIZE)
		describe("PKMAP, slot %lu", (addr - PKMAP_BASE) >> PAGE_SHIFT);
	else if (addr >= FIXADDR_START && addr < FIXADDR_TOP)
		describe("fixmap, slot %lu", (addr - FIXADDR_START) >> PAGE_SHIFT);
	else
		describe("hole around the fixmap");
	return description;
}

static void print_range(const char *name, unsigned long start, unsigned long end)
{
	bool large = end - start >= 10UL << 20;

	pr_info("    %-8s: 0x%08lx - 0x%08lx   (%4lu %cB)\n", name, start, end,
		(end - start) >> (large ? 20 : 10), large ? 'M' : 'k');
}

void print_virtual_layout(void)
{
	pr_info("virtual kernel memory layout:\n");
	print_range("fixmap", FIXADDR_START, FIXADDR_TOP);
	print_range("pkmap", PKMAP_BASE, PKMAP_BASE + LAST_PKMAP * PAGE_SIZE);
	print_range("vmalloc", VMALLOC_START, VMALLOC_END);
	print_range("lowmem", PAGE_OFFSET, (unsigned long)high_memory);
	print_range("  .data", (unsigned long)_sdata, (unsigned long)_end);
	print_range("  .rodata", (unsigned long)__start_rodata, (unsigned long)__end_rodata);
	print_range("  .text", (unsigned long)_text, (unsigned long)_etext);
}
