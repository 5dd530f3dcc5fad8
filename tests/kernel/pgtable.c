/*
 * Page tables: the kernel's half as the processor sees it, the entries' bits
 * there and back, tables made and given back.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/task.h"
#include "kernel/x86/cpu.h"
#include "mm/highmem.h"
#include "mm/layout.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"
#include "mm/vma.h"
#include "tests/kernel/lookup.h"

static bool pte_user(pte_t pte)
{
	return pte.pte_low & _PAGE_USER;
}

static bool pte_exec(pte_t pte)
{
	return !(pgprot_val(pte_pgprot(pte)) & _PAGE_NX);
}

static bool rights_are(const void *addr, bool write, bool exec)
{
	enum pg_level level;
	pte_t *ptep = lookup_address((unsigned long)addr, &level);

	if (!ptep || !pte_present(*ptep) || pte_user(*ptep))
		return false;
	return pte_write(*ptep) == write && (pte_exec(*ptep) == exec || !cpu_has(X86_FEATURE_NX));
}

static bool readable(const void *addr)
{
	u32 word;

	return !probe_kernel_read(&word, addr, sizeof(word));
}

/* Writes back what is there: harmless where it succeeds. */
static bool writable(void *addr)
{
	u32 word;

	return !probe_kernel_read(&word, addr, sizeof(word)) &&
	       !probe_kernel_write(addr, &word, sizeof(word));
}

/* Debug builds take free pages out of lowmem. */
static bool is_unmapped(unsigned long pfn)
{
	return CONFIG_DEBUG && page_owner(pfn_to_page(pfn)) == OWNER_FREE;
}

static void test_rights(void)
{
	static u32 data = 1;
	static u32 bss;

	KTEST(rights_are(_text, false, true), "text: no writing, execution");
	KTEST(rights_are((void *)((unsigned long)_etext - 1), false, true),
	      "the last byte of text likewise");
	KTEST(rights_are(__start_rodata, false, false), "rodata: neither writing nor execution");
	KTEST(rights_are((void *)((unsigned long)__end_rodata - 1), false, false),
	      "the last byte of rodata likewise");
	KTEST(rights_are(&data, true, false), "data: writing, no execution");
	KTEST(rights_are(&bss, true, false), "bss: writing, no execution");
	KTEST(rights_are(__va(0xb8000), true, false), "low 1 MiB: writing, no execution");
	KTEST(rights_are((char *)high_memory - 1, true, false) ||
		      is_unmapped(page_to_pfn(virt_to_page((char *)high_memory - 1))),
	      "the last byte of lowmem: writing");

	KTEST(readable(_text) && !writable(_text), "the processor refuses a write to text");
	KTEST(readable(__start_rodata) && !writable(__start_rodata),
	      "the processor refuses a write to rodata");
	KTEST(writable(&data) && writable(&bss), "data and bss can be written");
}

static void test_holes(void)
{
	KTEST(!readable(NULL) && !readable((void *)(PAGE_SIZE - 4)), "page 0 is not mapped");
	KTEST(!readable((void *)(PAGE_OFFSET - PAGE_SIZE)), "nothing is mapped below PAGE_OFFSET");
	KTEST(!readable(high_memory), "nothing is mapped behind lowmem");
	KTEST(!readable((void *)(VMALLOC_START - 4)), "the hole reaches the vmalloc area");
	KTEST(!readable((void *)VMALLOC_END), "nothing is mapped behind the vmalloc area");
	KTEST(!readable((void *)FIXADDR_TOP), "the last page is not mapped");
	KTEST((unsigned long)high_memory + VMALLOC_OFFSET <= VMALLOC_START,
	      "the hole behind lowmem has 8 MiB at least");
}

static bool lowmem_is_one_to_one(void)
{
	enum pg_level level;

	for (unsigned long pfn = 0; pfn < max_low_pfn; pfn += 64) {
		unsigned long addr = (unsigned long)__va((phys_addr_t)pfn << PAGE_SHIFT);
		pte_t *ptep = lookup_address(addr, &level);

		if (!ptep || pte_present(*ptep) == is_unmapped(pfn))
			return false;
		if (is_unmapped(pfn))
			continue;
		if (level == PG_LEVEL_4K && pte_pfn(*ptep) != pfn)
			return false;
		if (level == PG_LEVEL_LARGE && pte_pfn(*ptep) != (pfn & PMD_MASK >> PAGE_SHIFT))
			return false;
	}
	return true;
}

static bool has_tables(unsigned long start, unsigned long end)
{
	enum pg_level level;

	for (unsigned long n = (end - start) >> PAGE_SHIFT; n--; start += PAGE_SIZE)
		if (!lookup_address(start, &level) || level != PG_LEVEL_4K)
			return false;
	return true;
}

static void test_layout(void)
{
	unsigned long middle = ((unsigned long)high_memory - 1) & PMD_MASK;
	enum pg_level level;
	pte_t *ptep;

	KTEST(lowmem_is_one_to_one(), "lowmem is mapped one to one");
	ptep = lookup_address(middle - PMD_SIZE, &level);
	if (CONFIG_DEBUG)
		ptep = lookup_address((unsigned long)mem_map, &level);
	else if (pmd_large_supported())
		KTEST(level == PG_LEVEL_LARGE, "lowmem behind the kernel is in large pages");
	KTEST(!!(pte_val(*ptep) & _PAGE_GLOBAL) == cpu_has(X86_FEATURE_PGE),
	      "lowmem is global where there is PGE");
	KTEST(has_tables(VMALLOC_START, VMALLOC_END), "the vmalloc area has all its tables");
	KTEST(has_tables(PKMAP_BASE, PKMAP_BASE + LAST_PKMAP * PAGE_SIZE), "PKMAP has its table");
	KTEST(has_tables(FIXADDR_START, FIXADDR_TOP), "the fixmap has its tables");
	lookup_address(0x08048000, &level);
	KTEST(level == PG_LEVEL_NONE, "the kernel's own tables have an empty user half");
}

static void test_entries(void)
{
	const unsigned long pfns[] = { 0, 1, 0x12345, 0xfffff, (1UL << PFN_BITS) - 1 };
	pte_t pte = pfn_pte(1, PAGE_SHARED), old;
	bool ok = true;

	for (unsigned int i = 0; i < 5; i++)
		ok &= pte_pfn(pfn_pte(pfns[i], PAGE_SHARED)) == pfns[i];
	KTEST(ok, "frame numbers survive an entry");
	KTEST(pte_present(pte) && pte_write(pte) && pte_user(pte) && pte_young(pte) &&
		      !pte_dirty(pte),
	      "a fresh shared entry is present, writable, the user's, young and clean");
	KTEST(!pte_write(pte_wrprotect(pte)) && pte_write(pte_mkwrite(pte_wrprotect(pte))),
	      "write protection on and off");
	KTEST(pte_dirty(pte_mkdirty(pte)) && !pte_dirty(pte_mkclean(pte_mkdirty(pte))),
	      "dirty on and off");
	KTEST(!pte_young(pte_mkold(pte)) && pte_young(pte_mkyoung(pte_mkold(pte))),
	      "young on and off");

	old = pte_mkdirty(pfn_pte(0x777, PAGE_SHARED));
	pte = pte_modify(old, PAGE_READONLY);
	KTEST(pte_pfn(pte) == 0x777 && pte_dirty(pte) && !pte_write(pte),
	      "pte_modify keeps frame and dirty, takes the right to write");
	pte = pte_modify(pte, PAGE_NONE);
	KTEST(pte_present(pte) && !(pte_val(pte) & _PAGE_PRESENT),
	      "PROT_NONE: present for us, not for the processor");
	pte = pte_modify(pte, PAGE_SHARED);
	KTEST(pte_same(pte, old), "and back again: the same entry");

	pte = old;
	old = ptep_get_and_clear(&init_mm, 0, &pte);
	KTEST(pte_none(pte) && pte_pfn(old) == 0x777, "ptep_get_and_clear leaves none");
	set_pte(&pte, old);
	KTEST(pte_same(pte, old), "set_pte writes all of it");
	ptep_set_wrprotect(&init_mm, 0, &pte);
	KTEST(pte_same(pte, pte_wrprotect(old)), "ptep_set_wrprotect takes W only");
}

static void test_protections(void)
{
	const unsigned long rw = VM_READ | VM_WRITE;
	pte_t private = pfn_pte(1, vm_get_page_prot(rw)), none = pfn_pte(1, vm_get_page_prot(0));
	pte_t shared = pfn_pte(1, vm_get_page_prot(rw | VM_SHARED));
	pte_t code = pfn_pte(1, vm_get_page_prot(VM_READ | VM_EXEC));

	KTEST(!pte_write(private), "a private writable VMA starts without the right to write");
	KTEST(pte_write(shared), "a shared writable VMA has it");
	KTEST(pte_present(none) && !(pte_val(none) & _PAGE_PRESENT), "no rights at all: PROT_NONE");
	KTEST(pte_exec(code), "VM_EXEC: executable");
	KTEST(pte_exec(shared) == !cpu_has(X86_FEATURE_NX),
	      "without VM_EXEC: NX where there is NX");
}

static bool table_exists(struct mm_struct *mm, unsigned long addr)
{
	enum pg_level level;

	return lookup_address_mm(mm, addr, &level);
}

static void test_tables(void)
{
	static struct mm_struct mm;
	unsigned long before, base = 0x40000000, last;

	shrink_caches(GFP_KERNEL);
	before = nr_owned_pages(OWNER_PGTABLE);
	memset(&mm, 0, sizeof(mm));
	spin_lock_init(&mm.page_table_lock);
	mm.pgd = pgd_alloc(&mm);
	if (!KTEST(mm.pgd, "pgd_alloc gives a top table"))
		return;
	KTEST(!memcmp(pgd_offset(&mm, PAGE_OFFSET), pgd_offset(&init_mm, PAGE_OFFSET),
		      (PTRS_PER_PGD - USER_PTRS_PER_PGD) * sizeof(pgd_t)),
	      "it has the kernel's half");
	last = base + 2 * PMD_SIZE;
	KTEST(pte_alloc(&mm, base) && pte_alloc(&mm, base + PMD_SIZE) && pte_alloc(&mm, last),
	      "three tables are made");
	KTEST(pte_alloc(&mm, base + PAGE_SIZE) && mm.nr_ptes == 3 + (PTRS_PER_PMD > 1),
	      "and counted, once each");
	KTEST(nr_owned_pages(OWNER_PGTABLE) >= before + mm.nr_ptes,
	      "the ledger calls them page tables");

	/* Neighbours below and above still need the first and the last table. */
	free_pgtables(&mm, base + PAGE_SIZE, last + PAGE_SIZE, base + PAGE_SIZE, last + PAGE_SIZE);
	KTEST(table_exists(&mm, base) && !table_exists(&mm, base + PMD_SIZE) &&
		      table_exists(&mm, last),
	      "free_pgtables keeps tables that the neighbours need");
	free_pgtables(&mm, base, last + PAGE_SIZE, 0, 0);
	KTEST(!table_exists(&mm, base) && !table_exists(&mm, last) && !mm.nr_ptes,
	      "and gives all back when there are none");
	KTEST(pte_alloc(&mm, 0) && pte_alloc(&mm, TASK_SIZE - PAGE_SIZE),
	      "tables at both ends of user space");
	free_pgtables(&mm, 0, TASK_SIZE, 0, 0);
	KTEST(!mm.nr_ptes, "are given back too");
	pgd_free(&mm, mm.pgd);
	shrink_caches(GFP_KERNEL);
	KTEST(nr_owned_pages(OWNER_PGTABLE) <= before, "the ledger is as before");
}

static bool tlb_is_owed(void)
{
	const struct tlb_state *tlb = &this_cpu(cpu_tlbstate);

	return CONFIG_DEBUG && tlb->owed_start != tlb->owed_end;
}

static u32 word_at(unsigned long addr)
{
	u32 word;

	return probe_kernel_read(&word, (void *)addr, sizeof(word)) ? 0 : word;
}

/* An address space that is loaded while its entries change. Its pages are the kernel's: SMAP. */
static void change_loaded(struct mm_struct *mm, struct page *a, struct page *b)
{
	const unsigned long addr = 0x40000000, next = addr + PAGE_SIZE;
	pte_t *ptep = pte_alloc(mm, addr);

	if (!KTEST(ptep, "a table in a loaded address space"))
		return;
	set_pte(ptep, mk_pte(a, PAGE_KERNEL));
	set_pte(ptep + 1, mk_pte(b, PAGE_KERNEL));
	KTEST(word_at(addr) == 'a' && word_at(next) == 'b',
	      "the processor finds new entries at once");
	ptep_get_and_clear(mm, addr, ptep);
	KTEST(tlb_is_owed() == CONFIG_DEBUG, "an entry taken out is a flush owed");
	flush_tlb_mm_range(mm, addr, next);
	KTEST(!tlb_is_owed() && !word_at(addr) && word_at(next) == 'b',
	      "flushed: the page is gone");
	set_pte(ptep, mk_pte(b, PAGE_KERNEL));
	KTEST(word_at(addr) == 'b', "another page in its place is seen");

	ptep_set_wrprotect(mm, addr, ptep);
	ptep_set_wrprotect(mm, next, ptep + 1);
	flush_tlb_mm_range(mm, addr, next);
	KTEST(tlb_is_owed() == CONFIG_DEBUG, "half a flush leaves the other half owed");
	flush_tlb_mm_range(mm, next, next + 1);
	KTEST(!tlb_is_owed(), "until that is flushed, too");
	KTEST(!writable((void *)addr) && !writable((void *)next),
	      "the processor refuses writes to write-protected entries");
	pte_clear(mm, addr, ptep);
	pte_clear(mm, next, ptep + 1);
	flush_tlb_mm(mm);
	KTEST(!tlb_is_owed() && !word_at(addr) && !word_at(next), "flush_tlb_mm flushes all");
}

static void test_tlb(void)
{
	static struct mm_struct mm;
	struct mm_struct *active = current->active_mm;
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);

	memset(&mm, 0, sizeof(mm));
	spin_lock_init(&mm.page_table_lock);
	mm.pgd = pgd_alloc(&mm);
	if (!KTEST(a && b && mm.pgd, "memory for the TLB test"))
		return;
	mm.pgd_phys = __pa(mm.pgd);
	*(u32 *)page_address(a) = 'a';
	*(u32 *)page_address(b) = 'b';
	activate_mm(active, &mm);
	KTEST(mm_is_loaded(&mm) && read_cr3() == mm.pgd_phys, "activate_mm loads CR3");
	change_loaded(&mm, a, b);
	activate_mm(&mm, active);
	tlb_owe(&mm, 0x40000000);
	KTEST(!tlb_is_owed(), "an address space that is not loaded owes no flush");
	free_pgtables(&mm, 0, TASK_SIZE, 0, 0);
	pgd_free(&mm, mm.pgd);
	__free_page(a);
	__free_page(b);
}

static void free_full(void *pgd)
{
	pgd_free(NULL, pgd);
}

static void test_full_table(void)
{
	struct mm_struct *mm = CONFIG_DEBUG ? mm_alloc() : NULL;
	pte_t *entry;

	if (!CONFIG_DEBUG || !KTEST(mm, "an address space"))
		return;
	entry = &pgd_offset(mm, 0)->pmd.pte;
	set_pte(entry, mk_pte(virt_to_page(mm), PAGE_KERNEL));
	KTEST_PANICS(free_full, mm->pgd, "is given back, but not empty",
		     "a table that is still in use is not freed");
	pte_clear_entry(entry);
	mmput(mm);
}

KTEST_SUITE(pgtable)
{
	test_rights();
	test_holes();
	test_layout();
	test_entries();
	test_protections();
	test_tables();
	test_tlb();
	test_full_table();
}
