/*
 * What the page tables say about an address, large pages included.
 */
#ifndef TESTS_KERNEL_LOOKUP_H
#define TESTS_KERNEL_LOOKUP_H

#include "mm/pgtable.h"

enum pg_level { PG_LEVEL_NONE, PG_LEVEL_4K, PG_LEVEL_LARGE };

/*
 * Returns the entry and its level; for a large page the pmd, seen as a pte_t
 * (rights and presence read the same); NULL and PG_LEVEL_NONE without a table.
 */
static inline pte_t *lookup_address_mm(struct mm_struct *mm, unsigned long addr,
				       enum pg_level *level)
{
	pmd_t *pmd = pmd_lookup(mm, addr);

	*level = !pmd ? PG_LEVEL_NONE : pmd_large(*pmd) ? PG_LEVEL_LARGE : PG_LEVEL_4K;
	return *level == PG_LEVEL_4K ? pte_offset_map(pmd, addr) : (pte_t *)pmd;
}

/* The same for an address of the kernel. */
static inline pte_t *lookup_address(unsigned long addr, enum pg_level *level)
{
	return lookup_address_mm(&init_mm, addr, level);
}

#endif
