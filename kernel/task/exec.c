/* execve: gather the arguments, choose the format, change over to the new address space. */
#include "kernel/task/exec.h"

#include "kernel/fs/fdtable.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/sched.h"
#include "kernel/task/de_thread.h"
#include "kernel/task/fork.h"
#include "kernel/task/signal.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/stack.h"
#include "mm/tlb.h"
#include "mm/uaccess.h"

#define MAX_SCRIPT_DEPTH 5

/* ---- strings onto the new stack ---- */

/* A string, or a vector of them, in user or in kernel memory. */
struct arg_source {
	const char *const *vector;
	bool kernel;
};

static const char *get_arg(const struct arg_source *src, int i)
{
	const char *s;

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
	got = get_user_pages(bprm->mm, p, 1, true, true, &page, NULL);
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

static int gather_strings(struct linux_binprm *bprm, const struct arg_source *argv,
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

int search_binary_handler(struct linux_binprm *bprm, struct pt_regs *regs)
{
	int ret;

	if (bprm->depth > MAX_SCRIPT_DEPTH)
		return -ELOOP;
	ret = load_elf_binary(bprm, regs);
	if (ret == -ENOEXEC && bprm->mm)
		ret = load_script(bprm, regs);
	return ret;
}

/* ---- the change ---- */

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
	if (old->hiwater_rss > tsk->signal->maxrss)
		tsk->signal->maxrss = old->hiwater_rss;
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
	flush_old_files(tsk->files);
	thread_flush(&tsk->thread);
	return 0;
}

/* ---- execve ---- */

static void free_bprm(struct linux_binprm *bprm)
{
	if (bprm->mm)
		mmput(bprm->mm);
	if (bprm->file)
		fput(bprm->file);
	kfree(bprm);
}

static int do_execve(const char *path, const struct arg_source *argv, const struct arg_source *envp)
{
	struct linux_binprm *bprm = kzalloc(sizeof(*bprm), GFP_KERNEL);
	int ret;

	if (!bprm)
		return -ENOMEM;
	bprm->filename = bprm->interp = path;
	ret = bprm_open(bprm);
	if (ret)
		goto out;
	ret = -ENOMEM;
	bprm->mm = mm_alloc();
	if (!bprm->mm)
		goto out;
	bprm->vma = stack_vma_create(bprm->mm);
	if (!bprm->vma)
		goto out;
	bprm->p = STACK_TOP - sizeof(void *);
	ret = gather_strings(bprm, argv, envp);
	if (!ret)
		ret = search_binary_handler(bprm, current_pt_regs());
	/* The old program is gone: what failed now cannot be reported to anybody. */
	if (ret && !bprm->mm && bprm->vma)
		force_sig(SIGKILL, current);
out:
	free_bprm(bprm);
	return ret;
}

long sys_execve(const char *path, const char *const *argv, const char *const *envp)
{
	struct arg_source args = { argv, false }, env = { envp, false };
	char *name = getname(path, 0);
	int ret;

	if (IS_ERR(name))
		return PTR_ERR(name);
	ret = do_execve(name, &args, &env);
	putname(name);
	return ret;
}

int kernel_execve(const char *path, const char *const argv[], const char *const envp[])
{
	struct arg_source args = { argv, true }, env = { envp, true };

	return do_execve(path, &args, &env);
}

/* ---- the first program ---- */

static int try_init(const char *path)
{
	static const char *const envp[] = { "HOME=/", "TERM=linux",
					    "PATH=/sbin:/usr/sbin:/bin:/usr/bin", NULL };
	const char *argv[] = { path, NULL };
	int ret = kernel_execve(path, argv, envp);

	if (ret && ret != -ENOENT)
		pr_err("%s cannot be run: error %d\n", path, -ret);
	if (!ret)
		pr_info("Run %s as init process\n", path);
	return ret;
}

/* Descriptors 0, 1 and 2 are the console. */
static void open_console(void)
{
	struct file *file = filp_open("/dev/console", O_RDWR, 0);
	int i;

	if (IS_ERR(file)) {
		pr_warn("/dev/console cannot be opened: error %ld\n", -PTR_ERR(file));
		return;
	}
	for (i = 0; i < 3; i++) {
		int fd = get_unused_fd_flags(0);

		if (fd < 0)
			break;
		get_file(file);
		fd_install(fd, file);
	}
	fput(file);
}

int run_init_process(void)
{
	static const char *const usual[] = { "/init", "/sbin/init", "/bin/init", "/bin/sh" };
	const char *wanted = cmdline_get("init");
	unsigned i;

	current->files = dup_fd(NULL);
	if (!current->files)
		panic("no memory for the first program's descriptors");
	open_console();
	if (wanted) {
		if (!try_init(wanted))
			return 0;
		panic("init=%s cannot be run", wanted);
	}
	for (i = 0; i < ARRAY_SIZE(usual); i++)
		if (!try_init(usual[i]))
			return 0;
	panic("no program to run: there is none of /init, /sbin/init, /bin/init, /bin/sh");
}
