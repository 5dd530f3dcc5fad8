/*
 * The log ring and the consoles. A message is formatted into the ring as "<level>[stamp] text" and shown at once on
 * every console. printk may run in an interrupt in the middle of another printk: the flag of interrupts keeps
 * consoles apart, and a CPU that comes in twice (a fault inside of a console) leaves its text in the ring only.
 */
#include "kernel/lib/printk.h"

#include "kernel/lib/math64.h"
#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/lib/sysctl.h"
#include "kernel/lib/util.h"
#include "kernel/x86/irqflags.h"

#define LOG_SIZE      (64 * 1024) /* a power of two */
#define LINE_MAX      512
#define DEFAULT_LEVEL 4
#define LEVEL_LEN     3 /* of "<level>" in front of each line in the ring */

static char log_ring[LOG_SIZE];
static u64 log_end; /* bytes ever logged */
static struct console *consoles;
static bool in_console;

/* The level, and what Linux shows beside it: of messages without one, lowest and usual of consoles. */
int console_printk[4] = { 7, DEFAULT_LEVEL, 1, 7 };

SYSCTL(printk_sysctls) = {
	{ .path = "sys/kernel/printk", .data = console_printk, .nr = 4, .max = 15 },
};

bool panic_in_progress;
u64 (*printk_clock)(void);

static void log_append(const char *text, size_t len)
{
	size_t pos, chunk;

	while (len) {
		pos = log_end & (LOG_SIZE - 1);
		chunk = min(len, LOG_SIZE - pos);
		memcpy(log_ring + pos, text, chunk);
		log_end += chunk;
		text += chunk;
		len -= chunk;
	}
}

static void console_write(const char *text, size_t len)
{
	struct console *con;

	if (in_console && !panic_in_progress)
		return;
	in_console = true;
	for (con = consoles; con; con = con->next)
		con->write(con, text, len);
	in_console = false;
}

/* The level at the start of `*fmt`, which is moved behind it. */
static int take_level(const char **fmt)
{
	const char *p = *fmt;

	if (p[0] != KERN_SOH[0] || !p[1])
		return DEFAULT_LEVEL;
	*fmt += 2;
	return p[1] - '0';
}

/* Log and show one line; the console leaves the "<level>" in front out. */
static void emit(int level, const char *text, size_t len)
{
	u64 now = printk_clock ? div_u64(printk_clock(), 1000) : 0;
	u32 microseconds, seconds = div_u64_rem(now, 1000000, &microseconds);
	char head[40];
	size_t n = scnprintf(head, sizeof(head), "<%d>[%5u.%06u] ", level, seconds, microseconds);

	log_append(head, n);
	log_append(text, len);
	if (level >= console_loglevel)
		return;
	console_write(head + LEVEL_LEN, n - LEVEL_LEN);
	console_write(text, len);
}

int printk(const char *fmt, ...)
{
	static char line[LINE_MAX];
	int level = take_level(&fmt), len;
	unsigned long flags;
	char *p, *end;
	va_list args;

	local_irq_save(flags);
	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len && line[len - 1] != '\n')
		line[len++] = '\n';
	for (p = line; p < line + len; p = end) {
		end = (char *)memchr(p, '\n', line + len - p) + 1;
		emit(level, p, end - p);
	}
	local_irq_restore(flags);
	return len;
}

size_t log_read(char *buf, size_t len, u64 *pos)
{
	unsigned long flags;
	size_t done = 0;

	local_irq_save(flags);
	if (*pos > log_end)
		*pos = log_end;
	if (log_end - *pos > LOG_SIZE)
		*pos = log_end - LOG_SIZE;
	while (done < len && *pos < log_end)
		buf[done++] = log_ring[(*pos)++ & (LOG_SIZE - 1)];
	local_irq_restore(flags);
	return done;
}

/* Show a new console the log: line by line, for the "<level>" in front decides and is left out. */
static void replay(struct console *con)
{
	char line[LINE_MAX];
	size_t len = 0;
	u64 pos = 0;

	while (log_read(line + len, 1, &pos)) {
		if (line[len++] != '\n' && len < sizeof(line))
			continue;
		if (len > LEVEL_LEN && line[1] - '0' < console_loglevel)
			con->write(con, line + LEVEL_LEN, len - LEVEL_LEN);
		len = 0;
	}
}

void register_console(struct console *con)
{
	unsigned long flags;

	local_irq_save(flags);
	replay(con);
	con->next = consoles;
	consoles = con;
	local_irq_restore(flags);
}

void console_unlock_for_panic(void)
{
	struct console *con;

	console_loglevel = 15;
	in_console = false;
	for (con = consoles; con; con = con->next) {
		if (con->unblank)
			con->unblank(con);
	}
}
