#include "drivers/iomem.h"

#include "kernel/fs/procfs.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/list.h"
#include "kernel/sched/mutex.h"
#include "mm/slab.h"

struct mem_region {
	u64 start, end; /* end: the last byte */
	const char *name;
	struct list_head list; /* lowest first */
};

static DEFINE_MUTEX(regions_lock);
static LIST_HEAD(regions);

/* The lowest region that ends at or after @start, or NULL. */
static struct mem_region *region_from(u64 start)
{
	struct mem_region *r;

	list_for_each_entry(r, &regions, list) {
		if (r->end >= start)
			return r;
	}
	return NULL;
}

int request_mem_region(u64 start, u64 size, const char *name)
{
	struct mem_region *r, *next;
	int error = 0;

	if (!size || start + size - 1 < start)
		return -EINVAL;
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	r->start = start;
	r->end = start + size - 1;
	r->name = name;
	mutex_lock(&regions_lock);
	next = region_from(start);
	if (next && next->start <= r->end)
		error = -EBUSY;
	else
		list_add_tail(&r->list, next ? &next->list : &regions);
	mutex_unlock(&regions_lock);
	if (error)
		kfree(r);
	return error;
}

void release_mem_region(u64 start)
{
	struct mem_region *r;

	mutex_lock(&regions_lock);
	r = region_from(start);
	if (r && r->start == start)
		list_del(&r->list);
	else
		r = NULL;
	mutex_unlock(&regions_lock);
	kfree(r);
}

bool iomem_is_claimed(u64 start, u64 size)
{
	struct mem_region *r;
	bool claimed;

	mutex_lock(&regions_lock);
	r = region_from(start);
	claimed = r && size && r->start <= start + size - 1;
	mutex_unlock(&regions_lock);
	return claimed;
}

static int iomem_show(struct seq_file *m, void *data)
{
	struct mem_region *r;

	mutex_lock(&regions_lock);
	list_for_each_entry(r, &regions, list)
		seq_printf(m, "%08llx-%08llx : %s\n", r->start, r->end, r->name);
	mutex_unlock(&regions_lock);
	return 0;
}

void iomem_init(void)
{
	proc_create("iomem", NULL, iomem_show, NULL);
}
