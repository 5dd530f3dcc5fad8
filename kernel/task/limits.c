/* getrlimit(2) and its younger forms. */
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "kernel/task/pid.h"
#include "kernel/task/system.h"
#include "mm/uaccess.h"

#define RLIM64_INFINITY (~0ULL)
#define NR_OPEN         4096 /* more descriptors than a table can have */

struct rlimit64 {
	u64 cur, max;
};

static int set_limit(struct task_struct *tsk, unsigned which, const struct rlimit *new)
{
	if (new->rlim_cur > new->rlim_max)
		return -EINVAL;
	if (which == RLIMIT_NOFILE && new->rlim_max > NR_OPEN)
		return -EPERM;
	tsk->rlim[which] = *new;
	return 0;
}

long sys_getrlimit(unsigned which, void *limit)
{
	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	return copy_to_user(limit, &current->rlim[which], sizeof(struct rlimit)) ? -EFAULT : 0;
}

/* Number 76, whose infinity is 0x7fffffff. */
long sys_old_getrlimit(unsigned which, void *limit)
{
	struct rlimit r;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	r.rlim_cur = min_t(unsigned long, current->rlim[which].rlim_cur, LONG_MAX);
	r.rlim_max = min_t(unsigned long, current->rlim[which].rlim_max, LONG_MAX);
	return copy_to_user(limit, &r, sizeof(r)) ? -EFAULT : 0;
}

long sys_setrlimit(unsigned which, const void *limit)
{
	struct rlimit new;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	if (copy_from_user(&new, limit, sizeof(new)))
		return -EFAULT;
	return set_limit(current, which, &new);
}

static u64 widen(unsigned long v)
{
	return v == RLIM_INFINITY ? RLIM64_INFINITY : v;
}

static unsigned long narrow(u64 v)
{
	return v >= RLIM_INFINITY ? RLIM_INFINITY : v;
}

long sys_prlimit64(pid_t pid, unsigned which, const void *unew, void *uold)
{
	struct rlimit64 new64, old64;
	struct task_struct *tsk;
	struct rlimit new;
	int ret = 0;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	if (unew && copy_from_user(&new64, unew, sizeof(new64)))
		return -EFAULT;
	tsk = get_task_by_pid(pid ? pid : current->pid);
	if (!tsk)
		return -ESRCH;
	old64 = (struct rlimit64){ widen(tsk->rlim[which].rlim_cur),
				   widen(tsk->rlim[which].rlim_max) };
	if (unew) {
		new = (struct rlimit){ narrow(new64.cur), narrow(new64.max) };
		ret = set_limit(tsk, which, &new);
	}
	put_task_struct(tsk);
	if (!ret && uold && copy_to_user(uold, &old64, sizeof(old64)))
		return -EFAULT;
	return ret;
}
