/* Pids, process groups and sessions; users. */
#include "kernel/task/ids.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
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
	pid = current->group_leader->real_parent->tgid;
	spin_unlock_irq(&tasklist_lock);
	return pid;
}

/* Every thread shows its process's group: for_each_thread() keeps them alike. */
static void set_group(struct task_struct *leader, pid_t pgrp, pid_t session)
{
	struct task_struct *t;

	for_each_thread(t, leader)
	{
		t->pgrp = pgrp;
		t->session = session;
	}
	pid_names_group(pgrp);
}

/* tasklist_lock held. POSIX setpgid(): only ourselves and our children that have not called execve. */
static int may_move(const struct task_struct *p, pid_t pgid)
{
	const struct task_struct *leader = current->group_leader, *q;

	if (!p || !thread_group_leader(p))
		return -ESRCH;
	if (p->real_parent == leader) {
		if (p->session != leader->session)
			return -EPERM;
		if (!(p->flags & PF_FORKNOEXEC))
			return -EACCES;
	} else if (p != leader) {
		return -ESRCH;
	}
	if (p->signal->leader)
		return -EPERM;
	if (pgid == p->pid)
		return 0;
	for_each_process(q)
		if (q->pgrp == pgid && q->session == leader->session)
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
		set_group(p, pgid, p->session);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static long get_of(pid_t pid, pid_t (*what)(const struct task_struct *))
{
	struct task_struct *p;
	long ret = -ESRCH;

	if (!pid)
		return what(current);
	spin_lock_irq(&tasklist_lock);
	p = find_task_by_pid(pid);
	if (p)
		ret = what(p);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static pid_t pgrp_of(const struct task_struct *tsk)
{
	return tsk->pgrp;
}

static pid_t session_of(const struct task_struct *tsk)
{
	return tsk->session;
}

long sys_getpgid(pid_t pid)
{
	return get_of(pid, pgrp_of);
}

long sys_getpgrp(void)
{
	return current->pgrp;
}

long sys_getsid(pid_t pid)
{
	return get_of(pid, session_of);
}

long sys_setsid(void)
{
	struct task_struct *leader = current->group_leader, *p;
	long ret = -EPERM;

	spin_lock_irq(&tasklist_lock);
	if (leader->signal->leader)
		goto out;
	for_each_process(p)
		if (p->pgrp == leader->pid)
			goto out;
	leader->signal->leader = true;
	leader->signal->tty = NULL;
	set_group(leader, leader->pid, leader->pid);
	ret = leader->pid;
out:
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

/* ---- users ---- */

long sys_getid(void)
{
	return 0;
}

static long only_root(u32 id)
{
	return id == 0 || id == (u32)-1 ? 0 : -EPERM;
}

long sys_setid(u32 id)
{
	return id == (u32)-1 ? -EINVAL : only_root(id);
}

long sys_setid16(u16 id)
{
	return id == 0xffff ? -EINVAL : only_root(id);
}

long sys_setreid(u32 real, u32 effective)
{
	return only_root(real) || only_root(effective) ? -EPERM : 0;
}

long sys_setresid(u32 real, u32 effective, u32 saved)
{
	return sys_setreid(real, effective) || only_root(saved) ? -EPERM : 0;
}

long sys_getresid(u32 *real, u32 *effective, u32 *saved)
{
	return put_user(0, real) || put_user(0, effective) || put_user(0, saved) ? -EFAULT : 0;
}

long sys_setfsid(u32 id)
{
	return 0; /* what it was before */
}

long sys_getgroups(int size, u32 *list)
{
	return size < 0 ? -EINVAL : 0;
}

long sys_setgroups(int size, const u32 *list)
{
	return size < 0 || size > 65536 ? -EINVAL : 0;
}

/* Root has all capabilities, in whatever version the caller asks for. */
#define CAPABILITY_V1 0x19980330
#define CAPABILITY_V2 0x20071026
#define CAPABILITY_V3 0x20080522

long sys_capget(void *header, void *data)
{
	u32 hdr[2], cap[6] = { ~0U, ~0U, 0, 0x1ff, 0x1ff, 0 };
	bool known;

	if (copy_from_user(hdr, header, sizeof(hdr)))
		return -EFAULT;
	known = hdr[0] == CAPABILITY_V1 || hdr[0] == CAPABILITY_V2 || hdr[0] == CAPABILITY_V3;
	if (!known) {
		if (put_user(CAPABILITY_V3, (u32 *)header))
			return -EFAULT;
		return data ? -EINVAL : 0;
	}
	if (!data)
		return 0;
	return copy_to_user(data, cap, hdr[0] == CAPABILITY_V1 ? 12 : 24) ? -EFAULT : 0;
}

long sys_capset(const void *header, const void *data)
{
	return 0;
}
