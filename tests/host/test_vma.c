/*
 * The VMA tree on the host: the in-kernel suite (100,000 random operations
 * against a model) under sanitizers, and how costs grow with the number of VMAs.
 * link: mm/vma.c mm/vma_gap.c tests/kernel/vma_check.c kernel/lib/rbtree.c
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/kernel/vma.c"

#include "mm/filemap.h"

static int tests, failures;

bool ktest_result(bool ok, const char *description, const char *condition, const char *file,
		  int line)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, description);
	if (!ok)
		printf("# %s:%d: %s\n", file, line, condition);
	failures += !ok;
	return ok;
}

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma = calloc(1, sizeof(*vma));

	vma->vm_mm = mm;
	return vma;
}

struct vm_area_struct *vm_area_dup(const struct vm_area_struct *vma)
{
	struct vm_area_struct *copy = vm_area_alloc(vma->vm_mm);

	*copy = *vma;
	return copy;
}

void vm_area_free(struct vm_area_struct *vma)
{
	free(vma);
}

void fput(struct file *file)
{
	atomic_dec(&file->f_count);
}

void vma_link_file(struct vm_area_struct *vma)
{
}

void vma_unlink_file(struct vm_area_struct *vma)
{
}

/* ---- growth of costs ---- */

static unsigned long spaced_addr(unsigned long i)
{
	return BASE + i * 2 * PAGE_SIZE;
}

/* n VMAs of one page, each behind a hole of one page. */
static void fill(unsigned long n)
{
	unsigned long i;

	memset(&test_mm, 0, sizeof(test_mm));
	for (i = 1; i <= n; i++) {
		struct vm_area_struct *vma = vm_area_alloc(&test_mm);

		vma->vm_start = spaced_addr(i);
		vma->vm_end = vma->vm_start + PAGE_SIZE;
		vma->vm_flags = VM_READ;
		insert_vm_struct(&test_mm, vma);
	}
}

/* Cycles for finding a VMA, and a hole that only the very bottom offers. */
static unsigned long long cost(unsigned long n)
{
	const unsigned long low = BASE - 64 * PAGE_SIZE, high = spaced_addr(n) + PAGE_SIZE;
	unsigned long long best = ~0ULL;
	int round, i;

	for (round = 0; round < 50; round++) {
		unsigned long long start = __builtin_ia32_rdtsc(), took;

		for (i = 0; i < 20; i++) {
			unsigned long at = spaced_addr(1 + rnd(n));

			if (find_vma(&test_mm, at)->vm_start != at ||
			    unmapped_area_topdown(&test_mm, 2 * PAGE_SIZE, low, high) != BASE)
				abort();
		}
		took = __builtin_ia32_rdtsc() - start;
		best = min(best, took);
	}
	return best;
}

static void empty(void)
{
	struct vm_area_struct *vma = detach_vmas(&test_mm, test_mm.mmap, ~0UL);

	while (vma)
		vma = remove_vma(vma);
}

int main(void)
{
	unsigned long long small, large;

	ktest_run_vma();
	fill(600);
	small = cost(600);
	empty();
	fill(60000);
	KTEST(!vma_check(&test_mm), "60,000 VMAs: tree, list and gaps are right");
	large = cost(60000);
	empty();
	printf("# finding a VMA and a hole: %llu cycles among 600, %llu among 60,000\n", small / 20,
	       large / 20);
	KTEST(large < small * 15,
	      "a hundred times the VMAs cost nowhere near a hundred times as much");
	printf("1..%d\n", tests);
	return failures != 0;
}
