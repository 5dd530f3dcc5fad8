/* The thread that calls execve is the only one that survives, under the pid of the process. */
#include "kernel/task/de_thread.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"

static int begin(struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal;
	int ret = 0;

	spin_lock_irq(&tasklist_lock);
	spin_lock(&tsk->sighand->siglock);
	if (sig->flags & (SIGNAL_GROUP_EXIT | SIGNAL_EXEC)) {
		ret = -EAGAIN;
	} else {
		sig->flags |= SIGNAL_EXEC;
		zap_other_threads(tsk);
	}
	spin_unlock(&tsk->sighand->siglock);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

/* Take the dead leader's place: its pid, its parent, its children. tasklist_lock held. */
static void take_over(struct task_struct *tsk, struct task_struct *leader)
{
	struct task_struct *p;

	detach_pid(tsk);
	detach_pid(leader);
	swap(tsk->pid, leader->pid);
	attach_pid(tsk);
	attach_pid(leader);
	list_del_init(&tsk->thread_group);
	list_replace(&leader->tasks, &tsk->tasks);
	list_replace(&leader->sibling, &tsk->sibling);
	list_for_each_entry(p, &leader->children, sibling)
		p->real_parent = p->parent = tsk;
	INIT_LIST_HEAD(&tsk->children);
	list_splice_init(&leader->children, &tsk->children);
	tsk->group_leader = tsk;
	tsk->exit_signal = SIGCHLD;
	/* From here on the old leader is a thread like others. */
	leader->group_leader = tsk;
	leader->exit_signal = -1;
	leader->exit_state = EXIT_DEAD;
	INIT_LIST_HEAD(&leader->tasks);
	INIT_LIST_HEAD(&leader->sibling);
	INIT_LIST_HEAD(&leader->thread_group);
}

int de_thread(struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal;
	struct task_struct *leader = tsk->group_leader;

	if (sig->live == 1 && tsk == leader)
		return 0;
	if (begin(tsk))
		return -EAGAIN;
	wait_event(sig->wait_chldexit, sig->live == 1);
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
