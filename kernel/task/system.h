/* Calls about the machine as a whole, and small ones that belong nowhere else. */
#ifndef KERNEL_TASK_SYSTEM_H
#define KERNEL_TASK_SYSTEM_H

#include "kernel/lib/types.h"

long sys_uname(void *name);
long sys_sethostname(const char *name, int len);
long sys_sysinfo(void *info);
long sys_reboot(u32 magic1, u32 magic2, u32 cmd);
long sys_prctl(int option, unsigned long arg, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5);
long sys_personality(u32 persona);
long sys_syslog(int type, char *buf, int len);
long sys_set_thread_area(void *info);
long sys_get_thread_area(void *info);

#endif
