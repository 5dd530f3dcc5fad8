/* read(2), write(2) and truncation of objects whose pages are in the cache, page by page. */
#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

/* ---- one page ---------------------------------------------------------------------------------- */

/* The page to read from. A hole in an object that is nothing but its pages stays one. */
static struct page *page_to_read(struct file *file, pgoff_t index)
{
	struct page *page = find_get_page(file->f_mapping, index);

	if (likely(page && PageUptodate(page)))
		return page;
	if (page) /* reserved by fallocate: it stays so until it is written or mapped */
		put_page(page);
	if (file->f_mapping->a_ops == &simple_aops) {
		get_page(empty_zero_page);
		return empty_zero_page;
	}
	return read_cache_page(file->f_mapping, index, file);
}

/* n bytes at pos, all in one page: how many were copied, 0 at the end of the file, or -errno. */
static ssize_t read_from_page(struct file *file, char *buf, loff_t pos, size_t n, bool kernel)
{
	loff_t left_in_file = i_size_read(file->f_mapping->host) - pos;
	struct page *page;
	unsigned long left;
	char *address;

	if (left_in_file <= 0)
		return 0;
	page = page_to_read(file, pos >> PAGE_SHIFT);
	if (IS_ERR(page))
		return PTR_ERR(page);
	n = min_t(loff_t, n, left_in_file);
	address = (char *)kmap(page) + (pos & ~PAGE_MASK);
	left = kernel ? (memcpy(buf, address, n), 0) : copy_to_user(buf, address, n);
	kunmap(page);
	put_page(page);
	return left == n ? -EFAULT : (ssize_t)(n - left);
}

/*
 * n bytes at pos, all in one page: how many were copied, or -errno. The buffer may be a mapping of this
 * very page, so no fault is waited for while the page is locked: the buffer is brought in first, and the
 * copy ends where that did not last.
 */
static ssize_t write_to_page(struct file *file, const char *buf, loff_t pos, size_t n, bool kernel)
{
	struct address_space *mapping = file->f_mapping;
	size_t left = n;
	struct page *page;
	char *address;

	if ((mapping->seals & F_SEAL_ANY_WRITE) ||
	    ((mapping->seals & F_SEAL_GROW) && pos + n > i_size_read(mapping->host)))
		return -EPERM;
	while (left == n) {
		if (!kernel && fault_in_readable(buf, n))
			return -EFAULT;
		page = grab_cache_page(mapping, pos >> PAGE_SHIFT);
		if (IS_ERR(page))
			return PTR_ERR(page);
		address = (char *)kmap_atomic(page) + (pos & ~PAGE_MASK);
		/* The form that does not zero what it could not copy: that part stays as it was. */
		left = kernel ? (memcpy(address, buf, n), 0)
			      : copy_from_user_inatomic(address, buf, n);
		kunmap_atomic(address);
		if (left < n && pos + n - left > i_size_read(mapping->host))
			i_size_write(mapping->host, pos + n - left);
		SetPageDirty(page);
		unlock_page(page);
		put_page(page);
	}
	return n - left;
}

/* ---- read and write ---------------------------------------------------------------------------- */

static ssize_t copy_pages(struct file *file, char *buf, size_t count, loff_t *pos, bool write,
			  bool kernel)
{
	size_t done = 0;
	ssize_t n = 0;

	for (; done < count; done += n, *pos += n) {
		n = min_t(size_t, count - done, PAGE_SIZE - (*pos & ~PAGE_MASK));
		n = write ? write_to_page(file, buf + done, *pos, n, kernel)
			  : read_from_page(file, buf + done, *pos, n, kernel);
		if (n <= 0)
			break;
		cond_resched();
	}
	return done ? (ssize_t)done : n;
}

ssize_t generic_file_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	if (count && file->f_inode)
		file_accessed(file->f_inode);
	return copy_pages(file, buf, count, pos, false, false);
}

ssize_t kernel_read(struct file *file, loff_t pos, void *buf, size_t count)
{
	return file->f_mapping && pos >= 0 ? copy_pages(file, buf, count, &pos, false, true)
					   : -EINVAL;
}

loff_t file_size_limit(void)
{
	unsigned long limit = rlimit(RLIMIT_FSIZE);

	return limit == RLIM_INFINITY ? MAX_LFS_FILESIZE : (loff_t)limit;
}

static ssize_t write_file(struct file *file, const char *buf, size_t count, loff_t *pos,
			  bool kernel)
{
	struct address_space *mapping = file->f_mapping;
	ssize_t written = count ? -EFBIG : 0;
	loff_t limit = file_size_limit();

	mutex_lock(&mapping->i_mutex);
	if (file->f_flags & O_APPEND)
		*pos = i_size_read(mapping->host);
	if (*pos < limit)
		written = copy_pages(file, (char *)buf, min_t(loff_t, count, limit - *pos), pos,
				     true, kernel);
	if (written > 0 && file->f_inode)
		file_update_time(file->f_inode);
	mutex_unlock(&mapping->i_mutex);
	return written;
}

ssize_t generic_file_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	return write_file(file, buf, count, pos, false);
}

ssize_t kernel_write(struct file *file, loff_t pos, const void *buf, size_t count)
{
	return file->f_mapping && pos >= 0 ? write_file(file, buf, count, &pos, true) : -EINVAL;
}

/* ---- truncation -------------------------------------------------------------------------------- */

/* Part of a page is cut off: it must read as zeroes from now on. */
static void zero_partial(struct address_space *mapping, pgoff_t index, unsigned int from,
			 unsigned int to)
{
	struct page *page = from < to ? find_get_page(mapping, index) : NULL;
	char *address;

	if (!page)
		return;
	lock_page(page);
	address = kmap_atomic(page);
	memset(address + from, 0, to - from);
	kunmap_atomic(address);
	unlock_page(page);
	put_page(page);
}

/* Drops the pages of [index, end); or only those that nothing was ever written to. */
static void drop_pages(struct address_space *mapping, pgoff_t index, pgoff_t end, bool fresh_only)
{
	struct page *page;

	while (index < end && find_get_pages(mapping, index, 1, &page)) {
		lock_page(page);
		index = page->index + 1;
		if (page->mapping == mapping && index <= end && !(fresh_only && PageUptodate(page)))
			remove_from_page_cache(page);
		unlock_page(page);
		put_page(page);
		cond_resched();
	}
}

void truncate_inode_pages_range(struct address_space *mapping, loff_t lstart, loff_t lend)
{
	pgoff_t first = (lstart + PAGE_SIZE - 1) >> PAGE_SHIFT, end = lend >> PAGE_SHIFT;
	unsigned int head = lstart & ~PAGE_MASK, tail = lend & ~PAGE_MASK;

	if (first > end) {
		zero_partial(mapping, end, head, tail);
		return;
	}
	if (head)
		zero_partial(mapping, first - 1, head, PAGE_SIZE);
	zero_partial(mapping, end, 0, tail);
	drop_pages(mapping, first, end, false);
}

void truncate_inode_pages(struct address_space *mapping, loff_t lstart)
{
	truncate_inode_pages_range(mapping, lstart, MAX_LFS_FILESIZE);
}

int vmtruncate(struct address_space *mapping, loff_t new_size)
{
	loff_t old_size;
	int err = 0;

	mutex_lock(&mapping->i_mutex);
	old_size = i_size_read(mapping->host);
	if (((mapping->seals & F_SEAL_SHRINK) && new_size < old_size) ||
	    ((mapping->seals & F_SEAL_GROW) && new_size > old_size)) {
		err = -EPERM;
	} else {
		i_size_write(mapping->host, new_size);
		/* The size came first: a fault from now on finds the end, one that was on its way is
		 * undone by unmap_mapping_range(), or sees that it happened. */
		if (new_size <= old_size) { /* fallocate may have kept pages behind the old end */
			unmap_mapping_range(mapping, ALIGN(new_size, (loff_t)PAGE_SIZE), 0, true);
			truncate_inode_pages(mapping, new_size);
		}
	}
	mutex_unlock(&mapping->i_mutex);
	return err;
}

/* ---- holes ------------------------------------------------------------------------------------- */

loff_t mapping_seek(struct address_space *mapping, loff_t offset, loff_t size, bool data)
{
	struct page *page;
	loff_t start;
	bool found;

	for (; offset < size; offset = (offset | ~PAGE_MASK) + 1) {
		if (!find_get_pages(mapping, offset >> PAGE_SHIFT, 1, &page))
			page = NULL;
		start = page ? (loff_t)page->index << PAGE_SHIFT : size;
		found = page && PageUptodate(page);
		if (page)
			put_page(page);
		if (data)
			offset = max(offset, start);
		if (data ? found : !found || start > offset)
			break;
	}
	return min(offset, size);
}

/* ---- fallocate --------------------------------------------------------------------------------- */

static int punch_hole(struct address_space *mapping, loff_t start, loff_t end)
{
	loff_t first = ALIGN(start, (loff_t)PAGE_SIZE), last = end & ~(loff_t)~PAGE_MASK;

	if (mapping->seals & F_SEAL_ANY_WRITE)
		return -EPERM;
	/* Private copies are not the object's: they stay. A fault finds a page until it is gone, and may map
	 * it after the first time: so a second time. */
	if (first < last)
		unmap_mapping_range(mapping, first, last - first, false);
	truncate_inode_pages_range(mapping, start, end);
	if (first < last)
		unmap_mapping_range(mapping, first, last - first, false);
	return 0;
}

/* A page that was reserved before is filled now, so that undoing this reservation does not take it away. */
static struct page *reserve_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page = find_get_page(mapping, index);

	if (!page)
		return find_or_create_page(mapping, index, GFP_HIGHUSER);
	put_page(page);
	return grab_cache_page(mapping, index);
}

static int allocate_range(struct address_space *mapping, loff_t start, loff_t end)
{
	pgoff_t first = start >> PAGE_SHIFT, last = (end - 1) >> PAGE_SHIFT, index;
	struct fs_limit *limit = mapping->limit;
	struct page *page;

	if ((mapping->seals & F_SEAL_GROW) && end > i_size_read(mapping->host))
		return -EPERM;
	if (limit && last - first > limit->max - 1)
		return -ENOSPC;
	for (index = first; index <= last; index++) {
		page = signal_pending(current) ? ERR_PTR(-EINTR) : reserve_page(mapping, index);
		if (IS_ERR(page)) {
			drop_pages(mapping, first, index, true);
			return PTR_ERR(page);
		}
		unlock_page(page);
		put_page(page);
		cond_resched();
	}
	return 0;
}

int generic_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct address_space *mapping = file->f_mapping;
	loff_t end = offset + len;
	int err;

	mutex_lock(&mapping->i_mutex);
	err = mode & FALLOC_FL_PUNCH_HOLE ? punch_hole(mapping, offset, end)
					  : allocate_range(mapping, offset, end);
	if (!err && !(mode & FALLOC_FL_KEEP_SIZE) && end > i_size_read(mapping->host))
		i_size_write(mapping->host, end);
	mutex_unlock(&mapping->i_mutex);
	if (!err)
		file_update_time(file->f_inode);
	return err;
}
