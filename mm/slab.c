/* The slab allocator (see slab.h for its use, slab_cache.h for how it is laid out). */
#include "mm/slab.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "mm/slab_cache.h"
#include "mm/zone.h"

#define SLAB_MAX_ORDER   1 /* larger blocks only for objects that do not fit otherwise */
#define SLAB_MAX_SIZE    32768UL
#define SLAB_KEEP_FREE   2     /* empty slabs a cache keeps for the next allocation */
#define SLAB_DEBUG_ALIGN 512UL /* above this alignment red zones would cost too much */

/* Where kmem_caches themselves come from. */
static struct kmem_cache cache_cache;

static LIST_HEAD(cache_chain);
static DEFINE_SPINLOCK(cache_chain_lock); /* before any cache->lock; taken with interrupts off */

/* ---- slabs: all with cache->lock held, but slab_create ----------------------------------------- */

/* Enters the pages of a block as a slab of the cache, or, NULL, as nobody's. */
static void mark_pages(struct page *head, unsigned int order, struct kmem_cache *cache)
{
	struct page *page;

	for (page = head; page < head + (1U << order); page++) {
		if (cache)
			page_set(page, PG_slab);
		else
			page_clear(page, PG_slab);
		page->slab_cache = cache;
		page->first_page = cache ? head : NULL;
	}
}

/* A block of pages becomes a slab full of free objects. NULL without memory. */
static struct page *slab_create(struct kmem_cache *cache, gfp_t gfp)
{
	struct page *page;
	unsigned int n;

	gfp &= ~(__GFP_ZERO | __GFP_HIGHMEM);
	page = alloc_pages(gfp | __GFP_OWNER(OWNER_SLAB), cache->order);
	if (!page)
		return NULL;
	mark_pages(page, cache->order, cache);
	page->freelist = NULL;
	page->inuse = 0;
	for (n = cache->num; n-- > 0;) {
		void *object = slab_object(cache, page, n);

		if (CONFIG_DEBUG && cache->debug)
			slab_debug_init(cache, object);
		if (cache->ctor)
			cache->ctor(object);
		*slab_link(cache, object) = page->freelist;
		page->freelist = object;
	}
	return page;
}

static void slab_destroy(struct kmem_cache *cache, struct page *page)
{
	list_del(&page->lru);
	cache->nr_slabs--;
	cache->nr_free_slabs--;
	mark_pages(page, cache->order, NULL);
	__free_pages(page, cache->order);
}

static void slab_add(struct kmem_cache *cache, struct page *page)
{
	list_add(&page->lru, &cache->slabs_free);
	cache->nr_slabs++;
	cache->nr_free_slabs++;
}

/* Take an object out of its slab, which moves to the list it now belongs to. */
static void *slab_take(struct kmem_cache *cache, struct page *page)
{
	void *object = page->freelist;

	page->freelist = *slab_link(cache, object);
	if (page->inuse++ == 0) {
		cache->nr_free_slabs--;
		list_move(&page->lru, &cache->slabs_partial);
	}
	if (page->inuse == cache->num)
		list_move(&page->lru, &cache->slabs_full);
	cache->nr_out++;
	return object;
}

static void slab_put(struct kmem_cache *cache, void *object)
{
	struct page *page = slab_page(object);

	*slab_link(cache, object) = page->freelist;
	page->freelist = object;
	cache->nr_out--;
	if (page->inuse-- == cache->num)
		list_move(&page->lru, &cache->slabs_partial);
	if (page->inuse == 0) {
		list_move(&page->lru, &cache->slabs_free);
		if (++cache->nr_free_slabs > SLAB_KEEP_FREE)
			slab_destroy(cache, page);
	}
}

/* ---- a CPU's objects --------------------------------------------------------------------------- */

static void cpu_refill(struct kmem_cache *cache, struct array_cache *ac)
{
	while (ac->avail < ac->limit / 2) {
		struct list_head *list = &cache->slabs_partial;

		if (list_empty(list))
			list = &cache->slabs_free;
		if (list_empty(list))
			break;
		ac->entry[ac->avail++] = slab_take(cache, list_first_entry(list, struct page, lru));
	}
}

/* The n objects that were freed longest ago go back to their slabs. */
static void cpu_flush(struct kmem_cache *cache, struct array_cache *ac, unsigned int n)
{
	unsigned int i;

	spin_lock(&cache->lock);
	for (i = 0; i < n; i++)
		slab_put(cache, ac->entry[i]);
	spin_unlock(&cache->lock);
	ac->avail -= n;
	memmove(&ac->entry[0], &ac->entry[n], ac->avail * sizeof(ac->entry[0]));
}

static noinline void *slab_alloc_slow(struct kmem_cache *cache, gfp_t gfp)
{
	struct array_cache *ac;
	struct page *page = NULL;
	void *object;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&cache->lock, flags);
		if (page)
			slab_add(cache, page);
		ac = &this_cpu(cache->cpu);
		cpu_refill(cache, ac);
		object = ac->avail ? ac->entry[--ac->avail] : NULL;
		spin_unlock_irqrestore(&cache->lock, flags);
		if (object)
			return object;
		page = slab_create(cache, gfp);
		if (!page)
			return NULL;
	}
}

static __always_inline void *alloc_object(struct kmem_cache *cache, gfp_t gfp, size_t asked,
					  const void *caller)
{
	struct array_cache *ac;
	unsigned long flags;
	void *object;

	if (CONFIG_DEBUG && alloc_should_fail(gfp))
		return NULL;
	local_irq_save(flags);
	ac = &this_cpu(cache->cpu);
	if (likely(ac->avail)) {
		object = ac->entry[--ac->avail];
		local_irq_restore(flags);
	} else {
		local_irq_restore(flags);
		object = slab_alloc_slow(cache, gfp);
	}
	if (CONFIG_DEBUG && object && cache->debug)
		slab_debug_alloc(cache, object, asked, caller);
	return object;
}

void *slab_alloc(struct kmem_cache *cache, gfp_t gfp, size_t asked, const void *caller)
{
	return alloc_object(cache, gfp, asked, caller);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = alloc_object(cache, gfp, cache->object_size, __builtin_return_address(0));

	if (unlikely(gfp & __GFP_ZERO) && object)
		memset(object, 0, cache->object_size);
	return object;
}

void slab_free(struct kmem_cache *cache, void *object, const void *caller)
{
	struct array_cache *ac;
	unsigned long flags;

	if (CONFIG_DEBUG && cache->debug && !slab_debug_free(cache, object, caller))
		return;
	local_irq_save(flags);
	ac = &this_cpu(cache->cpu);
	if (unlikely(ac->avail == ac->limit))
		cpu_flush(cache, ac, ac->limit / 2);
	ac->entry[ac->avail++] = object;
	local_irq_restore(flags);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	slab_free(cache, object, __builtin_return_address(0));
}

/* ---- caches ------------------------------------------------------------------------------------ */

unsigned long kmem_cache_shrink(struct kmem_cache *cache)
{
	struct array_cache *ac;
	unsigned long flags, slabs;

	local_irq_save(flags);
	ac = &this_cpu(cache->cpu);
	cpu_flush(cache, ac, ac->avail);
	spin_lock(&cache->lock);
	slabs = cache->nr_free_slabs;
	while (!list_empty(&cache->slabs_free))
		slab_destroy(cache, list_first_entry(&cache->slabs_free, struct page, lru));
	spin_unlock(&cache->lock);
	local_irq_restore(flags);
	return slabs << cache->order;
}

static unsigned long shrink_all(gfp_t gfp)
{
	struct kmem_cache *cache;
	unsigned long flags, pages = 0;

	spin_lock_irqsave(&cache_chain_lock, flags);
	list_for_each_entry(cache, &cache_chain, list)
		pages += kmem_cache_shrink(cache);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return pages;
}

/* Where the parts of an object's place lie. */
static void lay_out_object(struct kmem_cache *cache)
{
	cache->debug = CONFIG_DEBUG && cache->align <= SLAB_DEBUG_ALIGN;
	if (CONFIG_DEBUG && cache->debug) {
		slab_debug_layout(cache);
		return;
	}
	cache->object_offset = 0;
	cache->link_offset = cache->ctor ? ALIGN(cache->object_size, sizeof(void *)) : 0;
	cache->size = max_t(unsigned int, cache->object_size, cache->link_offset + sizeof(void *));
	cache->size = ALIGN(cache->size, cache->align);
}

/* The smallest block of which no more than an eighth is wasted. */
static void lay_out_slab(struct kmem_cache *cache)
{
	for (cache->order = 0;; cache->order++) {
		unsigned long bytes = PAGE_SIZE << cache->order;

		cache->num = bytes / cache->size;
		if (cache->num && (cache->order >= SLAB_MAX_ORDER ||
				   (bytes - cache->num * cache->size) * 8 <= bytes))
			break;
	}
}

static unsigned int cpu_limit(size_t size)
{
	if (size <= 256)
		return SLAB_CPU_OBJECTS;
	return size <= 1024 ? SLAB_CPU_OBJECTS / 2 : SLAB_CPU_OBJECTS / 4;
}

static void set_up_cache(struct kmem_cache *cache, const char *name, size_t size, size_t align,
			 void (*ctor)(void *))
{
	unsigned int cpu;
	unsigned long flags;

	memset(cache, 0, sizeof(*cache));
	strlcpy(cache->name, name, sizeof(cache->name));
	cache->object_size = size;
	cache->align = max_t(size_t, align, sizeof(void *));
	cache->ctor = ctor;
	lay_out_object(cache);
	lay_out_slab(cache);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		cache->cpu[cpu].limit = cpu_limit(cache->size);
	spin_lock_init(&cache->lock);
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_free);
	spin_lock_irqsave(&cache_chain_lock, flags);
	list_add_tail(&cache->list, &cache_chain);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
				     unsigned int flags, void (*ctor)(void *object))
{
	struct kmem_cache *cache = kmem_cache_alloc(&cache_cache, GFP_KERNEL);

	BUG_ON(!size || size > SLAB_MAX_SIZE || align > PAGE_SIZE || align & (align - 1));
	if (cache)
		set_up_cache(cache, name, size, align, ctor);
	else if (flags & SLAB_PANIC)
		panic("cannot create slab cache %s of %zu bytes", name, size);
	return cache;
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	struct page *page;
	unsigned long flags;

	kmem_cache_shrink(cache);
	if (cache->nr_slabs) {
		pr_err("slab: cache %s destroyed with %lu objects out\n", cache->name,
		       cache->nr_out);
		list_for_each_entry(page, &cache->slabs_partial, lru)
			slab_debug_leaks(cache, page);
		list_for_each_entry(page, &cache->slabs_full, lru)
			slab_debug_leaks(cache, page);
		return -EBUSY;
	}
	spin_lock_irqsave(&cache_chain_lock, flags);
	list_del(&cache->list);
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	kmem_cache_free(&cache_cache, cache);
	return 0;
}

static struct slab_info describe(const struct kmem_cache *cache)
{
	struct slab_info info = {
		.name = cache->name,
		.active_objs = cache->nr_out,
		.num_objs = cache->nr_slabs * cache->num,
		.num_slabs = cache->nr_slabs,
		.active_slabs = cache->nr_slabs - cache->nr_free_slabs,
		.objsize = cache->size,
		.objperslab = cache->num,
		.pagesperslab = 1U << cache->order,
		.limit = cache->cpu[0].limit,
	};
	unsigned int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		info.active_objs -= cache->cpu[cpu].avail;
	return info;
}

bool slab_get_info(unsigned int n, struct slab_info *info)
{
	struct kmem_cache *cache;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&cache_chain_lock, flags);
	list_for_each_entry(cache, &cache_chain, list) {
		found = n-- == 0;
		if (found) {
			*info = describe(cache);
			break;
		}
	}
	spin_unlock_irqrestore(&cache_chain_lock, flags);
	return found;
}

void slab_init(void)
{
	static struct shrinker shrinker = { .shrink = shrink_all };

	set_up_cache(&cache_cache, "kmem_cache", sizeof(struct kmem_cache), 0, NULL);
	register_shrinker(&shrinker);
}
