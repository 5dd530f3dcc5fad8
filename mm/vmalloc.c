/*
 * Areas of the vmalloc area, filled with pages of RAM. The page tables exist from
 * boot on and are shared by all address spaces, so mapping is writing entries and
 * unmapping is clearing them and one flush.
 *
 * The areas are one sorted list, and what lies between two of them is free. Looking
 * for an area or for a hole walks the list: there are as many areas as there are
 * tasks, drivers and large tables, and fork finds its stack among those kept.
 */
#include "mm/vmalloc.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/sched.h"
#include "mm/slab.h"

#define GFP_VMALLOC (GFP_KERNEL | __GFP_HIGHMEM | __GFP_OWNER(OWNER_VMALLOC))
#define GFP_STACK   (GFP_KERNEL | __GFP_HIGHMEM | __GFP_OWNER(OWNER_STACK))

unsigned long vmalloc_start = VMALLOC_START_DEFAULT;

static LIST_HEAD(vmlist);
static DEFINE_SPINLOCK(vmlist_lock); /* guards vmlist */
static struct kmem_cache *vm_struct_cache;

/* Finds the lowest hole for area->size bytes, sets area->addr, enters the area before what follows. */
static bool insert_area(struct vm_struct *area, unsigned long align)
{
	unsigned long addr = ALIGN(VMALLOC_START, align);
	struct vm_struct *next;

	list_for_each_entry(next, &vmlist, list) {
		if (addr + area->size <= next->addr)
			break;
		addr = ALIGN(next->addr + next->size, align);
	}
	/* Behind the last one, next is the head of the list. */
	if (addr > VMALLOC_END || area->size > VMALLOC_END - addr)
		return false;
	area->addr = addr;
	list_add_tail(&area->list, &next->list);
	return true;
}

/* The area, with its guard page, that an address lies in, or NULL. */
static struct vm_struct *find_area(unsigned long addr)
{
	struct vm_struct *area;

	list_for_each_entry(area, &vmlist, list)
		if (addr - area->addr < area->size)
			return area;
	return NULL;
}

struct vm_struct *get_vm_area_aligned(unsigned long size, unsigned long align, unsigned int flags,
				      const void *caller)
{
	struct vm_struct *area;
	static unsigned long failures;
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
	found = insert_area(area, align);
	spin_unlock(&vmlist_lock);
	if (found)
		return area;
	/* One line for the 1st, 2nd, 4th, 8th... time: a fork bomb meets this often. */
	if (is_power_of_2(++failures))
		pr_warn("vmalloc: no room for %lu bytes: vmalloc=SIZE makes the area larger\n",
			size);
	kmem_cache_free(vm_struct_cache, area);
	return NULL;
}

/* Debug builds fill stacks with it: what is no longer so was used. */
#define STACK_UNUSED 0x57ac57acUL

static unsigned long stack_max_size; /* most bytes of any stack that were ever used */

static void measure_stack(const struct vm_struct *area, void *unused)
{
	unsigned long end = area->addr + area->nr_pages * PAGE_SIZE;
	const unsigned long *used = (void *)(area->addr + sizeof(struct thread_info));

	if (!(area->flags & VM_KSTACK) || end - area->addr < THREAD_SIZE)
		return; /* none, or one that is being made */
	while (*used == STACK_UNUSED && (unsigned long)used < end - sizeof(*used))
		used++;
	stack_max_size = max(stack_max_size, end - (unsigned long)used);
}

/* Clears the area's entries and flushes; pages of its own are put on the list. */
static void unmap_area(struct vm_struct *area, struct list_head *pages)
{
	unsigned long addr = area->addr, end = area->addr + area->size - PAGE_SIZE;

	for (; addr < end; addr += PAGE_SIZE) {
		pte_t *ptep = kernel_pte(addr), pte = *ptep;

		pte_clear_entry(ptep);
		if (!pte_none(pte) && area->flags & (VM_ALLOC | VM_KSTACK))
			list_add(&pte_page(pte)->lru, pages);
	}
	flush_tlb_kernel_range(area->addr, end);
}

void remove_vm_area(const void *addr, unsigned int flags)
{
	struct vm_struct *area;
	struct page *page, *next;
	LIST_HEAD(pages);

	spin_lock(&vmlist_lock);
	area = find_area((unsigned long)addr);
	spin_unlock(&vmlist_lock);
	if (!area || area->addr != (unsigned long)addr || area->flags != flags)
		panic("%p is given back, but no such area begins there", addr);
	if (CONFIG_DEBUG)
		measure_stack(area, NULL);
	unmap_area(area, &pages);
	/* Only now may somebody else get these addresses. */
	spin_lock(&vmlist_lock);
	list_del(&area->list);
	spin_unlock(&vmlist_lock);
	list_for_each_entry_safe(page, next, &pages, lru)
		__free_page(page);
	kmem_cache_free(vm_struct_cache, area);
}

/* ---- areas with pages of their own ------------------------------------------------------------ */

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
	for (size = PAGE_ALIGN(size) >> PAGE_SHIFT; area->nr_pages < size; area->nr_pages++) {
		unsigned long addr = area->addr + area->nr_pages * PAGE_SIZE;
		struct page *page = alloc_page(gfp);

		if (!page) {
			remove_vm_area((void *)area->addr, flags);
			return NULL;
		}
		set_pte(kernel_pte(addr), mk_pte(page, PAGE_KERNEL));
	}
	return (void *)area->addr;
}

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
		remove_vm_area(addr, VM_ALLOC);
}

struct page *vmalloc_to_page(const void *addr)
{
	pte_t pte;

	if (!is_vmalloc_addr(addr))
		return NULL;
	pte = *kernel_pte((unsigned long)addr);
	return pte_present(pte) && pfn_valid(pte_pfn(pte)) ? pte_page(pte) : NULL;
}

/* ---- areas with the caller's pages ------------------------------------------------------------ */

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct vm_struct *area;

	if (count > nr_total_pages())
		return NULL;
	area = get_vm_area_aligned((unsigned long)count << PAGE_SHIFT, PAGE_SIZE, VM_MAP,
				   __builtin_return_address(0));
	if (!area)
		return NULL;
	for (; area->nr_pages < count; area->nr_pages++)
		set_pte(kernel_pte(area->addr + area->nr_pages * PAGE_SIZE),
			mk_pte(pages[area->nr_pages], prot));
	return (void *)area->addr;
}

void vunmap(const void *addr)
{
	if (addr)
		remove_vm_area(addr, VM_MAP);
}

/* ---- kernel stacks ---------------------------------------------------------------------------- */

/* A fork often follows an exit: some stacks stay mapped between the two. */
#define STACKS_KEPT 8

static struct {
	void *stack[STACKS_KEPT];
	unsigned int count;
} kept_stacks[NR_CPUS];

static void measure_stacks(bool written)
{
	if (CONFIG_DEBUG)
		vmalloc_for_each(measure_stack, NULL);
}

SYSCTL(stack_sysctls) = {
	{ .path = "sys/kernel/stack_max_size", .data = &stack_max_size, .hook = measure_stacks },
};

void *alloc_thread_stack(void)
{
	unsigned long *stack, *word;

	if (this_cpu(kept_stacks).count)
		return this_cpu(kept_stacks).stack[--this_cpu(kept_stacks).count];
	stack = alloc_area(THREAD_SIZE, THREAD_SIZE, VM_KSTACK, GFP_STACK,
			   __builtin_return_address(0));
	for (word = stack; CONFIG_DEBUG && word && word < stack + THREAD_SIZE / sizeof(*word);)
		*word++ = STACK_UNUSED;
	return stack;
}

void free_thread_stack(void *stack)
{
	/* Who looks for the owner of this stack must not find a dead task. */
	((struct thread_info *)stack)->task = NULL;
	if (this_cpu(kept_stacks).count < STACKS_KEPT)
		this_cpu(kept_stacks).stack[this_cpu(kept_stacks).count++] = stack;
	else
		remove_vm_area(stack, VM_KSTACK);
}

static unsigned long shrink_stacks(gfp_t gfp)
{
	unsigned long pages = 0;

	for (; this_cpu(kept_stacks).count; pages += THREAD_SIZE / PAGE_SIZE)
		remove_vm_area(alloc_thread_stack(), VM_KSTACK);
	return pages;
}

static struct shrinker stack_shrinker = { .shrink = shrink_stacks };

/* ---- looking ---------------------------------------------------------------------------------- */

void vmalloc_for_each(void (*fn)(const struct vm_struct *area, void *arg), void *arg)
{
	struct vm_struct *area;

	spin_lock(&vmlist_lock);
	list_for_each_entry(area, &vmlist, list)
		fn(area, arg);
	spin_unlock(&vmlist_lock);
}

void vmalloc_usage(unsigned long *used, unsigned long *largest_hole)
{
	unsigned long end = VMALLOC_START;
	struct vm_struct *area;

	*used = *largest_hole = 0;
	spin_lock(&vmlist_lock);
	list_for_each_entry(area, &vmlist, list) {
		*used += area->size;
		*largest_hole = max(*largest_hole, area->addr - end);
		end = area->addr + area->size;
	}
	*largest_hole = max(*largest_hole, VMALLOC_END - end);
	spin_unlock(&vmlist_lock);
}

static void describe_stack(const struct thread_info *ti, bool below, char *buf, size_t size)
{
	snprintf(buf, size, "%skernel stack of task %.15s (pid %d)",
		 below ? "guard page below the " : "", ti->task ? ti->task->comm : "(none)",
		 ti->task ? ti->task->pid : 0);
}

/* Without the lock: the machine is going down, and may hold it. */
void vmalloc_describe(unsigned long addr, char *buf, size_t size)
{
	struct vm_struct *area = find_area(addr), *above = find_area(addr + PAGE_SIZE);
	const char *caller;
	bool guard;

	/* What runs off the end of a stack falls below it, whatever else ends there. */
	if (above && above != area && above->flags & VM_KSTACK) {
		describe_stack((void *)above->addr, true, buf, size);
		return;
	}
	if (!area) {
		snprintf(buf, size, "vmalloc area, where nothing is mapped");
		return;
	}
	guard = addr >= area->addr + area->size - PAGE_SIZE;
	caller = kallsyms_lookup((unsigned long)area->caller, NULL, NULL);
	if (!guard && area->flags & VM_KSTACK)
		describe_stack((void *)area->addr, false, buf, size);
	else
		snprintf(buf, size, "%svmalloc area of %lu bytes made by %s",
			 guard ? "guard page behind the " : "", area->size - PAGE_SIZE,
			 caller ?: "?");
}

void vmalloc_init(void)
{
	vm_struct_cache =
		kmem_cache_create("vm_struct", sizeof(struct vm_struct), 0, SLAB_PANIC, NULL);
	register_shrinker(&stack_shrinker);
}
