/*
 * Copies to and from user memory, most of all those that fail half-way. The suite
 * borrows an address space: two pages that can be written, one that cannot, and
 * nothing before and behind.
 */
#include "tests/kernel/ktest.h"

#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/preempt.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/task.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"

#define BASE 0x20000000UL
#define RO   (BASE + 2 * PAGE_SIZE) /* the page that can only be read */
#define END  (BASE + 3 * PAGE_SIZE) /* nothing is mapped from here on */
#define GAP  (END + PAGE_SIZE)      /* two pages again, touched by nobody */

static u8 *const base = (u8 *)BASE;
static u8 *const end = (u8 *)END;
static struct mm_struct *saved_active;

static bool map(unsigned long addr, unsigned long len, unsigned long prot)
{
	const unsigned long flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	unsigned long got;

	down_write(&current->mm->mmap_sem);
	got = do_mmap_pgoff(NULL, addr, len, prot, flags, 0);
	up_write(&current->mm->mmap_sem);
	return got == addr;
}

/* Makes current run in a fresh address space, as a thread that borrows one does. */
static bool borrow_mm(void)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return false;
	saved_active = current->active_mm;
	current->mm = current->active_mm = mm;
	activate_mm(saved_active, mm);
	return map(BASE, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE) && map(RO, PAGE_SIZE, PROT_READ) &&
	       map(GAP, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static void return_mm(void)
{
	struct mm_struct *mm = current->mm;

	current->mm = NULL;
	current->active_mm = saved_active;
	activate_mm(mm, saved_active);
	mmput(mm);
}

static void test_whole(void)
{
	char from[64], to[64];
	u8 *middle = base + PAGE_SIZE - 20;

	memset(from, 'x', sizeof(from));
	strcpy(from, "there and back, over a page boundary");
	KTEST(!copy_to_user(middle, from, sizeof(from)), "copy_to_user over a page boundary");
	memset(to, 0, sizeof(to));
	KTEST(!copy_from_user(to, middle, sizeof(to)) && !memcmp(from, to, sizeof(to)),
	      "copy_from_user gets it back");
	KTEST(!copy_to_user(NULL, from, 0) && !copy_from_user(to, end, 0), "no bytes: no fault");
	KTEST(!clear_user(middle, 40) && !copy_from_user(to, middle, sizeof(to)) &&
		      !memchr_inv(to, 0, 40) && to[40] == 'x',
	      "clear_user clears what it was told and no more");
}

/* Every start and length around the end of what is mapped. */
static void test_partial_from(void)
{
	u8 to[48];
	bool count = true, zeroed = true;

	for (unsigned long before = 0; before <= 20; before++) {
		for (unsigned long n = 1; n <= 24; n++) {
			unsigned long missing = n > before ? n - before : 0;

			memset(to, 0xaa, sizeof(to));
			count &= copy_from_user(to, end - before, n) == missing;
			zeroed &= !memchr_inv(to, 0, n) && to[n] == 0xaa;
		}
	}
	KTEST(count, "copy_from_user: the bytes not copied, exactly");
	KTEST(zeroed, "and what is missing is zeroed, no byte more");
}

static void test_partial_to(void)
{
	u8 from[32], check[64];
	u8 *limit = (u8 *)RO;
	bool count = true, contents = true, cleared = true;

	memset(from, 0x5a, sizeof(from));
	for (unsigned long before = 0; before <= 20; before++) {
		for (unsigned long n = 1; n <= 24; n++) {
			unsigned long missing = n > before ? n - before : 0;

			clear_user(limit - 32, 32);
			count &= copy_to_user(limit - before, from, n) == missing;
			contents &= !copy_from_user(check, limit - 32, 32);
			contents &= !memchr_inv(check, 0, 32 - before);
			contents &= !memchr_inv(check + 32 - before, 0x5a, n - missing);
			cleared &= clear_user(limit - before, n) == missing;
		}
	}
	KTEST(count, "copy_to_user into a read-only page: the bytes not copied, exactly");
	KTEST(contents, "what comes before it is written, to the byte");
	KTEST(cleared, "clear_user likewise");
}

static void test_refused(void)
{
	u8 buf[16];

	KTEST(copy_from_user(buf, NULL, 16) == 16, "NULL: nothing is copied");
	KTEST(copy_to_user((void *)(PAGE_OFFSET + 0x100000), buf, 16) == 16,
	      "a kernel address is refused");
	KTEST(copy_from_user(buf, (void *)(PAGE_OFFSET + 0x100000), 16) == 16, "for reading too");
	KTEST(copy_from_user(buf, (void *)(TASK_SIZE - 8), 16) == 16,
	      "a range that runs into the kernel is refused whole");
	KTEST(copy_to_user((void *)~7UL, buf, 16) == 16, "a range that wraps is refused");
	KTEST(!access_ok((void *)TASK_SIZE, 1) && access_ok((void *)(TASK_SIZE - 1), 1) &&
		      access_ok((void *)TASK_SIZE, 0) && !access_ok(NULL, TASK_SIZE + 1) &&
		      access_ok(NULL, TASK_SIZE),
	      "access_ok knows the border");
}

static void test_values(void)
{
	u8 b = 1;
	u16 w = 1;
	u32 l = 1;
	u64 q = 1;

	KTEST(!put_user(0x12, base) && !put_user(0x3456, (u16 *)(base + 2)) &&
		      !put_user(0x789abcde, (u32 *)(base + 4)) &&
		      !put_user(0x1122334455667788ULL, (u64 *)(base + 8)),
	      "put_user of 1, 2, 4, 8 bytes");
	KTEST(!get_user(b, base) && b == 0x12 && !get_user(w, (u16 *)(base + 2)) && w == 0x3456 &&
		      !get_user(l, (u32 *)(base + 4)) && l == 0x789abcde &&
		      !get_user(q, (u64 *)(base + 8)) && q == 0x1122334455667788ULL,
	      "get_user brings each back");
	KTEST(get_user(b, end) == -EFAULT && !b && get_user(w, (u16 *)(end - 1)) == -EFAULT && !w &&
		      get_user(l, (u32 *)(end - 3)) == -EFAULT && !l &&
		      get_user(q, (u64 *)(end - 4)) == -EFAULT && !q,
	      "get_user over the end: -EFAULT, and the value is 0");
	KTEST(put_user(0, (u8 *)RO) == -EFAULT && put_user(0, (u16 *)(RO - 1)) == -EFAULT &&
		      put_user(0, (u32 *)(RO - 3)) == -EFAULT &&
		      put_user(0ULL, (u64 *)(RO - 4)) == -EFAULT,
	      "put_user into a read-only page: -EFAULT");
	KTEST(get_user(l, (u32 *)PAGE_OFFSET) == -EFAULT && put_user(1, (u32 *)~3UL) == -EFAULT &&
		      get_user(l, (u32 *)(TASK_SIZE - 2)) == -EFAULT,
	      "kernel addresses: -EFAULT");
}

static void test_strings(void)
{
	char to[32];

	copy_to_user(base, "pagoda", 7);
	KTEST(strncpy_from_user(to, (char *)base, sizeof(to)) == 6 && !strcmp(to, "pagoda"),
	      "strncpy_from_user: length without the NUL");
	KTEST(strncpy_from_user(to, (char *)base, 3) == 3, "no NUL in n bytes: n");
	KTEST(strncpy_from_user(to, (char *)base, 6) == 6, "the NUL just behind n bytes: n");
	KTEST(strncpy_from_user(to, (char *)base, 7) == 6, "the NUL as the last of n bytes");
	KTEST(strncpy_from_user(to, (char *)base, 0) == 0, "n = 0");
	KTEST(strnlen_user((char *)base, 32) == 7, "strnlen_user counts the NUL");
	KTEST(strnlen_user((char *)base, 6) > 6, "more than n without a NUL");

	copy_to_user((u8 *)RO - 3, "xy", 3);
	KTEST(strncpy_from_user(to, (char *)RO - 3, sizeof(to)) == 2, "a NUL before the next page");
	memset(to, 'z', 4);
	copy_to_user((u8 *)GAP + 2 * PAGE_SIZE - 4, to, 4);
	KTEST(strncpy_from_user(to, (char *)GAP + 2 * PAGE_SIZE - 4, sizeof(to)) == -EFAULT,
	      "a string that runs off what is mapped: -EFAULT");
	KTEST(strnlen_user((char *)GAP + 2 * PAGE_SIZE - 4, 32) == 0, "strnlen_user: 0");
	KTEST(strncpy_from_user(to, NULL, 8) == -EFAULT && strnlen_user(NULL, 8) == 0, "NULL");
	KTEST(strncpy_from_user(to, (char *)PAGE_OFFSET, 8) == -EFAULT &&
		      strnlen_user((char *)PAGE_OFFSET, 8) == 0,
	      "kernel addresses");
	map(TASK_SIZE - PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);
	copy_to_user((u8 *)TASK_SIZE - 4, to, 4);
	KTEST(strncpy_from_user(to, (char *)TASK_SIZE - 4, 8) == -EFAULT,
	      "a string that runs into the kernel's half: -EFAULT");
	KTEST(clear_user((void *)TASK_SIZE, 4) == 4, "which clear_user leaves alone");
}

static void test_atomic(void)
{
	u32 *absent = (u32 *)GAP, word = 5;

	pagefault_disable();
	KTEST(copy_from_user_inatomic(&word, absent, 4) == 4 && word == 5,
	      "in atomic: a page not yet there fails");
	pagefault_enable();
	KTEST(!put_user(7, absent), "when sleeping is allowed it is brought in");
	pagefault_disable();
	KTEST(!copy_from_user_inatomic(&word, absent, 4) && word == 7,
	      "and then the atomic copy works");
	pagefault_enable();
}

KTEST_SUITE(uaccess)
{
	if (KTEST(borrow_mm(), "an address space to test with")) {
		test_whole();
		test_partial_from();
		test_partial_to();
		test_refused();
		test_values();
		test_strings();
		test_atomic();
	}
	return_mm();
}
