/*
 * The kernel's own address space. kernel_map[] says what is mapped with which
 * rights; one loop builds it, with large pages wherever a whole one has the same
 * rights; after this the kernel's half never changes but in the vmalloc, PKMAP
 * and fixmap areas, whose page tables are all made here. So every address space
 * can hold the kernel's half as it is now, and none has to follow later changes.
 */
#include "mm/init.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "mm/highmem.h"
#include "mm/memblock.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

#define MIB (1UL << 20)

/* What vmalloc= and lowmem= may ask for, in bytes. The default leaves 896 MiB of lowmem. */
#define VMALLOC_MIN (16 * MIB)
#define VMALLOC_MAX (768 * MIB)
#define LOWMEM_MIN  (16 * MIB)

struct kernel_mapping {
	const char *name;
	unsigned long start, end; /* virtual; physical is start - PAGE_OFFSET */
	unsigned long prot;       /* TABLES_ONLY: make page tables, map nothing */
};

#define TABLES_ONLY 0

/* Points an entry that is empty to a fresh table. */
static void early_table(pte_t *entry, unsigned long bits)
{
	void *table;

	if (!pte_none(*entry))
		return;
	table = memblock_alloc(PAGE_SIZE, PAGE_SIZE);
	if (!table)
		panic("no memory for the kernel's page tables");
	set_pte(entry, pfn_pte(__pa(table) >> PAGE_SHIFT, __pgprot(bits)));
}

static bool large_page_fits(unsigned long addr, unsigned long end)
{
	return pmd_large_supported() && !(addr & ~PMD_MASK) && end - addr >= PMD_SIZE;
}

static void map_kernel_range(const struct kernel_mapping *m)
{
	const unsigned long prot = m->prot & __supported_pte_mask;
	unsigned long addr = m->start, next;

	for (; addr < m->end; addr = next) {
		unsigned long pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;
		pgd_t *pgd = pgd_offset(&init_mm, addr);
		pmd_t *pmd;

		if (PTRS_PER_PMD > 1)
			early_table(&pgd->pmd.pte, _PAGE_PGD);
		pmd = pmd_offset(pgd, addr);
		next = pmd_addr_end(addr, m->end);
		if (prot && large_page_fits(addr, m->end)) {
			set_pte(&pmd->pte, pfn_pte(pfn, __pgprot(prot | _PAGE_PSE)));
			continue;
		}
		early_table(&pmd->pte, _PAGE_TABLE);
		if (prot) {
			next = addr + PAGE_SIZE;
			set_pte(pte_offset_map(pmd, addr), pfn_pte(pfn, __pgprot(prot)));
		}
	}
}

/* For debug builds, which map and unmap single pages of lowmem (kernel_map_pages). Once there is all of it to take
 * the tables from: a large initramfs can leave little of what boot/entry.S mapped. */
static void split_large_pages(void)
{
	const unsigned long end = (unsigned long)high_memory;
	unsigned long addr, i;

	for (addr = PAGE_OFFSET; addr < end; addr = pmd_addr_end(addr, end)) {
		pmd_t *pmd = pmd_offset(pgd_offset(&init_mm, addr), addr), small = { { 0 } };
		unsigned long prot = pgprot_val(pte_pgprot(pmd->pte)) & ~_PAGE_PSE;

		if (!pmd_large(*pmd))
			continue;
		early_table(&small.pte, _PAGE_TABLE);
		for (i = 0; i < PTRS_PER_PTE; i++)
			set_pte(pte_offset_map(&small, addr + i * PAGE_SIZE),
				pfn_pte(pte_pfn(pmd->pte) + i, __pgprot(prot)));
		set_pte(&pmd->pte, small.pte);
	}
	flush_tlb_all();
}

/* What the kernel's half consists of, lowest first, without overlaps. */
static void map_kernel(void)
{
	const unsigned long text = (unsigned long)_text, etext = (unsigned long)_etext;
	const unsigned long rodata_end = (unsigned long)__end_rodata;
	const struct kernel_mapping kernel_map[] = {
		{ "low 1 MiB", PAGE_OFFSET, text, __PAGE_KERNEL },
		{ "text", text, etext, __PAGE_KERNEL_EXEC & ~_PAGE_RW },
		{ "rodata", etext, rodata_end, __PAGE_KERNEL & ~_PAGE_RW },
		{ "data, lowmem", rodata_end, (unsigned long)high_memory, __PAGE_KERNEL },
		{ "vmalloc", VMALLOC_START, VMALLOC_END, TABLES_ONLY },
		{ "pkmap", PKMAP_BASE, PKMAP_BASE + PMD_SIZE, TABLES_ONLY },
		{ "fixmap", FIXADDR_START, FIXADDR_TOP, TABLES_ONLY },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(kernel_map); i++)
		map_kernel_range(&kernel_map[i]);
}

/* Where lowmem and vmalloc area lie, and which RAM is used. */
static void decide_sizes(void)
{
	unsigned long end_pfn = memblock_end_of_DRAM() >> PAGE_SHIFT, lowmem;

	/* Both end with whole page tables. */
	vmalloc_start = PKMAP_BASE -
			ALIGN((unsigned long)cmdline_number("vmalloc", VMALLOC_MIN, VMALLOC_MAX,
							    PKMAP_BASE - vmalloc_start),
			      4 * MIB);
	lowmem = VMALLOC_START - VMALLOC_OFFSET - PAGE_OFFSET;
	lowmem =
		ALIGN((unsigned long)cmdline_number("lowmem", LOWMEM_MIN, lowmem, lowmem), 4 * MIB);
	max_pfn = min(end_pfn, 1UL << PFN_BITS);
	max_low_pfn = min(max_pfn, lowmem >> PAGE_SHIFT);
	high_memory = __va((phys_addr_t)max_low_pfn << PAGE_SHIFT);
	if (end_pfn > max_pfn) {
		pr_warn("RAM from %lu MiB to %lu MiB is not used: these page tables reach %u GiB, those of the PAE build 64\n",
			max_pfn >> 8, end_pfn >> 8, 1U << (PFN_BITS - 18));
		memblock_enforce_limit((u64)max_pfn << PAGE_SHIFT);
	}
	/* Page tables must be lowmem, of which the boot page tables may show more than there is. */
	memblock.current_limit = min(memblock.current_limit, (u64)max_low_pfn << PAGE_SHIFT);
}

static bool frame_answers(unsigned long pfn)
{
	unsigned char *window = kmap_atomic_pfn(pfn), byte;
	bool answers = !probe_kernel_read(&byte, window, 1);

	kunmap_atomic(window);
	return answers;
}

/*
 * A processor with PAE has 36 address lines unless it says otherwise (Intel SDM vol. 3A 4.1.4). QEMU's
 * plain ones have 32 and do not say so: they find reserved bits in the entry of a frame above 4 GiB.
 */
static void check_address_lines(void)
{
	const u64 limit = 1ULL << 32;

	if (max_pfn <= limit >> PAGE_SHIFT || frame_answers(max_pfn - 1))
		return;
	pr_warn("RAM above 4096 MiB is not used: this processor does not reach it (QEMU: try -cpu max)\n");
	memblock_enforce_limit(limit);
	max_pfn = memblock_end_of_DRAM() >> PAGE_SHIFT;
}

void paging_init(void)
{
	init_mm.pgd = swapper_pg_dir;
	init_mm.pgd_phys = __pa(swapper_pg_dir);
	pgprot_init();
	decide_sizes();
	map_kernel();
	write_cr3(init_mm.pgd_phys);
	flush_tlb_all();
	kmap_init();
	check_address_lines();
	memblock.current_limit = (u64)max_low_pfn << PAGE_SHIFT;
	if (CONFIG_DEBUG)
		split_large_pages();
	print_virtual_layout();
}

void mem_init(void)
{
	page_alloc_init();
	kmem_cache_init();
	pgtable_cache_init();
	vmalloc_init();
	empty_zero_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	BUG_ON(!empty_zero_page);
}
