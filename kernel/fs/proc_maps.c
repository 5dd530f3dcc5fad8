/*
 * /proc/PID/maps, smaps, smaps_rollup: the VMAs of a process, one record each (proc(5)),
 * written in one go under mmap_sem, so that a reader sees one moment; and pagemap, its pages.
 */
#include "kernel/fs/procfs.h"
#include "kernel/lib/err.h"
#include "kernel/task/task_mm.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* Where the name begins: Linux aligns it so on machines with pointers of four bytes. */
#define NAME_COLUMN 49

#define PATH_SIZE 1024

/* ---- one VMA ---- */

static void put_file_path(struct seq_file *m, struct file *file)
{
	char *buf = kmalloc(PATH_SIZE, GFP_KERNEL), *path;

	if (!buf)
		return;
	path = file_path(file, buf, PATH_SIZE);
	/* A line break in a name would look like another mapping. */
	seq_escape(m, IS_ERR(path) ? "?" : path, "\n");
	kfree(buf);
}

/* "08048000-0804c000 r-xp 00000000 00:02 15         /init" */
static void show_line(struct seq_file *m, struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;
	unsigned long flags = vma->vm_flags;
	dev_t dev = file ? file_dev(file) : 0;
	u64 offset = file ? (u64)vma->vm_pgoff << PAGE_SHIFT : 0;
	const char *name = file ? NULL : vma_name(vma);
	size_t start = m->count;

	seq_printf(m, "%08lx-%08lx %c%c%c%c %08llx %02x:%02x %lu ", vma->vm_start, vma->vm_end,
		   flags & VM_READ ? 'r' : '-', flags & VM_WRITE ? 'w' : '-',
		   flags & VM_EXEC ? 'x' : '-', flags & VM_MAYSHARE ? 's' : 'p',
		   (unsigned long long)offset, (unsigned int)MAJOR(dev), (unsigned int)MINOR(dev),
		   file ? (unsigned long)file_ino(file) : 0);
	if (file || name)
		seq_pad(m, start, NAME_COLUMN);
	if (file)
		put_file_path(m, file);
	else if (name)
		seq_puts(m, name);
	seq_putc(m, '\n');
}

/* ---- what of it is in memory ---- */

/* Sums over pages, in bytes; a page that is mapped n times adds an n-th of itself to what is Pss or locked. */
enum figures {
	RSS,
	PSS,
	PSS_DIRTY,
	PSS_ANON, /* of all mappings only: smaps_rollup */
	PSS_FILE,
	PSS_SHMEM,
	SHARED_CLEAN,
	SHARED_DIRTY,
	PRIVATE_CLEAN,
	PRIVATE_DIRTY,
	REFERENCED,
	ANONYMOUS,
	LOCKED = ANONYMOUS + 9, /* what is between is always 0: huge pages, swap */
	NR_FIGURES
};

static const char *const figure_names[NR_FIGURES] = {
	"Rss",
	"Pss",
	"Pss_Dirty",
	"Pss_Anon",
	"Pss_File",
	"Pss_Shmem",
	"Shared_Clean",
	"Shared_Dirty",
	"Private_Clean",
	"Private_Dirty",
	"Referenced",
	"Anonymous",
	"LazyFree",
	"AnonHugePages",
	"ShmemPmdMapped",
	"FilePmdMapped",
	"Shared_Hugetlb",
	"Private_Hugetlb",
	"Swap",
	"SwapPss",
	"Locked",
};

/* Is a VMA's object memory only: tmpfs, shared anonymous memory? */
static bool is_shmem(const struct vm_area_struct *vma)
{
	return vma->vm_file && vma->vm_file->f_mapping && vma->vm_file->f_mapping->limit;
}

static void count_page(unsigned long *figures, struct vm_area_struct *vma, struct page *page,
		       pte_t pte)
{
	bool dirty = pte_dirty(pte) || PageDirty(page);
	int mappings = page_mapcount(page);
	unsigned long share = PAGE_SIZE / (mappings > 1 ? mappings : 1);

	figures[RSS] += PAGE_SIZE;
	figures[PSS] += share;
	figures[PSS_DIRTY] += dirty ? share : 0;
	figures[PageAnon(page) ? PSS_ANON : is_shmem(vma) ? PSS_SHMEM : PSS_FILE] += share;
	figures[(mappings > 1 ? SHARED_CLEAN : PRIVATE_CLEAN) + dirty] += PAGE_SIZE;
	figures[REFERENCED] += pte_young(pte) ? PAGE_SIZE : 0;
	figures[ANONYMOUS] += PageAnon(page) ? PAGE_SIZE : 0;
	figures[LOCKED] += vma->vm_flags & VM_LOCKED ? share : 0;
}

static void count_pages(unsigned long *figures, struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long addr = vma->vm_start, next;

	spin_lock(&mm->page_table_lock);
	for (; addr < vma->vm_end; addr = next) {
		pmd_t *pmd = pmd_lookup(mm, addr);

		next = pmd_addr_end(addr, vma->vm_end);
		for (; pmd && addr < next; addr += PAGE_SIZE) {
			pte_t pte = *pte_offset_map(pmd, addr);
			struct page *page = pte_present(pte) ? vm_normal_page(vma, addr, pte)
							     : NULL;

			if (page)
				count_page(figures, vma, page, pte);
		}
	}
	spin_unlock(&mm->page_table_lock);
}

unsigned long shmem_rss(struct mm_struct *mm)
{
	unsigned long figures[NR_FIGURES] = { 0 };
	struct vm_area_struct *vma;

	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		if (is_shmem(vma))
			count_pages(figures, vma);
	up_read(&mm->mmap_sem);
	return (figures[RSS] - figures[ANONYMOUS]) >> PAGE_SHIFT;
}

static void show_size(struct seq_file *m, const char *name, unsigned long bytes)
{
	size_t start = m->count;

	seq_printf(m, "%s:", name);
	seq_pad(m, start, 16);
	seq_printf(m, "%8lu kB\n", bytes >> 10);
}

static void show_figures(struct seq_file *m, const unsigned long *figures, bool rollup)
{
	for (unsigned int i = 0; i < NR_FIGURES; i++)
		if (rollup || i < PSS_ANON || i > PSS_SHMEM)
			show_size(m, figure_names[i], figures[i]);
}

/* Two letters for each flag, in the order of the bits. */
static void show_flags(struct seq_file *m, unsigned long flags)
{
	static const struct {
		unsigned long flag;
		char name[3];
	} names[] = {
		{ VM_READ, "rd" },       { VM_WRITE, "wr" },       { VM_EXEC, "ex" },
		{ VM_SHARED, "sh" },     { VM_MAYREAD, "mr" },     { VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },    { VM_MAYSHARE, "ms" },    { VM_GROWSDOWN, "gd" },
		{ VM_PFNMAP, "pf" },     { VM_LOCKED, "lo" },      { VM_IO, "io" },
		{ VM_SEQ_READ, "sr" },   { VM_RAND_READ, "rr" },   { VM_DONTCOPY, "dc" },
		{ VM_DONTEXPAND, "de" }, { VM_LOCKONFAULT, "lf" }, { VM_ACCOUNT, "ac" },
		{ VM_NORESERVE, "nr" },  { VM_NONLINEAR, "nl" },   { VM_WIPEONFORK, "wf" },
		{ VM_DONTDUMP, "dd" },
	};
	unsigned int i;

	seq_puts(m, "VmFlags: ");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag)
			seq_printf(m, "%s ", names[i].name);
	seq_putc(m, '\n');
}

static void show_smap(struct seq_file *m, struct vm_area_struct *vma)
{
	unsigned long figures[NR_FIGURES] = { 0 };

	count_pages(figures, vma);
	show_line(m, vma);
	show_size(m, "Size", vma->vm_end - vma->vm_start);
	show_size(m, "KernelPageSize", PAGE_SIZE);
	show_size(m, "MMUPageSize", PAGE_SIZE);
	show_figures(m, figures, false);
	seq_puts(m, "THPeligible:    0\n");
	show_flags(m, vma->vm_flags);
}

/* ---- all of them ---- */

static int show_all(struct seq_file *m, struct task_struct *task,
		    void (*show)(struct seq_file *m, struct vm_area_struct *vma))
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;

	if (!mm)
		return 0;
	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma && !seq_overflow(m); vma = vma->vm_next)
		show(m, vma);
	up_read(&mm->mmap_sem);
	mmput(mm);
	return 0;
}

static int show_maps(struct seq_file *m, struct task_struct *task)
{
	return show_all(m, task, show_line);
}

static int show_smaps(struct seq_file *m, struct task_struct *task)
{
	return show_all(m, task, show_smap);
}

/* The figures of all VMAs together, under a line that spans them. */
static int show_rollup(struct seq_file *m, struct task_struct *task)
{
	unsigned long figures[NR_FIGURES] = { 0 };
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	size_t start = m->count;

	if (!mm)
		return -ESRCH;
	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		count_pages(figures, vma);
	vma = last_vma(mm);
	seq_printf(m, "%08lx-%08lx ---p 00000000 00:00 0 ", vma ? mm->mmap->vm_start : 0,
		   vma ? vma->vm_end : 0);
	seq_pad(m, start, NAME_COLUMN);
	seq_puts(m, "[rollup]\n");
	up_read(&mm->mmap_sem);
	mmput(mm);
	show_figures(m, figures, true);
	return 0;
}

/* ---- pagemap: a word for each page of user space ---- */

#define PM_PRESENT   (1ull << 63)
#define PM_FILE      (1ull << 61) /* a page of a file, or of shared memory */
#define PM_EXCLUSIVE (1ull << 56) /* mapped here only */

static u64 pagemap_entry(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, addr, addr + PAGE_SIZE);
	pte_t pte = vma ? pte_lookup(mm, addr) : (pte_t){ 0 };
	struct page *page;

	if (!pte_present(pte))
		return 0;
	page = vm_normal_page(vma, addr, pte);
	return PM_PRESENT | (page && !PageAnon(page) ? PM_FILE : 0) |
	       (page && page_mapcount(page) == 1 ? PM_EXCLUSIVE : 0) | pte_pfn(pte);
}

static ssize_t read_pagemap(struct task_struct *task, char *buf, size_t count, loff_t *pos)
{
	struct mm_struct *mm = get_task_mm(task);
	u64 entries[32], page = (u64)*pos / sizeof(u64);
	size_t done = 0, i, n;
	int err = 0;

	if (*pos % sizeof(u64) || count % sizeof(u64))
		err = -EINVAL;
	while (mm && !err && done < count && page < TASK_SIZE >> PAGE_SHIFT) {
		n = min_t(u64, (count - done) / sizeof(u64), (TASK_SIZE >> PAGE_SHIFT) - page);
		n = min_t(size_t, n, ARRAY_SIZE(entries));
		down_read(&mm->mmap_sem);
		spin_lock(&mm->page_table_lock);
		for (i = 0; i < n; i++)
			entries[i] = pagemap_entry(mm, (page + i) << PAGE_SHIFT);
		spin_unlock(&mm->page_table_lock);
		up_read(&mm->mmap_sem);
		if (copy_to_user(buf + done, entries, n * sizeof(u64)))
			err = -EFAULT;
		done += n * sizeof(u64);
		page += n;
	}
	if (mm)
		mmput(mm);
	if (err)
		return err;
	*pos += done;
	return done;
}

PROC_ENTRIES(maps_entries) = {
	{ .name = "maps", .pid_show = show_maps },
	{ .name = "smaps", .pid_show = show_smaps },
	{ .name = "smaps_rollup", .pid_show = show_rollup },
	{ .name = "pagemap", .mode = S_IFREG | 0400, .pid_read = read_pagemap },
};
