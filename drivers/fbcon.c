/*
 * Text goes into an array of cells (drivers/vt.c). A second array remembers what has been drawn; after
 * each write the cells that differ are drawn. So a scrolled screen costs what has changed on it, and
 * the adapter's memory, which is slow to read, is only ever written.
 */
#include "drivers/fbcon.h"

#include "drivers/fb.h"
#include "drivers/font.h"
#include "drivers/vt.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/string.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"

#define MAX_COLS   256u
#define MAX_CELLS  (MAX_COLS * 100)
#define PANIC_ATTR 0x1f /* bright white on red */

static u16 cells[MAX_CELLS], drawn[MAX_CELLS];
static struct vt vt;
static struct fb_info *fb;
static u32 palette[16];       /* as the framebuffer wants them */
static int seen_touched = -1; /* value of fb->touched when drawn[] was right */
static bool graphics, panicking, log_wanted;
static void (*tty_rx)(u8 byte);
static void (*tty_resized)(unsigned int cols, unsigned int rows);
static DEFINE_SPINLOCK(lock);

/* ---- pixels ---- */

static u32 field(u32 value, const struct fb_bitfield *f)
{
	return (value & 0xff) >> (8 - f->length) << f->offset;
}

static void make_palette(void)
{
	static const u32 colours[16] = {
		0x000000, 0xaa2222, 0x22aa22, 0xaa7711, 0x3355cc, 0xaa33aa, 0x22aaaa, 0xb8b8b8,
		0x666666, 0xff6666, 0x66ff66, 0xffff66, 0x7799ff, 0xff77ff, 0x66ffff, 0xffffff,
	};

	for (int i = 0; i < 16; i++)
		palette[i] = field(colours[i] >> 16, &fb->var.red) |
			     field(colours[i] >> 8, &fb->var.green) |
			     field(colours[i], &fb->var.blue);
}

/* One pixel at @to, of so many bytes; value: where the next one goes. */
static char *put_pixel(char *to, u32 colour, u32 bytes)
{
	if (bytes == 4) {
		*(volatile u32 *)to = colour;
	} else {
		*(volatile u16 *)to = colour;
		if (bytes == 3)
			*(volatile u8 *)(to + 2) = colour >> 16;
	}
	return to + bytes;
}

static void draw_cell(unsigned int x, unsigned int y, u16 cell)
{
	u32 fg = palette[VT_ATTR(cell) & 15], bg = palette[VT_ATTR(cell) >> 4];
	u32 bytes = fb->var.bits_per_pixel / 8, pitch = fb->fix.line_length;
	const u8 *glyph = font_glyph(VT_CHAR(cell));
	char *line = (char *)fb->screen_base + y * FONT_HEIGHT * pitch + x * FONT_WIDTH * bytes;

	for (int i = 0; i < FONT_HEIGHT; i++, line += pitch) {
		char *to = line;

		for (u8 bit = 0x80; bit; bit >>= 1)
			to = put_pixel(to, glyph[i] & bit ? fg : bg, bytes);
	}
}

/* Somebody else drew: nothing of what we drew can be relied on. 0xffff is no cell of a terminal. */
static void take_back(void)
{
	fb_pan(fb, 0);
	memset(fb->screen_base, 0, fb->fix.line_length * fb->var.yres);
	memset(drawn, 0xff, sizeof(drawn));
	seen_touched = atomic_read(&fb->touched);
}

/* Draws what has changed, if the screen is ours. */
static void render(void)
{
	if (!panicking && (graphics || atomic_read(&fb->mapped)))
		return;
	if (seen_touched != atomic_read(&fb->touched))
		take_back();
	for (unsigned int i = 0; i < vt.rows * vt.cols; i++) {
		u16 cell = cells[i];

		if (i == vt.y * vt.cols + vt.x) /* the cursor */
			cell = VT_CELL(cell, VT_ATTR(cell) << 4 | VT_ATTR(cell) >> 4);
		if (cell == drawn[i])
			continue;
		drawn[i] = cell;
		draw_cell(i % vt.cols, i / vt.cols, cell);
	}
}

static void write_text(const char *text, size_t len, bool newline_returns)
{
	unsigned long flags;
	bool locked = true;

	local_irq_save(flags);
	if (panicking) /* who holds the lock may never give it back */
		locked = spin_trylock(&lock);
	else
		spin_lock(&lock);
	vt.newline_returns = newline_returns;
	vt_write(&vt, text, len);
	render();
	if (locked)
		spin_unlock(&lock);
	local_irq_restore(flags);
}

/* As many characters as the mode, and cells[], have room for. */
static void fit_to_mode(void)
{
	unsigned int cols = min(fb->var.xres / FONT_WIDTH, MAX_COLS);

	vt_init(&vt, cells, cols, min(fb->var.yres / FONT_HEIGHT, MAX_CELLS / cols));
	make_palette();
}

static void mode_changed(struct fb_info *info)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	fit_to_mode();
	spin_unlock_irqrestore(&lock, flags);
	if (tty_resized)
		tty_resized(vt.cols, vt.rows);
}

/* ---- the terminal's side ---- */

int fbcon_attach(void (*resized)(unsigned int cols, unsigned int rows), void (*rx)(u8 byte))
{
	if (!fb)
		return -ENODEV;
	tty_resized = resized;
	tty_rx = rx;
	resized(vt.cols, vt.rows);
	return 0;
}

void fbcon_write(const char *text, size_t len)
{
	write_text(text, len, false);
}

void fbcon_set_graphics(bool on)
{
	graphics = on;
	atomic_inc(&fb->touched);
}

/*
 * The terminal asks while it holds its locks and ours is held, so the answer has to wait: a timer
 * hands it over. Of two answers within one tick the second is lost.
 */
static char answer[32];

static void send_answer(unsigned long unused)
{
	for (const char *p = answer; *p; p++)
		tty_rx(*p);
}

static struct timer_list answer_timer = { .function = send_answer };

static void reply(const char *text)
{
	if (!tty_rx || timer_pending(&answer_timer))
		return;
	strlcpy(answer, text, sizeof(answer));
	mod_timer(&answer_timer, jiffies + 1);
}

/* ---- the log's side ---- */

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
	vt_set_normal(&vt, PANIC_ATTR);
}

static struct console fb_console = {
	.name = "tty0",
	.write = console_write,
	.unblank = console_unblank,
};

void fbcon_init(struct fb_info *info)
{
	fb = info;
	fb->mode_changed = mode_changed;
	fit_to_mode();
	vt.reply = reply;
	log_wanted = console_wanted("tty0");
	register_console(&fb_console);
}
