/*
 * Three-level page tables with 64-bit entries: PAE (Intel SDM vol. 3A 4.4).
 *
 *   31 30 29        21 20        12 11         0
 *  +-----+------------+------------+------------+
 *  | pgd |    pmd     |    pte     |   offset   |
 *  +-----+------------+------------+------------+
 *
 * The four pgd entries are read by the processor when CR3 is loaded and at no
 * other time: whoever fills one in for the address space in use loads CR3 again.
 * The fourth belongs to the kernel; its pmd page is shared by every address space.
 *
 * An entry is two 32-bit words, and the processor may read it between two stores.
 * So an entry is brought to life high word first, low word (with the present bit)
 * last, and is put out in the opposite order.
 *
 * Included by mm/pgtable.h only, which says what the functions are for.
 */
#ifndef MM_PGTABLE_3LEVEL_H
#define MM_PGTABLE_3LEVEL_H

typedef struct {
	u32 pte_low, pte_high;
} __attribute__((aligned(8))) pte_t;

#define PGDIR_SHIFT  30
#define PTRS_PER_PGD 4
#define PMD_SHIFT    21
#define PTRS_PER_PMD 512
#define PTRS_PER_PTE 512

/* Not executable: bit 63 of the entry, bit 31 of a pgprot_t (frame bits are not part of one). */
#define _PAGE_NX 0x80000000UL

/* Bits of a frame number: that an entry can hold (an unsigned long has no more), of RAM that is used. */
#define PTE_PFN_BITS 32
#define PFN_BITS     24

/* Large pages, of 2 MiB, are part of the format (Intel SDM vol. 3A 4.4.2). */
#define pmd_large_supported() true

static inline u64 pte_val(pte_t pte)
{
	return (u64)pte.pte_high << 32 | pte.pte_low;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	return (pte_t){ pfn << PAGE_SHIFT | (pgprot_val(prot) & ~PAGE_MASK),
			pfn >> (32 - PAGE_SHIFT) | (pgprot_val(prot) & _PAGE_NX) };
}

static inline unsigned long pte_pfn(pte_t pte)
{
	/* Shifting left drops NX. */
	return pte.pte_low >> PAGE_SHIFT | pte.pte_high << (32 - PAGE_SHIFT);
}

static inline pgprot_t pte_pgprot(pte_t pte)
{
	return __pgprot((pte.pte_low & ~PAGE_MASK) | (pte.pte_high & _PAGE_NX));
}

/* The index of a file entry is the high word. */
#define PTE_FILE_MAX ULONG_MAX

static inline pte_t pgoff_to_pte(unsigned long pgoff)
{
	return (pte_t){ _PAGE_FILE, pgoff };
}

static inline unsigned long pte_to_pgoff(pte_t pte)
{
	return pte.pte_high;
}

static inline bool pte_none(pte_t pte)
{
	return !(pte.pte_low | pte.pte_high);
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte_high, pte.pte_high);
	barrier();
	WRITE_ONCE(ptep->pte_low, pte.pte_low);
}

static inline void pte_clear_entry(pte_t *ptep)
{
	WRITE_ONCE(ptep->pte_low, 0);
	barrier();
	WRITE_ONCE(ptep->pte_high, 0);
}

/* Once the low word is exchanged the processor leaves the entry alone: the high word can follow. */
static inline pte_t pte_xchg_clear(pte_t *ptep)
{
	pte_t old = { .pte_low = xchg(&ptep->pte_low, 0) };

	old.pte_high = ptep->pte_high;
	WRITE_ONCE(ptep->pte_high, 0);
	return old;
}

#endif
