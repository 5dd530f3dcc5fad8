/*
 * The picture of each character, for consoles that have to draw their own.
 */
#ifndef DRIVERS_FONT_H
#define DRIVERS_FONT_H

#include "kernel/lib/types.h"

#define FONT_WIDTH  8
#define FONT_HEIGHT 16
#define FONT_FIRST  0x20
#define FONT_GLYPHS 96

/* One byte for each line of pixels, the leftmost in bit 7. */
extern const u8 font_8x16[FONT_GLYPHS][FONT_HEIGHT];

/* The lines of @c; a box for what is not printable ASCII. */
static inline const u8 *font_glyph(unsigned char c)
{
	return font_8x16[c >= FONT_FIRST && c < FONT_FIRST + FONT_GLYPHS - 1 ? c - FONT_FIRST
									     : FONT_GLYPHS - 1];
}

#endif
