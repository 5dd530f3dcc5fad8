/* read(2), write(2) and truncation of objects whose pages are in the cache, page by page. */
#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/page_alloc.h"
#include "mm/uaccess.h"

/* The part of [pos, pos + count) that lies in its first page. */
static size_t bytes_in_page(loff_t pos, size_t count)
{
	return min_t(size_t, count, PAGE_SIZE - (pos & ~PAGE_MASK));
}

/* ---- read -------------------------------------------------------------------------------------- */

/* n bytes at pos, all in one page: how many were copied, or -errno. */
static ssize_t read_from_page(struct file *file, char *buf, loff_t pos, size_t n)
{
	struct page *page = read_cache_page(file->f_mapping, pos >> PAGE_SHIFT, file);
	unsigned long left;
	char *address;

	if (IS_ERR(page))
		return PTR_ERR(page);
	address = kmap(page);
	left = copy_to_user(buf, address + (pos & ~PAGE_MASK), n);
	kunmap(page);
	put_page(page);
	return left == n ? -EFAULT : (ssize_t)(n - left);
}

ssize_t generic_file_read(struct file *file, char *buf, size_t count, loff_t *pos)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < count) {
		loff_t left_in_file = i_size_read(file->f_mapping->host) - *pos;

		if (left_in_file <= 0)
			break;
		n = min_t(loff_t, bytes_in_page(*pos, count - done), left_in_file);
		n = read_from_page(file, buf + done, *pos, n);
		if (n < 0)
			break;
		done += n;
		*pos += n;
		cond_resched();
	}
	if (count && file->f_inode)
		file_accessed(file->f_inode);
	return done ? (ssize_t)done : min(n, (ssize_t)0);
}

/* ---- write ------------------------------------------------------------------------------------- */

/*
 * n bytes at pos, all in one page: how many were copied, which may be none, or -errno. The buffer may
 * be a mapping of this very page, so no fault is waited for while the page is locked: the buffer is
 * brought in first, and the copy ends where that did not last.
 */
static ssize_t write_to_page(struct file *file, const char *buf, loff_t pos, size_t n)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;
	char *address;

	if (fault_in_readable(buf, n))
		return -EFAULT;
	page = find_or_create_page(mapping, pos >> PAGE_SHIFT, GFP_HIGHUSER);
	if (!page)
		return page_cache_full() ? -ENOSPC : -ENOMEM;
	if (!PageUptodate(page)) {
		clear_highpage(page);
		SetPageUptodate(page);
	}
	address = kmap_atomic(page);
	/* The form that does not zero what it could not copy: that part of the file stays as it was. */
	n -= copy_from_user_inatomic(address + (pos & ~PAGE_MASK), buf, n);
	kunmap_atomic(address);
	if (n && pos + n > i_size_read(mapping->host))
		i_size_write(mapping->host, pos + n);
	SetPageDirty(page);
	unlock_page(page);
	put_page(page);
	return n;
}

static ssize_t write_pages(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	size_t done = 0;
	ssize_t n = 0;

	if (file->f_flags & O_APPEND)
		*pos = i_size_read(file->f_mapping->host);
	if (count && *pos >= MAX_LFS_FILESIZE)
		return -EFBIG;
	count = min_t(loff_t, count, MAX_LFS_FILESIZE - *pos);
	while (done < count) {
		n = write_to_page(file, buf + done, *pos, bytes_in_page(*pos, count - done));
		if (n < 0)
			break;
		done += n;
		*pos += n;
		cond_resched();
	}
	if (done && file->f_inode)
		file_update_time(file->f_inode);
	return done ? (ssize_t)done : min(n, (ssize_t)0);
}

ssize_t generic_file_write(struct file *file, const char *buf, size_t count, loff_t *pos)
{
	ssize_t written;

	mutex_lock(&file->f_mapping->i_mutex);
	written = write_pages(file, buf, count, pos);
	mutex_unlock(&file->f_mapping->i_mutex);
	return written;
}

/* ---- truncation -------------------------------------------------------------------------------- */

/* What lies behind the new end in its page must read as zeroes when the object grows again. */
static void zero_tail(struct address_space *mapping, loff_t lstart)
{
	unsigned int offset = lstart & ~PAGE_MASK;
	struct page *page = offset ? find_get_page(mapping, lstart >> PAGE_SHIFT) : NULL;
	char *address;

	if (!page)
		return;
	lock_page(page);
	address = kmap_atomic(page);
	memset(address + offset, 0, PAGE_SIZE - offset);
	kunmap_atomic(address);
	unlock_page(page);
	put_page(page);
}

void truncate_inode_pages(struct address_space *mapping, loff_t lstart)
{
	pgoff_t index = (lstart + PAGE_SIZE - 1) >> PAGE_SHIFT;
	struct page *page;

	zero_tail(mapping, lstart);
	while ((page = find_get_next_page(mapping, index))) {
		lock_page(page);
		if (page->mapping == mapping)
			remove_from_page_cache(page);
		unlock_page(page);
		put_page(page);
		cond_resched();
	}
}

void vmtruncate(struct address_space *mapping, loff_t new_size)
{
	loff_t old_size;

	mutex_lock(&mapping->i_mutex);
	old_size = i_size_read(mapping->host);
	i_size_write(mapping->host, new_size);
	/* The size came first: a fault from now on finds the end, one that was on its way is undone by
	 * unmap_mapping_range(), or sees that it happened. */
	if (new_size < old_size) {
		unmap_mapping_range(mapping, ALIGN(new_size, (loff_t)PAGE_SIZE), 0, true);
		truncate_inode_pages(mapping, new_size);
	}
	mutex_unlock(&mapping->i_mutex);
}
