/* uname, sysinfo, reboot, prctl, the kernel log, and odds that a C library asks for when it starts. */

#include "kernel/lib/math64.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/lib/utsname.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/mutex.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "kernel/x86/reboot.h"
#include "mm/page_alloc.h"
#include "mm/uaccess.h"

#define NAME_LEN 64

struct new_utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

static struct new_utsname uts = {
	.sysname = UTS_SYSNAME,
	.nodename = "pagoda",
	.release = UTS_RELEASE,
	.version = UTS_VERSION,
	.machine = UTS_MACHINE,
	.domainname = "(none)",
};

static DEFINE_MUTEX(uts_lock);

SYSCTL(uts_sysctls) = {
	{ .path = "sys/kernel/ostype", .text = uts.sysname },
	{ .path = "sys/kernel/osrelease", .text = uts.release },
	{ .path = "sys/kernel/version", .text = uts.version },
	{ .path = "sys/kernel/hostname", .text = uts.nodename, .size = sizeof(uts.nodename) },
	{ .path = "sys/kernel/domainname", .text = uts.domainname, .size = sizeof(uts.domainname) },
};

long sys_uname(void *name)
{
	struct new_utsname copy;

	mutex_lock(&uts_lock);
	copy = uts;
	mutex_unlock(&uts_lock);
	return copy_to_user(name, &copy, sizeof(copy)) ? -EFAULT : 0;
}

long sys_sethostname(const char *user, int len)
{
	char name[NAME_LEN + 1] = "";

	if (len < 0 || len > NAME_LEN)
		return -EINVAL;
	if (copy_from_user(name, user, len))
		return -EFAULT;
	mutex_lock(&uts_lock);
	memcpy(uts.nodename, name, sizeof(name));
	mutex_unlock(&uts_lock);
	return 0;
}

/* linux/sysinfo.h, i386: 64 bytes. */
struct sysinfo {
	s32 uptime;
	u32 loads[3];
	u32 totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	u16 procs, pad;
	u32 totalhigh, freehigh, mem_unit;
	u8 fill[8];
};

_Static_assert(sizeof(struct sysinfo) == 64, "i386 ABI");

long sys_sysinfo(void *user)
{
	struct sysinfo info = { .mem_unit = PAGE_SIZE };
	int i;

	info.uptime = div_u64(ktime_get(), NSEC_PER_SEC);
	for (i = 0; i < 3; i++)
		info.loads[i] = avenrun[i] << 5; /* 11 fraction bits to 16 */
	info.totalram = nr_total_pages();
	info.freeram = nr_free_pages();
	info.procs = nr_tasks();
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

/* ---- reboot(2) ---- */

#define REBOOT_MAGIC1    0xfee1dead
#define REBOOT_RESTART   0x01234567
#define REBOOT_HALT      0xcdef0123
#define REBOOT_CAD_ON    0x89abcdef
#define REBOOT_CAD_OFF   0x00000000
#define REBOOT_POWER_OFF 0x4321fedc
#define REBOOT_RESTART2  0xa1b2c3d4

long sys_reboot(u32 magic1, u32 magic2, u32 cmd)
{
	/* Dates of birth, as the manual page has them. */
	if (magic1 != REBOOT_MAGIC1 || (magic2 != 672274793 && magic2 != 85072278 &&
					magic2 != 369367448 && magic2 != 537993216))
		return -EINVAL;
	switch (cmd) {
	case REBOOT_CAD_ON:
	case REBOOT_CAD_OFF:
		return 0;
	case REBOOT_RESTART:
	case REBOOT_RESTART2:
		pr_emerg("Restarting system.\n");
		machine_reset();
	case REBOOT_HALT:
		pr_emerg("System halted.\n");
		machine_halt();
	case REBOOT_POWER_OFF:
		pr_emerg("Power down.\n");
		machine_power_off();
	}
	return -EINVAL;
}

/* ---- prctl(2) and other odds ---- */

#define PR_SET_PDEATHSIG       1
#define PR_GET_PDEATHSIG       2
#define PR_GET_DUMPABLE        3
#define PR_SET_DUMPABLE        4
#define PR_SET_NAME            15
#define PR_GET_NAME            16
#define PR_CAPBSET_READ        23
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37
#define PR_SET_NO_NEW_PRIVS    38
#define PR_GET_NO_NEW_PRIVS    39

static long set_name(const char *user)
{
	char name[TASK_COMM_LEN] = "";

	if (strncpy_from_user(name, user, sizeof(name) - 1) < 0)
		return -EFAULT;
	set_task_comm(current, name);
	return 0;
}

long sys_prctl(int option, unsigned long arg, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5)
{
	struct task_struct *tsk = current;

	switch (option) {
	case PR_SET_PDEATHSIG:
		if (arg > _NSIG)
			return -EINVAL;
		tsk->pdeath_signal = arg;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user(tsk->pdeath_signal, (int *)arg) ? -EFAULT : 0;
	case PR_GET_DUMPABLE:
		return 1;
	case PR_SET_DUMPABLE: /* nothing is ever dumped */
		return arg > 1 ? -EINVAL : 0;
	case PR_SET_NAME:
		return set_name((const char *)arg);
	case PR_GET_NAME:
		return copy_to_user((void *)arg, tsk->comm, TASK_COMM_LEN) ? -EFAULT : 0;
	case PR_CAPBSET_READ:
		return arg < 64 && (CAP_FULL_SET >> arg & 1) ? 1 : -EINVAL;
	case PR_SET_CHILD_SUBREAPER:
		tsk->signal->is_child_subreaper = arg;
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		return put_user(tsk->signal->is_child_subreaper, (int *)arg) ? -EFAULT : 0;
	case PR_SET_NO_NEW_PRIVS: /* there are none to be had */
		if (arg != 1 || arg3 || arg4 || arg5)
			return -EINVAL;
		tsk->no_new_privs = true;
		return 0;
	case PR_GET_NO_NEW_PRIVS:
		return arg || arg3 || arg4 || arg5 ? -EINVAL : tsk->no_new_privs;
	}
	return -EINVAL;
}

/* It is kept and means nothing; 0xffffffff asks for it. */
long sys_personality(u32 persona)
{
	u32 old = current->personality;

	if (persona != 0xffffffff)
		current->personality = persona;
	return old;
}

long sys_set_thread_area(void *user)
{
	struct user_desc info;
	int error;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	error = tls_set(&current->thread, &info);
	if (error)
		return error;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

long sys_get_thread_area(void *user)
{
	struct user_desc info;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	if (tls_get(&current->thread, &info))
		return -EINVAL;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

/* ---- syslog(2): dmesg ---- */

#define SYSLOG_READ_ALL      3
#define SYSLOG_CONSOLE_LEVEL 8
#define SYSLOG_SIZE_BUFFER   10
#define LOG_BUFFER_SIZE      (128 * 1024)

/* The last len bytes of the log. Two passes: one to see where it ends. */
static long read_log(char *buf, int len)
{
	u64 pos = 0, end;
	char chunk[512];
	long done = 0;
	size_t n;

	while (log_read(chunk, sizeof(chunk), &pos))
		;
	end = pos;
	pos = end > (u64)len ? end - len : 0;
	while (done < len &&
	       (n = log_read(chunk, min(sizeof(chunk), (size_t)(len - done)), &pos))) {
		if (copy_to_user(buf + done, chunk, n))
			return -EFAULT;
		done += n;
	}
	return done;
}

long sys_syslog(int type, char *buf, int len)
{
	if (type == SYSLOG_READ_ALL)
		return buf && len >= 0 ? read_log(buf, len) : -EINVAL;
	if (type == SYSLOG_SIZE_BUFFER)
		return LOG_BUFFER_SIZE;
	if (type != SYSLOG_CONSOLE_LEVEL || len < 1 || len > 8)
		return -EINVAL;
	console_loglevel = len;
	return 0;
}
