/*
 * /proc/PID/pagetables: the page tables themselves, as runs of entries with the same rights. What maps says a
 * process may do, this says it can do without a fault.
 *
 *   0804f000-08051000 rw-      2 pages     2 accessed     1 dirty frames 0xf90e-0xf90f
 */
#include "kernel/fs/procfs.h"
#include "kernel/lib/string.h"
#include "kernel/task/task_mm.h"
#include "mm/pgtable.h"

struct run {
	unsigned long start, end;
	const char *rights; /* NULL: there is none yet */
	unsigned long accessed, dirty;
	unsigned long pfn; /* of the first page */
	bool contiguous;
};

static const char *rights_of(pte_t pte)
{
	static const char *const rights[] = { "r--", "rw-", "r-x", "rwx" };
	unsigned long prot = pgprot_val(pte_pgprot(pte));

	if (!pte_present(pte))
		return "file"; /* a place in its file; no page */
	if (!(prot & _PAGE_PRESENT))
		return "---"; /* PROT_NONE: kept, but out of reach */
	return rights[!!(prot & _PAGE_RW) + 2 * !(prot & _PAGE_NX)];
}

static void show_run(struct seq_file *m, const struct run *run)
{
	unsigned long pages = (run->end - run->start) >> PAGE_SHIFT;

	if (!run->rights)
		return;
	seq_printf(m, "%08lx-%08lx %-4s %5lu pages %5lu accessed %5lu dirty", run->start, run->end,
		   run->rights, pages, run->accessed, run->dirty);
	if (run->contiguous)
		seq_printf(m, " frames %#lx-%#lx", run->pfn, run->pfn + pages - 1);
	seq_putc(m, '\n');
}

static void add_entry(struct seq_file *m, struct run *run, unsigned long addr, pte_t pte)
{
	const char *rights = rights_of(pte);
	bool present = pte_present(pte);

	if (run->end != addr || !run->rights || strcmp(run->rights, rights)) {
		show_run(m, run);
		*run = (struct run){
			.start = addr, .rights = rights, .pfn = pte_pfn(pte), .contiguous = present
		};
	}
	run->contiguous &= pte_pfn(pte) == run->pfn + ((addr - run->start) >> PAGE_SHIFT);
	run->end = addr + PAGE_SIZE;
	run->accessed += present && pte_young(pte);
	run->dirty += present && pte_dirty(pte);
}

static int show_pagetables(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct run run = { .rights = NULL };
	unsigned long addr;

	if (!mm)
		return 0;
	spin_lock(&mm->page_table_lock);
	for (addr = 0; addr < TASK_SIZE; addr += PMD_SIZE) {
		pmd_t *pmd = pmd_lookup(mm, addr);
		pte_t *ptep = pmd ? pte_offset_map(pmd, addr) : NULL;

		for (unsigned int i = 0; ptep && i < PTRS_PER_PTE; i++)
			if (!pte_none(ptep[i]))
				add_entry(m, &run, addr + i * PAGE_SIZE, ptep[i]);
	}
	spin_unlock(&mm->page_table_lock);
	show_run(m, &run);
	mmput(mm);
	return 0;
}

PROC_ENTRIES(pagetables_entries) = {
	{ .name = "pagetables", .pid_show = show_pagetables },
};
