/*
 * kmap over one page table of slots. A slot's count says where it stands:
 *
 *	0	free, and no TLB can hold anything of it
 *	1	mapped, used by nobody; a TLB may still hold it
 *	n	mapped, used by n - 1
 *
 * An unused mapping stays until the search for a free slot has gone once around;
 * then all of them are removed with one flush. So a page mapped again soon keeps
 * its address, and a flush is paid once for hundreds of mappings.
 */
#include "mm/highmem.h"

#include "kernel/lib/bug.h"
#include "kernel/sched/wait.h"

#define NO_SLOT (-1)

struct pkmap_slot {
	struct page *page; /* whose page->private is the slot, until it is freed */
	unsigned int count;
};

/* Guards all of this, and the entries of the PKMAP page table. */
static DEFINE_SPINLOCK(kmap_lock);
static DECLARE_WAIT_QUEUE_HEAD(pkmap_wait);
static struct pkmap_slot pkmap[LAST_PKMAP];
static unsigned int last_pkmap; /* slot given out last */
static pte_t *pkmap_page_table;

static pte_t *kmap_pte; /* entries of the fixmap: KM_SLOTS of each CPU */
static unsigned int kmap_atomic_depth[NR_CPUS];

static unsigned long pkmap_addr(unsigned int slot)
{
	return PKMAP_BASE + ((unsigned long)slot << PAGE_SHIFT);
}

static int find_slot(const struct page *page)
{
	return page->private < LAST_PKMAP && pkmap[page->private].page == page ? (int)page->private
									       : NO_SLOT;
}

static void map_slot(unsigned int slot, struct page *page)
{
	set_pte(pkmap_page_table + slot, mk_pte(page, PAGE_KERNEL));
	pkmap[slot] = (struct pkmap_slot){ page, 1 };
	page->private = slot;
}

static void flush_unused(void)
{
	bool flush = false;

	for (unsigned int slot = 0; slot < LAST_PKMAP; slot++) {
		if (pkmap[slot].count != 1)
			continue;
		pte_clear_entry(pkmap_page_table + slot);
		pkmap[slot] = (struct pkmap_slot){ NULL, 0 };
		flush = true;
	}
	if (flush)
		flush_tlb_kernel_range(PKMAP_BASE, pkmap_addr(LAST_PKMAP));
}

void kmap_flush_unused(void)
{
	unsigned long flags;

	spin_lock_irqsave(&kmap_lock, flags);
	flush_unused();
	spin_unlock_irqrestore(&kmap_lock, flags);
}

/* A free slot, or NO_SLOT when every one is in use. */
static int get_free_slot(void)
{
	for (unsigned int tries = 0; tries < LAST_PKMAP; tries++) {
		last_pkmap = (last_pkmap + 1) % LAST_PKMAP;
		if (!last_pkmap) {
			flush_unused();
			tries = 0; /* slots already passed may be free now: once around again */
		}
		if (!pkmap[last_pkmap].count)
			return last_pkmap;
	}
	return NO_SLOT;
}

void *kmap_high(struct page *page)
{
	unsigned long flags;
	DEFINE_WAIT(wait);
	int slot;

	might_sleep();
	for (;;) {
		spin_lock_irqsave(&kmap_lock, flags);
		slot = find_slot(page);
		if (slot == NO_SLOT) {
			slot = get_free_slot();
			if (slot != NO_SLOT)
				map_slot(slot, page);
		}
		if (likely(slot != NO_SLOT))
			break;
		prepare_to_wait(&pkmap_wait, &wait, TASK_UNINTERRUPTIBLE);
		spin_unlock_irqrestore(&kmap_lock, flags);
		schedule();
		finish_wait(&pkmap_wait, &wait);
	}
	pkmap[slot].count++;
	spin_unlock_irqrestore(&kmap_lock, flags);
	return (void *)pkmap_addr(slot);
}

void kunmap_high(struct page *page)
{
	bool idle;
	unsigned long flags;
	int slot;

	spin_lock_irqsave(&kmap_lock, flags);
	slot = find_slot(page);
	if (slot == NO_SLOT || pkmap[slot].count < 2)
		panic("kunmap of frame %lx, which is not mapped", page_to_pfn(page));
	idle = --pkmap[slot].count == 1;
	spin_unlock_irqrestore(&kmap_lock, flags);
	if (idle)
		wake_up(&pkmap_wait);
}

unsigned int kmap_in_use(void)
{
	unsigned int n = 0;

	for (unsigned int slot = 0; slot < LAST_PKMAP; slot++)
		n += pkmap[slot].count > 1;
	return n;
}

/* Slot number @depth of this CPU's own. */
static unsigned int atomic_slot(unsigned int depth)
{
	return smp_processor_id() * KM_SLOTS + depth;
}

void *kmap_atomic_prot_pfn(unsigned long pfn, pgprot_t prot)
{
	unsigned int depth = this_cpu(kmap_atomic_depth)++, slot = atomic_slot(depth);
	unsigned long addr = FIXADDR_START + slot * PAGE_SIZE;

	if (CONFIG_DEBUG && (depth >= KM_SLOTS || !pte_none(kmap_pte[slot])))
		panic("kmap_atomic number %u: slot holds entry %llx", depth,
		      pte_val(kmap_pte[slot]));
	set_pte(kmap_pte + slot, pfn_pte(pfn, prot));
	invlpg(addr);
	return (void *)addr;
}

void *kmap_atomic_high(struct page *page)
{
	return kmap_atomic_prot_pfn(page_to_pfn(page), PAGE_KERNEL);
}

/* The slot is empty before it is given up: an interrupt may take it at once. */
void kunmap_atomic_high(void *address)
{
	unsigned int slot = atomic_slot(this_cpu(kmap_atomic_depth) - 1);
	unsigned long addr = FIXADDR_START + slot * PAGE_SIZE;

	if (CONFIG_DEBUG && ((unsigned long)address & PAGE_MASK) != addr)
		panic("kunmap_atomic of %p, but %08lx was mapped last", address, addr);
	pte_clear_entry(kmap_pte + slot);
	/* Otherwise the next user of the slot does it. */
	if (CONFIG_DEBUG)
		invlpg(addr);
	this_cpu(kmap_atomic_depth)--;
}

void kmap_init(void)
{
	pkmap_page_table = kernel_pte(PKMAP_BASE);
	kmap_pte = kernel_pte(FIXADDR_START);
}
