/*
 * Data that every CPU has for itself: an array of NR_CPUS elements, of which the current CPU uses its own.
 */
#ifndef KERNEL_X86_PERCPU_H
#define KERNEL_X86_PERCPU_H

#include "kernel/x86/thread_info.h"

#define NR_CPUS 1

#define smp_processor_id() (NR_CPUS == 1 ? 0 : current_thread_info()->cpu)

/* This CPU's element of the array `var`; valid while preemption is off or the kernel does not sleep. */
#define this_cpu(var) ((var)[smp_processor_id()])

#endif
