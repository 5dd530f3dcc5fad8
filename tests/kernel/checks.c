/*
 * Each check of the debug build catches the mistake that it is there for, and says so by name: docs/checks.md lists
 * them. What a report about memory goes on to say is tested where memory is (slab.c, buddy.c, audit.c, pgtable.c).
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/trap.h"
#include "kernel/x86/irqflags.h"
#include "mm/audit.h"
#include "mm/filemap.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/zone.h"

extern const struct ctl_table __sysctl_start[];

/* ---- locks ------------------------------------------------------------------------------------- */

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);

static void sleep_atomic(void *arg)
{
	spin_lock(&lock);
	mutex_lock(&mutex);
}

static void sleep_irqs_off(void *arg)
{
	local_irq_disable();
	mutex_lock(&mutex);
}

static void take_twice(void *arg)
{
	spin_lock(&lock);
	spin_lock(&lock);
}

static void release_free(void *arg)
{
	spin_unlock(&lock);
}

static void lock_twice(void *arg)
{
	mutex_lock(&mutex);
	mutex_lock(&mutex);
}

static void write_and_read(void *arg)
{
	down_write(&sem);
	down_read(&sem);
}

static void test_locks(void)
{
	KTEST_PANICS(sleep_atomic, NULL, "sleeping is forbidden: under a spinlock",
		     "a sleep under a spinlock is caught");
	KTEST_PANICS(sleep_irqs_off, NULL, "not under a spinlock, interrupts off",
		     "a sleep with interrupts off is caught");
	spin_lock_init(&lock);
	KTEST_PANICS(take_twice, NULL, "taken again on its own processor",
		     "a spinlock taken twice is caught");
	spin_lock_init(&lock);
	KTEST_PANICS(release_free, NULL, "is not held by",
		     "the release of a free spinlock is caught");
	KTEST_PANICS(lock_twice, NULL, "locked twice by", "a mutex locked twice is caught");
	mutex_unlock(&mutex);
	KTEST_PANICS(write_and_read, NULL, "writes and comes in again",
		     "a writer that comes in as a reader is caught");
	up_write(&sem);
}

static DEFINE_SPINLOCK(outer);
static DEFINE_SPINLOCK(inner);
static DEFINE_SPINLOCK(between);

static void nest(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);
	spin_lock(second);
	spin_unlock(second);
	spin_unlock(first);
}

static void nest_wrongly(void *arg)
{
	nest(&inner, &outer);
}

static struct mm_struct *mm;

static void lock_mm_under_page(void *page)
{
	lock_page(page);
	down_read(&mm->mmap_sem);
}

static void lock_tree_under_zone(void *mapping)
{
	local_irq_disable();
	spin_lock(&zones[ZONE_DMA].lock);
	spin_lock(&((struct address_space *)mapping)->tree_lock);
}

static void lock_in_interrupt(void *arg)
{
	static DEFINE_SPINLOCK(everywhere);

	local_irq_disable();
	preempt_count() += HARDIRQ_OFFSET;
	spin_lock(&everywhere);
	spin_unlock(&everywhere);
	preempt_count() -= HARDIRQ_OFFSET;
	spin_lock(&everywhere);
	spin_unlock(&everywhere);
	local_irq_enable();
	spin_lock(&everywhere);
}

static void test_lock_order(void)
{
	static const struct address_space_operations no_ops;
	static struct address_space mapping;
	struct page *page = alloc_page(GFP_KERNEL);

	mm = mm_alloc();
	nest(&outer, &between);
	nest(&between, &inner);
	nest(&outer, &inner);
	KTEST_PANICS(nest_wrongly, NULL, "lock order: outer is taken at nest_wrongly",
		     "the wrong order of two locks is caught");
	spin_lock_init(&inner);
	KTEST_PANICS(lock_mm_under_page, page, "lock order: &mm->mmap_sem is taken at",
		     "mmap_sem under a page lock is caught");
	unlock_page(page);
	put_page(page);
	mmput(mm);
	address_space_init(&mapping, NULL, &no_ops);
	KTEST_PANICS(lock_tree_under_zone, &mapping, "under &zone->lock of",
		     "a tree lock under a zone's lock is caught");
	preempt_disable();
	spin_unlock(&zones[ZONE_DMA].lock);
	KTEST_PANICS(lock_in_interrupt, NULL, "lock order: everywhere is taken in an interrupt at",
		     "a lock of interrupts taken with interrupts on is caught");
}

/* ---- TLB --------------------------------------------------------------------------------------- */

static void return_owing(void *arg)
{
	tlb_owe(current->active_mm, 0x40000000);
	exit_to_user_mode(NULL);
}

static void return_paid(void *arg)
{
	tlb_owe(current->active_mm, 0x40000000);
	flush_tlb_mm(current->active_mm);
	exit_to_user_mode(NULL);
	panic("all is well");
}

static void test_tlb_debt(void)
{
	KTEST_PANICS(return_owing, NULL,
		     "return to user mode without a TLB flush of 40000000-40001000",
		     "a return to user mode that owes a flush is caught");
	KTEST_PANICS(return_paid, NULL, "all is well", "one that paid is not");
}

/* ---- pages and objects ------------------------------------------------------------------------- */

static volatile char probed;

static void free_it(void *page)
{
	__free_page(page);
}

static void free_twice(void *object)
{
	kfree(object);
	kfree(object);
}

static void test_frees(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	atomic_inc(&page->_mapcount);
	KTEST_PANICS(free_it, page, "free of a mapped page",
		     "the free of a mapped page is refused");
	atomic_dec(&page->_mapcount);
	atomic_set(&page->_count, 1);
	__free_page(page);
	KTEST_PANICS(free_it, page, "a reference is given up that nobody holds",
		     "a page freed twice is caught");
	KTEST_PANICS(free_twice, kmalloc(40, GFP_KERNEL), "double free: cache kmalloc-64",
		     "an object freed twice is caught");
}

static void write_page(void *page)
{
	memset(page_address(page), 0, 4);
}

static void read_page(void *page)
{
	probed = *(volatile char *)page_address(page);
}

static void test_freed_page(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	char said[80];

	KTEST(!probe_kernel_read(said, page_address(page + 1), 4), "a page is mapped");
	__free_pages(page, 1);
	KTEST(probe_kernel_read(said, page_address(page + 1), 4), "and when it is freed no more");
	snprintf(said, sizeof(said), "the kernel wrote to address %p: a page that was freed",
		 page_address(page));
	KTEST_PANICS(write_page, page, said, "a write to a freed page is caught at once");
	KTEST_PANICS(read_page, page, "a page that was freed", "so is a read");
}

static void test_ledger(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_OWNER(OWNER_ANON));
	char found[80];

	snprintf(found, sizeof(found), "references of frame %#lx (anon): 0 found",
		 page_to_pfn(page));
	KTEST(mm_audit() == 1 && ktest_logged("mm audit", found),
	      "a reference that nobody holds is found");
	page_set_owner(page, OWNER_KERNEL);
	atomic_inc(&page->_mapcount);
	snprintf(found, sizeof(found), "entries that map a page of frame %#lx (kernel): 0 found",
		 page_to_pfn(page));
	KTEST(mm_audit() == 1 && ktest_logged("mm audit", found),
	      "a mapping that is in no page table is found");
	atomic_dec(&page->_mapcount);
	__free_page(page);
}

static void write_behind(void *object)
{
	((volatile char *)object)[40] = 1;
	kfree(object);
}

static void write_freed(void *object)
{
	kfree(object);
	((volatile char *)object)[4] = 1;
	kmalloc(40, GFP_KERNEL);
}

static void test_objects(void)
{
	char *object = kmalloc(40, GFP_KERNEL);

	KTEST_PANICS(write_behind, object, "written outside the object: cache kmalloc-64",
		     "a red zone is watched");
	object[40] = object[41];
	kfree(object);
	object = kmalloc(40, GFP_KERNEL);
	KTEST_PANICS(write_freed, object, "a free object was written to: cache kmalloc-64",
		     "a write to a free object is caught");
}

/* ---- stacks ------------------------------------------------------------------------------------ */

/* What /proc/sys/kernel/stack_max_size shows. */
static unsigned long deepest(void)
{
	const struct ctl_table *t = __sysctl_start;

	while (strcmp(t->path, "sys/kernel/stack_max_size"))
		t++;
	t->hook(false);
	return *(unsigned long *)t->data;
}

static noinline void use_stack(void)
{
	volatile char much[5500];

	much[0] = much[sizeof(much) - 1] = 1;
}

static void test_stack_depth(void)
{
	unsigned long before = deepest();

	KTEST(before > 500 && before < 5000, "the deepest use of a kernel stack is known");
	use_stack();
	KTEST(deepest() > before + 500 && deepest() < THREAD_SIZE, "and when one goes deeper");
}

/* ---- undefined behaviour ----------------------------------------------------------------------- */

static volatile int too_much = 40, zero;

static void shift(void *arg)
{
	zero = 1 << too_much;
}

static void index(void *arg)
{
	static volatile int array[4];

	zero = array[too_much];
}

static void divide(void *arg)
{
	zero = 1 / zero;
}

static void read_bool(void *arg)
{
	zero = *(volatile bool *)&too_much;
}

static void test_undefined(void)
{
	KTEST_PANICS(shift, NULL, "a shift by more bits", "a shift too far is caught");
	KTEST_PANICS(shift, NULL,
		     "undefined behaviour at tests/kernel/checks.c:", "and its place is named");
	KTEST_PANICS(index, NULL, "an index outside its array",
		     "an index outside its array is caught");
	zero = 0;
	KTEST_PANICS(divide, NULL, "a division by zero", "a division by zero is caught");
	KTEST_PANICS(read_bool, NULL, "a bool or enum with a value",
		     "a bool that is neither is caught");
}

KTEST_SUITE(checks)
{
	if (!CONFIG_DEBUG)
		return;
	test_locks();
	test_lock_order();
	test_tlb_debt();
	test_frees();
	test_freed_page();
	test_ledger();
	test_objects();
	test_stack_depth();
	test_undefined();
}
