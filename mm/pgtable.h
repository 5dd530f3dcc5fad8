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
 *   31             12 11 10  9   8   7   6   5   4   3   2   1   0
 *  +-----------------+-----+---+---+---+---+---+---+---+---+---+---+
 *  |      frame      | ..  | S | G |PAT| D | A |PCD|PWT| U | W | P |
 *  +-----------------+-----+---+---+---+---+---+---+---+---+---+---+
 *
 *  P present   W writable   U user may use it   PWT, PCD, PAT caching
 *  A accessed, D dirty: set by the processor    G global: survives a CR3 load
 *  S special (ours): maps a frame that keeps no count for this entry
 *  In a pmd, bit 7 is PSE: the entry maps a large page, there is no lower table.
 *  In an entry without P, bit 8 is PROTNONE: a page is here, but nobody may touch it
 *  (mprotect PROT_NONE), and bit 6 is FILE (mm/pgtable-?level.h: swap and file entries).
 *  The three-level format has a high word: more frame bits, and NX as its top bit.
 */
#ifndef MM_PGTABLE_H
#define MM_PGTABLE_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/cpu.h"
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
#define _PAGE_SPECIAL  0x200UL
#define _PAGE_FILE     _PAGE_DIRTY
#define _PAGE_PROTNONE _PAGE_GLOBAL

#ifdef CONFIG_X86_PAE
#include "mm/pgtable-3level.h"
#else
#include "mm/pgtable-2level.h"
#endif

#define PGDIR_SIZE        (1UL << PGDIR_SHIFT)
#define PGDIR_MASK        (~(PGDIR_SIZE - 1))
#define PMD_SIZE          (1UL << PMD_SHIFT)
#define PMD_MASK          (~(PMD_SIZE - 1))
/* pgd entries that belong to user space; the others are the kernel's. */
#define USER_PTRS_PER_PGD (TASK_SIZE / PGDIR_SIZE)

#define _PAGE_TABLE (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
/* What pte_modify keeps: the frame, what the processor noted, caching, special. */
#define _PAGE_CHG_MASK \
	(PAGE_MASK | _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_PWT | _PAGE_PCD | _PAGE_SPECIAL)

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
#define PAGE_KERNEL_ROX     supported_prot(__PAGE_KERNEL_EXEC & ~_PAGE_RW)
#define PAGE_KERNEL_EXEC    supported_prot(__PAGE_KERNEL_EXEC)
#define PAGE_KERNEL_NOCACHE supported_prot(__PAGE_KERNEL | _PAGE_PCD | _PAGE_PWT)
#define PAGE_KERNEL_WC      __pgprot(pgprot_val(PAGE_KERNEL) | pgprot_wc_bits)

#define PAGE_NONE          __pgprot(_PAGE_PROTNONE | _PAGE_ACCESSED)
#define PAGE_READONLY      supported_prot(__PAGE_USER | _PAGE_NX)
#define PAGE_READONLY_EXEC supported_prot(__PAGE_USER)
#define PAGE_COPY          PAGE_READONLY
#define PAGE_COPY_EXEC     PAGE_READONLY_EXEC
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

/* Asked of a present entry ... */
static inline bool pte_write(pte_t pte)
{
	return pte.pte_low & _PAGE_RW;
}

static inline bool pte_user(pte_t pte)
{
	return pte.pte_low & _PAGE_USER;
}

static inline bool pte_dirty(pte_t pte)
{
	return pte.pte_low & _PAGE_DIRTY;
}

static inline bool pte_young(pte_t pte)
{
	return pte.pte_low & _PAGE_ACCESSED;
}

static inline bool pte_exec(pte_t pte)
{
	return !(pgprot_val(pte_pgprot(pte)) & _PAGE_NX);
}

static inline bool pte_global(pte_t pte)
{
	return pte.pte_low & _PAGE_GLOBAL;
}

static inline bool pte_special(pte_t pte)
{
	return pte.pte_low & _PAGE_SPECIAL;
}

static inline bool pte_protnone(pte_t pte)
{
	return (pte.pte_low & (_PAGE_PRESENT | _PAGE_PROTNONE)) == _PAGE_PROTNONE;
}

/* ... and of one that is neither present nor none: a file offset (true) or a swap slot. */
static inline bool pte_file(pte_t pte)
{
	return pte.pte_low & _PAGE_FILE;
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	pte.pte_low &= ~_PAGE_RW;
	return pte;
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	pte.pte_low |= _PAGE_RW;
	return pte;
}

static inline pte_t pte_mkclean(pte_t pte)
{
	pte.pte_low &= ~_PAGE_DIRTY;
	return pte;
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	pte.pte_low |= _PAGE_DIRTY;
	return pte;
}

static inline pte_t pte_mkold(pte_t pte)
{
	pte.pte_low &= ~_PAGE_ACCESSED;
	return pte;
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	pte.pte_low |= _PAGE_ACCESSED;
	return pte;
}

static inline pte_t pte_mkexec(pte_t pte)
{
	return pte_set_nx(pte, 0);
}

static inline pte_t pte_mkspecial(pte_t pte)
{
	pte.pte_low |= _PAGE_SPECIAL;
	return pte;
}

/* The same page under other rights (mprotect): caching, dirty, accessed are kept. */
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	pte.pte_low &= _PAGE_CHG_MASK;
	pte.pte_low |= pgprot_val(newprot) & ~(_PAGE_CHG_MASK | _PAGE_NX);
	return pte_set_nx(pte, pgprot_val(newprot) & _PAGE_NX);
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

static inline phys_addr_t pte_phys(pte_t pte)
{
	return (phys_addr_t)pte_pfn(pte) << PAGE_SHIFT;
}

/* A swap slot in one word: type in bits 31-27, offset in pages below. */
typedef struct {
	unsigned long val;
} swp_entry_t;

#define MAX_SWAPFILES 32

static inline swp_entry_t swp_entry(unsigned int type, unsigned long offset)
{
	return (swp_entry_t){ (unsigned long)type << 27 | offset };
}

static inline unsigned int swp_type(swp_entry_t entry)
{
	return entry.val >> 27;
}

static inline unsigned long swp_offset(swp_entry_t entry)
{
	return entry.val & ((1UL << 27) - 1);
}

static inline pte_t swp_entry_to_pte(swp_entry_t entry)
{
	return swp_pte(swp_type(entry), swp_offset(entry));
}

static inline swp_entry_t pte_to_swp_entry(pte_t pte)
{
	return swp_entry(swp_pte_type(pte), swp_pte_offset(pte));
}

/* ---- an entry in its table -------------------------------------------------------------------- */

/*
 * set_pte(ptep, pte)        writes an entry that is not present, or whose frame and NX stay
 *                           as they are. Safe in that case against the processor's own walks.
 * set_pte_atomic(ptep, pte) writes any entry in one piece; dearer in the three-level format.
 * set_pmd, pmd_clear        the same for a pmd.
 * Callers hold mm->page_table_lock and flush what they weaken (mm/tlb.h).
 */

static inline void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	set_pte(ptep, pte);
}

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

/* Was it accessed since this was asked last? No flush: a stale A costs a guess, not a page. */
static inline bool ptep_test_and_clear_young(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	bool old;

	__asm__ volatile("lock btrl $5, %0\n\tsetc %1"
			 : "+m"(ptep->pte_low), "=q"(old)
			 :
			 : "memory", "cc");
	return old;
}

/* Strengthens a present entry in place (W, D, A; same frame). Nothing to flush but a stale entry. */
static inline void ptep_set_access_flags(pte_t *ptep, pte_t entry)
{
	WRITE_ONCE(ptep->pte_low, entry.pte_low);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static inline bool pmd_none(pmd_t pmd)
{
	return !pmd.pmd_low;
}

static inline bool pmd_present(pmd_t pmd)
{
	return pmd.pmd_low & _PAGE_PRESENT;
}

static inline bool pmd_large(pmd_t pmd)
{
	return (pmd.pmd_low & (_PAGE_PSE | _PAGE_PRESENT)) == (_PAGE_PSE | _PAGE_PRESENT);
}

/* Neither none nor the address of a table in the form that pmd_populate gives it. */
static inline bool pmd_bad(pmd_t pmd)
{
	const unsigned long must = _PAGE_PRESENT | _PAGE_RW;

	return (pmd.pmd_low & (must | _PAGE_PSE)) != must;
}

static inline pte_t *pmd_page_vaddr(pmd_t pmd)
{
	return __va(pmd.pmd_low & PAGE_MASK);
}

static inline struct page *pmd_page(pmd_t pmd)
{
	return pfn_to_page(pmd.pmd_low >> PAGE_SHIFT);
}

extern pgd_t swapper_pg_dir[PTRS_PER_PGD];

#define pgd_index(addr) ((unsigned long)(addr) >> PGDIR_SHIFT)
#define pmd_index(addr) (((unsigned long)(addr) >> PMD_SHIFT) & (PTRS_PER_PMD - 1))
#define pte_index(addr) (((unsigned long)(addr) >> PAGE_SHIFT) & (PTRS_PER_PTE - 1))

/* The walk. Below a pgd or pmd only if it is present and not bad. */
static inline pgd_t *pgd_offset(struct mm_struct *mm, unsigned long addr)
{
	return (pgd_t *)mm->pgd + pgd_index(addr);
}

static inline pgd_t *pgd_offset_k(unsigned long addr)
{
	return swapper_pg_dir + pgd_index(addr);
}

static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr)
{
	return pmd_page_vaddr(*pmd) + pte_index(addr);
}

#define pte_offset_map(pmd, addr) pte_offset_kernel(pmd, addr)
#define pte_unmap(pte)            ((void)(pte))

#define pte_offset_map_lock(mm, pmd, addr, ptlp)          \
	({                                                \
		pte_t *__pte = pte_offset_map(pmd, addr); \
		*(ptlp) = &(mm)->page_table_lock;         \
		spin_lock(*(ptlp));                       \
		__pte;                                    \
	})

#define pte_unmap_unlock(pte, ptl) \
	do {                       \
		spin_unlock(ptl);  \
		pte_unmap(pte);    \
	} while (0)

/*
 * Where the part of [addr, end) ends that one entry covers. end may be 0: the top of the
 * address space; the minus ones make the comparison right there.
 */
#define table_addr_end(addr, end, size)                                     \
	({                                                                  \
		unsigned long __boundary = ((addr) + (size)) & ~((size)-1); \
		__boundary - 1 < (end)-1 ? __boundary : (end);              \
	})
#define pgd_addr_end(addr, end) table_addr_end(addr, end, PGDIR_SIZE)
#define pmd_addr_end(addr, end) table_addr_end(addr, end, PMD_SIZE)

int __pmd_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr);
int __pte_alloc(struct mm_struct *mm, pmd_t *pmd, unsigned long addr);
int __pte_alloc_kernel(pmd_t *pmd, unsigned long addr);

/* The pmd for @addr, its table made if there is none; NULL without memory. May sleep. */
static inline pmd_t *pmd_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	if (unlikely(pgd_none(*pgd)) && __pmd_alloc(mm, pgd, addr))
		return NULL;
	return pmd_offset(pgd, addr);
}

/*
 * pte_alloc_map - the entry for @addr, its table made if there is none
 *
 * mmap_sem held, page_table_lock not (it is taken to install the table). May
 * sleep. NULL without memory. The table is counted in mm->nr_ptes.
 */
static inline pte_t *pte_alloc_map(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	if (unlikely(pmd_none(*pmd)) && __pte_alloc(mm, pmd, addr))
		return NULL;
	return pte_offset_map(pmd, addr);
}

/* The whole walk down to the entry for @addr, tables made on the way; rules as above. */
static inline pte_t *pte_alloc(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = pmd_alloc(mm, pgd_offset(mm, addr), addr);

	return pmd ? pte_alloc_map(mm, pmd, addr) : NULL;
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

/* The same in the kernel's half. */
static inline pte_t *pte_alloc_kernel(pmd_t *pmd, unsigned long addr)
{
	if (unlikely(pmd_none(*pmd)) && __pte_alloc_kernel(pmd, addr))
		return NULL;
	return pte_offset_kernel(pmd, addr);
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

/* Enters a table for paging_init(), which has it from memblock. */
static inline void pmd_populate_kernel(pmd_t *pmd, void *table)
{
	set_pmd(pmd, pfn_pmd(__pa(table) >> PAGE_SHIFT, __pgprot(_PAGE_TABLE)));
}

/* Makes the slab that top tables come from. After kmem_cache_init(), before the first pgd_alloc(). */
void pgtable_cache_init(void);

/*
 * Can an entry name @count frames from @pfn on, and does the processor have such
 * addresses? Whoever maps device memory by number asks this first: a frame number
 * cut off by the entry would be somebody's RAM.
 */
bool pfn_range_mappable(unsigned long pfn, unsigned long count);

enum pg_level { PG_LEVEL_NONE, PG_LEVEL_4K, PG_LEVEL_LARGE };

/*
 * lookup_address - the kernel's entry for an address
 *
 * Returns the entry and its level; for a large page the pmd, seen as a pte_t
 * (rights and presence read the same); NULL and PG_LEVEL_NONE without a table.
 */
pte_t *lookup_address(unsigned long addr, enum pg_level *level);

/* The same in any address space. page_table_lock held where others may change it. */
pte_t *lookup_address_mm(struct mm_struct *mm, unsigned long addr, enum pg_level *level);

/* Report a damaged table entry, naming the address, and clear it. */
void pmd_clear_bad(pmd_t *pmd, unsigned long addr);

static inline bool pmd_none_or_clear_bad(pmd_t *pmd, unsigned long addr)
{
	if (pmd_none(*pmd))
		return true;
	if (unlikely(pmd_bad(*pmd))) {
		pmd_clear_bad(pmd, addr);
		return true;
	}
	return false;
}

#endif
