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
 * Included by mm/pgtable.h only.
 */
#ifndef MM_PGTABLE_2LEVEL_H
#define MM_PGTABLE_2LEVEL_H

typedef u32 pteval_t;

typedef struct {
	u32 pte_low;
} pte_t;

typedef struct {
	u32 pmd_low;
} pmd_t;

typedef struct {
	pmd_t pmd;
} pgd_t;

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

static inline pteval_t pte_val(pte_t pte)
{
	return pte.pte_low;
}

static inline pte_t __pte(pteval_t val)
{
	return (pte_t){ val };
}

static inline pteval_t pmd_val(pmd_t pmd)
{
	return pmd.pmd_low;
}

static inline pteval_t pgd_val(pgd_t pgd)
{
	return pgd.pmd.pmd_low;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return (pte_t){ (pfn << PAGE_SHIFT) | pgprot_val(prot) };
}

static inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return (pmd_t){ (pfn << PAGE_SHIFT) | pgprot_val(prot) };
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return pte.pte_low >> PAGE_SHIFT;
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return pmd.pmd_low >> PAGE_SHIFT;
}

static inline bool pte_none(pte_t pte)
{
	return !pte.pte_low;
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return a.pte_low == b.pte_low;
}

/* The rights and flags of an entry as a pgprot_t. */
static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot(pte.pte_low & ~PAGE_MASK);
}

static inline pgprot_t pmd_pgprot(pmd_t pmd)
{
	return __pgprot(pmd.pmd_low & ~PAGE_MASK);
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte_low, pte.pte_low);
}

static inline void set_pte_atomic(pte_t *ptep, pte_t pte)
{
	set_pte(ptep, pte);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(pmdp->pmd_low, pmd.pmd_low);
}

static inline void pte_clear_entry(pte_t *ptep)
{
	WRITE_ONCE(ptep->pte_low, 0);
}

static inline void pmd_clear(pmd_t *pmdp)
{
	WRITE_ONCE(pmdp->pmd_low, 0);
}

static inline pte_t pte_xchg_clear(pte_t *ptep)
{
	u32 old = 0;

	__asm__ volatile("xchgl %0, %1" : "+r"(old), "+m"(ptep->pte_low) : : "memory");
	return (pte_t){ old };
}

static inline pte_t pte_set_nx(pte_t pte, unsigned long nx)
{
	return pte;
}

/* The folded level: always there, never to be freed. */
static inline bool pgd_none(pgd_t pgd)
{
	return false;
}

static inline bool pgd_present(pgd_t pgd)
{
	return true;
}

static inline bool pgd_bad(pgd_t pgd)
{
	return false;
}

static inline void pgd_populate_kernel(pgd_t *pgd, void *table)
{
}

/* Large pages are 4 MiB and an invention of the Pentium (CR4.PSE). */
static inline bool pmd_large_supported(void)
{
	return cpu_has(X86_FEATURE_PSE);
}

static inline pmd_t *pmd_offset(pgd_t *pgd, unsigned long addr)
{
	return &pgd->pmd;
}

/*
 * An entry that is not present, in the hands of swap (bit 6 clear) or of a
 * nonlinear file mapping (bit 6 set). Bits 0 and 8 stay clear: present, PROT_NONE.
 *
 *   31                        9  8   7   6  5            1  0
 *  +--------------------------+---+---+---+--------------+---+
 *  | swap offset              | 0 | 0 | 0 | swap type    | 0 |
 *  | pgoff bits 27-5          | 0 | 0 | 1 | pgoff 4-0    | 0 |
 *  +--------------------------+---+---+---+--------------+---+
 */
#define PTE_FILE_MAX_BITS 28
#define SWP_OFFSET_BITS   23

static inline pte_t pgoff_to_pte(pgoff_t off)
{
	return (pte_t){ (off & 0x1f) << 1 | (off >> 5) << 9 | 0x040 };
}

static inline pgoff_t pte_to_pgoff(pte_t pte)
{
	return ((pte.pte_low >> 1) & 0x1f) | (pte.pte_low >> 9) << 5;
}

static inline pte_t swp_pte(unsigned int type, unsigned long offset)
{
	return (pte_t){ type << 1 | offset << 9 };
}

static inline unsigned int swp_pte_type(pte_t pte)
{
	return (pte.pte_low >> 1) & 0x1f;
}

static inline unsigned long swp_pte_offset(pte_t pte)
{
	return pte.pte_low >> 9;
}

#endif
