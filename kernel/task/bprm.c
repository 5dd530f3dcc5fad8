/* A program on its way in: its file, its strings on the stack of the address space to come, and the point of no return. */
#include "kernel/fs/fdtable.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/task/exec.h"
#include "kernel/task/exit.h"
#include "kernel/task/fork.h"
#include "kernel/task/signal.h"
#include "kernel/task/task_mm.h"
#include "mm/filemap.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

static const char *get_arg(const struct arg_source *src, int i)
{
	const char *s = NULL;

	if (src->kernel)
		return src->vector[i];
	return get_user(s, &src->vector[i]) ? ERR_PTR(-EFAULT) : s;
}

static int count_args(const struct arg_source *src)
{
	int n = 0;

	if (!src->vector)
		return 0;
	for (;; n++) {
		const char *s = get_arg(src, n);

		if (IS_ERR(s))
			return PTR_ERR(s);
		if (!s)
			return n;
		if (n >= 0x7ffffff)
			return -E2BIG;
		if (fatal_signal_pending(current))
			return -ERESTARTNOHAND;
		cond_resched();
	}
}

/* The page of the new stack that holds address p, mapped; for put_arg_page(). */
static struct page *get_arg_page(struct linux_binprm *bprm, unsigned long p, char **kaddr)
{
	struct page *page;
	long got;

	down_read(&bprm->mm->mmap_sem);
	got = get_user_pages(bprm->mm, p, 1, true, true, &page);
	up_read(&bprm->mm->mmap_sem);
	if (got <= 0)
		return NULL;
	*kaddr = kmap(page);
	return page;
}

static void put_arg_page(struct page *page)
{
	kunmap(page);
	put_page(page);
}

/* Copy len bytes, the NUL included, below bprm->p. */
static int push_bytes(struct linux_binprm *bprm, const char *s, unsigned long len, bool kernel)
{
	unsigned long p;

	if (len > bprm->arg_limit)
		return -E2BIG;
	bprm->arg_limit -= len;
	bprm->p -= len;
	for (p = bprm->p; len;) {
		unsigned long chunk = min(len, PAGE_SIZE - (p & ~PAGE_MASK)), left = 0;
		char *kaddr;
		struct page *page = get_arg_page(bprm, p, &kaddr);

		if (!page)
			return -E2BIG;
		if (kernel)
			memcpy(kaddr + (p & ~PAGE_MASK), s, chunk);
		else
			left = copy_from_user(kaddr + (p & ~PAGE_MASK), s, chunk);
		put_arg_page(page);
		if (left)
			return -EFAULT;
		p += chunk;
		s += chunk;
		len -= chunk;
	}
	return 0;
}

static int push_string(struct linux_binprm *bprm, const char *s, bool kernel)
{
	long len = kernel ? (long)strlen(s) + 1 : strnlen_user(s, MAX_ARG_STRLEN);

	if (!len)
		return -EFAULT;
	if (len > (long)MAX_ARG_STRLEN)
		return -E2BIG;
	return push_bytes(bprm, s, len, kernel);
}

static int push_vector(struct linux_binprm *bprm, const struct arg_source *src, int n)
{
	while (n-- > 0) {
		const char *s = get_arg(src, n);
		int ret = IS_ERR(s) ? PTR_ERR(s) : s ? push_string(bprm, s, src->kernel) : -EFAULT;

		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -ERESTARTNOHAND;
		cond_resched();
	}
	return 0;
}

int bprm_push_arg(struct linux_binprm *bprm, const char *s)
{
	int ret = push_string(bprm, s, true);

	if (!ret)
		bprm->argc++;
	return ret;
}

int bprm_drop_arg(struct linux_binprm *bprm)
{
	bool end = false;

	if (!bprm->argc)
		return 0;
	while (!end) {
		char *kaddr;
		struct page *page = get_arg_page(bprm, bprm->p, &kaddr);

		if (!page)
			return -EFAULT;
		do {
			end = !kaddr[bprm->p++ & ~PAGE_MASK];
		} while (!end && (bprm->p & ~PAGE_MASK));
		put_arg_page(page);
	}
	bprm->argc--;
	return 0;
}

/* Strings may take a quarter of the stack, 128 KiB at least and three quarters of the usual 8 MiB at most; their
 * pointers count. */
static int limit_args(struct linux_binprm *bprm)
{
	unsigned long limit = min(rlimit(RLIMIT_STACK) / 4, 6UL << 20);
	unsigned long pointers;

	limit = max(limit, MAX_ARG_STRLEN);
	pointers = ((unsigned long)max(bprm->argc, 1) + bprm->envc) * sizeof(char *);
	if (pointers >= limit)
		return -E2BIG;
	bprm->arg_limit = limit - pointers;
	return 0;
}

int bprm_gather_strings(struct linux_binprm *bprm, const struct arg_source *argv,
			const struct arg_source *envp)
{
	int ret;

	ret = bprm->argc = count_args(argv);
	if (ret < 0)
		return ret;
	ret = bprm->envc = count_args(envp);
	if (ret < 0)
		return ret;
	if ((ret = limit_args(bprm)) || (ret = push_string(bprm, bprm->filename, true)))
		return ret;
	bprm->exec = bprm->p;
	if ((ret = push_vector(bprm, envp, bprm->envc)))
		return ret;
	/* A program finds at least its own name, if only an empty one: many take argv[0] for granted. */
	if (!bprm->argc)
		return bprm_push_arg(bprm, "");
	return push_vector(bprm, argv, bprm->argc);
}

/* ---- the file ---- */

int bprm_open(struct linux_binprm *bprm)
{
	struct file *file = open_exec(bprm->interp);
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (bprm->file)
		fput(bprm->file);
	bprm->file = file;
	memset(bprm->buf, 0, sizeof(bprm->buf));
	n = kernel_read(file, 0, bprm->buf, sizeof(bprm->buf));
	return n < 0 ? n : 0;
}

/* ---- from the old program to the new one ---- */

static void exec_mmap(struct linux_binprm *bprm)
{
	struct task_struct *tsk = current;
	struct mm_struct *old = tsk->mm, *active = tsk->active_mm;

	mm_release(tsk);
	if (old)
		tsk->signal->maxrss = max(tsk->signal->maxrss, mm_peak_rss(old));
	task_lock(tsk);
	tsk->mm = tsk->active_mm = bprm->mm;
	activate_mm(active, bprm->mm);
	task_unlock(tsk);
	bprm->mm = NULL;
	if (old)
		mmput(old);
	else
		mmdrop(active); /* a kernel thread had borrowed it */
}

int flush_old_exec(struct linux_binprm *bprm)
{
	const char *slash = strrchr(bprm->filename, '/');
	struct task_struct *tsk = current;
	int ret;

	if ((ret = de_thread()) || (ret = unshare_files()) || (ret = unshare_sighand()))
		return ret;
	get_file(bprm->file);
	bprm->mm->exe_file = bprm->file;
	exec_mmap(bprm);
	tsk->flags &= ~(PF_FORKNOEXEC | PF_KTHREAD);
	tsk->exit_signal = SIGCHLD;
	tsk->sas_ss_sp = tsk->sas_ss_size = tsk->sas_ss_flags = 0;
	tsk->pdeath_signal = 0;
	set_task_comm(tsk, slash ? slash + 1 : bprm->filename);
	flush_signal_handlers(tsk);
	tsk->cap_effective = CAP_FULL_SET;
	flush_old_files();
	thread_flush(&tsk->thread);
	return 0;
}
