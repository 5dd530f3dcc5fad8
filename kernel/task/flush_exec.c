/* From the old program to the new one: the point of no return of execve. */
#include "kernel/fs/fdtable.h"
#include "kernel/fs/file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "kernel/task/de_thread.h"
#include "kernel/task/exec.h"
#include "kernel/task/fork.h"
#include "kernel/task/signal.h"
#include "kernel/task/task_mm.h"
#include "mm/mm.h"
#include "mm/tlb.h"

static void exec_mmap(struct linux_binprm *bprm)
{
	struct task_struct *tsk = current;
	struct mm_struct *old = tsk->mm, *active = tsk->active_mm;

	mm_release(tsk);
	task_lock(tsk);
	tsk->mm = tsk->active_mm = bprm->mm;
	activate_mm(active, bprm->mm);
	task_unlock(tsk);
	bprm->mm = NULL;
	if (!old) {
		mmdrop(active); /* a kernel thread had borrowed it */
		return;
	}
	if (mm_peak_rss(old) > tsk->signal->maxrss)
		tsk->signal->maxrss = mm_peak_rss(old);
	mmput(old);
}

static int unshare_files(struct task_struct *tsk)
{
	struct files_struct *old = tsk->files, *files;

	if (atomic_read(&old->count) == 1)
		return 0;
	files = dup_fd(old);
	if (!files)
		return -ENOMEM;
	task_lock(tsk);
	tsk->files = files;
	task_unlock(tsk);
	put_files_struct(old);
	return 0;
}

static void set_name(struct task_struct *tsk, const char *path)
{
	const char *slash = strrchr(path, '/');

	set_task_comm(tsk, slash ? slash + 1 : path);
}

int flush_old_exec(struct linux_binprm *bprm)
{
	struct task_struct *tsk = current;
	int ret;

	if ((ret = de_thread(tsk)) || (ret = unshare_files(tsk)) || (ret = unshare_sighand(tsk)))
		return ret;
	get_file(bprm->file);
	bprm->mm->exe_file = bprm->file;
	exec_mmap(bprm);
	tsk->flags &= ~(PF_FORKNOEXEC | PF_KTHREAD);
	tsk->exit_signal = SIGCHLD;
	tsk->sas_ss_sp = tsk->sas_ss_size = 0;
	tsk->pdeath_signal = 0;
	set_name(tsk, bprm->filename);
	flush_signal_handlers(tsk);
	flush_old_files();
	thread_flush(&tsk->thread);
	return 0;
}
