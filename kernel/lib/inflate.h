/*
 * gzip decompression (RFC 1951, RFC 1952), for the initial RAM file system. Pure: no allocation, no
 * kernel state; the same file runs on the host under its tests.
 */
#ifndef KERNEL_LIB_INFLATE_H
#define KERNEL_LIB_INFLATE_H

#include "kernel/lib/types.h"

#define INFLATE_WINDOW 32768 /* farthest a match may reach back, bytes */

/* One canonical Huffman code: how many codes of each length, their symbols in order. */
struct huffman {
	u16 count[16];
	u16 symbol[288];
};

/* Takes @len decompressed bytes, in order. A negative return ends decompression with that value. */
typedef int (*inflate_sink_t)(void *ctx, const u8 *data, size_t len);

/* Everything gunzip() needs, about 35 KiB: too large for a stack, so the caller supplies it. */
struct inflate {
	const u8 *in, *in_end;
	u32 bits;           /* input bits not used yet, least significant first */
	unsigned int nbits; /* how many of them */
	unsigned int past;  /* zero bytes made up after the end of input */
	struct huffman lit, dist;
	u32 crc_table[256];
	u32 crc;
	u32 total;    /* bytes produced so far, modulo 2^32 as in the trailer */
	size_t wpos;  /* next byte of the window to fill */
	size_t wdone; /* bytes of the window already given to the sink */
	bool wrapped; /* the window has been filled once: all of it may be referred to */
	inflate_sink_t sink;
	void *ctx;
	int err;           /* what gunzip() will return */
	const char *error; /* a phrase saying what is wrong, after -EINVAL */
	u8 window[INFLATE_WINDOW];
};

/* True if @len bytes at @in begin like a gzip member (RFC 1952 2.3.1). */
bool is_gzip(const void *in, size_t len);

/*
 * Decompress one gzip member of at most @len bytes at @in, giving the result to @sink piece by
 * piece. Checks the CRC and the length in the trailer. Returns the number of input bytes used (>
 * 0), -EINVAL with @s->error set when the input is damaged or cut short, or what @sink returned
 * when negative.
 */
long gunzip(struct inflate *s, const void *in, size_t len, inflate_sink_t sink, void *ctx);

#endif
