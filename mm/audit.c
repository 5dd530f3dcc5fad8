#include "mm/audit.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "mm/filemap.h"
#include "mm/memory.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "mm/zone.h"

/* Reports are many when something is badly wrong; the first ones tell. */
#define MAX_REPORTS 20

void (*audit_pipes)(u16 *held);

struct audit {
	u16 *maps, *held; /* for each frame: entries that map it, references in pipes */
	unsigned long owned[NR_PAGE_OWNERS]; /* frames found with each owner */
	int errors;
};

/* One comparison. pfn ~0UL: it is not about a frame. */
static void expect(struct audit *audit, const char *what, unsigned long pfn, unsigned long found,
		   unsigned long counter)
{
	if (found == counter)
		return;
	if (++audit->errors > MAX_REPORTS)
		return;
	if (pfn == ~0UL)
		pr_err("mm audit: %s: %lu found, the counter says %lu\n", what, found, counter);
	else
		pr_err("mm audit: %s of frame %#lx (%s): %lu found, the counter says %lu\n", what,
		       pfn, page_owner_name(page_owner(pfn_to_page(pfn))), found, counter);
}

/* ---- address spaces ---------------------------------------------------------------------------- */

/* Pages resident in one VMA. page_table_lock held. */
static unsigned long walk_vma(struct audit *audit, struct vm_area_struct *vma, unsigned long *anon)
{
	unsigned long addr = vma->vm_start, resident = 0;

	while (addr < vma->vm_end) {
		pmd_t *pmd = pmd_lookup(vma->vm_mm, addr);
		struct page *page;
		pte_t entry;

		if (!pmd) {
			addr = pmd_addr_end(addr, vma->vm_end);
			continue;
		}
		entry = *pte_offset_map(pmd, addr);
		page = pte_present(entry) ? vm_normal_page(vma, addr, entry) : NULL;
		if (!pte_present(entry) && !pte_none(entry))
			expect(audit, "file entries of a nonlinear mapping", ~0UL, 1,
			       pte_file(entry) && (vma->vm_flags & VM_NONLINEAR));
		if (page) {
			audit->maps[page_to_pfn(page)]++;
			resident++;
			*anon += PageAnon(page);
		}
		addr += PAGE_SIZE;
	}
	return resident;
}

static void audit_mm(struct audit *audit, struct mm_struct *mm)
{
	unsigned long resident = 0, anon = 0, mapped = 0, locked = 0;
	struct vm_area_struct *vma;

	spin_lock(&mm->page_table_lock);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		resident += walk_vma(audit, vma, &anon);
		mapped += vma_pages(vma);
		locked += vma->vm_flags & VM_LOCKED ? vma_pages(vma) : 0;
	}
	expect(audit, "mapped pages of an address space", ~0UL, mapped, mm->total_vm);
	expect(audit, "locked pages of an address space", ~0UL, locked, mm->locked_vm);
	expect(audit, "pages of an address space", ~0UL, resident, mm->rss);
	expect(audit, "anonymous pages of an address space", ~0UL, anon, mm->anon_rss);
	spin_unlock(&mm->page_table_lock);
}

static void audit_mms(struct audit *audit)
{
	struct mm_struct *mm;

	spin_lock(&mmlist_lock);
	list_for_each_entry(mm, &mmlist, mmlist)
		audit_mm(audit, mm);
	spin_unlock(&mmlist_lock);
}

/* ---- pages ------------------------------------------------------------------------------------- */

/* A page in the cache is found where it says it is. */
static bool is_cached(const struct page *page)
{
	struct page *found = find_get_page(page->mapping, page->index);

	if (found)
		put_page(found);
	return found == page;
}

static void audit_page(struct audit *audit, unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);
	unsigned long maps = audit->maps[pfn], refs = maps + audit->held[pfn];

	audit->owned[page_owner(page)]++;
	expect(audit, "entries that map a page", pfn, maps, page_mapcount(page));
	switch (page_owner(page)) {
	case OWNER_ANON:
		expect(audit, "references", pfn, refs, page_count(page));
		break;
	case OWNER_CACHE:
		expect(audit, "references", pfn, refs + !!page->mapping, page_count(page));
		if (page->mapping)
			expect(audit, "place in the cache", pfn, is_cached(page), true);
		break;
	case OWNER_FREE:
		expect(audit, "references", pfn, 0, page_count(page));
		break;
	default: /* one reference at least is the owner's; the inside of a block has none */
		if (!page_test(page, PG_compound) && (unsigned long)page_count(page) <= maps)
			expect(audit, "references", pfn, maps + 1, page_count(page));
	}
}

/* ---- free lists -------------------------------------------------------------------------------- */

static void audit_zone(struct audit *audit, const struct zone *zone)
{
	const struct page *page;
	unsigned long pages = 0;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = 0;

		list_for_each_entry(page, &zone->buddy.free_area[order].free_list, lru) {
			expect(audit, "order of a free block", page_to_pfn(page), page->private,
			       order);
			expect(audit, "mark of a free block", page_to_pfn(page),
			       page_test(page, PG_buddy) && page_zone(page) == zone, true);
			blocks++;
		}
		expect(audit, "free blocks", ~0UL, blocks, zone->buddy.free_area[order].nr_free);
		pages += blocks << order;
	}
	expect(audit, "free pages", ~0UL, pages, zone->buddy.nr_free_pages);
}

/* ---- owners that know their pages -------------------------------------------------------------- */

static unsigned long slab_pages(void)
{
	unsigned long pages = 0;
	struct slab_info info;
	unsigned int n;

	for (n = 0; slab_get_info(n, &info); n++)
		pages += info.num_slabs * info.pagesperslab;
	return pages;
}

struct area_pages {
	unsigned long vmalloc, stack;
};

static void add_area(const struct vm_struct *area, void *arg)
{
	struct area_pages *sum = arg;

	if (area->flags & VM_ALLOC)
		sum->vmalloc += area->nr_pages;
	if (area->flags & VM_KSTACK)
		sum->stack += area->nr_pages;
}

static void audit_owners(struct audit *audit)
{
	struct area_pages areas = { 0, 0 };
	enum page_owner owner;

	vmalloc_for_each(add_area, &areas);
	for (owner = 0; owner < NR_PAGE_OWNERS; owner++)
		expect(audit, page_owner_name(owner), ~0UL, audit->owned[owner],
		       nr_owned_pages(owner));
	expect(audit, "pages in slabs", ~0UL, slab_pages(), nr_owned_pages(OWNER_SLAB));
	expect(audit, "pages in vmalloc areas", ~0UL, areas.vmalloc, nr_owned_pages(OWNER_VMALLOC));
	expect(audit, "pages in kernel stacks", ~0UL, areas.stack, nr_owned_pages(OWNER_STACK));
}

int mm_audit(void)
{
	struct audit audit = { .maps = vzalloc(2 * max_pfn * sizeof(u16)) };
	struct zone *zone;
	unsigned long pfn;

	if (!audit.maps)
		return -ENOMEM;
	audit.held = audit.maps + max_pfn;
	audit_pipes(audit.held);
	audit_mms(&audit);
	for (pfn = 0; pfn < max_pfn; pfn++)
		audit_page(&audit, pfn);
	for_each_zone(zone)
		audit_zone(&audit, zone);
	audit_owners(&audit);
	vfree(audit.maps);
	return audit.errors;
}
