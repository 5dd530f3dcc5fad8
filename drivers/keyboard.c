/*
 * The i8042 keyboard controller, which hands out scan codes of set 1: a byte for a key that goes down, the same
 * with bit 7 when it comes up, 0xe0 before the keys that the first PC did not have. The firmware has set it up:
 * interrupts on, the codes of set 2 that keyboards speak translated. US layout; what special keys send is what
 * Linux's console sends.
 */
#include "drivers/keyboard.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"
#include "kernel/x86/io.h"
#include "kernel/x86/irq.h"

#define I8042_DATA   0x60
#define I8042_STATUS 0x64

#define STATUS_OUTPUT 0x01 /* a byte waits for us */
#define STATUS_MOUSE  0x20 /* it is the mouse's */

#define KBD_SET_LEDS 0xed
#define KBD_ACK      0xfa

#define CODE_EXTENDED 0xe0
#define CODE_PAUSE    0xe1 /* before two more bytes */
#define CODE_RELEASE  0x80

#define CTRL(c) ((c)&0x1f)

/* Keys that are down: a bit each, by their codes, with bit 7 where 0xe0 comes before. */
#define SHIFT   0x03
#define CONTROL 0x0c
#define ALT     0x10

static const char modifiers[] = { 0x2a, 0x36, 0x1d, 0x1d | 0x80, 0x38, 0x38 | 0x80 };

/* Locks, as the bits of KBD_SET_LEDS. */
#define NUM_LOCK  0x02
#define CAPS_LOCK 0x04

#define KEY_NUM_LOCK  0x45
#define KEY_CAPS_LOCK 0x3a
#define KEY_F1        0x3b
#define KEY_F11       0x57
#define KEY_KP7       0x47
#define KEY_SLASH     0x35
#define KEY_ENTER     0x1c

static void (*rx_callback)(u8 byte);
static u8 down_keys, locks;
static bool extended, leds_due;
static int skip;

/* 0: not a character. */
static const char plain[] =
	"\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 \0";
static const char shifted[] =
	"\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 \0";

/* From KEY_KP7 on, with Num Lock and without; where the first PC had the keypad only, later ones have both. */
static const char keypad[] = "789-456+1230.";
static const char *const navigation[] = {
	"\033[1~", "\033[A",  "\033[5~", "-",       "\033[D",  "\033[G",  "\033[C",
	"+",       "\033[4~", "\033[B",  "\033[6~", "\033[2~", "\033[3~",
};

static const char *const function[] = {
	"\033[[A",  "\033[[B",  "\033[[C",  "\033[[D",  "\033[[E",  "\033[17~",
	"\033[18~", "\033[19~", "\033[20~", "\033[21~", "\033[23~", "\033[24~",
};

static void send(const char *text)
{
	while (*text)
		rx_callback(*text++);
}

static void character(char c)
{
	/* What control makes of keys that are no letters. */
	static const char keys[] = "2345678/- \177",
			  controls[] = "\0\033\034\035\036\037\177\037\037\0\b";
	const char *key = strchr(keys, c);

	if (down_keys & CONTROL)
		c = key ? controls[key - keys] : CTRL(c);
	if (down_keys & ALT)
		rx_callback('\033');
	rx_callback(c);
}

static void key_down(u8 code, bool gray)
{
	unsigned int n = code - KEY_KP7, f = code >= KEY_F11 ? code - KEY_F11 + 10 : code - KEY_F1;
	bool upper = down_keys & SHIFT;

	if (n < ARRAY_SIZE(navigation)) {
		if (!gray && (locks & NUM_LOCK) && !upper)
			character(keypad[n]);
		else
			send(navigation[n]);
	} else if (f < (code >= KEY_F11 ? ARRAY_SIZE(function) : 10)) {
		send(function[f]);
	} else if (code < sizeof(plain) - 1 && plain[code] &&
		   (!gray || code == KEY_SLASH || code == KEY_ENTER)) {
		if (isalpha(plain[code]) && (locks & CAPS_LOCK))
			upper = !upper;
		character(upper && !gray ? shifted[code] : plain[code]);
	}
}

/* Keys that only change what the others mean. Value: whether it was one. */
static bool modifier(u8 code, bool gray, bool down)
{
	const char *m = memchr(modifiers, code | gray << 7, sizeof(modifiers));
	u8 bit = m ? 1 << (m - modifiers) : 0;

	down_keys = down ? down_keys | bit : down_keys & ~bit;
	if (!gray && down && (code == KEY_CAPS_LOCK || code == KEY_NUM_LOCK)) {
		locks ^= code == KEY_CAPS_LOCK ? CAPS_LOCK : NUM_LOCK;
		leds_due = true;
		outb(KBD_SET_LEDS, I8042_DATA);
	}
	return bit;
}

static void scan_code(u8 code)
{
	bool was_extended = extended, down = !(code & CODE_RELEASE);

	if (code == KBD_ACK && leds_due) {
		leds_due = false;
		outb(locks, I8042_DATA);
	}
	extended = code == CODE_EXTENDED;
	if (code == CODE_PAUSE)
		skip = 2;
	/* A prefix, an acknowledge, an error; a key that does nothing. */
	if (code >= 0xe0 || skip-- > 0)
		return;
	skip = 0;
	code &= ~CODE_RELEASE;
	/* Some keyboards wrap their extended keys into shifts that nobody pressed. */
	if (was_extended && (code == 0x2a || code == 0x36))
		return;
	if (!modifier(code, was_extended, down) && down)
		key_down(code, was_extended);
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
