/*
 * What the command line says of the log: which consoles show it, and how much of it.
 */
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"

/* Messages below this level are shown with "quiet". */
#define QUIET_LEVEL 4

static bool is_console(const char *name)
{
	return !strncmp(name, "tty", 3);
}

bool console_wanted(const char *name)
{
	bool named = false;
	const char *value;

	for (unsigned int i = 0; (value = cmdline_get_nth("console", i)); i++) {
		/* An option may follow, as in ttyS0,115200. */
		if (!strncmp(value, name, strlen(name)))
			return true;
		named |= is_console(value);
	}
	return !named;
}

void printk_setup(void)
{
	const char *name;

	if (cmdline_has("quiet"))
		console_loglevel = QUIET_LEVEL;
	console_loglevel = cmdline_number("loglevel", 0, 15, console_loglevel);
	for (unsigned int i = 0; (name = cmdline_get_nth("console", i)); i++)
		if (!is_console(name))
			pr_warn("console=%s is ignored: it wants ttyS0 or tty0\n", name);
}
