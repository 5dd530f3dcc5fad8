/* Running another program in this process: execve, and the formats it knows. */
#ifndef KERNEL_TASK_EXEC_H
#define KERNEL_TASK_EXEC_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct file;
struct mm_struct;
struct pt_regs;
struct vm_area_struct;

#define BINPRM_BUF_SIZE 256
#define MAX_ARG_STRLEN  (32 * 4096UL) /* longest single string, with its NUL */

/* A program on its way in. Its strings are pushed, the last one first, onto the stack of the address space
 * that will be its own. */
struct linux_binprm {
	u8 buf[BINPRM_BUF_SIZE]; /* the file's beginning, zeroes behind a short one */
	struct file *file;
	const char *filename; /* what execve was given */
	const char *interp;   /* what is really run: the script's interpreter */
	char interp_buf[BINPRM_BUF_SIZE];
	struct mm_struct *mm;       /* the new address space; NULL once it is current's */
	struct vm_area_struct *vma; /* the stack in it */
	unsigned long p;            /* address of the lowest string so far */
	unsigned long exec;         /* address of filename's copy: AT_EXECFN */
	unsigned long arg_limit;    /* bytes that strings and pointers may take */
	int argc, envc;
};

/* A string, or a vector of them, in user or in kernel memory. */
struct arg_source {
	const char *const *vector;
	bool kernel;
};

/* Load an ELF program and make regs its beginning. 0; -ENOEXEC: it is something else; -errno. */
int load_elf_binary(struct linux_binprm *bprm, struct pt_regs *regs);

/* Put the interpreter that a script names in its place: file, interp and arguments. 0, -ENOEXEC: it is no script, or
 * -errno. */
int load_script(struct linux_binprm *bprm);

/* Push the file's name, the environment and the arguments. 0, -E2BIG, -EFAULT, -ENOMEM. */
int bprm_gather_strings(struct linux_binprm *bprm, const struct arg_source *argv,
			const struct arg_source *envp);

/* Open what bprm->interp names, in place of bprm->file, and read its beginning. 0 or -errno. */
int bprm_open(struct linux_binprm *bprm);

/* Put one more argument in front, kernel string; take the first away. 0, -E2BIG, -ENOMEM, -EFAULT. */
int bprm_push_arg(struct linux_binprm *bprm, const char *s);
int bprm_drop_arg(struct linux_binprm *bprm);

/* The point of no return: bprm->mm is current's, with it name, handlers, files and processor state of a new
 * program. 0, or -ENOMEM and nothing has changed. */
int flush_old_exec(struct linux_binprm *bprm);

/* For the first task: run a program from a kernel thread, which then returns to enter it. 0 or -errno. */
int kernel_execve(const char *path, const char *const argv[], const char *const envp[]);

/* Become the first user task, from a kernel thread that then returns: `init=`, or /init, /sbin/init, /bin/init,
 * /bin/sh. Panics if none can be run. Value: 0. */
int run_init_process(void);

#endif
