#include "drivers/vt.h"

#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

enum { STATE_TEXT, STATE_ESC, STATE_CSI, STATE_OSC, STATE_SKIP_ONE };

#define ESC       0x1b
#define BEL       0x07
#define TAB_WIDTH 8

static u16 blank(const struct vt *vt)
{
	return VT_CELL(' ', vt->attr & 0x70 ? vt->attr : vt->normal_attr);
}

static u16 *row(struct vt *vt, unsigned int y)
{
	return vt->cells + y * vt->cols;
}

static void fill(u16 *cells, size_t n, u16 cell)
{
	while (n--)
		*cells++ = cell;
}

/* Moves lines [from, bottom) up by @n; blank ones come in below. */
static void scroll_up(struct vt *vt, unsigned int from, unsigned int n)
{
	unsigned int lines = vt->bottom - from;

	n = min(n, lines);
	memmove(row(vt, from), row(vt, from + n), (lines - n) * vt->cols * sizeof(u16));
	fill(row(vt, vt->bottom - n), (size_t)n * vt->cols, blank(vt));
}

static void scroll_down(struct vt *vt, unsigned int from, unsigned int n)
{
	unsigned int lines = vt->bottom - from;

	n = min(n, lines);
	memmove(row(vt, from + n), row(vt, from), (lines - n) * vt->cols * sizeof(u16));
	fill(row(vt, from), (size_t)n * vt->cols, blank(vt));
}

static void line_feed(struct vt *vt)
{
	if (vt->y + 1 == vt->bottom)
		scroll_up(vt, vt->top, 1);
	else if (vt->y + 1 < vt->rows)
		vt->y++;
	vt->wrap_pending = false;
}

static void move_to(struct vt *vt, int x, int y)
{
	vt->x = clamp(x, 0, (int)vt->cols - 1);
	vt->y = clamp(y, 0, (int)vt->rows - 1);
	vt->wrap_pending = false;
}

static void put(struct vt *vt, u8 c)
{
	if (vt->wrap_pending) {
		vt->x = 0;
		line_feed(vt);
	}
	row(vt, vt->y)[vt->x] = VT_CELL(c, vt->attr);
	if (vt->x + 1 < vt->cols)
		vt->x++;
	else
		vt->wrap_pending = true;
}

static void control(struct vt *vt, u8 c)
{
	switch (c) {
	case '\b':
		move_to(vt, (int)vt->x - 1, vt->y);
		break;
	case '\t':
		move_to(vt, (vt->x / TAB_WIDTH + 1) * TAB_WIDTH, vt->y);
		break;
	case '\n':
	case '\v':
	case '\f':
		if (vt->newline_returns)
			vt->x = 0;
		line_feed(vt);
		break;
	case '\r':
		move_to(vt, 0, vt->y);
		break;
	case ESC:
		vt->state = STATE_ESC;
		break;
	}
}

/* ---- escape sequences ---- */

static void reset_attr(struct vt *vt)
{
	vt->attr = vt->normal_attr;
	vt->bold = false;
	vt->reverse = false;
}

static void reset(struct vt *vt)
{
	reset_attr(vt);
	vt->x = vt->y = vt->saved_x = vt->saved_y = 0;
	vt->top = 0;
	vt->bottom = vt->rows;
	vt->wrap_pending = vt->cursor_hidden = false;
	vt->state = STATE_TEXT;
	fill(vt->cells, (size_t)vt->cols * vt->rows, blank(vt));
}

static void save_cursor(struct vt *vt)
{
	vt->saved_x = vt->x;
	vt->saved_y = vt->y;
}

static void escape(struct vt *vt, u8 c)
{
	vt->state = STATE_TEXT;
	switch (c) {
	case '[':
		vt->state = STATE_CSI;
		vt->private = false;
		vt->nr_params = 0;
		memset(vt->params, 0, sizeof(vt->params));
		break;
	case ']':
		vt->state = STATE_OSC;
		break;
	case '(':
	case ')':
	case '#':
		vt->state = STATE_SKIP_ONE;
		break;
	case 'c':
		reset(vt);
		break;
	case '7':
		save_cursor(vt);
		break;
	case '8':
		move_to(vt, vt->saved_x, vt->saved_y);
		break;
	case 'D':
		line_feed(vt);
		break;
	case 'E':
		vt->x = 0;
		line_feed(vt);
		break;
	case 'M':
		if (vt->y == vt->top)
			scroll_down(vt, vt->top, 1);
		else
			move_to(vt, vt->x, (int)vt->y - 1);
		break;
	}
}

static void set_colour(struct vt *vt, unsigned int p)
{
	u8 fg = vt->attr & 0x0f, bg = vt->attr >> 4;

	if (vt->reverse) { /* work on the colours as they were named */
		u8 old = fg;

		fg = bg;
		bg = old;
	}
	if (p >= 30 && p <= 37)
		fg = (p - 30) | (vt->bold ? 8 : 0);
	else if (p >= 90 && p <= 97)
		fg = (p - 90) | 8;
	else if (p == 39)
		fg = (vt->normal_attr & 0x0f) | (vt->bold ? 8 : 0);
	else if (p >= 40 && p <= 47)
		bg = p - 40;
	else if (p == 49)
		bg = vt->normal_attr >> 4;
	else if (p == 1)
		fg |= 8;
	else if (p == 22)
		fg &= 7;
	vt->bold = p == 1 || (vt->bold && p != 22);
	if (p == 7 || p == 27)
		vt->reverse = p == 7;
	vt->attr = vt->reverse ? fg << 4 | bg : bg << 4 | fg;
}

static void select_rendition(struct vt *vt)
{
	unsigned int i;

	for (i = 0; i < max(vt->nr_params, 1u); i++) {
		if (vt->params[i] == 0)
			reset_attr(vt);
		else
			set_colour(vt, vt->params[i]);
	}
}

/* 0: from the cursor on; 1: up to it; 2: all. Of the screen, or of the line. */
static void erase(struct vt *vt, unsigned int how, u16 *from, u16 *to)
{
	u16 *cursor = row(vt, vt->y) + vt->x;

	if (how == 0)
		from = cursor;
	else if (how == 1)
		to = cursor + 1;
	else if (how > 3)
		return;
	fill(from, to - from, blank(vt));
}

/* Shifts the rest of the line: @n characters out at the cursor, or blanks in. */
static void shift_line(struct vt *vt, unsigned int n, bool insert)
{
	u16 *at = row(vt, vt->y) + vt->x;
	unsigned int rest = vt->cols - vt->x;

	n = min(n, rest);
	if (insert) {
		memmove(at + n, at, (rest - n) * sizeof(u16));
		fill(at, n, blank(vt));
	} else {
		memmove(at, at + n, (rest - n) * sizeof(u16));
		fill(at + rest - n, n, blank(vt));
	}
}

static void set_region(struct vt *vt, unsigned int top, unsigned int bottom)
{
	if (!bottom || bottom > vt->rows)
		bottom = vt->rows;
	if (top >= bottom)
		return;
	vt->top = top ? top - 1 : 0;
	vt->bottom = bottom;
	move_to(vt, 0, 0);
}

static char *put_number(char *to, unsigned int n)
{
	if (n >= 10)
		to = put_number(to, n / 10);
	*to++ = '0' + n % 10;
	return to;
}

static void report(struct vt *vt, unsigned int what)
{
	char text[32] = "\033[", *end = text + 2;

	if (!vt->reply)
		return;
	if (what == 5) {
		vt->reply("\033[0n");
	} else if (what == 6) {
		end = put_number(end, vt->y + 1);
		*end++ = ';';
		end = put_number(end, vt->x + 1);
		*end++ = 'R';
		*end = 0;
		vt->reply(text);
	}
}

static void move_sequence(struct vt *vt, u8 c, int n)
{
	int x = vt->x, y = vt->y;

	switch (c) {
	case 'A':
		return move_to(vt, x, y - n);
	case 'B':
	case 'e':
		return move_to(vt, x, y + n);
	case 'C':
	case 'a':
		return move_to(vt, x + n, y);
	case 'D':
		return move_to(vt, x - n, y);
	case 'E':
		return move_to(vt, 0, y + n);
	case 'F':
		return move_to(vt, 0, y - n);
	case 'G':
	case '`':
		return move_to(vt, n - 1, y);
	case 'd':
		return move_to(vt, x, n - 1);
	}
}

/* The final byte of CSI: @c with vt->params. */
static void sequence(struct vt *vt, u8 c)
{
	unsigned int p = vt->params[0], n = clamp(p, 1u, 9999u);
	u16 *line = row(vt, vt->y);

	switch (c) {
	case 'H':
	case 'f':
		move_to(vt, clamp(vt->params[1], 1u, 9999u) - 1, n - 1);
		break;
	case 'J':
		erase(vt, p, vt->cells, vt->cells + (size_t)vt->cols * vt->rows);
		break;
	case 'K':
		erase(vt, p, line, line + vt->cols);
		break;
	case 'L':
	case 'M':
		if (vt->y >= vt->top && vt->y < vt->bottom)
			(c == 'L' ? scroll_down : scroll_up)(vt, vt->y, n);
		break;
	case 'S':
		scroll_up(vt, vt->top, n);
		break;
	case 'T':
		scroll_down(vt, vt->top, n);
		break;
	case '@':
	case 'P':
		shift_line(vt, n, c == '@');
		break;
	case 'X':
		fill(line + vt->x, min(n, vt->cols - vt->x), blank(vt));
		break;
	case 'm':
		select_rendition(vt);
		break;
	case 'n':
		report(vt, p);
		break;
	case 'r':
		set_region(vt, p, vt->params[1]);
		break;
	case 's':
		save_cursor(vt);
		break;
	case 'u':
		move_to(vt, vt->saved_x, vt->saved_y);
		break;
	default:
		move_sequence(vt, c, n);
	}
}

static void csi(struct vt *vt, u8 c)
{
	unsigned int *p = &vt->params[min(vt->nr_params, VT_MAX_PARAMS - 1u)];

	if (c >= '0' && c <= '9') {
		*p = min(*p * 10 + (c - '0'), 9999u);
	} else if (c == ';') {
		vt->nr_params = min(vt->nr_params + 1, VT_MAX_PARAMS - 1u);
	} else if (c == '?') {
		vt->private = true;
	} else if (c >= '@' && c <= '~') {
		vt->state = STATE_TEXT;
		vt->nr_params++;
		if (!vt->private)
			sequence(vt, c);
		else if (vt->params[0] == 25 && (c == 'h' || c == 'l'))
			vt->cursor_hidden = c == 'l';
	} else if (c < ' ') {
		control(vt, c);
	}
}

/* ---- the public side ---- */

static void vt_putc(struct vt *vt, u8 c)
{
	switch (vt->state) {
	case STATE_ESC:
		return escape(vt, c);
	case STATE_CSI:
		return csi(vt, c);
	case STATE_OSC: /* a title: ends with BEL, or with the beginning of another sequence */
		vt->state = c == BEL ? STATE_TEXT : c == ESC ? STATE_ESC : STATE_OSC;
		return;
	case STATE_SKIP_ONE:
		vt->state = STATE_TEXT;
		return;
	}
	if (c < ' ')
		control(vt, c);
	else if (c != 0x7f && (c < 0x80 || c >= 0xc0)) /* of UTF-8 only the first byte counts */
		put(vt, c);
}

void vt_write(struct vt *vt, const char *text, size_t len)
{
	while (len--)
		vt_putc(vt, *text++);
}

void vt_init(struct vt *vt, u16 *cells, unsigned int cols, unsigned int rows)
{
	memset(vt, 0, sizeof(*vt));
	vt->cells = cells;
	vt->cols = cols;
	vt->rows = rows;
	vt->normal_attr = VT_DEFAULT_ATTR;
	reset(vt);
}

void vt_resize(struct vt *vt, unsigned int cols, unsigned int rows)
{
	unsigned int skip = vt->y + 1 > rows ? vt->y + 1 - rows : 0, old = vt->cols;
	unsigned int kept = min(vt->rows - skip, rows), width = min(cols, old), y, i;

	/* Lines move within one array: towards its start in rising order, away from it in falling order. */
	for (i = 0; i < kept; i++) {
		y = cols <= old ? i : kept - 1 - i;
		memmove(vt->cells + y * cols, vt->cells + (y + skip) * old, width * sizeof(u16));
		fill(vt->cells + y * cols + width, cols - width, blank(vt));
	}
	fill(vt->cells + kept * cols, (size_t)(rows - kept) * cols, blank(vt));
	vt->cols = cols;
	vt->rows = rows;
	vt->top = 0;
	vt->bottom = rows;
	move_to(vt, vt->x, (int)vt->y - (int)skip);
	vt->saved_x = min(vt->saved_x, cols - 1);
	vt->saved_y = min(vt->saved_y, rows - 1);
}
