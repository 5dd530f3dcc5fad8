/* The notes, and what is wrong with them (see lockdep.h). Class 0 is none. */
#include "kernel/sched/lockdep.h"

#if CONFIG_DEBUG
#include "kernel/lib/bug.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/sched.h"
#include "kernel/x86/irqflags.h"

#define MAX_LOCK_CLASSES 96

/* The first ones are known from the beginning, in the order of mm/README.md. */
#define FIRST_CLASSES 7
static const char *names[MAX_LOCK_CLASSES] = {
	NULL,
	"&mapping->i_mutex",
	"&mm->mmap_sem",
	"page lock",
	"&mapping->i_mmap_lock",
	"&mm->page_table_lock",
	"&mapping->tree_lock",
	"&zone->lock",
};

/* Where the second class was taken under the first; 0: never. */
static unsigned long taken_under[MAX_LOCK_CLASSES][MAX_LOCK_CLASSES];
/* Where a class was taken in an interrupt [1], with interrupts on [0]. */
static unsigned long taken_at[MAX_LOCK_CLASSES][2];

static unsigned int lock_class(const char *name)
{
	unsigned int class = 1;

	while (class < MAX_LOCK_CLASSES && names[class] && names[class] != name &&
	       strcmp(names[class], name))
		class ++;
	if (class == MAX_LOCK_CLASSES)
		panic("more than %u classes of locks: %s", MAX_LOCK_CLASSES - 1, name);
	names[class] = name;
	return class;
}

/* Is there a way of notes from one class to the other? Says the first step, 0 if not. */
static unsigned int way(unsigned int from, unsigned int to, bool *seen)
{
	unsigned int next;

	seen[from] = true;
	for (next = 1; next < MAX_LOCK_CLASSES && names[next]; next++) {
		bool noted = taken_under[from][next] || (next == from + 1 && from < FIRST_CLASSES);

		if (noted && !seen[next] && (next == to || way(next, to, seen)))
			return next;
	}
	return 0;
}

static void note_order(unsigned int held, unsigned int class, unsigned long ip,
		       unsigned long held_ip)
{
	static bool seen[MAX_LOCK_CLASSES];
	unsigned int first;

	memset(seen, 0, sizeof(seen));
	first = way(class, held, seen);
	if (first)
		panic("lock order: %s is taken at %pS under %s of %pS, but comes before it: %s was taken under it at %pS",
		      names[class], (void *)ip, names[held], (void *)held_ip, names[first],
		      (void *)taken_under[class][first]);
	taken_under[held][class] = ip;
}

static void note_interrupts(unsigned int class, unsigned long ip, bool on)
{
	if (!in_interrupt() && !on)
		return;
	taken_at[class][in_interrupt()] = ip;
	if (taken_at[class][0] && taken_at[class][1])
		panic("lock order: %s is taken in an interrupt at %pS, and with interrupts on at %pS",
		      names[class], (void *)taken_at[class][1], (void *)taken_at[class][0]);
}

void lock_acquire(struct lockdep_map *map, unsigned long ip, bool try)
{
	struct held_locks *held = &current->held;
	unsigned long flags;
	unsigned int i;

	if (!map->name || panic_in_progress)
		return;
	ip = ip ?: (unsigned long)__builtin_return_address(0);
	local_irq_save(flags);
	if (!map->class)
		map->class = lock_class(map->name);
	if (!try)
		note_interrupts(map->class, ip, flags & X86_EFLAGS_IF);
	for (i = 0; i < held->nr && !try; i++) {
		unsigned int class = held->lock[i].map->class;

		if (class != map->class && !taken_under[class][map->class])
			note_order(class, map->class, ip, held->lock[i].ip);
	}
	if (held->nr == MAX_HELD_LOCKS)
		panic("'%s' (pid %d) holds %u locks", current->comm, current->pid, held->nr);
	held->lock[held->nr].map = map;
	held->lock[held->nr++].ip = ip;
	local_irq_restore(flags);
}

void lock_release(const struct lockdep_map *map)
{
	struct held_locks *held = &current->held;
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = held->nr; i && held->lock[i - 1].map != map; i--)
		;
	if (i) {
		memmove(&held->lock[i - 1], &held->lock[i], (held->nr - i) * sizeof(held->lock[0]));
		held->nr--;
	}
	local_irq_restore(flags);
}
#endif
