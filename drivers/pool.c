/*
 * The smallest driver that owns memory and lets programs map it. Nothing is mapped by mmap itself: the
 * first touch of each page faults, the fault asks nopage, and nopage hands over one page with a
 * reference that belongs to the new page-table entry. Two pools differ only in where a page comes
 * from.
 */
#include "drivers/init.h"

#include "kernel/fs/devfs.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/errno.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"
#include "mm/vmalloc.h"
#include "user/pool.h"

#define POOL_MAJOR 240 /* for local use */

struct pool {
	const char *name;
	bool vmalloc; /* its pages are those of one area; else of the page allocator */
	struct mutex lock;
	unsigned int users; /* open files; a mapping keeps its file open */
	void *area;
	struct page *pages[POOL_PAGES]; /* those handed out so far, with a reference of ours */
	/* Counted since boot, for /proc/pool. */
	unsigned long opens, mmaps, vma_opens, vma_closes, nopage, last_offset;
};

static struct pool pools[] = {
	{ .name = "pool", .lock = __MUTEX_INITIALIZER(pools[0].lock) },
	{ .name = "pool-vmalloc", .vmalloc = true, .lock = __MUTEX_INITIALIZER(pools[1].lock) },
};

/* A page that was not handed out before, or NULL without memory. Lock held. */
static struct page *new_page(struct pool *pool, unsigned long index)
{
	struct page *page;

	if (!pool->vmalloc) {
		page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		if (page)
			page_set_owner(page, OWNER_DRIVER);
		return page;
	}
	if (!pool->area)
		pool->area = vzalloc(POOL_SIZE);
	if (!pool->area)
		return NULL;
	page = vmalloc_to_page((char *)pool->area + index * PAGE_SIZE);
	get_page(page); /* the area has one of its own */
	return page;
}

/* ---- vm_operations ---- */

static void pool_vma_open(struct vm_area_struct *vma)
{
	struct pool *pool = vma->vm_private_data;

	mutex_lock(&pool->lock);
	pool->vma_opens++;
	mutex_unlock(&pool->lock);
}

static void pool_vma_close(struct vm_area_struct *vma)
{
	struct pool *pool = vma->vm_private_data;

	mutex_lock(&pool->lock);
	pool->vma_closes++;
	mutex_unlock(&pool->lock);
}

/*
 * mmap has checked the range, but mremap may have made the mapping larger since then and has not asked
 * us: so the end of the pool is looked for here, too.
 */
static struct page *pool_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	struct pool *pool = vma->vm_private_data;
	unsigned long index = ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
	struct page *page = NOPAGE_SIGBUS;

	mutex_lock(&pool->lock);
	pool->nopage++;
	pool->last_offset = index << PAGE_SHIFT;
	if (index < POOL_PAGES) {
		if (!pool->pages[index])
			pool->pages[index] = new_page(pool, index);
		page = pool->pages[index] ? pool->pages[index] : NOPAGE_OOM;
	}
	if (page != NOPAGE_SIGBUS && page != NOPAGE_OOM)
		get_page(page); /* the new entry's */
	mutex_unlock(&pool->lock);
	if (type)
		*type = VM_FAULT_MINOR;
	return page;
}

static const struct vm_operations_struct pool_vm_ops = {
	.open = pool_vma_open,
	.close = pool_vma_close,
	.nopage = pool_nopage,
};

/* ---- file_operations ---- */

static int pool_open(struct inode *inode, struct file *file)
{
	struct pool *pool = file->private_data;

	mutex_lock(&pool->lock);
	pool->opens++;
	pool->users++;
	mutex_unlock(&pool->lock);
	return 0;
}

/* With the last user the pages go, too: no page-table entry holds one any more. */
static int pool_release(struct inode *inode, struct file *file)
{
	struct pool *pool = file->private_data;

	mutex_lock(&pool->lock);
	if (--pool->users == 0) {
		for (int i = 0; i < POOL_PAGES; i++) {
			if (pool->pages[i])
				put_page(pool->pages[i]);
			pool->pages[i] = NULL;
		}
		vfree(pool->area);
		pool->area = NULL;
	}
	mutex_unlock(&pool->lock);
	return 0;
}

static int pool_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct pool *pool = file->private_data;
	unsigned long count = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;

	if (vma->vm_pgoff > POOL_PAGES || count > POOL_PAGES - vma->vm_pgoff)
		return -EINVAL;
	mutex_lock(&pool->lock);
	pool->mmaps++;
	mutex_unlock(&pool->lock);
	vma->vm_private_data = pool;
	vma->vm_ops = &pool_vm_ops;
	return 0;
}

static const struct file_operations pool_fops = {
	.open = pool_open,
	.release = pool_release,
	.mmap = pool_mmap,
};

/* ---- /proc/pool ---- */

static int pool_show(struct seq_file *m, void *data)
{
	struct pool *p;

	for (p = pools; p < pools + ARRAY_SIZE(pools); p++) {
		unsigned long held = 0;

		mutex_lock(&p->lock);
		for (int i = 0; i < POOL_PAGES; i++)
			held += p->pages[i] != NULL;
		seq_printf(m, POOL_FORMAT, p->name, p->opens, p->mmaps, p->vma_opens, p->vma_closes,
			   p->nopage, p->last_offset, held);
		mutex_unlock(&p->lock);
	}
	return 0;
}

PROC_ENTRIES(pool_entries) = {
	{ .name = "pool", .show = pool_show },
};

void pool_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pools); i++)
		devfs_create(pools[i].name, S_IFCHR | 0666, MKDEV(POOL_MAJOR, i), &pool_fops,
			     &pools[i]);
}
