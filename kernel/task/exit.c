/* The end of a task: what it had is given back, its children find a new parent, its own parent is told. */
#include "kernel/task/exit.h"

#include "kernel/fs/fdtable.h"
#include "kernel/lib/bug.h"
#include "kernel/task/pid.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "kernel/task/task_mm.h"
#include "mm/mm.h"

void (*disassociate_ctty_hook)(bool on_exit);

static struct task_usage dead_usage; /* of tasks that were here; tasklist_lock */

void all_usage(struct task_usage *sum)
{
	struct task_struct *p, *t;

	spin_lock_irq(&tasklist_lock);
	*sum = dead_usage;
	for_each_process(p)
		for_each_thread(t, p)
			add_usage(sum, &t->use);
	spin_unlock_irq(&tasklist_lock);
}

void release_task(struct task_struct *tsk)
{
	spin_lock_irq(&tasklist_lock);
	add_usage(&dead_usage, &tsk->use);
	spin_lock(&tsk->sighand->siglock);
	if (!thread_group_leader(tsk))
		add_usage(&tsk->signal->use, &tsk->use);
	list_del_init(&tsk->thread_node);
	spin_unlock(&tsk->sighand->siglock);
	detach_pid(tsk);
	list_del_init(&tsk->tasks);
	list_del_init(&tsk->sibling);
	spin_unlock_irq(&tasklist_lock);
	free_pid(tsk->pid);
	put_task_struct(tsk);
}

static void exit_mm(struct task_struct *tsk)
{
	struct mm_struct *mm = tsk->mm;

	mm_release(tsk);
	if (!mm)
		return;
	/* The page tables stay loaded until the next switch: active_mm holds them, as a kernel
	 * thread's. */
	mmgrab(mm);
	task_lock(tsk);
	tsk->mm = NULL;
	task_unlock(tsk);
	mmput(mm);
}

static void exit_files(struct task_struct *tsk)
{
	struct files_struct *files = tsk->files;
	struct fs_struct *fs = tsk->fs;

	task_lock(tsk);
	tsk->files = NULL;
	tsk->fs = NULL;
	task_unlock(tsk);
	if (files)
		put_files_struct(files);
	put_fs_struct(fs);
}

/* Nobody is left who could continue a stopped group: POSIX has it hung up. */
static void hang_up_if_orphaned(pid_t pgrp, const struct task_struct *leaving)
{
	struct task_struct *p;
	bool stopped = false;

	if (!will_be_orphaned_pgrp(pgrp, leaving))
		return;
	for_each_process(p)
		stopped |= p->signal->pgrp == pgrp && p->signal->stop_signal;
	if (!stopped)
		return;
	for_each_process(p) {
		if (p->signal->pgrp != pgrp)
			continue;
		__send_sig_info(SIGHUP, NULL, p);
		__send_sig_info(SIGCONT, NULL, p);
	}
}

/* Who takes the children of a process that has ended: the nearest ancestor that asked for it (prctl(2)), or init. */
static struct task_struct *find_new_reaper(const struct task_struct *leader)
{
	struct task_struct *p = leader->parent;

	while (p->pid > 1 && (!p->signal->is_child_subreaper || !p->signal->nr_threads))
		p = p->parent;
	return p->pid ? p : find_task_by_pid(1);
}

/* Those that nobody will wait for go to dead. */
static void reparent_children(struct task_struct *leader, struct list_head *dead)
{
	struct task_struct *reaper = find_new_reaper(leader), *p, *next;

	list_for_each_entry_safe(p, next, &leader->children, sibling) {
		p->parent = reaper;
		p->exit_signal = SIGCHLD;
		list_move_tail(&p->sibling, &reaper->children);
		if (p->pdeath_signal)
			__send_sig_info(p->pdeath_signal, NULL, p);
		if (p->exit_state == EXIT_ZOMBIE && !p->signal->nr_threads &&
		    notify_parent_death(p)) {
			p->exit_state = EXIT_DEAD;
			list_move(&p->sibling, dead);
		}
		if (p->signal->pgrp != leader->signal->pgrp &&
		    p->signal->session == leader->signal->session)
			hang_up_if_orphaned(p->signal->pgrp, NULL);
	}
}

/* All threads of a process have ended. */
static void process_exit_notify(struct task_struct *leader, struct list_head *dead)
{
	struct signal_struct *sig = leader->signal, *parent = leader->parent->signal;

	leader->exit_code = sig->group_exit_code;
	if (!list_empty(&leader->children))
		reparent_children(leader, dead);
	if (parent->pgrp != sig->pgrp && parent->session == sig->session)
		hang_up_if_orphaned(sig->pgrp, leader);
	if (leader->flags & PF_KTHREAD || notify_parent_death(leader)) {
		leader->exit_state = EXIT_DEAD;
		list_move(&leader->sibling, dead);
	}
}

static void exit_notify(struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal;
	struct task_struct *p, *next;
	LIST_HEAD(dead);

	spin_lock_irq(&tasklist_lock);
	sched_exit(tsk);
	tsk->exit_state = EXIT_ZOMBIE;
	if (!thread_group_leader(tsk)) {
		tsk->exit_state = EXIT_DEAD;
		list_add(&tsk->sibling, &dead);
	}
	if (!--sig->nr_threads)
		process_exit_notify(tsk->group_leader, &dead);
	else if (sig->flags & SIGNAL_EXEC)
		wake_up_all(&sig->wait_chldexit);
	spin_unlock_irq(&tasklist_lock);
	list_for_each_entry_safe(p, next, &dead, sibling)
		release_task(p);
}

void __noreturn do_exit(int code)
{
	struct task_struct *tsk = current;
	struct signal_struct *sig = tsk->signal;
	bool last;

	if (in_interrupt() || !tsk->pid)
		panic("do_exit() in an interrupt or in the idle task");
	last = exit_signals();
	if (last && tsk->tgid == 1 && code & 0x7f)
		panic("init was killed by signal %d", code & 0x7f);
	if (last && tsk->tgid == 1)
		panic("init ended with status %d", code >> 8 & 0xff);
	tsk->exit_code = code;
	if (last && !(sig->flags & SIGNAL_GROUP_EXIT))
		sig->group_exit_code = code;
	if (last && tsk->mm)
		sig->maxrss = max(sig->maxrss, mm_peak_rss(tsk->mm));
	exit_mm(tsk);
	if (last) {
		del_timer_sync(&sig->real_timer);
		if (sig->leader && disassociate_ctty_hook)
			disassociate_ctty_hook(true);
	}
	exit_files(tsk);
	exit_notify(tsk);
	/* An interrupt before the switch may not find the state of a task that is to be woken. */
	local_irq_disable();
	tsk->state = TASK_DEAD;
	schedule();
	panic("a dead task was scheduled: '%s' (pid %d)", tsk->comm, tsk->pid);
}

void __noreturn do_group_exit(int code)
{
	struct signal_struct *sig = current->signal;

	spin_lock_irq(&current->sighand->siglock);
	if (sig->flags & SIGNAL_GROUP_EXIT) {
		code = sig->group_exit_code;
	} else if (!(sig->flags & SIGNAL_EXEC)) {
		sig->flags |= SIGNAL_GROUP_EXIT;
		sig->group_exit_code = code;
		zap_other_threads();
	}
	spin_unlock_irq(&current->sighand->siglock);
	do_exit(code);
}

/* ---- the end of all threads but one ---- */

/* Become what the dead leader was: its pid, its parent, its children. tasklist_lock held. */
static void take_over(struct task_struct *tsk, struct task_struct *leader)
{
	struct task_struct *p;

	detach_pid(tsk);
	detach_pid(leader);
	swap(tsk->pid, leader->pid);
	attach_pid(tsk);
	attach_pid(leader);
	list_add(&tsk->tasks, &leader->tasks);
	list_add(&tsk->sibling, &leader->sibling);
	list_del_init(&leader->tasks);
	list_del_init(&leader->sibling);
	list_for_each_entry(p, &leader->children, sibling)
		p->parent = tsk;
	list_splice_init(&leader->children, &tsk->children);
	for_each_thread(p, tsk)
		p->group_leader = tsk;
	tsk->parent = leader->parent;
	tsk->start_time = leader->start_time;
	tsk->exit_signal = SIGCHLD;
	leader->exit_state = EXIT_DEAD;
}

int de_thread(void)
{
	struct task_struct *tsk = current, *leader = tsk->group_leader;
	struct signal_struct *sig = tsk->signal;
	bool busy;

	if (sig->live == 1 && tsk == leader)
		return 0;
	spin_lock_irq(&tsk->sighand->siglock);
	busy = sig->flags & (SIGNAL_GROUP_EXIT | SIGNAL_EXEC);
	if (!busy) {
		sig->flags |= SIGNAL_EXEC;
		zap_other_threads();
	}
	spin_unlock_irq(&tsk->sighand->siglock);
	if (busy)
		return -EAGAIN;
	wait_event(sig->wait_chldexit, sig->nr_threads == 1);
	if (tsk != leader) {
		spin_lock_irq(&tasklist_lock);
		take_over(tsk, leader);
		spin_unlock_irq(&tasklist_lock);
		release_task(leader);
	}
	spin_lock_irq(&tsk->sighand->siglock);
	sig->flags &= ~SIGNAL_EXEC;
	spin_unlock_irq(&tsk->sighand->siglock);
	return 0;
}

/* ---- system calls ---- */

long sys_exit(int status)
{
	do_exit((status & 0xff) << 8);
}

long sys_exit_group(int status)
{
	do_group_exit((status & 0xff) << 8);
}
