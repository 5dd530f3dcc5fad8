/* The end of a task: what it had is given back, its children find a new parent, its own parent is told. */
#include "kernel/task/exit.h"

#include "kernel/fs/fdtable.h"
#include "kernel/lib/bug.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/task_mm.h"
#include "kernel/x86/irqflags.h"
#include "mm/mm.h"

void (*disassociate_ctty_hook)(void);

void release_task(struct task_struct *tsk)
{
	spin_lock_irq(&tasklist_lock);
	detach_pid(tsk);
	if (thread_group_leader(tsk)) {
		list_del_init(&tsk->tasks);
		list_del_init(&tsk->sibling);
	} else {
		list_del_init(&tsk->thread_group);
	}
	spin_unlock_irq(&tasklist_lock);
	free_pid(tsk->pid);
	put_task_struct(tsk);
}

/* ---- what it had ---- */

static void exit_mm(struct task_struct *tsk)
{
	struct mm_struct *mm = tsk->mm;

	mm_release(tsk);
	if (!mm)
		return;
	if (mm_peak_rss(mm) > tsk->signal->maxrss)
		tsk->signal->maxrss = mm_peak_rss(mm);
	/* The page tables stay loaded until the next switch: active_mm holds them, as a kernel thread's. */
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
	if (fs)
		put_fs_struct(fs);
}

/* ---- who remains ---- */

static bool has_stopped_jobs(pid_t pgrp)
{
	struct task_struct *p;

	for_each_process(p)
		if (p->pgrp == pgrp && p->state == TASK_STOPPED)
			return true;
	return false;
}

/* Nobody is left who could continue a stopped group: POSIX has it hung up. */
static void hang_up_if_orphaned(pid_t pgrp, const struct task_struct *leaving)
{
	struct task_struct *p;

	if (!will_be_orphaned_pgrp(pgrp, leaving) || !has_stopped_jobs(pgrp))
		return;
	for_each_process(p) {
		if (p->pgrp != pgrp || p->exit_state)
			continue;
		group_send_sig_info(SIGHUP, NULL, p);
		group_send_sig_info(SIGCONT, NULL, p);
	}
}

/* Children of a process that has ended become init's. Those that nobody will wait for go to dead. */
static void reparent_children(struct task_struct *leader, struct list_head *dead)
{
	struct task_struct *init = find_task_by_pid(1), *p, *next;

	if (!init || init == leader)
		init = &init_task;
	list_for_each_entry_safe(p, next, &leader->children, sibling) {
		p->real_parent = p->parent = init;
		list_move_tail(&p->sibling, &init->children);
		if (p->pdeath_signal)
			group_send_sig_info(p->pdeath_signal, NULL, p);
		if (p->exit_signal > 0)
			p->exit_signal = SIGCHLD;
		if (p->exit_state == EXIT_ZOMBIE && !p->signal->live &&
		    notify_parent_death(p, p->exit_signal)) {
			p->exit_state = EXIT_DEAD;
			list_move(&p->sibling, dead);
		}
		if (p->pgrp != leader->pgrp && p->session == leader->session)
			hang_up_if_orphaned(p->pgrp, NULL);
	}
}

/* Tell the parent of a process that all of it has ended. Value: whether nobody will wait for it. */
static bool tell_parent(struct task_struct *leader)
{
	struct task_struct *parent = leader->real_parent;

	if (parent->pgrp != leader->pgrp && parent->session == leader->session)
		hang_up_if_orphaned(leader->pgrp, leader);
	if (leader->flags & PF_KTHREAD)
		return true;
	return notify_parent_death(leader, leader->exit_signal);
}

static void exit_notify(struct task_struct *tsk)
{
	struct task_struct *leader = tsk->group_leader, *p, *next;
	struct signal_struct *sig = tsk->signal;
	bool last, reap_leader = false;
	LIST_HEAD(dead);

	spin_lock_irq(&tasklist_lock);
	last = !--sig->live;
	tsk->exit_state = tsk == leader ? EXIT_ZOMBIE : EXIT_DEAD;
	if (last) {
		reparent_children(leader, &dead);
		reap_leader = tell_parent(leader);
		if (reap_leader)
			leader->exit_state = EXIT_DEAD;
	}
	/* An execve waits for the others to be gone. */
	if (sig->flags & SIGNAL_EXEC)
		wake_up_all(&sig->wait_chldexit);
	spin_unlock_irq(&tasklist_lock);

	list_for_each_entry_safe(p, next, &dead, sibling)
		release_task(p);
	if (tsk != leader)
		release_task(tsk);
	if (reap_leader)
		release_task(leader);
}

/* A thread's time becomes the process's. */
static void account(struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal;

	if (thread_group_leader(tsk))
		return;
	sig->utime += tsk->utime;
	sig->stime += tsk->stime;
	sig->min_flt += tsk->min_flt;
	sig->maj_flt += tsk->maj_flt;
	sig->nvcsw += tsk->nvcsw;
	sig->nivcsw += tsk->nivcsw;
}

static void check_may_exit(const struct task_struct *tsk, int code)
{
	if (in_interrupt())
		panic("do_exit() in an interrupt");
	if (!tsk->pid)
		panic("the idle task ends");
	if (tsk->tgid == 1 && tsk->signal->live == 1) {
		if (code & 0x7f)
			panic("init was killed by signal %d", code & 0x7f);
		panic("init ended with status %d", code >> 8 & 0xff);
	}
}

void __noreturn do_exit(int code)
{
	struct task_struct *tsk = current;

	check_may_exit(tsk, code);
	tsk->flags |= PF_EXITING;
	exit_mm(tsk);
	if (tsk->signal->live == 1) {
		itimer_exit(tsk->signal);
		if (tsk->signal->leader && disassociate_ctty_hook)
			disassociate_ctty_hook();
	}
	exit_files(tsk);
	tsk->exit_code = code;
	account(tsk);
	sched_exit(tsk);
	exit_notify(tsk);
	/* An interrupt between these two finds a task that runs, in a state in which it may. */
	local_irq_disable();
	tsk->state = TASK_DEAD;
	schedule();
	panic("a dead task was scheduled: '%s' (pid %d)", tsk->comm, tsk->pid);
}

void __noreturn do_group_exit(int code)
{
	struct signal_struct *sig = current->signal;

	spin_lock_irq(&tasklist_lock);
	spin_lock(&current->sighand->siglock);
	if (sig->flags & (SIGNAL_GROUP_EXIT | SIGNAL_EXEC)) {
		code = sig->group_exit_code;
	} else {
		sig->flags = SIGNAL_GROUP_EXIT;
		sig->group_exit_code = code;
		zap_other_threads(current);
	}
	spin_unlock(&current->sighand->siglock);
	spin_unlock_irq(&tasklist_lock);
	do_exit(code);
}

long sys_exit(int status)
{
	do_exit((status & 0xff) << 8);
}

long sys_exit_group(int status)
{
	do_group_exit((status & 0xff) << 8);
}
