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
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/task.h"
#include "kernel/x86/cpu.h"
#include "mm/fixmap.h"
#include "mm/highmem.h"
#include "mm/layout.h"
#include "mm/memblock.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/slab.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

#define MIB (1UL << 20)

/* The vmalloc area: what vmalloc= may ask for, in bytes. The default leaves 896 MiB of lowmem. */
#define VMALLOC_MIN (16 * MIB)
#define VMALLOC_MAX (768 * MIB)
#define LOWMEM_MIN  (16 * MIB)

struct kernel_mapping {
	const char *name;
	unsigned long start, end; /* virtual; physical is start - PAGE_OFFSET */
	unsigned long prot;       /* TABLES_ONLY: make page tables, map nothing */
};

#define TABLES_ONLY        0
#define NR_KERNEL_MAPPINGS 7

/* What the kernel's half consists of, lowest first, without overlaps. */
static void kernel_map_fill(struct kernel_mapping *map)
{
	const unsigned long text = (unsigned long)_text, etext = (unsigned long)_etext;
	const unsigned long rodata_end = (unsigned long)__end_rodata;
	const struct kernel_mapping kernel_map[NR_KERNEL_MAPPINGS] = {
		{ "low 1 MiB", PAGE_OFFSET, text, __PAGE_KERNEL },
		{ "text", text, etext, __PAGE_KERNEL_EXEC & ~_PAGE_RW },
		{ "rodata", etext, rodata_end, __PAGE_KERNEL & ~_PAGE_RW },
		{ "data, lowmem", rodata_end, (unsigned long)high_memory, __PAGE_KERNEL },
		{ "vmalloc", VMALLOC_START, VMALLOC_END, TABLES_ONLY },
		{ "pkmap", PKMAP_BASE, PKMAP_BASE + PMD_SIZE, TABLES_ONLY },
		{ "fixmap", FIXADDR_START, FIXADDR_TOP, TABLES_ONLY },
	};

	memcpy(map, kernel_map, sizeof(kernel_map));
}

static void *early_table(void)
{
	void *table = memblock_alloc(PAGE_SIZE, PAGE_SIZE);

	if (!table)
		panic("no memory for the kernel's page tables");
	return table;
}

/* The pmd of a kernel address; in the three-level format its table is made with the first call. */
static pmd_t *early_pmd(unsigned long addr)
{
	pgd_t *pgd = pgd_offset_k(addr);

	if (pgd_none(*pgd))
		pgd_populate_kernel(pgd, early_table());
	return pmd_offset(pgd, addr);
}

static pte_t *early_pte(pmd_t *pmd, unsigned long addr)
{
	if (pmd_none(*pmd))
		pmd_populate_kernel(pmd, early_table());
	return pte_offset_kernel(pmd, addr);
}

static bool large_page_fits(unsigned long addr, unsigned long end)
{
	return pmd_large_supported() && !(addr & ~PMD_MASK) && end - addr >= PMD_SIZE;
}

static void map_kernel_range(const struct kernel_mapping *m)
{
	unsigned long addr = m->start, next;
	pgprot_t prot = supported_prot(m->prot);

	for (; addr < m->end; addr = next) {
		unsigned long pfn = (addr - PAGE_OFFSET) >> PAGE_SHIFT;
		pmd_t *pmd = early_pmd(addr);

		next = pmd_addr_end(addr, m->end);
		if (m->prot == TABLES_ONLY) {
			early_pte(pmd, addr);
		} else if (large_page_fits(addr, m->end)) {
			set_pmd(pmd, pfn_pmd(pfn, __pgprot(pgprot_val(prot) | _PAGE_PSE)));
		} else {
			next = addr + PAGE_SIZE;
			set_pte(early_pte(pmd, addr), pfn_pte(pfn, prot));
		}
	}
}

/* Size asked for by NAME=SIZE within [min, max], in whole units of a page table; 0: not asked. */
static unsigned long size_option(const char *name, unsigned long min, unsigned long max)
{
	const char *text = cmdline_get(name);
	u64 size;

	if (!text)
		return 0;
	size = memparse(text, NULL);
	if (size < min || size > max)
		pr_warn("%s=%s: between %lu and %lu MiB\n", name, text, min / MIB, max / MIB);
	size = min_t(u64, max_t(u64, size, min), max);
	return ALIGN((unsigned long)size, 4 * MIB);
}

/* Where lowmem and vmalloc area lie, and which RAM is used. */
static void decide_sizes(void)
{
	u64 end = memblock_end_of_DRAM();
	unsigned long vmalloc_size, lowmem, lowmem_max;

	vmalloc_size = size_option("vmalloc", VMALLOC_MIN, VMALLOC_MAX);
	if (vmalloc_size)
		vmalloc_start = PKMAP_BASE - vmalloc_size;
	lowmem_max = VMALLOC_START - VMALLOC_OFFSET - PAGE_OFFSET;
	lowmem = size_option("lowmem", LOWMEM_MIN, lowmem_max);
	if (!lowmem)
		lowmem = lowmem_max;

	max_pfn = min_t(u64, end >> PAGE_SHIFT, 1UL << PFN_BITS);
	max_low_pfn = min(max_pfn, lowmem >> PAGE_SHIFT);
	high_memory = (void *)(PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT));
	if ((end >> PAGE_SHIFT) > max_pfn) {
		pr_warn("RAM from %lu MiB to %lu MiB is not used: these page tables reach %u GiB, those of the PAE build 64\n",
			max_pfn >> 8, (unsigned long)(end >> 20), 1U << (PFN_BITS - 18));
		memblock_enforce_limit((u64)max_pfn << PAGE_SHIFT);
	}
}

static void load_kernel_tables(void)
{
	init_mm.pgd = swapper_pg_dir;
	init_mm.pgd_phys = __pa(swapper_pg_dir);
	current->active_mm = &init_mm;
	write_cr3(init_mm.pgd_phys);
	flush_tlb_all();
}

static bool frame_answers(unsigned long pfn)
{
	const unsigned long address = fix_to_virt(FIX_APIC_BASE);
	bool answers;
	u8 byte;

	set_fixmap(FIX_APIC_BASE, (phys_addr_t)pfn << PAGE_SHIFT, __pgprot(__PAGE_KERNEL));
	answers = !probe_kernel_read(&byte, (const void *)address, 1);
	clear_fixmap(FIX_APIC_BASE);
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
	struct kernel_mapping map[NR_KERNEL_MAPPINGS];

	pgprot_init();
	decide_sizes();
	/* Page tables must be lowmem, of which the boot page tables may show more than there is. */
	memblock_set_current_limit(min(memblock.current_limit, (u64)max_low_pfn << PAGE_SHIFT));
	kernel_map_fill(map);
	for (unsigned int i = 0; i < ARRAY_SIZE(map); i++)
		map_kernel_range(&map[i]);
	load_kernel_tables();
	check_address_lines();
	memblock_set_current_limit((u64)max_low_pfn << PAGE_SHIFT);
	pr_info("%lluMB HIGHMEM available.\n",
		memblock_ram_between((u64)max_low_pfn << PAGE_SHIFT, MEMBLOCK_MAX_ADDRESS) >> 20);
	pr_info("%lluMB LOWMEM available.\n",
		memblock_ram_between(0, (u64)max_low_pfn << PAGE_SHIFT) >> 20);
	print_virtual_layout();
}

void mem_init(void)
{
	page_alloc_init();
	kmem_cache_init();
	pgtable_cache_init();
	kmap_init();
	vmalloc_init();
}
