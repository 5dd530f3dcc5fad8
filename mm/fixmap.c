/*
 * Entering frames in the fixmap. Its page tables exist from paging_init() on.
 */
#include "mm/fixmap.h"

#include "kernel/lib/bug.h"
#include "mm/tlb.h"

static pte_t *fixmap_pte(enum fixed_addresses idx)
{
	enum pg_level level;
	pte_t *ptep;

	BUG_ON(idx == FIX_HOLE || idx >= __end_of_fixed_addresses);
	ptep = lookup_address(fix_to_virt(idx), &level);
	BUG_ON(level != PG_LEVEL_4K);
	return ptep;
}

void set_fixmap(enum fixed_addresses idx, phys_addr_t phys, pgprot_t prot)
{
	set_pte_atomic(fixmap_pte(idx), pfn_pte(phys >> PAGE_SHIFT, prot));
	invlpg(fix_to_virt(idx));
}

void clear_fixmap(enum fixed_addresses idx)
{
	pte_clear_entry(fixmap_pte(idx));
	invlpg(fix_to_virt(idx));
}
