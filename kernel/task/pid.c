/* Process numbers: a bitmap of those in use, searched onward from the last one given, and a hash from
 * number to task. */
#include "kernel/task/pid.h"

#include "kernel/lib/sysctl.h"
#include "kernel/task/signal.h"

#define RESERVED_PIDS 300 /* not used again after the first round */
#define HASH_SIZE     1024

static DEFINE_SPINLOCK(pid_lock);
static unsigned long used[BITS_TO_LONGS(PID_MAX)] = { 1 };
/* Numbers that were a group's or a session's since they were last looked at. */
static unsigned long named[BITS_TO_LONGS(PID_MAX)];
static pid_t last;
static int pid_max = PID_MAX;
static unsigned count, forks;

static struct hlist_head hash[HASH_SIZE];

SYSCTL(pid_sysctls) = {
	{ .path = "sys/kernel/pid_max",
	  .data = &pid_max,
	  .min = RESERVED_PIDS + 1,
	  .max = PID_MAX },
};

static bool group_in_use(pid_t pid)
{
	struct task_struct *p;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p) {
		found = p->signal->pgrp == pid || p->signal->session == pid;
		if (found)
			break;
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return found;
}

/* The next free bit after the last one given, taken; pid_max: none. */
static pid_t take_next(void)
{
	pid_t pid;

	spin_lock(&pid_lock);
	pid = find_next_zero_bit(used, pid_max, last + 1);
	if (pid >= pid_max)
		pid = find_next_zero_bit(used, pid_max, RESERVED_PIDS);
	if (pid < pid_max) {
		set_bit(pid, used);
		last = pid;
	}
	spin_unlock(&pid_lock);
	return pid;
}

pid_t alloc_pid(void)
{
	pid_t pid, first = 0;

	while ((pid = take_next()) < pid_max) {
		if (likely(!test_bit(pid, named)))
			return pid;
		if (!group_in_use(pid)) {
			clear_bit(pid, named);
			return pid;
		}
		free_pid(pid);
		if (pid == first)
			break;
		first = first ? first : pid;
	}
	return -EAGAIN;
}

void free_pid(pid_t pid)
{
	clear_bit(pid, used);
}

void pid_names_group(pid_t pid)
{
	set_bit(pid, named);
}

void attach_pid(struct task_struct *tsk)
{
	hlist_add_head(&tsk->pid_chain, &hash[tsk->pid % HASH_SIZE]);
	count++;
	forks++;
}

void detach_pid(struct task_struct *tsk)
{
	hlist_del_init(&tsk->pid_chain);
	count--;
}

struct task_struct *find_task_by_pid(pid_t pid)
{
	struct task_struct *tsk;

	hlist_for_each_entry(tsk, &hash[(unsigned)pid % HASH_SIZE], pid_chain)
		if (tsk->pid == pid)
			return tsk;
	return NULL;
}

struct task_struct *get_task_by_pid(pid_t pid)
{
	struct task_struct *tsk;
	unsigned long flags;

	spin_lock_irqsave(&tasklist_lock, flags);
	tsk = find_task_by_pid(pid);
	if (tsk)
		get_task_struct(tsk);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return tsk;
}

struct task_struct *next_task(pid_t pid, pid_t tgid)
{
	struct task_struct *tsk = NULL;
	unsigned long flags;

	spin_lock_irqsave(&tasklist_lock, flags);
	for (pid = max(pid, 1); !tsk && pid < PID_MAX; pid++) {
		pid = find_next_bit(used, PID_MAX, pid);
		tsk = find_task_by_pid(pid);
		if (tsk && tsk->tgid != (tgid ? tgid : pid))
			tsk = NULL;
	}
	if (tsk)
		get_task_struct(tsk);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return tsk;
}

unsigned nr_tasks(void)
{
	return count;
}

unsigned nr_forks(void)
{
	return forks;
}

pid_t last_pid(void)
{
	return last;
}
