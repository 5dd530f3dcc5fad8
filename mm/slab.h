/* The slab allocator: objects of one size packed into pages, and kmalloc over a ladder of such caches.
 * In debug builds every object stands between red zones, is poisoned while free and remembers who
 * allocated and who freed it; a mistake panics with the cache, the object and those callers.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "mm/page_alloc.h"

struct kmem_cache;

#define SLAB_PANIC 0x40000u /* panic if the cache cannot be made */

#define KMALLOC_MAX_CACHE_SIZE \
	2048UL /* larger ones are whole blocks of pages, aligned to PAGE_SIZE */
#define KMALLOC_MAX_SIZE (128UL * 1024)

/* Once, at boot, after page_alloc_init(). */
void kmem_cache_init(void);

/* A cache of objects of size bytes (1 to 32 KiB), aligned to align (a power of two; 0: the machine's
 * word). ctor, if not NULL, is run once on each object of a fresh slab; freed objects must be left as
 * it makes them. The name is copied (23 characters). Returns NULL without memory, unless SLAB_PANIC. */
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
				     unsigned int flags, void (*ctor)(void *object));

/* An object, its contents as the constructor or the last user left them, or NULL. Sleeps only with
 * __GFP_WAIT; any context otherwise. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

/* The same, zeroed: not for caches with a constructor. */
static inline void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp | __GFP_ZERO);
}

/* Gives an object back to the cache it came from. Any context. */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Frees the cache. Returns 0, or -EBUSY when objects are still out: then the cache stays, and the log
 * names it, the first few objects and, in debug builds, who allocated them. */
int kmem_cache_destroy(struct kmem_cache *cache);

/* Gives a cache's unused slabs back to the page allocator; shrink_caches() does it to all. Returns pages
 * freed. */
unsigned long kmem_cache_shrink(struct kmem_cache *cache);

/* size bytes, aligned to 8 at least; NULL without memory and above KMALLOC_MAX_SIZE. kfree(NULL) does
 * nothing. kzalloc: zeroed. */
void *__kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void kfree(const void *object);

/* Bytes that may be used behind a pointer from kmalloc: at least as many as asked for. 0 for NULL. */
size_t ksize(const void *object);

/* A copy of a string in kmalloc'ed memory; NULL without memory. */
char *kstrdup(const char *s, gfp_t gfp);

/* Caches for 8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048 bytes. */
#define NR_KMALLOC_CACHES 11
extern struct kmem_cache *kmalloc_caches[NR_KMALLOC_CACHES];

/* Index of the smallest of them that holds size bytes. */
static __always_inline unsigned int kmalloc_index(size_t size)
{
	if (size <= 8)
		return 0;
	if (size <= 64)
		return size <= 16 ? 1 : size <= 32 ? 2 : 3;
	if (size <= 96)
		return 4;
	if (size > 128 && size <= 192)
		return 6;
	return size <= 128 ? 5 : 7 + (size > 256) + (size > 512) + (size > 1024);
}

static __always_inline void *kmalloc(size_t size, gfp_t gfp)
{
	/* Debug builds go the long way, which notes the size that was asked for. */
	if (!CONFIG_DEBUG && __builtin_constant_p(size) && size <= KMALLOC_MAX_CACHE_SIZE)
		return kmem_cache_alloc(kmalloc_caches[kmalloc_index(size)], gfp);
	return __kmalloc(size, gfp);
}

/* One line of /proc/slabinfo. */
struct slab_info {
	const char *name;
	unsigned long active_objs, num_objs; /* handed out; in all slabs */
	unsigned long active_slabs, num_slabs;
	unsigned int objsize, objperslab, pagesperslab;
	unsigned int limit; /* of a CPU's list */
};

/* Describes the n-th cache, from 0; false past the last. */
bool slab_get_info(unsigned int n, struct slab_info *info);

/* Debug builds: called with the report of a mistake instead of a panic, for tests that make them. The
 * operation that found the mistake is then left undone. NULL: panic. */
extern void (*slab_bug_hook)(const char *report);

#endif
