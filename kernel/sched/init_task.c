/* The first task: it runs the boot code and idles ever after. And the limits that every task starts from. */
#include "kernel/sched/sched.h"

#include "kernel/lib/string.h"

#define INFINITE                             \
	{                                    \
		RLIM_INFINITY, RLIM_INFINITY \
	}

struct rlimit init_rlimits[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = INFINITE,
	[RLIMIT_FSIZE] = INFINITE,
	[RLIMIT_DATA] = INFINITE,
	[RLIMIT_STACK] = { 8UL << 20, RLIM_INFINITY },
	[RLIMIT_CORE] = { 0, RLIM_INFINITY },
	[RLIMIT_RSS] = INFINITE,
	[RLIMIT_NPROC] = { 4096, 4096 },
	[RLIMIT_NOFILE] = { 1024, 4096 },
	[RLIMIT_MEMLOCK] = { 8UL << 20, 8UL << 20 },
	[RLIMIT_AS] = INFINITE,
	[RLIMIT_LOCKS] = INFINITE,
	[RLIMIT_SIGPENDING] = { 4096, 4096 },
	[RLIMIT_MSGQUEUE] = { 819200, 819200 },
	[RLIMIT_NICE] = { 0, 0 },
	[RLIMIT_RTPRIO] = { 0, 0 },
	[RLIMIT_RTTIME] = INFINITE,
};

struct task_struct init_task = {
	.state = TASK_RUNNING,
	.stack = &init_thread_union,
	.flags = PF_KTHREAD,
	.usage = 2,
	.prio = NICE_TO_PRIO(0), /* for its children; itself it is on no queue */
	.run_list = LIST_HEAD_INIT(init_task.run_list),
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.pending = { .list = LIST_HEAD_INIT(init_task.pending.list) },
	.parent = &init_task,
	.thread = INIT_THREAD,
	.rlim = init_rlimits,
	.comm = "swapper",
};

volatile unsigned long jiffies;

union thread_union init_thread_union __aligned(THREAD_SIZE) = {
	.thread_info = { .task = &init_task },
};

unsigned long rlimit(unsigned which)
{
	return current->rlim[which].rlim_cur;
}

void set_task_comm(struct task_struct *tsk, const char *name)
{
	strlcpy(tsk->comm, name, sizeof(tsk->comm));
}
