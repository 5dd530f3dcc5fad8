/* The slab allocator from inside: sizes, constructors, alignment, contents, exhaustion; and the
 * mistakes that debug builds must name. */
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "mm/audit.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"
#include "tests/kernel/ktest.h"

#define OBJECTS 500

static void *objects[OBJECTS];

static unsigned long settled_free_pages(void)
{
	shrink_caches(GFP_KERNEL);
	return nr_free_pages();
}

static bool aligned_and_apart(unsigned int n, size_t size, size_t align)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!objects[i] || (unsigned long)objects[i] & (align - 1))
			return false;
		memset(objects[i], i, size);
	}
	for (i = 0; i < n; i++)
		if (memchr_inv(objects[i], i & 0xff, size))
			return false;
	return true;
}

static void free_objects(struct kmem_cache *cache, unsigned int n)
{
	unsigned int i;

	/* Every third first, so that slabs become partial before they become empty. */
	for (i = 0; i < n; i += 3)
		kmem_cache_free(cache, objects[i]);
	for (i = 0; i < n; i++)
		if (i % 3)
			kmem_cache_free(cache, objects[i]);
}

static void test_cache(size_t size, size_t align, const char *text)
{
	struct kmem_cache *cache = kmem_cache_create("test", size, align, 0, NULL);
	unsigned int i, n = size > 4000 ? 40 : OBJECTS;

	if (!KTEST(cache != NULL, "a cache"))
		return;
	for (i = 0; i < n; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	KTEST(aligned_and_apart(n, size, align ?: sizeof(void *)) && ksize(objects[0]) == size,
	      text);
	free_objects(cache, n);
	KTEST(kmem_cache_destroy(cache) == 0, "and it is empty in the end");
}

static unsigned int constructed;

static void construct(void *object)
{
	constructed++;
	strlcpy(object, "constructed", 20);
}

static void test_constructor(void)
{
	struct kmem_cache *cache = kmem_cache_create("test-ctor", 40, 0, 0, construct);
	unsigned int i, once;
	bool good = true;

	for (i = 0; i < 100; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		good &= !strcmp(objects[i], "constructed");
	}
	KTEST(good && constructed >= 100, "objects come constructed");
	free_objects(cache, 100);
	once = constructed;
	for (i = 0; i < 100; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		good &= !strcmp(objects[i], "constructed");
	}
	KTEST(good && constructed <= once + 100, "and are not constructed again while cached");
	free_objects(cache, 100);
	kmem_cache_destroy(cache);
}

/* ---- kmalloc ----------------------------------------------------------------------------------- */

static bool kmalloc_works(size_t size)
{
	char *object = kmalloc(size, GFP_KERNEL), *zeroed;
	bool good = object && ksize(object) >= size && !((unsigned long)object & 7);

	if (!object)
		return false;
	memset(object, 0x5a, size);
	kfree(object);
	zeroed = kzalloc(size, GFP_KERNEL);
	good = good && zeroed && !memchr_inv(zeroed, 0, size);
	kfree(zeroed);
	return good;
}

static void test_kmalloc_sizes(void)
{
	unsigned long bad = 0;
	size_t size;

	for (size = 1; size <= 4200; size++)
		bad += !kmalloc_works(size);
	KTEST(!bad, "kmalloc of 1 to 4200 bytes: usable, aligned, zeroed by kzalloc");
	for (size = 4096; size <= KMALLOC_MAX_SIZE; size *= 2)
		bad += !kmalloc_works(size) || !kmalloc_works(size - 1);
	KTEST(!bad, "kmalloc up to 128 KiB");
	KTEST(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN) == NULL, "and no further");
	kfree(NULL);
	KTEST(ksize(NULL) == 0, "NULL may be freed, and has no size");
}

static void test_kstrdup(void)
{
	char *text = kstrdup("pagoda", GFP_KERNEL);

	KTEST(!strcmp(text, "pagoda"), "kstrdup");
	kfree(text);
}

/* Objects chained through their first word until there is no memory. */
static void test_exhaustion(void)
{
	unsigned long before = settled_free_pages(), n = 0;
	void **last = NULL, **object;

	while ((object = kmalloc(2000, GFP_KERNEL | __GFP_NOWARN))) {
		*object = last;
		last = object;
		n++;
	}
	KTEST(n > 100, "kmalloc returns NULL when memory is used up");
	object = kmalloc(2000, GFP_ATOMIC);
	KTEST(object != NULL, "atomic callers still get some");
	kfree(object);
	while (last) {
		object = *last;
		kfree(last);
		last = object;
	}
	KTEST(settled_free_pages() == before, "all slabs are given back");
}

static void test_info(void)
{
	struct kmem_cache *cache = kmem_cache_create("test-info", 100, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	struct slab_info info;
	unsigned int n;
	bool found = false;

	for (n = 0; slab_get_info(n, &info); n++)
		if (!strcmp(info.name, "test-info"))
			found = info.active_objs == 1 && info.num_slabs == 1 &&
				info.active_slabs == 1 && info.num_objs == info.objperslab &&
				info.objsize >= 100;
	KTEST(found, "slab_get_info describes the cache");
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}

/* ---- mistakes, as debug builds see them -------------------------------------------------------- */

/* The reports name the calling function: hence noinline. */
static char caught[200];

static void catch_bug(const char *report)
{
	strlcpy(caught, report, sizeof(caught));
}

/* Was a mistake reported with both texts? Forgets it. */
static bool caught_like(const char *what, const char *where)
{
	bool both = strstr(caught, what) && strstr(caught, where);

	if (!both)
		pr_info("caught: %s\n", caught);
	caught[0] = '\0';
	return both;
}

static noinline void test_double_free(struct kmem_cache *cache)
{
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, object);
	kmem_cache_free(cache, object);
	KTEST(caught_like("double free: cache test-debug", "freed by test_double_free"),
	      "a double free is reported with cache and caller");
	object = kmalloc(50, GFP_KERNEL);
	kfree(object);
	kfree(object);
	KTEST(caught_like("double free: cache kmalloc-64", "allocated by test_double_free"),
	      "the same for kfree");
}

static noinline void test_red_zones(struct kmem_cache *cache)
{
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	object[100] = 1;
	kmem_cache_free(cache, object);
	KTEST(caught_like("written outside", "test-debug"),
	      "a write behind the object is reported");
	object[100] = (char)0xcc;
	object[-1] = 1;
	kmem_cache_free(cache, object);
	KTEST(caught_like("written outside", "test-debug"), "a write before it too");
	object[-1] = (char)0xcc;
	kmem_cache_free(cache, object);

	object = kmalloc(50, GFP_KERNEL);
	object[50] = 1;
	kfree(object);
	KTEST(caught_like("written outside", "(50 bytes)"),
	      "the red zone of kmalloc begins at the byte that was not asked for");
	object[50] = (char)0xcc;
	kfree(object);

	object = kmalloc(5000, GFP_KERNEL);
	object[5000] = 1;
	kfree(object);
	KTEST(caught_like("written outside the block", "test_red_zones"),
	      "and that of large blocks");
	object[5000] = (char)0xcc;
	kfree(object);
	KTEST(!caught[0], "an object that was mended is freed");
}

static noinline void test_use_after_free(struct kmem_cache *cache)
{
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, object);
	object[17] = 1;
	KTEST(kmem_cache_alloc(cache, GFP_KERNEL) == object &&
		      caught_like("free object was written to", "test-debug"),
	      "a write to a free object is found when it is next used");
	kmem_cache_free(cache, object);
}

static noinline void test_foreign_pointers(struct kmem_cache *cache)
{
	char *object = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, object + 4);
	KTEST(caught_like("no object of cache test-debug", "test_foreign_pointers"),
	      "a pointer into an object is refused");
	kfree(object + 8);
	KTEST(caught_like("no object of cache test-debug", "test_foreign_pointers"),
	      "by kfree too");
	kmem_cache_free(cache, object);
	kmem_cache_free(cache, (void *)test_foreign_pointers);
	KTEST(caught_like("no object of cache test-debug", "test_foreign_pointers"),
	      "and one into no slab at all");
	kfree((void *)test_foreign_pointers);
	KTEST(caught_like("not from kmalloc", "reserved"), "kfree of kernel text is refused");
}

static noinline void test_leak(void)
{
	struct kmem_cache *cache = kmem_cache_create("test-leak", 24, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);

	KTEST(kmem_cache_destroy(cache) == -EBUSY, "a cache with objects out is not destroyed");
	KTEST(ktest_logged("leak in cache test-leak", "allocated by test_leak"),
	      "the leak is reported with cache and caller");
	kmem_cache_free(cache, object);
	KTEST(kmem_cache_destroy(cache) == 0, "until they are back");
	cache = kmem_cache_create("test-full", 30000, 0, 0, NULL);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	KTEST(kmem_cache_destroy(cache) == -EBUSY &&
		      ktest_logged("leak in cache test-full", "test_leak"),
	      "so is one that fills its slab");
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}

static void create_or_panic(void *name)
{
	kmem_cache_create(name, 8, 0, SLAB_PANIC, NULL);
}

/* Without memory: no cache, or a panic where there must be one. */
static void test_no_cache(void)
{
	struct kmem_cache *caches[100];
	unsigned int n = 0;

	alloc_inject(0, 1000);
	while (n < ARRAY_SIZE(caches) && (caches[n] = kmem_cache_create("more", 8, 0, 0, NULL)))
		n++;
	KTEST(n < ARRAY_SIZE(caches), "without memory there is no cache");
	KTEST_PANICS(create_or_panic, "needed", "cannot create slab cache needed of 8 bytes",
		     "a cache that must be there cannot be missing");
	alloc_inject(0, 0);
	while (n)
		kmem_cache_destroy(caches[--n]);
}

static void test_mistakes(void)
{
	struct kmem_cache *cache;

	if (!CONFIG_DEBUG)
		return;
	cache = kmem_cache_create("test-debug", 100, 0, 0, NULL);
	slab_bug_hook = catch_bug;
	test_double_free(cache);
	test_red_zones(cache);
	test_use_after_free(cache);
	test_foreign_pointers(cache);
	slab_bug_hook = NULL;
	kmem_cache_destroy(cache);
	test_leak();
	test_no_cache();
}

static void test_injection(void)
{
	void *a, *b;

	if (!CONFIG_DEBUG)
		return;
	kfree(kmalloc(10, GFP_KERNEL)); /* a slab is there: no page will be asked for */
	alloc_inject(1, 1);
	a = kmalloc(10, GFP_KERNEL);
	b = kmalloc(10, GFP_KERNEL);
	KTEST(a && !b, "the second allocation fails on demand");
	kfree(a);
	kfree(b);
	alloc_inject(0, 0);
}

KTEST_SUITE(slab)
{
	unsigned long before = settled_free_pages();

	test_cache(1, 0, "objects of one byte");
	test_cache(24, 0, "objects of 24 bytes");
	test_cache(100, 32, "objects aligned to 32 bytes");
	test_cache(200, 64, "objects aligned to 64 bytes");
	test_cache(1400, 0, "objects of 1400 bytes");
	test_cache(4096, 4096, "objects of a page, aligned to it");
	test_cache(5000, 0, "objects larger than a page");
	test_cache(30000, 0, "objects of 30000 bytes");
	test_constructor();
	test_kmalloc_sizes();
	test_kstrdup();
	test_exhaustion();
	test_info();
	test_mistakes();
	test_injection();
	KTEST(settled_free_pages() == before, "no page was lost");
	KTEST(mm_audit() == 0, "the ledger agrees with the pages");
}
