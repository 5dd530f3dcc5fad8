/*
 * What happens when the kernel finds itself wrong: panic stops the machine with a report, BUG and WARN name the place.
 */
#ifndef KERNEL_LIB_BUG_H
#define KERNEL_LIB_BUG_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#if __STDC_HOSTED__
#include <stdio.h>
#include <stdlib.h>
#define panic(...) (fprintf(stderr, "panic: " __VA_ARGS__), abort())
#else
struct pt_regs;

/*
 * Stop for ever after printing the message, the calling function, a symbolised backtrace and the current task. Shown
 * on every console. With `panic=N` on the command line the machine is reset after N seconds (N < 0: at once).
 */
#define panic(fmt, ...) __panic(__func__, fmt, ##__VA_ARGS__)
void __panic(const char *func, const char *fmt, ...) __printf(2, 3) __noreturn __cold;

/* The same for a trap: registers and backtrace are those of `regs`. */
void panic_regs(struct pt_regs *regs, const char *fmt, ...) __printf(2, 3) __noreturn __cold;

/*
 * For tests that break a rule: is told of a panic before anything else is done about it, and may jump away instead of
 * returning. NULL: nobody.
 */
extern void (*panic_hook)(const char *message);

/* True from the first panic on: locks and checks stand aside so that the report gets out. */
extern bool panic_in_progress;

/*
 * Called by panic for the line "Current task"; tasks sets it as soon as there are tasks. Must only read memory that is
 * safe to read.
 */
extern void (*panic_describe_task)(void);
#endif

#define BUG() panic("BUG at %s:%d", __FILE__, __LINE__)

/* The condition must never hold. Checked in every build. */
#define BUG_ON(cond)                                                          \
	do {                                                                  \
		if (unlikely(cond))                                           \
			panic("BUG at %s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

/* Checked when compiling. */
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

/* An invariant that debug builds check. */
#if !defined(CONFIG_DEBUG) || CONFIG_DEBUG
#define VM_BUG_ON(cond) BUG_ON(cond)
#else
#define VM_BUG_ON(cond) ((void)sizeof(!(cond)))
#endif

#endif
