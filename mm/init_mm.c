#include "mm/mm.h"

/* Never torn down. paging_init() gives it its page tables. */
struct mm_struct init_mm = {
	.mmap_sem = __RWSEM_INITIALIZER(init_mm.mmap_sem),
	.page_table_lock = __SPIN_LOCK_UNLOCKED("&mm->page_table_lock"),
	.mm_users = ATOMIC_INIT(2),
	.mm_count = ATOMIC_INIT(1),
};
