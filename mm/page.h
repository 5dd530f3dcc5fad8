/*
 * struct page: one descriptor for every frame of RAM, and the arithmetic
 * between the four ways to name a frame:
 *
 *   pfn            frame number: physical address >> PAGE_SHIFT
 *   struct page    its descriptor, mem_map[pfn]
 *   phys_addr_t    its physical address
 *   virtual        its lowmem address, PAGE_OFFSET + phys (lowmem frames only)
 *
 * Who owns a frame is written in its flags (enum page_owner); the sum over all
 * owners is always the number of frames.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include "kernel/lib/bitops.h"
#include "kernel/lib/list.h"
#include "kernel/x86/atomic.h"

#define PAGE_SHIFT       12
#define PAGE_SIZE        (1UL << PAGE_SHIFT)
#define PAGE_MASK        (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)

/* Where lowmem begins: physical 0 is seen at this address. */
#define PAGE_OFFSET 0xC0000000UL
/* User space is [0, TASK_SIZE). */
#define TASK_SIZE   PAGE_OFFSET

struct address_space;
struct kmem_cache;

/* Bits of page->flags. The owner stands in bits 16-19, the zone in bits 30-31. */
enum pageflags {
	PG_locked,   /* contents are being brought in or out; waiters sleep in lock_page() */
	PG_uptodate, /* contents are valid */
	PG_dirty,    /* contents are newer than what stands behind them */
	PG_slab,     /* belongs to the slab allocator */
	PG_buddy,    /* free, head of a block of 2^private frames in the buddy lists */
	PG_reserved, /* not for the allocator: firmware, kernel image, holes */
	PG_anon,     /* page->mapping is not an address_space: anonymous user memory */
	PG_compound, /* in a block of order > 0 that is freed as one, and not its first page */
	PG_waiters,  /* somebody sleeps on PG_locked */
	PG_poisoned, /* free, and filled with poison (debug builds) */
};

/* The ledger's columns: who owns a frame. */
enum page_owner {
	OWNER_FREE,
	OWNER_RESERVED,
	OWNER_KERNEL,
	OWNER_SLAB,
	OWNER_PGTABLE,
	OWNER_ANON,
	OWNER_CACHE,
	OWNER_VMALLOC,
	OWNER_STACK,
	OWNER_DRIVER,
	NR_PAGE_OWNERS
};

#define PG_OWNER_SHIFT 16
#define PG_OWNER_MASK  (0xfUL << PG_OWNER_SHIFT)
#define PG_ZONE_SHIFT  30

struct page {
	unsigned long flags; /* enum pageflags, owner, zone */
	atomic_t _count;     /* references; 0: free. page_count() */
	atomic_t _mapcount;  /* page-table entries that map it, minus one. page_mapcount() */
	union {
		struct {
			unsigned long private; /* the owner's; buddy: order; highmem: kmap's slot */
			struct address_space *mapping; /* object whose page this is, or NULL */
			pgoff_t index;                 /* its place in the object, in pages */
		};
		struct {                               /* OWNER_SLAB (mm/slab.c) */
			struct kmem_cache *slab_cache; /* whose slab; NULL: a large kmalloc */
			union {
				void *freelist;          /* first page: chain of free objects */
				struct page *first_page; /* the others (PG_compound) */
			};
			unsigned long
				inuse; /* objects handed out; large kmalloc: bytes asked for */
		};
	};
	struct list_head lru; /* free list, slab list, ... */
};

/* paging_init() sets the last three; page_alloc_init() may lower max_pfn. */
extern struct page *mem_map;      /* descriptor of frame 0 */
extern unsigned long max_pfn;     /* one past the last frame that is used */
extern unsigned long max_low_pfn; /* one past the last lowmem frame */
extern void *high_memory;         /* end of lowmem, as an address */

static inline void *__va(phys_addr_t phys)
{
	return (void *)(PAGE_OFFSET + (unsigned long)phys);
}

static inline phys_addr_t __pa(const volatile void *virt)
{
	return (unsigned long)virt - PAGE_OFFSET;
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return mem_map + pfn;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - mem_map);
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return (phys_addr_t)page_to_pfn(page) << PAGE_SHIFT;
}

/* Descriptor of the frame that a lowmem address lies in. */
static inline struct page *virt_to_page(const volatile void *virt)
{
	return pfn_to_page(((unsigned long)virt - PAGE_OFFSET) >> PAGE_SHIFT);
}

/* Is there a struct page for this frame? (Device memory has none.) */
static inline bool pfn_valid(unsigned long pfn)
{
	return pfn < max_pfn;
}

/* Number of its zone: enum zone_type (mm/zone.h). Written at boot, never changed. */
static inline unsigned int page_zonenum(const struct page *page)
{
	return page->flags >> PG_ZONE_SHIFT & 3;
}

static inline bool PageHighMem(const struct page *page)
{
	return page_zonenum(page) == 2;
}

/* Lowmem address of a page; NULL for highmem (use kmap). */
static inline void *page_address(const struct page *page)
{
	return PageHighMem(page) ? NULL : __va(page_to_phys(page));
}

static inline int page_count(const struct page *page)
{
	return atomic_read(&page->_count);
}

static inline int page_mapcount(const struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

static inline bool page_mapped(const struct page *page)
{
	return page_mapcount(page) > 0;
}

static inline void get_page(struct page *page)
{
	atomic_inc(&page->_count);
}

/* For put_page: the last reference is gone. */
void __put_page(struct page *page);

/* A page is in a state it must not be in: panics with all that is known about it. */
void bad_page(struct page *page, const char *reason);

/* Gives up one reference; the last one frees the page. Any context. */
static inline void put_page(struct page *page)
{
	if (CONFIG_DEBUG && unlikely(page_count(page) <= 0))
		bad_page(page, "a reference is given up that nobody holds");
	else if (atomic_dec_and_test(&page->_count))
		__put_page(page);
}

static inline bool page_test(const struct page *page, enum pageflags bit)
{
	return page->flags & (1UL << bit);
}

/* Atomic, because others may change other bits at the same time: PG_locked above all. */
static inline void page_set(struct page *page, enum pageflags bit)
{
	set_bit(bit, &page->flags);
}

static inline void page_clear(struct page *page, enum pageflags bit)
{
	clear_bit(bit, &page->flags);
}

#define PageLocked(p)      page_test(p, PG_locked)
#define PageUptodate(p)    page_test(p, PG_uptodate)
#define SetPageUptodate(p) page_set(p, PG_uptodate)
#define PageDirty(p)       page_test(p, PG_dirty)
#define SetPageDirty(p)    page_set(p, PG_dirty)
#define PageReserved(p)    page_test(p, PG_reserved)
#define PageAnon(p)        page_test(p, PG_anon)
#define PageSlab(p)        page_test(p, PG_slab)

static inline enum page_owner page_owner(const struct page *page)
{
	return (page->flags & PG_OWNER_MASK) >> PG_OWNER_SHIFT;
}

#endif
