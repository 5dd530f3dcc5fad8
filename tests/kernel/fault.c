/*
 * Faults from inside: what the verdict is and which page arrives, for every kind
 * of memory; device frames by nopfn and remap_pfn_range, page_mkwrite, pinning.
 */
#include "kernel/lib/err.h"
#include "kernel/lib/util.h"
#include "mm/fault.h"
#include "mm/filemap.h"
#include "mm/faulttrace.h"
#include "mm/highmem.h"
#include "mm/madvise.h"
#include "mm/stack.h"
#include "tests/kernel/ktest.h"
#include "tests/kernel/user_mm.h"

/* ---- a device with frames and with pages, as the test wants it ---- */

#define DEV_PAGES 8

static struct {
	struct page *pages[DEV_PAGES]; /* one by one, for nopage and nopfn */
	struct page *block;            /* side by side, for remap_pfn_range */
	unsigned int asked, mkwrites;
	bool refuse_write, by_pfn, truncate; /* truncate: while nopage looks for the page */
	unsigned long odd_pfn;               /* what nopfn says for the last page */
} dev;

static struct page *dev_page(struct vm_area_struct *vma, unsigned long address)
{
	dev.asked++;
	return dev.pages[linear_page_index(vma, address) % DEV_PAGES];
}

static struct page *dev_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	struct page *page = dev_page(vma, address);

	if (dev.truncate)
		unmap_mapping_range(vma->vm_file->f_mapping, 0, 0, true);
	get_page(page);
	return page;
}

static unsigned long dev_nopfn(struct vm_area_struct *vma, unsigned long address)
{
	if (linear_page_index(vma, address) == DEV_PAGES - 1)
		return dev.odd_pfn;
	return page_to_pfn(dev_page(vma, address));
}

static int dev_mkwrite(struct vm_area_struct *vma, struct page *page)
{
	dev.mkwrites++;
	return dev.refuse_write ? -EIO : 0;
}

static const struct vm_operations_struct dev_page_ops = {
	.nopage = dev_nopage,
	.page_mkwrite = dev_mkwrite,
};

static const struct vm_operations_struct dev_pfn_ops = {
	.nopfn = dev_nopfn,
	.page_mkwrite =
		dev_mkwrite, /* nobody calls it, but a first write makes the entry writable */
};

static int dev_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = dev.by_pfn ? &dev_pfn_ops : &dev_page_ops;
	if (dev.by_pfn)
		vma->vm_flags |= VM_IO | VM_PFNMAP;
	return 0;
}

static int ram_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(dev.block),
			       min(vma->vm_end - vma->vm_start, P(DEV_PAGES)), vma->vm_page_prot);
}

static const struct file_operations dev_fops = { .mmap = dev_mmap };
static const struct file_operations ram_fops = { .mmap = ram_mmap };
static struct address_space dev_mapping;
static struct file dev_file = { .f_mode = FMODE_READ | FMODE_WRITE, .f_op = &dev_fops };

static u32 *word_of(struct page *page)
{
	return page_address(page);
}

/* The n-th page of each kind begins with n. */
static bool dev_init(void)
{
	unsigned int i;

	memset(&dev, 0, sizeof(dev));
	atomic_set(&dev_file.f_count, 1);
	address_space_init(&dev_mapping, NULL, NULL);
	dev_file.f_mapping = &dev_mapping;
	dev.block = alloc_pages(GFP_KERNEL, ilog2(DEV_PAGES));
	for (i = 0; dev.block && i < DEV_PAGES; i++) {
		dev.pages[i] = alloc_page(GFP_KERNEL);
		if (!dev.pages[i])
			return false;
		*word_of(dev.pages[i]) = *word_of(dev.block + i) = i;
	}
	return dev.block;
}

static void dev_exit(void)
{
	unsigned int i, counts = 0;

	for (i = 0; i < DEV_PAGES; i++) {
		counts += page_count(dev.pages[i]) + page_mapcount(dev.pages[i]);
		put_page(dev.pages[i]);
	}
	KTEST(counts == DEV_PAGES, "every page of the device came back");
	__free_pages(dev.block, ilog2(DEV_PAGES));
}

/* ---- the suites ---- */

/* The ring of faults keeps the last ones. */
static void test_trace(struct mm_struct *mm)
{
	const unsigned long traced = fault_trace;
	struct fault_record first, second;

	fault_trace = 1;
	for (int i = 0; i < 600; i++)
		do_page_fault(mm, AT, PF_USER, false);
	fault_trace = traced;
	KTEST(fault_trace_get(1, &first) && first.number > 1 && first.address == AT &&
		      fault_trace_get(first.number + 1, &second) &&
		      second.number == first.number + 1,
	      "of many faults the last ones are told");
}

static void test_verdicts(struct mm_struct *mm)
{
	map_at(AT, 1, PROT_READ);
	map_at(AT + P(1), 1, RW);
	map_at(AT + P(2), 1, PROT_NONE);
	KTEST(do_page_fault(mm, AT - 1, PF_USER, false) == FAULT_SEGV_MAPERR, "no VMA: MAPERR");
	KTEST(do_page_fault(mm, AT, PF_USER | PF_WRITE, false) == FAULT_SEGV_ACCERR,
	      "write to read-only: ACCERR");
	KTEST(do_page_fault(mm, AT + P(1), PF_USER | PF_INSTR, false) == FAULT_SEGV_ACCERR,
	      "fetch of data: ACCERR");
	KTEST(do_page_fault(mm, AT + P(2), PF_USER, false) == FAULT_SEGV_ACCERR,
	      "read of PROT_NONE: ACCERR");
	KTEST(do_page_fault(mm, PAGE_OFFSET, PF_USER, false) == FAULT_SEGV_MAPERR,
	      "the user in the kernel's half: MAPERR, whatever is there");
	KTEST(do_page_fault(mm, PAGE_OFFSET, 0, false) == FAULT_KERNEL_BUG,
	      "the kernel in its own half: a bug");
	KTEST(do_page_fault(NULL, AT, 0, false) == FAULT_KERNEL_BUG, "no address space: a bug");
	KTEST(do_page_fault(mm, AT, 0, true) == FAULT_KERNEL_BUG, "may not sleep: a bug");
	KTEST(do_page_fault(mm, AT, PF_USER | PF_RSVD, false) == FAULT_KERNEL_BUG,
	      "a reserved bit: a bug");
	KTEST(!mm->rss, "none of these brought a page");
	KTEST(do_page_fault(mm, AT + P(1), PF_USER | PF_WRITE, false) == FAULT_HANDLED &&
		      mm->rss == 1,
	      "a good write brings one");
	clean();
}

static void test_anonymous(struct mm_struct *mm)
{
	struct mm_struct *child;
	struct page *page;

	map_at(AT, 4, RW);
	KTEST(peek(AT, 0) && follow_page(mm, AT, false) == empty_zero_page && !mm->rss,
	      "a first read sees the page of zeroes, which is not counted");
	KTEST(poke(AT, 1) && follow_page(mm, AT, true) != empty_zero_page && mm->anon_rss == 1,
	      "a write after it gets a page of its own");
	KTEST(peek(AT + P(1), 0) && !*(u32 *)page_address(empty_zero_page),
	      "and the page of zeroes is still zero");
	page = follow_page(mm, AT, true);
	child = dup_mm(mm);
	if (!KTEST(child != NULL, "fork"))
		return;
	KTEST(page_count(page) == 2 && page_mapcount(page) == 2 && !follow_page(mm, AT, true),
	      "after fork the page is shared, read-only");
	KTEST(poke(AT, 2) && follow_page(mm, AT, true) != page && page_count(page) == 1,
	      "who writes first gets a copy");
	run_back(mm);
	run_in(child);
	KTEST(peek(AT, 1), "the other still sees the old value");
	KTEST(poke(AT, 3) && follow_page(child, AT, true) == page, "and keeps the last one");
	run_back(child);
	run_in(mm);
	mmput(child);
	KTEST(peek(AT, 2), "its end changes nothing");
	clean();
	KTEST(!mm->rss && !mm->anon_rss, "unmapped: nothing is resident");
}

static void test_nopfn(struct mm_struct *mm)
{
	dev.by_pfn = true;
	map(&dev_file, AT, P(DEV_PAGES), RW, MAP_SHARED | MAP_FIXED, 0);
	KTEST(peek(AT + P(3), 3) && dev.asked == 1, "nopfn is asked for the frame");
	KTEST(poke(AT + P(3), 33) && *word_of(dev.pages[3]) == 33 && dev.asked == 1 && !mm->rss,
	      "a write reaches it; device frames are not counted");
	dev.odd_pfn = NOPFN_SIGBUS;
	KTEST(do_page_fault(mm, AT + P(7), PF_USER, false) == FAULT_BUS_ADRERR, "NOPFN_SIGBUS");
	dev.odd_pfn = NOPFN_OOM;
	KTEST(do_page_fault(mm, AT + P(7), PF_USER, false) == FAULT_OOM, "NOPFN_OOM");
	dev.odd_pfn = NOPFN_REFAULT;
	KTEST(do_page_fault(mm, AT + P(7), PF_USER, false) == FAULT_HANDLED &&
		      !follow_page(mm, AT + P(7), false),
	      "NOPFN_REFAULT enters nothing and lets the task try again");
	clean();
	map(&dev_file, AT, P(1), RW, MAP_PRIVATE | MAP_FIXED, 0);
	KTEST(!peek(AT, 0), "a private mapping of such a device has no pages");
	clean();
	dev.by_pfn = false;
}

static void test_mkwrite(struct mm_struct *mm)
{
	map(&dev_file, AT, P(4), RW, MAP_SHARED | MAP_FIXED, 0);
	KTEST(peek(AT, 0) && !dev.mkwrites && !follow_page(mm, AT, true),
	      "a read enters the page read-only, its object hears nothing");
	KTEST(poke(AT, 5) && poke(AT + 4, 6) && dev.mkwrites == 1 && *word_of(dev.pages[0]) == 5,
	      "the first write is announced, the second is not");
	KTEST(poke(AT + P(1), 7) && dev.mkwrites == 2, "so is a write that is the first touch");
	dev.refuse_write = true;
	KTEST(do_page_fault(mm, AT + P(2), PF_USER | PF_WRITE, false) == FAULT_BUS_ADRERR &&
		      page_count(dev.pages[2]) == 1,
	      "an object that refuses: SIGBUS, and its page is given back");
	dev.refuse_write = false;
	sys_mprotect(AT, P(4), PROT_READ);
	sys_mprotect(AT, P(4), RW);
	KTEST(peek(AT, 5) && !follow_page(mm, AT, true) && poke(AT, 5) && dev.mkwrites == 4,
	      "a page that becomes writable again is announced again");
	dev.truncate = true;
	KTEST(do_page_fault(mm, AT + P(3), PF_USER, false) == FAULT_HANDLED &&
		      !follow_page(mm, AT + P(3), false) && page_count(dev.pages[3]) == 1,
	      "a page that is truncated while it is looked for does not arrive");
	dev.truncate = false;
	KTEST(sys_madvise(AT, P(1), MADV_REMOVE) == -EOPNOTSUPP, "holes are for files");
	clean();
	map(&dev_file, AT, P(4), RW, MAP_PRIVATE | MAP_FIXED, 0);
	KTEST(poke(AT + P(3), 9) && dev.mkwrites == 4 && *word_of(dev.pages[3]) == 33 &&
		      mm->anon_rss == 1,
	      "a private write asks nobody and changes nothing of the object");
	clean();
}

static void test_unmap_mapping(struct mm_struct *mm)
{
	map(&dev_file, AT, P(4), RW, MAP_PRIVATE | MAP_FIXED, 0);
	map(&dev_file, AT + P(8), P(4), RW, MAP_SHARED | MAP_FIXED, 2);
	poke(AT, 1);
	peek(AT + P(1), 1);
	peek(AT + P(8), 2);
	peek(AT + P(9), 3);
	unmap_mapping_range(&dev_mapping, P(3), 0, true);
	KTEST(mm->rss == 3 && !follow_page(mm, AT + P(9), false),
	      "from page 3 on: each VMA at its own offset");
	unmap_mapping_range(&dev_mapping, 0, P(1), false);
	KTEST(mm->rss == 3 && peek(AT, 1), "without even_cows a private copy stays");
	unmap_mapping_range(&dev_mapping, 0, P(1), true);
	KTEST(mm->rss == 2 && peek(AT, 5) && mm->anon_rss == 0, "a copy goes, too: truncation");
	clean();
}

/* The last failure of a mapping whose allocations fail in turn. */
static long map_without_memory(void)
{
	long ret, last = CONFIG_DEBUG ? 0 : -ENOMEM;

	for (int n = 0; n < 20 && CONFIG_DEBUG; n++) {
		shrink_caches(GFP_KERNEL);
		alloc_inject(n, 100);
		ret = map(&dev_file, AT, P(DEV_PAGES), RW, MAP_SHARED | MAP_FIXED, 0);
		alloc_inject(0, 0);
		clean();
		if (!IS_ERR_VALUE(ret))
			break;
		last = ret;
	}
	return last;
}

static void test_remap(struct mm_struct *mm)
{
	unsigned int i, counts = 0;

	dev_file.f_op = &ram_fops;
	KTEST(map(&dev_file, AT, P(DEV_PAGES + 1), RW, MAP_PRIVATE | MAP_FIXED, 0) == -EINVAL,
	      "a private mapping must be remapped whole");
	KTEST(map(&dev_file, AT, P(DEV_PAGES), RW, MAP_PRIVATE | MAP_FIXED, 0) == AT &&
		      peek(AT + P(4), 4) && !mm->rss,
	      "remap_pfn_range maps at once and counts nothing");
	KTEST(poke(AT + P(4), 44) && *word_of(dev.block + 4) == 4 && mm->anon_rss == 1,
	      "a private write copies the device's page");
	KTEST(peek(AT + P(5), 5) && poke(AT + P(4), 45) && mm->anon_rss == 1,
	      "the others still show the device, the copy stays");
	KTEST(get_user_pages(mm, AT, 1, false, true, NULL) == -EFAULT,
	      "device memory cannot be pinned");
	clean();
	KTEST(map_without_memory() == -ENOMEM, "without memory for page tables: ENOMEM");
	KTEST(map(&dev_file, AT, P(DEV_PAGES), RW, MAP_SHARED | MAP_FIXED, 0) == AT &&
		      sys_mremap(AT, P(2), P(2), MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0) == -EINVAL &&
		      remap_pfn_range(find_vma(mm, AT), AT + 1, 0, PAGE_SIZE, PAGE_SHARED) ==
			      -EINVAL &&
		      remap_pfn_range(find_vma(mm, AT), AT, ~0UL, PAGE_SIZE, PAGE_SHARED) ==
			      -EINVAL,
	      "it does not move, and no frame is mapped that cannot be");
	clean();
	map(NULL, AT, 0x50000000, PROT_NONE, ANON | MAP_FIXED, 0);
	map_at(0x90000000, 1, RW);
	KTEST(sys_mremap(AT, 0x50000000, 0x50000000, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
			 AT + 0x50000000) == -ENOMEM,
	      "nor does what finds no second place");
	clean();
	map(NULL, mmap_min_addr, P(1), RW, ANON | MAP_FIXED | MAP_GROWSDOWN, 0);
	KTEST(expand_stack(find_vma(mm, mmap_min_addr), 0) == -EPERM, "no stack grows to NULL");
	clean();
	KTEST(map(&dev_file, AT, P(2), RW, MAP_SHARED | MAP_FIXED, ~0UL - 4) == AT &&
		      sys_mremap(AT, P(2), P(8), MREMAP_MAYMOVE, 0) == -EINVAL,
	      "no mapping grows past the last page of its object");
	clean();
	KTEST(map(&dev_file, AT, P(DEV_PAGES + 1), RW, MAP_SHARED | MAP_FIXED, 0) == AT &&
		      poke(AT + P(6), 66) && *word_of(dev.block + 6) == 66 &&
		      !peek(AT + P(DEV_PAGES), 0),
	      "a shared write reaches it; behind what was remapped lies nothing");
	clean();
	for (i = 1; i < DEV_PAGES; i++)
		counts += page_count(dev.block + i) + page_mapcount(dev.block + i);
	KTEST(!counts && page_count(dev.block) == 1, "no frame was counted");
	dev_file.f_op = &dev_fops;
}

static void test_pins(struct mm_struct *mm)
{
	struct page *pages[4];
	struct mm_struct *child;

	map_at(AT, 2, PROT_READ);
	KTEST(get_user_pages(mm, AT, 4, false, false, pages) == 2, "pins as many as there are");
	KTEST(pages[0] == empty_zero_page && pages[1] == empty_zero_page, "untouched: zeroes");
	put_page(pages[0]);
	put_page(pages[1]);
	KTEST(get_user_pages(mm, AT, 1, true, false, pages) == -EFAULT,
	      "not for writing, where the task may not write");
	KTEST(get_user_pages(mm, AT, 1, true, true, pages) == 1 && PageAnon(pages[0]) &&
		      follow_page(mm, AT, false) == pages[0] && !follow_page(mm, AT, true),
	      "forced: a copy, still read-only for the task");
	*(u32 *)kmap(pages[0]) = 77;
	kunmap(pages[0]);
	KTEST(peek(AT, 77), "which the task sees");
	child = dup_mm(mm);
	KTEST(child && get_user_pages(mm, AT, 1, true, true, pages + 1) == 1 &&
		      pages[1] != pages[0] && peek(AT, 77) &&
		      follow_page(child, AT, false) == pages[0],
	      "forced again after a fork: a copy, the child keeps its page");
	put_page(pages[1]);
	mmput(child);
	clean();
	KTEST(page_count(pages[0]) == 1, "a pinned page outlives its mapping");
	put_page(pages[0]);
	KTEST(get_user_pages(mm, AT, 1, false, false, pages) == -EFAULT, "no VMA: EFAULT");
}

KTEST_SUITE(fault)
{
	struct mm_struct *mm = mm_alloc();

	if (!KTEST(mm && dev_init(), "an address space and a device"))
		return;
	run_in(mm);
	test_trace(mm);
	test_verdicts(mm);
	test_anonymous(mm);
	test_nopfn(mm);
	test_mkwrite(mm);
	test_unmap_mapping(mm);
	test_remap(mm);
	test_pins(mm);
	run_back(mm);
	KTEST(!mm->rss && !mm->mmap, "nothing is left");
	mmput(mm);
	dev_exit();
}
