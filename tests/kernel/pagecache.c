/* The page cache: look-up, reading in now and later, the page lock, running out of memory, truncation;
 * and that read, write and mappings of one object see the same bytes. */
#include "kernel/fs/file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/kthread.h"
#include "kernel/sched/rwsem.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/task.h"
#include "kernel/sched/timer.h"
#include "mm/audit.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/madvise.h"
#include "mm/mm.h"
#include "mm/mmap.h"
#include "mm/page_alloc.h"
#include "mm/shmem.h"
#include "mm/slab.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"
#include "tests/kernel/ktest.h"

/* ---- an object whose readpage does as it is told ----------------------------------------------- */

static unsigned int reads;        /* how often readpage was called */
static int read_error;            /* what it returns */
static unsigned int finish_later; /* ticks until it finishes; 0: at once */

static void finish_read(struct page *page)
{
	unsigned long *words = kmap(page);

	memset(words, 0, PAGE_SIZE);
	words[0] = page->index;
	kunmap(page);
	if (!read_error)
		SetPageUptodate(page);
	unlock_page(page);
}

static int finish_thread(void *page)
{
	schedule_timeout_uninterruptible(finish_later);
	finish_read(page);
	return 0;
}

static int test_readpage(struct file *file, struct page *page)
{
	reads++;
	if (finish_later) {
		struct task_struct *task = kthread_run(finish_thread, page, "readpage");

		return IS_ERR(task) ? PTR_ERR(task) : 0;
	}
	finish_read(page);
	return read_error;
}

static const struct address_space_operations test_aops = { .readpage = test_readpage };
static struct address_space mapping;

static unsigned long first_word(struct page *page)
{
	unsigned long word = *(unsigned long *)kmap(page);

	kunmap(page);
	return word;
}

static struct page *locked_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_OWNER(OWNER_CACHE));

	if (page)
		lock_page(page);
	return page;
}

static void test_look_up(void)
{
	struct page *page = locked_page(), *other = locked_page(), *found[2];

	KTEST(find_get_page(&mapping, 7) == NULL, "an empty object has no page");
	KTEST(add_to_page_cache(page, &mapping, 7, GFP_KERNEL) == 0 && page_count(page) == 2 &&
		      page->mapping == &mapping && page->index == 7 && mapping.nrpages == 1,
	      "a page enters with a reference of the cache's own");
	KTEST(add_to_page_cache(other, &mapping, 7, GFP_KERNEL) == -EEXIST && !other->mapping &&
		      page_count(other) == 1,
	      "a second page does not enter the same place");
	KTEST(add_to_page_cache(other, &mapping, ~0UL, GFP_KERNEL) == 0, "the last index works");
	KTEST(find_get_page(&mapping, 7) == page && page_count(page) == 3,
	      "found with a reference");
	found[0] = found[1] = NULL;
	find_get_pages(&mapping, 0, 1, &found[0]);
	find_get_pages(&mapping, 8, 1, &found[1]);
	KTEST(found[0] == page && found[1] == other, "pages are found in order");
	put_page(found[0]);
	put_page(found[1]);
	put_page(page);
	remove_from_page_cache(page);
	remove_from_page_cache(other);
	KTEST(!page->mapping && page_count(page) == 1 && !mapping.nrpages &&
		      !find_get_page(&mapping, 7),
	      "a page that is taken out is gone");
	unlock_page(page);
	unlock_page(other);
	put_page(page);
	put_page(other);
}

static void test_reading(void)
{
	struct page *page, *again;

	reads = 0;
	page = read_cache_page(&mapping, 1000, NULL);
	KTEST(!IS_ERR(page) && PageUptodate(page) && !PageLocked(page) && first_word(page) == 1000,
	      "a missing page is read in");
	again = read_cache_page(&mapping, 1000, NULL);
	KTEST(again == page && reads == 1, "once");
	put_page(page);
	put_page(again);

	read_error = -EIO;
	KTEST(PTR_ERR(read_cache_page(&mapping, 1001, NULL)) == -EIO, "a failed read is an error");
	KTEST(PTR_ERR(read_cache_page(&mapping, 1001, NULL)) == -EIO && reads == 3,
	      "and is tried again");
	read_error = 0;
	page = read_cache_page(&mapping, 1001, NULL);
	KTEST(!IS_ERR(page) && first_word(page) == 1001, "until it succeeds");
	put_page(page);

	finish_later = 2;
	reads = 0;
	page = read_cache_page(&mapping, 1002, NULL);
	KTEST(!IS_ERR(page) && first_word(page) == 1002 && reads == 1,
	      "a read that finishes later is waited for");
	put_page(page);
	finish_later = 0;
	truncate_inode_pages(&mapping, 0);
}

static void test_create(void)
{
	struct page *page = find_or_create_page(&mapping, 5, GFP_HIGHUSER), *again;

	KTEST(page && PageLocked(page) && !PageUptodate(page), "find_or_create_page makes a page");
	unlock_page(page);
	again = find_or_create_page(&mapping, 5, GFP_HIGHUSER);
	KTEST(again == page && PageLocked(page), "and finds it the next time");
	unlock_page(page);
	put_page(page);
	put_page(again);
	truncate_inode_pages(&mapping, 0);
}

/* Each allocation on the way fails once: an error, and nothing is left behind. */
static void test_no_memory(void)
{
	unsigned long cached = nr_owned_pages(OWNER_CACHE);
	unsigned int n, failures = 0;
	struct page *page;

	if (!CONFIG_DEBUG)
		return;
	for (n = 0; n < 20; n++) {
		shrink_caches(GFP_KERNEL);
		alloc_inject(n, 10);
		page = read_cache_page(&mapping, 100000, NULL);
		alloc_inject(0, 0);
		if (!IS_ERR(page)) {
			put_page(page);
			break;
		}
		failures += PTR_ERR(page) == -ENOMEM && !mapping.nrpages &&
			    nr_owned_pages(OWNER_CACHE) == cached;
	}
	KTEST(n >= 2 && n < 20 && failures == n, "without memory nothing enters, nothing leaks");
	truncate_inode_pages(&mapping, 0);
}

static void test_truncation(void)
{
	static const pgoff_t indices[] = { 0, 1, 2, 63, 64, 65, 4096, 300000 };
	unsigned int i, left = 0;
	struct page *page;

	for (i = 0; i < 8; i++)
		put_page(read_cache_page(&mapping, indices[i], NULL));
	page = read_cache_page(&mapping, 64, NULL);
	truncate_inode_pages(&mapping, ((loff_t)64 << PAGE_SHIFT) + 2);
	for (i = 0; i < 8; i++) {
		struct page *found = find_get_page(&mapping, indices[i]);

		if (found) {
			left++;
			put_page(found);
		}
	}
	KTEST(left == 5 && mapping.nrpages == 5, "truncation drops the pages behind the end");
	KTEST(page->mapping == &mapping && first_word(page) == 64, "keeps the page it cuts");
	truncate_inode_pages(&mapping, (loff_t)64 << PAGE_SHIFT);
	KTEST(!page->mapping && PageUptodate(page) && page_count(page) == 1,
	      "a page in use survives outside the cache");
	put_page(page);
	page = read_cache_page(&mapping, 63, NULL);
	truncate_inode_pages(&mapping, ((loff_t)63 << PAGE_SHIFT) + 0);
	put_page(page);
	page = read_cache_page(&mapping, 2, NULL);
	truncate_inode_pages(&mapping, (2 << PAGE_SHIFT) + 1);
	KTEST(first_word(page) == 2, "the bytes before the end stay");
	memset(kmap(page), 0xff, PAGE_SIZE);
	kunmap(page);
	truncate_inode_pages(&mapping, (2 << PAGE_SHIFT) + 1);
	KTEST(first_word(page) == 0xff, "the bytes behind it become zeroes");
	put_page(page);
	truncate_inode_pages(&mapping, 0);
	KTEST(!mapping.nrpages, "truncation to nothing empties the object");
}

/* ---- the page lock ----------------------------------------------------------------------------- */

static unsigned int inside, entered;
static bool excluded = true;

static int lock_thread(void *page)
{
	lock_page(page);
	excluded &= inside++ == 0;
	schedule_timeout_uninterruptible(1);
	inside--;
	entered++;
	unlock_page(page);
	return 0;
}

static void test_page_lock(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;

	KTEST(trylock_page(page) && !trylock_page(page), "trylock_page");
	for (i = 0; i < 4; i++)
		kthread_run(lock_thread, page, "lock%u", i);
	schedule_timeout_uninterruptible(3);
	KTEST(entered == 0, "lock_page waits for the page");
	unlock_page(page);
	for (i = 0; i < 100 && entered < 4; i++)
		schedule_timeout_uninterruptible(1);
	KTEST(entered == 4 && excluded, "then its waiters get it, one at a time");
	KTEST(wait_on_page_locked_killable(page) == 0, "an unlocked page is not waited for");
	put_page(page);
}

/* ---- one object, three ways in ----------------------------------------------------------------- */

#define BASE 0x20000000UL

static struct mm_struct *borrow_mm(void)
{
	struct mm_struct *mm = mm_alloc(), *active = current->active_mm;

	current->mm = current->active_mm = mm;
	activate_mm(active, mm);
	return active;
}

static void return_mm(struct mm_struct *active)
{
	struct mm_struct *mm = current->mm;

	current->mm = NULL;
	current->active_mm = active;
	activate_mm(mm, active);
	mmput(mm);
}

static bool map(struct file *file, unsigned long page, unsigned long flags)
{
	unsigned long addr = BASE + page * PAGE_SIZE, got;

	down_write(&current->mm->mmap_sem);
	got = do_mmap_pgoff(file, addr, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, flags | MAP_FIXED,
			    0);
	up_write(&current->mm->mmap_sem);
	return got == addr;
}

static int byte_at(unsigned long offset)
{
	u8 byte;

	return copy_from_user(&byte, (void *)(BASE + offset), 1) ? -EFAULT : byte;
}

static bool set_byte(unsigned long offset, u8 byte)
{
	return !copy_to_user((void *)(BASE + offset), &byte, 1);
}

/* The mappings: shared at page 0, private at page 2, a buffer at page 4. */
#define SHARED  0
#define PRIVATE (2 * PAGE_SIZE)
#define BUFFER  (4 * PAGE_SIZE)

static void test_read_write(struct file *file)
{
	char *buffer = (char *)BASE + BUFFER;
	loff_t pos = PAGE_SIZE - 2;

	set_byte(BUFFER + 1, 'b');
	set_byte(BUFFER + 2, 'c');
	KTEST(generic_file_write(file, buffer, 4, &pos) == 4 && pos == PAGE_SIZE + 2,
	      "a write across two pages");
	KTEST(i_size_read(file->f_inode) == PAGE_SIZE + 2, "makes the file longer");
	KTEST(byte_at(SHARED + PAGE_SIZE - 1) == 'b' && byte_at(PRIVATE + PAGE_SIZE) == 'c',
	      "both mappings show it");
	KTEST(generic_file_read(file, buffer + 100, 4000, &pos) == 0, "nothing behind the end");
	pos = PAGE_SIZE - 1;
	KTEST(generic_file_read(file, buffer + 100, 4000, &pos) == 3 &&
		      byte_at(BUFFER + 101) == 'c',
	      "a read stops at the end");
	pos = 0;
	KTEST(generic_file_write(file, (char *)BASE + 0x100000, 10, &pos) == -EFAULT && pos == 0,
	      "a bad buffer is an error");
	pos = PAGE_SIZE - 10;
	KTEST(generic_file_write(file, buffer + 2 * PAGE_SIZE - 5, 20, &pos) == 5,
	      "a buffer that ends half-way gives a part");
	file->f_flags |= O_APPEND;
	pos = 0;
	KTEST(generic_file_write(file, buffer, 1, &pos) == 1 && pos == PAGE_SIZE + 3,
	      "O_APPEND writes at the end");
	file->f_flags &= ~O_APPEND;
	pos = MAX_LFS_FILESIZE;
	KTEST(generic_file_write(file, buffer, 1, &pos) == -EFBIG,
	      "no file is larger than its index");
}

/* The page that is written to is the page written from. */
static void test_self_copy(struct file *file)
{
	loff_t pos = 0;

	vmtruncate(file->f_mapping, 0);
	vmtruncate(file->f_mapping, 2 * PAGE_SIZE);
	KTEST(generic_file_write(file, (char *)BASE + SHARED, PAGE_SIZE, &pos) == PAGE_SIZE,
	      "a file may be written from its own mapping");
}

static void test_sharing(struct file *file)
{
	char *buffer = (char *)BASE + BUFFER;
	loff_t pos = 10;

	set_byte(SHARED + 10, 's');
	KTEST(generic_file_read(file, buffer, 1, &pos) == 1 && byte_at(BUFFER) == 's',
	      "read sees a store to the shared mapping");
	set_byte(PRIVATE + 10, 'p');
	pos = 10;
	generic_file_read(file, buffer, 1, &pos);
	KTEST(byte_at(BUFFER) == 's' && byte_at(SHARED + 10) == 's' && byte_at(PRIVATE + 10) == 'p',
	      "a store to the private mapping stays private");
	vmtruncate(file->f_mapping, 1);
	KTEST(byte_at(PRIVATE + PAGE_SIZE) == -EFAULT && byte_at(SHARED + PAGE_SIZE) == -EFAULT &&
		      byte_at(SHARED) == 0,
	      "behind the end of a truncated file mappings fault");
	vmtruncate(file->f_mapping, 2 * PAGE_SIZE);
	KTEST(byte_at(SHARED + 10) == 0, "what was cut off is zeroes when the file grows");
}

/* A file whose pages must be read in. */
static void test_read_in(struct file *file)
{
	const struct address_space_operations *own = file->f_mapping->a_ops;
	char *buffer = (char *)BASE + BUFFER;
	loff_t pos = PAGE_SIZE;

	vmtruncate(file->f_mapping, 0);
	vmtruncate(file->f_mapping, 2 * PAGE_SIZE);
	file->f_mapping->a_ops = &test_aops;
	read_error = -EIO;
	KTEST(generic_file_read(file, buffer, 1, &pos) == -EIO, "read says what readpage says");
	read_error = 0;
	KTEST(generic_file_read(file, buffer, 1, &pos) == 1 && byte_at(BUFFER) == 1,
	      "and gives what it read");
	file->f_mapping->a_ops = own;
}

/* The other page of the object at page 0, by a nonlinear mapping; each allocation on the way fails once. */
static void test_nonlinear(struct file *file)
{
	unsigned int n, wrong = 0;
	long err = -ENOMEM;

	set_byte(SHARED + PAGE_SIZE, 'n');
	for (n = 0; n < 20 && CONFIG_DEBUG && err; n++) {
		sys_madvise(BASE + SHARED, PAGE_SIZE, MADV_DONTNEED);
		vmtruncate(file->f_mapping, 0);
		vmtruncate(file->f_mapping, 2 * PAGE_SIZE);
		shrink_caches(GFP_KERNEL);
		alloc_inject(n, 100);
		err = sys_remap_file_pages(BASE + SHARED, PAGE_SIZE, 0, 1, 0);
		alloc_inject(0, 0);
		wrong += err && err != -ENOMEM;
	}
	KTEST(!wrong && (n >= 2 || !CONFIG_DEBUG), "remap_file_pages without memory is ENOMEM");
	set_byte(SHARED + PAGE_SIZE, 'n');
	KTEST(!sys_remap_file_pages(BASE + SHARED, PAGE_SIZE, 0, 1, MAP_NONBLOCK) && !mm_audit(),
	      "an entry that waits for its page is in order");
	alloc_inject(0, CONFIG_DEBUG ? 100 : 0);
	KTEST(byte_at(SHARED) == 'n', "and finds it without memory, for it is cached");
	alloc_inject(0, 0);
}

static void test_file(void)
{
	struct mm_struct *active = borrow_mm();
	struct file *file = shmem_file_setup("/pagecache-test", 0, 0);

	if (KTEST(!IS_ERR(file), "a file") &&
	    KTEST(map(file, 0, MAP_SHARED) && map(file, 2, MAP_PRIVATE) &&
			  map(NULL, 4, MAP_PRIVATE | MAP_ANONYMOUS),
		  "its mappings")) {
		KTEST(byte_at(SHARED) == -EFAULT, "an empty file has no first page");
		test_read_write(file);
		test_self_copy(file);
		test_sharing(file);
		test_read_in(file);
		test_nonlinear(file);
	}
	if (!IS_ERR(file))
		fput(file);
	return_mm(active);
}

static void test_shared_anonymous(void)
{
	struct mm_struct *active = borrow_mm();

	KTEST(map(NULL, 0, MAP_SHARED | MAP_ANONYMOUS), "shared anonymous memory");
	KTEST(byte_at(5) == 0 && set_byte(5, 'x') && byte_at(5) == 'x',
	      "is zeroes, then what is stored");
	KTEST(byte_at(2 * PAGE_SIZE) == -EFAULT, "and ends where it ends");
	return_mm(active);
}

KTEST_SUITE(pagecache)
{
	unsigned long cached = nr_owned_pages(OWNER_CACHE);

	address_space_init(&mapping, NULL, &test_aops);
	test_look_up();
	test_reading();
	test_create();
	test_no_memory();
	test_truncation();
	test_page_lock();
	test_file();
	test_shared_anonymous();
	KTEST(nr_owned_pages(OWNER_CACHE) == cached, "no cached page is left");
}
