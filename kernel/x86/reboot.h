/*
 * Ending it: reset, power off, stop. The system call reboot(2) and panic come here.
 */
#ifndef KERNEL_X86_REBOOT_H
#define KERNEL_X86_REBOOT_H

#include "kernel/lib/compiler.h"

/* Reset the machine: keyboard controller, then port 0xcf9, then a triple fault. */
void machine_reset(void) __noreturn;

/* Power off through the ports of QEMU's and Bochs' chip sets; where nothing answers, stop. */
void machine_power_off(void) __noreturn;

/* Stop with interrupts off. */
void machine_halt(void) __noreturn;

#endif
