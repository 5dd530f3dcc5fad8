/*
 * Bytes that move inside the kernel: sendfile, splice, tee, vmsplice, copy_file_range are one loop
 * over pieces of pages. Into a pipe a piece goes by reference; elsewhere it is copied.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

#define SPLICE_F_NONBLOCK 2u
#define SPLICE_F_ALL      15u

/* Where bytes come from, or go to. */
struct splice_end {
	struct file *file;
	struct pipe_inode_info *pipe; /* a pipe, or if NULL: */
	loff_t *pos;                  /* a regular file from here on, or if NULL: */
	char *user;                   /* memory of the task */
	unsigned int at;              /* a pipe's next buffer to be read */
};

/* ---- pieces ---- */

static int user_piece(const struct splice_end *from, struct pipe_buffer *piece)
{
	long n;

	if (!access_ok(from->user, piece->len))
		return -EFAULT;
	down_read(&current->mm->mmap_sem);
	n = get_user_pages(current->mm, (unsigned long)from->user, 1, false, false, &piece->page);
	up_read(&current->mm->mmap_sem);
	piece->offset = (unsigned long)from->user & ~PAGE_MASK;
	piece->len = min(piece->len, (unsigned int)PAGE_SIZE - piece->offset);
	return n;
}

static int file_piece(const struct splice_end *from, struct pipe_buffer *piece)
{
	loff_t left = i_size_read(from->file->f_inode) - *from->pos;

	if (left <= 0)
		return 0;
	piece->page = read_cache_page(from->file->f_mapping, *from->pos >> PAGE_SHIFT, from->file);
	if (IS_ERR(piece->page))
		return PTR_ERR(piece->page);
	piece->offset = *from->pos & ~PAGE_MASK;
	piece->len = min_t(loff_t, min(piece->len, (unsigned int)PAGE_SIZE - piece->offset), left);
	return 1;
}

/* The next piece of at most @count bytes, its page with a reference. 1, 0: there is no more, or -errno. */
static int get_piece(const struct splice_end *from, size_t count, struct pipe_buffer *piece)
{
	*piece = (struct pipe_buffer){ .len = count };
	if (!from->pipe)
		return from->pos ? file_piece(from, piece) : user_piece(from, piece);
	if (from->at == from->pipe->head)
		return 0;
	*piece = *pipe_buf(from->pipe, from->at);
	piece->len = min_t(size_t, piece->len, count);
	piece->flags &= PIPE_BUF_PACKET;
	get_page(piece->page);
	return 1;
}

/* Bytes of the piece that found room, or -errno. */
static ssize_t put_piece(struct splice_end *to, const struct pipe_buffer *piece)
{
	ssize_t n = piece->len;
	char *address;

	if (to->pipe) {
		if (pipe_full(to->pipe))
			return 0;
		get_page(piece->page);
		*pipe_buf(to->pipe, to->pipe->head++) = *piece;
		return n;
	}
	address = (char *)kmap(piece->page) + piece->offset;
	if (to->pos) {
		n = kernel_write(to->file, *to->pos, address, n);
		*to->pos += max(n, (ssize_t)0);
	} else {
		n -= copy_to_user(to->user, address, n);
		to->user += n;
		n = n ? n : -EFAULT;
	}
	kunmap(piece->page);
	return n;
}

/* @n bytes went on their way; a pipe keeps them if it shall. */
static void advance(struct splice_end *from, ssize_t n, bool keep)
{
	if (!from->pipe) {
		from->user += n;
		if (from->pos)
			*from->pos += n;
	} else if (keep) {
		from->at++;
	} else {
		pipe_consume(from->pipe, n);
		from->at = from->pipe->tail;
	}
}

/* ---- the loop ---- */

/* Two pipes in the order of their addresses, so that nobody waits for one who waits for him. */
static void lock_pipes(struct pipe_inode_info *a, struct pipe_inode_info *b)
{
	if (a && a < b)
		mutex_lock(&a->lock);
	if (b)
		mutex_lock(&b->lock);
	if (a && a > b)
		mutex_lock(&a->lock);
}

static void unlock_pipes(struct pipe_inode_info *a, struct pipe_inode_info *b)
{
	if (a)
		mutex_unlock(&a->lock);
	if (b)
		mutex_unlock(&b->lock);
}

static bool has_bytes(const struct pipe_inode_info *pipe)
{
	return !pipe || !pipe_empty(pipe) || !pipe->writers;
}

static bool has_room(const struct pipe_inode_info *pipe)
{
	return !pipe || !pipe_full(pipe) || !pipe->readers;
}

/* Wait, both locked but not meanwhile, until a piece can move. 0 or -errno. */
static int wait_until_ready(struct pipe_inode_info *from, struct pipe_inode_info *to, bool nonblock)
{
	int err = 0;

	while (!err && !(has_bytes(from) && has_room(to))) {
		if (nonblock)
			return -EAGAIN;
		unlock_pipes(from, to);
		err = has_bytes(from) ? wait_event_interruptible(to->wait, has_room(to))
				      : wait_event_interruptible(from->wait, has_bytes(from));
		lock_pipes(from, to);
	}
	return !err && to && !to->readers ? broken_pipe() : err;
}

/* Wait for the first piece, then move what moves without waiting. Bytes, 0 at the end, or -errno. */
static ssize_t move_bytes(struct splice_end *from, struct splice_end *to, size_t count,
			  bool nonblock, bool keep)
{
	struct pipe_buffer piece;
	size_t done = 0;
	ssize_t n;

	lock_pipes(from->pipe, to->pipe);
	n = wait_until_ready(from->pipe, to->pipe, nonblock);
	if (from->pipe)
		from->at = from->pipe->tail;
	while (!n && done < count && !(done && signal_pending(current))) {
		n = get_piece(from, count - done, &piece);
		if (n <= 0)
			break;
		n = put_piece(to, &piece);
		put_page(piece.page);
		if (n <= 0)
			break;
		advance(from, n, keep);
		done += n;
		n = 0;
		cond_resched();
	}
	unlock_pipes(from->pipe, to->pipe);
	if (done && from->pipe)
		wake_up_all(&from->pipe->wait);
	if (done && to->pipe)
		wake_up_all(&to->pipe->wait);
	return done ? (ssize_t)done : n;
}

/* ---- between two files ---- */

enum transfer { SENDFILE, COPY_FILE_RANGE, SPLICE, TEE };

/* What the calls refuse. */
static int check_copy(const struct splice_end *from, const struct splice_end *to, size_t count)
{
	const struct inode *in = from->file->f_inode, *out = to->file->f_inode;

	if (S_ISDIR(in->i_mode) || S_ISDIR(out->i_mode))
		return -EISDIR;
	if (from->pipe || to->pipe)
		return -EINVAL;
	if (!(from->file->f_mode & FMODE_READ) || !(to->file->f_mode & FMODE_WRITE) ||
	    (to->file->f_flags & O_APPEND))
		return -EBADF;
	if (*from->pos > LLONG_MAX - count || *to->pos > LLONG_MAX - count)
		return -EOVERFLOW;
	count = min_t(loff_t, count, max_t(loff_t, in->i_size - *from->pos, 0));
	if (in == out && *from->pos < *to->pos + count && *to->pos < *from->pos + count)
		return -EINVAL;
	return in->i_sb == out->i_sb ? 0 : -EXDEV;
}

static int check_ends(const struct splice_end *from, const struct splice_end *to, size_t count,
		      enum transfer what)
{
	int pipes = !!from->pipe + !!to->pipe;

	if ((ssize_t)count < 0)
		return -EINVAL;
	if (what == COPY_FILE_RANGE)
		return check_copy(from, to, count);
	if ((what == SENDFILE && from->pipe) || (what == SPLICE && !pipes) ||
	    (what == TEE && pipes < 2) || (from->pipe && from->pipe == to->pipe) ||
	    (!to->pipe && (to->file->f_flags & O_APPEND)))
		return -EINVAL;
	return 0;
}

/* File or pipe @fd, from @pos on if that is not NULL. 0 or -errno. */
static int get_end(struct splice_end *end, int fd, loff_t *pos, unsigned int mode)
{
	end->file = fget(fd);
	if (!end->file || (end->file->f_mode & mode) != mode)
		return -EBADF;
	end->pipe = get_pipe_info(end->file);
	end->pos = pos ? pos : &end->file->f_pos;
	if (pos && !end->file->f_op->llseek)
		return -ESPIPE;
	return *end->pos < 0 ? -EINVAL : 0;
}

/* @in_pos, @out_pos: NULL where the file's own position counts and moves. */
static ssize_t transfer(int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count,
			unsigned int flags, enum transfer what)
{
	struct splice_end from = { 0 }, to = { 0 };
	bool copy = what == COPY_FILE_RANGE; /* looks at the kind of the files first */
	ssize_t n = get_end(&from, in, in_pos, copy ? 0 : FMODE_READ);

	if (!n)
		n = get_end(&to, out, out_pos, copy ? 0 : FMODE_WRITE);
	if (!n)
		n = check_ends(&from, &to, count, what);
	if (!n && ((!from.pipe && !(S_ISREG(from.file->f_inode->i_mode) && from.file->f_mapping)) ||
		   (!to.pipe && !(S_ISREG(to.file->f_inode->i_mode) && to.file->f_mapping))))
		n = -EINVAL;
	if (!n)
		n = move_bytes(&from, &to, count,
			       (flags & SPLICE_F_NONBLOCK) ||
				       (from.pipe && (from.file->f_flags & O_NONBLOCK)) ||
				       (to.pipe && (to.file->f_flags & O_NONBLOCK)),
			       what == TEE);
	if (from.file)
		fput(from.file);
	if (to.file)
		fput(to.file);
	return n;
}

/* The same with positions in user space. */
static ssize_t transfer_at(int in, loff_t *in_user, int out, loff_t *out_user, size_t count,
			   unsigned int flags, enum transfer what)
{
	loff_t from, to;
	ssize_t n;

	if ((in_user && copy_from_user(&from, in_user, sizeof(from))) ||
	    (out_user && copy_from_user(&to, out_user, sizeof(to))))
		return -EFAULT;
	n = transfer(in, in_user ? &from : NULL, out, out_user ? &to : NULL, count, flags, what);
	if (n > 0 && ((in_user && copy_to_user(in_user, &from, sizeof(from))) ||
		      (out_user && copy_to_user(out_user, &to, sizeof(to)))))
		return -EFAULT;
	return n;
}

long sys_sendfile64(int out, int in, loff_t *offset, size_t count)
{
	return transfer_at(in, offset, out, NULL, count, 0, SENDFILE);
}

long sys_sendfile(int out, int in, long *offset, size_t count)
{
	long narrow;
	loff_t pos;
	ssize_t n;

	if (offset && get_user(narrow, offset))
		return -EFAULT;
	pos = offset ? narrow : 0;
	n = transfer(in, offset ? &pos : NULL, out, NULL, count, 0, SENDFILE);
	return n > 0 && offset && put_user((long)pos, offset) ? -EFAULT : n;
}

long sys_copy_file_range(int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count,
			 unsigned int flags)
{
	return flags ? -EINVAL : transfer_at(in, in_pos, out, out_pos, count, 0, COPY_FILE_RANGE);
}

long sys_splice(int in, loff_t *in_pos, int out, loff_t *out_pos, size_t count, unsigned int flags)
{
	if (!count)
		return 0;
	return flags & ~SPLICE_F_ALL ? -EINVAL
				     : transfer_at(in, in_pos, out, out_pos, count, flags, SPLICE);
}

long sys_tee(int in, int out, size_t count, unsigned int flags)
{
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	return count ? transfer(in, NULL, out, NULL, count, flags, TEE) : 0;
}

/* ---- between a pipe and memory ---- */

static ssize_t do_vmsplice(struct file *file, const struct iovec *iov, unsigned long nr,
			   unsigned int flags)
{
	struct splice_end pipe = { .pipe = get_pipe_info(file) }, memory = { 0 };
	ssize_t done = 0, n = 0;

	if (!pipe.pipe)
		return -EBADF;
	for (; nr-- && n >= 0; iov++) {
		bool nonblock = done || (flags & SPLICE_F_NONBLOCK);

		if (!iov->iov_len)
			continue;
		memory.user = iov->iov_base;
		n = file->f_mode & FMODE_WRITE
			    ? move_bytes(&memory, &pipe, iov->iov_len, nonblock, false)
			    : move_bytes(&pipe, &memory, iov->iov_len, nonblock, false);
		done += max(n, (ssize_t)0);
		if ((size_t)n < iov->iov_len)
			break;
	}
	return done ? done : n;
}

long sys_vmsplice(int fd, const struct iovec *iov, unsigned long nr, unsigned int flags)
{
	struct iovec fast[UIO_FASTIOV], *v;
	ssize_t n;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	n = import_iovec(iov, nr, fast, &v, true);
	if (n < 0)
		return n;
	n = WITH_FILE(fd, do_vmsplice(file, v, nr, flags));
	free_iovec(v, fast);
	return n;
}
