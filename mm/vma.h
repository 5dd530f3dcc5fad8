/*
 * vm_area_struct: one mapping, a range of one address space with one set of
 * rights and one object behind it; and the tree and list that hold an address
 * space's VMAs. Pure bookkeeping: nothing here touches page tables, so the same
 * code runs in tests on the host.
 */
#ifndef MM_VMA_H
#define MM_VMA_H

#include "kernel/lib/rbtree.h"
#include "mm/page.h"
#include "mm/pgprot.h"

struct file;
struct mm_struct;
struct page;
struct vm_area_struct;

/* vm_flags: rights now, rights that mprotect may give, kind of memory. Linux's values. */
#define VM_READ        0x00000001u
#define VM_WRITE       0x00000002u
#define VM_EXEC        0x00000004u
#define VM_SHARED      0x00000008u
#define VM_MAYREAD     0x00000010u
#define VM_MAYWRITE    0x00000020u
#define VM_MAYEXEC     0x00000040u
#define VM_MAYSHARE    0x00000080u
#define VM_GROWSDOWN   0x00000100u
#define VM_PFNMAP      0x00000400u /* entries map frames without struct page references */
#define VM_LOCKED      0x00002000u
#define VM_IO          0x00004000u /* device memory: no get_user_pages, no core */
#define VM_SEQ_READ    0x00008000u
#define VM_RAND_READ   0x00010000u
#define VM_DONTCOPY    0x00020000u /* not for the child of a fork */
#define VM_DONTEXPAND  0x00040000u /* mremap may not grow it */
#define VM_LOCKONFAULT 0x00080000u /* a lock that leaves pages to faults; with VM_LOCKED */
#define VM_ACCOUNT     0x00100000u /* counted in vm_committed_as */
#define VM_NORESERVE   0x00200000u
#define VM_NONLINEAR   0x00800000u /* its entries say which pages of the object it shows */
#define VM_WIPEONFORK  0x02000000u
#define VM_DONTDUMP    0x04000000u

#define VM_LOCKED_MASK (VM_LOCKED | VM_LOCKONFAULT)

/* What nopage returns instead of a page, and what it may say in *type. */
#define NOPAGE_SIGBUS ((struct page *)NULL)
#define NOPAGE_OOM    ((struct page *)-1L)
/* What nopfn returns instead of a frame number. */
#define NOPFN_SIGBUS  (~0UL)
#define NOPFN_OOM     (~0UL - 1)
#define NOPFN_REFAULT (~0UL - 2)

/* Results of a fault (Linux 2.6): what the page cost, or why there is none. */
#define VM_FAULT_OOM    (-1)
#define VM_FAULT_SIGBUS 0
#define VM_FAULT_MINOR  1
#define VM_FAULT_MAJOR  2

/*
 * How a VMA gets a page-table entry. All run with mmap_sem held (nopage, nopfn,
 * page_mkwrite, populate: for reading at least; the rest: for writing) and may sleep.
 */
struct vm_operations_struct {
	/* The VMA was duplicated: by fork, by a split, by mremap. */
	void (*open)(struct vm_area_struct *vma);
	/* The VMA goes away. */
	void (*close)(struct vm_area_struct *vma);
	/* mremap moved it here. */
	void (*mremap)(struct vm_area_struct *vma);
	/*
	 * The page for the page-aligned @address, with a reference for the new
	 * entry, or NOPAGE_SIGBUS or NOPAGE_OOM. *type takes VM_FAULT_MINOR or
	 * VM_FAULT_MAJOR; type may be NULL.
	 */
	struct page *(*nopage)(struct vm_area_struct *vma, unsigned long address, int *type);
	/*
	 * Those of the @nr pages from @first on that could be mapped at once, each with a reference: how many.
	 * May be NULL. page_table_lock held.
	 */
	unsigned int (*find_pages)(struct vm_area_struct *vma, pgoff_t first, unsigned int nr,
				   struct page **pages);
	/* The frame of device memory for @address, or NOPFN_*. */
	unsigned long (*nopfn)(struct vm_area_struct *vma, unsigned long address);
	/*
	 * Makes the entries of [addr, addr+len) show the pages from @pgoff on; @nonblock: when they are
	 * touched. 0; -ENOMEM, and it ended there; -EFAULT: some page is not to be had.
	 */
	int (*populate)(struct vm_area_struct *vma, unsigned long addr, unsigned long len,
			unsigned long pgoff, bool nonblock);
	/* First write to a page of a shared mapping. 0, or -errno: SIGBUS. */
	int (*page_mkwrite)(struct vm_area_struct *vma, struct page *page);
	/* Name for /proc/PID/maps where there is no file, or NULL. */
	const char *(*name)(struct vm_area_struct *vma);
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_start;         /* first byte */
	unsigned long vm_end;           /* one past the last byte */
	struct vm_area_struct *vm_next; /* next higher, in the sorted list */
	struct vm_area_struct *vm_prev;
	unsigned long vm_flags; /* VM_* */
	pgprot_t vm_page_prot;  /* rights for its entries: vm_get_page_prot(vm_flags) */
	struct rb_node vm_rb;
	unsigned long rb_subtree_gap; /* largest hole before any VMA of this subtree */
	struct list_head shared;      /* in address_space.i_mmap, if vm_file has a mapping */
	const struct vm_operations_struct *vm_ops; /* NULL: anonymous */
	unsigned long vm_pgoff;                    /* offset in the object, in pages */
	struct file *vm_file;                      /* with a reference, or NULL */
	void *vm_private_data;                     /* the driver's */
	unsigned long anon_vma; /* whose anonymous pages it has: anon_vma_prepare(); 0: none yet */
};

/* In anon_vma: pages that a child of fork has from its parent. */
#define ANON_VMA_FORKED 1ul

/* Flags of mappings that are never merged: what stands behind them is the driver's business. */
#define VM_SPECIAL (VM_IO | VM_DONTEXPAND | VM_PFNMAP)

/* Bytes below a VM_GROWSDOWN mapping that nothing else may use, so that a stack cannot run into a neighbour. */
#define STACK_GUARD_GAP (256UL << PAGE_SHIFT)

/* VMAs that one address space may have; one more is -ENOMEM. /proc/sys/vm/max_map_count. */
extern int sysctl_max_map_count;

/* ---- looking up: mmap_sem held for reading ---- */

/* First VMA that ends above @addr (it may begin above it too), or NULL. O(log n); O(1) for the last VMA found. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
/* The same, and *prev takes the VMA before it (the last one where there is none above; or NULL). */
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
				     struct vm_area_struct **prev);
/* First VMA that touches [start, end), or NULL. */
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end);

/* find_vma without looking at or changing the cached last hit. */
struct vm_area_struct *__find_vma(struct mm_struct *mm, unsigned long addr);
/* The VMA with the highest address, or NULL. O(log n). */
struct vm_area_struct *last_vma(struct mm_struct *mm);

/* The highest free range of @length bytes inside [low, high): its address, or -ENOMEM. O(log n). */
unsigned long unmapped_area_topdown(struct mm_struct *mm, unsigned long length, unsigned long low,
				    unsigned long high);

/* ---- changing: mmap_sem held for writing; page tables are the caller's business ---- */

/* The slab of VMAs; mm_cache_init() makes it. */
void vma_cache_init(void);
/* A zeroed VMA of @mm, in no tree; NULL without memory. May sleep. */
struct vm_area_struct *vm_area_alloc(struct mm_struct *mm);
/* A copy in no tree, without references of its own; NULL without memory. May sleep. */
struct vm_area_struct *vm_area_dup(const struct vm_area_struct *vma);
/* A copy that has its place takes references of its own, and its driver hears of it. May sleep. */
void vma_open(struct vm_area_struct *vma);
/* Gives back the memory only; remove_vma() also closes. */
void vm_area_free(struct vm_area_struct *vma);

/* Enters a VMA (into tree, list and its file's i_mmap), whose range must be free. */
void insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma);

/*
 * For fork, which copies in order: link into list and i_mmap alone, behind @prev (or NULL);
 * and make the tree when the list is complete. O(n).
 */
void vma_list_link(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *prev);
void vma_build_tree(struct mm_struct *mm);

/*
 * split_vma - cut a VMA in two at @addr, a page boundary strictly inside it
 *
 * The new half is the lower one if @new_below. It has its own file reference
 * and vm_ops->open has been called on it. Returns 0, or -ENOMEM without memory
 * or with sysctl_max_map_count VMAs. __split_vma does not look at the count: for a
 * caller that removes VMAs right after.
 */
int split_vma(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, bool new_below);
int __split_vma(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr,
		bool new_below);

/*
 * vma_merge - let neighbours take over [addr, end)
 * @prev: the VMA that begins below @addr, or NULL
 * @vm_flags, @file, @pgoff, @anon_vma: what [addr, end) is or becomes
 *
 * The range is a hole, or lies in one VMA (head, tail or whole). Returns the VMA
 * that holds it now, or NULL if no neighbour matches: nothing was changed then.
 */
struct vm_area_struct *vma_merge(struct mm_struct *mm, struct vm_area_struct *prev,
				 unsigned long addr, unsigned long end, unsigned long vm_flags,
				 struct file *file, pgoff_t pgoff, unsigned long anon_vma);

/*
 * anon_vma_prepare - @vma is about to get its first anonymous page
 *
 * Linux keeps a structure for what can share anonymous pages; here its identity is enough, for it
 * decides which VMAs merge. One is shared by the parts of a VMA, and taken over from a neighbour
 * that differs in rights alone. mmap_sem held for reading. anon_vma_new: one that nobody has yet.
 */
void anon_vma_prepare(struct vm_area_struct *vma);
unsigned long anon_vma_new(void);

/* Moves a VMA's ends: grows it into free space beside it, or shrinks it. @pgoff belongs to @start. */
void vma_set_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   pgoff_t pgoff);

/*
 * detach_vmas - take all VMAs inside [start, end) out of tree and list
 *
 * None may straddle a boundary. @vma is the first. Returns them chained by
 * vm_next, for zap_page_range and remove_vma.
 */
struct vm_area_struct *detach_vmas(struct mm_struct *mm, struct vm_area_struct *vma,
				   unsigned long end);

/* The end of a VMA that is in no tree: vm_ops->close, fput, free. Returns its vm_next. May sleep. */
struct vm_area_struct *remove_vma(struct vm_area_struct *vma);

/* Where the VMA begins for others: its guard gap belongs to a stack. */
static inline unsigned long vm_start_gap(const struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_GROWSDOWN))
		return vma->vm_start;
	return vma->vm_start > STACK_GUARD_GAP ? vma->vm_start - STACK_GUARD_GAP : 0;
}

static inline struct vm_area_struct *rb_vma(struct rb_node *node)
{
	return rb_entry(node, struct vm_area_struct, vm_rb);
}

/* Bytes free for others between the VMA before and this one. */
static inline unsigned long vma_gap(const struct vm_area_struct *vma)
{
	unsigned long start = vm_start_gap(vma);
	unsigned long prev_end = vma->vm_prev ? vma->vm_prev->vm_end : 0;

	return start > prev_end ? start - prev_end : 0;
}

/* The largest such hole before any VMA of a subtree, which may be empty. */
static inline unsigned long subtree_gap(struct rb_node *node)
{
	return node ? rb_vma(node)->rb_subtree_gap : 0;
}

/* Its name in /proc/PID/maps where that is not a file's: the kernel's own for it, or NULL. */
const char *vma_name(struct vm_area_struct *vma);

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/* Offset in the object, in pages, of the page at @addr. */
static inline pgoff_t linear_page_index(const struct vm_area_struct *vma, unsigned long addr)
{
	return ((addr - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

/* A mapping that is, or may become, a way to write to its object. */
static inline bool is_shared_maywrite(unsigned long vm_flags)
{
	return (vm_flags & (VM_SHARED | VM_MAYWRITE)) == (VM_SHARED | VM_MAYWRITE);
}

/* A private mapping that may become writable: its pages are copied on write. */
static inline bool is_cow_mapping(unsigned long vm_flags)
{
	return (vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

#endif
