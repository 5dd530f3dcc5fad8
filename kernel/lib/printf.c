/*
 * vsnprintf. One conversion is parsed into struct spec and written through struct out, which counts what does not fit.
 */
#include "kernel/lib/printf.h"

#include "kernel/lib/ctype.h"
#include "kernel/lib/kallsyms.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

#define F_LEFT   0x01 /* - */
#define F_PLUS   0x02
#define F_SPACE  0x04
#define F_ZERO   0x08
#define F_PREFIX 0x10 /* # */
#define F_UPPER  0x20
#define F_SIGNED 0x40

/* Digits of the longest number: 64 bits in octal. */
#define NUMBER_MAX 22

struct out {
	char *buf;
	size_t size;
	size_t pos;
};

struct spec {
	unsigned int flags;
	int width;
	int precision; /* -1: none given */
	char length;   /* 'H' hh, 'h', 0, 'l', 'L' ll, 'z' */
};

static void put(struct out *o, char c)
{
	if (o->pos < o->size)
		o->buf[o->pos] = c;
	o->pos++;
}

static void put_repeat(struct out *o, char c, int count)
{
	while (count-- > 0)
		put(o, c);
}

static void put_text(struct out *o, const char *s, size_t len, const struct spec *sp)
{
	int pad = sp->width - (int)len;

	if (!(sp->flags & F_LEFT))
		put_repeat(o, ' ', pad);
	while (len--)
		put(o, *s++);
	if (sp->flags & F_LEFT)
		put_repeat(o, ' ', pad);
}

/* Digits of `n`, lowest first; none for 0. Returns how many. */
static int to_digits(char *digits, u64 n, unsigned int base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 rest, low;
	int len = 0;

	while (n >> 32) {
		n = div_u64_rem(n, base, &rest);
		digits[len++] = set[rest];
	}
	for (low = n; low; low /= base)
		digits[len++] = set[low % base];
	return len;
}

static char sign_of(u64 *n, unsigned int flags)
{
	if (!(flags & F_SIGNED))
		return 0;
	if ((s64)*n < 0) {
		*n = -*n;
		return '-';
	}
	return flags & F_PLUS ? '+' : flags & F_SPACE ? ' ' : 0;
}

static void put_number(struct out *o, u64 n, unsigned int base, const struct spec *sp)
{
	char digits[NUMBER_MAX], sign = sign_of(&n, sp->flags);
	int len = to_digits(digits, n, base, sp->flags & F_UPPER);
	int zeros = (sp->precision < 0 ? 1 : sp->precision) - len;
	int prefix = 0, pad;

	if (sp->flags & F_PREFIX) {
		if (base == 16 && n)
			prefix = 2;
		else if (base == 8 && zeros < 1)
			zeros = 1;
	}
	zeros = max(zeros, 0);
	pad = sp->width - len - zeros - prefix - (sign ? 1 : 0);
	if ((sp->flags & F_ZERO) && !(sp->flags & F_LEFT) && sp->precision < 0 && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!(sp->flags & F_LEFT))
		put_repeat(o, ' ', pad);
	if (sign)
		put(o, sign);
	if (prefix) {
		put(o, '0');
		put(o, sp->flags & F_UPPER ? 'X' : 'x');
	}
	put_repeat(o, '0', zeros);
	while (len)
		put(o, digits[--len]);
	if (sp->flags & F_LEFT)
		put_repeat(o, ' ', pad);
}

static void put_string(struct out *o, const char *s, const struct spec *sp)
{
	/* A near-NULL pointer is a field of a NULL structure: show it instead of faulting in printk. */
	if ((unsigned long)s < 4096)
		s = "(null)";
	put_text(o, s, strnlen(s, sp->precision < 0 ? (size_t)INT_MAX : (size_t)sp->precision), sp);
}

static void put_symbol(struct out *o, unsigned long addr, const struct spec *sp, bool with_offset)
{
	unsigned long size = 0, offset = 0;
	const char *name = kallsyms_lookup(addr, &size, &offset);
	const struct spec hex = { .flags = F_PREFIX, .precision = -1 };

	if (!name) {
		put_number(o, addr, 16, &hex);
		return;
	}
	put_text(o, name, strlen(name), with_offset ? &hex : sp);
	if (!with_offset)
		return;
	put(o, '+');
	put(o, '0');
	put(o, 'x');
	put_number(o, offset, 16, &(struct spec){ .precision = -1 });
	put(o, '/');
	put_number(o, size, 16, &hex);
}

/* Behind %p: returns the format position after the letters it knows. */
static const char *put_pointer(struct out *o, const char *fmt, void *p, struct spec *sp)
{
	switch (*fmt) {
	case 'S':
	case 's':
		put_symbol(o, (unsigned long)p, sp, *fmt == 'S');
		return fmt + 1;
	case 'a':
		sp->flags |= F_PREFIX | F_ZERO;
		sp->width = 2 + 2 * sizeof(phys_addr_t);
		put_number(o, *(phys_addr_t *)p, 16, sp);
		return fmt + 1;
	default:
		if (!sp->width) {
			sp->width = 2 * sizeof(void *);
			sp->flags |= F_ZERO;
		}
		put_number(o, (unsigned long)p, 16, sp);
		return fmt;
	}
}

static const char *parse_number(const char *fmt, int *value)
{
	for (*value = 0; isdigit(*fmt); fmt++)
		*value = *value * 10 + *fmt - '0';
	return fmt;
}

static const char *parse_flags(const char *fmt, struct spec *sp)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			sp->flags |= F_LEFT;
			break;
		case '+':
			sp->flags |= F_PLUS;
			break;
		case ' ':
			sp->flags |= F_SPACE;
			break;
		case '0':
			sp->flags |= F_ZERO;
			break;
		case '#':
			sp->flags |= F_PREFIX;
			break;
		default:
			return fmt;
		}
	}
}

static const char *parse_length(const char *fmt, struct spec *sp)
{
	switch (*fmt) {
	case 'h':
		sp->length = fmt[1] == 'h' ? 'H' : 'h';
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	case 'l':
		sp->length = fmt[1] == 'l' ? 'L' : 'l';
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	case 'z':
	case 't':
		sp->length = 'z';
		return fmt + 1;
	default:
		return fmt;
	}
}

/* va_list is an array on some hosts, so it travels in a structure. */
struct args {
	va_list list;
};

static u64 next_integer(struct args *a, const struct spec *sp)
{
	bool is_signed = sp->flags & F_SIGNED;
	unsigned long l;
	unsigned int i;

	switch (sp->length) {
	case 'L':
		return va_arg(a->list, unsigned long long);
	case 'l':
	case 'z':
		l = va_arg(a->list, unsigned long);
		return is_signed ? (u64)(long)l : l;
	}
	i = va_arg(a->list, unsigned int);
	if (sp->length == 'h')
		return is_signed ? (u64)(short)i : (unsigned short)i;
	if (sp->length == 'H')
		return is_signed ? (u64)(signed char)i : (unsigned char)i;
	return is_signed ? (u64)(int)i : i;
}

static const char *parse_spec(const char *fmt, struct spec *sp, struct args *a)
{
	*sp = (struct spec){ .precision = -1 };
	fmt = parse_flags(fmt, sp);
	if (*fmt == '*') {
		sp->width = va_arg(a->list, int);
		fmt++;
		if (sp->width < 0) {
			sp->flags |= F_LEFT;
			sp->width = -sp->width;
		}
	} else {
		fmt = parse_number(fmt, &sp->width);
	}
	if (*fmt == '.') {
		fmt++;
		if (*fmt == '*') {
			sp->precision = va_arg(a->list, int);
			fmt++;
		} else {
			fmt = parse_number(fmt, &sp->precision);
		}
	}
	return parse_length(fmt, sp);
}

/* One conversion; `fmt` is behind the %. Returns the position behind it. */
static const char *convert(struct out *o, const char *fmt, struct args *a)
{
	struct spec sp;
	char c;

	fmt = parse_spec(fmt, &sp, a);
	switch (*fmt) {
	case 'd':
	case 'i':
		sp.flags |= F_SIGNED;
		put_number(o, next_integer(a, &sp), 10, &sp);
		break;
	case 'u':
		put_number(o, next_integer(a, &sp), 10, &sp);
		break;
	case 'o':
		put_number(o, next_integer(a, &sp), 8, &sp);
		break;
	case 'X':
		sp.flags |= F_UPPER;
		fallthrough;
	case 'x':
		put_number(o, next_integer(a, &sp), 16, &sp);
		break;
	case 'c':
		c = va_arg(a->list, int);
		put_text(o, &c, 1, &sp);
		break;
	case 's':
		put_string(o, va_arg(a->list, const char *), &sp);
		break;
	case 'p':
		return put_pointer(o, fmt + 1, va_arg(a->list, void *), &sp);
	case '%':
		put(o, '%');
		break;
	case 0:
		put(o, '%');
		return fmt;
	default:
		put(o, '%');
		put(o, *fmt);
	}
	return fmt + 1;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list list)
{
	struct out o = { buf, size, 0 };
	struct args a;

	va_copy(a.list, list);
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(&o, fmt + 1, &a);
		else
			put(&o, *fmt++);
	}
	va_end(a.list);
	if (size)
		buf[min(o.pos, size - 1)] = 0;
	return o.pos;
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len;

	if (!size)
		return 0;
	len = vsnprintf(buf, size, fmt, args);
	return min(len, size - 1);
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
