/* nice(2), the priority and the scheduling calls. */
#include "kernel/sched/clock.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
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
		for_each_thread(t, p) {
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

enum sched_what { SET_POLICY, GET_POLICY, GET_PRIORITY, GET_SLICE };

/* Ask about a task, current for 0; slices in ticks, 0: no end. Or set policy (-1: the one it has) and priority. */
static long sched_call(enum sched_what what, pid_t pid, int policy, int priority)
{
	struct task_struct *p = pid < 0 ? NULL : get_task_by_pid(pid ? pid : current->pid);
	long ret = 0;

	if (!p)
		return pid < 0 ? -EINVAL : -ESRCH;
	if (policy == -1)
		policy = p->policy;
	if (what == GET_POLICY)
		ret = p->policy;
	else if (what == GET_PRIORITY)
		ret = p->rt_priority;
	else if (what == GET_SLICE)
		ret = p->policy == SCHED_FIFO ? 0 : full_slice(p);
	else if (!valid_policy(policy) || priority < is_rt(policy) || priority > 99 * is_rt(policy))
		ret = -EINVAL;
	else
		sched_setscheduler(p, policy, priority, task_nice(p));
	put_task_struct(p);
	return ret;
}

static long setscheduler(pid_t pid, int policy, const int *param)
{
	int priority;

	if (pid < 0 || !param)
		return -EINVAL;
	return get_user(priority, param) ? -EFAULT : sched_call(SET_POLICY, pid, policy, priority);
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
	return sched_call(GET_POLICY, pid, 0, 0);
}

long sys_sched_getparam(pid_t pid, int *param)
{
	long priority = param ? sched_call(GET_PRIORITY, pid, 0, 0) : -EINVAL;

	return priority < 0 ? priority : put_user(priority, param) ? -EFAULT : 0;
}

long sys_sched_rr_get_interval(pid_t pid, void *ts)
{
	long slice = sched_call(GET_SLICE, pid, 0, 0);

	return slice < 0 ? slice : put_timespec((s64)slice * NSEC_PER_TICK, ts, false);
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
	if (len < sizeof(*mask) || len % sizeof(*mask))
		return -EINVAL;
	if (sched_call(GET_POLICY, pid, 0, 0) < 0)
		return -ESRCH;
	return put_user(CPU_MASK, mask) ? -EFAULT : (long)sizeof(*mask);
}

long sys_sched_setaffinity(pid_t pid, unsigned len, const unsigned long *mask)
{
	unsigned long wanted = 0;

	if (copy_from_user(&wanted, mask, min_t(size_t, len, sizeof(wanted))))
		return -EFAULT;
	if (sched_call(GET_POLICY, pid, 0, 0) < 0)
		return -ESRCH;
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
