#include "kernel/lib/inflate.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/lib/util.h"

#define LITERALS     288 /* literal/length symbols; 286 and 287 never occur in valid data */
#define DISTANCES    30
#define END_OF_BLOCK 256

/* The only incomplete codes that are allowed, by what huffman_build() says of them. */
#define ONE_SYMBOL (1 << 14) /* one code of one bit */
#define NO_SYMBOL  (1 << 15)

enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16, FRESERVED = 0xe0 };

static int bad(struct inflate *s, const char *why)
{
	s->error = why;
	return -EINVAL;
}

/* ---- bits ---- */

/* Have at least 25 bits at hand. Past the end they are zeros, and counted, so that overrun() tells.
 */
static void refill(struct inflate *s)
{
	while (s->nbits <= 24) {
		u32 byte = 0;

		if (s->in < s->in_end)
			byte = *s->in++;
		else
			s->past++;
		s->bits |= byte << s->nbits;
		s->nbits += 8;
	}
}

static bool overrun(const struct inflate *s)
{
	return s->nbits < s->past * 8;
}

/* @n: 0..16 */
static u32 take(struct inflate *s, unsigned int n)
{
	u32 v;

	refill(s);
	v = s->bits & ((1u << n) - 1);
	s->bits >>= n;
	s->nbits -= n;
	return v;
}

/* Forget the bits up to the next whole byte, and give unused whole bytes back to the input. */
static void byte_align(struct inflate *s)
{
	unsigned int spare = s->nbits / 8;

	s->in -= spare > s->past ? spare - s->past : 0;
	s->past = s->past > spare ? s->past - spare : 0;
	s->bits = 0;
	s->nbits = 0;
}

/* ---- output ---- */

static void crc_init(struct inflate *s)
{
	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		s->crc_table[i] = c;
	}
	s->crc = 0xffffffff;
}

static int flush(struct inflate *s)
{
	size_t n = s->wpos - s->wdone;
	const u8 *p = s->window + s->wdone;

	for (size_t i = 0; i < n; i++)
		s->crc = s->crc >> 8 ^ s->crc_table[(u8)(s->crc ^ p[i])];
	s->total += n;
	s->wdone = s->wpos;
	if (s->wpos == INFLATE_WINDOW) {
		s->wpos = s->wdone = 0;
		s->wrapped = true;
	}
	return n ? s->sink(s->ctx, p, n) : 0;
}

static inline int put(struct inflate *s, u8 c)
{
	s->window[s->wpos++] = c;
	return s->wpos == INFLATE_WINDOW ? flush(s) : 0;
}

static int copy_match(struct inflate *s, unsigned int len, unsigned int dist)
{
	if (dist > INFLATE_WINDOW || (!s->wrapped && dist > s->wpos))
		return bad(s, "a match reaches before the beginning");
	while (len--) {
		int err = put(s, s->window[(s->wpos - dist) & (INFLATE_WINDOW - 1)]);

		if (err < 0)
			return err;
	}
	return 0;
}

/* ---- Huffman codes ---- */

/*
 * Build @h from the code length of each of @n symbols. Returns how much code space is left over: 0
 * for a complete code, positive for an incomplete one, negative when the lengths contradict each
 * other.
 */
static int huffman_build(struct huffman *h, const u8 *length, int n)
{
	u16 offset[16] = { 0 };
	int left = 1;

	memset(h->count, 0, sizeof(h->count));
	for (int i = 0; i < n; i++)
		h->count[length[i]]++;
	h->count[0] = 0;
	for (int len = 1; len < 16; len++) {
		left = 2 * left - h->count[len];
		if (left < 0)
			return left;
		offset[len] = offset[len - 1] + h->count[len - 1];
	}
	for (int i = 0; i < n; i++)
		if (length[i])
			h->symbol[offset[length[i]]++] = i;
	return left;
}

/* Codes of one length are consecutive numbers: walk the lengths until the code falls into its
 * range. */
static int decode(struct inflate *s, const struct huffman *h)
{
	int code = 0, first = 0, index = 0;

	refill(s);
	for (unsigned int len = 1; len < 16; len++) {
		code |= s->bits >> (len - 1) & 1;
		if (code - first < h->count[len]) {
			s->bits >>= len;
			s->nbits -= len;
			return h->symbol[index + code - first];
		}
		index += h->count[len];
		first = (first + h->count[len]) << 1;
		code <<= 1;
	}
	return bad(s, "a code that stands for nothing");
}

/* ---- blocks (RFC 1951 3.2) ---- */

static int stored_block(struct inflate *s)
{
	unsigned int len;

	byte_align(s);
	if (s->in_end - s->in < 4)
		return bad(s, "cut short");
	len = s->in[0] | s->in[1] << 8;
	if (len != (u16) ~(s->in[2] | s->in[3] << 8))
		return bad(s, "a stored block's lengths disagree");
	s->in += 4;
	if ((size_t)(s->in_end - s->in) < len)
		return bad(s, "cut short");
	while (len--) {
		int err = put(s, *s->in++);

		if (err < 0)
			return err;
	}
	return 0;
}

static const u16 length_base[] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
				   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const u8 length_extra[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
				   2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const u16 dist_base[] = { 1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
				 33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
				 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };

static int match(struct inflate *s, unsigned int sym)
{
	unsigned int len;
	int d;

	if (sym >= ARRAY_SIZE(length_base))
		return bad(s, "a length symbol out of range");
	len = length_base[sym] + take(s, length_extra[sym]);
	d = decode(s, &s->dist);
	if (d < 0)
		return d;
	if (d >= DISTANCES)
		return bad(s, "a distance symbol out of range");
	return copy_match(s, len, dist_base[d] + take(s, d < 4 ? 0 : d / 2 - 1));
}

static int coded_block(struct inflate *s)
{
	for (;;) {
		int sym = decode(s, &s->lit), err;

		if (overrun(s))
			return bad(s, "cut short");
		if (sym < 0)
			return sym;
		if (sym == END_OF_BLOCK)
			return 0;
		err = sym < END_OF_BLOCK ? put(s, sym) : match(s, sym - END_OF_BLOCK - 1);
		if (err < 0)
			return err;
	}
}

static void fixed_codes(struct inflate *s)
{
	u8 length[LITERALS];

	memset(length, 8, 144);
	memset(length + 144, 9, 112);
	memset(length + 256, 7, 24);
	memset(length + 280, 8, 8);
	huffman_build(&s->lit, length, LITERALS);
	memset(length, 5, DISTANCES);
	huffman_build(&s->dist, length, DISTANCES);
}

/* Read @n code lengths, themselves run-length and Huffman coded by s->lit. */
static int read_lengths(struct inflate *s, u8 *length, int n)
{
	int i = 0;

	while (i < n) {
		int sym = decode(s, &s->lit), run, what = 0;

		if (sym < 0)
			return sym;
		if (overrun(s))
			return bad(s, "cut short");
		if (sym < 16) {
			length[i++] = sym;
			continue;
		}
		if (sym == 16) {
			if (i == 0)
				return bad(s, "a repeat of nothing");
			what = length[i - 1];
			run = 3 + take(s, 2);
		} else {
			run = sym == 17 ? 3 + take(s, 3) : 11 + take(s, 7);
		}
		if (i + run > n)
			return bad(s, "too many code lengths");
		memset(length + i, what, run);
		i += run;
	}
	return 0;
}

static int dynamic_codes(struct inflate *s)
{
	static const u8 order[] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
	};
	u8 length[LITERALS + 32] = { 0 };
	int nlit = 257 + take(s, 5), ndist = 1 + take(s, 5), ncode = 4 + take(s, 4), left, err;

	if (nlit > 286 || ndist > DISTANCES)
		return bad(s, "too many symbols");
	for (int i = 0; i < ncode; i++)
		length[order[i]] = take(s, 3);
	if (huffman_build(&s->lit, length, ARRAY_SIZE(order)) != 0)
		return bad(s, "an incomplete code");
	err = read_lengths(s, length, nlit + ndist);
	if (err < 0)
		return err;
	if (!length[END_OF_BLOCK])
		return bad(s, "a block without an end");
	left = huffman_build(&s->lit, length, nlit);
	if (left != 0 && left != ONE_SYMBOL)
		return bad(s, "a wrong literal code");
	left = huffman_build(&s->dist, length + nlit, ndist);
	if (left != 0 && left != ONE_SYMBOL && left != NO_SYMBOL)
		return bad(s, "a wrong distance code");
	return 0;
}

static int inflate_blocks(struct inflate *s)
{
	bool last;

	do {
		int err;

		last = take(s, 1);
		switch (take(s, 2)) {
		case 0:
			err = stored_block(s);
			break;
		case 1:
			fixed_codes(s);
			err = coded_block(s);
			break;
		case 2:
			err = dynamic_codes(s);
			if (!err)
				err = coded_block(s);
			break;
		default:
			err = bad(s, overrun(s) ? "cut short" : "an unknown kind of block");
		}
		if (err < 0)
			return err;
	} while (!last);
	return 0;
}

/* ---- the gzip wrapper (RFC 1952 2.3) ---- */

bool is_gzip(const void *in, size_t len)
{
	const u8 *p = in;

	return len >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static void skip_string(struct inflate *s)
{
	while (s->in < s->in_end && *s->in++)
		;
}

static int gzip_header(struct inflate *s)
{
	unsigned int flags, extra;

	if (s->in_end - s->in < 18)
		return bad(s, "cut short");
	if (!is_gzip(s->in, 2) || s->in[2] != 8)
		return bad(s, "not gzip");
	flags = s->in[3];
	if (flags & FRESERVED)
		return bad(s, "unknown gzip flags");
	s->in += 10;
	if (flags & FEXTRA) {
		extra = 2 + (s->in[0] | s->in[1] << 8);
		if ((size_t)(s->in_end - s->in) < extra)
			return bad(s, "cut short");
		s->in += extra;
	}
	if (flags & FNAME)
		skip_string(s);
	if (flags & FCOMMENT)
		skip_string(s);
	if (flags & FHCRC)
		s->in += min((size_t)(s->in_end - s->in), (size_t)2);
	return 0;
}

static u32 get_le32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

long gunzip(struct inflate *s, const void *in, size_t len, inflate_sink_t sink, void *ctx)
{
	int err;

	memset(s, 0, offsetof(struct inflate, window));
	s->in = in;
	s->in_end = s->in + len;
	s->sink = sink;
	s->ctx = ctx;
	crc_init(s);
	err = gzip_header(s);
	if (!err)
		err = inflate_blocks(s);
	if (!err)
		err = flush(s);
	if (err < 0)
		return err;
	if (overrun(s))
		return bad(s, "cut short");
	byte_align(s);
	if (s->in_end - s->in < 8)
		return bad(s, "cut short");
	if (get_le32(s->in) != ~s->crc)
		return bad(s, "checksum error");
	if (get_le32(s->in + 4) != s->total)
		return bad(s, "length error");
	return s->in + 8 - (const u8 *)in;
}
