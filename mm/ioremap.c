/*
 * Device memory in the vmalloc area. RAM is refused: the same frame under two
 * cache policies is undefined (Intel SDM vol. 3A 11.12.4), and somebody owns it.
 */
#include "mm/ioremap.h"

#include "kernel/lib/printk.h"
#include "mm/memblock.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"

/* The low megabyte is mapped uncacheable by the chipset where it is not RAM: VGA, BIOS. */
static bool touches_ram(phys_addr_t phys, unsigned long size)
{
	return memblock_overlaps_memory(phys, size);
}

static void map_device(const struct vm_struct *area, unsigned long pfn, unsigned long size,
		       pgprot_t prot)
{
	unsigned long addr = area->addr;
	enum pg_level level;

	for (; size; size -= PAGE_SIZE, addr += PAGE_SIZE, pfn++)
		set_pte(lookup_address(addr, &level), pfn_pte(pfn, prot));
}

static void *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot, const void *caller)
{
	unsigned long offset = phys & ~PAGE_MASK, mapped = PAGE_ALIGN(size + offset);
	unsigned long pfn = phys >> PAGE_SHIFT;
	struct vm_struct *area;

	if (!size || mapped < size)
		return NULL;
	if (phys + size - 1 < phys || !pfn_range_mappable(pfn, mapped >> PAGE_SHIFT))
		return NULL;
	if (touches_ram(phys - offset, mapped)) {
		pr_warn("ioremap: [%08llx, %08llx) is RAM\n", (u64)phys, (u64)phys + size);
		return NULL;
	}
	area = get_vm_area_aligned(mapped, PAGE_SIZE, VM_IOREMAP, caller);
	if (!area)
		return NULL;
	area->phys_addr = phys;
	map_device(area, pfn, mapped, prot);
	return (void *)(area->addr + offset);
}

void *ioremap(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL_NOCACHE, __builtin_return_address(0));
}

void *ioremap_nocache(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL_NOCACHE, __builtin_return_address(0));
}

void *ioremap_wc(phys_addr_t phys, unsigned long size)
{
	return ioremap_prot(phys, size, PAGE_KERNEL_WC, __builtin_return_address(0));
}

void iounmap(void *addr)
{
	if (addr)
		remove_vm_area((void *)((unsigned long)addr & PAGE_MASK), VM_IOREMAP);
}
