/* Resource limits of a process (getrlimit(2)): copied by fork, kept by execve. */
#ifndef KERNEL_SCHED_RLIMIT_H
#define KERNEL_SCHED_RLIMIT_H

#include "kernel/lib/types.h"

/* Those that are enforced or have a limit at first; the others are only kept. */
#define RLIMIT_CPU        0
#define RLIMIT_FSIZE      1
#define RLIMIT_DATA       2
#define RLIMIT_STACK      3
#define RLIMIT_CORE       4
#define RLIMIT_RSS        5
#define RLIMIT_NPROC      6
#define RLIMIT_NOFILE     7
#define RLIMIT_MEMLOCK    8
#define RLIMIT_AS         9
#define RLIMIT_SIGPENDING 11
#define RLIM_NLIMITS      16

#define RLIM_INFINITY (~0UL)

struct rlimit {
	unsigned long rlim_cur; /* what is enforced */
	unsigned long rlim_max; /* as far as the process may raise it */
};

/* The running task's soft limit `which` (RLIMIT_), in the limit's own unit. */
unsigned long rlimit(unsigned which);

/* The capability (capabilities(7)) that RLIMIT_MEMLOCK is not for; has the running task this one? */
#define CAP_IPC_LOCK 14
#define CAP_FULL_SET 0x1ffffffffffull
bool capable(unsigned int cap);

#endif
