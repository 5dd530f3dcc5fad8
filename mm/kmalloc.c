/* kmalloc: memory by size. Small sizes come from a ladder of slab caches, larger ones are blocks of
 * pages of their own. */
#include "kernel/lib/bug.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "mm/slab.h"
#include "mm/slab_cache.h"

#define SLACK 0xcc /* debug builds: what fills a large block behind the bytes asked for */

struct kmem_cache *kmalloc_caches[NR_KMALLOC_CACHES];

/* ---- blocks of pages: page->private is the order, page->inuse the bytes asked for -------------- */

static void *large_alloc(size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	struct page *page;
	char *block;

	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	page = alloc_pages(gfp & ~(__GFP_HIGHMEM | __GFP_ZERO), order);
	if (!page)
		return NULL;
	page->private = order;
	page->inuse = size;
	block = page_address(page);
	if (CONFIG_DEBUG)
		memset(block + size, SLACK, (PAGE_SIZE << order) - size);
	return block;
}

/* Debug builds: is this what large_alloc() gave, and has nobody written behind its end? */
static bool large_check(struct page *page, const char *block, const void *caller)
{
	const char *wrong = NULL;

	if ((unsigned long)block & ~PAGE_MASK || page_test(page, PG_compound) ||
	    page_owner(page) != OWNER_KERNEL || page->private >= MAX_ORDER)
		wrong = "kfree of what is not from kmalloc";
	else if (page->inuse > PAGE_SIZE << page->private ||
		 memchr_inv(block + page->inuse, SLACK, (PAGE_SIZE << page->private) - page->inuse))
		wrong = "written outside the block";
	if (wrong)
		slab_bug("kmalloc: %s: %p, page owner %s, found in %pS", wrong, block,
			 page_owner_name(page_owner(page)), caller);
	return !wrong;
}

static void large_free(struct page *page, const void *block, const void *caller)
{
	unsigned int order = page->private;

	if (CONFIG_DEBUG && !large_check(page, block, caller))
		return;
	page->private = 0;
	__free_pages(page, order);
}

/* ---- any size ---------------------------------------------------------------------------------- */

static __always_inline void *do_kmalloc(size_t size, gfp_t gfp, const void *caller)
{
	void *object;

	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE))
		object = large_alloc(size, gfp);
	else
		object = slab_alloc(kmalloc_caches[kmalloc_index(size)], gfp, size, caller);
	if (gfp & __GFP_ZERO && object)
		memset(object, 0, size);
	return object;
}

void *__kmalloc(size_t size, gfp_t gfp)
{
	return do_kmalloc(size, gfp, __builtin_return_address(0));
}

void *kzalloc(size_t size, gfp_t gfp)
{
	return do_kmalloc(size, gfp | __GFP_ZERO, __builtin_return_address(0));
}

void kfree(const void *object)
{
	struct page *page;

	if (!object)
		return;
	page = virt_to_page(object);
	if (likely(PageSlab(page)))
		slab_free(page->slab_cache, (void *)object, __builtin_return_address(0));
	else
		large_free(page, object, __builtin_return_address(0));
}

size_t ksize(const void *object)
{
	struct page *page;

	if (!object)
		return 0;
	page = virt_to_page(object);
	if (!PageSlab(page))
		return CONFIG_DEBUG ? page->inuse : PAGE_SIZE << page->private;
	if (CONFIG_DEBUG && page->slab_cache->debug)
		return slab_debug_asked(page->slab_cache, object);
	return page->slab_cache->object_size;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	size_t size = strlen(s) + 1;
	char *copy = do_kmalloc(size, gfp, __builtin_return_address(0));

	return copy ? memcpy(copy, s, size) : NULL;
}

void kmem_cache_init(void)
{
	static const unsigned short sizes[NR_KMALLOC_CACHES] = { 8,   16,  32,  64,   96,  128,
								 192, 256, 512, 1024, 2048 };
	char name[SLAB_NAME_LEN];
	unsigned int i;

	slab_init();
	for (i = 0; i < NR_KMALLOC_CACHES; i++) {
		/* Powers of two are aligned to themselves in release builds, to 8 in debug builds. */
		size_t align = !CONFIG_DEBUG && is_power_of_2(sizes[i]) ? sizes[i] : 8;

		BUG_ON(kmalloc_index(sizes[i]) != i);
		snprintf(name, sizeof(name), "kmalloc-%u", sizes[i]);
		kmalloc_caches[i] = kmem_cache_create(name, sizes[i], align, SLAB_PANIC, NULL);
	}
}
