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
	const char *limit = cmdline_get("mem");
	const struct boot_module *m;

	print_map();
	add_ranges();
	if (limit && memparse(limit, NULL))
		memblock_enforce_limit(memparse(limit, NULL));
	reserve_firmware();
	memblock_reserve((unsigned long)_text - PAGE_OFFSET, _end - _text);
	for (m = boot_info.modules; m < boot_info.modules + boot_info.nr_modules; m++) {
		pr_info("Module: [%#010x-%#010x] %s\n", m->start, m->end - 1, m->cmdline);
		memblock_reserve(m->start, m->end - m->start);
	}
	memblock.current_limit = EARLY_LIMIT;
}

void free_boot_tables(void)
{
	memblock_free((unsigned long)boot_tables - PAGE_OFFSET, boot_tables_end - boot_tables);
}
