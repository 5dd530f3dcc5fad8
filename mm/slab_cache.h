/* The inside of a kmem_cache, for mm/slab.c, mm/kmalloc.c and mm/slab_debug.c.
 *
 * A slab is a block of 2^order pages cut into objects of cache->size bytes each:
 *
 *	release   [object         ][link]			link inside the object if there is no ctor
 *	debug     [red][object][red.....][link][track]
 *
 * "Object" always means the address the user has; cache->object_offset bytes precede it. Free objects
 * of a slab are chained through their links from page->freelist; every CPU keeps some free objects in
 * an array of its own, and goes to the slabs by batches.
 */
#ifndef MM_SLAB_CACHE_H
#define MM_SLAB_CACHE_H

#include "kernel/sched/spinlock_types.h"
#include "kernel/x86/percpu.h"
#include "mm/page.h"

#define SLAB_CPU_OBJECTS 32
#define SLAB_NAME_LEN    24

/* Free objects one CPU has at hand, last freed first out. Only with interrupts off. */
struct array_cache {
	unsigned int avail;
	unsigned int limit; /* with so many, half of them go back to the slabs */
	void *entry[SLAB_CPU_OBJECTS];
};

struct kmem_cache {
	struct array_cache cpu[NR_CPUS];
	unsigned int object_size;   /* what the user may write to */
	unsigned int size;          /* from one object to the next */
	unsigned int object_offset; /* from the start of its place to the object: red zone */
	unsigned int link_offset;   /* from the object to its link */
	unsigned int order;
	unsigned int num; /* objects in a slab */
	unsigned int align;
	bool debug; /* red zones, tracks and, without ctor, poison */
	void (*ctor)(void *object);

	spinlock_t lock; /* guards what follows; taken with interrupts off */
	struct list_head slabs_partial, slabs_full, slabs_free; /* by page->lru */
	unsigned long nr_slabs, nr_free_slabs;
	unsigned long nr_out; /* objects taken from slabs, those at hand for a CPU included */

	struct list_head list; /* all caches */
	char name[SLAB_NAME_LEN];
};

/* First page of the slab an object lies in. */
static inline struct page *slab_page(const void *object)
{
	struct page *page = virt_to_page(object);

	return page_test(page, PG_compound) ? page->first_page : page;
}

/* The object that is n-th in the slab. */
static inline void *slab_object(const struct kmem_cache *cache, const struct page *page,
				unsigned int n)
{
	return (char *)page_address(page) + n * cache->size + cache->object_offset;
}

static inline void **slab_link(const struct kmem_cache *cache, void *object)
{
	return (void **)((char *)object + cache->link_offset);
}

/* Makes it possible to create caches; for kmem_cache_init(). */
void slab_init(void);

/* kmem_cache_alloc/free for mm/kmalloc.c: caller and bytes asked for go into the track. */
void *slab_alloc(struct kmem_cache *cache, gfp_t gfp, size_t asked, const void *caller);
void slab_free(struct kmem_cache *cache, void *object, const void *caller);

/* ---- debug builds: red zones, poison, tracks (mm/slab_debug.c) --------------------------------- */

/* Lays out a cache's objects: sets size and offsets from object_size and align. */
void slab_debug_layout(struct kmem_cache *cache);

/* Makes the place of a fresh object look free. */
void slab_debug_init(struct kmem_cache *cache, void *object);

/* An object leaves the cache: it must have been left alone while free. `asked` bytes are the user's. */
void slab_debug_alloc(struct kmem_cache *cache, void *object, size_t asked, const void *caller);

/* An object comes back. False: it must not (reported), and nothing was changed. */
bool slab_debug_free(struct kmem_cache *cache, void *object, const void *caller);

/* Prints the objects of a slab that are still out. */
void slab_debug_leaks(struct kmem_cache *cache, struct page *page);

/* Bytes asked for when the object was allocated. */
size_t slab_debug_asked(struct kmem_cache *cache, const void *object);

/* Report a mistake: panic, or slab_bug_hook. */
void slab_bug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
