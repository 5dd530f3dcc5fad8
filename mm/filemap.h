/*
 * The page cache: the pages of an object (file, shared memory), indexed by their
 * place in it. read, write and mmap all see these same pages.
 */
#ifndef MM_FILEMAP_H
#define MM_FILEMAP_H

#include "kernel/lib/list.h"
#include "kernel/lib/radix_tree.h"
#include "kernel/lib/types.h"
#include "kernel/sched/spinlock.h"
#include "mm/page.h"

struct address_space;
struct file;
struct inode;
struct vm_area_struct;

/* How an object gets and gives contents. */
struct address_space_operations {
	/* Fill a locked page; when done, SetPageUptodate and unlock_page. May finish later. 0 or -errno. */
	int (*readpage)(struct file *file, struct page *page);
	int (*writepage)(struct page *page);
	/* A write of bytes [from, to) into a locked page is about to happen / has happened. */
	int (*prepare_write)(struct file *file, struct page *page, unsigned from, unsigned to);
	int (*commit_write)(struct file *file, struct page *page, unsigned from, unsigned to);
};

struct address_space {
	struct inode *host; /* whose pages; NULL for objects without an inode */
	struct radix_tree_root page_tree;
	spinlock_t tree_lock; /* guards page_tree and nrpages */
	unsigned long nrpages;
	struct list_head i_mmap;     /* VMAs that map it, by vma->shared */
	spinlock_t i_mmap_lock;	     /* guards i_mmap */
	unsigned int truncate_count; /* grows with each unmap_mapping_range(): see do_no_page() */
	const struct address_space_operations *a_ops;
};

void address_space_init(struct address_space *mapping, struct inode *host,
			const struct address_space_operations *a_ops);

/* The page at @index with a reference, or NULL. */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);
/* The same, locked. Sleeps. */
struct page *find_lock_page(struct address_space *mapping, pgoff_t index);
/* The page at @index, locked, with a reference; made if missing (not up to date then). NULL: no memory. */
struct page *find_or_create_page(struct address_space *mapping, pgoff_t index, gfp_t gfp);
/* Enters a fresh page, locked; the cache takes its own reference. 0, -EEXIST, -ENOMEM. */
int add_to_page_cache(struct page *page, struct address_space *mapping, pgoff_t index, gfp_t gfp);
/* The page at @index, up to date, with a reference; ERR_PTR otherwise. Sleeps. */
struct page *read_cache_page(struct address_space *mapping, pgoff_t index, struct file *file);

void lock_page(struct page *page);
void unlock_page(struct page *page);
bool trylock_page(struct page *page);
/* Sleeps until the page is unlocked. 0, or -EINTR when a fatal signal came. */
int wait_on_page_locked_killable(struct page *page);

/* file_operations for objects whose pages are in the cache. read(2), write(2), mmap(2). */
ssize_t generic_file_read(struct file *file, char *buf, size_t count, loff_t *pos);
ssize_t generic_file_write(struct file *file, const char *buf, size_t count, loff_t *pos);
int generic_file_mmap(struct file *file, struct vm_area_struct *vma);

/* The nopage of every file mapping: the cached page, read in if need be; NOPAGE_SIGBUS past the end. */
struct page *filemap_nopage(struct vm_area_struct *vma, unsigned long address, int *type);

/* Drops all pages from byte @lstart on, zeroes the tail of the page it cuts. Mappings are gone already. */
void truncate_inode_pages(struct address_space *mapping, loff_t lstart);
/* The size changed from old to new: unmaps and drops what lies beyond. */
void vmtruncate(struct address_space *mapping, loff_t new_size);

/* VMAs enter and leave the object's list when they are linked into an mm. */
void vma_link_file(struct vm_area_struct *vma);
void vma_unlink_file(struct vm_area_struct *vma);

/* An unlinked object of @size bytes of zeroes behind MAP_SHARED | MAP_ANONYMOUS. 0 or -ENOMEM. */
int shmem_zero_setup(struct vm_area_struct *vma);

#endif
