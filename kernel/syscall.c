/* The table of system calls, Linux i386 numbers. entry.S indexes it: arguments are in registers as the C
 * functions expect them, the result goes back in eax. */
#include "kernel/syscall.h"

#include "kernel/fs/syscalls.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/task/syscalls.h"
#include "mm/madvise.h"
#include "mm/mmap.h"

/* What is not there. One line in the log, not more than a few in a second, says who asked for what. */
static long sys_ni_syscall(void)
{
	static unsigned long window;
	static int said;

	if (time_after(jiffies, window)) {
		window = jiffies + HZ;
		said = 0;
	}
	if (said++ < 5)
		pr_info("%s (pid %d) called system call %ld, which is not there\n", current->comm,
			current->pid, (long)current_pt_regs()->orig_eax);
	return -ENOSYS;
}

/* What every C library tries first and can do without: not worth a line. */
static long sys_quietly_absent(void)
{
	return -ENOSYS;
}

/* Extended attributes: no file has any. Programs take "not supported" calmly, "no such call" less so. */
static long sys_no_xattr(void)
{
	return -EOPNOTSUPP;
}

#pragma GCC diagnostic ignored "-Woverride-init"
#if defined(__clang__)
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif

const void *const sys_call_table[512] = {
	[0 ... 511] = sys_ni_syscall,
#define CALL(nr, name, ...) [nr] = sys_##name,
#include "kernel/fs/calls.h"
#include "kernel/task/calls.h"
	[45] = sys_brk,
	[47] = sys_getid,
	[49 ... 50] = sys_getid,
	[90] = sys_old_mmap,
	[91] = sys_munmap,
	[102] = sys_quietly_absent, /* socketcall */
	[125] = sys_mprotect,
	[144] = sys_msync,
	[148] = sys_fsync,
	[150] = sys_mlock,
	[151] = sys_munlock,
	[152] = sys_mlockall,
	[153] = sys_munlockall,
	[163] = sys_mremap,
	[192] = sys_mmap2,
	[199 ... 202] = sys_getid,
	[204] = sys_setreid,
	[205] = sys_getid,
	[210] = sys_setresid,
	[211] = sys_getresid,
	[214] = sys_setid,
	[215 ... 216] = sys_getid,
	[218] = sys_mincore,
	[219] = sys_madvise,
	[226 ... 237] = sys_no_xattr, /* setxattr to fremovexattr */
	[254] = sys_quietly_absent,   /* epoll_create */
	[257] = sys_remap_file_pages,
	[259] = sys_quietly_absent,         /* timer_create */
	[291] = sys_quietly_absent,         /* inotify_init */
	[321 ... 322] = sys_quietly_absent, /* signalfd, timerfd_create */
	[325 ... 327] = sys_quietly_absent, /* timerfd_settime, timerfd_gettime, signalfd4 */
	[329] = sys_quietly_absent,         /* epoll_create1 */
	[332] = sys_quietly_absent,         /* inotify_init1 */
	[359] = sys_quietly_absent,         /* socket */
	[376] = sys_mlock2,
	[386] = sys_quietly_absent, /* rseq */
	[437] = sys_quietly_absent, /* openat2 */
	[444] = sys_quietly_absent, /* landlock_create_ruleset */
	[452] = sys_quietly_absent, /* fchmodat2 */
};

const unsigned int nr_syscalls = ARRAY_SIZE(sys_call_table);
