/* Calls about the machine as a whole, and small ones that belong nowhere else. */
#ifndef KERNEL_TASK_SYSTEM_H
#define KERNEL_TASK_SYSTEM_H

#include "kernel/lib/types.h"

long sys_uname(void *name);
long sys_olduname(void *name);
long sys_sethostname(const char *name, int len);
long sys_setdomainname(const char *name, int len);
long sys_sysinfo(void *info);
long sys_reboot(u32 magic1, u32 magic2, u32 cmd, void *arg);
long sys_personality(u32 persona);
long sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5);
long sys_getcpu(unsigned *cpu, unsigned *node, void *unused);
long sys_syslog(int type, char *buf, int len);

long sys_set_thread_area(void *info);
long sys_get_thread_area(void *info);
long sys_set_robust_list(void *head, size_t len);

long sys_getrlimit(unsigned which, void *limit);
long sys_old_getrlimit(unsigned which, void *limit);
long sys_setrlimit(unsigned which, const void *limit);
long sys_prlimit64(pid_t pid, unsigned which, const void *new, void *old);

/* Parts of uname, for /proc. */
const char *utsname_nodename(void);
const char *utsname_release(void);
const char *utsname_version(void);

#endif
