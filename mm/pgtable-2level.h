/*
 * Two-level page tables, the classic 10/10/12 split (Intel SDM vol. 3A 4.3).
 * The middle level is folded: a pmd is the pgd entry itself, and the loops over
 * pmds that the rest of the kernel writes run exactly once.
 *
 *   31        22 21        12 11         0
 *  +------------+------------+------------+
 *  |    pgd     |    pte     |   offset   |
 *  +------------+------------+------------+
 *
 * Included by mm/pgtable.h only, which says what the functions are for.
 */
#ifndef MM_PGTABLE_2LEVEL_H
#define MM_PGTABLE_2LEVEL_H

typedef struct {
	u32 pte_low;
} pte_t;

#define PGDIR_SHIFT  22
#define PTRS_PER_PGD 1024
#define PMD_SHIFT    22
#define PTRS_PER_PMD 1
#define PTRS_PER_PTE 1024

/* There is no such bit: asking for it changes nothing. */
#define _PAGE_NX 0UL

/* Bits of a frame number: that an entry can hold, and of RAM that is used. */
#define PTE_PFN_BITS 20
#define PFN_BITS     20

/* Large pages are 4 MiB and an invention of the Pentium (CR4.PSE). */
#define pmd_large_supported() cpu_has(X86_FEATURE_PSE)

static inline u64 pte_val(pte_t pte)
{
	return pte.pte_low;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return (pte_t){ (pfn << PAGE_SHIFT) | pgprot_val(prot) };
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return pte.pte_low >> PAGE_SHIFT;
}

static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot(pte.pte_low & ~PAGE_MASK);
}

/* The index of a file entry goes around bits 0, 6 and 8. */
#define PTE_FILE_MAX ((1UL << 28) - 1)

static inline pte_t pgoff_to_pte(unsigned long pgoff)
{
	return (pte_t){ pgoff >> 5 << 9 | (pgoff & 31) << 1 | _PAGE_FILE };
}

static inline unsigned long pte_to_pgoff(pte_t pte)
{
	return pte.pte_low >> 9 << 5 | (pte.pte_low >> 1 & 31);
}

static inline bool pte_none(pte_t pte)
{
	return !pte.pte_low;
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte_low, pte.pte_low);
}

static inline void pte_clear_entry(pte_t *ptep)
{
	WRITE_ONCE(ptep->pte_low, 0);
}

static inline pte_t pte_xchg_clear(pte_t *ptep)
{
	return (pte_t){ xchg(&ptep->pte_low, 0) };
}

#endif
