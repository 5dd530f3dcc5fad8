/*
 * /proc/PID/maps and smaps: the VMAs of a process, one record each (proc(5)),
 * written in one go under mmap_sem, so that a reader sees one moment.
 */
#include "kernel/fs/proc_maps.h"

#include "kernel/fs/procfs.h"
#include "kernel/lib/err.h"
#include "kernel/task/task_mm.h"
#include "mm/memory.h"
#include "mm/slab.h"

/* Where the name begins: Linux aligns it so on machines with pointers of four bytes. */
#define NAME_COLUMN 49

#define PATH_SIZE 1024

/* ---- one VMA ---- */

/* A name that the kernel gives, or NULL. */
static const char *vma_name(struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_ops && vma->vm_ops->name)
		return vma->vm_ops->name(vma);
	if (vma->vm_start <= mm->brk && vma->vm_end >= mm->start_brk)
		return "[heap]";
	if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
		return "[stack]";
	return NULL;
}

/* A line break in a name would look like another mapping. */
static void put_escaped(struct seq_file *m, const char *path)
{
	for (; *path; path++) {
		if (*path == '\n')
			seq_puts(m, "\\012");
		else
			seq_putc(m, *path);
	}
}

static void put_file_path(struct seq_file *m, struct file *file)
{
	char *buf = kmalloc(PATH_SIZE, GFP_KERNEL), *path;

	if (!buf)
		return;
	path = file_path(file, buf, PATH_SIZE);
	put_escaped(m, IS_ERR(path) ? "?" : path);
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

static int show_map(struct seq_file *m, void *v)
{
	show_line(m, v);
	return 0;
}

/* ---- what of it is in memory ---- */

struct mem_size {
	unsigned long resident, pss_256; /* pages; pages * 256 / number of mappings */
	unsigned long shared_clean, shared_dirty, private_clean, private_dirty;
	unsigned long referenced, anonymous;
};

static void count_page(struct mem_size *size, struct page *page, pte_t pte)
{
	bool dirty = pte_dirty(pte) || PageDirty(page);
	int mappings = page_mapcount(page);

	size->resident++;
	size->anonymous += PageAnon(page);
	size->referenced += pte_young(pte);
	size->pss_256 += 256 / (mappings > 0 ? mappings : 1);
	if (mappings > 1)
		*(dirty ? &size->shared_dirty : &size->shared_clean) += 1;
	else
		*(dirty ? &size->private_dirty : &size->private_clean) += 1;
}

static void count_pages(struct vm_area_struct *vma, struct mem_size *size)
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
				count_page(size, page, pte);
		}
	}
	spin_unlock(&mm->page_table_lock);
}

static void show_size(struct seq_file *m, const char *name, unsigned long pages)
{
	size_t start = m->count;

	seq_printf(m, "%s:", name);
	seq_pad(m, start, 16);
	seq_printf(m, "%8lu kB\n", pages << (PAGE_SHIFT - 10));
}

/* Two letters for each flag, in the order of the bits. */
static void show_flags(struct seq_file *m, unsigned long flags)
{
	static const struct {
		unsigned long flag;
		char name[3];
	} names[] = {
		{ VM_READ, "rd" },       { VM_WRITE, "wr" },     { VM_EXEC, "ex" },
		{ VM_SHARED, "sh" },     { VM_MAYREAD, "mr" },   { VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },    { VM_MAYSHARE, "ms" },  { VM_GROWSDOWN, "gd" },
		{ VM_PFNMAP, "pf" },     { VM_LOCKED, "lo" },    { VM_IO, "io" },
		{ VM_SEQ_READ, "sr" },   { VM_RAND_READ, "rr" }, { VM_DONTCOPY, "dc" },
		{ VM_DONTEXPAND, "de" }, { VM_NORESERVE, "nr" }, { VM_NONLINEAR, "nl" },
		{ VM_WIPEONFORK, "wf" }, { VM_DONTDUMP, "dd" },
	};
	unsigned int i;

	seq_puts(m, "VmFlags: ");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag)
			seq_printf(m, "%s ", names[i].name);
	seq_putc(m, '\n');
}

static int show_smap(struct seq_file *m, void *v)
{
	struct vm_area_struct *vma = v;
	struct mem_size size = { 0 };

	count_pages(vma, &size);
	show_line(m, vma);
	show_size(m, "Size", vma_pages(vma));
	show_size(m, "Rss", size.resident);
	show_size(m, "Pss", size.pss_256 / 256);
	show_size(m, "Shared_Clean", size.shared_clean);
	show_size(m, "Shared_Dirty", size.shared_dirty);
	show_size(m, "Private_Clean", size.private_clean);
	show_size(m, "Private_Dirty", size.private_dirty);
	show_size(m, "Referenced", size.referenced);
	show_size(m, "Anonymous", size.anonymous);
	show_flags(m, vma->vm_flags);
	return 0;
}

/* ---- all of them ---- */

static int show_all(struct seq_file *m, struct task_struct *task,
		    int (*show)(struct seq_file *m, void *vma))
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	int err = 0;

	if (!mm)
		return 0;
	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma && !err && !seq_overflow(m); vma = vma->vm_next)
		err = show(m, vma);
	up_read(&mm->mmap_sem);
	mmput(mm);
	return err;
}

static int show_maps(struct seq_file *m, struct task_struct *task)
{
	return show_all(m, task, show_map);
}

static int show_smaps(struct seq_file *m, struct task_struct *task)
{
	return show_all(m, task, show_smap);
}

void proc_maps_init(void)
{
	proc_pid_create("maps", 0444, show_maps, NULL);
	proc_pid_create("smaps", 0444, show_smaps, NULL);
}
