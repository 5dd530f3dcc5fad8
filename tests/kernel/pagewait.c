/* The page cache when somebody waits for a page: another one fills it, takes it out of its object, or kills who waits. */
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched/kthread.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/task.h"
#include "kernel/sched/timer.h"
#include "mm/filemap.h"
#include "mm/page_alloc.h"
#include "tests/kernel/ktest.h"

static unsigned int reads;

static int wait_readpage(struct file *file, struct page *page)
{
	reads++;
	SetPageUptodate(page);
	unlock_page(page);
	return 0;
}

static const struct address_space_operations wait_aops = { .readpage = wait_readpage };
static struct address_space mapping;
static struct page *waited;

static int read_thread(void *index)
{
	waited = read_cache_page(&mapping, (pgoff_t)index, NULL);
	return 0;
}

/* Page index, locked and not read, with a thread that waits for it to read it. */
static struct page *make_wait(pgoff_t index)
{
	struct page *page = find_or_create_page(&mapping, index, GFP_HIGHUSER);

	waited = NULL;
	kthread_run(read_thread, (void *)index, "reader");
	schedule_timeout_uninterruptible(2);
	return page;
}

static bool was_read(struct page *page)
{
	for (int i = 0; i < 100 && !waited; i++)
		schedule_timeout_uninterruptible(1);
	put_page(page);
	put_page(waited);
	return waited == page;
}

KTEST_SUITE(pagewait)
{
	struct page *page;

	address_space_init(&mapping, NULL, &wait_aops);
	page = make_wait(20);
	SetPageUptodate(page);
	unlock_page(page);
	KTEST(was_read(page) && !reads, "a page that was filled meanwhile is not read again");
	page = make_wait(21);
	remove_from_page_cache(page);
	unlock_page(page);
	KTEST(!was_read(page) && reads == 1, "one that was truncated meanwhile is made anew");

	page = find_or_create_page(&mapping, 22, GFP_HIGHUSER);
	current->pending.signal.sig[0] |= SIGKILL_BIT;
	set_thread_flag(TIF_SIGPENDING);
	KTEST(lock_page_killable(page) == -EINTR &&
		      PTR_ERR(find_or_create_page(&mapping, 22, GFP_HIGHUSER)) == -EINTR &&
		      page_count(page) == 2,
	      "who is killed does not wait");
	clear_thread_flag(TIF_SIGPENDING);
	current->pending.signal.sig[0] &= ~SIGKILL_BIT;
	unlock_page(page);
	put_page(page);
	truncate_inode_pages(&mapping, 0);
}
