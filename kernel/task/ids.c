/* Pids, process groups and sessions; users; priorities; limits. */

#include "kernel/fs/fdtable.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "mm/uaccess.h"

long sys_getpid(void)
{
	return current->tgid;
}

long sys_gettid(void)
{
	return current->pid;
}

long sys_getppid(void)
{
	pid_t pid;

	spin_lock_irq(&tasklist_lock);
	pid = current->group_leader->parent->pid;
	spin_unlock_irq(&tasklist_lock);
	return pid;
}

static void set_group(struct task_struct *tsk, pid_t pgrp)
{
	tsk->signal->pgrp = pgrp;
	pid_names_group(pgrp);
}

/* tasklist_lock held. POSIX setpgid(): only ourselves and our children that have not called execve. */
static int may_move(const struct task_struct *p, pid_t pgid)
{
	const struct task_struct *q, *self = current->group_leader;
	pid_t session = current->signal->session;

	if (!p || (p != self && p->parent != self))
		return -ESRCH;
	if (!thread_group_leader(p))
		return -EINVAL;
	if (p->signal->session != session)
		return -EPERM;
	if (p != self && !(p->flags & PF_FORKNOEXEC))
		return -EACCES;
	if (p->signal->leader)
		return -EPERM;
	if (pgid == p->pid)
		return 0;
	for_each_process(q)
		if (q->signal->pgrp == pgid && q->signal->session == session)
			return 0;
	return -EPERM;
}

long sys_setpgid(pid_t pid, pid_t pgid)
{
	struct task_struct *p;
	int ret;

	if (!pid)
		pid = current->tgid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	p = find_task_by_pid(pid);
	ret = may_move(p, pgid);
	if (!ret)
		set_group(p, pgid);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

/* Group and session of a process; false: there is none. */
static bool find_ids(pid_t pid, pid_t *pgrp, pid_t *session)
{
	struct task_struct *p;

	spin_lock_irq(&tasklist_lock);
	p = pid ? find_task_by_pid(pid) : current;
	if (p) {
		*pgrp = p->signal->pgrp;
		*session = p->signal->session;
	}
	spin_unlock_irq(&tasklist_lock);
	return p;
}

long sys_getpgid(pid_t pid)
{
	pid_t pgrp, session;

	return find_ids(pid, &pgrp, &session) ? pgrp : -ESRCH;
}

long sys_getpgrp(void)
{
	return current->signal->pgrp;
}

long sys_getsid(pid_t pid)
{
	pid_t pgrp, session;

	return find_ids(pid, &pgrp, &session) ? session : -ESRCH;
}

long sys_setsid(void)
{
	struct task_struct *tsk = current->group_leader, *p;
	struct signal_struct *sig = tsk->signal;
	long ret = -EPERM;

	spin_lock_irq(&tasklist_lock);
	if (sig->leader)
		goto out;
	for_each_process(p)
		if (p->signal->pgrp == tsk->pid)
			goto out;
	sig->leader = true;
	sig->tty = NULL;
	sig->session = tsk->pid;
	set_group(tsk, tsk->pid);
	ret = tsk->pid;
out:
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

/* ---- users ---- */

long sys_getid(void)
{
	return 0;
}

long sys_setresid(u32 real, u32 effective, u32 saved)
{
	return (real + 1) > 1 || (effective + 1) > 1 || (saved + 1) > 1 ? -EPERM : 0;
}

long sys_setreid(u32 real, u32 effective)
{
	return sys_setresid(real, effective, -1);
}

long sys_setid(u32 id)
{
	return id == (u32)-1 ? -EINVAL : sys_setresid(id, id, id);
}

long sys_getresid(u32 *real, u32 *effective, u32 *saved)
{
	return put_user(0, real) || put_user(0, effective) || put_user(0, saved) ? -EFAULT : 0;
}

long sys_setgroups(unsigned n, const void *groups)
{
	return !n ? 0 : n > 65536 ? -EINVAL : -EPERM;
}

/* ---- capabilities ---- */

/* Words of each set by the header's version; an unknown one is replaced by the latest. */
static int cap_words(u32 *header)
{
	u32 version;

	if (get_user(version, header))
		return -EFAULT;
	if (version == 0x19980330)
		return 1;
	if (version == 0x20071026 || version == 0x20080522)
		return 2;
	return put_user(0x20080522, header) ? -EFAULT : -EINVAL;
}

long sys_capget(u32 *header, u32 *data)
{
	u64 set = current->cap_effective;
	u32 sets[2][3] = { { set, (u32)CAP_FULL_SET, 0 }, { set >> 32, CAP_FULL_SET >> 32, 0 } };
	int words = cap_words(header);

	if (words < 0)
		return words == -EINVAL && !data ? 0 : words;
	return copy_to_user(data, sets, words * sizeof(sets[0])) ? -EFAULT : 0;
}

long sys_capset(u32 *header, const u32 *data)
{
	u32 sets[2][3] = { { 0 } };
	int words = cap_words(header);

	if (words < 0)
		return words;
	if (copy_from_user(sets, data, words * sizeof(sets[0])))
		return -EFAULT;
	current->cap_effective = ((u64)sets[1][0] << 32 | sets[0][0]) & CAP_FULL_SET;
	return 0;
}

/* ---- limits ---- */

struct rlimit64 {
	u64 cur, max;
};

/* Read the limit of current, or of a process, and set it. new and old may be NULL. */
static int do_prlimit(pid_t pid, unsigned which, const struct rlimit *new, struct rlimit *old)
{
	struct task_struct *tsk;

	if (which >= RLIM_NLIMITS || (new &&new->rlim_cur > new->rlim_max))
		return -EINVAL;
	if (new &&which == RLIMIT_NOFILE &&new->rlim_max > NR_OPEN_MAX)
		return -EPERM;
	tsk = get_task_by_pid(pid ? pid : current->pid);
	if (!tsk)
		return -ESRCH;
	if (old)
		*old = tsk->rlim[which];
	if (new)
		tsk->rlim[which] = *new;
	put_task_struct(tsk);
	return 0;
}

long sys_getrlimit(unsigned which, void *limit)
{
	struct rlimit r;
	int ret = do_prlimit(0, which, NULL, &r);

	return ret ? ret : copy_to_user(limit, &r, sizeof(r)) ? -EFAULT : 0;
}

/* The oldest form, whose infinity is half of ours. */
long sys_old_getrlimit(unsigned which, void *limit)
{
	struct rlimit r;
	int ret = do_prlimit(0, which, NULL, &r);

	r.rlim_cur = min(r.rlim_cur, RLIM_INFINITY / 2);
	r.rlim_max = min(r.rlim_max, RLIM_INFINITY / 2);
	return ret ? ret : copy_to_user(limit, &r, sizeof(r)) ? -EFAULT : 0;
}

long sys_setrlimit(unsigned which, const void *limit)
{
	struct rlimit r;

	return copy_from_user(&r, limit, sizeof(r)) ? -EFAULT : do_prlimit(0, which, &r, NULL);
}

static u64 widen(unsigned long v)
{
	return v == RLIM_INFINITY ? ~0ULL : v;
}

long sys_prlimit64(pid_t pid, unsigned which, const void *unew, void *uold)
{
	struct rlimit64 wide;
	struct rlimit new, old = { 0, 0 };
	int ret;

	if (unew && copy_from_user(&wide, unew, sizeof(wide)))
		return -EFAULT;
	new.rlim_cur = unew ? min_t(u64, wide.cur, RLIM_INFINITY) : 0;
	new.rlim_max = unew ? min_t(u64, wide.max, RLIM_INFINITY) : 0;
	ret = do_prlimit(pid, which, unew ? &new : NULL, &old);
	wide = (struct rlimit64){ widen(old.rlim_cur), widen(old.rlim_max) };
	if (!ret && uold && copy_to_user(uold, &wide, sizeof(wide)))
		return -EFAULT;
	return ret;
}
