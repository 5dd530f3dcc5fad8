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

/* The first thing that goes wrong counts. What is read after it means nothing; loops look at s->err. */
static void bad(struct inflate *s, const char *why)
{
	if (!s->err)
		s->error = why;
	s->err = s->err ? s->err : -EINVAL;
}

/* ---- bits ---- */

/* Have at least 25 bits at hand. Past the end they are zeros; when those were used, it was too short. */
static void refill(struct inflate *s)
{
	if (s->nbits < s->past * 8)
		bad(s, "cut short");
	while (s->nbits <= 24) {
		if (s->in < s->in_end)
			s->bits |= (u32)*s->in++ << s->nbits;
		else
			s->past++;
		s->nbits += 8;
	}
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

	if (spare < s->past)
		bad(s, "cut short");
	else
		s->in -= spare - s->past;
	s->past = 0;
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

static void flush(struct inflate *s)
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
	if (n && !s->err)
		s->err = min(s->sink(s->ctx, p, n), 0);
}

static inline void put(struct inflate *s, u8 c)
{
	s->window[s->wpos++] = c;
	if (s->wpos == INFLATE_WINDOW)
		flush(s);
}

static void copy_match(struct inflate *s, unsigned int len, unsigned int dist)
{
	if (dist > INFLATE_WINDOW || (!s->wrapped && dist > s->wpos))
		bad(s, "a match reaches before the beginning");
	while (len-- && !s->err)
		put(s, s->window[(s->wpos - dist) & (INFLATE_WINDOW - 1)]);
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
static unsigned int decode(struct inflate *s, const struct huffman *h)
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
	bad(s, "a code that stands for nothing");
	return 0;
}

/* ---- blocks (RFC 1951 3.2) ---- */

static void stored_block(struct inflate *s)
{
	unsigned int len, check;

	byte_align(s);
	len = take(s, 16);
	check = take(s, 16);
	byte_align(s);
	if (len + check != 0xffff)
		bad(s, "a stored block's lengths disagree");
	if ((size_t)(s->in_end - s->in) < len)
		bad(s, "cut short");
	while (len-- && !s->err)
		put(s, *s->in++);
}

/* The smallest length or distance of each symbol; it and the next ones are told apart by extra bits. */
static const u16 length_base[] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
				   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const u16 dist_base[] = { 1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
				 33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
				 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };

static void match(struct inflate *s, unsigned int sym)
{
	unsigned int len, d;

	if (sym >= ARRAY_SIZE(length_base)) {
		bad(s, "a length symbol out of range");
		return;
	}
	len = length_base[sym] + take(s, sym < 8 || sym == 28 ? 0 : sym / 4 - 1);
	d = decode(s, &s->dist);
	if (d < DISTANCES)
		copy_match(s, len, dist_base[d] + take(s, d < 4 ? 0 : d / 2 - 1));
	else
		bad(s, "a distance symbol out of range");
}

static void coded_block(struct inflate *s)
{
	while (!s->err) {
		unsigned int sym = decode(s, &s->lit);

		if (sym == END_OF_BLOCK)
			break;
		if (sym < END_OF_BLOCK)
			put(s, sym);
		else
			match(s, sym - END_OF_BLOCK - 1);
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
static void read_lengths(struct inflate *s, u8 *length, int n)
{
	int i = 0, run;

	for (; i < n && !s->err; i += run) {
		int sym = decode(s, &s->lit), what = sym < 16 ? sym : 0;

		run = 1;
		if (sym == 16 && i == 0)
			bad(s, "a repeat of nothing");
		else if (sym == 16)
			what = length[i - 1];
		if (sym > 15)
			run = sym == 16   ? 3 + take(s, 2)
			      : sym == 17 ? 3 + take(s, 3)
					  : 11 + take(s, 7);
		if (i + run > n)
			bad(s, "too many code lengths");
		else
			memset(length + i, what, run);
	}
}

static void dynamic_codes(struct inflate *s)
{
	static const u8 order[] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
	};
	u8 length[LITERALS + 32] = { 0 };
	int nlit = 257 + take(s, 5), ndist = 1 + take(s, 5), ncode = 4 + take(s, 4), left;

	if (nlit > 286 || ndist > DISTANCES) {
		bad(s, "too many symbols");
		return;
	}
	for (int i = 0; i < ncode; i++)
		length[order[i]] = take(s, 3);
	if (huffman_build(&s->lit, length, ARRAY_SIZE(order)) != 0)
		bad(s, "an incomplete code");
	read_lengths(s, length, nlit + ndist);
	if (!length[END_OF_BLOCK])
		bad(s, "a block without an end");
	left = huffman_build(&s->lit, length, nlit);
	if (left != 0 && left != ONE_SYMBOL)
		bad(s, "a wrong literal code");
	left = huffman_build(&s->dist, length + nlit, ndist);
	if (left != 0 && left != ONE_SYMBOL && left != NO_SYMBOL)
		bad(s, "a wrong distance code");
}

static void inflate_blocks(struct inflate *s)
{
	bool last = false;

	while (!last && !s->err) {
		unsigned int kind;

		last = take(s, 1);
		kind = take(s, 2);
		if (kind == 0)
			stored_block(s);
		else if (kind == 1)
			fixed_codes(s);
		else if (kind == 2)
			dynamic_codes(s);
		else
			bad(s, "an unknown kind of block");
		if (kind)
			coded_block(s);
	}
}

/* ---- the gzip wrapper (RFC 1952 2.3) ---- */

bool is_gzip(const void *in, size_t len)
{
	const u8 *p = in;

	return len >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static void skip_string(struct inflate *s)
{
	while (!s->err && take(s, 8))
		;
}

static void gzip_header(struct inflate *s)
{
	unsigned int flags, extra;

	if (take(s, 16) != 0x8b1f || take(s, 8) != 8)
		bad(s, "not gzip");
	flags = take(s, 8);
	if (flags & FRESERVED)
		bad(s, "unknown gzip flags");
	for (int i = 0; i < 6; i++)
		take(s, 8);
	for (extra = flags & FEXTRA ? take(s, 16) : 0; extra && !s->err; extra--)
		take(s, 8);
	if (flags & FNAME)
		skip_string(s);
	if (flags & FCOMMENT)
		skip_string(s);
	if (flags & FHCRC)
		take(s, 16);
}

long gunzip(struct inflate *s, const void *in, size_t len, inflate_sink_t sink, void *ctx)
{
	u32 crc, total;

	memset(s, 0, offsetof(struct inflate, window));
	s->in = in;
	s->in_end = s->in + len;
	s->sink = sink;
	s->ctx = ctx;
	crc_init(s);
	gzip_header(s);
	inflate_blocks(s);
	if (!s->err)
		flush(s);
	byte_align(s);
	crc = take(s, 16);
	crc |= take(s, 16) << 16;
	total = take(s, 16);
	total |= take(s, 16) << 16;
	byte_align(s);
	if (crc != ~s->crc)
		bad(s, "checksum error");
	if (total != s->total)
		bad(s, "length error");
	return s->err ? s->err : s->in - (const u8 *)in;
}
