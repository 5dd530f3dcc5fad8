/*
 * Mistakes made on purpose: each must end in a panic that says what it was. tests/boot/test_faults.py
 * runs one a boot and reads the panic.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/printk.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"
#include "mm/layout.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "tests/kernel/user_mm.h"

static noinline void touch(unsigned long addr)
{
	printk(KERN_ALERT "touching %08lx\n", addr);
	*(volatile char *)addr = 1;
}

KTEST_CRASH(crash_null)
{
	touch(8);
}

KTEST_CRASH(crash_hole)
{
	touch(VMALLOC_START - PAGE_SIZE);
}

KTEST_CRASH(crash_vmalloc)
{
	touch(VMALLOC_END - PAGE_SIZE);
}

KTEST_CRASH(crash_guard)
{
	char *area = vmalloc(2 * PAGE_SIZE);

	area[0] = area[2 * PAGE_SIZE - 1] = 1;
	touch((unsigned long)area + 2 * PAGE_SIZE);
}

KTEST_CRASH(crash_pkmap)
{
	touch(PKMAP_BASE + 4 * PAGE_SIZE);
}

KTEST_CRASH(crash_text)
{
	touch((unsigned long)_text + 16);
}

KTEST_CRASH(crash_rodata)
{
	touch((unsigned long)__start_rodata);
}

KTEST_CRASH(crash_user)
{
	touch(0x08048000);
}

KTEST_CRASH(crash_execute)
{
	static u8 code[] = { 0xc3 };

	printk(KERN_ALERT "calling %p\n", (void *)code);
	((void (*)(void))code)();
	printk(KERN_ALERT "survived\n");
}

/* Frames that no compiler turns into a loop. */
static noinline int recurse(int depth)
{
	volatile char fill[256];

	if (depth > 1000000)
		return 0;
	fill[depth & 255] = (char)depth;
	return recurse(depth + 1) + fill[depth & 255];
}

KTEST_CRASH(crash_stack)
{
	printk(KERN_ALERT "%d\n", recurse(0));
}

KTEST_CRASH(crash_double_free)
{
	void *object = kmalloc(40, GFP_KERNEL);

	kfree(object);
	kfree(object);
}

KTEST_CRASH(crash_overrun)
{
	char *object = kmalloc(40, GFP_KERNEL);
	volatile size_t end = ksize(object);

	object[end] = 1;
	kfree(object);
}

KTEST_CRASH(crash_sleep_atomic)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	msleep(10);
	spin_unlock(&lock);
}

/* The processor's own: the compiler catches a division in C. */
KTEST_CRASH(crash_divide)
{
	__asm__ volatile("divl %2" : : "a"(1), "d"(0), "r"(0) : "cc");
}

/*
 * A planted bug, for docs/replay.md: a driver frees its buffer and writes to it once more. By then the
 * frames are others': page tables and pages of a task, which finds out much later.
 */
#define BUFFER_PAGES 2

static u32 *buffer[BUFFER_PAGES];

static noinline void driver_stops(void)
{
	for (int i = 0; i < BUFFER_PAGES; i++)
		__free_page(virt_to_page(buffer[i]));
}

static noinline void driver_was_not_done(void)
{
	for (int i = 0; i < BUFFER_PAGES; i++)
		buffer[i][0] = buffer[i][1] = 0xdeadbeef;
}

KTEST_CRASH(crash_stale)
{
	run_in(mm_alloc());
	map_at(AT, 1, RW);
	for (int i = 0; i < BUFFER_PAGES; i++)
		buffer[i] = page_address(alloc_page(GFP_KERNEL));
	/* No page tables are kept from before: the new ones come from the frames freed last. */
	shrink_caches(GFP_KERNEL);
	driver_stops();
	poke(AT, 'x');
	driver_was_not_done();
	flush_tlb_all();
	if (!peek(AT, 'x'))
		panic("a task's page at %08lx is not what the task put there", AT);
}
