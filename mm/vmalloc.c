/*
 * Areas of the vmalloc area, filled with pages of RAM. The page tables exist from
 * boot on and are shared by all address spaces, so mapping is writing entries and
 * unmapping is clearing them and one flush.
 */
#include "mm/vmalloc.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/task.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "mm/tlb.h"
#include "mm/vmalloc_area.h"

static spinlock_t vmlist_lock = SPIN_LOCK_UNLOCKED;
static struct kmem_cache *vm_struct_cache;
static unsigned long vmalloc_used;

/* ---- areas ------------------------------------------------------------------------------------ */

struct vm_struct *get_vm_area_aligned(unsigned long size, unsigned long align, unsigned int flags,
				      const void *caller)
{
	struct vm_struct *area;
	bool found;

	if (!size || size > VMALLOC_END - VMALLOC_START)
		return NULL;
	area = kmem_cache_zalloc(vm_struct_cache, GFP_KERNEL);
	if (!area)
		return NULL;
	area->size = PAGE_ALIGN(size) + PAGE_SIZE;
	area->flags = flags;
	area->caller = caller;
	spin_lock(&vmlist_lock);
	found = vm_area_insert(area, align);
	if (found)
		vmalloc_used += area->size;
	spin_unlock(&vmlist_lock);
	if (!found) {
		pr_warn("vmalloc: no room for %lu bytes: use vmalloc=SIZE to make the area larger\n",
			size);
		kmem_cache_free(vm_struct_cache, area);
		return NULL;
	}
	return area;
}

/* The area that holds @addr and is not behind it. vmlist_lock held. */
static struct vm_struct *area_at(unsigned long addr)
{
	struct vm_struct *area = vm_area_find(addr);

	return area && addr - area->addr < area->size ? area : NULL;
}

/* Calls @fn(entry, addr) for each entry of [start, end), whose tables all exist. */
static __always_inline void for_each_entry(unsigned long start, unsigned long end,
					   void (*fn)(pte_t *ptep, void *arg), void *arg)
{
	enum pg_level level;
	pte_t *ptep = NULL;

	for (; start < end; start += PAGE_SIZE, ptep++) {
		if (!ptep || !pte_index(start))
			ptep = lookup_address(start, &level);
		fn(ptep, arg);
	}
}

struct map_cursor {
	struct page **pages;
	pgprot_t prot;
};

static void map_one(pte_t *ptep, void *arg)
{
	struct map_cursor *cursor = arg;

	BUG_ON(!pte_none(*ptep));
	set_pte(ptep, mk_pte(*cursor->pages++, cursor->prot));
}

void map_vm_area(struct vm_struct *area, pgprot_t prot, struct page **pages)
{
	struct map_cursor cursor = { pages, prot };
	unsigned long size = (unsigned long)area->nr_pages << PAGE_SHIFT;

	BUG_ON(size > area->size - PAGE_SIZE);
	for_each_entry(area->addr, area->addr + size, map_one, &cursor);
}

/* Clears an entry; the page, if the area owns it, is put on a list until the TLB is flushed. */
static void unmap_one(pte_t *ptep, void *arg)
{
	struct list_head *pages = arg;
	pte_t pte = *ptep;

	if (pte_none(pte))
		return;
	pte_clear_entry(ptep);
	if (pages)
		list_add(&pte_page(pte)->lru, pages);
}

static void unmap_area(struct vm_struct *area, struct list_head *pages)
{
	unsigned long end = area->addr + area->size - PAGE_SIZE;

	for_each_entry(area->addr, end, unmap_one, pages);
	flush_tlb_kernel_range(area->addr, end);
}

static void free_page_list(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru)
		__free_page(page);
}

/* Removes the area that begins at @addr and is of one of the kinds @flags; its pages go if they are its own. */
static void free_vm_area(const void *addr, unsigned int flags, const char *who)
{
	unsigned long start = (unsigned long)addr;
	struct vm_struct *area;
	LIST_HEAD(pages);

	spin_lock(&vmlist_lock);
	area = vm_area_find(start);
	spin_unlock(&vmlist_lock);
	if (!area || area->addr != start || !(area->flags & flags))
		panic("%s(%p): no such area begins there", who, addr);
	unmap_area(area, area->flags & (VM_ALLOC | VM_KSTACK) ? &pages : NULL);
	/* Only now may somebody else get these addresses. */
	spin_lock(&vmlist_lock);
	vm_area_erase(area);
	vmalloc_used -= area->size;
	spin_unlock(&vmlist_lock);
	free_page_list(&pages);
	kmem_cache_free(vm_struct_cache, area);
}

void remove_vm_area(const void *addr, unsigned int flags)
{
	free_vm_area(addr, flags, __func__);
}

/* ---- areas with pages of their own ------------------------------------------------------------ */

/* Gets a page for each entry of the area. False: no memory; area->nr_pages are mapped. */
static bool fill_area(struct vm_struct *area, unsigned long size, gfp_t gfp)
{
	unsigned long addr = area->addr, end = addr + size;
	enum pg_level level;
	pte_t *ptep = NULL;

	for (; addr < end; addr += PAGE_SIZE, ptep++, area->nr_pages++) {
		struct page *page = alloc_page(gfp);

		if (!page)
			return false;
		if (!ptep || !pte_index(addr))
			ptep = lookup_address(addr, &level);
		BUG_ON(!pte_none(*ptep));
		set_pte(ptep, mk_pte(page, PAGE_KERNEL));
	}
	return true;
}

static void *alloc_area(unsigned long size, unsigned long align, unsigned int flags, gfp_t gfp,
			const void *caller)
{
	struct vm_struct *area;

	might_sleep();
	/* What can never succeed shall not eat all memory first. */
	if (size >> PAGE_SHIFT > nr_total_pages())
		return NULL;
	area = get_vm_area_aligned(size, align, flags, caller);
	if (!area)
		return NULL;
	if (!fill_area(area, PAGE_ALIGN(size), gfp)) {
		free_vm_area((void *)area->addr, flags, __func__);
		return NULL;
	}
	return (void *)area->addr;
}

#define GFP_VMALLOC (GFP_KERNEL | __GFP_HIGHMEM | __GFP_OWNER(OWNER_VMALLOC))
#define GFP_STACK   (GFP_KERNEL | __GFP_HIGHMEM | __GFP_OWNER(OWNER_STACK))

void *vmalloc(unsigned long size)
{
	return alloc_area(size, PAGE_SIZE, VM_ALLOC, GFP_VMALLOC, __builtin_return_address(0));
}

void *vzalloc(unsigned long size)
{
	return alloc_area(size, PAGE_SIZE, VM_ALLOC, GFP_VMALLOC | __GFP_ZERO,
			  __builtin_return_address(0));
}

void vfree(const void *addr)
{
	if (addr)
		free_vm_area(addr, VM_ALLOC, __func__);
}

/* ---- areas with the caller's pages ------------------------------------------------------------ */

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct vm_struct *area;

	if (!count || count > nr_total_pages())
		return NULL;
	area = get_vm_area_aligned((unsigned long)count << PAGE_SHIFT, PAGE_SIZE, VM_MAP,
				   __builtin_return_address(0));
	if (!area)
		return NULL;
	area->nr_pages = count;
	map_vm_area(area, prot, pages);
	return (void *)area->addr;
}

void vunmap(const void *addr)
{
	if (addr)
		free_vm_area(addr, VM_MAP, __func__);
}

unsigned long vmalloc_to_pfn(const void *addr)
{
	enum pg_level level;
	pte_t *ptep;

	if (!is_vmalloc_addr(addr))
		return 0;
	ptep = lookup_address((unsigned long)addr, &level);
	return pte_present(*ptep) ? pte_pfn(*ptep) : 0;
}

struct page *vmalloc_to_page(const void *addr)
{
	unsigned long pfn = vmalloc_to_pfn(addr);

	return pfn && pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}

/* ---- kernel stacks ---------------------------------------------------------------------------- */

/* A fork often follows an exit: some stacks stay mapped between the two. */
#define STACKS_KEPT 8

static void *kept_stacks[STACKS_KEPT];
static unsigned int nr_kept_stacks;
static spinlock_t kept_stacks_lock = SPIN_LOCK_UNLOCKED;

static void *take_kept_stack(void)
{
	void *stack = NULL;

	spin_lock(&kept_stacks_lock);
	if (nr_kept_stacks)
		stack = kept_stacks[--nr_kept_stacks];
	spin_unlock(&kept_stacks_lock);
	return stack;
}

static bool keep_stack(void *stack)
{
	bool kept = false;

	spin_lock(&kept_stacks_lock);
	if (nr_kept_stacks < STACKS_KEPT) {
		kept_stacks[nr_kept_stacks++] = stack;
		kept = true;
	}
	spin_unlock(&kept_stacks_lock);
	return kept;
}

void *alloc_thread_stack(void)
{
	void *stack = take_kept_stack();

	if (stack)
		return stack;
	return alloc_area(THREAD_SIZE, THREAD_SIZE, VM_KSTACK, GFP_STACK,
			  __builtin_return_address(0));
}

void free_thread_stack(void *stack)
{
	/* Who looks for the owner of this stack must not find a dead task. */
	((struct thread_info *)stack)->task = NULL;
	if (!keep_stack(stack))
		free_vm_area(stack, VM_KSTACK, __func__);
}

unsigned long drain_thread_stacks(void)
{
	unsigned long pages = 0;
	void *stack;

	while ((stack = take_kept_stack())) {
		free_vm_area(stack, VM_KSTACK, __func__);
		pages += THREAD_SIZE / PAGE_SIZE;
	}
	return pages;
}

static unsigned long shrink_stacks(gfp_t gfp)
{
	return drain_thread_stacks();
}

static struct shrinker stack_shrinker = { .shrink = shrink_stacks };

/* ---- looking ---------------------------------------------------------------------------------- */

void vmalloc_for_each(bool (*fn)(const struct vm_struct *area, void *arg), void *arg)
{
	struct vm_struct *area = NULL;

	spin_lock(&vmlist_lock);
	while ((area = vm_area_next(area)))
		if (!fn(area, arg))
			break;
	spin_unlock(&vmlist_lock);
}

void vmalloc_usage(unsigned long *used, unsigned long *largest_hole)
{
	spin_lock(&vmlist_lock);
	*used = vmalloc_used;
	*largest_hole = vm_area_largest_hole();
	spin_unlock(&vmlist_lock);
}

static void describe_stack(const struct vm_struct *area, bool guard, char *buf, size_t size)
{
	const struct task_struct *tsk = ((struct thread_info *)area->addr)->task;
	const char *what = guard ? "guard page below the kernel stack" : "kernel stack";

	if (tsk)
		snprintf(buf, size, "%s of task %.15s (pid %d)", what, tsk->comm, (int)tsk->pid);
	else
		snprintf(buf, size, "%s of no task", what);
}

static const char *area_kind(const struct vm_struct *area)
{
	switch (area->flags) {
	case VM_IOREMAP:
		return "ioremap";
	case VM_ALLOC:
		return "vmalloc";
	case VM_MAP:
		return "vmap";
	default:
		return "kernel stack";
	}
}

static void describe_area(const struct vm_struct *area, bool guard, char *buf, size_t size)
{
	const char *name = kallsyms_lookup((unsigned long)area->caller, NULL, NULL);

	snprintf(buf, size, "%s%s of %lu bytes made by %s", guard ? "guard page behind the " : "",
		 area_kind(area), area->size - PAGE_SIZE, name ?: "?");
}

/* Without the lock: the machine is going down, and may hold it. */
void vmalloc_describe(unsigned long addr, char *buf, size_t size)
{
	struct vm_struct *above = vm_area_find(addr + PAGE_SIZE), *area = area_at(addr);
	bool guard = area && addr >= area->addr + area->size - PAGE_SIZE;

	/* What runs off the end of a stack falls below it, whatever else ends there. */
	if ((!area || guard) && above && above != area &&
	    above->addr == (addr & PAGE_MASK) + PAGE_SIZE && (above->flags & VM_KSTACK))
		describe_stack(above, true, buf, size);
	else if (area && !guard && (area->flags & VM_KSTACK))
		describe_stack(area, false, buf, size);
	else if (area)
		describe_area(area, guard, buf, size);
	else
		snprintf(buf, size, "vmalloc area, where nothing is mapped");
}

void vmalloc_init(void)
{
	vm_struct_cache =
		kmem_cache_create("vm_struct", sizeof(struct vm_struct), 0, SLAB_PANIC, NULL);
	vm_areas_init(VMALLOC_START, VMALLOC_END);
	register_shrinker(&stack_shrinker);
}
