/* The page cache (see filemap.h): look-up, entry, reading in, and the fault of a file mapping. */
#include "mm/filemap.h"

#include "kernel/fs/file.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "mm/highmem.h"
#include "mm/slab.h"
#include "mm/vma.h"

/* Files cannot be written out to make room: when they had the last page, nothing could run to delete one. */
#define PAGE_CACHE_LEAVES 1024UL

static struct kmem_cache *radix_tree_node_cache;
static atomic_t nr_shmem;

void address_space_init(struct address_space *mapping, struct inode *host,
			const struct address_space_operations *a_ops)
{
	mapping->host = host;
	mapping->limit = NULL;
	mapping->seals = F_SEAL_SEAL;
	mutex_init(&mapping->i_mutex);
	/* Nodes are allocated under tree_lock; add_to_page_cache() helps out when that fails. */
	INIT_RADIX_TREE(&mapping->page_tree, GFP_ATOMIC | __GFP_NOWARN);
	spin_lock_init(&mapping->tree_lock);
	mapping->nrpages = 0;
	INIT_LIST_HEAD(&mapping->i_mmap);
	spin_lock_init(&mapping->i_mmap_lock);
	mapping->truncate_count = 0;
	mapping->a_ops = a_ops;
}

/* ---- look-up ----------------------------------------------------------------------------------- */

struct page *find_get_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page;

	spin_lock(&mapping->tree_lock);
	page = radix_tree_lookup(&mapping->page_tree, index);
	if (likely(page))
		get_page(page);
	spin_unlock(&mapping->tree_lock);
	return page;
}

unsigned int find_get_pages(struct address_space *mapping, pgoff_t start, unsigned int nr_pages,
			    struct page **pages)
{
	unsigned int i, found;

	spin_lock(&mapping->tree_lock);
	found = radix_tree_gang_lookup(&mapping->page_tree, (void **)pages, start, nr_pages);
	for (i = 0; i < found; i++)
		get_page(pages[i]);
	spin_unlock(&mapping->tree_lock);
	return found;
}

/* ---- entry and exit ---------------------------------------------------------------------------- */

int limit_charge(struct fs_limit *limit)
{
	if ((unsigned long)atomic_inc_return(&limit->used) - 1 <= limit->max - 1)
		return 0;
	atomic_dec(&limit->used);
	return -ENOSPC;
}

void limit_uncharge(struct fs_limit *limit)
{
	atomic_dec(&limit->used);
}

unsigned long nr_shmem_pages(void)
{
	return atomic_read(&nr_shmem);
}

static void uncharge_page(struct address_space *mapping)
{
	if (!mapping->limit)
		return;
	limit_uncharge(mapping->limit);
	atomic_dec(&nr_shmem);
}

static int insert_page(struct page *page, struct address_space *mapping, pgoff_t index)
{
	int err;

	spin_lock(&mapping->tree_lock);
	err = radix_tree_insert(&mapping->page_tree, index, page);
	if (!err)
		mapping->nrpages++;
	spin_unlock(&mapping->tree_lock);
	return err;
}

int add_to_page_cache(struct page *page, struct address_space *mapping, pgoff_t index, gfp_t gfp)
{
	int err = 0;

	VM_BUG_ON(!PageLocked(page));
	if (mapping->limit) {
		err = limit_charge(mapping->limit);
		if (err)
			return err;
		atomic_inc(&nr_shmem);
	}
	get_page(page);
	page->mapping = mapping;
	page->index = index;
	err = insert_page(page, mapping, index);
	if (unlikely(err == -ENOMEM) && gfp & __GFP_WAIT) {
		/* Allocating a node the patient way leaves some on this CPU's list for the hasty one. */
		void *node = kmem_cache_alloc(radix_tree_node_cache, gfp & ~__GFP_HIGHMEM);

		if (node) {
			kmem_cache_free(radix_tree_node_cache, node);
			err = insert_page(page, mapping, index);
		}
	}
	if (unlikely(err)) {
		page->mapping = NULL;
		put_page(page);
		uncharge_page(mapping);
	}
	return err;
}

void remove_from_page_cache(struct page *page)
{
	struct address_space *mapping = page->mapping;

	VM_BUG_ON(!PageLocked(page));
	spin_lock(&mapping->tree_lock);
	radix_tree_delete(&mapping->page_tree, page->index);
	mapping->nrpages--;
	page->mapping = NULL;
	spin_unlock(&mapping->tree_lock);
	uncharge_page(mapping);
	put_page(page);
}

bool page_cache_full(void)
{
	return nr_free_pages() < min(nr_total_pages() / 16, PAGE_CACHE_LEAVES);
}

/* A fresh page at index, locked, with a reference; ERR_PTR(-EEXIST) when somebody was faster. */
static struct page *create_page(struct address_space *mapping, pgoff_t index, gfp_t gfp)
{
	struct page *page;
	int err;

	if (unlikely(page_cache_full()))
		return ERR_PTR(-ENOSPC);
	page = alloc_page(gfp | __GFP_OWNER(OWNER_CACHE));
	if (unlikely(!page))
		return ERR_PTR(-ENOMEM);
	page_set(page, PG_locked);
	err = add_to_page_cache(page, mapping, index, gfp);
	if (likely(!err))
		return page;
	page_clear(page, PG_locked);
	put_page(page);
	return ERR_PTR(err);
}

struct page *find_or_create_page(struct address_space *mapping, pgoff_t index, gfp_t gfp)
{
	struct page *page;
	bool ours;

	for (;;) {
		page = find_get_page(mapping, index);
		if (!page) {
			page = create_page(mapping, index, gfp);
			if (PTR_ERR(page) == -EEXIST)
				continue;
			return page;
		}
		ours = !lock_page_killable(page);
		if (likely(ours && page->mapping == mapping))
			return page;
		/* Killed, or truncated while we slept. */
		if (ours)
			unlock_page(page);
		put_page(page);
		if (!ours)
			return ERR_PTR(-EINTR);
	}
}

struct page *grab_cache_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page = find_or_create_page(mapping, index, GFP_HIGHUSER);

	if (!IS_ERR(page) && !PageUptodate(page)) {
		clear_highpage(page);
		SetPageUptodate(page);
	}
	return page;
}

struct page *read_cache_page(struct address_space *mapping, pgoff_t index, struct file *file)
{
	struct page *page = find_get_page(mapping, index);
	bool truncated;
	int err;

	if (likely(page && PageUptodate(page)))
		return page;
	if (page)
		put_page(page);
	do {
		page = find_or_create_page(mapping, index, GFP_HIGHUSER);
		if (IS_ERR(page))
			return page;
		if (PageUptodate(page)) {
			unlock_page(page);
			return page;
		}
		err = mapping->a_ops->readpage(file, page);
		if (!err)
			err = wait_on_page_locked_killable(page);
		if (likely(!err && PageUptodate(page)))
			return page;
		truncated = page->mapping != mapping;
		put_page(page);
	} while (!err && truncated);
	return ERR_PTR(err ?: -EIO);
}

/* ---- mappings ---------------------------------------------------------------------------------- */

struct page *filemap_getpage(struct file *file, pgoff_t index, int *type)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;

	if (unlikely((loff_t)index << PAGE_SHIFT >= i_size_read(mapping->host)))
		return NOPAGE_SIGBUS;
	page = find_get_page(mapping, index);
	if (likely(page && PageUptodate(page)))
		return page;
	if (page)
		put_page(page);
	if (type)
		*type = VM_FAULT_MAJOR;
	page = read_cache_page(mapping, index, file);
	if (!IS_ERR(page))
		return page;
	return PTR_ERR(page) == -ENOMEM ? NOPAGE_OOM : NOPAGE_SIGBUS;
}

struct page *filemap_nopage(struct vm_area_struct *vma, unsigned long address, int *type)
{
	return filemap_getpage(vma->vm_file, linear_page_index(vma, address), type);
}

unsigned int filemap_find_pages(struct vm_area_struct *vma, pgoff_t first, unsigned int nr,
				struct page **pages)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	/* A truncation makes the object smaller, then unmaps: behind its end none may be mapped any more. */
	u64 end = min_t(u64, (u64)first + nr,
			(i_size_read(mapping->host) + ~PAGE_MASK) >> PAGE_SHIFT);
	unsigned int n,
		kept = 0,
		found = first < end ? find_get_pages(mapping, first, end - first, pages) : 0;

	for (n = 0; n < found; n++) {
		if (pages[n]->index < end && PageUptodate(pages[n]) && !PageLocked(pages[n]))
			pages[kept++] = pages[n];
		else
			put_page(pages[n]);
	}
	return kept;
}

static int simple_readpage(struct file *file, struct page *page)
{
	clear_highpage(page);
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

const struct address_space_operations simple_aops = { .readpage = simple_readpage };

void vma_link_file(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;

	if (!mapping)
		return;
	spin_lock(&mapping->i_mmap_lock);
	list_add_tail(&vma->shared, &mapping->i_mmap);
	spin_unlock(&mapping->i_mmap_lock);
}

void vma_unlink_file(struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;

	if (!mapping)
		return;
	spin_lock(&mapping->i_mmap_lock);
	list_del(&vma->shared);
	spin_unlock(&mapping->i_mmap_lock);
}

static struct radix_tree_node *alloc_node(gfp_t gfp)
{
	return kmem_cache_zalloc(radix_tree_node_cache, gfp);
}

static void free_node(struct radix_tree_node *node)
{
	kmem_cache_free(radix_tree_node_cache, node);
}

void filemap_init(void)
{
	radix_tree_node_cache = kmem_cache_create("radix_tree_node", sizeof(struct radix_tree_node),
						  0, SLAB_PANIC, NULL);
	radix_tree_init(alloc_node, free_node);
	page_wait_init();
}
