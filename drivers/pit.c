/* The 8254: channel 0 interrupts HZ times a second, channel 2 times the TSC at boot. */
#include "drivers/init.h"

#include "drivers/rtc.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/printk.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/task/time.h"
#include "kernel/x86/cpu.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irq.h"

#define PIT_HZ   1193182
#define PIT_CH0  0x40
#define PIT_CH2  0x42
#define PIT_MODE 0x43

/* Mode byte: channel, low byte then high byte, how it counts. */
#define PIT_CH0_RATE     0x34 /* mode 2: reload and interrupt */
#define PIT_CH2_ONE_SHOT 0xb0 /* mode 0: output rises at zero */

#define PORT_B       0x61
#define PORT_B_GATE2 0x01
#define PORT_B_SPKR  0x02
#define PORT_B_OUT2  0x20

#define CALIBRATE_HZ 500 /* counts of 2 ms: good to some parts in 10^4 */

static irqreturn_t timer_interrupt(int irq, void *dev)
{
	struct pt_regs *regs = get_irq_regs();

	jiffies++;
	clock_tick();
	scheduler_tick(regs && user_mode(regs));
	itimer_tick(regs && user_mode(regs));
	run_timers();
	return IRQ_HANDLED;
}

/* Cycles until channel 2 has counted down from `count`. */
static u64 cycles_of_countdown(u16 count)
{
	u64 begin;

	outb((inb(PORT_B) & ~PORT_B_SPKR) | PORT_B_GATE2, PORT_B);
	outb(PIT_CH2_ONE_SHOT, PIT_MODE);
	outb(count & 0xff, PIT_CH2);
	outb(count >> 8, PIT_CH2);
	begin = rdtsc();
	while (!(inb(PORT_B) & PORT_B_OUT2))
		;
	return rdtsc() - begin;
}

/* Cycles a second, 0 without a TSC. A virtual machine's host may look away meanwhile, which only makes a
 * measurement longer: the shortest of twenty counts. */
static u64 measure_tsc(void)
{
	u16 count = PIT_HZ / CALIBRATE_HZ;
	u64 cycles = ~0ULL;
	int i;

	if (!cpu_has(X86_FEATURE_TSC))
		return 0;
	for (i = 0; i < 20; i++)
		cycles = min(cycles, cycles_of_countdown(count));
	return div_u64(cycles * PIT_HZ, count);
}

void time_init(void)
{
	u64 tsc_hz = measure_tsc();
	u16 count = (PIT_HZ + HZ / 2) / HZ;

	clock_init(tsc_hz, (u64)rtc_read() * NSEC_PER_SEC);
	if (tsc_hz)
		pr_info("time: %u Hz tick, TSC at %u MHz\n", HZ,
			(unsigned)div_u64(tsc_hz, 1000000));
	else
		pr_info("time: %u Hz tick, no TSC\n", HZ);
	if (request_irq(TIMER_IRQ, timer_interrupt, 0, "timer", NULL))
		panic("the timer's interrupt line is taken");
	outb(PIT_CH0_RATE, PIT_MODE);
	outb(count & 0xff, PIT_CH0);
	outb(count >> 8, PIT_CH0);
}
