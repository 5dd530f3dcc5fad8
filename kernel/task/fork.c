/* Making tasks. A child is a copy of its parent in all that is not shared; each part is copied by the room
 * it belongs to. */
#include "kernel/task/fork.h"

#include "kernel/fs/fdtable.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/completion.h"
#include "kernel/task/exit.h"
#include "kernel/task/futex.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "mm/slab.h"
#include "mm/uaccess.h"
#include "mm/vmalloc.h"

#define MAX_TASKS 16384

static const int threads_max = MAX_TASKS;

SYSCTL(fork_sysctls) = { { .path = "sys/kernel/threads-max", .data = (void *)&threads_max } };

/* What clone(2) is told. */
struct clone_args {
	unsigned long flags; /* CLONE_ and CSIGNAL */
	unsigned long stack;
	void *tls; /* struct user_desc, user address */
	int *parent_tid, *child_tid;
	bool clear_handlers; /* clone3: no handler of the parent's is inherited */
};

static struct kmem_cache *task_cache, *signal_cache, *sighand_cache;

/* ---- the structure and its stack ---- */

static void put_sighand(struct sighand_struct *sighand)
{
	if (sighand && atomic_dec_and_test(&sighand->count))
		kmem_cache_free(sighand_cache, sighand);
}

/* Handlers and signals live as long as somebody may look at the task. */
static void free_task(struct task_struct *tsk)
{
	remove_signals(&tsk->pending, ALL_SIGNALS);
	put_sighand(tsk->sighand);
	if (tsk->signal && atomic_dec_and_test(&tsk->signal->count)) {
		remove_signals(&tsk->signal->shared_pending, ALL_SIGNALS);
		kmem_cache_free(signal_cache, tsk->signal);
	}
	free_thread_stack(tsk->stack);
	kmem_cache_free(task_cache, tsk);
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
	tsk->held = (struct held_locks){};
	*ti = (struct thread_info){
		.task = tsk,
		.preempt_count = 1, /* schedule_tail() releases the run queue's lock */
		.cpu = current_thread_info()->cpu,
		.sysenter_return = current_thread_info()->sysenter_return,
	};
	return tsk;
}

static void init_own_fields(struct task_struct *tsk, const struct clone_args *args)
{
	tsk->usage = 2; /* one for release_task(), one for the last switch away */
	tsk->flags |= PF_FORKNOEXEC;
	spin_lock_init(&tsk->alloc_lock);
	INIT_LIST_HEAD(&tsk->tasks);
	INIT_LIST_HEAD(&tsk->thread_node);
	INIT_LIST_HEAD(&tsk->sibling);
	INIT_LIST_HEAD(&tsk->children);
	INIT_LIST_HEAD(&tsk->pending.list);
	tsk->pending.signal = (sigset_t){ { 0, 0 } };
	tsk->restore_sigmask = false;
	tsk->vfork_done = NULL;
	tsk->set_child_tid = args->flags & CLONE_CHILD_SETTID ? args->child_tid : NULL;
	tsk->clear_child_tid = args->flags & CLONE_CHILD_CLEARTID ? args->child_tid : NULL;
	if ((args->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM)
		tsk->sas_ss_sp = tsk->sas_ss_size = tsk->sas_ss_flags = 0;
	tsk->robust_list = NULL;
	tsk->pdeath_signal = 0;
	tsk->fail_nth = 0;
	tsk->use = (struct task_usage){ .utime = 0 };
	tsk->start_time = ktime_get();
	tsk->mm = tsk->active_mm = NULL;
	tsk->fs = NULL;
	tsk->files = NULL;
	tsk->signal = NULL;
	tsk->sighand = NULL;
	sched_fork(tsk);
}

/* ---- what may be shared ---- */

static int copy_mm(unsigned long flags, struct task_struct *tsk)
{
	struct mm_struct *mm = current->mm;

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
		tsk->fs = current->fs;
		atomic_inc(&tsk->fs->count);
	} else {
		tsk->fs = copy_fs_struct(current->fs);
	}
	return tsk->fs ? 0 : -ENOMEM;
}

static int copy_files(unsigned long flags, struct task_struct *tsk)
{
	if (flags & CLONE_FILES) {
		tsk->files = current->files;
		atomic_inc(&tsk->files->count);
	} else {
		tsk->files = dup_fd(current->files);
	}
	return tsk->files ? 0 : -ENOMEM;
}

static struct sighand_struct *copy_sighand_struct(const struct sighand_struct *old)
{
	struct sighand_struct *sighand = kmem_cache_alloc(sighand_cache, GFP_KERNEL);

	if (!sighand)
		return NULL;
	atomic_set(&sighand->count, 1);
	spin_lock_init(&sighand->siglock);
	memcpy(sighand->action, old->action, sizeof(sighand->action));
	return sighand;
}

static int copy_sighand(unsigned long flags, struct task_struct *tsk)
{
	if (flags & CLONE_SIGHAND) {
		tsk->sighand = current->sighand;
		atomic_inc(&tsk->sighand->count);
	} else {
		tsk->sighand = copy_sighand_struct(current->sighand);
	}
	return tsk->sighand ? 0 : -ENOMEM;
}

int unshare_sighand(void)
{
	struct sighand_struct *old = current->sighand, *sighand;

	if (atomic_read(&old->count) == 1)
		return 0;
	sighand = copy_sighand_struct(old);
	if (!sighand)
		return -ENOMEM;
	spin_lock_irq(&tasklist_lock);
	current->sighand = sighand;
	spin_unlock_irq(&tasklist_lock);
	put_sighand(old);
	return 0;
}

static int copy_signal(unsigned long flags, struct task_struct *tsk)
{
	struct signal_struct *sig = current->signal;

	if (flags & CLONE_THREAD) {
		tsk->signal = sig;
		atomic_inc(&sig->count);
		return 0;
	}
	tsk->signal = sig = kmem_cache_zalloc(signal_cache, GFP_KERNEL);
	if (!sig)
		return -ENOMEM;
	atomic_set(&sig->count, 1);
	INIT_LIST_HEAD(&sig->thread_head);
	INIT_LIST_HEAD(&sig->shared_pending.list);
	memcpy(sig->rlim, current->signal->rlim, sizeof(sig->rlim));
	sig->oom_score_adj = current->signal->oom_score_adj;
	init_waitqueue_head(&sig->wait_chldexit);
	tsk->rlim = sig->rlim;
	return 0;
}

static int copy_user_thread(const struct clone_args *args, struct task_struct *tsk)
{
	struct pt_regs *regs = task_pt_regs_of(tsk->stack);
	struct user_desc info;

	thread_init_user(&tsk->thread, tsk->stack, current_pt_regs());
	thread_copy(&tsk->thread, &current->thread);
	regs->eax = 0;
	if (args->stack)
		regs->esp = args->stack;
	if (!(args->flags & CLONE_SETTLS))
		return 0;
	if (copy_from_user(&info, args->tls, sizeof(info)))
		return -EFAULT;
	return info.entry_number == (u32)-1 ? -EINVAL : tls_set(&tsk->thread, &info);
}

/* Every part is got, or the first error returned: drop_parts() gives back what there is. */
static int copy_parts(const struct clone_args *args, struct task_struct *tsk)
{
	unsigned long flags = args->flags;
	int ret;

	if ((ret = copy_sighand(flags, tsk)) || (ret = copy_signal(flags, tsk)) ||
	    (ret = copy_fs(flags, tsk)))
		return ret;
	if (args->clear_handlers)
		flush_signal_handlers(tsk);
	if (tsk->flags & PF_KTHREAD)
		return 0;
	if ((ret = copy_files(flags, tsk)) || (ret = copy_mm(flags, tsk)))
		return ret;
	return copy_user_thread(args, tsk);
}

static void drop_parts(struct task_struct *tsk)
{
	if (tsk->mm)
		mmput(tsk->mm);
	if (tsk->files)
		put_files_struct(tsk->files);
	if (tsk->fs)
		put_fs_struct(tsk->fs);
	free_task(tsk);
}

/* ---- putting it together ---- */

/* Children belong to processes: leaders are parents. tasklist_lock and siglock held. */
static void link_task(unsigned long flags, struct task_struct *tsk)
{
	struct signal_struct *sig = tsk->signal, *ours = current->signal;
	struct task_struct *leader = current->group_leader;

	if (flags & CLONE_THREAD) {
		tsk->parent = leader;
	} else {
		tsk->tgid = tsk->pid;
		tsk->group_leader = tsk;
		tsk->exit_signal = flags & CSIGNAL;
		tsk->parent = tsk->flags & PF_KTHREAD ? &init_task
			      : flags & CLONE_PARENT  ? leader->parent
						      : leader;
		sig->pgrp = ours->pgrp;
		sig->session = ours->session;
		sig->tty = ours->tty;
		list_add_tail(&tsk->tasks, &init_task.tasks);
		list_add_tail(&tsk->sibling, &tsk->parent->children);
	}
	sig->live++;
	sig->nr_threads++;
	list_add_tail(&tsk->thread_node, &sig->thread_head);
	attach_pid(tsk);
}

/* Visible from here on. A signal that came meanwhile must reach both or none: fork starts again. */
static int publish(unsigned long flags, struct task_struct *tsk)
{
	int ret = 0;

	spin_lock_irq(&tasklist_lock);
	spin_lock(&current->sighand->siglock);
	recalc_sigpending();
	if (signal_pending(current))
		ret = -ERESTARTNOINTR;
	else
		link_task(flags, tsk);
	spin_unlock(&current->sighand->siglock);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static int check_flags(unsigned long flags)
{
	if ((flags & CLONE_ABSENT) || ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND)) ||
	    ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM)))
		return -EINVAL;
	/* A sibling of process 1 would have nobody to wait for it. */
	if ((flags & CLONE_PARENT) && current->tgid == 1)
		return -EINVAL;
	return nr_tasks() >= MAX_TASKS ? -EAGAIN : 0;
}

static struct task_struct *copy_process(const struct clone_args *args, unsigned extra_flags)
{
	struct task_struct *tsk;
	int ret = check_flags(args->flags);

	if (ret)
		return ERR_PTR(ret);
	tsk = dup_task_struct(current);
	if (!tsk)
		return ERR_PTR(-ENOMEM);
	tsk->flags |= extra_flags;
	init_own_fields(tsk, args);
	ret = copy_parts(args, tsk);
	if (!ret) {
		ret = alloc_pid();
		if (ret > 0) {
			tsk->pid = ret;
			ret = publish(args->flags, tsk);
			if (!ret)
				return tsk;
			free_pid(tsk->pid);
		}
	}
	drop_parts(tsk);
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

static long start_process(const struct clone_args *args)
{
	DECLARE_COMPLETION(vfork);
	struct task_struct *tsk = copy_process(args, 0);
	unsigned long flags = args->flags;
	pid_t pid;

	if (IS_ERR(tsk))
		return PTR_ERR(tsk);
	pid = tsk->pid;
	if (flags & CLONE_PARENT_SETTID)
		(void)put_user(pid, args->parent_tid);
	if (flags & CLONE_VFORK) {
		get_task_struct(tsk);
		tsk->vfork_done = &vfork;
	}
	wake_up_process(tsk);
	if (flags & CLONE_VFORK)
		wait_for_vfork(tsk, &vfork);
	return pid;
}

long sys_clone(unsigned long flags, unsigned long stack, int *parent_tid, void *tls, int *child_tid)
{
	struct clone_args args = { flags, stack, tls, parent_tid, child_tid, false };

	return start_process(&args);
}

/* What clone3 is told, each in 64 bits; later kernels append to it what here must be 0. */
enum { FLAGS, PIDFD, CHILD_TID, PARENT_TID, EXIT_SIGNAL, STACK, STACK_SIZE, TLS, FIELDS };

long sys_clone3(const void *user, size_t size)
{
	u64 a[FIELDS], no_thread = CLONE_THREAD | CLONE_PARENT;
	struct clone_args args;
	u8 more = 0;

	if (size < sizeof(a) || size > PAGE_SIZE)
		return size < sizeof(a) ? -EINVAL : -E2BIG;
	if (copy_from_user(a, user, sizeof(a)))
		return -EFAULT;
	for (size_t i = sizeof(a); i < size; i++)
		if (get_user(more, (const u8 *)user + i) || more)
			return more ? -E2BIG : -EFAULT;
	if ((a[FLAGS] & ~CLONE_CLEAR_SIGHAND) >> 32 || (a[FLAGS] & (CSIGNAL | CLONE_DETACHED)) ||
	    a[EXIT_SIGNAL] > _NSIG || (a[EXIT_SIGNAL] && (a[FLAGS] & no_thread)) ||
	    !a[STACK] != !a[STACK_SIZE] ||
	    ((a[FLAGS] & CLONE_CLEAR_SIGHAND) && (a[FLAGS] & CLONE_SIGHAND)))
		return -EINVAL;
	args = (struct clone_args){
		a[FLAGS] | a[EXIT_SIGNAL],          a[STACK] + a[STACK_SIZE],
		(void *)(unsigned long)a[TLS],      (int *)(unsigned long)a[PARENT_TID],
		(int *)(unsigned long)a[CHILD_TID], a[FLAGS] & CLONE_CLEAR_SIGHAND
	};
	return start_process(&args);
}

long sys_fork(void)
{
	return sys_clone(SIGCHLD, 0, NULL, NULL, NULL);
}

long sys_vfork(void)
{
	return sys_clone(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, NULL, NULL, NULL);
}

long sys_set_tid_address(int *tidptr)
{
	current->clear_child_tid = tidptr;
	return current->pid;
}

/* ---- kernel threads ---- */

static void kthread_main(void *unused)
{
	struct task_struct *tsk = current;
	int result = tsk->kthread_fn(tsk->kthread_arg);

	if (!tsk->mm)
		do_exit(result);
	/* It called kernel_execve(): on to user mode. */
}

static struct task_struct *create_kthread(int (*fn)(void *), void *arg, const char *name)
{
	struct clone_args args = { .flags = CLONE_VM | CLONE_FS | CLONE_SIGHAND };
	struct task_struct *tsk = copy_process(&args, PF_KTHREAD);

	if (IS_ERR(tsk))
		return tsk;
	tsk->kthread_fn = fn;
	tsk->kthread_arg = arg;
	tsk->kthread_stop = false;
	set_task_comm(tsk, name);
	thread_init_kernel(&tsk->thread, tsk->stack, kthread_main, NULL);
	return tsk;
}

static void first_run(struct task_struct *tsk)
{
	(void)put_user(tsk->pid, tsk->set_child_tid);
}

static const struct sched_task_ops ops = {
	.free_task = free_task,
	.create_kthread = create_kthread,
	.first_run = first_run,
};

/* What a process may use, unless its parent set it otherwise. */
static void init_limits(struct rlimit *rlim)
{
	memset(rlim, 0xff, RLIM_NLIMITS * sizeof(*rlim)); /* RLIM_INFINITY */
	rlim[RLIMIT_STACK].rlim_cur = 8UL << 20;
	rlim[RLIMIT_CORE].rlim_cur = 0;
	rlim[RLIMIT_NPROC] = (struct rlimit){ MAX_TASKS, MAX_TASKS };
	rlim[RLIMIT_NOFILE] = (struct rlimit){ 1024, NR_OPEN_MAX };
	rlim[RLIMIT_SIGPENDING] = (struct rlimit){ MAX_TASKS / 2, MAX_TASKS / 2 };
	rlim[RLIMIT_MEMLOCK] = (struct rlimit){ 8UL << 20, 8UL << 20 };
}

void fork_init(void)
{
	task_cache =
		kmem_cache_create("task_struct", sizeof(struct task_struct), 16, SLAB_PANIC, NULL);
	signal_cache = kmem_cache_create("signal_struct", sizeof(struct signal_struct), 0,
					 SLAB_PANIC, NULL);
	sighand_cache = kmem_cache_create("sighand_struct", sizeof(struct sighand_struct), 0,
					  SLAB_PANIC, NULL);
	signals_init();
	futex_init();
	init_task.active_mm = &init_mm;
	init_task.fs = &init_fs;
	init_task.signal = &init_signals;
	init_task.sighand = &init_sighand;
	init_task.rlim = init_signals.rlim;
	init_limits(init_signals.rlim);
	mmgrab(&init_mm);
	sched_task_ops = &ops;
}
