/*
 * Pipes and FIFOs: a ring of page pieces between writers and readers. The pieces are whatever pages
 * the bytes lie in: of the pipe's own for write(2), a file's or a task's for splice(2).
 */
#ifndef KERNEL_FS_PIPE_H
#define KERNEL_FS_PIPE_H

#include "kernel/fs/file.h"
#include "kernel/sched/wait.h"

#define PIPE_BUF_OWN    1u /* the pipe's page, which nobody else sees: later bytes may join */
#define PIPE_BUF_PACKET 2u /* read as a whole or cut off (O_DIRECT) */

struct page;

struct pipe_buffer {
	struct page *page; /* with a reference */
	unsigned int offset, len, flags;
};

struct pipe_inode_info {
	struct list_head pipes;
	struct mutex lock;        /* taken before i_mutex and mmap_sem */
	wait_queue_head_t wait;   /* readers, writers, pollers, those who open a FIFO */
	unsigned int head, tail;  /* buffers that ever came, that ever left */
	unsigned int ring_size;   /* a power of two */
	struct pipe_buffer *bufs; /* ring_size of them */
	struct page *tmp_page;    /* one that became empty, for the next write */
	unsigned int readers, writers;
	unsigned int r_counter, w_counter; /* how often it was opened so */
};

static inline bool pipe_empty(const struct pipe_inode_info *pipe)
{
	return pipe->head == pipe->tail;
}

static inline bool pipe_full(const struct pipe_inode_info *pipe)
{
	return pipe->head - pipe->tail >= pipe->ring_size;
}

static inline struct pipe_buffer *pipe_buf(const struct pipe_inode_info *pipe, unsigned int at)
{
	return &pipe->bufs[at & (pipe->ring_size - 1)];
}

/* The pipe behind @file, or NULL. */
struct pipe_inode_info *get_pipe_info(const struct file *file);

/* @n bytes of the oldest buffer were taken: forget them, and the buffer when it is empty. lock held. */
void pipe_consume(struct pipe_inode_info *pipe, unsigned int n);

/* What audit_pipes wants (mm/audit.h). */
void pipe_pages(u16 *held);

/* The other side is gone: SIGPIPE, and -EPIPE. */
int broken_pipe(void);

/* i_fop of a FIFO: open waits for the other side (fifo(7)). */
extern const struct file_operations def_fifo_fops;

/* F_SETPIPE_SZ: bytes it has room for from now on, or -EINVAL, -EBUSY, -ENOMEM; F_GETPIPE_SZ: has. -EBADF: no pipe. */
long pipe_fcntl(struct file *file, unsigned int cmd, unsigned int arg);

#endif
