/* The table of system calls, Linux i386 numbers. entry.S indexes it: arguments are in registers as the C
 * functions expect them, the result goes back in eax. */
#include "kernel/syscall.h"

#include "kernel/fs/syscalls.h"
#include "kernel/ipc/shm.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/task/exec.h"
#include "kernel/task/exit.h"
#include "kernel/task/fork.h"
#include "kernel/task/futex.h"
#include "kernel/task/ids.h"
#include "kernel/task/random.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "kernel/task/system.h"
#include "kernel/task/time.h"
#include "kernel/x86/thread.h"
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
	[0] = sys_restart_syscall,
	[1] = sys_exit,
	[2] = sys_fork,
	[7] = sys_waitpid,
	[11] = sys_execve,
	[13] = sys_time,
	[20] = sys_getpid,
	[24] = sys_getid,
	[27] = sys_alarm,
	[29] = sys_pause,
	[34] = sys_nice,
	[37] = sys_kill,
	[43] = sys_times,
	[45] = sys_brk,
	[47] = sys_getid,
	[49] = sys_getid,
	[50] = sys_getid,
	[57] = sys_setpgid,
	[64] = sys_getppid,
	[65] = sys_getpgrp,
	[66] = sys_setsid,
	[74] = sys_sethostname,
	[75] = sys_setrlimit,
	[76] = sys_old_getrlimit,
	[77] = sys_getrusage,
	[78] = sys_gettimeofday,
	[88] = sys_reboot,
	[90] = sys_old_mmap,
	[91] = sys_munmap,
	[96] = sys_getpriority,
	[97] = sys_setpriority,
	[102] = sys_quietly_absent, /* socketcall */
	[103] = sys_syslog,
	[104] = sys_setitimer,
	[105] = sys_getitimer,
	[114] = sys_wait4,
	[116] = sys_sysinfo,
	[117] = sys_ipc,
	[119] = sys_sigreturn,
	[120] = sys_clone,
	[122] = sys_uname,
	[125] = sys_mprotect,
	[132] = sys_getpgid,
	[136] = sys_personality,
	[144] = sys_msync,
	[147] = sys_getsid,
	[148] = sys_fsync,
	[150] = sys_mlock,
	[151] = sys_munlock,
	[152] = sys_mlockall,
	[153] = sys_munlockall,
	[154] = sys_sched_setparam,
	[155] = sys_sched_getparam,
	[156] = sys_sched_setscheduler,
	[157] = sys_sched_getscheduler,
	[158] = sys_sched_yield,
	[159] = sys_sched_get_priority_max,
	[160] = sys_sched_get_priority_min,
	[161] = sys_sched_rr_get_interval,
	[162] = sys_nanosleep,
	[163] = sys_mremap,
	[172] = sys_prctl,
	[173] = sys_rt_sigreturn,
	[174] = sys_rt_sigaction,
	[175] = sys_rt_sigprocmask,
	[176] = sys_rt_sigpending,
	[177] = sys_rt_sigtimedwait,
	[178] = sys_rt_sigqueueinfo,
	[179] = sys_rt_sigsuspend,
	[184] = sys_capget,
	[185] = sys_capset,
	[186] = sys_sigaltstack,
	[190] = sys_vfork,
	[191] = sys_getrlimit,
	[192] = sys_mmap2,
	[199] = sys_getid,
	[200] = sys_getid,
	[201] = sys_getid,
	[202] = sys_getid,
	[203] = sys_setreid,
	[204] = sys_setreid,
	[205] = sys_getid,
	[206] = sys_setgroups,
	[208] = sys_setresid,
	[209] = sys_getresid,
	[210] = sys_setresid,
	[211] = sys_getresid,
	[213] = sys_setid,
	[214] = sys_setid,
	[215] = sys_getid,
	[216] = sys_getid,
	[218] = sys_mincore,
	[219] = sys_madvise,
	[224] = sys_gettid,
	[226] = sys_no_xattr, /* setxattr ... */
	[227] = sys_no_xattr,
	[228] = sys_no_xattr,
	[229] = sys_no_xattr,
	[230] = sys_no_xattr,
	[231] = sys_no_xattr,
	[232] = sys_no_xattr,
	[233] = sys_no_xattr,
	[234] = sys_no_xattr,
	[235] = sys_no_xattr,
	[236] = sys_no_xattr,
	[237] = sys_no_xattr, /* ... fremovexattr */
	[238] = sys_tkill,
	[240] = sys_futex,
	[241] = sys_sched_setaffinity,
	[242] = sys_sched_getaffinity,
	[243] = sys_set_thread_area,
	[244] = sys_get_thread_area,
	[252] = sys_exit_group,
	[254] = sys_quietly_absent, /* epoll_create */
	[257] = sys_remap_file_pages,
	[258] = sys_set_tid_address,
	[265] = sys_clock_gettime,
	[266] = sys_clock_getres,
	[267] = sys_clock_nanosleep,
	[270] = sys_tgkill,
	[284] = sys_waitid,
	[291] = sys_quietly_absent, /* inotify_init */
	[311] = sys_set_robust_list,
	[312] = sys_get_robust_list,
	[318] = sys_getcpu,
	[321] = sys_quietly_absent, /* signalfd */
	[322] = sys_quietly_absent, /* timerfd_create */
	[325] = sys_quietly_absent, /* timerfd_settime */
	[326] = sys_quietly_absent, /* timerfd_gettime */
	[327] = sys_quietly_absent, /* signalfd4 */
	[329] = sys_quietly_absent, /* epoll_create1 */
	[332] = sys_quietly_absent, /* inotify_init1 */
	[335] = sys_rt_tgsigqueueinfo,
	[340] = sys_prlimit64,
	[355] = sys_getrandom,
	[359] = sys_quietly_absent, /* socket */
	[375] = sys_membarrier,
	[376] = sys_mlock2,
	[386] = sys_quietly_absent, /* rseq */
	[395] = sys_shmget,
	[396] = sys_shmctl,
	[397] = sys_shmat,
	[398] = sys_shmdt,
	[403] = sys_clock_gettime64,
	[406] = sys_clock_getres_time64,
	[407] = sys_clock_nanosleep_time64,
	[421] = sys_rt_sigtimedwait_time64,
	[422] = sys_futex_time64,
	[435] = sys_quietly_absent, /* clone3 */
	[437] = sys_quietly_absent, /* openat2 */
};

const unsigned int nr_syscalls = ARRAY_SIZE(sys_call_table);
