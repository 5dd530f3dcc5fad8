#include "kernel/fs/procfs.h"
#include "kernel/task/rusage.h"
#include "mm/audit.h"
#include "mm/faulttrace.h"
#include "mm/filemap.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "mm/zone.h"

/* ---- meminfo ----------------------------------------------------------------------------------- */

static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

/* Pages of the cache that some page table maps. */
static unsigned long mapped_cache_pages(void)
{
	unsigned long pfn, pages = 0;

	for (pfn = 0; pfn < max_pfn; pfn++) {
		const struct page *page = pfn_to_page(pfn);

		if (page_owner(page) == OWNER_CACHE && page_mapped(page))
			pages++;
	}
	return pages;
}

/* What could be allocated without disturbing anybody: nothing is reclaimed, so only what is free above
 * the low watermarks. */
static unsigned long available_pages(void)
{
	unsigned long free = nr_free_pages(), kept = 0;
	struct zone *zone;

	for_each_zone(zone)
		if (zone->managed_pages)
			kept += zone->pages_low;
	return free > kept ? free - kept : 0;
}

static int meminfo_show(struct seq_file *m, void *data)
{
	unsigned long total = nr_total_pages(), free = nr_free_pages();
	unsigned long high = zones[ZONE_HIGHMEM].managed_pages;
	unsigned long high_free = zone_free_pages(&zones[ZONE_HIGHMEM]);
	unsigned long used, hole;

	vmalloc_usage(&used, &hole);
	const struct seq_figure lines[] = {
		{ "MemTotal:", kib(total) },
		{ "MemFree:", kib(free) },
		{ "MemAvailable:", kib(available_pages()) },
		{ "Buffers:", 0 },
		{ "Cached:", kib(nr_owned_pages(OWNER_CACHE)) },
		{ "SwapCached:", 0 },
		{ "Active:", kib(nr_owned_pages(OWNER_CACHE) + nr_owned_pages(OWNER_ANON)) },
		{ "Inactive:", 0 },
		{ "HighTotal:", kib(high) },
		{ "HighFree:", kib(high_free) },
		{ "LowTotal:", kib(total - high) },
		{ "LowFree:", kib(free - high_free) },
		{ "SwapTotal:", 0 },
		{ "SwapFree:", 0 },
		{ "Dirty:", 0 },
		{ "Writeback:", 0 },
		{ "AnonPages:", kib(nr_owned_pages(OWNER_ANON)) },
		{ "Mapped:", kib(mapped_cache_pages()) },
		{ "Shmem:", kib(nr_shmem_pages()) },
		{ "Slab:", kib(nr_owned_pages(OWNER_SLAB)) },
		{ "SReclaimable:", 0 },
		{ "SUnreclaim:", kib(nr_owned_pages(OWNER_SLAB)) },
		{ "KernelStack:", kib(nr_owned_pages(OWNER_STACK)) },
		{ "PageTables:", kib(nr_owned_pages(OWNER_PGTABLE)) },
		{ "CommitLimit:", kib(vm_commit_limit()) },
		{ "Committed_AS:", kib(atomic_read(&vm_committed_as)) },
		{ "VmallocTotal:", (VMALLOC_END - VMALLOC_START) >> 10 },
		{ "VmallocUsed:", used >> 10 },
		{ "VmallocChunk:", hole >> 10 },
	};

	seq_figures(m, "%-15s %8lu kB\n", lines, ARRAY_SIZE(lines));
	return 0;
}

static int vmstat_show(struct seq_file *m, void *data)
{
	struct task_usage use;

	all_usage(&use);
	const struct seq_figure lines[] = {
		{ "nr_free_pages", nr_free_pages() },
		{ "nr_anon_pages", nr_owned_pages(OWNER_ANON) },
		{ "nr_mapped", mapped_cache_pages() },
		{ "nr_file_pages", nr_owned_pages(OWNER_CACHE) },
		{ "nr_shmem", nr_shmem_pages() },
		{ "nr_page_table_pages", nr_owned_pages(OWNER_PGTABLE) },
		{ "nr_kernel_stack", kib(nr_owned_pages(OWNER_STACK)) },
		{ "pgpgin", 0 },
		{ "pgpgout", 0 },
		{ "pswpin", 0 },
		{ "pswpout", 0 },
		{ "pgfault", use.min_flt + use.maj_flt },
		{ "pgmajfault", use.maj_flt },
	};

	seq_figures(m, "%s %lu\n", lines, ARRAY_SIZE(lines));
	return 0;
}

/* ---- buddyinfo, zoneinfo ----------------------------------------------------------------------- */

static int buddyinfo_show(struct seq_file *m, void *data)
{
	struct zone *zone;
	unsigned int order;

	for_each_zone(zone) {
		if (!zone->managed_pages)
			continue;
		seq_printf(m, "Node 0, zone %8s ", zone->name);
		for (order = 0; order < MAX_ORDER; order++)
			seq_printf(m, "%6lu ", zone->buddy.free_area[order].nr_free);
		seq_putc(m, '\n');
	}
	return 0;
}

static void show_zone_pages(struct seq_file *m, const struct zone *zone)
{
	seq_printf(m, "Node 0, zone %8s", zone->name);
	seq_printf(m, "\n  pages free     %lu", zone_free_pages(zone));
	seq_printf(m, "\n        min      %lu", zone->pages_min);
	seq_printf(m, "\n        low      %lu", zone->pages_low);
	seq_printf(m, "\n        high     %lu", zone->pages_high);
	seq_printf(m, "\n        spanned  %lu", zone->spanned_pages);
	seq_printf(m, "\n        present  %lu", zone->present_pages);
	seq_printf(m, "\n        managed  %lu", zone->managed_pages);
}

static int zoneinfo_show(struct seq_file *m, void *data)
{
	struct zone *zone;
	unsigned int i, cpu;

	for_each_zone(zone) {
		show_zone_pages(m, zone);
		seq_printf(m, "\n        protection: (%lu", zone->lowmem_reserve[0]);
		for (i = 1; i < MAX_NR_ZONES; i++)
			seq_printf(m, ", %lu", zone->lowmem_reserve[i]);
		seq_puts(m, ")\n  pagesets");
		for (cpu = 0; cpu < NR_CPUS; cpu++)
			seq_printf(m,
				   "\n    cpu: %u\n              count: %u"
				   "\n              high:  %u\n              batch: %u",
				   cpu, zone->pcp[cpu].count, zone->pcp[cpu].high,
				   zone->pcp[cpu].batch);
		seq_printf(m, "\n  start_pfn:           %lu\n", zone->zone_start_pfn);
	}
	return 0;
}

/* ---- slabinfo ---------------------------------------------------------------------------------- */

static int slabinfo_show(struct seq_file *m, void *data)
{
	struct slab_info s;
	unsigned int n;

	seq_puts(m,
		 "slabinfo - version: 2.1\n"
		 "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
		 " : tunables <limit> <batchcount> <sharedfactor>"
		 " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	for (n = 0; slab_get_info(n, &s); n++)
		seq_printf(m,
			   "%-17s %6lu %6lu %6u %4u %4u : tunables %4u %4u %4u"
			   " : slabdata %6lu %6lu %6lu\n",
			   s.name, s.active_objs, s.num_objs, s.objsize, s.objperslab,
			   s.pagesperslab, s.limit, s.limit / 2, 0U, s.active_slabs, s.num_slabs,
			   0UL);
	return 0;
}

/* ---- vmallocinfo ------------------------------------------------------------------------------- */

static void show_area(const struct vm_struct *area, void *arg)
{
	struct seq_file *m = arg;

	seq_printf(m, "0x%08lx-0x%08lx %7lu", area->addr, area->addr + area->size, area->size);
	if (area->caller)
		seq_printf(m, " %pS", area->caller);
	if (area->nr_pages)
		seq_printf(m, " pages=%u", area->nr_pages);
	if (area->flags & VM_IOREMAP)
		seq_printf(m, " phys=0x%08llx ioremap", (u64)area->phys_addr);
	if (area->flags & VM_ALLOC)
		seq_puts(m, " vmalloc");
	if (area->flags & VM_MAP)
		seq_puts(m, " vmap");
	if (area->flags & VM_KSTACK)
		seq_puts(m, " stack");
	seq_putc(m, '\n');
}

static int vmallocinfo_show(struct seq_file *m, void *data)
{
	vmalloc_for_each(show_area, m);
	return 0;
}

/* ---- faults ------------------------------------------------------------------------------------ */

/* One line a fault, fields apart by blanks; user/faults.c makes sentences of them. */
static int faults_show(struct seq_file *m, void *data)
{
	struct fault_record r = { .number = 0 };

	while (fault_trace_get(r.number + 1, &r) && !seq_overflow(m))
		seq_printf(m, "%lu %d %s %lx %lx %d %d %lx %lx %lx %lx %lx %lx %u %s\n", r.number,
			   r.pid, r.comm, r.address, r.error_code, r.verdict, r.outcome, r.vm_start,
			   r.vm_end, r.vm_flags, r.pgoff, r.old_pfn, r.pfn, r.cycles, r.name);
	return 0;
}

/* ---- mm_owners --------------------------------------------------------------------------------- */

/* A letter for each frame, 64 to a line: who owns it. Nothing is locked: a picture, not a proof (mm_audit). */
static int mm_owners_show(struct seq_file *m, void *data)
{
	static const char letters[NR_PAGE_OWNERS + 1] = ".RKSPACVTD";
	unsigned long pfn;
	int i;

	for (i = 0; i < NR_PAGE_OWNERS; i++)
		seq_printf(m, "%c %s\n", letters[i], page_owner_name(i));
	for (pfn = 0; pfn < max_pfn && !seq_overflow(m); pfn++) {
		if (pfn % 64 == 0)
			seq_printf(m, "%s%08lx ", pfn ? "\n" : "", pfn);
		seq_putc(m, letters[page_owner(pfn_to_page(pfn))]);
	}
	seq_putc(m, '\n');
	return 0;
}

/* ---- mm_audit ---------------------------------------------------------------------------------- */

/* The ledger: pages by owner, and whether counting them again gives the same. Disagreements are
 * explained in the kernel's log. */
static int mm_audit_show(struct seq_file *m, void *data)
{
	enum page_owner owner;
	int errors = mm_audit();

	for (owner = 0; owner < NR_PAGE_OWNERS; owner++)
		seq_printf(m, "%-9s %9lu\n", page_owner_name(owner), nr_owned_pages(owner));
	seq_printf(m, "frames    %9lu\npromised  %9d\nerrors    %9d\n", max_pfn,
		   atomic_read(&vm_committed_as), errors);
	return 0;
}

PROC_ENTRIES(mm_entries) = {
	{ .name = "meminfo", .show = meminfo_show },
	{ .name = "vmstat", .show = vmstat_show },
	{ .name = "buddyinfo", .show = buddyinfo_show },
	{ .name = "zoneinfo", .show = zoneinfo_show },
	{ .name = "slabinfo", .show = slabinfo_show },
	{ .name = "vmallocinfo", .show = vmallocinfo_show },
	{ .name = "faults", .show = faults_show },
	{ .name = "mm_owners", .show = mm_owners_show },
	{ .name = "mm_audit", .show = mm_audit_show },
};
