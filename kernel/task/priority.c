/* nice(2), the priority and the scheduling calls. */
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"
#include "kernel/task/ids.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/time.h"
#include "mm/uaccess.h"

#define PRIO_PROCESS 0
#define PRIO_PGRP    1
#define PRIO_USER    2

long sys_nice(int increment)
{
	set_user_nice(current, clamp(task_nice(current) + clamp(increment, -40, 40), -20, 19));
	return 0;
}

static bool is_meant(const struct task_struct *p, int which, int who)
{
	switch (which) {
	case PRIO_PROCESS:
		return p->pid == (who ? who : current->pid);
	case PRIO_PGRP:
		return p->signal->pgrp == (who ? who : current->signal->pgrp);
	default:
		return !who && !(p->flags & PF_KTHREAD);
	}
}

/* Set the nice value of those who are meant, or with set false learn the best: 20 - nice, 1 to 40, lest it look like an
 * error. */
static long priority(int which, int who, bool set, int nice)
{
	struct task_struct *p, *t;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	for_each_process(p)
		for_each_thread(t, p)
		{
			if (!is_meant(t, which, who))
				continue;
			if (set)
				set_user_nice(t, clamp(nice, -20, 19));
			ret = set ? 0 : max(ret, 20L - task_nice(t));
		}
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

long sys_getpriority(int which, int who)
{
	return priority(which, who, false, 0);
}

long sys_setpriority(int which, int who, int nice)
{
	return priority(which, who, true, nice);
}

long sys_sched_yield(void)
{
	yield();
	return 0;
}

/* ---- policies ---- */

static bool is_rt(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool valid_policy(int policy)
{
	return policy >= SCHED_NORMAL && policy <= SCHED_IDLE && policy != SCHED_BATCH + 1;
}

/* The task with a reference, current for 0; -EINVAL, -ESRCH. */
static struct task_struct *task_of(pid_t pid)
{
	struct task_struct *p = pid < 0 ? ERR_PTR(-EINVAL)
					: get_task_by_pid(pid ? pid : current->pid);

	return p ? p : ERR_PTR(-ESRCH);
}

/* policy -1: the one it has. */
static long setscheduler(pid_t pid, int policy, const int *param)
{
	struct task_struct *p;
	int priority;
	long ret = 0;

	if (pid < 0 || !param)
		return -EINVAL;
	if (get_user(priority, param))
		return -EFAULT;
	p = task_of(pid);
	if (IS_ERR(p))
		return PTR_ERR(p);
	if (policy == -1)
		policy = p->policy;
	if (!valid_policy(policy) || priority < is_rt(policy) || priority > 99 * is_rt(policy))
		ret = -EINVAL;
	else
		sched_setscheduler(p, policy, priority, task_nice(p));
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
	struct task_struct *p = task_of(pid);
	long policy;

	if (IS_ERR(p))
		return PTR_ERR(p);
	policy = p->policy;
	put_task_struct(p);
	return policy;
}

long sys_sched_getparam(pid_t pid, int *param)
{
	struct task_struct *p = param ? task_of(pid) : ERR_PTR(-EINVAL);
	int priority;

	if (IS_ERR(p))
		return PTR_ERR(p);
	priority = p->rt_priority;
	put_task_struct(p);
	return put_user(priority, param) ? -EFAULT : 0;
}

static long rr_get_interval(pid_t pid, void *ts, bool wide)
{
	struct task_struct *p = task_of(pid);
	s64 ns;

	if (IS_ERR(p))
		return PTR_ERR(p);
	ns = p->policy == SCHED_FIFO ? 0 : (s64)full_slice(p) * NSEC_PER_TICK;
	put_task_struct(p);
	return put_timespec(ns, ts, wide);
}

long sys_sched_rr_get_interval(pid_t pid, void *ts)
{
	return rr_get_interval(pid, ts, false);
}

long sys_sched_rr_get_interval_time64(pid_t pid, void *ts)
{
	return rr_get_interval(pid, ts, true);
}

long sys_sched_get_priority_max(int policy)
{
	return valid_policy(policy) ? 99 * is_rt(policy) : -EINVAL;
}

long sys_sched_get_priority_min(int policy)
{
	return valid_policy(policy) ? is_rt(policy) : -EINVAL;
}

/* ---- processors ---- */

#define CPU_MASK ((1UL << NR_CPUS) - 1)

/* The answer is the bytes of the mask. */
long sys_sched_getaffinity(pid_t pid, unsigned len, unsigned long *mask)
{
	struct task_struct *p;

	if (len < sizeof(*mask) || len % sizeof(*mask))
		return -EINVAL;
	p = get_task_by_pid(pid ? pid : current->pid);
	if (!p)
		return -ESRCH;
	put_task_struct(p);
	return put_user(CPU_MASK, mask) ? -EFAULT : (long)sizeof(*mask);
}

long sys_sched_setaffinity(pid_t pid, unsigned len, const unsigned long *mask)
{
	unsigned long wanted = 0;
	struct task_struct *p;

	if (copy_from_user(&wanted, mask, min_t(size_t, len, sizeof(wanted))))
		return -EFAULT;
	p = get_task_by_pid(pid ? pid : current->pid);
	if (!p)
		return -ESRCH;
	put_task_struct(p);
	return wanted & CPU_MASK ? 0 : -EINVAL;
}

long sys_getcpu(u32 *cpu, u32 *node, void *unused)
{
	if ((cpu && put_user(current_thread_info()->cpu, cpu)) || (node && put_user(0, node)))
		return -EFAULT;
	return 0;
}

#define MEMBARRIER_COMMANDS 0x19 /* GLOBAL, PRIVATE_EXPEDITED and to register for it */

/* Other threads of one processor have long seen what we wrote. */
long sys_membarrier(int cmd, unsigned flags, int cpu)
{
	if (flags || cmd < 0 || cmd & (cmd - 1) || cmd & ~MEMBARRIER_COMMANDS)
		return -EINVAL;
	return cmd ? 0 : MEMBARRIER_COMMANDS;
}
