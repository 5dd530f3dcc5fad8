/* What debug builds do to objects: red zones, poison, tracks (mm/slab_debug.c). Called by mm/slab.c
 * and mm/kmalloc.c only. */
#ifndef MM_SLAB_DEBUG_H
#define MM_SLAB_DEBUG_H

#include "kernel/lib/types.h"

struct kmem_cache;
struct page;

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
