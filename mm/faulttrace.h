/*
 * The fault trace: what the last page faults were about and what became of them, for /proc/faults.
 * On in debug builds, else by /proc/sys/vm/fault_trace.
 */
#ifndef MM_FAULTTRACE_H
#define MM_FAULTTRACE_H

#include "kernel/sched/task.h"
#include "mm/fault.h"

struct mm_struct;
struct vm_area_struct;

/* What the fault made of the entry. */
enum fault_outcome {
	OUTCOME_NONE,      /* nothing: the verdict says why */
	OUTCOME_ZERO_PAGE, /* maps the page of zeroes */
	OUTCOME_ZEROED,    /* a zeroed frame of its own */
	OUTCOME_OBJECT,    /* a page of the object behind the VMA */
	OUTCOME_COPIED,    /* a copy of what was there, or of the object's page */
	OUTCOME_RIGHTS,    /* the same frame, more rights */
	OUTCOME_DEVICE,    /* device memory */
};

struct fault_record {
	unsigned long number; /* counted from boot, from 1 */
	pid_t pid;
	char comm[TASK_COMM_LEN];
	unsigned long address, error_code; /* CR2, PF_* */
	enum fault_verdict verdict;
	enum fault_outcome outcome;
	unsigned long vm_start, vm_end, vm_flags; /* of the VMA; vm_end 0: there is none */
	char name[48];                            /* as in /proc/PID/maps; its end if it is long */
	unsigned long pgoff;                      /* page of the object, with a file */
	unsigned long old_pfn, pfn;               /* frames before and after; 0: none */
	u32 cycles; /* of the TSC; with QEMU's -icount shift=0: instructions */
};

/* Is anybody interested? */
extern unsigned long fault_trace;

/*
 * Around the handling of a fault, with mmap_sem held for reading. begin fills *record in as far as it is
 * known; end enters it into the ring, where it takes the place of the oldest.
 */
void fault_trace_begin(struct fault_record *record, struct mm_struct *mm, unsigned long address,
		       unsigned long error_code);
void fault_trace_end(struct fault_record *record, struct mm_struct *mm, enum fault_verdict verdict);

/*
 * What lies in a VMA, as /proc/PID/maps says it: a file's path, made in @buf of @size bytes, or the kernel's name for it;
 * "" if there is none or it is too long. mmap_sem held.
 */
const char *vma_label(struct vm_area_struct *vma, char *buf, size_t size);

/* The record with this number, or the oldest one after it; false if there is none yet. */
bool fault_trace_get(unsigned long number, struct fault_record *record);

#endif
