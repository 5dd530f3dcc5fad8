/* The audit of all memory: counts again, from page tables, object trees and lists, what the counters
 * say. Whoever loses a page, a reference or a count is found here. */
#ifndef MM_AUDIT_H
#define MM_AUDIT_H

#include "kernel/lib/types.h"

/* Proves that free and owned frames are all frames; that each page is mapped as often as its mapcount
 * says; that the references of user and cached pages are the ones found; that the resident sizes of
 * all address spaces are right; that slabs and vmalloc areas own what the ledger says. What does not
 * agree is printed. Returns the number of disagreements, -ENOMEM when there is no memory to count in.
 *
 * Slow, may sleep at the start only. Exact while no task sleeps half-way through a fault or a read. */
int mm_audit(void);

/* Adds to held[frame] one for each reference that lies in a pipe. May sleep. vfs_init() sets it. */
extern void (*audit_pipes)(u16 *held);

#endif
