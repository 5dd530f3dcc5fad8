/*
 * Device memory in the vmalloc area. RAM is refused: the same frame under two
 * cache policies is undefined (Intel SDM vol. 3A 11.12.4), and somebody owns it.
 */
#include "mm/ioremap.h"

#include "kernel/lib/printk.h"
#include "mm/memblock.h"
#include "mm/vmalloc.h"

static void *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot, const void *caller)
{
	unsigned long offset = phys & ~PAGE_MASK, mapped = PAGE_ALIGN(size + offset);
	unsigned long pfn = phys >> PAGE_SHIFT;
	struct vm_struct *area;

	if (!size || mapped < size || phys + size - 1 < phys ||
	    !pfn_range_mappable(pfn, mapped >> PAGE_SHIFT))
		return NULL;
	if (memblock_overlaps_memory(phys - offset, mapped)) {
		pr_warn("ioremap: [%08llx, %08llx) is RAM\n", (u64)phys, (u64)phys + size);
		return NULL;
	}
	area = get_vm_area_aligned(mapped, PAGE_SIZE, VM_IOREMAP, caller);
	if (!area)
		return NULL;
	area->phys_addr = phys;
	for (unsigned long done = 0; done < mapped; done += PAGE_SIZE)
		set_pte(kernel_pte(area->addr + done), pfn_pte(pfn++, prot));
	return (void *)(area->addr + offset);
}

void *ioremap(phys_addr_t phys, unsigned long size)
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
