/*
 * A terminal's screen as text: bytes go in, escape sequences are obeyed, and what should be seen
 * stands in an array of cells. Pure: knows no pixel and no device, so the same code runs in tests on
 * the host. Sequences: ECMA-48, as far as Linux's console has them.
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

#define VT_MAX_PARAMS 8

struct vt {
	u16 *cells; /* rows of cols each, the top one first */
	unsigned int cols, rows;
	unsigned int x, y; /* where the next character goes */
	unsigned int saved_x, saved_y;
	unsigned int top, bottom; /* the part that scrolls: [top, bottom) */
	u8 attr, normal_attr;     /* now, and what a reset gives */
	bool bold, reverse;       /* parts of attr that later colours must keep */
	bool cursor_hidden;
	bool wrap_pending;    /* the last column was written: the next character goes below */
	bool newline_returns; /* \n is \r\n: for the log, which has no \r */
	u8 state;             /* of the escape parser */
	bool private;         /* CSI ? */
	unsigned int nr_params, params[VT_MAX_PARAMS];
	/* Answers to questions ("where is the cursor?") go here, as if typed. May be NULL. */
	void (*reply)(const char *text);
};

/* An empty screen over @cells, of at least 1 x 1. */
void vt_init(struct vt *vt, u16 *cells, unsigned int cols, unsigned int rows);

/* Another size. The bottom lines are kept as far as they fit; @cells has room for the new size. */
void vt_resize(struct vt *vt, unsigned int cols, unsigned int rows);

void vt_write(struct vt *vt, const char *text, size_t len);

#endif
