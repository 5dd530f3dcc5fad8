/* ELF programs: mapping the segments, starting the interpreter if one is named, and laying out what the
 * program finds on its stack.
 *
 *	strings: arguments, environment, file name	bprm->p and above
 *	16 random bytes, platform name
 *	auxiliary vector
 *	environment pointers, NULL
 *	argument pointers, NULL
 *	argc						esp, 16-aligned
 */
#include "kernel/fs/fdtable.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "kernel/task/elf.h"
#include "kernel/task/exec.h"
#include "kernel/task/random.h"
#include "kernel/task/vdso.h"
#include "kernel/x86/cpu.h"
#include "mm/filemap.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/slab.h"
#include "mm/stack.h"
#include "mm/uaccess.h"

/* Position-independent programs go where Linux puts them without randomisation. */
#define ELF_ET_DYN_BASE 0x56555000UL

#define PAGE_START(addr) ((addr)&PAGE_MASK)
#define PAGE_OFF(addr)   ((addr) & ~PAGE_MASK)

/* One ELF file: the program, or its interpreter. */
struct elf_file {
	struct file *file;
	struct elf32_hdr hdr;
	struct elf32_phdr *phdr;
	struct elf_image image;
	unsigned long bias; /* added to the addresses in the file */
};

static int read_exactly(struct file *file, loff_t pos, void *buf, size_t size)
{
	ssize_t n = kernel_read(file, pos, buf, size);

	if (n < 0)
		return n;
	return (size_t)n == size ? 0 : -ENOEXEC;
}

static int read_headers(struct elf_file *elf)
{
	size_t size = elf->hdr.e_phnum * sizeof(struct elf32_phdr);
	int ret;

	elf->phdr = kmalloc(size, GFP_KERNEL);
	if (!elf->phdr)
		return -ENOMEM;
	ret = read_exactly(elf->file, elf->hdr.e_phoff, elf->phdr, size);
	if (ret)
		return ret;
	return elf_check_segments(&elf->hdr, elf->phdr, TASK_SIZE, &elf->image);
}

static void close_interp(struct elf_file *interp)
{
	kfree(interp->phdr);
	if (interp->file)
		fput(interp->file);
}

/* Open what PT_INTERP names, and look at it. */
static int open_interp(const struct elf_file *elf, struct elf_file *interp)
{
	const struct elf32_phdr *ph = &elf->phdr[elf->image.interp];
	char *path;
	int ret;

	if (ph->p_filesz < 2 || ph->p_filesz > 4096)
		return -ENOEXEC;
	path = kmalloc(ph->p_filesz, GFP_KERNEL);
	if (!path)
		return -ENOMEM;
	ret = read_exactly(elf->file, ph->p_offset, path, ph->p_filesz);
	if (!ret && path[ph->p_filesz - 1])
		ret = -ENOEXEC;
	if (!ret) {
		interp->file = open_exec(path);
		if (IS_ERR(interp->file)) {
			ret = PTR_ERR(interp->file);
			interp->file = NULL;
		}
	}
	kfree(path);
	if (ret)
		return ret;
	ret = read_exactly(interp->file, 0, &interp->hdr, sizeof(interp->hdr));
	if (ret || elf_check_header(&interp->hdr) || (ret = read_headers(interp)))
		return ret == -ENOMEM ? ret : -ELIBBAD;
	return 0;
}

/* ---- mapping ---- */

static unsigned long segment_prot(const struct elf32_phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) | (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* The part of a segment that the file does not hold: the rest of its last page is cleared, past the segment's
 * end too, where glibc's loader takes its first memory from; further pages are anonymous. */
static int map_bss(const struct elf32_phdr *ph, unsigned long start)
{
	unsigned long file_end = start + ph->p_filesz, mem_end = start + ph->p_memsz;
	unsigned long from = ph->p_filesz ? PAGE_ALIGN(file_end) : PAGE_START(file_end);
	unsigned long ret;

	/* To the end of the page: glibc's loader allocates from what is behind its data. */
	if (ph->p_filesz && (ph->p_flags & PF_W) && PAGE_OFF(file_end) &&
	    clear_user((void *)file_end, from - file_end))
		return -EFAULT;
	if (PAGE_ALIGN(mem_end) <= from)
		return 0;
	ret = vm_mmap_pgoff(NULL, from, PAGE_ALIGN(mem_end) - from, segment_prot(ph),
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
	return IS_ERR_VALUE(ret) ? (int)ret : 0;
}

static int map_segment(const struct elf_file *elf, const struct elf32_phdr *ph)
{
	unsigned long start = elf->bias + ph->p_vaddr, ret;

	if (ph->p_filesz) {
		ret = vm_mmap_pgoff(elf->file, PAGE_START(start),
				    ph->p_filesz + PAGE_OFF(ph->p_vaddr), segment_prot(ph),
				    MAP_PRIVATE | MAP_FIXED | MAP_DENYWRITE,
				    ph->p_offset / PAGE_SIZE);
		if (IS_ERR_VALUE(ret))
			return ret;
	}
	return ph->p_memsz > ph->p_filesz ? map_bss(ph, start) : 0;
}

static int map_segments(const struct elf_file *elf)
{
	int i, ret;

	for (i = 0; i < elf->hdr.e_phnum; i++) {
		if (elf->phdr[i].p_type != PT_LOAD || !elf->phdr[i].p_memsz)
			continue;
		ret = map_segment(elf, &elf->phdr[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/* Where a position-independent interpreter goes: any hole that takes all of it. */
static int place_interp(struct elf_file *interp)
{
	unsigned long low = PAGE_START(interp->image.low);
	unsigned long size = PAGE_ALIGN(interp->image.high) - low, addr;

	interp->bias = 0;
	if (interp->hdr.e_type != ET_DYN)
		return 0;
	down_write(&current->mm->mmap_sem);
	addr = get_unmapped_area(0, size, 0);
	up_write(&current->mm->mmap_sem);
	if (IS_ERR_VALUE(addr))
		return addr;
	interp->bias = addr - low;
	return 0;
}

static void set_mm_layout(struct mm_struct *mm, const struct elf_file *elf)
{
	const struct elf_image *image = &elf->image;

	mm->start_code = elf->bias + image->start_code;
	mm->end_code = elf->bias + image->end_code;
	mm->start_data = elf->bias + image->start_data;
	mm->end_data = elf->bias + image->end_data;
	mm->start_brk = mm->brk = PAGE_ALIGN(elf->bias + image->bss_end);
}

/* ---- the stack ---- */

struct auxv {
	u32 *entry;
};

static void aux(struct auxv *v, u32 type, u32 value)
{
	*v->entry++ = type;
	*v->entry++ = value;
}

static unsigned fill_auxv(struct linux_binprm *bprm, const struct elf_file *elf,
			  const struct elf_file *interp, unsigned long random,
			  unsigned long platform)
{
	u32 *base = current->mm->saved_auxv;
	struct auxv v = { base };

	memset(base, 0, sizeof(current->mm->saved_auxv));
	aux(&v, AT_SYSINFO, current_vdso(0));
	aux(&v, AT_SYSINFO_EHDR, current_vdso(0) - vdso_entry());
	aux(&v, AT_HWCAP, boot_cpu.features[0]);
	aux(&v, AT_PAGESZ, PAGE_SIZE);
	aux(&v, AT_CLKTCK, 100);
	aux(&v, AT_PHDR, elf->image.phdr ? elf->bias + elf->image.phdr : 0);
	aux(&v, AT_PHENT, sizeof(struct elf32_phdr));
	aux(&v, AT_PHNUM, elf->hdr.e_phnum);
	aux(&v, AT_BASE, interp->file ? interp->bias : 0);
	aux(&v, AT_FLAGS, 0);
	aux(&v, AT_ENTRY, elf->bias + elf->hdr.e_entry);
	aux(&v, AT_UID, 0);
	aux(&v, AT_EUID, 0);
	aux(&v, AT_GID, 0);
	aux(&v, AT_EGID, 0);
	aux(&v, AT_SECURE, 0);
	aux(&v, AT_RANDOM, random);
	aux(&v, AT_EXECFN, bprm->exec);
	aux(&v, AT_PLATFORM, platform);
	aux(&v, AT_NULL, 0);
	return v.entry - base;
}

/* Pointers to n strings that stand one after the other from *p on, and a NULL. */
static int put_pointers(u32 **sp, unsigned long *p, int n)
{
	while (n-- > 0) {
		long len;

		if (put_user((u32)*p, *sp))
			return -EFAULT;
		(*sp)++;
		len = strnlen_user((const char *)*p, MAX_ARG_STRLEN);
		if (len <= 0 || len > (long)MAX_ARG_STRLEN)
			return -EINVAL;
		*p += len;
	}
	if (put_user(0, *sp))
		return -EFAULT;
	(*sp)++;
	return 0;
}

static int create_tables(struct linux_binprm *bprm, const struct elf_file *elf,
			 const struct elf_file *interp, unsigned long *esp)
{
	static const char platform[] = "i686";
	unsigned long p = bprm->p, at_platform, at_random;
	struct mm_struct *mm = current->mm;
	u8 random[16];
	unsigned words;
	u32 *sp;

	get_random_bytes(random, sizeof(random));
	at_platform = p = ALIGN_DOWN(p - sizeof(platform), 16);
	at_random = p -= sizeof(random);
	if (copy_to_user((void *)at_platform, platform, sizeof(platform)) ||
	    copy_to_user((void *)at_random, random, sizeof(random)))
		return -EFAULT;
	words = fill_auxv(bprm, elf, interp, at_random, at_platform);
	p = ALIGN_DOWN(p - (words + bprm->argc + 1 + bprm->envc + 1 + 1) * sizeof(u32), 16);
	*esp = p;

	sp = (u32 *)p;
	if (put_user(bprm->argc, sp++))
		return -EFAULT;
	p = mm->arg_start = bprm->p;
	if (put_pointers(&sp, &p, bprm->argc))
		return -EFAULT;
	mm->arg_end = mm->env_start = p;
	if (put_pointers(&sp, &p, bprm->envc))
		return -EFAULT;
	mm->env_end = p;
	mm->start_stack = *esp;
	return copy_to_user(sp, mm->saved_auxv, words * sizeof(u32)) ? -EFAULT : 0;
}

/* ---- together ---- */

static int setup_stack(struct linux_binprm *bprm, const struct elf_file *elf)
{
	struct mm_struct *mm = current->mm;
	int ret;

	mm->start_stack = bprm->p;
	down_write(&mm->mmap_sem);
	ret = setup_arg_pages(bprm->vma, elf->image.executable_stack);
	up_write(&mm->mmap_sem);
	return ret;
}

/* From the point of no return on. */
static int load(struct linux_binprm *bprm, struct elf_file *elf, struct elf_file *interp,
		struct pt_regs *regs)
{
	unsigned long entry, esp;
	int ret;

	elf->bias = elf->hdr.e_type == ET_DYN ? ELF_ET_DYN_BASE - PAGE_START(elf->image.low) : 0;
	if ((ret = setup_stack(bprm, elf)) || (ret = map_segments(elf)))
		return ret;
	set_mm_layout(current->mm, elf);
	entry = elf->bias + elf->hdr.e_entry;
	if (interp->file) {
		if ((ret = place_interp(interp)) || (ret = map_segments(interp)))
			return ret;
		entry = interp->bias + interp->hdr.e_entry;
	}
	ret = map_vdso();
	if (!ret)
		ret = create_tables(bprm, elf, interp, &esp);
	if (!ret)
		start_thread(regs, entry, esp);
	return ret;
}

int load_elf_binary(struct linux_binprm *bprm, struct pt_regs *regs)
{
	struct elf_file elf = { .file = bprm->file }, interp = { .file = NULL };
	int ret;

	memcpy(&elf.hdr, bprm->buf, sizeof(elf.hdr));
	if (elf_check_header(&elf.hdr))
		return -ENOEXEC;
	ret = read_headers(&elf);
	if (!ret && elf.image.interp >= 0)
		ret = open_interp(&elf, &interp);
	if (!ret)
		ret = flush_old_exec(bprm);
	if (!ret)
		ret = load(bprm, &elf, &interp, regs);
	close_interp(&interp);
	kfree(elf.phdr);
	return ret;
}
