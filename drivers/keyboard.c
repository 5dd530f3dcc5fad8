/*
 * The i8042 keyboard controller, which hands out scan codes of set 1: a byte for a key that goes down,
 * the same with bit 7 when it comes up, 0xe0 before the keys that the first PC did not have. The
 * firmware has set it up: interrupts on, codes translated to set 1.
 */
#include "drivers/keyboard.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/util.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irq.h"

#define I8042_DATA   0x60
#define I8042_STATUS 0x64

#define STATUS_OUTPUT 0x01 /* a byte waits for us */
#define STATUS_MOUSE  0x20 /* it is the mouse's */

#define CODE_EXTENDED 0xe0
#define CODE_RELEASE  0x80

#define KEY_CTRL   0x1d
#define KEY_LSHIFT 0x2a
#define KEY_RSHIFT 0x36
#define KEY_ALT    0x38
#define KEY_CAPS   0x3a

#define CTRL(c) ((c)&0x1f)

static void (*rx_callback)(u8 byte);
static bool shift, ctrl, alt, caps, extended;

/* US layout; 0: not a character. */
static const char plain[] =
	"\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 \0";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 \0";

static const struct {
	u8 code;
	const char *text;
} special[] = {
	{ 0x48, "\033[A" },  { 0x50, "\033[B" },  { 0x4d, "\033[C" },  { 0x4b, "\033[D" },
	{ 0x47, "\033[1~" }, { 0x53, "\033[3~" }, { 0x4f, "\033[4~" }, { 0x49, "\033[5~" },
	{ 0x51, "\033[6~" }, { 0x4a, "-" },       { 0x4e, "+" },
};

static void send(const char *text)
{
	while (*text)
		rx_callback(*text++);
}

/* Keys that only change what the others mean. Value: whether it was one. */
static bool modifier(u8 code, bool down)
{
	switch (code) {
	case KEY_LSHIFT:
	case KEY_RSHIFT:
		shift = down;
		return true;
	case KEY_CTRL:
		ctrl = down;
		return true;
	case KEY_ALT:
		alt = down;
		return true;
	case KEY_CAPS:
		caps ^= down;
		return true;
	}
	return false;
}

static void character(char c)
{
	if (ctrl)
		c = c == ' ' ? 0 : c == '/' || c == '-' ? CTRL('_') : c == '\177' ? '\b' : CTRL(c);
	if (alt)
		rx_callback('\033');
	rx_callback(c);
}

static void key_down(u8 code)
{
	bool upper = shift;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(special); i++)
		if (special[i].code == code)
			return send(special[i].text);
	if (code >= sizeof(plain) - 1 || !plain[code])
		return;
	if (isalpha(plain[code]))
		upper ^= caps;
	character(upper ? shifted[code] : plain[code]);
}

static void scan_code(u8 code)
{
	bool was_extended = extended, down = !(code & CODE_RELEASE);

	extended = code == CODE_EXTENDED;
	if (code >= 0xe0) /* a prefix, an acknowledge, an error */
		return;
	code &= ~CODE_RELEASE;
	/* Some keyboards wrap their extended keys into shifts that nobody pressed. */
	if (was_extended && (code == KEY_LSHIFT || code == KEY_RSHIFT))
		return;
	if (modifier(code, down) || !down)
		return;
	key_down(code);
}

static irqreturn_t keyboard_interrupt(int irq, void *dev)
{
	irqreturn_t result = IRQ_NONE;
	u8 status;

	while ((status = inb(I8042_STATUS)) & STATUS_OUTPUT) {
		u8 byte = inb(I8042_DATA);

		if (!(status & STATUS_MOUSE))
			scan_code(byte);
		result = IRQ_HANDLED;
	}
	return result;
}

int keyboard_set_rx(void (*rx)(u8 byte))
{
	rx_callback = rx;
	if (inb(I8042_STATUS) == 0xff)
		return -ENODEV;
	keyboard_interrupt(KEYBOARD_IRQ, NULL); /* what was typed before waits no longer */
	return request_irq(KEYBOARD_IRQ, keyboard_interrupt, 0, "i8042", NULL);
}
