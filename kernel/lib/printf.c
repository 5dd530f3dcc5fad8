/*
 * vsnprintf. Everything is written through struct out, which counts what does not fit.
 */
#include "kernel/lib/printf.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

/* Longest number: 64 bits in octal with prefix or sign; zeros are put in front up to this, too. */
#define NUMBER_MAX 32

struct out {
	char *buf;
	size_t size;
	size_t pos;
};

struct spec {
	bool left, zeros, prefix;
	int width;
	int precision; /* -1: none given */
};

static void put(struct out *o, char c)
{
	if (o->pos < o->size)
		o->buf[o->pos] = c;
	o->pos++;
}

static void put_text(struct out *o, const char *s, int len, const struct spec *sp)
{
	int pad = sp->width - len;

	for (; !sp->left && pad > 0; pad--)
		put(o, ' ');
	while (len--)
		put(o, *s++);
	for (; pad > 0; pad--)
		put(o, ' ');
}

static void put_number(struct out *o, u64 n, unsigned int base, bool negative, struct spec *sp)
{
	char buf[NUMBER_MAX], *end = buf + sizeof(buf), *p = end;
	bool prefix = sp->prefix && n;
	u32 digit;

	do {
		n = div_u64_rem(n, base, &digit);
		*--p = "0123456789abcdef"[digit];
	} while (n);
	if (sp->zeros && !sp->left)
		while (end - p < min(sp->width, NUMBER_MAX) - negative - 2 * prefix)
			*--p = '0';
	if (prefix) {
		*--p = 'x';
		*--p = '0';
	}
	if (negative)
		*--p = '-';
	put_text(o, p, end - p, sp);
}

static void put_string(struct out *o, const char *s, const struct spec *sp)
{
	/* A near-NULL pointer is a field of a NULL structure: show it instead of faulting in printk. */
	if ((unsigned long)s < 4096)
		s = "(null)";
	put_text(o, s, strnlen(s, sp->precision < 0 ? INT_MAX : sp->precision), sp);
}

static void put_symbol(struct out *o, unsigned long addr)
{
	struct spec hex = { .prefix = true };
	unsigned long size = 0, offset = 0;
	const char *name = kallsyms_lookup(addr, &size, &offset);
	char text[96];

	if (!name)
		put_number(o, addr, 16, false, &hex);
	else
		put_text(o, text,
			 scnprintf(text, sizeof(text), "%s+0x%lx/0x%lx", name, offset, size), &hex);
}

/* Digits, or * for the next argument. Returns the position behind. */
static const char *parse_number(const char *fmt, int *value, va_list *args)
{
	*value = 0;
	if (*fmt == '*') {
		*value = va_arg(*args, int);
		return fmt + 1;
	}
	for (; isdigit(*fmt); fmt++)
		*value = *value * 10 + *fmt - '0';
	return fmt;
}

/* The next integer argument, of 0 int, 1 long, 2 long long size; sign-extended if asked. */
static u64 next_integer(va_list *args, int longs, bool is_signed)
{
	unsigned long l;
	unsigned int i;

	if (longs >= 2)
		return va_arg(*args, unsigned long long);
	if (longs == 1) {
		l = va_arg(*args, unsigned long);
		return is_signed ? (u64)(long)l : l;
	}
	i = va_arg(*args, unsigned int);
	return is_signed ? (u64)(int)i : i;
}

static const char *parse_spec(const char *fmt, struct spec *sp, va_list *args)
{
	*sp = (struct spec){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '-')
			sp->left = true;
		else if (*fmt == '0')
			sp->zeros = true;
		else if (*fmt == '#')
			sp->prefix = true;
		else
			break;
	}
	fmt = parse_number(fmt, &sp->width, args);
	if (sp->width < 0) {
		sp->left = true;
		sp->width = -sp->width;
	}
	if (*fmt == '.')
		fmt = parse_number(fmt + 1, &sp->precision, args);
	return fmt;
}

/* One conversion; `fmt` is behind the %. Returns the position behind it. */
static const char *convert(struct out *o, const char *fmt, va_list *args)
{
	struct spec sp;
	int longs = 0;
	s64 n;
	char c;

	fmt = parse_spec(fmt, &sp, args);
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		longs++;
	switch (*fmt) {
	case 'd':
		n = next_integer(args, longs, true);
		put_number(o, n < 0 ? -(u64)n : (u64)n, 10, n < 0, &sp);
		break;
	case 'u':
		put_number(o, next_integer(args, longs, false), 10, false, &sp);
		break;
	case 'o':
		put_number(o, next_integer(args, longs, false), 8, false, &sp);
		break;
	case 'x':
		put_number(o, next_integer(args, longs, false), 16, false, &sp);
		break;
	case 'c':
		c = va_arg(*args, int);
		put_text(o, &c, 1, &sp);
		break;
	case 's':
		put_string(o, va_arg(*args, const char *), &sp);
		break;
	case 'p':
		n = (unsigned long)va_arg(*args, void *);
		if (fmt[1] == 'S') {
			put_symbol(o, n);
			return fmt + 2;
		}
		sp.zeros = true;
		sp.width = 2 * sizeof(void *);
		put_number(o, n, 16, false, &sp);
		break;
	default:
		put(o, '%');
		if (*fmt && *fmt != '%')
			put(o, *fmt);
		return *fmt ? fmt + 1 : fmt;
	}
	return fmt + 1;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
{
	struct out o = { buf, size, 0 };
	va_list args;

	va_copy(args, list);
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(&o, fmt + 1, &args);
		else
			put(&o, *fmt++);
	}
	va_end(args);
	if (size)
		buf[min(o.pos, size - 1)] = 0;
	return o.pos;
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len = vsnprintf(buf, size, fmt, args);

	return size ? min(len, size - 1) : 0;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
