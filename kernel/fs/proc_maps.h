/*
 * /proc/PID/maps and /proc/PID/smaps.
 */
#ifndef KERNEL_FS_PROC_MAPS_H
#define KERNEL_FS_PROC_MAPS_H

/* Registers them. Once, at boot. */
void proc_maps_init(void);

#endif
