/* When memory has run out: who has to end. */
#include "kernel/task/oom.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/task/signal.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"

unsigned long oom_badness(struct task_struct *p)
{
	long points = 0;
	struct task_struct *t;

	for_each_thread(t, p) {
		/* tasklist_lock, which interrupts take, cannot wait for whoever is changing its mm. */
		if (!spin_trylock(&t->alloc_lock))
			continue;
		if (t->mm && p->pid != 1)
			points = t->mm->rss + t->mm->nr_ptes;
		task_unlock(t);
	}
	if (!points || p->signal->oom_score_adj == -OOM_SCORE_ADJ_MAX)
		return 0;
	points += p->signal->oom_score_adj * (long)(nr_total_pages() / OOM_SCORE_ADJ_MAX);
	return max(points, 1l);
}

/* The biggest process, of equals the youngest; NULL: there is none, or one is ending already. */
static struct task_struct *select_victim(bool *ending)
{
	struct task_struct *p, *victim = NULL;
	unsigned long pages, most = 1;

	*ending = false;
	for_each_process(p) {
		pages = oom_badness(p);
		*ending |= pages && (!p->signal->live || (p->signal->flags & SIGNAL_GROUP_EXIT));
		if (pages >= most) {
			most = pages;
			victim = p;
		}
	}
	return *ending ? NULL : victim;
}

/* Is there a page again, because somebody gave one back? */
static bool memory_came_back(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

	if (page)
		__free_page(page);
	return page;
}

void out_of_memory(void)
{
	struct task_struct *victim;
	unsigned long pages;
	bool ending;

	if (memory_came_back())
		return;
	spin_lock_irq(&tasklist_lock);
	victim = select_victim(&ending);
	pages = victim ? oom_badness(victim) : 0;
	if (victim) {
		pr_err("Out of memory: killed process %d (%s), which has most: %lu pages with its tables, "
		       "oom_score_adj %d\n",
		       victim->pid, victim->comm, pages, victim->signal->oom_score_adj);
		__send_sig_info(SIGKILL, NULL, victim);
	}
	spin_unlock_irq(&tasklist_lock);
	if (!victim && !ending)
		panic("out of memory, and init is the only process");
	/* Its memory comes back when it runs next. */
	if (victim != current)
		yield();
}
