/* The page lock (see filemap.h).
 *
 * There are far more pages than sleepers, so wait queues are shared: a page's is found by its frame
 * number, and a woken task looks again whether it was its page.
 */
#include "kernel/lib/bug.h"
#include "kernel/sched/wait.h"
#include "mm/filemap.h"

#define WAIT_TABLE_SIZE 64

static wait_queue_head_t wait_table[WAIT_TABLE_SIZE];

static wait_queue_head_t *page_waitqueue(const struct page *page)
{
	return &wait_table[page_to_pfn(page) % WAIT_TABLE_SIZE];
}

void page_wait_init(void)
{
	unsigned int i;

	for (i = 0; i < WAIT_TABLE_SIZE; i++)
		init_waitqueue_head(&wait_table[i]);
}

/* Of all pages. */
static struct lockdep_map page_lock = LOCKDEP_MAP("page lock");

static __always_inline bool take(struct page *page, bool try)
{
	if (test_and_set_bit(PG_locked, &page->flags))
		return false;
	lock_acquire(&page_lock, (unsigned long)__builtin_return_address(0), try);
	return true;
}

bool trylock_page(struct page *page)
{
	return take(page, true);
}

void unlock_page(struct page *page)
{
	VM_BUG_ON(!PageLocked(page));
	lock_release(&page_lock);
	clear_bit(PG_locked, &page->flags);
	if (unlikely(page_test(page, PG_waiters))) {
		page_clear(page, PG_waiters);
		wake_up_all(page_waitqueue(page));
	}
}

/* Sleep until the page is unlocked and, if `lock`, ours. 0, or -EINTR if `state` lets a signal end it. */
static int wait_page(struct page *page, unsigned int state, bool lock)
{
	wait_queue_head_t *queue = page_waitqueue(page);
	int err = 0;
	DEFINE_WAIT(wait);

	might_sleep();
	for (;;) {
		prepare_to_wait(queue, &wait, state);
		page_set(page, PG_waiters);
		if (lock ? take(page, false) : !PageLocked(page))
			break;
		if (signal_pending_state(state, current)) {
			err = -EINTR;
			break;
		}
		schedule();
	}
	finish_wait(queue, &wait);
	return err;
}

void lock_page(struct page *page)
{
	if (unlikely(!take(page, false)))
		wait_page(page, TASK_UNINTERRUPTIBLE, true);
}

int lock_page_killable(struct page *page)
{
	if (likely(take(page, false)))
		return 0;
	return wait_page(page, TASK_KILLABLE, true);
}

int wait_on_page_locked_killable(struct page *page)
{
	if (likely(!PageLocked(page)))
		return 0;
	return wait_page(page, TASK_KILLABLE, false);
}
