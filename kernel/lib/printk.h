/*
 * The kernel's log: printk keeps every message in a ring and shows it on the registered consoles.
 */
#ifndef KERNEL_LIB_PRINTK_H
#define KERNEL_LIB_PRINTK_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Levels stand at the start of the format; a lower number is more urgent. */
#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0"
#define KERN_ALERT   KERN_SOH "1"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE  KERN_SOH "5"
#define KERN_INFO    KERN_SOH "6"

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_emerg(fmt, ...)  printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)    printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)   printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)   printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

#if __STDC_HOSTED__
#include <stdio.h>
#define printk(...) fprintf(stderr, __VA_ARGS__)
#else
/*
 * Log a message; a default level of KERN_WARNING is assumed without one. May be called anywhere, interrupts and
 * panics included. Returns the length of the text. A message is shown when its level is below console_loglevel.
 */
int printk(const char *fmt, ...) __printf(1, 2);

/* A place where the log is shown. `write` gets text with \n line ends, is called with interrupts off, may not sleep. */
struct console {
	const char *name; /* as in console=NAME on the command line: "ttyS0", "tty0" */
	void (*write)(struct console *con, const char *text, size_t len);
	/* A panic is about to be shown: break locks, show text. May be NULL. */
	void (*unblank)(struct console *con);
	struct console *next;
};

/* Is the console of that name to show the log? Yes when console= names it, or when no console= names one. */
bool console_wanted(const char *name);

/* Add a console; it is shown the log so far, as far as the ring still has it. The structure stays linked. */
void register_console(struct console *con);

/* Messages of levels below this are shown (`loglevel=N`; `quiet` is 4). Default 7. */
extern int console_printk[4];
#define console_loglevel (console_printk[0])

/* Read quiet, loglevel= from the command line. */
void printk_setup(void);

/*
 * Copy log text out of the ring, for dmesg and /proc/kmsg: at most `len` bytes from position *pos (a count of bytes
 * logged since boot; advanced, and moved up over text already overwritten). Each line begins with "<level>".
 * Returns the bytes copied, 0 at the end.
 */
size_t log_read(char *buf, size_t len, u64 *pos);

/* A panic begins: every console is made visible, locks in the way are broken, all levels are shown. */
void console_unlock_for_panic(void);

/* Nanoseconds since boot, for the stamps in front of lines; NULL until a clock exists. */
extern u64 (*printk_clock)(void);
#endif

#endif
