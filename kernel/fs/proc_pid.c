/*
 * What /proc says about a process (proc(5)).
 */
#include "drivers/tty.h"
#include "kernel/fs/dentry.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/task/oom.h"
#include "kernel/task/rusage.h"
#include "kernel/task/task_mm.h"
#include "kernel/task/signal.h"
#include "mm/highmem.h"
#include "mm/memory.h"

#define USER_HZ 100 /* the unit of times that user space sees */

/* ---- stat ---- */

/* Its letter is the first one. */
static const char *task_state(const struct task_struct *task)
{
	if (task->exit_state)
		return task->exit_state == EXIT_ZOMBIE ? "Z (zombie)" : "X (dead)";
	if (task->state & TASK_STOPPED)
		return "T (stopped)";
	if (task->state & TASK_UNINTERRUPTIBLE)
		return "D (disk sleep)";
	return task->state & TASK_INTERRUPTIBLE ? "S (sleeping)" : "R (running)";
}

static unsigned long user_ticks(unsigned long ticks)
{
	return div_u64((u64)ticks * USER_HZ, HZ);
}

static pid_t parent_pid(const struct task_struct *task)
{
	return task->group_leader->parent->tgid;
}

/* Sets of signals, in the order of /proc/PID/status. */
enum signal_sets { PENDING, SHARED_PENDING, BLOCKED, IGNORED, CAUGHT, NR_SETS };

static u64 signal_word(const sigset_t *set)
{
	return (u64)set->sig[1] << 32 | set->sig[0];
}

static void signal_words(const struct task_struct *task, u64 set[NR_SETS])
{
	set[PENDING] = signal_word(&task->pending.signal);
	set[SHARED_PENDING] = signal_word(&task->signal->shared_pending.signal);
	set[BLOCKED] = signal_word(&task->blocked);
	set[IGNORED] = set[CAUGHT] = 0;
	for (int i = 0; i < _NSIG; i++) {
		unsigned long handler = task->sighand->action[i].handler;

		if (handler != SIG_DFL)
			set[handler == SIG_IGN ? IGNORED : CAUGHT] |= 1ull << i;
	}
}

/* What a process and the children it waited for, or one thread, have used. */
static void show_usage(struct seq_file *m, struct task_struct *task)
{
	struct task_usage use = task->use, children = { 0 };

	if (!m->thread) {
		spin_lock_irq(&tasklist_lock);
		process_usage(task, &use);
		children = task->signal->cuse;
		spin_unlock_irq(&tasklist_lock);
	}
	seq_printf(m, "%lu %lu %lu %lu %lu %lu %lu %lu ", use.min_flt, children.min_flt,
		   use.maj_flt, children.maj_flt, user_ticks(use.utime), user_ticks(use.stime),
		   user_ticks(children.utime), user_ticks(children.stime));
}

/* Zeroes are what Linux shows where it has given a value up, or there is no such thing here. */
static int show_stat(struct seq_file *m, struct task_struct *task)
{
	static const struct mm_struct none;
	struct mm_struct *own = get_task_mm(task);
	const struct mm_struct *mm = own ? own : &none;
	struct signal_struct *sig = task->signal;
	struct tty_struct *tty = task_tty(task);
	u64 set[NR_SETS];

	signal_words(task, set);
	seq_printf(m, "%d (%s) %c %d %d %d %d %d %u ", task->pid, task->comm, *task_state(task),
		   parent_pid(task), sig->pgrp, sig->session, tty ? (int)tty->dev : 0,
		   tty && tty->pgrp ? tty->pgrp : -1, task->flags);
	show_usage(m, task);
	seq_printf(m, "%d %d %d 0 %llu ", task->prio - MAX_RT_PRIO, task_nice(task),
		   sig->nr_threads,
		   (unsigned long long)div_u64(task->start_time, 1000000000 / USER_HZ));
	seq_printf(m, "%lu %lu %lu %lu %lu %lu 0 0 ", mm->total_vm << PAGE_SHIFT, mm->rss,
		   task->rlim ? task->rlim[RLIMIT_RSS].rlim_cur : 0, mm->start_code, mm->end_code,
		   mm->start_stack);
	seq_printf(m, "%lu %lu %lu %lu %d 0 0 ", (unsigned long)set[PENDING] & LONG_MAX,
		   (unsigned long)set[BLOCKED] & LONG_MAX, (unsigned long)set[IGNORED] & LONG_MAX,
		   (unsigned long)set[CAUGHT] & LONG_MAX, task->state != TASK_RUNNING);
	seq_printf(m, "%d 0 %d %d 0 0 0 ", task->exit_signal, task->rt_priority, task->policy);
	seq_printf(m, "%lu %lu %lu %lu %lu %lu %lu %d\n", mm->start_data, mm->end_data,
		   mm->start_brk, mm->arg_start, mm->arg_end, mm->env_start, mm->env_end,
		   task->exit_code);
	if (own)
		mmput(own);
	return 0;
}

/* ---- status, statm ---- */

/* Pages of code: the program's own; what else is mapped to be executed are its libraries. */
static unsigned long text_pages(const struct mm_struct *mm)
{
	return (PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK)) >> PAGE_SHIFT;
}

static void show_status_mm(struct seq_file *m, struct mm_struct *mm)
{
	unsigned long text = min(text_pages(mm), mm->exec_vm), shmem = shmem_rss(mm);
	const struct {
		const char *name;
		unsigned long pages;
	} lines[] = {
		{ "VmPeak", mm->hiwater_vm },
		{ "VmSize", mm->total_vm },
		{ "VmLck", mm->locked_vm },
		{ "VmPin", 0 },
		{ "VmHWM", mm_peak_rss(mm) },
		{ "VmRSS", mm->rss },
		{ "RssAnon", mm->anon_rss },
		{ "RssFile", mm->rss - mm->anon_rss - shmem },
		{ "RssShmem", shmem },
		{ "VmData", mm->data_vm },
		{ "VmStk", mm->stack_vm },
		{ "VmExe", text },
		{ "VmLib", mm->exec_vm - text },
		{ "VmPTE", mm->nr_ptes },
		{ "VmSwap", 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++)
		seq_printf(m, "%s:\t%8lu kB\n", lines[i].name, lines[i].pages << (PAGE_SHIFT - 10));
}

static void show_set(struct seq_file *m, const char *name, u64 set)
{
	seq_printf(m, "%s:\t%016llx\n", name, (unsigned long long)set);
}

static int show_status(struct seq_file *m, struct task_struct *task)
{
	static const char *const sets[] = { "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt" };
	struct mm_struct *mm = get_task_mm(task);
	/* Looking at memory can sleep; the task may be waited for meanwhile. */
	unsigned long queue = task->rlim[RLIMIT_SIGPENDING].rlim_cur;
	int threads = task->signal->nr_threads;
	u64 set[NR_SETS];

	signal_words(task, set);
	seq_puts(m, "Name:\t");
	for (const char *c = task->comm; *c; c++) /* it stays on its line */
		seq_printf(m, *c == '\n' ? "\\n" : *c == '\\' ? "\\\\" : "%c", *c);
	seq_printf(m, "\nUmask:\t%04o\nState:\t%s\nTgid:\t%d\nNgid:\t0\n",
		   task->fs ? task->fs->umask : 0, task_state(task), task->tgid);
	seq_printf(m, "Pid:\t%d\nPPid:\t%d\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n",
		   task->pid, parent_pid(task));
	seq_printf(m, "FDSize:\t%u\nGroups:\t\n", task->files ? task->files->max_fds : 0);
	if (mm) {
		show_status_mm(m, mm);
		mmput(mm);
	}
	seq_printf(m, "Threads:\t%d\nSigQ:\t%d/%lu\n", threads, atomic_read(&nr_queued), queue);
	for (int i = 0; i < NR_SETS; i++)
		show_set(m, sets[i], set[i]);
	show_set(m, "CapInh", 0);
	show_set(m, "CapPrm", CAP_FULL_SET);
	show_set(m, "CapEff", task->cap_effective);
	show_set(m, "CapBnd", CAP_FULL_SET);
	show_set(m, "CapAmb", 0);
	seq_printf(m, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
		   task->use.nvcsw, task->use.nivcsw);
	return 0;
}

/* Seven numbers of pages: size, resident, of files, text, 0, data and stack, 0. */
static int show_statm(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm) {
		seq_puts(m, "0 0 0 0 0 0 0\n");
		return 0;
	}
	seq_printf(m, "%lu %lu %lu %lu 0 %lu 0\n", mm->total_vm, mm->rss, mm->rss - mm->anon_rss,
		   text_pages(mm), mm->data_vm + mm->stack_vm);
	mmput(mm);
	return 0;
}

/* ---- the process's own memory ---- */

/* Print the arguments of a program, or its environment, as far as they can be read. */
static int show_strings(struct seq_file *m, struct task_struct *task, bool environ)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned long start, end;

	if (!mm)
		return 0;
	start = environ ? mm->env_start : mm->arg_start;
	end = environ ? mm->env_end : mm->arg_end;
	down_read(&mm->mmap_sem);
	while (start < end && m->count < m->size) {
		unsigned long offset = start & ~PAGE_MASK, n = min(end - start, PAGE_SIZE - offset);
		struct page *page;
		char *address;

		if (get_user_pages(mm, start, 1, false, true, &page) != 1)
			break;
		address = kmap(page);
		seq_write(m, address + offset, n);
		kunmap(page);
		put_page(page);
		start += n;
	}
	up_read(&mm->mmap_sem);
	mmput(mm);
	return 0;
}

static int show_cmdline(struct seq_file *m, struct task_struct *task)
{
	return show_strings(m, task, false);
}

static int show_environ(struct seq_file *m, struct task_struct *task)
{
	return show_strings(m, task, true);
}

/* ---- small ones ---- */

static int show_comm(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%s\n", task->comm);
	return 0;
}

/* Of a thread: as prctl(PR_SET_NAME). */
static int write_comm(struct task_struct *task, const char *text)
{
	char name[TASK_COMM_LEN] = "";

	if (task->tgid != current->tgid)
		return -EINVAL;
	memcpy(name, text, min(strcspn(text, "\n"), sizeof(name) - 1));
	set_task_comm(task, name);
	return 0;
}

static int show_auxv(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned int words = 0;

	if (!mm)
		return 0;
	do
		words += 2;
	while (words < ARRAY_SIZE(mm->saved_auxv) && mm->saved_auxv[words - 2]);
	seq_write(m, mm->saved_auxv, words * sizeof(mm->saved_auxv[0]));
	mmput(mm);
	return 0;
}

static int show_limits(struct seq_file *m, struct task_struct *task)
{
	static const struct {
		const char *name, *unit;
	} limits[RLIM_NLIMITS] = {
		{ "Max cpu time", "seconds" },     { "Max file size", "bytes" },
		{ "Max data size", "bytes" },      { "Max stack size", "bytes" },
		{ "Max core file size", "bytes" }, { "Max resident set", "bytes" },
		{ "Max processes", "processes" },  { "Max open files", "files" },
		{ "Max locked memory", "bytes" },  { "Max address space", "bytes" },
		{ "Max file locks", "locks" },     { "Max pending signals", "signals" },
		{ "Max msgqueue size", "bytes" },  { "Max nice priority", "" },
		{ "Max realtime priority", "" },   { "Max realtime timeout", "us" },
	};

	seq_printf(m, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		const struct rlimit *r = &task->signal->rlim[i];

		seq_printf(m, "%-25s ", limits[i].name);
		for (int hard = 0; hard < 2; hard++) {
			unsigned long value = hard ? r->rlim_max : r->rlim_cur;

			if (value == RLIM_INFINITY)
				seq_printf(m, "%-20s ", "unlimited");
			else
				seq_printf(m, "%-20lu ", value);
		}
		seq_printf(m, "%-10s\n", limits[i].unit);
	}
	return 0;
}

/* Debug builds: fail-nth, of the thread that asks about itself, too. */
static int show_fail_nth(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%lu\n", task->fail_nth);
	return 0;
}

static int write_fail_nth(struct task_struct *task, const char *text)
{
	char *end;
	u64 value = simple_strtoull(text, &end, 10);

	if (end == text || value > INT_MAX)
		return -EINVAL;
	task->fail_nth = value;
	return 0;
}

static int show_oom_score_adj(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%d\n", task->signal->oom_score_adj);
	return 0;
}

static int write_oom_score_adj(struct task_struct *task, const char *text)
{
	bool negative = *text == '-';
	char *end;
	unsigned long value = simple_strtoull(text + negative, &end, 10);

	if (end == text + negative || (*end && *end != '\n') || value > OOM_SCORE_ADJ_MAX)
		return -EINVAL;
	task->signal->oom_score_adj = negative ? -(int)value : (int)value;
	return 0;
}

static int show_oom_score(struct seq_file *m, struct task_struct *task)
{
	unsigned long points;

	spin_lock_irq(&tasklist_lock);
	points = oom_badness(task->group_leader);
	spin_unlock_irq(&tasklist_lock);
	seq_printf(m, "%lu\n", (1000 + points * 1000 / nr_total_pages()) * 2 / 3);
	return 0;
}

static int show_wchan(struct seq_file *m, struct task_struct *task)
{
	bool asleep = task->state != TASK_RUNNING && !task->exit_state;
	const char *name = asleep ? thread_wchan(&task->thread) : NULL;

	seq_puts(m, name ? name : "0");
	return 0;
}

/* One name space for all. */
static int show_pid_mounts(struct seq_file *m, struct task_struct *task)
{
	return show_mounts(m, NULL);
}

static int show_mountinfo(struct seq_file *m, struct task_struct *task)
{
	return show_mounts(m, m);
}

/* ---- links ---- */

static struct dentry *exe_target(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct dentry *d = mm && mm->exe_file ? dget(mm->exe_file->f_dentry) : NULL;

	if (mm)
		mmput(mm);
	return d;
}

static struct dentry *cwd_target(struct task_struct *task)
{
	return task->fs && task->fs->pwd ? dget(task->fs->pwd) : NULL;
}

static struct dentry *root_target(struct task_struct *task)
{
	return task->fs && task->fs->root ? dget(task->fs->root) : NULL;
}

PROC_ENTRIES(pid_entries) = {
	{ .name = "stat", .pid_show = show_stat },
	{ .name = "statm", .pid_show = show_statm },
	{ .name = "status", .pid_show = show_status },
	{ .name = "cmdline", .pid_show = show_cmdline },
	{ .name = "environ", .mode = S_IFREG | 0400, .pid_show = show_environ },
	{ .name = "comm", .mode = S_IFREG | 0644, .pid_show = show_comm, .pid_write = write_comm },
	{ .name = "auxv", .mode = S_IFREG | 0400, .pid_show = show_auxv },
	{ .name = "limits", .pid_show = show_limits },
	{ .name = "oom_score", .pid_show = show_oom_score },
	{ .name = "oom_score_adj",
	  .mode = S_IFREG | 0644,
	  .pid_show = show_oom_score_adj,
	  .pid_write = write_oom_score_adj },
	{ .name = "wchan", .pid_show = show_wchan },
	{ .name = "mounts", .pid_show = show_pid_mounts },
	{ .name = "mountinfo", .pid_show = show_mountinfo },
	{ .name = "exe", .mode = S_IFLNK | 0777, .target = exe_target },
	{ .name = "cwd", .mode = S_IFLNK | 0777, .target = cwd_target },
	{ .name = "root", .mode = S_IFLNK | 0777, .target = root_target },
	{ .name = CONFIG_DEBUG ? "fail-nth" : NULL,
	  .mode = S_IFREG | 0644,
	  .pid_show = show_fail_nth,
	  .pid_write = write_fail_nth },
};
