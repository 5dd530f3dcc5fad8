/*
 * The slab allocator: objects of one size packed into pages, and kmalloc over a
 * ladder of such caches. In debug builds every object stands between red zones
 * and is poisoned while free.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "kernel/lib/types.h"
#include "mm/page_alloc.h"

struct kmem_cache;

#define SLAB_HWCACHE_ALIGN 0x2000u  /* align objects to cache lines */
#define SLAB_PANIC	   0x40000u /* panic if the cache cannot be made */
#define KMALLOC_MAX_SIZE   (128UL * 1024)

/*
 * kmem_cache_create - a cache of objects of one size
 * @align: 0 for the machine's word; @ctor: run once on each fresh object, or NULL.
 * Returns NULL without memory. May sleep.
 */
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
				     unsigned int flags, void (*ctor)(void *object));

/* Makes kmalloc's caches. Once, from mem_init(), when the page allocator runs. */
void kmem_cache_init(void);

/* Returns an object (contents as the constructor or the last user left them), or NULL. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Returns 0, or -EBUSY (with a report naming the leaked objects' callers) if objects are out. */
int kmem_cache_destroy(struct kmem_cache *cache);

/* Up to KMALLOC_MAX_SIZE bytes, aligned to 8 at least; NULL without memory. kfree(NULL) is allowed. */
void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void *kcalloc(size_t n, size_t size, gfp_t gfp);
void kfree(const void *object);
size_t ksize(const void *object);
char *kstrdup(const char *s, gfp_t gfp);

#endif
