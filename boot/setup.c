/*
 * Which memory there is. Everything the firmware says is taken with a grain of salt: where two ranges contradict each
 * other, memory that is not for use wins.
 */
#include "boot/setup.h"

#include "boot/early_map.h"
#include "boot/multiboot.h"
#include "kernel/lib/printk.h"
#include "mm/memblock.h"
#include "mm/page.h"

extern char _text[], _end[];

/* Video memory, option ROMs, BIOS: never RAM, whatever the map says. */
#define BIOS_BEGIN 0xa0000UL
#define BIOS_END   0x100000UL

/* Real-mode segment of the extended BIOS data area, in the BIOS data area (IBM PS/2 BIOS interface reference). */
#define BDA_EBDA_SEGMENT 0x40eUL
#define EBDA_LOWEST      0x80000UL

/* Of mem=: what is left to work with beside what the loader brought, and what an entry of a page table can name. */
#define MEM_MIN 0x400000U
#define MEM_MAX (1ULL << 36)

/* Room that is kept below the kernel's mapping for early_map.h's window. */
#define EARLY_LIMIT (BOOT_MAP_SIZE - PAGE_SIZE)

static void print_map(void)
{
	static const char *const names[] = { NULL,        "usable",   "reserved",
					     "ACPI data", "ACPI NVS", "unusable" };
	const struct boot_range *r;

	pr_info("Memory map from the firmware:\n");
	for (r = boot_info.ranges; r < boot_info.ranges + boot_info.nr_ranges; r++)
		pr_info("  [0x%016llx-0x%016llx] %s\n", r->base, r->base + r->size - 1,
			r->type && r->type < ARRAY_SIZE(names) ? names[r->type] : names[2]);
}

/* Usable ranges lose their broken first and last pages, others grow to whole pages. */
static void add_ranges(void)
{
	const struct boot_range *r, *end = boot_info.ranges + boot_info.nr_ranges;

	for (r = boot_info.ranges; r < end; r++) {
		if (r->type == BOOT_RANGE_RAM)
			memblock_add(r->base, r->size);
	}
	for (r = boot_info.ranges; r < end; r++) {
		if (r->type != BOOT_RANGE_RAM)
			memblock_remove(r->base, r->size);
	}
}

static void reserve_firmware(void)
{
	unsigned long ebda = (unsigned long)*(volatile u16 *)(PAGE_OFFSET + BDA_EBDA_SEGMENT) << 4;

	if (ebda < EBDA_LOWEST || ebda > BIOS_BEGIN)
		ebda = BIOS_BEGIN;
	memblock_reserve(0, PAGE_SIZE);
	memblock_reserve(ebda, BIOS_END - ebda);
}

void setup_memory(void)
{
	u32 lowest = (unsigned long)_end - PAGE_OFFSET;
	const struct boot_module *m;

	print_map();
	add_ranges();
	reserve_firmware();
	memblock_reserve((unsigned long)_text - PAGE_OFFSET, _end - _text);
	for (m = boot_info.modules; m < boot_info.modules + boot_info.nr_modules; m++) {
		pr_info("Module: [%#010x-%#010x] %s\n", m->start, m->end - 1, m->cmdline);
		memblock_reserve(m->start, m->end - m->start);
		lowest = max(lowest, m->end);
	}
	memblock_enforce_limit(cmdline_number("mem", ALIGN(lowest + MEM_MIN, 1u << 20), MEM_MAX,
					      MEMBLOCK_MAX_ADDRESS));
	memblock.current_limit = EARLY_LIMIT;
}

void free_boot_tables(void)
{
	memblock_free((unsigned long)boot_tables - PAGE_OFFSET, boot_tables_end - boot_tables);
}
