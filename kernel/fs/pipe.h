/*
 * Pipes and FIFOs: a ring of pages between writers and readers.
 */
#ifndef KERNEL_FS_PIPE_H
#define KERNEL_FS_PIPE_H

#include "kernel/fs/file.h"

/* i_fop of a FIFO: open waits for the other side (fifo(7)). */
extern const struct file_operations def_fifo_fops;

#endif
