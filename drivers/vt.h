/*
 * A terminal's screen as text: bytes go in, escape sequences are obeyed, and what should be seen
 * stands in an array of cells. Pure: knows no pixel and no device, so the same code runs in tests on
 * the host. Sequences: ECMA-48, as far as BusyBox and ncurses (TERM=linux) have use for them.
 */
#ifndef DRIVERS_VT_H
#define DRIVERS_VT_H

#include "kernel/lib/types.h"

/* A cell: the character in the low byte; above it the colours, background << 4 | foreground. */
#define VT_CELL(c, attr) ((u16)((attr) << 8 | (u8)(c)))
#define VT_CHAR(cell)    ((u8)(cell))
#define VT_ATTR(cell)    ((cell) >> 8)

/* Colours 0..7: black, red, green, yellow, blue, magenta, cyan, white; 8 more: the same, bright. */
#define VT_DEFAULT_ATTR 0x07

struct vt {
	u16 *cells; /* rows of cols each, the top one first */
	unsigned int cols, rows;
	unsigned int x, y;    /* where the next character goes */
	u8 normal;            /* colours after a reset, as in a cell */
	u8 fg, bg;            /* colours now */
	bool bold, reverse;   /* bright foreground; the two change places */
	bool wrap_pending;    /* the last column was written: the next character goes below */
	bool newline_returns; /* \n is \r\n: for the log, which has no \r */
	u8 state;             /* of the escape parser */
	unsigned int nr_params, params[8];
	void (*reply)(const char *text); /* answers to "where is the cursor?"; may be NULL */
};

/* An empty screen over @cells, of at least 1 x 1; the members normal and reply stay as they are. */
void vt_init(struct vt *vt, u16 *cells, unsigned int cols, unsigned int rows);

/* Back to the colours that @attr names, now and after every reset. */
void vt_set_normal(struct vt *vt, u8 attr);

void vt_write(struct vt *vt, const char *text, size_t len);

#endif
