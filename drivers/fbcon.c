/*
 * Text goes into an array of cells (drivers/vt.c). A second array remembers what has been drawn; after
 * each write the cells that differ are drawn. So a scrolled screen costs what has changed on it, and
 * the adapter's memory, which is slow to read, is only ever written.
 */
#include "drivers/fbcon.h"

#include "drivers/fb.h"
#include "drivers/font.h"
#include "drivers/vt.h"
#include "kernel/lib/cmdline.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"

#define MAX_CELLS (256 * 100)
#define NOT_DRAWN 0xffffu /* bright white on bright white: no cell of the terminal has it */

#define PANIC_ATTR 0x1f /* bright white on red */

static u16 cells[MAX_CELLS], drawn[MAX_CELLS];
static struct vt vt;
static struct fb_info *fb;
static u32 palette[16];  /* as the framebuffer wants them */
static int seen_touched; /* value of fb->touched when drawn[] was right */
static bool graphics, panicking, log_wanted;
static void (*reply_rx)(u8 byte);
static void (*resized)(unsigned int cols, unsigned int rows);
static DEFINE_SPINLOCK(lock);

static const u32 colours[16] = {
	0x000000, 0xaa2222, 0x22aa22, 0xaa7711, 0x3355cc, 0xaa33aa, 0x22aaaa, 0xb8b8b8,
	0x666666, 0xff6666, 0x66ff66, 0xffff66, 0x7799ff, 0xff77ff, 0x66ffff, 0xffffff,
};

/* ---- pixels ---- */

static u32 field(u32 value, const struct fb_bitfield *f)
{
	return f->length ? (value & 0xff) >> (8 - f->length) << f->offset : 0;
}

static void make_palette(void)
{
	int i;

	for (i = 0; i < 16; i++)
		palette[i] = field(colours[i] >> 16, &fb->var.red) |
			     field(colours[i] >> 8, &fb->var.green) |
			     field(colours[i], &fb->var.blue);
}

/* One pixel at @to; value: where the next one goes. */
static char *put_pixel(char *to, u32 colour, u32 bits_per_pixel)
{
	switch (bits_per_pixel) {
	case 32:
		*(volatile u32 *)to = colour;
		return to + 4;
	case 24:
		*(volatile u16 *)to = colour;
		*(volatile u8 *)(to + 2) = colour >> 16;
		return to + 3;
	default:
		*(volatile u16 *)to = colour;
		return to + 2;
	}
}

/* Eight pixels in a row, the leftmost in bit 7. */
static void draw_bits(char *to, u8 bits, u32 fg, u32 bg)
{
	u32 bits_per_pixel = fb->var.bits_per_pixel;
	int i;

	for (i = 0; i < FONT_WIDTH; i++, bits <<= 1)
		to = put_pixel(to, bits & 0x80 ? fg : bg, bits_per_pixel);
}

static void draw_cell(unsigned int x, unsigned int y, u16 cell)
{
	const u8 *glyph = font_glyph(VT_CHAR(cell));
	u32 fg = palette[VT_ATTR(cell) & 15], bg = palette[VT_ATTR(cell) >> 4 & 15];
	char *at = (char *)fb->screen_base + y * FONT_HEIGHT * fb->fix.line_length +
		   x * FONT_WIDTH * (fb->var.bits_per_pixel / 8);
	int i;

	for (i = 0; i < FONT_HEIGHT; i++, at += fb->fix.line_length)
		draw_bits(at, glyph[i], fg, bg);
}

/* What is right of the last column and below the last line. */
static void clear_margins(void)
{
	u32 bytes = fb->var.bits_per_pixel / 8, y;
	u32 left = vt.cols * FONT_WIDTH * bytes, width = fb->var.xres * bytes;

	for (y = 0; y < fb->var.yres; y++) {
		u32 from = y < vt.rows * FONT_HEIGHT ? left : 0;

		memset((char *)fb->screen_base + y * fb->fix.line_length + from, 0, width - from);
	}
}

/* ---- drawing what has changed ---- */

static bool screen_is_ours(void)
{
	return panicking || (!graphics && !atomic_read(&fb->mapped));
}

/* Somebody drew: nothing of what we drew can be relied on. */
static void take_back(void)
{
	fb->ops->fb_pan_display(fb, 0, 0);
	fb->var.xoffset = fb->var.yoffset = 0;
	memset(drawn, 0xff, sizeof(drawn));
	clear_margins();
	seen_touched = atomic_read(&fb->touched);
}

static void render(void)
{
	unsigned int x, y, i = 0;

	if (!screen_is_ours())
		return;
	if (seen_touched != atomic_read(&fb->touched))
		take_back();
	for (y = 0; y < vt.rows; y++) {
		for (x = 0; x < vt.cols; x++, i++) {
			u16 cell = cells[i];

			if (x == vt.x && y == vt.y && !vt.cursor_hidden)
				cell = VT_CELL(cell, VT_ATTR(cell) << 4 | VT_ATTR(cell) >> 4);
			if (cell == drawn[i])
				continue;
			drawn[i] = cell;
			draw_cell(x, y, cell);
		}
	}
}

/* A panic may have come while the lock was held; then nobody will give it back. */
static bool take_lock(unsigned long *flags)
{
	local_irq_save(*flags);
	if (panicking)
		return spin_trylock(&lock);
	spin_lock(&lock);
	return true;
}

static void write_text(const char *text, size_t len, bool newline_returns)
{
	unsigned long flags;
	bool locked = take_lock(&flags);

	vt.newline_returns = newline_returns;
	vt_write(&vt, text, len);
	render();
	if (locked)
		spin_unlock(&lock);
	local_irq_restore(flags);
}

/* ---- the public side ---- */

bool fbcon_present(void)
{
	return fb != NULL;
}

void fbcon_size(unsigned int *cols, unsigned int *rows)
{
	*cols = vt.cols;
	*rows = vt.rows;
}

void fbcon_write(const char *text, size_t len)
{
	if (fb)
		write_text(text, len, false);
}

void fbcon_set_reply(void (*rx)(u8 byte))
{
	reply_rx = rx;
}

void fbcon_set_resize(void (*fn)(unsigned int cols, unsigned int rows))
{
	resized = fn;
}

void fbcon_set_graphics(bool on)
{
	graphics = on;
	if (fb)
		atomic_inc(&fb->touched);
}

/*
 * The terminal asks while it holds its locks and ours is held, so the answer has to wait: a timer hands
 * it over. Of two answers within one tick the second is lost.
 */
static char answer[32];

static void send_answer(unsigned long unused)
{
	const char *p;

	for (p = answer; reply_rx && *p; p++)
		reply_rx(*p);
}

static struct timer_list answer_timer = { .function = send_answer };

static void reply(const char *text)
{
	if (!reply_rx || timer_pending(&answer_timer))
		return;
	strlcpy(answer, text, sizeof(answer));
	mod_timer(&answer_timer, jiffies + 1);
}

static void console_write(struct console *con, const char *text, size_t len)
{
	if (log_wanted || panicking)
		write_text(text, len, true);
}

/* A panic is about to be shown: on our screen, in our colours, whoever has drawn on it. */
static void console_unblank(struct console *con)
{
	panicking = true;
	atomic_inc(&fb->touched);
	vt.attr = vt.normal_attr = PANIC_ATTR;
	if (fb->ops->fb_blank)
		fb->ops->fb_blank(fb, false);
}

static struct console fb_console = {
	.name = "tty0",
	.write = console_write,
	.unblank = console_unblank,
};

/* How many characters fit into the mode, and into cells[]. */
static void grid_size(unsigned int *cols, unsigned int *rows)
{
	*cols = min(fb->var.xres / FONT_WIDTH, 256u);
	*rows = min(fb->var.yres / FONT_HEIGHT, MAX_CELLS / *cols);
}

static void mode_changed(struct fb_info *info)
{
	unsigned int cols, rows;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	grid_size(&cols, &rows);
	vt_resize(&vt, cols, rows);
	make_palette();
	spin_unlock_irqrestore(&lock, flags);
	if (resized)
		resized(cols, rows);
}

static const struct fb_client fbcon_client = { .mode_changed = mode_changed };

/* console=tty0, or no console= at all. */
static bool wanted(void)
{
	const char *name;
	unsigned int i;

	for (i = 0; (name = cmdline_get_nth("console", i)); i++) {
		if (!strcmp(name, "tty0") || !strcmp(name, "tty1"))
			return true;
	}
	return i == 0;
}

void fbcon_init(struct fb_info *info)
{
	unsigned int cols, rows;

	fb = info;
	grid_size(&cols, &rows);
	vt_init(&vt, cells, cols, rows);
	vt.reply = reply;
	make_palette();
	memset(drawn, 0xff, sizeof(drawn));
	log_wanted = wanted();
	fb_set_client(&fbcon_client);
	register_console(&fb_console);
}
