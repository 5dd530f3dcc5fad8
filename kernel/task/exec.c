/* execve(2), and the first program of all. */
#include "kernel/task/exec.h"

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/stack.h"

#define MAX_SCRIPT_DEPTH 5

/* Ask each format. A script names another file to run in its place: then once more. */
static int load_binary(struct linux_binprm *bprm, struct pt_regs *regs)
{
	int ret, depth;

	for (depth = 0; depth <= MAX_SCRIPT_DEPTH; depth++) {
		ret = load_elf_binary(bprm, regs);
		if (ret != -ENOEXEC || !bprm->mm)
			return ret;
		ret = load_script(bprm);
		if (ret)
			return ret;
	}
	return -ELOOP;
}

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
	ret = bprm_gather_strings(bprm, argv, envp);
	if (!ret)
		ret = load_binary(bprm, current_pt_regs());
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
		get_file(file);
		install_file(0, file, 0);
	}
	fput(file);
}

int run_init_process(void)
{
	static const char *const usual[] = { "/init", "/sbin/init", "/bin/init", "/bin/sh" };
	const char *wanted = cmdline_get("init");
	unsigned i;
	int ret;

	current->files = dup_fd(NULL);
	if (!current->files)
		panic("no memory for the first program's descriptors");
	open_console();
	if (wanted) {
		ret = try_init(wanted);
		if (ret)
			panic("init=%s cannot be run: error %d", wanted, -ret);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(usual); i++) {
		ret = try_init(usual[i]);
		if (!ret)
			return 0;
		if (ret != -ENOENT)
			pr_err("%s cannot be run: error %d\n", usual[i], -ret);
	}
	panic("no program to run: there is none of /init, /sbin/init, /bin/init, /bin/sh");
}
