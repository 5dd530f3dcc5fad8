/*
 * What /proc says about the system. Memory is in proc_mm.c.
 */
#include "kernel/fs/inode.h"
#include "kernel/fs/procfs.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/task/pid.h"
#include "kernel/lib/utsname.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/irq.h"

#define USER_HZ 100

static int show_version(struct seq_file *m, void *data)
{
	seq_printf(m, "%s version %s %s\n", UTS_SYSNAME, UTS_RELEASE, UTS_VERSION);
	return 0;
}

static int show_cmdline(struct seq_file *m, void *data)
{
	seq_printf(m, "%s\n", cmdline_text());
	return 0;
}

/* Seconds since boot, and those spent idle, with two decimals. */
static int show_uptime(struct seq_file *m, void *data)
{
	u32 up = div_u64(ktime_get(), NSEC_PER_SEC / 100);
	u32 idle = div_u64((u64)cpu_ticks()[TICKS_IDLE] * 100, HZ);

	seq_printf(m, "%u.%02u %u.%02u\n", up / 100, up % 100, idle / 100, idle % 100);
	return 0;
}

static int show_loadavg(struct seq_file *m, void *data)
{
	for (int i = 0; i < 3; i++) {
		unsigned long load = avenrun[i] + 10; /* rounded; 11 bits of fraction */

		seq_printf(m, "%lu.%02lu ", load >> 11, (load & 2047) * 100 >> 11);
	}
	seq_printf(m, "%lu/%u %d\n", nr_running(), nr_tasks(), last_pid());
	return 0;
}

static int show_cpuinfo(struct seq_file *m, void *data)
{
	char flags[256];
	u32 khz = div_u64(clock_tsc_hz(), 1000);

	seq_printf(
		m,
		"processor\t: 0\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\n",
		boot_cpu.vendor, boot_cpu.family, boot_cpu.model, boot_cpu.model_name);
	seq_printf(m, "stepping\t: %u\ncpu MHz\t\t: %u.%03u\n", boot_cpu.stepping, khz / 1000,
		   khz % 1000);
	cpu_list_features(flags, sizeof(flags));
	seq_printf(m, "flags\t\t:%s\naddress sizes\t: %u bits physical, 32 bits virtual\n\n", flags,
		   boot_cpu.phys_bits);
	return 0;
}

static int show_stat(struct seq_file *m, void *data)
{
	unsigned long interrupts = 0;

	for (int cpu = -1; cpu < 1; cpu++) {
		seq_puts(m, cpu < 0 ? "cpu " : "cpu0");
		for (int i = 0; i < NR_CPU_TICKS; i++)
			seq_printf(m, " %llu", div_u64((u64)cpu_ticks()[i] * USER_HZ, HZ));
		seq_puts(m, " 0 0 0 0 0 0\n");
	}
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		interrupts += irq_desc[irq].count;
	seq_printf(m, "intr %lu", interrupts);
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		seq_printf(m, " %lu", irq_desc[irq].count);
	seq_printf(m, "\nctxt %lu\nbtime %llu\nprocesses %u\nprocs_running %lu\nprocs_blocked 0\n",
		   nr_context_switches(),
		   (unsigned long long)div_u64(ktime_get_real() - ktime_get(), NSEC_PER_SEC),
		   nr_forks(), nr_running());
	return 0;
}

static int show_interrupts(struct seq_file *m, void *data)
{
	seq_puts(m, "           CPU0       \n");
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		if (irq_desc[irq].name)
			seq_printf(m, "%3u: %10lu    XT-PIC      %s\n", irq, irq_desc[irq].count,
				   irq_desc[irq].name);
	return 0;
}

/* The functions of the kernel, by address. Which are static is not known. */
static int show_kallsyms(struct seq_file *m, void *data)
{
	for (u32 i = 0; i < kallsyms_count && !seq_overflow(m); i++)
		seq_printf(m, "%08x T %s\n", kallsyms_addresses[i],
			   kallsyms_names + kallsyms_name_offsets[i]);
	return 0;
}

/* Of a file that never changes. */
static int show_text(struct seq_file *m, void *data)
{
	seq_puts(m, data);
	return 0;
}

PROC_ENTRIES(misc_entries) = {
	{ .name = "cmdline", .show = show_cmdline },
	{ .name = "cpuinfo", .show = show_cpuinfo },
	{ .name = "filesystems", .show = show_filesystems },
	{ .name = "interrupts", .show = show_interrupts },
	{ .name = "kallsyms", .show = show_kallsyms },
	{ .name = "loadavg", .show = show_loadavg },
	{ .name = "mounts", .show = show_mounts },
	{ .name = "stat", .show = show_stat },
	{ .name = "uptime", .show = show_uptime },
	{ .name = "version", .show = show_version },
	{ .name = "devices",
	  .show = show_text,
	  .data = "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  4 ttyS\n  5 /dev/tty\n"
		  "  5 /dev/console\n  5 /dev/ptmx\n 29 fb\n136 pts\n\nBlock devices:\n" },
	{ .name = "diskstats", .show = show_text, .data = "" },
	{ .name = "partitions", .show = show_text, .data = "major minor  #blocks  name\n\n" },
	{ .name = "swaps",
	  .show = show_text,
	  .data = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" },
	{ .name = "tty/drivers",
	  .show = show_text,
	  .data = "/dev/tty             /dev/tty        5       0 system:/dev/tty\n"
		  "/dev/console         /dev/console    5       1 system:console\n"
		  "/dev/ptmx            /dev/ptmx       5       2 system\n"
		  "serial               /dev/ttyS       4      64 serial\n"
		  "pty_slave            /dev/pts      136 0-1048575 pty:slave\n"
		  "unknown              /dev/tty        4 1-63 console\n" },
};
