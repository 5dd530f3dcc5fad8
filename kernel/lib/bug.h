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
#define __warn(file, line, func, cond) \
	fprintf(stderr, "WARNING: %s at %s:%d %s\n", cond, file, line, func)
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

/* Print the report of a WARN_ON and go on. */
void __warn(const char *file, int line, const char *func, const char *cond) __cold;

/* Print registers, control registers included. */
void show_regs(const struct pt_regs *regs) __cold;

/* Print the call chain that led here, symbolised. */
void dump_stack(void) __cold;

/* Print the call chain from frame pointer `ebp`; `eip` (if not 0) is its innermost place. */
void show_backtrace(unsigned long eip, unsigned long ebp) __cold;

/* True from the first panic on: locks and checks stand aside so that the report gets out. */
extern bool panic_in_progress;

/*
 * Called by panic for the line "Current task"; tasks sets it as soon as there are tasks. Must only read memory that is
 * safe to read.
 */
extern void (*panic_describe_task)(void);

/*
 * Called by panic after the report, before the machine stops: NULL, or what resets it or ends the emulator.
 */
extern void (*panic_stop_hook)(void);
#endif

#define BUG() panic("BUG at %s:%d", __FILE__, __LINE__)

/* The condition must never hold. Checked in every build. */
#define BUG_ON(cond)                                                          \
	do {                                                                  \
		if (unlikely(cond))                                           \
			panic("BUG at %s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

/* The condition should not hold: report it and go on. Value: the condition. */
#define WARN_ON(cond)                                                \
	({                                                           \
		bool __warn_cond = !!(cond);                         \
		if (unlikely(__warn_cond))                           \
			__warn(__FILE__, __LINE__, __func__, #cond); \
		unlikely(__warn_cond);                               \
	})

/* Checked when compiling. */
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)

/* An invariant that debug builds check. */
#if !defined(CONFIG_DEBUG) || CONFIG_DEBUG
#define VM_BUG_ON(cond) BUG_ON(cond)
#else
#define VM_BUG_ON(cond) ((void)sizeof(!(cond)))
#endif

#endif
