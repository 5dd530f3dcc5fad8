/*
 * In which order locks are taken (debug builds): a deadlock needs two tasks at the wrong moment, the order that makes it
 * possible shows whenever either runs.
 *
 * Locks with one name, that of the variable or of the member at its initialisation, are one class. Whenever a lock is
 * taken, each class held is noted to come before its own, and a circle of such notes is a panic. So is a class of
 * spinlocks that is taken in interrupts, and elsewhere with interrupts on. Not seen: two locks of one class (parent
 * and child, two pipes), whose order their code has to know; locks without a name.
 */
#ifndef KERNEL_SCHED_LOCKDEP_H
#define KERNEL_SCHED_LOCKDEP_H

#include "kernel/lib/types.h"

#ifndef CONFIG_DEBUG /* the build machine's tests */
#define CONFIG_DEBUG 0
#endif

#define MAX_HELD_LOCKS 16

#if CONFIG_DEBUG && !__STDC_HOSTED__
/* In every lock. */
struct lockdep_map {
	const char *name;
	unsigned int class; /* 0: not looked up yet */
};

/* In every task: what it holds, in the order of taking. */
struct held_locks {
	unsigned int nr;
	struct {
		const struct lockdep_map *map;
		unsigned long ip;
	} lock[MAX_HELD_LOCKS];
};

#define LOCKDEP_MAP(name) \
	{                 \
		(name), 0 \
	}

/* current takes a lock at ip (0: where this is called), perhaps after a wait; only if it was free (try), which needs no order. Any context. */
void lock_acquire(struct lockdep_map *map, unsigned long ip, bool try);
/* It gives one back, in any order. */
void lock_release(const struct lockdep_map *map);
#else
struct lockdep_map {
};

struct held_locks {
};

#define LOCKDEP_MAP(name) \
	{                 \
	}
#define lock_acquire(map, ip, try) ((void)(map))
#define lock_release(map)          ((void)(map))
#endif

#endif
