/*
 * What is done to page tables as a whole: making, sharing the kernel's half,
 * taking apart, looking up.
 */
#include "mm/pgtable.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"
#include "mm/zone.h"

pgd_t swapper_pg_dir[PTRS_PER_PGD] __aligned(PAGE_SIZE);

unsigned long __supported_pte_mask = ~(_PAGE_NX | _PAGE_GLOBAL);
unsigned long pgprot_wc_bits = _PAGE_PCD;
pgprot_t protection_map[16];

/*
 * i386 has no write-only and no execute-only pages. A private writable page is
 * entered read-only: the first write makes the copy.
 */
static pgprot_t protection_of(unsigned long vm_flags)
{
	bool exec = vm_flags & VM_EXEC;

	if (!(vm_flags & ~VM_SHARED))
		return PAGE_NONE;
	if ((vm_flags & VM_WRITE) && (vm_flags & VM_SHARED))
		return exec ? PAGE_SHARED_EXEC : PAGE_SHARED;
	return exec ? PAGE_READONLY_EXEC : PAGE_READONLY;
}

void pgprot_init(void)
{
	__supported_pte_mask = ~0UL;
	if (!cpu_has(X86_FEATURE_NX))
		__supported_pte_mask &= ~_PAGE_NX;
	if (!cpu_has(X86_FEATURE_PGE))
		__supported_pte_mask &= ~_PAGE_GLOBAL;
	if (cpu_has(X86_FEATURE_PAT))
		pgprot_wc_bits = _PAGE_PWT;
	for (unsigned int i = 0; i < ARRAY_SIZE(protection_map); i++)
		protection_map[i] = protection_of(i);
}

/* ---- tables kept for the next fork ------------------------------------------------------------- */

/*
 * A table that is given back is in the very state that a new one must be in:
 * empty, or, of top tables, empty in the user half. So some are kept, chained by
 * page->private, instead of being cleared again. They stay page tables in the ledger.
 */
#define TABLES_KEPT 24

struct quicklist {
	struct page *first;
	unsigned int count;
};

static struct quicklist kept_tables[NR_CPUS], kept_pgds[NR_CPUS];

static struct page *quicklist_take(struct quicklist *list)
{
	struct page *page = list->first;

	if (page) {
		list->first = (struct page *)page->private;
		list->count--;
	}
	return page;
}

static void quicklist_give(struct quicklist *list, struct page *page, size_t empty)
{
	if (CONFIG_DEBUG && memchr_inv(page_address(page), 0, empty))
		panic("page table in frame %lx is given back, but not empty", page_to_pfn(page));
	if (list->count >= TABLES_KEPT) {
		__free_page(page);
		return;
	}
	page->private = (unsigned long)list->first;
	list->first = page;
	list->count++;
}

static unsigned long shrink_tables(gfp_t gfp)
{
	unsigned long pages = 0;
	struct page *page;

	while ((page = quicklist_take(&this_cpu(kept_tables))
			       ?: quicklist_take(&this_cpu(kept_pgds)))) {
		__free_page(page);
		pages++;
	}
	return pages;
}

static struct shrinker table_shrinker = { .shrink = shrink_tables };

void pgtable_cache_init(void)
{
	register_shrinker(&table_shrinker);
}

static struct page *alloc_table(void)
{
	struct page *page = quicklist_take(&this_cpu(kept_tables));

	if (likely(page))
		return page;
	return alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_OWNER(OWNER_PGTABLE));
}

static void free_table(struct page *page)
{
	quicklist_give(&this_cpu(kept_tables), page, PAGE_SIZE);
}

/* ---- making ------------------------------------------------------------------------------------ */

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	const unsigned int user = USER_PTRS_PER_PGD;
	struct page *page = quicklist_take(&this_cpu(kept_pgds));
	pgd_t *pgd;

	if (likely(page))
		return page_address(page);
	page = alloc_table();
	if (!page)
		return NULL;
	pgd = page_address(page);
	memcpy(pgd + user, swapper_pg_dir + user, (PTRS_PER_PGD - user) * sizeof(pgd_t));
	return pgd;
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	quicklist_give(&this_cpu(kept_pgds), virt_to_page(pgd), USER_PTRS_PER_PGD * sizeof(pgd_t));
}

/* Hangs a new table into an entry, unless another thread was first. 0 or -ENOMEM. */
static int make_table(struct mm_struct *mm, pte_t *entry, unsigned long bits)
{
	struct page *table = alloc_table();
	bool ours;

	if (!table)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	ours = pte_none(*entry);
	if (ours) {
		set_pte(entry, mk_pte(table, __pgprot(bits)));
		mm->nr_ptes++;
	}
	spin_unlock(&mm->page_table_lock);
	if (!ours)
		free_table(table);
	return 0;
}

int __pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	return make_table(mm, &pmd->pte, _PAGE_TABLE);
}

int __pmd_alloc(struct mm_struct *mm, pgd_t *pgd)
{
	int err = make_table(mm, &pgd->pmd.pte, _PAGE_PGD);

	/* The processor reads top entries only when CR3 is loaded. */
	flush_tlb_mm(mm);
	return err;
}

/* ---- taking apart ------------------------------------------------------------------------------ */

/*
 * The part of [start, end), widened to blocks of @size, whose blocks lie wholly in
 * the hole [floor, ceiling); ceiling 0 is the end of user space. May come out empty.
 */
static bool hole_blocks(unsigned long *start, unsigned long *end, unsigned long floor,
			unsigned long ceiling, unsigned long size)
{
	*start &= ~(size - 1);
	*end = ALIGN(*end, size);
	if (*start < floor)
		*start += size;
	if (*end > (ceiling ? ceiling : TASK_SIZE))
		*end -= size;
	return *start < *end;
}

/* Takes a table out of its entry, if there is one, and puts it on the list. */
static void unhang_table(struct mm_struct *mm, pte_t *entry, struct list_head *tables)
{
	if (!entry->pte_low)
		return;
	list_add(&virt_to_page(table_of(*entry))->lru, tables);
	pte_clear_entry(entry);
	mm->nr_ptes--;
}

static void unhang_pte_tables(struct mm_struct *mm, unsigned long start, unsigned long end,
			      struct list_head *tables)
{
	while (start < end) {
		pgd_t *pgd = pgd_offset(mm, start);
		unsigned long next = min((start & ~(PGDIR_SIZE - 1)) + PGDIR_SIZE, end);

		if (!pgd_none(*pgd)) {
			pmd_t *pmd = pmd_offset(pgd, start);

			for (; start < next; start += PMD_SIZE)
				unhang_table(mm, &pmd++->pte, tables);
		}
		start = next;
	}
}

void free_pgtables(struct mm_struct *mm, unsigned long start, unsigned long end,
		   unsigned long floor, unsigned long ceiling)
{
	unsigned long first = start, past = end;
	struct page *page, *next;
	LIST_HEAD(tables);

	if (!hole_blocks(&first, &past, floor, ceiling, PMD_SIZE))
		return;
	unhang_pte_tables(mm, first, past, &tables);
	if (PTRS_PER_PMD > 1 && hole_blocks(&start, &end, floor, ceiling, PGDIR_SIZE))
		for (; start < end; start += PGDIR_SIZE)
			unhang_table(mm, &pgd_offset(mm, start)->pmd.pte, &tables);
	if (list_empty(&tables))
		return;
	/* The processor may walk through a table that it remembers (SDM vol. 3A 4.10.3). */
	flush_tlb_mm(mm);
	list_for_each_entry_safe(page, next, &tables, lru)
		free_table(page);
}

/* ---- lowmem, in debug builds ------------------------------------------------------------------- */

void kernel_map_pages(struct page *page, unsigned int count, bool enable)
{
	unsigned long addr = (unsigned long)page_address(page), end = addr + count * PAGE_SIZE;

	for (; addr < end; addr += PAGE_SIZE)
		set_pte(kernel_pte(addr),
			enable ? mk_pte(virt_to_page((void *)addr), PAGE_KERNEL) : (pte_t){ 0 });
	if (!enable)
		flush_tlb_kernel_range(end - count * PAGE_SIZE, end);
}

/* ---- looking ----------------------------------------------------------------------------------- */

bool pfn_range_mappable(unsigned long pfn, unsigned long count)
{
	unsigned int bits = min_t(unsigned int, PTE_PFN_BITS, boot_cpu.phys_bits - PAGE_SHIFT);

	return (u64)pfn + count <= 1ULL << bits;
}
