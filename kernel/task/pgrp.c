/* Questions about process groups that terminals and job control ask. */
#include "kernel/sched/spinlock.h"
#include "kernel/task/signal.h"

/* tasklist_lock held. skip: a member that is about to leave, or NULL. */
bool will_be_orphaned_pgrp(pid_t pgrp, const struct task_struct *skip)
{
	struct task_struct *p;

	for_each_process(p) {
		if (p == skip || p->pgrp != pgrp || p->exit_state || p->real_parent->pid <= 1)
			continue;
		if (p->real_parent->pgrp != pgrp && p->real_parent->session == p->session)
			return false;
	}
	return true;
}

bool is_orphaned_pgrp(pid_t pgrp)
{
	unsigned long flags;
	bool orphaned;

	spin_lock_irqsave(&tasklist_lock, flags);
	orphaned = will_be_orphaned_pgrp(pgrp, NULL);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return orphaned;
}

bool session_has_pgrp(pid_t session, pid_t pgrp)
{
	struct task_struct *p;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p) {
		found = p->pgrp == pgrp && p->session == session;
		if (found)
			break;
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return found;
}
