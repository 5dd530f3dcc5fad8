/* When memory has run out: who has to end. */
#include "kernel/task/oom.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/vma.h"

/* Of kernel memory for each thread: stack and structure. */
#define THREAD_PAGES 3

/* About how many pages it keeps: itself, open files, what lies in pipes and in files without a name; 0 while
 * somebody changes it. For those who must not wait. */
static unsigned long files_pages(struct files_struct *files)
{
	unsigned long bytes, pages = 0;

	if (!spin_trylock(&files->file_lock))
		return 0;
	bytes = files->max_fds * sizeof(struct fd_slot);
	for (unsigned int i = 0; i < files->max_fds; i++) {
		const struct file *file = files->slot[i].file;
		const struct pipe_inode_info *pipe = file ? get_pipe_info(file) : NULL;

		bytes += file ? sizeof(*file) : 0;
		if (pipe)
			pages += pipe->head - pipe->tail;
		else if (file && file->f_mapping && !file->f_inode->i_nlink)
			pages += file->f_mapping->nrpages;
	}
	spin_unlock(&files->file_lock);
	return pages + bytes / PAGE_SIZE;
}

unsigned long oom_badness(struct task_struct *p)
{
	long points = 0;
	struct task_struct *t;

	for_each_thread(t, p) {
		/* tasklist_lock, which interrupts take, cannot wait for whoever is changing its mm. */
		if (!spin_trylock(&t->alloc_lock))
			continue;
		if (t->mm && p->pid != 1)
			points = t->mm->rss + t->mm->nr_ptes +
				 t->mm->map_count * sizeof(struct vm_area_struct) / PAGE_SIZE +
				 p->signal->nr_threads * THREAD_PAGES +
				 (t->files ? files_pages(t->files) : 0);
		task_unlock(t);
		if (points)
			break;
	}
	if (!points || p->signal->oom_score_adj == -OOM_SCORE_ADJ_MAX)
		return 0;
	points += p->signal->oom_score_adj * (long)(nr_total_pages() / OOM_SCORE_ADJ_MAX);
	return max(points, 1l);
}

/* Where the pages of a process's group are added up: at its leader, or at itself if that is gone. */
static unsigned long *group_sum(struct task_struct *p)
{
	struct task_struct *leader = find_task_by_pid(p->signal->pgrp);

	return &(leader && leader->signal ? leader : p)->signal->oom_group;
}

/*
 * The biggest process, of equals the youngest, of the process group that has most: many small processes of a fork bomb
 * are one big thing, and the shell that started them is not. NULL: there is none, or one is ending already.
 */
static struct task_struct *select_victim(bool *ending)
{
	struct task_struct *p, *victim = NULL;
	unsigned long most = 0;

	*ending = false;
	for_each_process(p)
		p->signal->oom_group = 0;
	for_each_process(p) {
		p->signal->oom_pages = oom_badness(p);
		*group_sum(p) += p->signal->oom_pages;
		*ending |= p->signal->oom_pages &&
			   (!p->signal->live || (p->signal->flags & SIGNAL_GROUP_EXIT));
	}
	for_each_process(p) {
		unsigned long pages = p->signal->oom_pages, group = *group_sum(p);

		if (pages &&
		    (group > most || (group == most && pages >= victim->signal->oom_pages))) {
			most = group;
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

/* A process that is a small part of its group would be followed by its kin: a fork bomb goes as a whole. */
static void kill_for_memory(struct task_struct *victim, unsigned long group)
{
	struct task_struct *p;
	bool whole = victim->signal->oom_pages < group / 4;

	pr_err("Out of memory: killed %s %d (%s), which has most: %lu pages with its tables, of %lu that process group %d has, "
	       "oom_score_adj %d\n",
	       whole ? "the process group of" : "process", victim->pid, victim->comm,
	       victim->signal->oom_pages, group, victim->signal->pgrp,
	       victim->signal->oom_score_adj);
	for_each_process(p)
		if (p == victim ||
		    (whole && p->signal->oom_pages && p->signal->pgrp == victim->signal->pgrp))
			__send_sig_info(SIGKILL, NULL, p);
}

void out_of_memory(void)
{
	struct task_struct *victim;
	bool ending;

	if (memory_came_back())
		return;
	spin_lock_irq(&tasklist_lock);
	victim = select_victim(&ending);
	if (victim)
		kill_for_memory(victim, *group_sum(victim));
	spin_unlock_irq(&tasklist_lock);
	if (!victim && !ending)
		panic("out of memory, and init is the only process");
	/* Its memory comes back when it runs next: asleep, for it may be less urgent than a real-time task that faults. */
	if (victim != current)
		schedule_timeout_uninterruptible(1);
}
