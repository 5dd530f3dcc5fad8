/*
 * A picture as a PNG file (RFC 2083), not compressed: deflate blocks that only hold bytes (RFC 1951 3.2.4).
 */
#ifndef USER_PNG_H
#define USER_PNG_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct png {
	FILE *file;
	uint32_t crc;      /* of the chunk that is being written */
	uint32_t adler[2]; /* of the picture's bytes */
};

static void png_bytes(struct png *png, const void *data, size_t length)
{
	const unsigned char *p = data;

	fwrite(data, 1, length, png->file);
	for (size_t i = 0; i < length; i++) {
		png->crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			png->crc = png->crc >> 1 ^ (png->crc & 1 ? 0xedb88320 : 0);
	}
}

static void png_word(struct png *png, uint32_t word)
{
	const unsigned char bytes[] = { word >> 24, word >> 16, word >> 8, word };

	png_bytes(png, bytes, 4);
}

static void png_begin(struct png *png, const char *type, uint32_t length)
{
	png_word(png, length);
	png->crc = ~0u;
	png_bytes(png, type, 4);
}

/* A row is one deflate block: filter 0, then three bytes a pixel. */
static void png_row(struct png *png, const uint32_t *pixels, unsigned int width, int last)
{
	const uint16_t length = 1 + 3 * width, not_length = ~length;
	unsigned char row[1 + 3 * 4096] = { 0 };
	const unsigned char head[] = { last, length, length >> 8, not_length, not_length >> 8 };

	for (unsigned int x = 0; x < width; x++) {
		row[1 + 3 * x] = pixels[x] >> 16;
		row[2 + 3 * x] = pixels[x] >> 8;
		row[3 + 3 * x] = pixels[x];
	}
	for (unsigned int i = 0; i < length; i++) {
		png->adler[0] = (png->adler[0] + row[i]) % 65521;
		png->adler[1] = (png->adler[1] + png->adler[0]) % 65521;
	}
	png_bytes(png, head, sizeof(head));
	png_bytes(png, row, length);
}

/* 0, or 1 with a message. Pixels are 0xRRGGBB, rows from the top; width up to 4096. */
static int write_png(const char *path, const uint32_t *pixels, unsigned int width,
		     unsigned int height)
{
	struct png png = { .file = fopen(path, "w"), .adler = { 1, 0 } };

	if (!png.file) {
		perror(path);
		return 1;
	}
	png_bytes(&png, "\x89PNG\r\n\x1a\n", 8);
	png_begin(&png, "IHDR", 13);
	png_word(&png, width);
	png_word(&png, height);
	png_bytes(&png, "\x08\x02\0\0\0", 5); /* 8 bits, RGB */
	png_word(&png, ~png.crc);
	png_begin(&png, "IDAT", 2 + height * (5 + 1 + 3 * width) + 4);
	png_bytes(&png, "\x78\x01", 2);
	for (unsigned int y = 0; y < height; y++)
		png_row(&png, pixels + y * width, width, y == height - 1);
	png_word(&png, png.adler[1] << 16 | png.adler[0]);
	png_word(&png, ~png.crc);
	png_begin(&png, "IEND", 0);
	png_word(&png, ~png.crc);
	if (fclose(png.file)) {
		perror(path);
		return 1;
	}
	return 0;
}

#endif
