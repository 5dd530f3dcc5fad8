/* nice(2), the priority and the scheduling calls. */
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/ids.h"
#include "kernel/task/pid.h"
#include "mm/uaccess.h"

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2
#define MIN_NICE     (-20)
#define MAX_NICE     19

long sys_nice(int increment)
{
	int nice = task_nice(current) + clamp(increment, -40, 40);

	set_user_nice(current, clamp(nice, MIN_NICE, MAX_NICE));
	return 0;
}

static bool is_meant(const struct task_struct *p, int which, int who)
{
	switch (which) {
	case PRIO_PROCESS:
		return p->pid == (who ? who : current->pid);
	case PRIO_PGRP:
		return p->pgrp == (who ? who : current->pgrp);
	default:
		return !who && !(p->flags & PF_KTHREAD);
	}
}

/* The result is 20 - nice, 1 to 40, lest it look like an error. */
long sys_getpriority(int which, int who)
{
	struct task_struct *p;
	long best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	for_each_process(p)
		if (is_meant(p, which, who))
			best = max(best, 20L - task_nice(p));
	spin_unlock_irq(&tasklist_lock);
	return best;
}

long sys_setpriority(int which, int who, int nice)
{
	struct task_struct *p;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	for_each_process(p) {
		if (!is_meant(p, which, who))
			continue;
		set_user_nice(p, clamp(nice, MIN_NICE, MAX_NICE));
		ret = 0;
	}
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

long sys_sched_yield(void)
{
	yield();
	return 0;
}

/* The task with a reference, current for 0. */
static struct task_struct *task_of(pid_t pid)
{
	if (pid)
		return get_task_by_pid(pid);
	get_task_struct(current);
	return current;
}

static int check_policy(int policy, int priority)
{
	bool rt = policy == SCHED_FIFO || policy == SCHED_RR;

	if (!rt && policy != SCHED_NORMAL && policy != SCHED_BATCH && policy != SCHED_IDLE)
		return -EINVAL;
	return rt ? (priority < 1 || priority > 99 ? -EINVAL : 0) : (priority ? -EINVAL : 0);
}

/* policy -1: the one it has. */
static long setscheduler(pid_t pid, int policy, const int *param)
{
	struct task_struct *p;
	int priority, ret;

	if (pid < 0 || !param)
		return -EINVAL;
	if (get_user(priority, param))
		return -EFAULT;
	p = task_of(pid);
	if (!p)
		return -ESRCH;
	if (policy == -1)
		policy = p->policy;
	ret = check_policy(policy, priority);
	if (!ret)
		sched_setscheduler(p, policy, priority);
	put_task_struct(p);
	return ret;
}

long sys_sched_setscheduler(pid_t pid, int policy, const int *param)
{
	return policy < 0 ? -EINVAL : setscheduler(pid, policy, param);
}

long sys_sched_setparam(pid_t pid, const int *param)
{
	return setscheduler(pid, -1, param);
}

long sys_sched_getscheduler(pid_t pid)
{
	struct task_struct *p = pid < 0 ? NULL : task_of(pid);
	long policy;

	if (!p)
		return pid < 0 ? -EINVAL : -ESRCH;
	policy = p->policy;
	put_task_struct(p);
	return policy;
}

long sys_sched_getparam(pid_t pid, int *param)
{
	struct task_struct *p = pid < 0 ? NULL : task_of(pid);
	int priority;

	if (!p)
		return pid < 0 ? -EINVAL : -ESRCH;
	priority = p->rt_priority;
	put_task_struct(p);
	return put_user(priority, param) ? -EFAULT : 0;
}

long sys_sched_get_priority_max(int policy)
{
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return 99;
	return check_policy(policy, 0);
}

long sys_sched_get_priority_min(int policy)
{
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return 1;
	return check_policy(policy, 0);
}

/* There is one processor; the answer is the bytes of the mask. */
long sys_sched_getaffinity(pid_t pid, unsigned len, unsigned long *mask)
{
	unsigned long cpus = (1UL << NR_CPUS) - 1;
	struct task_struct *p;

	if (len < sizeof(cpus) || len % sizeof(cpus))
		return -EINVAL;
	p = task_of(pid);
	if (!p)
		return -ESRCH;
	put_task_struct(p);
	return put_user(cpus, mask) ? -EFAULT : (long)sizeof(cpus);
}

long sys_sched_setaffinity(pid_t pid, unsigned len, const unsigned long *mask)
{
	unsigned long wanted = 0;
	struct task_struct *p = task_of(pid);

	if (!p)
		return -ESRCH;
	put_task_struct(p);
	if (copy_from_user(&wanted, mask, min_t(size_t, len, sizeof(wanted))))
		return -EFAULT;
	return wanted & ((1UL << NR_CPUS) - 1) ? 0 : -EINVAL;
}
