/*
 * Terminals: what stands between a line of characters (serial port, keyboard and screen) and
 * programs. A driver gives n_tty_receive() what was typed and takes what is to be shown; the line
 * discipline (n_tty.c) edits, echoes and translates; job control (tty_jobctrl.c) decides who may
 * read, write, and be interrupted (termios(3), ioctl_tty(2)).
 */
#ifndef DRIVERS_TTY_H
#define DRIVERS_TTY_H

#include "kernel/fs/file.h"
#include "kernel/sched/wait.h"

#define TTY_MAJOR    4
#define TTYAUX_MAJOR 5

#define NCCS         19
#define TTY_BUF_SIZE 4096

/* TCGETS: asm/termbits.h of i386. */
struct termios {
	u32 c_iflag, c_oflag, c_cflag, c_lflag;
	u8 c_line;
	u8 c_cc[NCCS];
};

struct winsize {
	u16 ws_row, ws_col, ws_xpixel, ws_ypixel;
};

struct task_struct;
struct tty_struct;

/* All but write may be NULL. */
struct tty_operations {
	/* Show @len bytes as they are. Any context, interrupts on or off; may not sleep. Of what is
	 * more than room() says (NULL: there is always room) nothing is seen again. tty->lock held. */
	void (*write)(struct tty_struct *tty, const char *text, size_t len);
	unsigned int (*room)(struct tty_struct *tty);
	/* Forget what was written and nobody has seen yet. tty->lock held. */
	void (*flush)(struct tty_struct *tty);
	/* A reader took something: there is room for more input; the last one closed it. */
	void (*taken)(struct tty_struct *tty);
	void (*closed)(struct tty_struct *tty);
	/* Requests that the terminal layer does not know; NULL or -ENOTTY: nor does the driver. */
	long (*ioctl)(struct tty_struct *tty, unsigned int cmd, unsigned long arg);
};

struct tty_struct {
	/* Set by the driver before tty_register(). */
	const char *name; /* "ttyS0" */
	dev_t dev;
	const struct tty_operations *ops;
	struct winsize winsize;
	void *driver_data;

	struct tty_struct *next;
	unsigned int count; /* of open files */
	bool hung_up;       /* the other side is gone: nothing comes, nothing goes */
	struct termios termios;
	spinlock_t lock;          /* guards all below; interrupt handlers take it */
	pid_t session;            /* whose controlling terminal it is; 0: nobody's */
	pid_t pgrp;               /* the group in the foreground; 0: none */
	bool stopped;             /* by ^S, or by TCXONC ... */
	bool tco_stopped;         /* ... which only TCXONC ends */
	bool lnext;               /* the next character is taken literally */
	unsigned int column;      /* of the cursor, counted from what was written */
	unsigned int line_column; /* where the line being edited began */
	wait_queue_head_t read_wait, write_wait;
	struct mutex write_lock; /* keeps the output of one write(2) together */

	/* Typed and not read yet: a ring. Positions count for ever; byte n is at n % TTY_BUF_SIZE.
	 */
	unsigned int read_head;  /* behind the last byte */
	unsigned int canon_head; /* behind the last complete line */
	unsigned int read_tail;  /* first byte not read */
	unsigned int lines;      /* complete lines between tail and canon_head */
	DECLARE_BITMAP(line_end, TTY_BUF_SIZE);
	char read_buf[TTY_BUF_SIZE];
};

/* ---- for drivers ---- */

/* Make the terminal known as /dev/NAME. It must stay. After devfs_init. */
void tty_register(struct tty_struct *tty);

/* The screen has another size: SIGWINCH to the foreground. */
void tty_set_winsize(struct tty_struct *tty, const struct winsize *size);

/* How much of what is typed now would be kept; full lines of which nothing can be read yet go on at the cost of
 * their ends. */
unsigned int n_tty_room(struct tty_struct *tty);

/* Open files of a terminal: file->private_data is it. */
int tty_open(struct inode *inode, struct file *file);
long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
extern const struct file_operations tty_operations;

/* Nobody answers any more: its session's leader gets SIGHUP, whoever waits for it EIO. */
void tty_hangup(struct tty_struct *tty);

/* Make /dev/tty and /dev/console. After devfs_init. */
void tty_init(void);

/* The terminal behind /dev/console: what console= names, else the first. NULL: there is none. */
struct tty_struct *console_tty(void);

/* ---- line discipline: n_tty.c ---- */

void n_tty_init(struct tty_struct *tty);
/* Characters were typed. Any context. */
void n_tty_receive(struct tty_struct *tty, const u8 *data, size_t len);
ssize_t n_tty_read(struct tty_struct *tty, struct file *file, char *buf, size_t count);
ssize_t n_tty_write(struct tty_struct *tty, struct file *file, const char *buf, size_t count);
bool n_tty_readable(struct tty_struct *tty);
/* How many bytes a write takes at once; 0: it has to wait. */
unsigned int n_tty_output_room(struct tty_struct *tty);
/* What FIONREAD tells: bytes that a read would get. */
int n_tty_chars(struct tty_struct *tty);
/* Drop what was typed. */
void n_tty_flush(struct tty_struct *tty);
/* ICANON was switched: what lies in the buffer becomes a line, or plain characters. lock held. */
void n_tty_set_canonical(struct tty_struct *tty);

/* ---- job control: tty_jobctrl.c ---- */

/* The controlling terminal of a process, or NULL. */
struct tty_struct *task_tty(const struct task_struct *task);
#define current_tty() task_tty(current)

/*
 * May the current task, maybe in the background, do what @sig (SIGTTIN: read, SIGTTOU: change,
 * write) is about? 0; -ERESTARTSYS after it was sent the signal; -EIO where that signal would never
 * let it on.
 */
int tty_check_change(struct tty_struct *tty, int sig);
/* Make it the controlling terminal of the current session leader. */
void tty_set_controlling(struct tty_struct *tty);

/*
 * The current session leader ends or gives its terminal up: SIGHUP and SIGCONT to the foreground,
 * nobody in the session has a controlling terminal any more. Does nothing for others than session
 * leaders with a terminal.
 */
void disassociate_ctty(bool on_exit);

/* TIOCGPGRP and its kin; -ENOTTY when it is none of them. */
long tty_jobctrl_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg);

/* ---- ioctl: tty_ioctl.c ---- */

long tty_termios_ioctl(struct tty_struct *tty, unsigned int cmd, unsigned long arg);

#endif
