/* Making tasks. A child is a copy of its parent in all that is not shared; each part is copied by the room
 * it belongs to. */
#include "kernel/task/fork.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/fs_struct.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/completion.h"
#include "kernel/sched/sched.h"
#include "kernel/task/exit.h"
#include "kernel/task/futex.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

#define MAX_TASKS 16384

static struct kmem_cache *task_cache, *signal_cache, *sighand_cache;

/* ---- the structure and its stack ---- */

static void put_sighand(struct sighand_struct *sighand)
{
	if (atomic_dec_and_test(&sighand->count))
		kmem_cache_free(sighand_cache, sighand);
}

static void put_signal(struct signal_struct *sig)
{
	if (!atomic_dec_and_test(&sig->count))
		return;
	flush_sigqueue(&sig->shared_pending);
	kmem_cache_free(signal_cache, sig);
}

static void free_new_task(struct task_struct *tsk)
{
	free_thread_stack(tsk->stack);
	kmem_cache_free(task_cache, tsk);
}

/* The last reference is gone. Handlers and signals lived as long as somebody could look at the task. */
static void free_task(struct task_struct *tsk)
{
	flush_sigqueue(&tsk->pending);
	put_sighand(tsk->sighand);
	put_signal(tsk->signal);
	free_new_task(tsk);
}

static struct task_struct *dup_task_struct(const struct task_struct *from)
{
	struct task_struct *tsk = kmem_cache_alloc(task_cache, GFP_KERNEL);
	struct thread_info *ti;

	if (!tsk)
		return NULL;
	ti = alloc_thread_stack();
	if (!ti) {
		kmem_cache_free(task_cache, tsk);
		return NULL;
	}
	memcpy(tsk, from, offsetof(struct task_struct, thread));
	tsk->stack = ti;
	ti->task = tsk;
	ti->flags = 0;
	ti->preempt_count = 1; /* schedule_tail() releases the run queue's lock */
	ti->cpu = current_thread_info()->cpu;
	return tsk;
}

static void init_own_fields(struct task_struct *tsk)
{
	tsk->usage = 2; /* one for release_task(), one for the last switch away */
	tsk->flags = (tsk->flags & ~PF_SIGNALED) | PF_FORKNOEXEC;
	spin_lock_init(&tsk->alloc_lock);
	INIT_LIST_HEAD(&tsk->children);
	INIT_LIST_HEAD(&tsk->sibling);
	INIT_LIST_HEAD(&tsk->thread_group);
	INIT_LIST_HEAD(&tsk->pending.list);
	tsk->pending.signal = (sigset_t){ { 0, 0 } };
	tsk->restore_sigmask = false;
	tsk->exit_state = 0;
	tsk->pdeath_signal = 0;
	tsk->vfork_done = NULL;
	tsk->set_child_tid = tsk->clear_child_tid = NULL;
	tsk->restart.fn = NULL;
	tsk->utime = tsk->stime = tsk->min_flt = tsk->maj_flt = 0;
	tsk->start_time = ktime_get();
	sched_fork(tsk);
}

/* ---- what may be shared ---- */

static int copy_mm(unsigned long flags, struct task_struct *tsk)
{
	struct mm_struct *mm = current->mm;

	tsk->mm = tsk->active_mm = NULL;
	if (!mm || (tsk->flags & PF_KTHREAD))
		return 0;
	if (flags & CLONE_VM)
		mmget(mm);
	else
		mm = dup_mm(mm);
	tsk->mm = tsk->active_mm = mm;
	return mm ? 0 : -ENOMEM;
}

static int copy_fs(unsigned long flags, struct task_struct *tsk)
{
	if (flags & CLONE_FS) {
		atomic_inc(&tsk->fs->count);
		return 0;
	}
	tsk->fs = copy_fs_struct(current->fs);
	return tsk->fs ? 0 : -ENOMEM;
}

static int copy_files(unsigned long flags, struct task_struct *tsk)
{
	if (!tsk->files || (tsk->flags & PF_KTHREAD)) {
		tsk->files = NULL;
		return 0;
	}
	if (flags & CLONE_FILES) {
		atomic_inc(&tsk->files->count);
		return 0;
	}
	tsk->files = dup_fd(current->files);
	return tsk->files ? 0 : -ENOMEM;
}

static int copy_sighand(unsigned long flags, struct task_struct *tsk)
{
	struct sighand_struct *sig;

	if (flags & CLONE_SIGHAND) {
		atomic_inc(&tsk->sighand->count);
		return 0;
	}
	sig = tsk->sighand = kmem_cache_alloc(sighand_cache, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	atomic_set(&sig->count, 1);
	spin_lock_init(&sig->siglock);
	memcpy(sig->action, current->sighand->action, sizeof(sig->action));
	return 0;
}

static int copy_signal(unsigned long flags, struct task_struct *tsk)
{
	struct signal_struct *sig;

	if (flags & CLONE_THREAD) {
		atomic_inc(&tsk->signal->count);
		return 0;
	}
	sig = tsk->signal = kmem_cache_zalloc(signal_cache, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	atomic_set(&sig->count, 1);
	sig->live = 1;
	init_waitqueue_head(&sig->wait_chldexit);
	INIT_LIST_HEAD(&sig->shared_pending.list);
	itimer_init(sig);
	sig->tty = current->signal->tty;
	sig->oom_score_adj = current->signal->oom_score_adj;
	memcpy(sig->rlim, current->signal->rlim, sizeof(sig->rlim));
	tsk->rlim = sig->rlim;
	return 0;
}

/* Unshare what replaces the shared handlers: exec of a process made with CLONE_SIGHAND. */
int unshare_sighand(struct task_struct *tsk)
{
	struct sighand_struct *old = tsk->sighand, *sig;

	if (atomic_read(&old->count) == 1)
		return 0;
	sig = kmem_cache_alloc(sighand_cache, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	atomic_set(&sig->count, 1);
	spin_lock_init(&sig->siglock);
	memcpy(sig->action, old->action, sizeof(sig->action));
	spin_lock_irq(&tasklist_lock);
	tsk->sighand = sig;
	spin_unlock_irq(&tasklist_lock);
	put_sighand(old);
	return 0;
}

static int copy_tls(const struct clone_args *args, struct task_struct *tsk)
{
	struct user_desc info;

	if (!(args->flags & CLONE_SETTLS))
		return 0;
	if (copy_from_user(&info, args->tls, sizeof(info)))
		return -EFAULT;
	if (info.entry_number == (u32)-1)
		return -EINVAL;
	return tls_set(&tsk->thread, &info);
}

static int copy_user_thread(const struct clone_args *args, struct task_struct *tsk)
{
	struct pt_regs *regs;

	thread_init_user(&tsk->thread, tsk->stack, current_pt_regs());
	thread_copy(&tsk->thread, &current->thread);
	regs = task_pt_regs_of(tsk->stack);
	regs->eax = 0;
	if (args->stack)
		regs->esp = args->stack;
	return copy_tls(args, tsk);
}

/* ---- putting it together ---- */

static int check_flags(unsigned long flags)
{
	if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	if (flags & (CLONE_NEWNS | CLONE_PIDFD))
		return -EINVAL;
	return 0;
}

/* Everything that can be had by copying; on failure what was got is given back, newest first. */
static int copy_parts(const struct clone_args *args, struct task_struct *tsk)
{
	unsigned long flags = args->flags;
	int ret;

	if ((ret = copy_files(flags, tsk)))
		return ret;
	if ((ret = copy_fs(flags, tsk)))
		goto bad_fs;
	if ((ret = copy_sighand(flags, tsk)))
		goto bad_sighand;
	if ((ret = copy_signal(flags, tsk)))
		goto bad_signal;
	if ((ret = copy_mm(flags, tsk)))
		goto bad_mm;
	if (tsk->flags & PF_KTHREAD)
		return 0;
	ret = copy_user_thread(args, tsk);
	if (!ret)
		return 0;
	mmput(tsk->mm);
bad_mm:
	put_signal(tsk->signal);
bad_signal:
	put_sighand(tsk->sighand);
bad_sighand:
	put_fs_struct(tsk->fs);
bad_fs:
	if (tsk->files)
		put_files_struct(tsk->files);
	return ret;
}

static void drop_parts(struct task_struct *tsk)
{
	if (tsk->mm)
		mmput(tsk->mm);
	put_signal(tsk->signal);
	put_sighand(tsk->sighand);
	put_fs_struct(tsk->fs);
	if (tsk->files)
		put_files_struct(tsk->files);
}

/* Children belong to the process: its leader is their parent. */
static void link_kin(unsigned long flags, struct task_struct *tsk)
{
	struct task_struct *leader = tsk->flags & PF_KTHREAD ? &init_task : current->group_leader;

	if (flags & CLONE_THREAD) {
		tsk->tgid = current->tgid;
		tsk->group_leader = leader;
		tsk->exit_signal = -1;
		tsk->real_parent = leader->real_parent;
		current->signal->live++;
		list_add_tail(&tsk->thread_group, &leader->thread_group);
	} else {
		tsk->tgid = tsk->pid;
		tsk->group_leader = tsk;
		tsk->exit_signal = flags & CSIGNAL;
		tsk->real_parent = flags & CLONE_PARENT ? leader->real_parent : leader;
		list_add_tail(&tsk->tasks, &init_task.tasks);
		list_add_tail(&tsk->sibling, &tsk->real_parent->children);
	}
	tsk->parent = tsk->real_parent;
	attach_pid(tsk);
}

/* Visible from here on. A signal that came meanwhile must reach both or none: fork starts again. */
static int publish(unsigned long flags, struct task_struct *tsk)
{
	int ret = 0;

	spin_lock_irq(&tasklist_lock);
	spin_lock(&current->sighand->siglock);
	recalc_sigpending();
	if (signal_pending(current) && !(current->flags & PF_KTHREAD))
		ret = -ERESTARTNOINTR;
	else
		link_kin(flags, tsk);
	spin_unlock(&current->sighand->siglock);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static struct task_struct *copy_process(const struct clone_args *args, unsigned extra_flags)
{
	struct task_struct *tsk;
	int ret = check_flags(args->flags);

	if (ret)
		return ERR_PTR(ret);
	if (nr_tasks() >= MAX_TASKS)
		return ERR_PTR(-EAGAIN);
	tsk = dup_task_struct(current);
	if (!tsk)
		return ERR_PTR(-ENOMEM);
	tsk->flags |= extra_flags;
	init_own_fields(tsk);
	if ((args->flags & CLONE_VM) && !(args->flags & CLONE_VFORK))
		tsk->sas_ss_size = 0;
	if (args->flags & CLONE_CHILD_SETTID)
		tsk->set_child_tid = args->child_tid;
	if (args->flags & CLONE_CHILD_CLEARTID)
		tsk->clear_child_tid = args->child_tid;
	ret = copy_parts(args, tsk);
	if (ret)
		goto bad_parts;
	ret = alloc_pid();
	if (ret < 0)
		goto bad_pid;
	tsk->pid = ret;
	ret = publish(args->flags, tsk);
	if (!ret)
		return tsk;
	free_pid(tsk->pid);
bad_pid:
	drop_parts(tsk);
bad_parts:
	free_new_task(tsk);
	return ERR_PTR(ret);
}

/* Sleep until the child has let go of our address space. If we are killed meanwhile, the child must
 * not find the completion that lies on our stack. */
static void wait_for_vfork(struct task_struct *child, struct completion *done)
{
	if (wait_for_completion_killable(done) && xchg(&child->vfork_done, NULL) != done)
		wait_for_completion(done);
	put_task_struct(child);
}

long do_fork(const struct clone_args *args)
{
	DECLARE_COMPLETION(vfork);
	struct task_struct *tsk = copy_process(args, 0);
	pid_t pid;

	if (IS_ERR(tsk))
		return PTR_ERR(tsk);
	pid = tsk->pid;
	if (args->flags & CLONE_PARENT_SETTID)
		(void)put_user(pid, args->parent_tid);
	if (args->flags & CLONE_VFORK) {
		get_task_struct(tsk);
		tsk->vfork_done = &vfork;
	}
	wake_up_new_task(tsk);
	if (args->flags & CLONE_VFORK)
		wait_for_vfork(tsk, &vfork);
	return pid;
}

/* ---- kernel threads ---- */

static void kthread_main(void *unused)
{
	struct task_struct *tsk = current;
	int result = tsk->kthread_fn(tsk->kthread_arg);

	if (tsk->mm) /* it called kernel_execve(): on to user mode */
		return;
	do_exit(result);
}

static struct task_struct *create_kthread(int (*fn)(void *), void *arg, const char *name)
{
	struct clone_args args = { .flags = CLONE_FS };
	struct task_struct *tsk = copy_process(&args, PF_KTHREAD);

	if (IS_ERR(tsk))
		return tsk;
	tsk->kthread_fn = fn;
	tsk->kthread_arg = arg;
	tsk->kthread_stop = false;
	tsk->exit_signal = 0; /* nobody waits for it */
	set_task_comm(tsk, name);
	thread_init_kernel(&tsk->thread, tsk->stack, kthread_main, NULL);
	return tsk;
}

static void first_run(struct task_struct *tsk)
{
	(void)put_user(tsk->pid, tsk->set_child_tid);
}

static const struct sched_task_ops task_ops = {
	.free_task = free_task,
	.create_kthread = create_kthread,
	.first_run = first_run,
};

void fork_init(void)
{
	task_cache =
		kmem_cache_create("task_struct", sizeof(struct task_struct), 16, SLAB_PANIC, NULL);
	signal_cache = kmem_cache_create("signal_struct", sizeof(struct signal_struct), 0,
					 SLAB_PANIC, NULL);
	sighand_cache = kmem_cache_create("sighand_struct", sizeof(struct sighand_struct), 0,
					  SLAB_PANIC, NULL);
	signals_init();
	init_task.active_mm = &init_mm;
	init_task.fs = &init_fs;
	init_task.signal = &init_signals;
	init_task.sighand = &init_sighand;
	init_task.rlim = init_signals.rlim;
	memcpy(init_signals.rlim, init_rlimits, sizeof(init_rlimits));
	mmgrab(&init_mm);
	sched_set_task_ops(&task_ops);
}

/* ---- system calls ---- */

long sys_fork(void)
{
	struct clone_args args = { .flags = SIGCHLD };

	return do_fork(&args);
}

long sys_vfork(void)
{
	struct clone_args args = { .flags = CLONE_VFORK | CLONE_VM | SIGCHLD };

	return do_fork(&args);
}

long sys_clone(unsigned long flags, unsigned long stack, int *parent_tid, void *tls, int *child_tid)
{
	struct clone_args args = { flags, stack, tls, parent_tid, child_tid };

	return do_fork(&args);
}

long sys_set_tid_address(int *tidptr)
{
	current->clear_child_tid = tidptr;
	return current->pid;
}
