/* The 8254 interval timer: the tick, and the yardstick for the time-stamp counter. */
#ifndef DRIVERS_PIT_H
#define DRIVERS_PIT_H

/* Measure the TSC, read the date, start HZ interrupts a second on line 0. After irq_init(). */
void time_init(void);

#endif
