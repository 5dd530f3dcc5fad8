/* The end of a task: what it had is given back, its children find a new parent, its own parent is told. */
#include "kernel/task/exit.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/fs_struct.h"
#include "kernel/lib/bug.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/task_mm.h"
#include "kernel/x86/irqflags.h"
#include "mm/mm.h"

void (*disassociate_ctty_hook)(bool on_exit);

void release_task(struct task_struct *tsk)
{
	spin_lock_irq(&tasklist_lock);
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
		stopped |= p->pgrp == pgrp && p->state == TASK_STOPPED;
	if (!stopped)
		return;
	for_each_process(p) {
		if (p->pgrp != pgrp)
			continue;
		__send_sig_info(SIGHUP, NULL, p);
		__send_sig_info(SIGCONT, NULL, p);
	}
}

/* Children of a task that ends become init's. Those that nobody will wait for go to dead. */
static void reparent_children(struct task_struct *tsk, struct list_head *dead)
{
	struct task_struct *init = find_task_by_pid(1), *p, *next;

	list_for_each_entry_safe(p, next, &tsk->children, sibling) {
		p->parent = init;
		p->exit_signal = SIGCHLD;
		list_move_tail(&p->sibling, &init->children);
		if (p->exit_state == EXIT_ZOMBIE && notify_parent_death(p)) {
			p->exit_state = EXIT_DEAD;
			list_move(&p->sibling, dead);
		}
		if (p->pgrp != tsk->pgrp && p->session == tsk->session)
			hang_up_if_orphaned(p->pgrp, NULL);
	}
}

static void exit_notify(struct task_struct *tsk)
{
	struct task_struct *parent, *p, *next;
	LIST_HEAD(dead);

	spin_lock_irq(&tasklist_lock);
	reparent_children(tsk, &dead);
	sched_exit(tsk);
	parent = tsk->parent;
	if (parent->pgrp != tsk->pgrp && parent->session == tsk->session)
		hang_up_if_orphaned(tsk->pgrp, tsk);
	tsk->exit_state = EXIT_ZOMBIE;
	if (tsk->flags & PF_KTHREAD || notify_parent_death(tsk)) {
		tsk->exit_state = EXIT_DEAD;
		list_move(&tsk->sibling, &dead);
	}
	spin_unlock_irq(&tasklist_lock);
	list_for_each_entry_safe(p, next, &dead, sibling)
		release_task(p);
}

void __noreturn do_exit(int code)
{
	struct task_struct *tsk = current;

	if (in_interrupt() || !tsk->pid)
		panic("do_exit() in an interrupt or in the idle task");
	if (tsk->pid == 1 && code & 0x7f)
		panic("init was killed by signal %d", code & 0x7f);
	if (tsk->pid == 1)
		panic("init ended with status %d", code >> 8 & 0xff);
	tsk->flags |= PF_EXITING;
	tsk->exit_code = code;
	exit_mm(tsk);
	del_timer_sync(&tsk->signal->real_timer);
	if (tsk->signal->leader && disassociate_ctty_hook)
		disassociate_ctty_hook(true);
	exit_files(tsk);
	exit_notify(tsk);
	/* An interrupt before the switch may not find the state of a task that is to be woken. */
	local_irq_disable();
	tsk->state = TASK_DEAD;
	schedule();
	panic("a dead task was scheduled: '%s' (pid %d)", tsk->comm, tsk->pid);
}

long sys_exit(int status)
{
	do_exit((status & 0xff) << 8);
}
