#include "kernel/task/vdso.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/task/elf.h"
#include "kernel/task/signal.h"
#include "kernel/x86/cpu.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"

/* The file that the Makefile links from kernel/vdso. */
__asm__(".pushsection .rodata\n"
	"vdso_image: .incbin \"linux-gate.so.1\"\n"
	".org vdso_image + 4096\n" /* an error if it is longer */
	".popsection");
extern const char vdso_image[PAGE_SIZE];

static struct page *vdso_page;

unsigned long vdso_entry(void)
{
	return ((const struct elf32_hdr *)vdso_image)->e_entry;
}

void vdso_init(void)
{
	char *at;

	vdso_page = alloc_page(GFP_KERNEL);
	BUG_ON(!vdso_page);
	at = page_address(vdso_page);
	memcpy(at, vdso_image, PAGE_SIZE);
	if (!cpu_has(X86_FEATURE_SEP))
		memset(at + vdso_entry() + VDSO_SYSENTER, 0x90, 4);
}

static struct page *vdso_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	get_page(vdso_page);
	return vdso_page;
}

/* Calls return to where it is mapped now, whoever of the address space makes them. */
static void vdso_mremap(struct vm_area_struct *vma)
{
	unsigned long place = vma->vm_start + vdso_entry() + VDSO_LANDING_PAD;
	struct task_struct *p, *t;

	spin_lock_irq(&tasklist_lock);
	for_each_process(p) {
		for_each_thread(t, p) {
			if (t->mm == vma->vm_mm)
				task_thread_info(t)->sysenter_return = place;
		}
	}
	spin_unlock_irq(&tasklist_lock);
}

static const char *vdso_name(struct vm_area_struct *vma)
{
	return "[vdso]";
}

static const struct vm_operations_struct vdso_vm_ops = {
	.nopage = vdso_nopage,
	.mremap = vdso_mremap,
	.name = vdso_name,
};

/* Debuggers may write to it: that is a copy on write as of any private mapping. */
int map_vdso(void)
{
	const unsigned long flags = VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	down_write(&mm->mmap_sem);
	vma = install_special_mapping(mm, PAGE_SIZE, flags, &vdso_vm_ops);
	up_write(&mm->mmap_sem);
	if (IS_ERR(vma))
		return PTR_ERR(vma);
	current_thread_info()->sysenter_return = vma->vm_start + vdso_entry() + VDSO_LANDING_PAD;
	return 0;
}
