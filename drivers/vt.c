#include "drivers/vt.h"

#include "kernel/lib/printf.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

enum { TEXT, AFTER_ESC, IN_CSI };

#define ESC       '\033'
#define TAB_WIDTH 8

/* @c in the present colours. */
static u16 cell(const struct vt *vt, u8 c)
{
	u8 fg = vt->fg | (vt->bold ? 8 : 0);

	return VT_CELL(c, vt->reverse ? fg << 4 | vt->bg : vt->bg << 4 | fg);
}

/* Cells [from, to), counted from the upper left corner. */
static void erase(struct vt *vt, unsigned int from, unsigned int to)
{
	while (from < to)
		vt->cells[from++] = cell(vt, ' ');
}

static void move_to(struct vt *vt, int x, int y)
{
	vt->x = clamp(x, 0, (int)vt->cols - 1);
	vt->y = clamp(y, 0, (int)vt->rows - 1);
	vt->wrap_pending = false;
}

static void line_feed(struct vt *vt)
{
	unsigned int last_line = (vt->rows - 1) * vt->cols;

	if (vt->y + 1 == vt->rows) {
		memmove(vt->cells, vt->cells + vt->cols, last_line * sizeof(u16));
		erase(vt, last_line, last_line + vt->cols);
	}
	move_to(vt, vt->x, vt->y + 1);
}

static void put(struct vt *vt, u8 c)
{
	if (vt->wrap_pending) {
		vt->x = 0;
		line_feed(vt);
	}
	vt->cells[vt->y * vt->cols + vt->x] = cell(vt, c);
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
		if (vt->newline_returns)
			vt->x = 0;
		line_feed(vt);
		break;
	case '\r':
		move_to(vt, 0, vt->y);
		break;
	case ESC:
		vt->state = AFTER_ESC;
		break;
	}
}

/* ---- escape sequences ---- */

void vt_set_normal(struct vt *vt, u8 attr)
{
	vt->normal = attr;
	vt->fg = attr & 15;
	vt->bg = attr >> 4;
	vt->bold = vt->reverse = false;
}

static void select_rendition(struct vt *vt, unsigned int p)
{
	if (p == 0)
		vt_set_normal(vt, vt->normal);
	else if (p == 1 || p == 22)
		vt->bold = p == 1;
	else if (p == 7 || p == 27)
		vt->reverse = p == 7;
	else if (p >= 30 && p <= 37)
		vt->fg = p - 30;
	else if (p == 39)
		vt->fg = vt->normal & 15;
	else if (p >= 40 && p <= 47)
		vt->bg = p - 40;
	else if (p == 49)
		vt->bg = vt->normal >> 4;
}

/* 0: from the cursor to @to; 1: from @from up to the cursor, its cell included; 2: both. */
static void erase_part(struct vt *vt, unsigned int how, unsigned int from, unsigned int to)
{
	unsigned int cursor = vt->y * vt->cols + vt->x;

	if (how <= 2)
		erase(vt, how == 0 ? cursor : from, how == 1 ? cursor + 1 : to);
}

/* Insert @n blank cells at @from, or take as many out; what is behind them moves, up to @to. */
static void shift(struct vt *vt, unsigned int from, unsigned int to, unsigned int n, bool insert)
{
	u16 *at = vt->cells + from;

	n = min(n, to - from);
	memmove(insert ? at + n : at, insert ? at : at + n, (to - from - n) * sizeof(*at));
	erase(vt, insert ? from : to - n, insert ? from + n : to);
}

static void report_cursor(struct vt *vt)
{
	char text[32];

	snprintf(text, sizeof(text), "\033[%u;%uR", vt->y + 1, vt->x + 1);
	if (vt->reply)
		vt->reply(text);
}

/* The final byte of CSI, with vt->params. */
static void sequence(struct vt *vt, u8 c)
{
	unsigned int i, p = vt->params[0], line = vt->y * vt->cols;
	int x = vt->x, y = vt->y, n = max(p, 1u);

	switch (c) {
	case 'A':
		return move_to(vt, x, y - n);
	case 'B':
		return move_to(vt, x, y + n);
	case 'C':
		return move_to(vt, x + n, y);
	case 'D':
		return move_to(vt, x - n, y);
	case 'G':
		return move_to(vt, n - 1, y);
	case 'd':
		return move_to(vt, x, n - 1);
	case 'H':
	case 'f':
		return move_to(vt, (int)max(vt->params[1], 1u) - 1, n - 1);
	case 'J':
		return erase_part(vt, p, 0, vt->rows * vt->cols);
	case 'K':
		return erase_part(vt, p, line, line + vt->cols);
	case 'X':
		return erase(vt, line + x, line + min(vt->cols, (unsigned int)x + n));
	case '@':
	case 'P':
		return shift(vt, line + x, line + vt->cols, n, c == '@');
	case 'L':
	case 'M':
		return shift(vt, line, vt->rows * vt->cols, n * vt->cols, c == 'L');
	case 'n':
		if (p == 6)
			report_cursor(vt);
		return;
	case 'm':
		for (i = 0; i <= vt->nr_params; i++)
			select_rendition(vt, vt->params[i]);
	}
}

static void csi(struct vt *vt, u8 c)
{
	unsigned int *p = &vt->params[vt->nr_params];

	if (c >= '0' && c <= '9') {
		*p = min(*p * 10 + (c - '0'), 9999u);
	} else if (c == ';') {
		vt->nr_params = min_t(unsigned int, vt->nr_params + 1, ARRAY_SIZE(vt->params) - 1);
	} else if (c < ' ') {
		control(vt, c);
	} else if (c >= '@') {
		vt->state = TEXT;
		sequence(vt, c);
	}
}

/* ---- the public side ---- */

void vt_write(struct vt *vt, const char *text, size_t len)
{
	for (; len--; text++) {
		u8 c = *text;

		if (vt->state == IN_CSI) {
			csi(vt, c);
		} else if (vt->state == AFTER_ESC) {
			/* ESC ( and ESC ) take one more letter. */
			vt->state = c == '[' ? IN_CSI : c == '(' || c == ')' ? AFTER_ESC : TEXT;
			vt->nr_params = 0;
			memset(vt->params, 0, sizeof(vt->params));
		} else if (c < ' ') {
			control(vt, c);
		} else if (c != 0x7f && (c & 0xc0) != 0x80) { /* of UTF-8 only the first byte */
			put(vt, c);
		}
	}
}

void vt_init(struct vt *vt, u16 *cells, unsigned int cols, unsigned int rows)
{
	vt->cells = cells;
	vt->cols = cols;
	vt->rows = rows;
	vt->state = TEXT;
	vt_set_normal(vt, vt->normal ? vt->normal : VT_DEFAULT_ATTR);
	move_to(vt, 0, 0);
	erase(vt, 0, cols * rows);
}
