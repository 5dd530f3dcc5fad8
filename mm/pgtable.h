/*
 * Page tables: entry types, walkers, protections. The only place that knows
 * where a bit stands in an entry.
 *
 * The source always walks three levels,
 *
 *	pgd_offset(mm, addr) -> pmd_offset(pgd, addr) -> pte_offset_map(pmd, addr)
 *
 * and the two-level build folds the middle one away. All tables lie in lowmem,
 * so that a table is reached by its address and "map" costs nothing.
 *
 * The low word of an entry that maps a page (Intel SDM vol. 3A 4.3, 4.4, 4.6-4.9):
 *
 *   31             12 11  9   8   7   6   5   4   3   2   1   0
 *  +-----------------+------+---+---+---+---+---+---+---+---+---+
 *  |      frame      |  0   | G |PAT| D | A |PCD|PWT| U | W | P |
 *  +-----------------+------+---+---+---+---+---+---+---+---+---+
 *
 *  P present   W writable   U user may use it   PWT, PCD, PAT caching
 *  A accessed, D dirty: set by the processor    G global: survives a CR3 load
 *  In a pmd, bit 7 is PSE: the entry maps a large page, there is no lower table.
 *  In an entry without P, bit 8 is PROTNONE: a page is here, but nobody may touch it
 *  (mprotect PROT_NONE). An entry with neither, but with bit 6, is a file entry: it names a
 *  page of the VMA's object (mm/fremap.c). All others without P are 0.
 *  The three-level format has a high word: more frame bits, and NX as its top bit.
 */
#ifndef MM_PGTABLE_H
#define MM_PGTABLE_H

#include "mm/mm.h"
#include "mm/page.h"
#include "mm/pgprot.h"
#include "mm/tlb.h"

#define _PAGE_PRESENT  0x001UL
#define _PAGE_RW       0x002UL
#define _PAGE_USER     0x004UL
#define _PAGE_PWT      0x008UL
#define _PAGE_PCD      0x010UL
#define _PAGE_ACCESSED 0x020UL
#define _PAGE_DIRTY    0x040UL
#define _PAGE_PSE      0x080UL
#define _PAGE_GLOBAL   0x100UL
#define _PAGE_PROTNONE _PAGE_GLOBAL
#define _PAGE_FILE     _PAGE_DIRTY

/*
 * What differs between the formats: the type pte_t, how many entries a table has, and
 *
 *	pfn_pte(pfn, prot)	an entry	pte_pfn, pte_pgprot	its two halves
 *	pte_none, pte_val	is it empty; all of it as a number, to print
 *	set_pte(ptep, pte)	writes an entry that is absent now, or whose frame and NX stay as
 *				they are: safe then against the processor's own walks
 *	pgoff_to_pte, pte_to_pgoff	a file entry for an index up to PTE_FILE_MAX, and back
 *	pte_clear_entry		empties one	pte_xchg_clear	and tells what was in it
 */
#ifdef CONFIG_X86_PAE
#include "mm/pgtable-3level.h"
#else
#include "mm/pgtable-2level.h"
#endif

/* Entries of the upper tables have the same shape, and types of their own so that they are not mixed up. */
typedef struct {
	pte_t pte;
} pmd_t;

typedef struct {
	pmd_t pmd;
} pgd_t;

#define PGDIR_SIZE        (1UL << PGDIR_SHIFT)
#define PMD_SIZE          (1UL << PMD_SHIFT)
#define PMD_MASK          (~(PMD_SIZE - 1))
/* pgd entries that belong to user space; the others are the kernel's. */
#define USER_PTRS_PER_PGD (TASK_SIZE / PGDIR_SIZE)

/* An entry that points to a table; in a real pgd only P may be set (Intel SDM vol. 3A table 4-8). */
#define _PAGE_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
#define _PAGE_PGD   _PAGE_PRESENT

/* ---- protections ------------------------------------------------------------------------------ */

/* The pgprot bits this processor has (no NX, no G on old ones). Set once by paging_init(). */
extern unsigned long __supported_pte_mask;
/* Bits that make a mapping write-combining: PWT where the PAT says so, else PCD. */
extern unsigned long pgprot_wc_bits;

#define __PAGE_KERNEL_EXEC (_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY | _PAGE_ACCESSED | _PAGE_GLOBAL)
#define __PAGE_KERNEL      (__PAGE_KERNEL_EXEC | _PAGE_NX)
#define __PAGE_USER        (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)

#define supported_prot(bits) __pgprot((bits)&__supported_pte_mask)

#define PAGE_KERNEL         supported_prot(__PAGE_KERNEL)
#define PAGE_KERNEL_RO      supported_prot(__PAGE_KERNEL & ~_PAGE_RW)
#define PAGE_KERNEL_NOCACHE supported_prot(__PAGE_KERNEL | _PAGE_PCD | _PAGE_PWT)
#define PAGE_KERNEL_WC      __pgprot(pgprot_val(PAGE_KERNEL) | pgprot_wc_bits)

#define PAGE_NONE          __pgprot(_PAGE_PROTNONE | _PAGE_ACCESSED)
#define PAGE_READONLY      supported_prot(__PAGE_USER | _PAGE_NX)
#define PAGE_READONLY_EXEC supported_prot(__PAGE_USER)
#define PAGE_SHARED        supported_prot(__PAGE_USER | _PAGE_RW | _PAGE_NX)
#define PAGE_SHARED_EXEC   supported_prot(__PAGE_USER | _PAGE_RW)

/* The protection for VM_READ, VM_WRITE, VM_EXEC, VM_SHARED (bits 0-3). Set by paging_init(). */
extern pgprot_t protection_map[16];

/* Fills these three from the processor's features, after cpu_init(). paging_init() calls it. */
void pgprot_init(void);

/* vm_get_page_prot - entry rights of a VMA with these VM_* flags; private writable: without W. */
static inline pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	return protection_map[vm_flags & 15];
}

/* The same rights, not cached at all: device registers (SDM vol. 3A 11.3, UC). */
static inline pgprot_t pgprot_noncached(pgprot_t prot)
{
	return __pgprot(pgprot_val(prot) | _PAGE_PCD | _PAGE_PWT);
}

/* The same rights, writes combined and not cached: framebuffers. Without a PAT: not cached. */
static inline pgprot_t pgprot_writecombine(pgprot_t prot)
{
	return __pgprot((pgprot_val(prot) & ~(_PAGE_PCD | _PAGE_PWT)) | pgprot_wc_bits);
}

/* The rights of @newprot, cached as @oldprot is: mprotect does not change what a driver chose. */
static inline pgprot_t pgprot_modify(pgprot_t oldprot, pgprot_t newprot)
{
	const unsigned long caching = _PAGE_PCD | _PAGE_PWT;

	return __pgprot((pgprot_val(newprot) & ~caching) | (pgprot_val(oldprot) & caching));
}

/* ---- one entry -------------------------------------------------------------------------------- */

/* A page is here, though perhaps nobody may touch it (PROT_NONE). */
static inline bool pte_present(pte_t pte)
{
	return pte.pte_low & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/* It names a page of the VMA's object. */
static inline bool pte_file(pte_t pte)
{
	return !pte_present(pte) && (pte.pte_low & _PAGE_FILE);
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return pte_val(a) == pte_val(b);
}

/* Asked of a present entry, and the same entry changed. */
#define DEFINE_PTE_FLAG(test, set, clear, bit) \
	static inline bool test(pte_t pte)     \
	{                                      \
		return pte.pte_low & (bit);    \
	}                                      \
	static inline pte_t set(pte_t pte)     \
	{                                      \
		pte.pte_low |= (bit);          \
		return pte;                    \
	}                                      \
	static inline pte_t clear(pte_t pte)   \
	{                                      \
		pte.pte_low &= ~(bit);         \
		return pte;                    \
	}

DEFINE_PTE_FLAG(pte_write, pte_mkwrite, pte_wrprotect, _PAGE_RW)
DEFINE_PTE_FLAG(pte_dirty, pte_mkdirty, pte_mkclean, _PAGE_DIRTY)
DEFINE_PTE_FLAG(pte_young, pte_mkyoung, pte_mkold, _PAGE_ACCESSED)

/* The same page under other rights (mprotect): caching, dirty, accessed are kept. */
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	const unsigned long keep = _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_PWT | _PAGE_PCD;
	unsigned long kept = pgprot_val(pte_pgprot(pte)) & keep;

	return pfn_pte(pte_pfn(pte), __pgprot(kept | (pgprot_val(newprot) & ~keep)));
}

static inline pte_t mk_pte(struct page *page, pgprot_t prot)
{
	return pfn_pte(page_to_pfn(page), prot);
}

/* Descriptor of the mapped page. The frame must have one: pfn_valid(pte_pfn(pte)). */
static inline struct page *pte_page(pte_t pte)
{
	return pfn_to_page(pte_pfn(pte));
}

/* ---- an entry in its table: page_table_lock held, and what is weakened is flushed after (mm/tlb.h) ---- */

static inline void pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	if (CONFIG_DEBUG && pte_present(*ptep))
		tlb_owe(mm, addr);
	pte_clear_entry(ptep);
}

/* Takes an entry out; what the processor noted until then (D, A) is in the value. Flush after. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	if (CONFIG_DEBUG && pte_present(*ptep))
		tlb_owe(mm, addr);
	return pte_xchg_clear(ptep);
}

/* Takes W away in place, without losing a D the processor sets meanwhile. Flush after. */
static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	if (CONFIG_DEBUG)
		tlb_owe(mm, addr);
	__asm__ volatile("lock andl %1, %0"
			 : "+m"(ptep->pte_low)
			 : "i"(~_PAGE_RW)
			 : "memory", "cc");
}

/* Strengthens a present entry in place (W, D, A; same frame). Nothing to flush but a stale entry. */
static inline void ptep_set_access_flags(pte_t *ptep, pte_t entry)
{
	WRITE_ONCE(ptep->pte_low, entry.pte_low);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static inline bool pmd_none(pmd_t pmd)
{
	return !pmd.pte.pte_low;
}

static inline bool pmd_large(pmd_t pmd)
{
	return pmd.pte.pte_low & _PAGE_PSE;
}

/* A folded level is always there. */
static inline bool pgd_none(pgd_t pgd)
{
	return PTRS_PER_PMD > 1 && pmd_none(pgd.pmd);
}

/* The table that an entry points to. */
static inline void *table_of(pte_t entry)
{
	return __va(entry.pte_low & PAGE_MASK);
}

extern pgd_t swapper_pg_dir[PTRS_PER_PGD]; /* the kernel's own: init_mm.pgd */

/* The walk. Below a pgd or pmd only if it is not none (and not large). */
static inline pgd_t *pgd_offset(struct mm_struct *mm, unsigned long addr)
{
	return (pgd_t *)mm->pgd + (addr >> PGDIR_SHIFT);
}

static inline pmd_t *pmd_offset(pgd_t *pgd, unsigned long addr)
{
	if (PTRS_PER_PMD == 1)
		return &pgd->pmd;
	return (pmd_t *)table_of(pgd->pmd.pte) + ((addr >> PMD_SHIFT) & (PTRS_PER_PMD - 1));
}

static inline pte_t *pte_offset_map(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)table_of(pmd->pte) + ((addr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));
}

/*
 * Where the part of [addr, end) ends that one pmd covers. end may be 0: the top of the
 * address space; the minus ones make the comparison right there.
 */
#define pmd_addr_end(addr, end)                                            \
	({                                                                 \
		unsigned long __boundary = ((addr) + PMD_SIZE) & PMD_MASK; \
		__boundary - 1 < (end)-1 ? __boundary : (end);             \
	})

int __pmd_alloc(struct mm_struct *mm, pgd_t *pgd);
int __pte_alloc(struct mm_struct *mm, pmd_t *pmd);

/*
 * pte_alloc - the entry for @addr, tables made on the way where there are none
 *
 * mmap_sem held, page_table_lock not (it is taken to install a table). May sleep.
 * NULL without memory. The tables are counted in mm->nr_ptes.
 */
static inline pte_t *pte_alloc(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	pmd_t *pmd;

	if (unlikely(pgd_none(*pgd)) && __pmd_alloc(mm, pgd))
		return NULL;
	pmd = pmd_offset(pgd, addr);
	if (unlikely(pmd_none(*pmd)) && __pte_alloc(mm, pmd))
		return NULL;
	return pte_offset_map(pmd, addr);
}

/* The pmd for @addr if there is a page table under it, or NULL. Makes nothing. */
static inline pmd_t *pmd_lookup(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return NULL;
	pmd = pmd_offset(pgd, addr);
	return pmd_none(*pmd) ? NULL : pmd;
}

/* The entry for @addr; an empty one where there is no table. page_table_lock held. */
static inline pte_t pte_lookup(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = pmd_lookup(mm, addr);

	return pmd ? *pte_offset_map(pmd, addr) : (pte_t){ 0 };
}

/* The kernel's entry for an address in an area whose tables exist since boot: vmalloc, PKMAP, fixmap. */
static inline pte_t *kernel_pte(unsigned long addr)
{
	return pte_offset_map(pmd_offset(pgd_offset(&init_mm, addr), addr), addr);
}

/*
 * pgd_alloc - a top table with the kernel's half in it and an empty user half
 *
 * Returns NULL without memory. May sleep. Its physical address is what CR3 takes.
 */
pgd_t *pgd_alloc(struct mm_struct *mm);
/* Gives it back; free_pgtables() has emptied the user half, and no processor has it in CR3. */
void pgd_free(struct mm_struct *mm, pgd_t *pgd);

/*
 * free_pgtables - give back the tables under an unmapped range
 * @start, @end: what was unmapped; its entries are clear
 * @floor: end of the mapping below it, or 0; @ceiling: start of the one above, or 0 for none
 *
 * A table goes if nothing outside [start, end) but hole between floor and
 * ceiling needs it. The TLB is flushed before the tables can be reused.
 * mmap_sem held for writing, or the mm is dying.
 */
void free_pgtables(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long floor, unsigned long ceiling);

/* Lets memory shortage ask back the tables that are kept for later. From mem_init(). */
void pgtable_cache_init(void);

/*
 * Can an entry name @count frames from @pfn on, and does the processor have such
 * addresses? Whoever maps device memory by number asks this first: a frame number
 * cut off by the entry would be somebody's RAM.
 */
bool pfn_range_mappable(unsigned long pfn, unsigned long count);

#endif
