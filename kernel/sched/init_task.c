/* The first task: it runs the boot code and idles ever after. */
#include "kernel/sched/sched.h"

#include "kernel/lib/string.h"

struct task_struct init_task = {
	.state = TASK_RUNNING,
	.stack = &init_thread_union,
	.flags = PF_KTHREAD,
	.usage = 2,
	.static_prio = NICE_TO_PRIO(0),
	.prio = NICE_TO_PRIO(0), /* for its children; itself it is on no queue */
	.run_list = LIST_HEAD_INIT(init_task.run_list),
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.pending = { .list = LIST_HEAD_INIT(init_task.pending.list) },
	.parent = &init_task,
	.cap_effective = CAP_FULL_SET,
	.group_leader = &init_task,
	.thread_node = LIST_HEAD_INIT(init_task.thread_node),
	.thread = INIT_THREAD,
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

bool capable(unsigned int cap)
{
	return current->cap_effective >> cap & 1;
}

void set_task_comm(struct task_struct *tsk, const char *name)
{
	strlcpy(tsk->comm, name, sizeof(tsk->comm));
}
