/* What debug builds do to objects (see slab_cache.h).
 *
 * The red zones' byte says whether the object is out: RED_ACTIVE, or free: RED_INACTIVE. So a second
 * free is seen at once, as is a write just before or behind the object. A free object is filled with
 * POISON_FREE; what it looks like when it is next handed out tells whether somebody wrote to it.
 */
#include "mm/slab_cache.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"

#define RED_ACTIVE   0xcc
#define RED_INACTIVE 0xbb
#define POISON_FREE  0x6b

#define RED_MIN 8 /* bytes of red zone on either side, at least */

struct slab_track {
	const void *alloc_caller;
	const void *free_caller;
	u32 asked;
};

void (*slab_bug_hook)(const char *report);

void slab_bug(const char *fmt, ...)
{
	char report[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(report, sizeof(report), fmt, args);
	va_end(args);
	if (!slab_bug_hook)
		panic("%s", report);
	slab_bug_hook(report);
}

static struct slab_track *track_of(const struct kmem_cache *cache, void *object)
{
	return (struct slab_track *)(slab_link(cache, object) + 1);
}

void slab_debug_layout(struct kmem_cache *cache)
{
	cache->object_offset = max_t(unsigned int, RED_MIN, cache->align);
	cache->link_offset = ALIGN(cache->object_size + RED_MIN, sizeof(void *));
	cache->size = cache->object_offset + cache->link_offset + sizeof(void *) +
		      sizeof(struct slab_track);
	cache->size = ALIGN(cache->size, cache->align);
}

static void report(struct kmem_cache *cache, void *object, const char *what, const void *caller)
{
	const struct slab_track *track = track_of(cache, object);

	slab_bug(
		"slab: %s: cache %s, object %p (%u bytes), allocated by %pS, freed by %pS, found in %pS",
		what, cache->name, object, track->asked, track->alloc_caller, track->free_caller,
		caller);
}

static void set_red(struct kmem_cache *cache, void *object, size_t asked, int colour)
{
	char *o = object;

	memset(o - cache->object_offset, colour, cache->object_offset);
	memset(o + asked, colour, cache->link_offset - asked);
}

static bool red_is(struct kmem_cache *cache, void *object, size_t asked, int colour)
{
	char *o = object;

	return !memchr_inv(o - cache->object_offset, colour, cache->object_offset) &&
	       !memchr_inv(o + asked, colour, cache->link_offset - asked);
}

static void mark_free(struct kmem_cache *cache, void *object)
{
	set_red(cache, object, cache->object_size, RED_INACTIVE);
	if (!cache->ctor)
		memset(object, POISON_FREE, cache->object_size);
}

void slab_debug_init(struct kmem_cache *cache, void *object)
{
	memset(track_of(cache, object), 0, sizeof(struct slab_track));
	mark_free(cache, object);
}

void slab_debug_alloc(struct kmem_cache *cache, void *object, size_t asked, const void *caller)
{
	struct slab_track *track = track_of(cache, object);

	if (!red_is(cache, object, cache->object_size, RED_INACTIVE) ||
	    (!cache->ctor && memchr_inv(object, POISON_FREE, cache->object_size)))
		report(cache, object, "a free object was written to", caller);
	set_red(cache, object, asked, RED_ACTIVE);
	track->alloc_caller = caller;
	track->asked = asked;
}

/* Is this an object of the cache at all? */
static bool belongs(struct kmem_cache *cache, void *object)
{
	struct page *page = virt_to_page(object);
	unsigned long offset;

	if (!PageSlab(page))
		return false;
	page = slab_page(object);
	offset = (unsigned long)object - (unsigned long)slab_object(cache, page, 0);
	return page->slab_cache == cache && offset < cache->num * cache->size &&
	       offset % cache->size == 0;
}

bool slab_debug_free(struct kmem_cache *cache, void *object, const void *caller)
{
	struct slab_track *track;

	if (!belongs(cache, object)) {
		slab_bug("slab: free of %p, which is no object of cache %s, by %pS", object,
			 cache->name, caller);
		return false;
	}
	track = track_of(cache, object);
	if (red_is(cache, object, cache->object_size, RED_INACTIVE)) {
		report(cache, object, "double free", caller);
		return false;
	}
	if (track->asked > cache->object_size || !red_is(cache, object, track->asked, RED_ACTIVE)) {
		report(cache, object, "written outside the object", caller);
		return false;
	}
	track->free_caller = caller;
	mark_free(cache, object);
	return true;
}

void slab_debug_leaks(struct kmem_cache *cache, struct page *page)
{
	unsigned int n;

	for (n = 0; CONFIG_DEBUG && cache->debug && n < cache->num; n++) {
		void *object = slab_object(cache, page, n);

		if (!red_is(cache, object, cache->object_size, RED_INACTIVE))
			pr_err("slab: leak in cache %s: object %p, allocated by %pS\n", cache->name,
			       object, track_of(cache, object)->alloc_caller);
	}
}

size_t slab_debug_asked(struct kmem_cache *cache, const void *object)
{
	return track_of(cache, (void *)object)->asked;
}
