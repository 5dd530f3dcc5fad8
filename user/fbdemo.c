/*
 * fbdemo: draws into the framebuffer, through mmap and nothing else.
 *
 *   fbdemo                  a night sky over a pagoda, until it is interrupted
 *   fbdemo --frames N       N frames of it
 *   fbdemo --card           the test card of user/card.h
 *   --mode WxH or WxHxBPP   sets that mode first
 *   --hold                  waits for a line on the standard input before it ends
 *
 * The memory holds two pictures, one above the other. While one is shown the next is drawn into the
 * other; then FBIOPAN_DISPLAY moves the window. Where the memory is too small there is only one.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "user/card.h"
#include "user/fb.h"

static struct fb_var_screeninfo var;
static struct fb_fix_screeninfo fix;
static unsigned char *memory;
static int fd, pages; /* how many pictures the memory holds: 1 or 2 */
static volatile sig_atomic_t stop;

struct options {
	int card, hold, frames;
	unsigned int width, height, bpp;
};

static void on_interrupt(int sig)
{
	stop = sig;
}

static void fail(const char *what)
{
	fprintf(stderr, "fbdemo: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- pixels ---- */

static unsigned int part(unsigned int value, const struct fb_bitfield *field)
{
	return value >> (8 - field->length) << field->offset;
}

static unsigned int encode(unsigned int rgb)
{
	return part(rgb >> 16 & 255, &var.red) | part(rgb >> 8 & 255, &var.green) |
	       part(rgb & 255, &var.blue);
}

static void put_run(unsigned char *row, int x, int n, unsigned int pixel)
{
	volatile uint32_t *p32 = (volatile uint32_t *)row + x;
	volatile uint16_t *p16 = (volatile uint16_t *)row + x;
	volatile unsigned char *p8 = row + 3 * x;

	if (var.bits_per_pixel == 32) {
		while (n-- > 0)
			*p32++ = pixel;
	} else if (var.bits_per_pixel == 16) {
		while (n-- > 0)
			*p16++ = pixel;
	} else {
		for (; n-- > 0; p8 += 3) {
			p8[0] = pixel;
			p8[1] = pixel >> 8;
			p8[2] = pixel >> 16;
		}
	}
}

/* A picture is an array of lines; page says which of the two. */
static unsigned char *line_at(int page, int y)
{
	return memory + (page * var.yres + y) * fix.line_length;
}

/* Pixels [x0, x1) of one line, cut to the screen. */
static void span(int page, int y, int x0, int x1, unsigned int rgb)
{
	if (y < 0 || y >= (int)var.yres)
		return;
	if (x0 < 0)
		x0 = 0;
	if (x1 > (int)var.xres)
		x1 = var.xres;
	put_run(line_at(page, y), x0, x1 - x0, encode(rgb));
}

static void rectangle(int page, int x, int y, int w, int h, unsigned int rgb)
{
	int i;

	for (i = 0; i < h; i++)
		span(page, y + i, x, x + w, rgb);
}

/* Half the width of a disc of radius r, dy lines from its middle; -1 outside of it. */
static int half_width(int r, int dy)
{
	int x = 0;

	if (dy * dy > r * r)
		return -1;
	while ((x + 1) * (x + 1) + dy * dy <= r * r)
		x++;
	return x;
}

static void disc(int page, int cx, int cy, int r, unsigned int rgb)
{
	int y;

	for (y = -r; y <= r; y++)
		span(page, cy + y, cx - half_width(r, y), cx + half_width(r, y) + 1, rgb);
}

/* A disc without what another of the same size, moved to the upper left, covers of it. */
static void crescent(int page, int cx, int cy, int r, unsigned int rgb)
{
	int y, left, shadow;

	for (y = -r; y <= r; y++) {
		left = cx - half_width(r, y);
		shadow = half_width(r, y + r / 5) - r * 2 / 5;
		if (half_width(r, y + r / 5) >= 0 && cx + shadow + 1 > left)
			left = cx + shadow + 1;
		span(page, cy + y, left, cx + half_width(r, y) + 1, rgb);
	}
}

/* ---- the scene ---- */

/* 0 .. 65535 to a sine of -256 .. 256, by a parabola for each half. */
static int sine(unsigned int angle)
{
	int x = angle & 0x7fff, s = x * (0x8000 - x) >> 20;

	return angle & 0x8000 ? -s : s;
}

/* The same number for the same seed, and no order to be seen between neighbours. */
static unsigned int noise(unsigned int x)
{
	x = (x ^ x >> 16) * 0x7feb352du;
	x = (x ^ x >> 15) * 0x846ca68bu;
	return x >> 8;
}

static void draw_sky(int page, int frame)
{
	int y, i, w = var.xres, h = var.yres;

	for (y = 0; y < h; y++)
		span(page, y, 0, w,
		     (8 + y * 40 / h) << 16 | (10 + y * 24 / h) << 8 | (40 + y * 60 / h));
	for (i = 0; i < 120; i++) {
		int light = 140 + sine(frame * 900 + i * 5000) * 100 / 256;

		rectangle(page, noise(2 * i + 1) % w, noise(2 * i + 2) % (h * 2 / 3), 2, 2,
			  light * 0x10101);
	}
	crescent(page, w * 4 / 5, h / 5, h / 12, 0xf4ecc8);
}

/* One storey: a roof whose edges turn up, and the wall below it. */
static void draw_storey(int page, int cx, int y, int half, int height)
{
	int i, roof = height * 2 / 5;

	for (i = 0; i < roof; i++) {
		int out = half * 3 / 4 + half * i / roof / 2 + i * i * half / (roof * roof * 6);

		span(page, y + i, cx - out, cx + out, 0x7a2018 + (i * 60 / roof << 16));
	}
	rectangle(page, cx - half * 3 / 5, y + roof, half * 6 / 5, height - roof, 0x3c2418);
	for (i = -1; i <= 1; i++)
		rectangle(page, cx + i * half * 2 / 5 - half / 12, y + roof + height / 8, half / 6,
			  height - roof - height / 4, 0xf0b848);
}

static void draw_pagoda(int page)
{
	int i, h = var.yres, cx = var.xres / 3, top = h * 2 / 9, storey = h / 8;

	rectangle(page, cx - 2, top - h / 12, 4, h / 12, 0xd0a030);
	for (i = 0; i < 5; i++)
		draw_storey(page, cx, top + i * storey, h / 12 + i * h / 40, storey);
	rectangle(page, 0, top + 5 * storey, var.xres, h, 0x0c1810);
}

/* Lanterns that rise and sway: what shows a torn picture, were there one. */
static void draw_lanterns(int page, int frame)
{
	int i, w = var.xres, h = var.yres;

	for (i = 0; i < 9; i++) {
		int rise = (frame * (2 + i % 3) + noise(i + 77) % h) % (h + 80);
		int x = w * (i + 1) / 10 + sine(frame * 500 + i * 9000) * w / 256 / 24;
		int y = h + 40 - rise, r = h / 50;

		disc(page, x, y, r, 0xff9030);
		disc(page, x, y + r / 3, r / 2, 0xffe080);
	}
}

static void draw_scene(int page, int frame)
{
	draw_sky(page, frame);
	draw_pagoda(page);
	draw_lanterns(page, frame);
}

static void draw_card(int page)
{
	int x, y;

	for (y = 0; y < (int)var.yres; y++)
		for (x = 0; x < (int)var.xres; x++)
			put_run(line_at(page, y), x, 1,
				encode(card_pixel(x, y, var.xres, var.yres)));
}

/* ---- the device ---- */

static void show_page(int page)
{
	if (pages < 2)
		return;
	var.xoffset = 0;
	var.yoffset = page * var.yres;
	if (ioctl(fd, FBIOPAN_DISPLAY, &var))
		fail("FBIOPAN_DISPLAY");
}

static void open_device(const struct options *opt)
{
	fd = open("/dev/fb0", O_RDWR);
	if (fd < 0)
		fail("/dev/fb0");
	if (ioctl(fd, FBIOGET_VSCREENINFO, &var))
		fail("FBIOGET_VSCREENINFO");
	if (opt->width) {
		var.xres = var.xres_virtual = opt->width;
		var.yres = opt->height;
		var.bits_per_pixel = opt->bpp;
	}
	var.yres_virtual = 2 * var.yres;
	var.activate = FB_ACTIVATE_NOW;
	ioctl(fd, FBIOPUT_VSCREENINFO, &var); /* what came of it is asked for below */
	if (ioctl(fd, FBIOGET_VSCREENINFO, &var) || ioctl(fd, FBIOGET_FSCREENINFO, &fix))
		fail("FBIOGET_FSCREENINFO");
	if (var.bits_per_pixel != 32 && var.bits_per_pixel != 24 && var.bits_per_pixel != 16) {
		fprintf(stderr, "fbdemo: %u bits per pixel\n", (unsigned int)var.bits_per_pixel);
		exit(1);
	}
	pages = var.yres_virtual >= 2 * var.yres ? 2 : 1;
	memory = mmap(NULL, fix.smem_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		fail("mmap");
}

static void animate(int frames)
{
	struct timespec pause = { 0, 20 * 1000 * 1000 };
	int frame, page = 0;

	for (frame = 0; !stop && (frames < 0 || frame < frames); frame++) {
		page = pages > 1 ? !page : 0;
		draw_scene(page, frame);
		show_page(page);
		nanosleep(&pause, NULL);
	}
	printf("%d frames\n", frame);
}

static struct options parse(int argc, char **argv)
{
	struct options opt = { .frames = -1 };
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--card"))
			opt.card = 1;
		else if (!strcmp(argv[i], "--hold"))
			opt.hold = 1;
		else if (!strcmp(argv[i], "--frames") && i + 1 < argc)
			opt.frames = atoi(argv[++i]);
		else if (!strcmp(argv[i], "--mode") && i + 1 < argc &&
			 sscanf(argv[++i], "%ux%ux%u", &opt.width, &opt.height, &opt.bpp) >= 2)
			opt.bpp = opt.bpp ? opt.bpp : 32;
		else {
			fprintf(stderr,
				"usage: fbdemo [--card | --frames N] [--mode WxH[xBPP]] [--hold]\n");
			exit(2);
		}
	}
	return opt;
}

int main(int argc, char **argv)
{
	struct options opt = parse(argc, argv);

	open_device(&opt);
	signal(SIGINT, on_interrupt);
	signal(SIGTERM, on_interrupt);
	printf("%ux%u, %u bits, line of %u bytes, %u KiB at %#x, %d picture%s\n",
	       (unsigned int)var.xres, (unsigned int)var.yres, (unsigned int)var.bits_per_pixel,
	       (unsigned int)fix.line_length, (unsigned int)fix.smem_len / 1024,
	       (unsigned int)fix.smem_start, pages, pages > 1 ? "s" : "");
	fflush(stdout);
	if (opt.card) {
		draw_card(0);
		show_page(0);
		printf("card\n");
	} else {
		animate(opt.frames);
	}
	fflush(stdout);
	if (opt.hold && !stop && getchar() == EOF)
		pause();
	return 0;
}
