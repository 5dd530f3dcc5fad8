/* read(2) and write(2) of objects whose pages are in the cache, page by page; and the operations of
 * objects that are nothing but their pages. */
#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
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

/* n bytes into a locked page that is up to date: how many were copied, or -EFAULT. */
static ssize_t copy_into_page(struct page *page, unsigned int offset, const char *buf, size_t n)
{
	char *address = kmap(page);
	/* The form that does not zero what it could not copy: that part of the file stays as it was. */
	unsigned long left = copy_from_user_inatomic(address + offset, buf, n);

	kunmap(page);
	return left == n ? -EFAULT : (ssize_t)(n - left);
}

static ssize_t write_to_page(struct file *file, const char *buf, loff_t pos, size_t n)
{
	const struct address_space_operations *a_ops = file->f_mapping->a_ops;
	unsigned int offset = pos & ~PAGE_MASK;
	struct page *page;
	ssize_t copied;
	int err;

	page = find_or_create_page(file->f_mapping, pos >> PAGE_SHIFT, GFP_HIGHUSER);
	if (!page)
		return -ENOMEM;
	/* From here on the page is up to date: if buf maps this very page, its fault does not wait for
	 * the lock that we hold. */
	copied = a_ops->prepare_write(file, page, offset, offset + n);
	if (!copied)
		copied = copy_into_page(page, offset, buf, n);
	if (copied > 0) {
		err = a_ops->commit_write(file, page, offset, offset + copied);
		if (err)
			copied = err;
	}
	unlock_page(page);
	put_page(page);
	return copied;
}

ssize_t generic_file_write(struct file *file, const char *buf, size_t count, loff_t *pos)
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

/* ---- objects that are their pages -------------------------------------------------------------- */

static int simple_readpage(struct file *file, struct page *page)
{
	clear_highpage(page);
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

static int simple_prepare_write(struct file *file, struct page *page, unsigned int from,
				unsigned int to)
{
	if (!PageUptodate(page)) {
		clear_highpage(page);
		SetPageUptodate(page);
	}
	return 0;
}

static int simple_commit_write(struct file *file, struct page *page, unsigned int from,
			       unsigned int to)
{
	struct inode *inode = page->mapping->host;
	loff_t end = ((loff_t)page->index << PAGE_SHIFT) + to;

	if (end > i_size_read(inode))
		i_size_write(inode, end);
	SetPageDirty(page);
	return 0;
}

const struct address_space_operations simple_aops = {
	.readpage = simple_readpage,
	.prepare_write = simple_prepare_write,
	.commit_write = simple_commit_write,
};
