/* The page lock: whoever holds it may bring a page's contents in or take the page out of its object.
 *
 * Taken after mmap_sem, before i_mmap_lock. It belongs to nobody: a page locked by a reader is unlocked by
 * whoever finishes the reading.
 */
#ifndef MM_PAGE_WAIT_H
#define MM_PAGE_WAIT_H

#include "mm/page.h"

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

#endif
