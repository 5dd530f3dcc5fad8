/* Running another program in this process: execve, and the formats it knows. */
#ifndef KERNEL_TASK_EXEC_H
#define KERNEL_TASK_EXEC_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct file;
struct page;
struct pt_regs;

#define BINPRM_BUF_SIZE 256
#define MAX_ARG_STRLEN  (32 * 4096) /* longest single string, with its NUL */
#define MAX_ARG_PAGES   512         /* strings altogether */

/* A program on its way in. Strings are gathered, from the last to the first, at the top of an area of
 * MAX_ARG_PAGES pages, which becomes the top of the new stack. */
struct linux_binprm {
	u8 buf[BINPRM_BUF_SIZE]; /* the file's beginning, zeroes behind a short one */
	struct file *file;
	const char *filename; /* what execve was given; AT_EXECFN */
	const char *interp;   /* what is really run: the script's interpreter */
	unsigned long p;      /* offset in the area of the lowest string so far */
	unsigned long exec;   /* offset of filename's copy */
	struct page **pages;
	int argc, envc;
	int depth; /* scripts that run scripts */
	char interp_buf[BINPRM_BUF_SIZE];
};

/* Try one format: -ENOEXEC says that it is another's. */
int load_elf_binary(struct linux_binprm *bprm, struct pt_regs *regs);
int load_script(struct linux_binprm *bprm, struct pt_regs *regs);

/* Find the format of bprm->file and load it. */
int search_binary_handler(struct linux_binprm *bprm, struct pt_regs *regs);

/* Open bprm->file anew by name and read its beginning. 0 or -errno. */
int bprm_open(struct linux_binprm *bprm, const char *name);

/* Put one string in front of the others; remove the first. 0, -E2BIG, -ENOMEM. */
int bprm_push_string(struct linux_binprm *bprm, const char *s);
void bprm_drop_argv0(struct linux_binprm *bprm);

/* The point of no return: other threads gone, a fresh address space is current's. 0 or -errno (and
 * nothing has changed). */
int flush_old_exec(struct linux_binprm *bprm);

/* Map the new stack and copy the strings to it. Value: the address of the lowest string, or -errno. */
unsigned long setup_arg_pages(struct linux_binprm *bprm, bool executable);

/* For the first task: run a program from a kernel thread. Returns only on failure, -errno. */
int kernel_execve(const char *path, const char *const argv[], const char *const envp[]);

/* Become the first user task: `init=`, or /init, /sbin/init, /bin/init, /bin/sh. Panics if none can be run. */
void __noreturn run_init_process(void);

long sys_execve(const char *path, const char *const *argv, const char *const *envp);

#endif
