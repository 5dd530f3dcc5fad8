/* The page cache: the pages of an object (file, shared memory), indexed by their place in it. read,
 * write and mmap all see these same pages.
 *
 * The life of a page here: it enters locked and not up to date; the object's readpage fills it, sets
 * PG_uptodate and unlocks it; from then on everybody may look at it without any lock, for as long as he
 * holds a reference. Truncation takes it out under the page lock and clears page->mapping. So whoever
 * locks a page he found must look whether page->mapping is still his object.
 */
#ifndef MM_FILEMAP_H
#define MM_FILEMAP_H

#include "kernel/lib/radix_tree.h"
#include "kernel/sched/mutex.h"
#include "mm/page.h"

struct address_space;
struct file;
struct inode;
struct vm_area_struct;
struct vm_operations_struct;

/* How an object gets its contents. */
struct address_space_operations {
	/* Fill a locked page; when done, SetPageUptodate and unlock_page. May finish later. 0 or -errno,
	 * with the page unlocked either way. `file` may be NULL. */
	int (*readpage)(struct file *file, struct page *page);
};

/* What the objects of one file system may take together, in pages or in inodes. */
struct fs_limit {
	unsigned long max; /* 0: as much as there is */
	atomic_t used;
};

struct address_space {
	struct inode *host;     /* whose pages; NULL for objects without an inode */
	struct fs_limit *limit; /* of its pages, if it is shared memory (tmpfs); or NULL */
	unsigned int seals;     /* F_SEAL_*: what may not be done to it any more; i_mutex */
	struct mutex i_mutex;   /* one write or change of size at a time; taken before mmap_sem */
	struct radix_tree_root page_tree;
	spinlock_t tree_lock; /* guards page_tree and nrpages */
	unsigned long nrpages;
	struct list_head i_mmap;     /* VMAs that map it, by vma->shared */
	spinlock_t i_mmap_lock;      /* guards i_mmap */
	unsigned int truncate_count; /* grows with each unmap_mapping_range(): see do_no_page() */
	const struct address_space_operations *a_ops;
};

/* fcntl(2): the object may not be sealed further, be cut, grow, be written, be written by who cannot yet. */
#define F_SEAL_SEAL         0x01u
#define F_SEAL_SHRINK       0x02u
#define F_SEAL_GROW         0x04u
#define F_SEAL_WRITE        0x08u
#define F_SEAL_FUTURE_WRITE 0x10u
#define F_SEAL_ANY_WRITE    (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

/* Once, at boot, after kmem_cache_init(). */
void filemap_init(void);

void address_space_init(struct address_space *mapping, struct inode *host,
			const struct address_space_operations *a_ops);

/* ---- pages in the cache ------------------------------------------------------------------------ */

/* The page at index with a reference, or NULL. Does not sleep. */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);

/* Have files taken all the memory that they may? No page is added to the cache then. */
bool page_cache_full(void);

/* The page at index, locked, with a reference; made if missing (not up to date then). Else
 * ERR_PTR(-ENOMEM, -ENOSPC: page_cache_full() or its limit, -EINTR: killed). Sleeps. */
struct page *find_or_create_page(struct address_space *mapping, pgoff_t index, gfp_t gfp);

/* The same, up to date: zeroes where it was missing. For who writes to a part of it. */
struct page *grab_cache_page(struct address_space *mapping, pgoff_t index);

/* Up to nr_pages pages at start and behind it, lowest index first, each with a reference: how many. */
unsigned int find_get_pages(struct address_space *mapping, pgoff_t start, unsigned int nr_pages,
			    struct page **pages);

/* Enters a fresh page, which is locked; the cache takes a reference of its own. gfp: how to find memory
 * for the tree. 0, -EEXIST, -ENOMEM. */
int add_to_page_cache(struct page *page, struct address_space *mapping, pgoff_t index, gfp_t gfp);

/* Takes a locked page out and gives the cache's reference up. */
void remove_from_page_cache(struct page *page);

/* One more, or one less, of what is limited; -ENOSPC when there are as many as may be. */
int limit_charge(struct fs_limit *limit);
void limit_uncharge(struct fs_limit *limit);

/* Pages of shared memory, of all objects that have a limit. */
unsigned long nr_shmem_pages(void);

/* The page at index, up to date, with a reference; else ERR_PTR: what find_or_create_page() and readpage
 * say, or -EIO. Sleeps. */
struct page *read_cache_page(struct address_space *mapping, pgoff_t index, struct file *file);

/* ---- the page lock (mm/pagelock.c) -------------------------------------------------------------
 *
 * Whoever holds it may bring a page's contents in or take the page out of its object. Taken after
 * mmap_sem, before i_mmap_lock. It belongs to nobody: a page locked by a reader is unlocked by whoever
 * finishes the reading.
 */

/* Take it; sleep until it is free. The killable form: 0, or -EINTR when a fatal signal came first. */
void lock_page(struct page *page);
int lock_page_killable(struct page *page);

/* Take it if it is free. Value: whether it is ours. Any context. */
bool trylock_page(struct page *page);

/* Release it and wake who waits. Any context. */
void unlock_page(struct page *page);

/* Sleep until the page is unlocked. 0, or -EINTR when a fatal signal came. */
int wait_on_page_locked_killable(struct page *page);

/* Once, at boot, before the first page is locked. */
void page_wait_init(void);

/* ---- file_operations for objects whose pages are in the cache ---------------------------------- */

/* read(2), write(2), mmap(2); buf is in user space. -EFAULT, -EFBIG, -ENOMEM and what readpage says, but
 * a count once something was moved. O_APPEND is looked at. */
ssize_t generic_file_read(struct file *file, char *buf, size_t count, loff_t *pos);
ssize_t generic_file_write(struct file *file, const char *buf, size_t count, loff_t *pos);

/* Where the running task's files end: RLIMIT_FSIZE, or MAX_LFS_FILESIZE. */
loff_t file_size_limit(void);
int generic_file_mmap(struct file *file, struct vm_area_struct *vma);

/* The same with kernel memory, from byte pos on; f_pos is left alone. Bytes or -errno. The file to write has
 * pages; one to read without them is -EINVAL. */
ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t count);
ssize_t kernel_write(struct file *file, loff_t pos, const void *buf, size_t count);

extern const struct vm_operations_struct generic_file_vm_ops;

/* The nopage of every file mapping: the cached page, read in if need be; NOPAGE_SIGBUS past the end. */
struct page *filemap_nopage(struct vm_area_struct *vma, unsigned long address, int *type);
unsigned int filemap_find_pages(struct vm_area_struct *vma, pgoff_t first, unsigned int nr,
				struct page **pages);
/* The same for a page by its index. */
struct page *filemap_getpage(struct file *file, pgoff_t index, int *type);
/* And the populate (mm/fremap.c). */
int filemap_populate(struct vm_area_struct *vma, unsigned long addr, unsigned long len,
		     unsigned long pgoff, bool nonblock);

/* a_ops of an object that is nothing but its pages (ramfs, shared memory): a page that was never
 * written is zeroes, and no page ever leaves but by truncation. */
extern const struct address_space_operations simple_aops;

/* ---- truncation -------------------------------------------------------------------------------- */

/* Drops the pages inside bytes [lstart, lend), zeroes the parts of pages at its ends. Mappings are gone
 * already. And all from lstart on. */
void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart, loff_t lend);
void truncate_inode_pages(struct address_space *mapping, loff_t lstart);

/* The object's size is to be new_size: sets it, unmaps and drops what lies beyond. Takes i_mutex. 0, or
 * -EPERM: sealed. */
int vmtruncate(struct address_space *mapping, loff_t new_size);

/* The first byte of [offset, size) that is, or is not, in a page that was ever filled; or size. */
loff_t mapping_seek(struct address_space *mapping, loff_t offset, loff_t size, bool data);

/* fallocate(2) of an object that is nothing but its pages; the range was checked. 0, -EPERM (sealed),
 * -ENOSPC, -ENOMEM, -EINTR: nothing was done then. Takes i_mutex. */
int generic_fallocate(struct file *file, int mode, loff_t offset, loff_t len);

/* ---- mappings ---------------------------------------------------------------------------------- */

/* VMAs enter and leave the object's list when they are linked into an mm. */
void vma_link_file(struct vm_area_struct *vma);
void vma_unlink_file(struct vm_area_struct *vma);

#endif
