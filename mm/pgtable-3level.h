/*
 * Three-level page tables with 64-bit entries: PAE (Intel SDM vol. 3A 4.4).
 *
 *   31 30 29        21 20        12 11         0
 *  +-----+------------+------------+------------+
 *  | pgd |    pmd     |    pte     |   offset   |
 *  +-----+------------+------------+------------+
 *
 * The four pgd entries are read by the processor when CR3 is loaded and at no
 * other time: whoever fills one in for the address space in use loads CR3 again
 * (pgd_populate). The fourth belongs to the kernel; its pmd page is shared by
 * every address space.
 *
 * An entry is two 32-bit words, and only a locked cmpxchg8b writes both at once.
 * So an entry is brought to life high word first, low word (with the present bit)
 * last, and is put out in the opposite order.
 *
 * Included by mm/pgtable.h only.
 */
#ifndef MM_PGTABLE_3LEVEL_H
#define MM_PGTABLE_3LEVEL_H

typedef u64 pteval_t;

typedef struct {
	u32 pte_low, pte_high;
} __attribute__((aligned(8))) pte_t;

typedef struct {
	u32 pmd_low, pmd_high;
} __attribute__((aligned(8))) pmd_t;

typedef struct {
	u32 pgd_low, pgd_high;
} __attribute__((aligned(8))) pgd_t;

#define PGDIR_SHIFT  30
#define PTRS_PER_PGD 4
#define PMD_SHIFT    21
#define PTRS_PER_PMD 512
#define PTRS_PER_PTE 512

/* Not executable: bit 63 of the entry, bit 31 of a pgprot_t (frame bits are not part of one). */
#define _PAGE_NX 0x80000000UL

/* Bits of a frame number: that an entry can hold (an unsigned long has no more), and of RAM that is used. */
#define PTE_PFN_BITS 32
#define PFN_BITS     24

#define PTE_HIGH_PFN_MASK 0x000fffffU

static inline pteval_t pte_val(pte_t pte)
{
	return (u64)pte.pte_high << 32 | pte.pte_low;
}

static inline pte_t __pte(pteval_t val)
{
	return (pte_t){ (u32)val, (u32)(val >> 32) };
}

static inline pteval_t pmd_val(pmd_t pmd)
{
	return (u64)pmd.pmd_high << 32 | pmd.pmd_low;
}

static inline pteval_t pgd_val(pgd_t pgd)
{
	return (u64)pgd.pgd_high << 32 | pgd.pgd_low;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return (pte_t){ pfn << PAGE_SHIFT | (pgprot_val(prot) & ~PAGE_MASK),
			pfn >> (32 - PAGE_SHIFT) | (pgprot_val(prot) & _PAGE_NX) };
}

static inline pmd_t pfn_pmd(unsigned long pfn, pgprot_t prot)
{
	return (pmd_t){ pfn << PAGE_SHIFT | (pgprot_val(prot) & ~PAGE_MASK),
			pfn >> (32 - PAGE_SHIFT) | (pgprot_val(prot) & _PAGE_NX) };
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return pte.pte_low >> PAGE_SHIFT | (pte.pte_high & PTE_HIGH_PFN_MASK) << (32 - PAGE_SHIFT);
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return pmd.pmd_low >> PAGE_SHIFT | (pmd.pmd_high & PTE_HIGH_PFN_MASK) << (32 - PAGE_SHIFT);
}

static inline bool pte_none(pte_t pte)
{
	return !(pte.pte_low | pte.pte_high);
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return a.pte_low == b.pte_low && a.pte_high == b.pte_high;
}

/* The rights and flags of an entry as a pgprot_t. */
static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot((pte.pte_low & ~PAGE_MASK) | (pte.pte_high & _PAGE_NX));
}

static inline pgprot_t pmd_pgprot(pmd_t pmd)
{
	return __pgprot((pmd.pmd_low & ~PAGE_MASK) | (pmd.pmd_high & _PAGE_NX));
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte_high, pte.pte_high);
	barrier();
	WRITE_ONCE(ptep->pte_low, pte.pte_low);
}

static inline void set_entry_atomic(volatile void *entry, u32 low, u32 high)
{
	u64 old = *(volatile u64 *)entry;

	__asm__ volatile("1: lock cmpxchg8b %0\n\t"
			 "jnz 1b"
			 : "+m"(*(volatile u64 *)entry), "+A"(old)
			 : "b"(low), "c"(high)
			 : "memory", "cc");
}

static inline void set_pte_atomic(pte_t *ptep, pte_t pte)
{
	set_entry_atomic(ptep, pte.pte_low, pte.pte_high);
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(pmdp->pmd_high, pmd.pmd_high);
	barrier();
	WRITE_ONCE(pmdp->pmd_low, pmd.pmd_low);
}

static inline void pte_clear_entry(pte_t *ptep)
{
	WRITE_ONCE(ptep->pte_low, 0);
	barrier();
	WRITE_ONCE(ptep->pte_high, 0);
}

static inline void pmd_clear(pmd_t *pmdp)
{
	WRITE_ONCE(pmdp->pmd_low, 0);
	barrier();
	WRITE_ONCE(pmdp->pmd_high, 0);
}

/* Once the low word is exchanged the processor leaves the entry alone: the high word can follow. */
static inline pte_t pte_xchg_clear(pte_t *ptep)
{
	pte_t old = { 0, 0 };

	__asm__ volatile("xchgl %0, %1" : "+r"(old.pte_low), "+m"(ptep->pte_low) : : "memory");
	old.pte_high = ptep->pte_high;
	WRITE_ONCE(ptep->pte_high, 0);
	return old;
}

static inline pte_t pte_set_nx(pte_t pte, unsigned long nx)
{
	pte.pte_high = (pte.pte_high & ~_PAGE_NX) | nx;
	return pte;
}

static inline bool pgd_none(pgd_t pgd)
{
	return !pgd.pgd_low;
}

static inline bool pgd_present(pgd_t pgd)
{
	return pgd.pgd_low & 1;
}

/* Only present, PWT, PCD and the frame may be set (Intel SDM vol. 3A table 4-8). */
static inline bool pgd_bad(pgd_t pgd)
{
	return (pgd.pgd_low & ~PAGE_MASK) != 1 || pgd.pgd_high;
}

static inline void set_pgd(pgd_t *pgdp, pgd_t pgd)
{
	WRITE_ONCE(pgdp->pgd_high, pgd.pgd_high);
	barrier();
	WRITE_ONCE(pgdp->pgd_low, pgd.pgd_low);
}

static inline void pgd_populate_kernel(pgd_t *pgd, void *table)
{
	set_pgd(pgd, (pgd_t){ (u32)__pa(table) | 1, 0 });
}

/* Large pages, of 2 MiB, are part of the format (Intel SDM vol. 3A 4.4.2). */
static inline bool pmd_large_supported(void)
{
	return true;
}

static inline pmd_t *pgd_page_vaddr(pgd_t pgd)
{
	return __va(pgd.pgd_low & PAGE_MASK);
}

static inline pmd_t *pmd_offset(pgd_t *pgd, unsigned long addr)
{
	return pgd_page_vaddr(*pgd) + ((addr >> PMD_SHIFT) & (PTRS_PER_PMD - 1));
}

/*
 * An entry that is not present, in the hands of swap (bit 6 clear) or of a
 * nonlinear file mapping (bit 6 set).
 *
 *   63                       32 31     9  8  7   6  5            1  0
 *  +--------------------------+---------+---+---+---+--------------+---+
 *  | swap offset              | 0       | 0 | 0 | 0 | swap type    | 0 |
 *  | pgoff                    | 0       | 0 | 0 | 1 | 0            | 0 |
 *  +--------------------------+---------+---+---+---+--------------+---+
 *
 * Swap offset 0 of type 0 would read as pte_none: the swap area's page 0 is its
 * header and is never handed out.
 */
#define PTE_FILE_MAX_BITS 32
#define SWP_OFFSET_BITS   27 /* a swp_entry_t holds no more */

static inline pte_t pgoff_to_pte(pgoff_t off)
{
	return (pte_t){ 0x040, off };
}

static inline pgoff_t pte_to_pgoff(pte_t pte)
{
	return pte.pte_high;
}

static inline pte_t swp_pte(unsigned int type, unsigned long offset)
{
	return (pte_t){ type << 1, offset };
}

static inline unsigned int swp_pte_type(pte_t pte)
{
	return (pte.pte_low >> 1) & 0x1f;
}

static inline unsigned long swp_pte_offset(pte_t pte)
{
	return pte.pte_high;
}

#endif
