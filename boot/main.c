/*
 * The order in which the kernel comes to life. Every line may use what the lines above it made.
 */
#include "boot/multiboot.h"
#include "boot/setup.h"
#include "drivers/mem.h"
#include "drivers/init.h"
#include "drivers/fb.h"
#include "drivers/pci.h"
#include "drivers/serial.h"
#include "drivers/tty.h"
#include "kernel/fs/init.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/kthread.h"
#include "kernel/task/exec.h"
#include "kernel/task/fork.h"
#include "kernel/task/vdso.h"
#include "kernel/trap.h"
#include "kernel/x86/irq.h"
#include "kernel/x86/reboot.h"
#include "mm/filemap.h"
#include "mm/init.h"
#include "mm/memory.h"
#include "tests/kernel/ktest.h"

#ifdef CONFIG_X86_PAE
#define PAGE_TABLES "3-level"
#else
#define PAGE_TABLES "2-level"
#endif

asmlinkage void start_kernel(u32 magic, u32 multiboot_info);

/* Modules are archives, each unpacked over the one before. */
static void load_initramfs(void)
{
	const struct boot_module *m;

	for (m = boot_info.modules; m < boot_info.modules + boot_info.nr_modules; m++)
		unpack_initramfs(m->start, m->end - m->start);
	sys_umask(022);
}

/* Pid 1: what needs to sleep is brought up here, then it becomes the first program. */
static int kernel_init(void *unused)
{
	load_initramfs();
	if (cmdline_get("test")) {
		ktest_run(cmdline_get("test"));
		machine_power_off();
	}
	return run_init_process();
}

/* The first C function, called by boot/entry.S on the boot stack and the boot page tables. */
asmlinkage void start_kernel(u32 magic, u32 multiboot_info)
{
	multiboot_read(multiboot_info);
	cmdline_init(boot_info.cmdline);
	printk_setup();
	serial_console_init();
	pr_notice("Pagoda, " PAGE_TABLES " page tables, started by %s\n", boot_info.loader);
	pr_notice("Command line: %s\n", cmdline_text());

	/* The processor: what it can do, its tables, traps reported from here on. */
	cpu_detect();
	gdt_init();
	idt_init();
	trap_init();
	cpu_init();
	cpu_print_info();
	fpu_init();
	irq_init();
	sched_init();

	/* Memory. */
	setup_memory();
	paging_init();
	doublefault_set_cr3(read_cr3());
	free_boot_tables();
	mem_init();
	filemap_init();
	mm_cache_init();

	time_init();
	printk_clock = ktime_get;

	/* The screen, early: what goes wrong from here on can be read on it. */
	pci_init();
	video_init(&boot_info.framebuffer);
	local_irq_enable();
	vfs_init();

	/* Devices. */
	tty_init();
	tty_ports_init();
	pty_init();
	mem_devices_init();
	fb_dev_init();
	pool_init();

	/* From here on there are tasks: this one idles when no other can run. */
	fork_init();
	vdso_init();
	if (IS_ERR(kthread_run(kernel_init, NULL, "init")))
		panic("no memory for the first thread");
	cpu_idle();
}
