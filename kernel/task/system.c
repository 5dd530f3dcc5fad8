/* uname, sysinfo, reboot, prctl, the kernel log, and odds that a C library asks for when it starts. */
#include "kernel/task/system.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/sched.h"
#include "kernel/task/pid.h"
#include "kernel/x86/reboot.h"
#include "kernel/x86/thread.h"
#include "mm/page.h"
#include "mm/page_alloc.h"
#include "mm/uaccess.h"

#define NAME_LEN 64

struct new_utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

/* Programs for Linux run here, and ask by this name whether they may: a statically linked glibc refuses to start
 * on a release older than the one it was built for, so the release is that of the Linux whose ABI this is. */
static struct new_utsname uts = {
	.sysname = "Linux",
	.nodename = "pagoda",
	.release = "6.1.0-pagoda",
	.version = "#1 Pagoda",
	.machine = "i686",
	.domainname = "(none)",
};

static DEFINE_MUTEX(uts_lock);

const char *utsname_nodename(void)
{
	return uts.nodename;
}

const char *utsname_release(void)
{
	return uts.release;
}

const char *utsname_version(void)
{
	return uts.version;
}

long sys_uname(void *name)
{
	struct new_utsname copy;

	mutex_lock(&uts_lock);
	copy = uts;
	mutex_unlock(&uts_lock);
	return copy_to_user(name, &copy, sizeof(copy)) ? -EFAULT : 0;
}

/* Number 109: the same without the domain. */
long sys_olduname(void *name)
{
	return copy_to_user(name, &uts, offsetof(struct new_utsname, domainname)) ? -EFAULT : 0;
}

static long set_name(char *field, const char *user, int len)
{
	char name[NAME_LEN + 1];

	if (len < 0 || len > NAME_LEN)
		return -EINVAL;
	memset(name, 0, sizeof(name));
	if (copy_from_user(name, user, len))
		return -EFAULT;
	mutex_lock(&uts_lock);
	memcpy(field, name, sizeof(name));
	mutex_unlock(&uts_lock);
	return 0;
}

long sys_sethostname(const char *name, int len)
{
	return set_name(uts.nodename, name, len);
}

long sys_setdomainname(const char *name, int len)
{
	return set_name(uts.domainname, name, len);
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

long sys_reboot(u32 magic1, u32 magic2, u32 cmd, void *arg)
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

#define PR_SET_PDEATHSIG    1
#define PR_GET_PDEATHSIG    2
#define PR_GET_DUMPABLE     3
#define PR_SET_DUMPABLE     4
#define PR_GET_KEEPCAPS     7
#define PR_SET_KEEPCAPS     8
#define PR_SET_NAME         15
#define PR_GET_NAME         16
#define PR_CAPBSET_READ     23
#define PR_SET_NO_NEW_PRIVS 38
#define PR_GET_NO_NEW_PRIVS 39

static long set_comm(const char *user)
{
	char name[TASK_COMM_LEN];

	if (strncpy_from_user(name, user, sizeof(name)) < 0)
		return -EFAULT;
	name[sizeof(name) - 1] = '\0';
	set_task_comm(current, name);
	return 0;
}

long sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5)
{
	switch (option) {
	case PR_SET_PDEATHSIG:
		if (arg2 > 64)
			return -EINVAL;
		current->pdeath_signal = arg2;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user((int)current->pdeath_signal, (int *)arg2) ? -EFAULT : 0;
	case PR_SET_NAME:
		return set_comm((const char *)arg2);
	case PR_GET_NAME:
		return copy_to_user((void *)arg2, current->comm, TASK_COMM_LEN) ? -EFAULT : 0;
	case PR_GET_DUMPABLE:
		return 1;
	case PR_CAPBSET_READ:
		return arg2 <= 40 ? 1 : -EINVAL;
	case PR_GET_KEEPCAPS:
	case PR_GET_NO_NEW_PRIVS:
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_SET_NO_NEW_PRIVS:
		return 0;
	}
	return -EINVAL;
}

/* Only PER_LINUX; 0xffffffff asks. */
long sys_personality(u32 persona)
{
	return 0;
}

long sys_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
	if (cpu && put_user((unsigned)current_thread_info()->cpu, cpu))
		return -EFAULT;
	return node && put_user(0, node) ? -EFAULT : 0;
}

long sys_set_thread_area(void *user)
{
	struct user_desc info;
	int ret;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	ret = tls_set(&current->thread, &info);
	if (ret)
		return ret;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

long sys_get_thread_area(void *user)
{
	struct user_desc info;
	int ret;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	ret = tls_get(&current->thread, &info);
	if (ret)
		return ret;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

/* Robust mutexes are not cleaned up after their owner's death; a list may be named all the same. */
long sys_set_robust_list(void *head, size_t len)
{
	return len == 12 ? 0 : -EINVAL;
}

/* ---- syslog(2): dmesg ---- */

#define SYSLOG_CLOSE         0
#define SYSLOG_OPEN          1
#define SYSLOG_READ          2
#define SYSLOG_READ_ALL      3
#define SYSLOG_READ_CLEAR    4
#define SYSLOG_CLEAR         5
#define SYSLOG_CONSOLE_OFF   6
#define SYSLOG_CONSOLE_ON    7
#define SYSLOG_CONSOLE_LEVEL 8
#define SYSLOG_SIZE_UNREAD   9
#define SYSLOG_SIZE_BUFFER   10
#define LOG_BUFFER_SIZE      (128 * 1024)

static u64 log_cleared;

/* Copy at most len bytes from *pos on. */
static long copy_log(char *buf, int len, u64 *pos)
{
	char chunk[512];
	long done = 0;

	while (done < len) {
		size_t n = log_read(chunk, min_t(size_t, sizeof(chunk), len - done), pos);

		if (!n)
			break;
		if (copy_to_user(buf + done, chunk, n))
			return -EFAULT;
		done += n;
	}
	return done;
}

static u64 log_end(u64 pos)
{
	char chunk[512];

	while (log_read(chunk, sizeof(chunk), &pos))
		;
	return pos;
}

/* The last len bytes since the log was cleared. */
static long read_all(char *buf, int len)
{
	u64 pos = log_cleared, end = log_end(pos);

	if (end - pos > (u64)len)
		pos = end - len;
	return copy_log(buf, len, &pos);
}

static long syslog_read(int type, char *buf, int len)
{
	static u64 read_pos;
	long n;

	if (!buf || len < 0)
		return -EINVAL;
	if (type == SYSLOG_READ)
		return copy_log(buf, len, &read_pos);
	n = read_all(buf, len);
	if (n >= 0 && type == SYSLOG_READ_CLEAR)
		log_cleared = log_end(log_cleared);
	return n;
}

long sys_syslog(int type, char *buf, int len)
{
	static int saved_level;

	switch (type) {
	case SYSLOG_CLOSE:
	case SYSLOG_OPEN:
		return 0;
	case SYSLOG_READ:
	case SYSLOG_READ_ALL:
	case SYSLOG_READ_CLEAR:
		return syslog_read(type, buf, len);
	case SYSLOG_CLEAR:
		log_cleared = log_end(log_cleared);
		return 0;
	case SYSLOG_CONSOLE_OFF:
		saved_level = saved_level ? saved_level : console_loglevel;
		console_loglevel = 1;
		return 0;
	case SYSLOG_CONSOLE_ON:
		console_loglevel = saved_level ? saved_level : console_loglevel;
		saved_level = 0;
		return 0;
	case SYSLOG_CONSOLE_LEVEL:
		if (len < 1 || len > 8)
			return -EINVAL;
		console_loglevel = len;
		return 0;
	case SYSLOG_SIZE_UNREAD:
		return 0;
	case SYSLOG_SIZE_BUFFER:
		return LOG_BUFFER_SIZE;
	}
	return -EINVAL;
}
