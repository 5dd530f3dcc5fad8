/*
 * The VMA tree against a model so simple that it cannot be wrong: an array with
 * one cell a page. Random operations run on both, and both must agree.
 * Also linked into tests/host/test_vma.c.
 */
#include "tests/kernel/ktest.h"

#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/mm.h"
#include "mm/vma.h"
#include "tests/kernel/vma_check.h"

#define NCELLS 2048u
#define BASE   0x00400000UL
#define TOP    (BASE + NCELLS * PAGE_SIZE)
#define ROUNDS 100000u

/* What a page can be: 0 is free. FILE_WATCHED's driver has open and close, so its VMAs never merge. */
enum { FILE_NONE, FILE_A, FILE_B, FILE_WATCHED, NFILES };

static const unsigned long kinds[] = {
	0,
	VM_READ | VM_MAYREAD | VM_MAYWRITE,
	VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE,
	VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYEXEC,
	VM_READ | VM_WRITE | VM_GROWSDOWN,
	VM_READ | VM_GROWSDOWN,
};
#define KIND_STACK 4u /* the first that grows down */

struct cell {
	u8 kind, file;
	u16 pgoff;
};

static struct cell cells[NCELLS];
static struct mm_struct test_mm;
static struct file files[NFILES];
static long watched_open; /* VMAs that the watching driver believes to exist */
static u32 random_state;

static u32 rnd(u32 n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (u32)(((u64)random_state * n) >> 32);
}

static void watch_open(struct vm_area_struct *vma)
{
	watched_open++;
}

static void watch_close(struct vm_area_struct *vma)
{
	watched_open--;
}

static const struct vm_operations_struct watched_ops = { .open = watch_open, .close = watch_close };
static const struct vm_operations_struct plain_ops = { .open = NULL };

static unsigned long cell_addr(u32 i)
{
	return BASE + i * PAGE_SIZE;
}

static struct file *file_of(u32 file)
{
	return file ? &files[file] : NULL;
}

/* ---- the operations, as the system calls do them ---- */

static bool do_unmap(u32 from, u32 to)
{
	unsigned long start = cell_addr(from), end = cell_addr(to);
	struct vm_area_struct *vma = find_vma_intersection(&test_mm, start, end), *last;

	memset(&cells[from], 0, (to - from) * sizeof(cells[0]));
	if (!vma)
		return true;
	if (start > vma->vm_start) {
		if (__split_vma(&test_mm, vma, start, false))
			return false;
		vma = vma->vm_next;
	}
	last = find_vma_intersection(&test_mm, end - 1, end);
	if (last && last->vm_end > end) {
		if (__split_vma(&test_mm, last, end, true))
			return false;
		if (vma == last)
			vma = last->vm_prev;
	}
	vma = detach_vmas(&test_mm, vma, end);
	while (vma)
		vma = remove_vma(vma);
	return true;
}

static bool do_map(u32 from, u32 to, u32 kind, u32 file, u32 pgoff)
{
	struct vm_area_struct *vma, *prev;
	unsigned long start = cell_addr(from), end = cell_addr(to);
	u32 i;

	if (!file)
		pgoff = start >> PAGE_SHIFT;
	if (!do_unmap(from, to))
		return false;
	for (i = from; i < to; i++)
		cells[i] = (struct cell){ kind, file, pgoff + i - from };

	find_vma_prev(&test_mm, start, &prev);
	if (vma_merge(&test_mm, prev, start, end, kinds[kind], file_of(file), pgoff, 0))
		return true;
	vma = vm_area_alloc(&test_mm);
	if (!vma)
		return false;
	vma->vm_start = start;
	vma->vm_end = end;
	vma->vm_flags = kinds[kind];
	vma->vm_pgoff = pgoff;
	vma->vm_file = file_of(file);
	if (file)
		get_file(vma->vm_file);
	if (file)
		vma->vm_ops = file == FILE_WATCHED ? &watched_ops : &plain_ops;
	if (file == FILE_WATCHED)
		watched_open++;
	insert_vm_struct(&test_mm, vma);
	return true;
}

/* One VMA's part of a change of rights. Returns the VMA that holds [start, end) afterwards. */
static struct vm_area_struct *protect_one(struct vm_area_struct *vma, unsigned long start,
					  unsigned long end, unsigned long flags)
{
	pgoff_t pgoff = linear_page_index(vma, start);
	struct vm_area_struct *prev = start > vma->vm_start ? vma : vma->vm_prev, *merged;

	if (vma->vm_flags == flags)
		return vma;
	merged = vma_merge(&test_mm, prev, start, end, flags, vma->vm_file, pgoff, 0);
	if (merged)
		return merged;
	if (start > vma->vm_start && split_vma(&test_mm, vma, start, true))
		return NULL;
	if (end < vma->vm_end && split_vma(&test_mm, vma, end, false))
		return NULL;
	vma->vm_flags = flags;
	return vma;
}

/* New rights never change which way a VMA grows. */
static u32 protected_kind(u32 old, u32 kind)
{
	return old >= KIND_STACK ? KIND_STACK + kind % 2 : kind;
}

static bool do_protect(u32 from, u32 to, u32 kind)
{
	unsigned long addr = cell_addr(from), end = cell_addr(to);
	struct vm_area_struct *vma;
	u32 i;

	for (i = from; i < to; i++)
		if (cells[i].kind)
			cells[i].kind = protected_kind(cells[i].kind, kind);
	while (addr < end && (vma = find_vma_intersection(&test_mm, addr, end))) {
		unsigned long start = max(addr, vma->vm_start), stop = min(end, vma->vm_end);
		u32 old = vma->vm_flags & VM_GROWSDOWN ? KIND_STACK : 1;

		if (!protect_one(vma, start, stop, kinds[protected_kind(old, kind)]))
			return false;
		addr = stop;
	}
	return true;
}

/* ---- the model's answers ---- */

/* The highest place for n cells in [low, high); NCELLS if there is none. */
static u32 model_hole(u32 n, u32 low, u32 high)
{
	u32 start = 0, best = NCELLS, gap = STACK_GUARD_GAP / PAGE_SIZE;

	while (start < NCELLS) {
		u32 end = start, limit;

		while (end < NCELLS && !cells[end].kind)
			end++;
		limit = end;
		if (end < NCELLS && (kinds[cells[end].kind] & VM_GROWSDOWN))
			limit = end > start + gap ? end - gap : start;
		limit = min(limit, high);
		if (limit > max(start, low) && limit - max(start, low) >= n)
			best = limit - n;
		start = end + 1;
	}
	return best;
}

static bool check_hole(u32 n, u32 low, u32 high)
{
	u32 want = model_hole(n, low, high);
	unsigned long got =
		unmapped_area_topdown(&test_mm, n * PAGE_SIZE, cell_addr(low), cell_addr(high));

	return got == (want == NCELLS ? (unsigned long)-ENOMEM : cell_addr(want));
}

static bool check_find(u32 i)
{
	unsigned long addr = cell_addr(i) + rnd(PAGE_SIZE);
	struct vm_area_struct *prev, *vma = find_vma_prev(&test_mm, addr, &prev);
	u32 above = i, below = i;

	while (above < NCELLS && !cells[above].kind)
		above++;
	if (!vma != (above == NCELLS) || find_vma(&test_mm, addr) != vma)
		return false;
	if (vma && (cell_addr(above) < vma->vm_start || cell_addr(above) >= vma->vm_end))
		return false;
	if (!vma)
		below = NCELLS;
	else
		below = vma->vm_start > BASE ? (vma->vm_start - BASE) / PAGE_SIZE : 0;
	while (below > 0 && !cells[below - 1].kind)
		below--;
	if (!prev)
		return below == 0;
	return below > 0 && prev->vm_end == cell_addr(below);
}

static bool mergeable(const struct cell *a, const struct cell *b)
{
	return a->kind == b->kind && a->file == b->file && a->file != FILE_WATCHED &&
	       (u16)(a->pgoff + 1) == b->pgoff;
}

/* Does each VMA say of each of its pages what the model says? And is nothing apart that belongs together? */
static bool same_as_model(void)
{
	struct vm_area_struct *vma = test_mm.mmap;
	long watched = 0, refs = 0;
	u32 i = 0;

	for (; vma; vma = vma->vm_next) {
		u32 first = (vma->vm_start - BASE) / PAGE_SIZE;

		for (; i < first; i++)
			if (cells[i].kind)
				return false;
		if (i > 0 && mergeable(&cells[i - 1], &cells[i]))
			return false;
		for (; cell_addr(i) < vma->vm_end; i++) {
			if (kinds[cells[i].kind] != vma->vm_flags ||
			    file_of(cells[i].file) != vma->vm_file ||
			    (u16)linear_page_index(vma, cell_addr(i)) != cells[i].pgoff)
				return false;
		}
		watched += vma->vm_file == &files[FILE_WATCHED];
		refs += vma->vm_file != NULL;
	}
	for (; i < NCELLS; i++)
		if (cells[i].kind)
			return false;
	for (i = 0; i < NFILES; i++)
		refs -= atomic_read(&files[i].f_count) - 1;
	return watched == watched_open && refs == 0;
}

/* ---- random rounds ---- */

static bool random_op(void)
{
	u32 from = rnd(NCELLS), to = from + 1 + rnd(rnd(4) ? 12 : 200);
	u32 kind = rnd(8) ? 1 + rnd(KIND_STACK - 1) : KIND_STACK + rnd(2);
	u32 file = rnd(NFILES), low = rnd(NCELLS), high = low + 1 + rnd(NCELLS - low);

	to = min(to, NCELLS);
	if (kinds[kind] & VM_GROWSDOWN)
		file = FILE_NONE;
	switch (rnd(8)) {
	case 0:
	case 1:
		/* Offsets often follow those of the neighbour, as a loader's do. */
		return do_map(from, to, kind, file, rnd(4) ? from : rnd(1000));
	case 2:
		return do_unmap(from, to);
	case 3:
	case 4:
		return do_protect(from, to, 1 + rnd(3));
	case 5:
		return check_find(from);
	default:
		return check_hole(1 + rnd(rnd(4) ? 8 : 300), low, high);
	}
}

/* Rounds until something is wrong; ROUNDS if nothing is. */
static u32 random_rounds(const char **wrong)
{
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		*wrong = "an operation failed or answered something else than the model";
		if (!random_op())
			break;
		if (i % 16)
			continue;
		*wrong = vma_check(&test_mm);
		if (*wrong)
			break;
		*wrong = "the VMAs differ from the model";
		if (!same_as_model())
			break;
	}
	return i;
}

static void start_empty(void)
{
	u32 i;

	memset(&test_mm, 0, sizeof(test_mm));
	memset(cells, 0, sizeof(cells));
	for (i = 0; i < NFILES; i++)
		atomic_set(&files[i].f_count, 1);
	watched_open = 0;
	random_state = 2463534242u;
}

/* A range of three pages and neighbours on both sides: count the VMAs after the middle becomes like them. */
static bool merge_case(u32 left, u32 middle, u32 right, u32 from, u32 to, u32 kind, int want)
{
	do_unmap(0, NCELLS);
	if (left)
		do_map(10, 13, left, FILE_A, 10);
	if (middle)
		do_map(13, 16, middle, FILE_A, 13);
	if (right)
		do_map(16, 19, right, FILE_A, 16);
	if (middle)
		do_protect(from, to, kind);
	else
		do_map(from, to, kind, FILE_A, from);
	return test_mm.map_count == want && same_as_model() && !vma_check(&test_mm);
}

static void eight_cases(void)
{
	KTEST(merge_case(1, 0, 1, 13, 16, 1, 1), "a filled hole joins both neighbours");
	KTEST(merge_case(1, 0, 1, 13, 15, 1, 2), "a hole's head joins the lower neighbour");
	KTEST(merge_case(1, 0, 1, 14, 16, 1, 2), "a hole's tail joins the upper neighbour");
	KTEST(merge_case(1, 2, 1, 13, 16, 1, 1), "a VMA that becomes like both joins both");
	KTEST(merge_case(1, 2, 3, 13, 16, 1, 2), "a VMA that becomes like the lower joins it");
	KTEST(merge_case(3, 2, 1, 13, 16, 1, 2), "a VMA that becomes like the upper joins it");
	KTEST(merge_case(1, 2, 3, 13, 14, 1, 3), "the head of a VMA goes to the lower");
	KTEST(merge_case(3, 2, 1, 15, 16, 1, 3), "the tail of a VMA goes to the upper");
	KTEST(merge_case(1, 2, 1, 14, 15, 1, 5), "the middle of a VMA joins nobody");
	do_unmap(0, NCELLS);
	do_map(10, 12, 1, FILE_A, 0);
	do_map(12, 14, 1, FILE_A, 7);
	KTEST(test_mm.map_count == 2, "neighbours whose offsets do not follow stay apart");
	do_map(14, 16, 1, FILE_B, 9);
	KTEST(test_mm.map_count == 3, "neighbours of different files stay apart");
	do_map(20, 22, 1, FILE_WATCHED, 0);
	do_map(22, 24, 1, FILE_WATCHED, 2);
	KTEST(test_mm.map_count == 5 && watched_open == 2,
	      "VMAs with a close operation stay apart");
	do_unmap(21, 23);
	KTEST(watched_open == 2, "cutting two watched VMAs opens and closes nothing for good");
	do_unmap(0, NCELLS);
	KTEST(watched_open == 0 && !test_mm.mmap, "unmapping all closes all");
	do_map(10, 12, 1, FILE_B, 10);
	do_map(12, 14, 2, FILE_B, 12);
	find_vma(&test_mm, cell_addr(12))->vm_ops = &watched_ops;
	watched_open = 1;
	do_protect(12, 14, 1);
	KTEST(test_mm.map_count == 2, "a VMA with close is not swallowed by one without");
	do_unmap(0, NCELLS);
	KTEST(watched_open == 0, "so that it is closed in the end");
}

/* Lists of each length up to n become trees as good as grown ones, which can then be worked on. */
static bool built_trees(u32 n)
{
	struct vm_area_struct *last, *vma;
	u32 i, j;

	for (i = 0; i <= n; i++) {
		start_empty();
		last = NULL;
		for (j = 0; j < i; j++) {
			vma = vm_area_alloc(&test_mm);
			if (!vma)
				return false;
			vma->vm_start = cell_addr(j * 2);
			vma->vm_end = cell_addr(j * 2 + 1);
			vma->vm_flags = kinds[1];
			vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
			cells[j * 2] = (struct cell){ 1, FILE_NONE, vma->vm_pgoff };
			vma_list_link(&test_mm, vma, last);
			last = vma;
		}
		vma_build_tree(&test_mm);
		if (vma_check(&test_mm) || !same_as_model())
			return false;
		do_unmap(n / 2, n);
		if (vma_check(&test_mm) || !same_as_model())
			return false;
		do_unmap(0, NCELLS);
	}
	return true;
}

KTEST_SUITE(vma)
{
	const char *wrong = NULL;
	u32 rounds;

	start_empty();
	eight_cases();
	rounds = random_rounds(&wrong);
	if (!KTEST(rounds == ROUNDS, "100000 random operations agree with the model"))
		KTEST(false, wrong);
	do_unmap(0, NCELLS);
	KTEST(built_trees(100), "a tree built from a list is as good as a grown one");
	KTEST(!test_mm.mmap && !test_mm.map_count && same_as_model(),
	      "nothing is left after unmapping everything");
}
