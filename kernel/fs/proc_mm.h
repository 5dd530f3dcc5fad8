/* /proc files about memory as a whole: meminfo, slabinfo, buddyinfo, zoneinfo, vmallocinfo in Linux's
 * formats (proc(5)), and mm_audit, which is ours. Those about one address space are not here. */
#ifndef KERNEL_FS_PROC_MM_H
#define KERNEL_FS_PROC_MM_H

/* Makes the files. Once, at boot. */
void proc_mm_init(void);

#endif
