/*
 * What is done to page tables as a whole: making, sharing the kernel's half,
 * taking apart, looking up.
 */
#include "mm/pgtable.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/list.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/percpu.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/tlb.h"

/* The kernel's own top table; every other one has its kernel half. */
pgd_t swapper_pg_dir[PTRS_PER_PGD] __aligned(PAGE_SIZE);

unsigned long __supported_pte_mask = ~(_PAGE_NX | _PAGE_GLOBAL);
unsigned long pgprot_wc_bits = _PAGE_PCD;
pgprot_t protection_map[16];

/* Bits 0-2 of a VMA's flags, bit 3 for shared: the order of protection_map. */
#define PROT_INDEX_READ   1
#define PROT_INDEX_WRITE  2
#define PROT_INDEX_EXEC   4
#define PROT_INDEX_SHARED 8

/*
 * i386 has no write-only and no execute-only pages. A private writable page is
 * entered read-only: the first write makes the copy.
 */
static pgprot_t protection_of(unsigned int rights)
{
	bool exec = rights & PROT_INDEX_EXEC;

	if (!(rights & ~PROT_INDEX_SHARED))
		return PAGE_NONE;
	if ((rights & PROT_INDEX_WRITE) && (rights & PROT_INDEX_SHARED))
		return exec ? PAGE_SHARED_EXEC : PAGE_SHARED;
	return exec ? PAGE_READONLY_EXEC : PAGE_READONLY;
}

void pgprot_init(void)
{
	unsigned long mask = ~0UL;

	if (!cpu_has(X86_FEATURE_NX))
		mask &= ~_PAGE_NX;
	if (!cpu_has(X86_FEATURE_PGE))
		mask &= ~_PAGE_GLOBAL;
	__supported_pte_mask = mask;
	if (cpu_has(X86_FEATURE_PAT))
		pgprot_wc_bits = _PAGE_PWT;
	for (unsigned int i = 0; i < 16; i++)
		protection_map[i] = protection_of(i);
}

/*
 * A table that is given back is in the very state that a new one must be in. So
 * some are kept for the next fork, chained by page->private, instead of being
 * cleared again. They stay page tables in the ledger.
 */
#define TABLES_KEPT 24

struct quicklist {
	struct page *first;
	unsigned int count;
};

static struct quicklist kept_tables[NR_CPUS]; /* empty tables */

static struct page *quicklist_take(struct quicklist *list)
{
	struct page *page = list->first;

	if (page) {
		list->first = (struct page *)page->private;
		list->count--;
	}
	return page;
}

static void quicklist_give(struct quicklist *list, struct page *page)
{
	if (list->count >= TABLES_KEPT) {
		__free_page(page);
		return;
	}
	page->private = (unsigned long)list->first;
	list->first = page;
	list->count++;
}

static unsigned long quicklist_drain(struct quicklist *list)
{
	unsigned long pages = 0;
	struct page *page;

	for (; (page = quicklist_take(list)); pages++)
		__free_page(page);
	return pages;
}

/* A page of empty entries, entered in the ledger; NULL without memory. */
static struct page *alloc_table(void)
{
	struct page *page = quicklist_take(&this_cpu(kept_tables));

	if (likely(page))
		return page;
	return alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_OWNER(OWNER_PGTABLE));
}

/* Takes back a table whose entries are all clear. */
static void free_table(struct page *page)
{
	if (CONFIG_DEBUG && memchr_inv(page_address(page), 0, PAGE_SIZE))
		panic("page table in frame %lx is given back, but not empty", page_to_pfn(page));
	quicklist_give(&this_cpu(kept_tables), page);
}

static void pmd_populate(pmd_t *pmd, struct page *table)
{
	set_pmd(pmd, pfn_pmd(page_to_pfn(table), __pgprot(_PAGE_TABLE)));
}

int __pte_alloc(struct mm_struct *mm, pmd_t *pmd, unsigned long addr)
{
	struct page *table = alloc_table();

	if (!table)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	if (pmd_none(*pmd)) {
		pmd_populate(pmd, table);
		mm->nr_ptes++;
		table = NULL;
	}
	spin_unlock(&mm->page_table_lock);
	/* Another thread was first. */
	if (table)
		free_table(table);
	return 0;
}

int __pte_alloc_kernel(pmd_t *pmd, unsigned long addr)
{
	struct page *table = alloc_table();

	if (!table)
		return -ENOMEM;
	spin_lock(&init_mm.page_table_lock);
	if (pmd_none(*pmd)) {
		pmd_populate(pmd, table);
		table = NULL;
	}
	spin_unlock(&init_mm.page_table_lock);
	if (table)
		free_table(table);
	return 0;
}

#ifdef CONFIG_X86_PAE

static struct kmem_cache *pgd_cache;

static void pgd_cache_init(void)
{
	const size_t size = PTRS_PER_PGD * sizeof(pgd_t);

	/* CR3 wants 32-byte alignment (Intel SDM vol. 3A table 4-7). */
	pgd_cache = kmem_cache_create("pgd", size, size, SLAB_PANIC, NULL);
}

static pgd_t table_pgd(struct page *pmd_table)
{
	return (pgd_t){ page_to_pfn(pmd_table) << PAGE_SHIFT | _PAGE_PRESENT, 0 };
}

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	pgd_t *pgd = kmem_cache_zalloc(pgd_cache, GFP_KERNEL);

	if (pgd)
		pgd[PTRS_PER_PGD - 1] = swapper_pg_dir[PTRS_PER_PGD - 1];
	return pgd;
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	for (unsigned int i = 0; i < USER_PTRS_PER_PGD; i++)
		VM_BUG_ON(!pgd_none(pgd[i]));
	kmem_cache_free(pgd_cache, pgd);
}

int __pmd_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	struct page *table = alloc_table();
	bool installed = false;

	if (!table)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	if (pgd_none(*pgd)) {
		set_pgd(pgd, table_pgd(table));
		mm->nr_ptes++;
		installed = true;
	}
	spin_unlock(&mm->page_table_lock);
	if (installed)
		flush_tlb_pgd(mm);
	else
		free_table(table);
	return 0;
}

/* Unhooks the pmd tables of [start, end), whole top entries, and puts them on the list. */
static void unhook_pmd_tables(struct mm_struct *mm, unsigned long start, unsigned long end,
			      struct list_head *tables)
{
	pgd_t *pgd = pgd_offset(mm, start);

	for (; start < end; start += PGDIR_SIZE, pgd++) {
		if (pgd_none(*pgd))
			continue;
		list_add(&virt_to_page(pgd_page_vaddr(*pgd))->lru, tables);
		set_pgd(pgd, (pgd_t){ 0, 0 });
		mm->nr_ptes--;
	}
}

static unsigned long drain_pgds(void)
{
	return 0;
}

#else

/* Top tables, kernel's half and all: that half never changes. */
static struct quicklist kept_pgds[NR_CPUS];

static void pgd_cache_init(void)
{
}

static unsigned long drain_pgds(void)
{
	return quicklist_drain(&this_cpu(kept_pgds));
}

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	const unsigned int user = USER_PTRS_PER_PGD;
	struct page *table = quicklist_take(&this_cpu(kept_pgds));
	pgd_t *pgd;

	if (table)
		return page_address(table);
	table = alloc_table();
	if (!table)
		return NULL;
	pgd = page_address(table);
	memcpy(pgd + user, swapper_pg_dir + user, (PTRS_PER_PGD - user) * sizeof(pgd_t));
	return pgd;
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	if (CONFIG_DEBUG && memchr_inv(pgd, 0, USER_PTRS_PER_PGD * sizeof(*pgd)))
		panic("top page table %p is given back, but not empty", (void *)pgd);
	quicklist_give(&this_cpu(kept_pgds), virt_to_page(pgd));
}

int __pmd_alloc(struct mm_struct *mm, pgd_t *pgd, unsigned long addr)
{
	return 0;
}

static void unhook_pmd_tables(struct mm_struct *mm, unsigned long start, unsigned long end,
			      struct list_head *tables)
{
}

#endif

static unsigned long shrink_tables(gfp_t gfp)
{
	return drain_pgds() + quicklist_drain(&this_cpu(kept_tables));
}

static struct shrinker table_shrinker = { .shrink = shrink_tables };

void pgtable_cache_init(void)
{
	pgd_cache_init();
	register_shrinker(&table_shrinker);
}

/*
 * The part of [start, end), widened to blocks of @size, whose blocks lie wholly in
 * the hole [floor, ceiling); ceiling 0 is the end of user space. May come out empty.
 */
static bool hole_blocks(unsigned long *start, unsigned long *end, unsigned long floor,
			unsigned long ceiling, unsigned long size)
{
	unsigned long first = *start & ~(size - 1), past = (*end + size - 1) & ~(size - 1);

	if (first < floor)
		first += size;
	if (past > (ceiling ? ceiling : TASK_SIZE))
		past -= size;
	*start = first;
	*end = past;
	return first < past;
}

/* Unhooks the pte tables of [start, end), whole pmds, and puts them on the list. */
static void unhook_pte_tables(struct mm_struct *mm, unsigned long start, unsigned long end,
			      struct list_head *tables)
{
	unsigned long next;
	pgd_t *pgd = pgd_offset(mm, start);

	for (; start < end; start = next, pgd++) {
		next = pgd_addr_end(start, end);
		if (pgd_none(*pgd))
			continue;
		for (pmd_t *pmd = pmd_offset(pgd, start); start < next; start += PMD_SIZE, pmd++) {
			if (pmd_none_or_clear_bad(pmd, start))
				continue;
			list_add(&pmd_page(*pmd)->lru, tables);
			pmd_clear(pmd);
			mm->nr_ptes--;
		}
	}
}

void free_pgtables(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long floor, unsigned long ceiling)
{
	unsigned long pmd_start = start, pmd_end = end;
	struct page *page, *next;
	LIST_HEAD(tables);

	if (!hole_blocks(&start, &end, floor, ceiling, PMD_SIZE))
		return;
	unhook_pte_tables(mm, start, end, &tables);
	if (hole_blocks(&pmd_start, &pmd_end, floor, ceiling, PGDIR_SIZE))
		unhook_pmd_tables(mm, pmd_start, pmd_end, &tables);
	if (list_empty(&tables))
		return;
	/* The processor may walk through a table that it remembers (SDM vol. 3A 4.10.3). */
	flush_tlb_mm(mm);
	list_for_each_entry_safe(page, next, &tables, lru)
		free_table(page);
}

bool pfn_range_mappable(unsigned long pfn, unsigned long count)
{
	unsigned int bits = min_t(unsigned int, PTE_PFN_BITS, boot_cpu.phys_bits - PAGE_SHIFT);

	return (u64)pfn + count <= 1ULL << bits;
}

static pte_t *lookup_in_pgd(pgd_t *pgd, unsigned long addr, enum pg_level *level)
{
	pmd_t *pmd;

	*level = PG_LEVEL_NONE;
	if (!pgd_present(*pgd))
		return NULL;
	pmd = pmd_offset(pgd, addr);
	if (!pmd_present(*pmd))
		return NULL;
	if (pmd_large(*pmd)) {
		*level = PG_LEVEL_LARGE;
		return (pte_t *)pmd;
	}
	*level = PG_LEVEL_4K;
	return pte_offset_kernel(pmd, addr);
}

pte_t *lookup_address(unsigned long addr, enum pg_level *level)
{
	return lookup_in_pgd(pgd_offset_k(addr), addr, level);
}

pte_t *lookup_address_mm(struct mm_struct *mm, unsigned long addr, enum pg_level *level)
{
	return lookup_in_pgd(pgd_offset(mm, addr), addr, level);
}

void pmd_clear_bad(pmd_t *pmd, unsigned long addr)
{
	pr_err("page tables: bad pmd %llx for address %08lx, cleared\n",
	       (unsigned long long)pmd_val(*pmd), addr);
	pmd_clear(pmd);
}
